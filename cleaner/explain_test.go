package cleaner_test

import (
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
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
