package crawler

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"

	"baoluu/cleaner/hostile"
)

func TestLongBase(t *testing.T) {
	long := strings.Repeat("a/", maxAddress)
	for page, want := range map[string]bool{
		"<base href='/'>": false,
		"<BASE target=_blank href=\"https://vov.vn/the-gioi/\" />x": false,
		"<base>" + long:                        false,
		"<basefont x='" + long + "'>":          false,
		"<a href='" + long + "'>":              false,
		"<base href='" + long + "'>":           true,
		"<html><Base\nhref=" + long + ">":      true,
		"<base x='>' href='" + long + "'>":     true,
		"<base/href=" + long + ">":             true,
		"<!--><base href='" + long + "'>-->":   true,
		"<a x=\"<base href='" + long + "'>\">": true,
		"<base href='" + long:                  true,
		"<base ":                               true, // a page that ends in it is no sound one
	} {
		if hasLongBase([]byte(page)) != want {
			t.Errorf("%.60q: %v", page, !want)
		}
	}
	hostile.Check(t, hostile.Grammar{
		Tokens: []string{"<base ", "<base a='", `<base a="`, "'", `"`, ">", "<", "/", "a=", "b%d", "<base>", "<bas"},
	}, func(doc []byte) { _ = hasLongBase(doc) })
}

// What a page's links cost follows from their number and from what an address can have.
func TestLinksAreBounded(t *testing.T) {
	asked, err := url.Parse("https://vov.vn/the-gioi")
	if err != nil {
		t.Fatal(err)
	}
	var many strings.Builder
	for i := range maxLinks + 50 {
		fmt.Fprintf(&many, "<a href='/%d'>", i)
	}
	for name, tt := range map[string]struct {
		page string
		want int
	}{
		"sound":           {"<a href='/a'><a href='/a#b'><area href='b'><a href='mailto:x'>", 2},
		"a long one":      {"<a href='" + strings.Repeat("a/", 1<<20) + "'><a href=b>", 1},
		"many":            {many.String(), maxLinks},
		"many to nowhere": {strings.ReplaceAll(many.String(), "/", "http://["), 0},
	} {
		root, err := html.Parse(strings.NewReader(tt.page))
		if err != nil {
			t.Fatal(err)
		}
		var links []string
		cost := hostile.Measure(nil, func([]byte) { links = linksOf(&colly.Request{URL: asked, Headers: &http.Header{}}, root) })
		if len(links) != tt.want || cost.Allocated > 256<<20 {
			t.Errorf("%s: %d links, %d bytes allocated", name, len(links), cost.Allocated)
		}
	}
}
