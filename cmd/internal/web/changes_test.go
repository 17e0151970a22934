package web

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
)

// listening is a server over an archive whose catalog has read all of it.
func listening(t *testing.T, arch *archive.Archive) *Server {
	t.Helper()
	s := newTestServer(t, arch)
	if err := s.Catalog.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

var asOfTime = regexp.MustCompile(`(as of|tính đến) <time[^>]*>[^<]*</time>`)

// The page of changes, and what its filters leave, as people see them.
func TestChangesPage(t *testing.T) {
	s := listening(t, richArchive(t))
	for _, tt := range []struct {
		query, lang, name string
		items             int
	}{
		{"", "vi", "changes", 16},
		{"?kind=gone&site=dantri", "en", "changes-gone", 2},
		{"?numbers=1&from=2026-11-18", "en", "changes-numbers", 2},
		{"?site=vov", "en", "", 0},
		{"?from=2026-11-16&to=2026-11-16", "en", "", 2},
		{"?kind=unsure", "vi", "", 1},
	} {
		w := ask(s, "/changes"+tt.query, "Accept-Language", tt.lang)
		page := w.Body.String()
		if n := strings.Count(page, "<h3>"); w.Code != http.StatusOK || n != tt.items || page != plain.Text(page) {
			t.Errorf("%s: %d, %d changes, not %d", tt.query, w.Code, n, tt.items)
		}
		if tt.name != "" {
			goldenPage(t, tt.name, asOfTime.ReplaceAllString(page, "$1 NOW"))
		}
	}
	for _, query := range []string{"?kind=x", "?from=2026-13-01", "?to=yesterday", "?after=x", "?from=0001-01-01"} {
		if w := ask(s, "/changes"+query); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}

// A list goes on where it ended, and nothing is left out or told twice.
func TestChangesPages(t *testing.T) {
	s := listening(t, richArchive(t))
	for _, q := range []changesQuery{{}, {Numbers: true}} {
		seen, after, pages := map[string]bool{}, "", 0
		for {
			q.Cursor = after
			list, next, err := s.listChanges(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				key := c.Site + c.Page + c.Time.String()
				if seen[key] || q.Numbers && c.Change.Size.Numbers == 0 {
					t.Errorf("%+v", c)
				}
				seen[key] = true
			}
			if pages++; next == "" {
				break
			}
			after = next
		}
		t.Logf("%d changes on %d pages", len(seen), pages)
	}
}

// atomDoc is what of a feed RFC 4287 asks for.
type atomDoc struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	atomHead
	Entries []struct {
		atomHead
		Content struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"content"`
	} `xml:"entry"`
}

type atomHead struct {
	Titles  []string `xml:"title"`
	IDs     []string `xml:"id"`
	Updated []string `xml:"updated"`
	Authors []string `xml:"author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
}

// check holds what feeds and entries must have: one title, one id that is an IRI, one time, an
// author, and one alternate link, absolute.
func (h atomHead) check(t *testing.T, what string, ids map[string]bool) (links map[string]string) {
	t.Helper()
	if len(h.Titles) != 1 || len(h.IDs) != 1 || len(h.Updated) != 1 || len(h.Authors) == 0 || h.Titles[0] == "" || h.Authors[0] == "" {
		t.Errorf("%s: %+v", what, h)
		return nil
	}
	if u, err := url.Parse(h.IDs[0]); err != nil || u.Scheme == "" || ids[h.IDs[0]] {
		t.Errorf("%s: id %q", what, h.IDs[0])
	}
	ids[h.IDs[0]] = true
	if _, err := time.Parse(time.RFC3339, h.Updated[0]); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	links = map[string]string{}
	for _, l := range h.Links {
		if u, err := url.Parse(l.Href); err != nil || u.Scheme != "http" || u.Host != "localhost" || links[l.Rel] != "" {
			t.Errorf("%s: link %+v", what, l)
		}
		links[l.Rel] = l.Href
	}
	if links["alternate"] == "" {
		t.Errorf("%s: no alternate link", what)
	}
	return links
}

func TestAtom(t *testing.T) {
	s := listening(t, richArchive(t))
	flood := pagePath("dantri", keyOf(t, tenVersions))
	seen := map[string][]string{}
	for _, path := range []string{"/changes.atom", "/changes.atom?site=dantri&kind=edit", flood + "/changes.atom", pagePath("dantri", keyOf(t, hostile)) + "/changes.atom"} {
		w := ask(s, path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" || w.Body.String() != plain.Text(w.Body.String()) {
			t.Errorf("%s: %d %s", path, w.Code, w.Header())
		}
		var doc atomDoc
		if err := xml.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		links := doc.check(t, path, ids)
		if links["self"] != "http://localhost"+path {
			t.Errorf("%s: self %s", path, links["self"])
		}
		before := ""
		for _, e := range doc.Entries {
			e.check(t, path, ids)
			if before != "" && e.Updated[0] > before || e.Content.Type != "html" || !strings.HasPrefix(e.Content.Text, "<p>") {
				t.Errorf("%s: %+v", path, e)
			}
			before = e.Updated[0]
			seen[e.IDs[0]] = append(seen[e.IDs[0]], path)
		}
	}
	both := 0
	for _, paths := range seen {
		if len(paths) > 1 {
			both++
		}
	}
	if both < 9 {
		t.Errorf("one change has one id in every feed: only %d do", both)
	}
	golden(t, "page.atom", ask(s, flood+"/changes.atom", "Accept-Language", "en").Body.String())
}

func TestJSONFeed(t *testing.T) {
	s := listening(t, richArchive(t))
	w := ask(s, "/changes.json?kind=edit", "Accept-Language", "en")
	var f jsonFeed
	if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Header().Get("Content-Type") != "application/feed+json; charset=utf-8" {
		t.Fatal(err, w.Header())
	}
	if f.Version != "https://jsonfeed.org/version/1.1" || f.Title == "" || f.Home == "" || f.Self != "http://localhost/changes.json?kind=edit" || f.Language != "en" || len(f.Items) != 13 {
		t.Errorf("%+v", f)
	}
	ids := map[string]bool{}
	for _, i := range f.Items {
		if _, err := time.Parse(time.RFC3339, i.At); err != nil || i.ID == "" || ids[i.ID] || i.URL == "" || i.Content == "" || i.Baoluu.Kind != "edit" || i.Baoluu.From == nil || len(i.Baoluu.Fields) == 0 {
			t.Errorf("%+v", i)
		}
		ids[i.ID] = true
	}
}

// Whatever an article says stands in feeds as text: their HTML has the elements that we write.
func TestHostileFeed(t *testing.T) {
	arch := smallArchive(t)
	later := hostile
	later.title += " ]]></title><script>alert(2)</script>"
	later.body = append([]string{"<img src=x onerror=alert(3)> 12 <iframe srcdoc='x'>"}, hostile.body...)
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{later.kept(t, now.Add(-time.Minute))}}); err != nil {
		t.Fatal(err)
	}
	s := listening(t, arch)
	var f jsonFeed
	if err := json.Unmarshal(ask(s, "/changes.json").Body.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	var doc atomDoc
	if err := xml.Unmarshal(ask(s, "/changes.atom").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	contents := []string{}
	for _, i := range f.Items {
		contents = append(contents, i.Content)
	}
	for _, e := range doc.Entries {
		contents = append(contents, e.Content.Text)
	}
	if !strings.Contains(contents[0], "&lt;script&gt;alert(") {
		t.Error(contents[0])
	}
	for _, c := range contents {
		for z := html.NewTokenizer(strings.NewReader(c)); z.Next() != html.ErrorToken; {
			token := z.Token()
			if token.Type != html.TextToken && (!slices.Contains([]string{"p", "del", "ins", "strong"}, token.Data) || len(token.Attr) > 0) {
				t.Errorf("%v in %s", token, c)
			}
		}
	}
	page := ask(s, "/changes").Body.String()
	for _, wrong := range []string{"<script>alert", "<img", "<iframe"} {
		if strings.Contains(page, wrong) {
			t.Errorf("the page has %q", wrong)
		}
	}
}

// The links of feeds have the host that was asked for, which the guard knows, and the scheme
// that a proxy on this machine says: from elsewhere anyone can say one.
func TestFeedOrigin(t *testing.T) {
	s := listening(t, smallArchive(t))
	for _, tt := range []struct{ from, proto, want string }{
		{"127.0.0.1:4000", "https", "https"}, {"[::1]:4000", "https", "https"}, {"[::ffff:127.0.0.1]:4000", "https", "https"},
		{"127.0.0.1:4000", "javascript", "http"}, {"192.0.2.1:4000", "https", "http"}, {"", "https", "http"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/changes.atom", nil)
		r.RemoteAddr = tt.from
		r.Header.Set("X-Forwarded-Proto", tt.proto)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `href="`+tt.want+`://localhost/changes"`) {
			t.Errorf("%+v: %s", tt, w.Body)
		}
	}
}

func FuzzParseChanges(f *testing.F) {
	for _, q := range []string{"site=vov&kind=edit&from=2026-11-01&to=2026-11-30&numbers=1&after=x", "kind=%00", "from=9999-99-99", "numbers="} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		q, err := parseChanges(v)
		if err != nil {
			return
		}
		again, err := parseChanges(q.values())
		q.Cursor = ""
		if err != nil || again != q {
			t.Errorf("%q: %+v, then %+v %v", query, q, again, err)
		}
		if u, err := url.Parse(q.Path("/changes", "")); err != nil || u.Path != "/changes" {
			t.Errorf("%q: %v", query, err)
		}
	})
}
