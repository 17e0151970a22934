package sampleweb

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// The id of a generated article says which one it is, and no other id does.
func TestGeneratedIDs(t *testing.T) {
	for _, p := range everyPaper() {
		rapid.Check(t, func(t *rapid.T) {
			k := rapid.IntRange(-5_000, 100_000).Draw(t, "k")
			id := p.generatedID(k)
			if got, ok := p.generatedNumber(id); !ok || got != k {
				t.Fatalf("%s: %d has id %s, which is %d, %v", p.name, k, id, got, ok)
			}
			if a := p.generate(k); !p.articleForm.MatchString(p.address(a)) {
				t.Fatalf("%s: address %s", p.name, p.address(a))
			}
			for _, a := range written()[p.name] {
				if a.ID == id {
					t.Fatalf("%s: %s is taken", p.name, id)
				}
			}
		})
	}
}

func FuzzGeneratedNumber(f *testing.F) {
	for _, p := range everyPaper() {
		f.Add(p.generatedID(0))
		f.Add(p.generatedID(-1))
	}
	f.Add("post-1")
	f.Add("99999999999999999")
	f.Fuzz(func(t *testing.T, id string) {
		for _, p := range everyPaper() {
			if k, ok := p.generatedNumber(id); ok && p.generatedID(k) != id {
				t.Errorf("%s: %q is %d, whose id is %q", p.name, id, k, p.generatedID(k))
			}
		}
	})
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Đường về Nghĩa Đàn: 12km, “ổ gà”...": "duong-ve-nghia-dan-12km-o-ga",
		norm.NFD.String("Ưỡn ngực"):           "uon-nguc",
		"  ":                                  "",
		"VND2.5 billion":                      "vnd2-5-billion",
	} {
		if got := slug(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	form := regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.String().Draw(t, "title")
		if s := slug(title); !form.MatchString(s) || slug(s) != s {
			t.Fatalf("%q: %q", title, s)
		}
	})
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"*", "", true}, {"", "", true}, {"", "a", false}, {"a*", "abc", true}, {"*c", "abc", true}, {"a*c*", "abc", true},
		{"a*d", "abc", false}, {"vov.vn/*", "dantri.com.vn/", false}, {"*/robots.txt", "vov.vn/robots.txt", true}, {"**b", "ab", true},
	} {
		if got := matches(c.pattern, c.s); got != c.want {
			t.Errorf("%q, %q: %v", c.pattern, c.s, got)
		}
	}
}

// What is written for each newspaper covers the kinds of article it is there
// for.
func TestWrittenArticles(t *testing.T) {
	layoutsOf := map[string]map[string]bool{}
	for site, as := range written() {
		published := 0
		layoutsOf[site] = map[string]bool{}
		for _, a := range as {
			layoutsOf[site][a.layout()] = true
			if !a.Reserve {
				published++
			}
			a.clone().texts(func(s *string) {
				if !norm.NFC.IsNormalString(*s) || strings.TrimSpace(*s) != *s {
					t.Errorf("%s %s: %q", site, a.ID, *s)
				}
			})
			year := 2026
			if site == "thanhniennews" {
				year = 2016
			}
			if a.Published.Year() != year {
				t.Errorf("%s %s: published %s", site, a.ID, a.Published)
			}
		}
		if published < 8 {
			t.Errorf("%s: %d articles", site, published)
		}
	}
	for site, layouts := range map[string]string{
		"dantri": "data-slot singular photo-story e-magazine", "vov": "drupal", "baotintuc": "detail-title", "baonghean": "onecms 2018 2018-live", "thanhniennews": "story",
	} {
		for _, l := range strings.Fields(layouts) {
			if !layoutsOf[site][l] {
				t.Errorf("%s has no article in %s", site, l)
			}
		}
	}
}
