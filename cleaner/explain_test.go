package cleaner_test

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"github.com/google/go-cmp/cmp"
)

// For every fixture the title and the body have a reason, and what the reason
// quotes stands in the article.
func TestExplain(t *testing.T) {
	for _, f := range cleanertest.Fixtures(t) {
		d, err := cleaner.Read(f.Page)
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.Article(f.Site)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]cleaner.Reason{}
		for _, r := range d.Explain(f.Site) {
			if r.Rule == "" || r.Layout != f.Layout {
				t.Errorf("%s: %+v", f.Path, r)
			}
			if _, twice := found[r.Field]; twice {
				t.Errorf("%s: two reasons for %s", f.Path, r.Field)
			}
			found[r.Field] = r
		}
		if a.Title != "" && !strings.HasPrefix(string(a.Title), strings.TrimSuffix(found["title"].Snippet, "…")) {
			t.Errorf("%s: title %q because of %+v", f.Path, a.Title, found["title"])
		}
		if _, ok := found["body"]; !ok && len(a.Body) > 0 {
			t.Errorf("%s: no reason for the body", f.Path)
		}
	}
}

func TestExplainARefusal(t *testing.T) {
	d, err := cleaner.Read(cleaner.Page{Body: []byte("<p>Vàng</p>"), ContentType: "text/html", URL: "https://dantri.com.vn/gia-vang.htm"})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Explain(cleanertest.Site(t, "dantri")); len(got) != 1 || got[0].Rule != "not an article: a utility page" {
		t.Errorf("%+v", got)
	}
}

// A document answers the same however often it is asked: its breadcrumbs may be but the
// title, and the section stands in a meta.
func TestExplainAfterTheArticle(t *testing.T) {
	page := []byte(`<!doctype html><html lang="vi"><head><title>Khánh thành cầu Bến Lội sáng nay</title>
<meta property="article:section" content="Xã hội"><script type="application/ld+json">{"@context":"https://schema.org","@type":"BreadcrumbList",
"itemListElement":[{"@type":"ListItem","position":1,"name":"Khánh thành cầu Bến Lội sáng nay","item":"https://bao.example/cau-ben-loi-1.html"}]}</script></head>
<body><article><h1>Khánh thành cầu Bến Lội sáng nay</h1>` + strings.Repeat("<p>Sáng nay, hơn một nghìn người dân đã dự lễ khánh thành cầu Bến Lội, nối hai bờ sông sau ba năm thi công.</p>", 6) + `</article></body></html>`)
	d, err := cleaner.Read(cleaner.Page{Body: page, ContentType: "text/html", URL: "https://bao.example/cau-ben-loi-1.html"})
	if err != nil {
		t.Fatal(err)
	}
	before := d.Explain(nil)
	if _, err := d.Article(nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, d.Explain(nil)); diff != "" {
		t.Error(diff)
	}
	for _, r := range before {
		if r.Field == "section" && r.Rule != "section in the page's JSON-LD or metas" {
			t.Errorf("%+v", r)
		}
	}
}

// On every fixture, the selectors that gave fields are among those that find something.
func TestTriedHoldsWhatGave(t *testing.T) {
	asked := 0
	for _, f := range cleanertest.Fixtures(t) {
		d, err := cleaner.Read(f.Page)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Site.Layouts {
			l := &f.Site.Layouts[i]
			tried, err := d.Tried(l)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range d.Explain(f.Site) {
				for _, s := range tried {
					if r.Layout != l.Name || r.Element == "" || r.Field != s.Field || r.Rule != s.Selector {
						continue
					}
					if asked++; !s.Found {
						t.Errorf("%s: %s gave the %s, and finds nothing", f.Path, r.Rule, r.Field)
					}
				}
			}
			if d.Tree() == nil && strings.Contains(fmt.Sprint(tried), "true") {
				t.Errorf("%s: a selector finds something in a text dump", f.Path)
			}
		}
	}
	if asked < 200 {
		t.Errorf("%d selectors asked", asked)
	}
}
