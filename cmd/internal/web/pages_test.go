package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// The main part of pages, as a person has read it.
func TestGoldenPages(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for name, tt := range map[string]struct{ path, lang string }{
		"today.vi":     {"/", "vi"},
		"newspaper.en": {"/n/dantri", "en"},
		"day.vi":       {"/day/2026-11-19", "vi"},
		"month.en":     {"/n/dantri/2026-11", "en"},
		"about.vi":     {"/about", "vi"},
	} {
		w := ask(s, tt.path, "Accept-Language", tt.lang)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", tt.path, w.Code)
			continue
		}
		page := w.Body.String()
		main := page[strings.Index(page, "<main"):strings.Index(page, "</main>")] + "</main>\n"
		main = regexp.MustCompile(`(As of|Theo kho lưu trữ lúc) <time[^>]*>[^<]*</time>`).ReplaceAllString(main, "$1 MOMENT") // the clock's own
		golden(t, filepath.Join("golden", name+".html"), main)
	}
}

// Whoever follows links finds pages, each of them whole: nothing of another host, one
// heading, no two things of one name. What strangers wrote is text.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for _, lang := range languages {
		seen := map[string]string{} // address → where it stands
		queue := []string{"/", "/nothing", "/day/1999-01-01", "/day", "/n/vov"}
		for len(queue) > 0 {
			address := queue[0]
			queue = queue[1:]
			w := ask(s, address, "Accept-Language", lang)
			kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
			switch {
			case w.Code == http.StatusSeeOther || w.Code == http.StatusMovedPermanently || w.Code == http.StatusFound || w.Code == http.StatusTemporaryRedirect:
				queue = follow(t, seen, queue, address, w.Header().Get("Location"))
				continue
			case w.Code != http.StatusOK && address != "/nothing":
				t.Errorf("%s: %d, linked from %s", address, w.Code, seen[address])
				continue
			case kind != "text/html" || strings.HasPrefix(address, "/raw/"):
				continue
			case w.Body.Len() > 200_000:
				t.Errorf("%s has %d bytes", address, w.Body.Len())
			}
			for _, link := range wholePage(t, address, w) {
				queue = follow(t, seen, queue, address, link)
			}
			if len(seen) > 2000 {
				t.Fatalf("links without end: %s", address)
			}
		}
		if len(seen) < 30 {
			t.Errorf("only %d addresses are linked to", len(seen))
		}
	}
}

// follow adds a link of ours to the queue, once.
func follow(t *testing.T, seen map[string]string, queue []string, from, link string) []string {
	base, err := url.Parse("http://localhost" + from)
	if err != nil {
		t.Fatal(err)
	}
	u, err := base.Parse(link)
	if err != nil {
		t.Errorf("%s links to %q: %v", from, link, err)
		return queue
	}
	if u.Host != "localhost" || strings.HasPrefix(u.Path, "/language/") {
		return queue
	}
	u.Scheme, u.Host, u.Fragment = "", "", ""
	if _, there := seen[u.String()]; there {
		return queue
	}
	seen[u.String()] = from
	return append(queue, u.String())
}

var (
	voidTags = strings.Fields("area base br col embed hr img input link meta source track wbr")
	resource = map[string]string{"script": "src", "img": "src", "iframe": "src", "link": "href", "form": "action", "source": "src", "use": "href", "object": "data", "embed": "src"}
)

// wholePage finds fault with a page, and gives the addresses that it leads to.
func wholePage(t *testing.T, address string, w *httptest.ResponseRecorder) (links []string) {
	t.Helper()
	var open []string
	ids, headings := map[string]bool{}, 0
	fault := func(format string, args ...any) { t.Helper(); t.Errorf(address+": "+format, args...) }
	z := html.NewTokenizer(strings.NewReader(w.Body.String()))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			attributes := map[string]string{}
			for _, a := range token.Attr {
				attributes[a.Key] = a.Val
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
					fault("<%s> has %s", token.Data, a.Key)
				}
				if strings.Contains(a.Val, "ZgotmplZ") {
					fault("<%s %s> was filtered", token.Data, a.Key)
				}
			}
			if id := attributes["id"]; id != "" {
				if ids[id] {
					fault("two things are called %s", id)
				}
				ids[id] = true
			}
			if token.Data == "h1" {
				headings++
			}
			if to, is := attributes[resource[token.Data]]; is && resource[token.Data] != "" {
				if u, err := url.Parse(to); err != nil || u.Host != "" || u.Scheme != "" {
					fault("<%s> loads %s", token.Data, to)
				}
				if token.Data != "form" {
					links = append(links, to)
				}
			}
			if to, is := attributes["href"]; is && token.Data == "a" {
				if u, err := url.Parse(to); err != nil || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" {
					fault("a link to %s", to)
				}
				links = append(links, to)
			}
			if kind == html.StartTagToken && !slices.Contains(voidTags, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				fault("</%s> closes %v", token.Data, open)
				return links
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		fault("not closed: %v", open)
	}
	if headings != 1 {
		fault("%d headings h1", headings)
	}
	return links
}

// What a page of a newspaper says is text, wherever it stands.
func TestHostileTitlesAreText(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for _, path := range []string{"/", "/n/dantri", "/day/2026-11-21", "/day/2026-11"} {
		page := ask(s, path).Body.String()
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") || strings.Contains(page, "\u202e") || !strings.Contains(page, "Tiêu đề &lt;script&gt;") {
			t.Errorf("%s:\n%s", path, page)
		}
	}
}

func TestDays(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for _, tt := range []struct {
		path string
		code int
		says string // or where it leads
	}{
		{"/day/2026-11-18", 200, "Làng chài có cầu mới sau mùa lũ"},
		{"/day/2026-11-19", 200, "taken down"},
		{"/day/2026-11-20", 200, "The archive has no article of this day."},
		{"/day/2026-11-21", 200, "← 19 November 2026"},
		{"/day/2026-11", 200, "3 articles published"},
		{"/n/dantri/2026-11-18", 200, "1 article published"},
		{"/n/vov/2026-11-18", 200, "0 articles published"},
		{"/n/nobody/2026-11-18", 404, "does not have this newspaper"},
		{"/n/nobody", 404, "does not have this newspaper"},
		{"/n/..%2fdantri", 404, "does not have this newspaper"},
		{"/day/2026-02-30", 404, "This is no day"},
		{"/day/yesterday", 404, "This is no day"},
		{"/day/2026-11?after=nonsense", 400, "No such place"},
		{"/day?d=2026-11-18", 303, "/day/2026-11-18"},
		{"/day?d=2026-11-18&n=dantri", 303, "/n/dantri/2026-11-18"},
		{"/day?d=18/11/2026", 303, "/day/2026-11-18"},
		{"/day?d=x", 400, "This is no day"},
		{"/day", 303, "/day/2026-11-21"},
	} {
		w := ask(s, tt.path, "Accept-Language", "en")
		if w.Code != tt.code || !strings.Contains(textOf(w.Body.String())+w.Header().Get("Location"), tt.says) {
			t.Errorf("%s: %d %s\n%s", tt.path, w.Code, w.Header().Get("Location"), textOf(w.Body.String()))
		}
	}
}

// Lists go on by a cursor, fifty articles a page, none twice and none left out.
func TestMonthGoesOn(t *testing.T) {
	arch := smallArchive(t)
	batch := batchOf(t, 70, time.Date(2026, 10, 1, 6, 0, 0, 0, now.Location()))
	if _, err := arch.Commit(t.Context(), "dantri", batch); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	next := regexp.MustCompile(`<a href="([^"]*\?after=[^"]*)"`)
	title := regexp.MustCompile(`Bài thử số \d+`)
	found := map[string]int{}
	pages := 0
	for path := "/day/2026-10"; path != ""; pages++ {
		page := ask(s, path).Body.String()
		for _, m := range title.FindAllString(page, -1) {
			found[m]++
		}
		path = ""
		if m := next.FindStringSubmatch(page); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	if pages != 2 || len(found) != 70 {
		t.Errorf("%d articles on %d pages", len(found), pages)
	}
	for name, n := range found {
		if n != 1 {
			t.Errorf("%s stands there %d times", name, n)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, text := range []string{"2026-11-22", "2026-11", "2026-13", "2026-1", "0000-01", "2026-11-", "２０２６-11"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, month, ok := parseSpan(text)
		if ok && spanPath("", day, month) != "/day/"+text {
			t.Errorf("%q: %v %v", text, day, month)
		}
	})
}

// Whatever an address says, an answer is a page or a redirect, and never a fault of ours.
func FuzzRequest(f *testing.F) {
	for _, a := range []string{"/n/dantri", "/day/2026-11?after=x", "/day?d=1&n=../x", "/p/dantri/1/diff/1..3", "/n/%00", "/n/a%2fb/2026-11", "/%ff", "/at/2016-04-08/https://vov.vn/"} {
		f.Add(a)
	}
	s := newLastingServer(f)
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.ParseRequestURI(address)
		if err != nil || !strings.HasPrefix(address, "/") {
			return
		}
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = u.Path, u.RawPath, u.RawQuery
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%q: %d", address, w.Code)
		}
	})
}
