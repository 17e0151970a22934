package sampleweb_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baoluu/cleaner"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// The cleaner finds in every page exactly what was written into it.
func TestCleanerFindsTheTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	w := sampleweb.New()
	for _, name := range w.Sites() {
		site, ok := sites.ByName(name)
		if !ok {
			t.Fatalf("no site %s", name)
		}
		if err := w.Grow(name, 40); err != nil {
			t.Fatal(err)
		}
		for _, address := range w.Articles(name) {
			truth, _ := w.TruthAt(address)
			t.Run(name+"/"+truth.Layout+"/"+truth.Key, func(t *testing.T) {
				got, err := cleaner.Clean(cleanerPage(t, w, address), site)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(expected(truth, got), fields(got), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("layout %s, notes %q, (-truth +found):\n%s", got.Layout, got.Notes, diff)
				}
				if body := got.Text; truth.EndMark != "" && strings.Contains(body, truth.EndMark) {
					t.Errorf("end mark in %q", body)
				}
			})
		}
	}
}

// Lists, front pages and missing pages are refused, not half cleaned.
func TestCleanerRefusesLists(t *testing.T) {
	w := sampleweb.New()
	for name, addresses := range fronts {
		site, _ := sites.ByName(name)
		for _, address := range addresses {
			_, err := cleaner.Clean(cleanerPage(t, w, address), site)
			var not *cleaner.NotArticleError
			if !errors.As(err, &not) {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
}

func cleanerPage(t *testing.T, w *sampleweb.Web, address string) cleaner.Page {
	a := get(t, w, address)
	return cleaner.Page{Body: []byte(a.body), ContentType: a.header.Get("Content-Type"), URL: address, Captured: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
}

// found is what is compared of an article.
type found struct {
	Site, URL, ID, Language, Title, Kicker, Lead, Dateline, Byline, Source string
	Published, Modified                                                    string
	Section, Tags, Captions, Images, Related                               []string
	Body                                                                   []sampleweb.Block
}

func fields(a cleaner.Article) found {
	f := found{
		Site: a.Site, URL: a.URL, ID: string(a.ID), Language: string(a.Language), Title: string(a.Title), Kicker: string(a.Kicker), Lead: string(a.Lead),
		Dateline: string(a.Dateline), Byline: string(a.Byline), Source: string(a.Source), Published: moment(a.Published.Time), Modified: moment(a.Modified.Time),
		Section: a.Section, Tags: a.Tags, Captions: a.Captions,
	}
	for _, i := range a.Images {
		f.Images = append(f.Images, i.URL)
	}
	for _, r := range a.Related {
		f.Related = append(f.Related, r.URL+" "+r.Title)
	}
	slices.Sort(f.Related)
	for _, b := range a.Body {
		f.Body = append(f.Body, sampleweb.Block{Kind: string(b.Kind), Time: b.Time, Text: b.Speaker + b.Text})
	}
	return f
}

func expected(t sampleweb.Truth, got cleaner.Article) found {
	f := found{
		Site: t.Site, URL: t.URL, ID: t.ID, Language: t.Language, Title: t.Title, Kicker: t.Kicker, Lead: t.Lead,
		Dateline: t.Dateline, Byline: t.Byline, Source: t.Source, Published: moment(t.Published), Modified: moment(t.Modified),
		Section: t.Section, Tags: t.Tags, Captions: t.Captions, Images: t.Images, Body: slices.Clone(t.Body),
	}
	for _, r := range t.Related {
		f.Related = append(f.Related, r.URL+" "+r.Title)
	}
	slices.Sort(f.Related)
	// The body may keep the end mark; the text may not.
	if n := len(f.Body); t.EndMark != "" && n == len(got.Body) && strings.HasSuffix(got.Body[n-1].Text, t.EndMark) {
		f.Body[n-1].Text += t.EndMark
	}
	return f
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
