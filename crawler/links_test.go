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
