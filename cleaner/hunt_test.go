package cleaner_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

// expected is what must come out of a small page: see the README beside the
// pages. A field that is nil is not asserted.
type expected struct {
	Why              string
	Site, URL        string
	Title, Lead      *string
	Dateline         *string
	Byline, Source   *string
	Kicker           *string
	Published        *string
	Modified         *string
	Captions         *[]string
	Section, Tags    *[]string
	Body             *[]string
	BodyIncludesLead bool `json:"body_includes_lead"`
	Boilerplate      []string
	TextHas          []string `json:"text_has"`
	Refused          bool     // no article
}

// TestHunt cleans small pages made after public reports on extractors.
func TestHunt(t *testing.T) {
	cleanExpected(t, filepath.Join(cleanertest.Shared(t), "hunt", "cleaning"))
}

// TestKinds cleans small pages of our own, at least three for each kind of
// fault. They are laid out like those of TestHunt; "-update" does not touch
// them: what must come out was written first.
func TestKinds(t *testing.T) { cleanExpected(t, filepath.Join("testdata", "kinds")) }

func cleanExpected(t *testing.T, dir string) {
	pages, err := filepath.Glob(filepath.Join(dir, "*.html"))
	texts, _ := filepath.Glob(filepath.Join(dir, "*.txt")) // text dumps
	pages = append(pages, texts...)
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in %s: %v", dir, err)
	}
	for _, page := range pages {
		name := strings.TrimSuffix(filepath.Base(page), filepath.Ext(page))
		t.Run(name, func(t *testing.T) {
			var want expected
			if err := json.Unmarshal(cleanertest.Read(t, dir, name+".gold.json"), &want); err != nil {
				t.Fatal(err)
			}
			var s *sites.Site
			if want.Site != "generic" {
				s = cleanertest.Site(t, want.Site)
			}
			p := cleaner.Page{Body: cleanertest.Read(t, page), URL: want.URL}
			if filepath.Ext(page) == ".txt" {
				p.ContentType = "text/plain"
			}
			a, err := cleaner.Clean(p, s)
			if want.Refused {
				var refused *cleaner.NotArticleError
				if !errors.As(err, &refused) {
					t.Fatalf("%s: not refused: %v, %q", want.Why, err, a.Title)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", want.Why, err)
			}
			compareExpected(t, a, want)
			if t.Failed() {
				t.Logf("the rule: %s", want.Why)
			}
		})
	}
}

func compareExpected(t *testing.T, a cleaner.Article, want expected) {
	t.Helper()
	moment := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format(time.RFC3339)
	}
	for _, f := range []struct {
		name, got string
		want      *string
	}{
		{"title", string(a.Title), want.Title},
		{"kicker", string(a.Kicker), want.Kicker},
		{"lead", string(a.Lead), want.Lead},
		{"dateline", string(a.Dateline), want.Dateline},
		{"byline", string(a.Byline), want.Byline},
		{"source", string(a.Source), want.Source},
		{"published", moment(a.Published.Time), want.Published},
		{"modified", moment(a.Modified.Time), want.Modified},
	} {
		if f.want != nil && f.got != *f.want {
			t.Errorf("%s:\n got %q\nwant %q", f.name, f.got, *f.want)
		}
	}
	if want.Tags != nil && !slices.Equal(a.Tags, *want.Tags) {
		t.Errorf("tags:\n got %q\nwant %q", a.Tags, *want.Tags)
	}
	if want.Captions != nil && !slices.Equal(all(a.Captions), all(*want.Captions)) {
		t.Errorf("captions:\n got %q\nwant %q", a.Captions, *want.Captions)
	}
	if want.Section != nil && !slices.Equal(a.Section, *want.Section) {
		t.Errorf("section:\n got %q\nwant %q", a.Section, *want.Section)
	}
	if want.Body != nil {
		var body []string
		if want.BodyIncludesLead && a.Lead != "" {
			body = append(body, string(a.Lead))
		}
		for _, b := range a.Body {
			body = append(body, b.Text)
		}
		list := *want.Body
		if want.BodyIncludesLead && want.Lead != nil && *want.Lead != "" && (len(list) == 0 || list[0] != *want.Lead) {
			list = append([]string{*want.Lead}, list...)
		}
		if diff := cmp.Diff(all(list), all(body)); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	}
	for _, s := range want.Boilerplate {
		if strings.Contains(a.Text, s) {
			t.Errorf("boilerplate in text: %q", s)
		}
	}
	for _, s := range want.TextHas {
		must := 0
		for _, other := range want.TextHas {
			if other == s {
				must++
			}
		}
		if got := strings.Count(a.Text, s); got < must {
			t.Errorf("text has %q %d times, not %d", s, got, must)
		}
	}
}
