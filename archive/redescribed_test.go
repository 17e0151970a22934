package archive_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/archive/rescue"
	"baoluu/sites"
)

// TestDescribedOtherwise: articles that a newspaper's new description finds under other ids lose
// nothing; what comes of one under its new id can be joined to what is there, and is found under both.
func TestDescribedOtherwise(t *testing.T) {
	const host = "https://bao-moi.example.vn"
	for what, c := range map[string]struct {
		address string
		change  func(*sites.Description)
	}{
		"another id": {host + "/nuoc-song-77-100.html", func(d *sites.Description) { d.Articles[0].Path = `/[^/]+-(?P<id>\d+-\d+)\.html` }},
		"a form more": {host + "/tin/100/nuoc-song", func(d *sites.Description) {
			d.Articles = append(d.Articles, sites.Form{Path: `/tin/(?P<id>\d+)/[^/]+`})
		}},
		"a form less":    {host + "/nuoc-song-100.html", func(d *sites.Description) { d.Articles[0].Path = `/tin/(?P<id>\d+)/[^/]+` }},
		"a host more":    {"https://m.bao-moi.example.vn/nuoc-song-100.html", func(d *sites.Description) { d.Hosts = append(d.Hosts, "m.bao-moi.example.vn") }},
		"the same again": {host + "/nuoc-song-100.html", func(d *sites.Description) { d.Title = "Báo Mới" }},
	} {
		t.Run(what, func(t *testing.T) {
			a := archivetest.Fresh(t)
			site := archivetest.Newspapers(t, "bao-moi")[0]
			archivetest.Use(t, site)
			was := storedAt(t, a, site, c.address, "Một", 0)
			storedAt(t, a, site, host+"/nuoc-bien-200.html", "Khác", 1)
			d := site.Describe()
			c.change(&d)
			site, err := d.Site()
			if err != nil {
				t.Fatal(err)
			}
			archivetest.Use(t, site)
			a = archivetest.OpenAt(t, a.Dir())
			onePage(t, a, was, was, 1) // nothing came since
			anything := reclean.Limits{MaxLoss: 100, MaxDrop: 100}
			if r, err := reclean.Run(ctx, a, "bao-moi", reclean.Options{Force: true, Accept: true, Limits: anything}); err != nil || !r.Accepted {
				t.Fatalf("%+v, %v", r, err)
			}
			onePage(t, a, was, was, 1)
			address, err := site.Address(c.address)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := a.Discover(ctx, "bao-moi", []capture.Entry{{Page: address.Page, URL: c.address}}); err != nil || n != 1 {
				t.Fatal(n, err)
			}
			is := storedAt(t, a, site, c.address, "Hai", 2)
			archivetest.Sound(t, a)
			if is != was { // a page of its own, until somebody says that they are one
				for _, page := range []string{was, is} {
					if list := capturesOf(t, a, page); len(list) != 1 {
						t.Errorf("%s has %d captures", page, len(list))
					}
				}
				if _, err := a.Commit(ctx, "bao-moi", capture.Batch{Aliases: []capture.Alias{{Page: was, Of: is, Why: "described"}}}); err != nil {
					t.Fatal(err)
				}
			}
			onePage(t, a, is, was, 2)
			archivetest.Sound(t, a)
			to := archivetest.Another(t)
			if r, err := rescue.Run(ctx, a, "bao-moi", to.Dir(), rescue.Options{}); err != nil || r.Captures != 3 {
				t.Fatalf("%+v, %v", r, err)
			}
			onePage(t, to, is, was, 2)
		})
	}
}

func keptAt(page, address, text string, minute int) capture.Kept {
	k := archivetest.Page("1", text+"\n"+text+" dâng cao", minute)
	k.Page, k.URL = page, address
	k.Article.Site, k.Article.URL = "bao-moi", address
	return k
}

// storedAt stores a capture of an address under the page that the description says, and gives that.
func storedAt(t testing.TB, a *archive.Archive, site *sites.Site, address, text string, minute int) string {
	t.Helper()
	page := sites.SURT(address)
	if at, err := site.Address(address); err == nil {
		page = at.Page
	}
	if _, err := a.Commit(ctx, site.Name, capture.Batch{Kept: []capture.Kept{keptAt(page, address, text, minute)}}); err != nil {
		t.Fatal(err)
	}
	return page
}

func capturesOf(t testing.TB, a *archive.Archive, page string) (list []capture.Capture) {
	t.Helper()
	list, err := a.At(ctx, "bao-moi", page, archivetest.At(0), archivetest.At(100))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// onePage expects one page under two names, with so many versions and captures, beside one other page.
func onePage(t testing.TB, a *archive.Archive, is, was string, versions int) {
	t.Helper()
	v, err := a.View(ctx, "bao-moi")
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	if err := v.AllPages(ctx, func(p archive.PageInfo) error {
		pages = append(pages, fmt.Sprint(p.Page, " ", p.Versions))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(pages) != 2 || !slices.Contains(pages, fmt.Sprint(is, " ", versions)) {
		t.Errorf("pages %q, want %s with %d versions", pages, is, versions)
	}
	for _, name := range []string{was, is} {
		if p, err := v.Page(ctx, name); errors.Is(err, archive.ErrNoPage) || p.Page != is || len(capturesOf(t, a, name)) != versions {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}
