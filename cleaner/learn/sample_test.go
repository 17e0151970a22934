package learn

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// sampleMaterial is what a sample newspaper shows: front page, lists, further pages, articles old and new.
func sampleMaterial(t testing.TB, name string) Material {
	t.Helper()
	w := sampleweb.New()
	if err := w.Grow(name, 400); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: w.RoundTripper()}
	captured := time.Date(2026, 12, 1, 9, 0, 0, 0, sites.Zone)
	fetch := func(address string) cleaner.Page {
		resp, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK {
			return cleaner.Page{}
		}
		return cleaner.Page{Body: body, ContentType: resp.Header.Get("Content-Type"), URL: resp.Request.URL.String(), Captured: captured, Answer: true}
	}
	site := cleanertest.Site(t, name)
	m := Material{Home: site.Home, Listed: w.Articles(name), Sources: []sites.Source{{Kind: sites.Sitemap, URL: site.Home + "sitemap.xml"}}}
	queue := []string{site.Home}
	for _, to := range viewOf(fetch(site.Home)).links {
		if a, err := site.Address(to.raw); err == nil && a.Kind == sites.List && len(queue) < 4 && strings.Contains(fetch(a.URL).URL, to.path) {
			queue = append(queue, a.URL)
		}
	}
	for _, s := range site.Sources {
		if s.Kind == sites.FrontPage || s.Kind == sites.SectionList {
			queue = append(queue, s.URL)
		}
	}
	slices.Sort(queue)
	for _, address := range slices.Compact(queue) {
		if p := fetch(address); p.URL != "" {
			m.Pages = append(m.Pages, p)
			if next := site.ListPages; next != nil {
				if l := viewOf(p); l != nil {
					for _, to := range l.links {
						if a, err := site.Address(to.raw); err == nil && a.Kind == sites.List && numberBehind.MatchString("/"+to.last) && fetch(to.raw).URL != "" {
							m.Pages = append(m.Pages, fetch(to.raw))
							break
						}
					}
				}
			}
		}
	}
	step := max(1, len(m.Listed)/30)
	for i := 0; i < len(m.Listed); i += step {
		if p := fetch(m.Listed[i]); p.URL != "" {
			m.Pages = append(m.Pages, p)
		}
	}
	return m
}
