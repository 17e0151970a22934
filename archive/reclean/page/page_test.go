package page_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"baoluu/archive/reclean"
	"baoluu/archive/reclean/page"
	"baoluu/cleaner/compare"
)

// hostile is what a newspaper could write to act in the page that shows it.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\x1b[31m\u202e"

// report is of a small newspaper whose byline selector broke: two layouts, three years.
func report() reclean.Report {
	names := []string{"title", "byline", "published", "body", "tags", "text"}
	fields := func(scale int) (list []reclean.Field) {
		for _, name := range names {
			f := reclean.Field{Name: name, Same: 20 * scale, Before: 20 * scale, After: 20 * scale}
			switch name {
			case "byline":
				f.Same, f.Lost, f.After = 8*scale, 12*scale, 8*scale
			case "body":
				f.Same, f.Longer, f.Changed = 15*scale, 4*scale, scale
			case "tags":
				f.Same, f.Filled, f.Before = 19*scale, scale, 19*scale
			}
			list = append(list, f)
		}
		return list
	}
	r := reclean.Report{
		Captures: 1240, Current: 3, Articles: 1238, Gained: 2, Lost: 1, Fields: fields(62), TakenBack: 2, Found: 1, VersionsBefore: 1300, VersionsAfter: 1300,
		Layouts: []reclean.Layout{
			{Name: "singular-2021", Captures: 1200, Was: []reclean.LayoutCount{{Name: "singular-2021", Captures: 1100}, {Name: "generic", Captures: 98}, {Captures: 2}}, Fields: fields(60)},
			{Name: reclean.Refused, Captures: 40, Was: []reclean.LayoutCount{{Name: reclean.Refused, Captures: 40}}, Fields: fields(0)},
		},
		Notes:    []reclean.Count{{Text: "no body", Before: 12, After: 15}, {Text: hostile, Before: 3, After: 3}},
		Refusals: []reclean.Count{{Text: "a list", Before: 39, After: 40}},
		Pages:    []reclean.PageVersions{{Page: "20240101", Title: "Chợ phiên " + hostile, Before: 3, After: 2}},
	}
	for n := range 30 {
		if n == 11 { // a month without articles
			continue
		}
		m := reclean.Month{Month: fmt.Sprintf("%d-%02d", 2022+n/12, n%12+1), Before: 40, After: 41}
		for _, name := range names {
			f := reclean.Fill{Name: name, Before: 40, After: 41, LengthBefore: 60 + float64(n), LengthAfter: 61 + float64(n)}
			switch name {
			case "byline":
				f.Before, f.After, f.LengthBefore, f.LengthAfter = 30+n%5, (30+n%5)*map[bool]int{true: 1, false: 0}[n < 18], 14, 14
			case "published":
				f.LengthBefore, f.LengthAfter = 0, 0
			case "body":
				f.LengthBefore, f.LengthAfter = 2400+float64(40*(n%7)), 2900+float64(40*(n%7))
			}
			m.Fields = append(m.Fields, f)
		}
		r.Months = append(r.Months, m)
	}
	first := reclean.Example{Capture: 7, Page: "20240101", URL: "https://dantri.com.vn/xa-hoi/cho-phien-20240101.htm", Day: "2024-01-02", Was: "singular-2021", Now: "singular-2021", Old: "Nguyễn Văn An"}
	r.Gate = reclean.Gate{Limits: reclean.DefaultLimits(), Bodies: 1230, Losing: 14, FirstLosing: &first, Drops: []reclean.Drop{
		{Field: "byline", Of: 1240, Before: 1240, After: 496, Layout: "singular-2021", LayoutOf: 1200, LayoutBefore: 1200, LayoutAfter: 480, First: &first},
		{Field: "tags", Of: 1240, Before: 1179, After: 1178},
	}}
	r.Losses = []reclean.Difference{
		{Page: "20240101", URL: first.URL, Day: "2024-01-02", Was: "singular-2021", Now: "generic", Field: "body", Gone: 1200, Came: 4, Diff: []compare.Passage{
			{Same: "…hơn trăm ghe thuyền đã đậu kín bến,"}, {Old: "bà con mang rau, cá và vải dệt tay ra bán, " + hostile}, {Same: "nói cười rộn rã.\nĐoạn sau"}, {Old: "họp lại", New: "vẫn nghỉ"}}},
		{Page: "2", URL: "javascript:alert(1)", Day: "2024-01-03", Was: "", Now: "singular-2021", Field: "byline", Gone: 13, Diff: []compare.Passage{{Old: "Nguyễn Văn An"}}},
	}
	r.Changes = []reclean.Difference{{Page: "3", URL: "https://user:secret@dantri.com.vn/a.htm", Day: "2024-01-04", Was: "aspx", Now: "aspx", Field: "title", Gone: 9, Came: 11, Diff: []compare.Passage{
		{Old: "</p></div><h1>", New: "Chợ"}, {Same: "phiên"}}}}
	return r
}

func write(t *testing.T, papers ...page.Newspaper) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Write(&b, "baoluu test", papers); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The golden page was looked at in a browser, in the light, in the dark and printed.
func TestPage(t *testing.T) {
	calm := reclean.Report{Captures: 1, Articles: 1, Fields: []reclean.Field{{Name: "title", Same: 1, Before: 1, After: 1}}, Layouts: []reclean.Layout{{Name: "drupal-2020", Captures: 1, Fields: []reclean.Field{{Name: "title", Same: 1, Before: 1, After: 1}}}},
		Months: []reclean.Month{{Month: "2026-11", Before: 1, After: 1, Fields: []reclean.Fill{{Name: "title", Before: 1, After: 1, LengthBefore: 31, LengthAfter: 31}}}}, Gate: reclean.Gate{Limits: reclean.DefaultLimits(), Passed: true, Bodies: 1}}
	got := write(t, page.Newspaper{Name: "dantri", Title: "Dân trí", Cleaner: "dantri/3f9ac01b22d4", Report: report()},
		page.Newspaper{Name: "vov", Title: "VOV", Cleaner: "vov/aa9ac01b22d4", Report: calm},
		page.Newspaper{Name: "baotintuc", Title: "Báo Tin tức", Report: reclean.Report{Current: 12}})
	golden := filepath.Join("testdata", "page.golden.html")
	if os.Getenv("UPDATE_PAGE") != "" {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(golden, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("UPDATE_PAGE=1 rewrites %s; look at it (-want +got):\n%s", golden, diff)
	}
}

// Nothing acts, nothing is fetched, and links lead to web addresses alone.
func TestNothingActs(t *testing.T) {
	got := write(t, page.Newspaper{Name: "dantri", Title: "Dân trí " + hostile, Cleaner: hostile, Report: report()})
	root, err := html.Parse(strings.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "img", "iframe", "link", "object", "form", "base":
			t.Errorf("<%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "style":
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case a.Key == "href":
				if links++; !strings.HasPrefix(a.Val, "https://dantri.com.vn/") {
					t.Errorf("a link to %s", a.Val)
				}
			}
		}
	}
	if links == 0 {
		t.Error("no links")
	}
	if regexp.MustCompile(`url\(|@import`).MatchString(got) {
		t.Error("the style fetches")
	}
	if strings.ContainsAny(got, "\x1b\u202e") {
		t.Error("what acts on text came through")
	}
	if !strings.Contains(got, "javascript:alert(1)") || !strings.Contains(got, "&lt;script&gt;") {
		t.Error("what is no link is not shown as text")
	}
}

// TestJustTooMuch: a share that the gate stops at does not read as the limit.
func TestJustTooMuch(t *testing.T) {
	var b bytes.Buffer
	gate := reclean.Gate{Limits: reclean.DefaultLimits(), Bodies: 10000, Losing: 104}
	if err := page.Write(&b, "baoluu", []page.Newspaper{{Name: "vov", Report: reclean.Report{Captures: 10000, Gate: gate}}}); err != nil {
		t.Fatal(err)
	}
	if want := `<b class="bad">1.04 %</b>, at most 1 %`; !strings.Contains(b.String(), want) {
		t.Errorf("%q is not there", want)
	}
}
