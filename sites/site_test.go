package sites_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/sites"
)

// The registry holds what every other room relies on.
func TestRegistry(t *testing.T) {
	names, hosts := []string{}, map[string]string{}
	for _, s := range sites.All() {
		names = append(names, s.Name)
		if s.Title == "" || len(s.Languages) == 0 || len(s.Sources) == 0 || len(s.Articles) == 0 || s.Dateline == nil {
			t.Errorf("%s: something is missing", s.Name)
		}
		if !regexp.MustCompile(`^[a-z]+$`).MatchString(s.Name) {
			t.Errorf("%s: the name is not plain", s.Name)
		}
		for _, h := range s.Hosts {
			if h != strings.ToLower(h) || hosts[h] != "" {
				t.Errorf("%s: host %q, also of %q", s.Name, h, hosts[h])
			}
			hosts[h] = s.Name
			u := &url.URL{Scheme: "https", Host: h}
			if found, ok := sites.ByURL(u); !ok || found.Name != s.Name {
				t.Errorf("%s: host %q is not found", s.Name, h)
			}
		}
		if home, err := s.Address(s.Home); err != nil || home.Kind != sites.List || home.URL != s.Home {
			t.Errorf("%s: home %+v, %v", s.Name, home, err)
		}
		if s.Sources[0].Kind != sites.FrontPage {
			t.Errorf("%s: the front page is not the first source", s.Name)
		}
		for _, source := range s.Sources {
			at := source.At(time.Date(2026, 7, 3, 12, 0, 0, 0, sites.Zone))
			a, err := s.Address(at)
			want := map[sites.SourceKind]sites.Kind{sites.NewsSitemap: sites.SitemapPage, sites.Sitemap: sites.SitemapPage, sites.FeedSource: sites.FeedPage, sites.SectionList: sites.List, sites.FrontPage: sites.List}[source.Kind]
			if err != nil || a.Kind != want || strings.ContainsAny(at, "{}") {
				t.Errorf("%s: source %s is %s, want %s, %v", s.Name, at, a.Kind, want, err)
			}
		}
		for _, f := range s.Articles {
			if f.Path.Regexp().SubexpIndex("id") < 0 || f.Since == "" {
				t.Errorf("%s: form %s has no id or no year", s.Name, f.Path)
			}
		}
	}
	if !slices.IsSorted(names) || len(names) != 15 {
		t.Errorf("sites %q", names)
	}
	if _, ok := sites.ByName("nosuch"); ok {
		t.Error("a site of no name")
	}
}

// Every layout is whole and dated, and has pages it was written for.
func TestLayouts(t *testing.T) {
	for _, s := range sites.All() {
		if len(s.Layouts) == 0 {
			t.Errorf("%s has no layout", s.Name)
			continue
		}
		names := map[string]bool{}
		for i, l := range s.Layouts {
			if l.Name == "" || names[l.Name] || l.Name == "text" || l.Name == "generic" {
				t.Errorf("%s: layout name %q", s.Name, l.Name)
			}
			names[l.Name] = true
			if l.Article == nil || l.Title == nil || l.Body == nil {
				t.Errorf("%s %s: not whole", s.Name, l.Name)
			}
			last := i == len(s.Layouts)-1
			if last != l.Since.IsZero() {
				t.Errorf("%s %s: only the oldest has no day", s.Name, l.Name)
			}
			if i > 0 && !last && !l.Since.Before(s.Layouts[i-1].Since) {
				t.Errorf("%s %s: the days do not fall", s.Name, l.Name)
			}
			if l.Live != nil && l.LiveTime == nil {
				t.Errorf("%s %s: live entries without times", s.Name, l.Name)
			}
			fixtures, err := filepath.Glob(filepath.Join("..", "cleaner", "testdata", s.Name, l.Name+".*.html"))
			if err != nil || len(fixtures) < 1 {
				t.Errorf("%s %s: %d fixtures, %v", s.Name, l.Name, len(fixtures), err)
			}
			for _, f := range fixtures {
				if _, err := os.Stat(strings.TrimSuffix(f, ".html") + ".json"); err != nil {
					t.Errorf("%s: no golden article: %v", f, err)
				}
			}
		}
	}
}

func TestDatelines(t *testing.T) {
	for _, tt := range []struct{ site, lead, want string }{
		{"dantri", "(Dân trí) - Sau gần", "(Dân trí)"},
		{"dantri", "(Dân trí)- Sau gần", "(Dân trí)"},
		{"dantri", "(Dân trí) Sau gần", "(Dân trí)"},
		{"dantri", "Dân trí được nâng cao", ""},
		{"vov", "VOV.VN - Ngoại trưởng", "VOV.VN"},
		{"vov", "(VOV) - Ngoại trưởng", "(VOV)"},
		{"vov", "VOV.VN đưa tin", ""},
		{"baonghean", "(Baonghean.vn) - NATO", "(Baonghean.vn)"},
		{"baonghean", "(Baonghean) - Chiều nay", "(Baonghean)"},
		{"baotintuc", "(TTXVN) - Ngày 5/6", "(TTXVN)"},
		{"baotintuc", "TTXVN đưa tin", ""},
	} {
		got := ""
		if m := site(t, tt.site).Dateline.Regexp().FindStringSubmatch(tt.lead); m != nil {
			got = m[1]
		}
		if got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.site, tt.lead, got, tt.want)
		}
	}
}
