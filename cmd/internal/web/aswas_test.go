package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/sites"
)

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2016":                      "2016-12-31T23:59:59.999+07:00",
		"2016-04":                   "2016-04-30T23:59:59.999+07:00",
		"2016-04-08":                "2016-04-08T23:59:59.999+07:00",
		"2016-04-08T10:00":          "2016-04-08T10:00:59.999+07:00",
		"2016-04-08T10:00:07":       "2016-04-08T10:00:07.999+07:00",
		"2016-04-08T10:00:07.123":   "2016-04-08T10:00:07.123+07:00",
		"2016-04-08T10:00:00+07:00": "2016-04-08T10:00:00.999+07:00",
		"2016-04-08T10:00Z":         "2016-04-08T17:00:59.999+07:00",
		"2016-04-31":                "", "": "", "x": "", "2016-4-8": "", "0000-01-01": "", "9999": "", "2016-04-08 10:00": "", "20160408": "2016-04-09T06:59:59.999+07:00", "20160408030405": "2016-04-08T10:04:05.999+07:00", "201604": "2016-05-01T06:59:59.999+07:00", "2016040": "", "20161308": "", "2016-04-08T25:00": "",
	} {
		at, ok := parseMoment(text)
		if got := at.In(sites.Zone).Format("2006-01-02T15:04:05.000-07:00"); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s %v, want %q", text, got, ok, want)
		}
	}
}

func TestAddressesOf(t *testing.T) {
	for text, want := range map[string][]string{
		"https://vov.vn/a?b=c%20d":      {"https://vov.vn/a?b=c%20d"},
		"https:/vov.vn/a":               {"https://vov.vn/a"},
		"HTTP:////vov.vn/a":             {"HTTP://vov.vn/a"},
		"https%3A%2F%2Fvov.vn%2Fa%3Fb":  {"https://vov.vn/a?b"},
		"https:%2f%2fvov.vn/a":          {"https://vov.vn/a"},
		"vov.vn/a":                      {"https://vov.vn/a", "http://vov.vn/a"},
		"//vov.vn/a":                    {"https://vov.vn/a", "http://vov.vn/a"},
		"vov.vn:8080/a":                 {"https://vov.vn:8080/a", "http://vov.vn:8080/a"},
		"javascript:alert(1)":           nil,
		"data:text/html,x":              nil,
		"":                              nil,
		"/":                             nil,
		"https://vov.vn/../..//x/./y?z": {"https://vov.vn/../..//x/./y?z"},
	} {
		if diff := cmp.Diff(want, addressesOf(text)); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

// FuzzAddress: whatever stands behind /at/, the router gets a path that it leaves as it is,
// and the handler the address as it was sent.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"2016/https://vov.vn/a?b", "%2e%2e/%00", "2016-04-08T10:00%2B07:00/https%3A%2F%2Fx", "..//", "%", "2016/%zz", "2016/?#", "./x", "%2f/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		r, err := http.NewRequest(http.MethodGet, "http://localhost/at/"+rest, nil)
		if err != nil {
			return
		}
		withAddress(http.HandlerFunc(func(_ http.ResponseWriter, routed *http.Request) {
			address, got := routed.PathValue("address"), routed.URL.Path
			switch {
			case routed == r: // there is no address
			case path.Clean(got) != got || strings.Count(got, "/") != 2:
				t.Errorf("%q is routed as %q", rest, got)
			case !strings.HasSuffix(strings.TrimSuffix(r.URL.RequestURI(), "?"), strings.TrimSuffix(address, "?")):
				t.Errorf("%q is read as %q", rest, address)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}

// answers are captures of one page of Dân trí, as they come.
func answers(t testing.TB, list ...capture.Kept) *archive.Archive {
	t.Helper()
	arch, err := archive.Create(archiveDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{k}}); err != nil {
			t.Fatal(err)
		}
	}
	return arch
}

func TestAsWas(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 8, 0, 0, 0, sites.Zone) }
	second := edited
	second.title = "Làng chài có cầu mới"
	refused := answerOf(t, edited.url, http.StatusForbidden, at(14))
	refused.State = capture.Blocked
	unchanged := answerOf(t, edited.url, http.StatusNotModified, at(12))
	unchanged.Kind, unchanged.Profile, unchanged.State = capture.Revisit, capture.NotModified, capture.Live
	s := newTestServer(t, answers(t, edited.kept(t, at(10)), second.kept(t, at(11)), unchanged, refused, answerOf(t, edited.url, http.StatusGone, at(16))))
	for _, tt := range []struct {
		moment string
		says   []string
	}{
		{"2026-11-09", []string{"This is the first capture", "capture 1 of 5", "10 November 2026"}},
		{"2026-11-10", []string{"capture 1 of 5", "/at/2026-11-10T08:00:00.000+07:00if_/" + edited.url + "\"", "/at/2026-11-11T08:00:00.000+07:00/" + edited.url}},
		{"2026-11-11T07:59:59", []string{"capture 1 of 5"}},
		{"2026-11-11T08:00:00.000", []string{"capture 2 of 5"}},
		{"2026-11-12T01:00:00Z", []string{"capture 3 of 5", "had not changed", "/at/2026-11-12T08:00:00.000+07:00if_/" + edited.url + "\""}},
		{"2026-11-14T07:59:59", []string{"capture 3 of 5"}},
		{"2026-11-15", []string{"capture 3 of 5", "1 later capture brought no page"}},
		{"2026-11-14T08:00:00.000+07:00", []string{"capture 4 of 5", "refused the crawler", "has no content"}},
		{"2030", []string{"capture 5 of 5", "had taken the page down", "has no content", "(410)"}},
	} {
		for _, address := range []string{edited.url, strings.Replace(edited.url, "https://", "https:/", 1), strings.TrimPrefix(edited.url, "https://"), edited.url + "?utm_source=x", strings.Replace(edited.url, "dantri", "m.dantri", 1)} {
			w := ask(s, "/at/"+tt.moment+"/"+address, "Accept-Language", "en")
			body := strings.ReplaceAll(w.Body.String(), "&#43;", "+")
			for _, want := range tt.says {
				if w.Code != http.StatusOK || !strings.Contains(body, want) {
					t.Errorf("%s of %s: %d, does not say %q", tt.moment, address, w.Code, want)
				}
			}
		}
	}
	for target, want := range map[string]int{
		"/at/2030/https://dantri.com.vn/xa-hoi/khong-co-20261118071534999.htm": http.StatusNotFound,
		"/at/2030/https://evil.example/":                                       http.StatusNotFound, "/at/x/" + edited.url: http.StatusNotFound, "/at/2030/javascript:alert(1)": http.StatusNotFound,
		"/at/2030": http.StatusNotFound, "/at/": http.StatusNotFound, "/at/%2e%2e/x": http.StatusNotFound, "/at/%00/x": http.StatusNotFound,
	} {
		if w := ask(s, target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

var frameSource = regexp.MustCompile(`<iframe[^>]* src="([^"]*)"`)

// TestRaw: what stands in the frame has a policy that allows nothing, and the page around it
// lets nothing else be framed.
func TestRaw(t *testing.T) {
	tricks, err := os.ReadFile("../inert/testdata/tricks.html")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 10, 8, 0, 0, 0, sites.Zone)
	k := edited.kept(t, at)
	k.Body = append(bytes.ReplaceAll(tricks, []byte("<plaintext>"), nil), `<a href="`+edited.url+`?x=1#y">chính nó</a> <a href="https://dantri.com.vn/khac.htm">không có</a> <a href="`+takenDown.url+`?x">bài khác</a> <a href="https://dantri.com.vn/anh.htm">ảnh</a>`...)
	k.Header = []capture.Field{{Name: "Set-Cookie", Value: "evil=1"}, {Name: "Refresh", Value: "0;url=https://evil.example"}, {Name: "Link", Value: "<https://evil.example/x>; rel=preload"}}
	picture := answerOf(t, "https://dantri.com.vn/anh.htm", http.StatusOK, at)
	picture.State, picture.Body, picture.ContentType = capture.Live, []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"), "text/html"
	arch := answers(t, k, picture, takenDown.kept(t, at))
	s := newTestServer(t, arch)

	around := ask(s, "/at/2026-11-10/"+edited.url)
	source := frameSource.FindStringSubmatch(around.Body.String())
	if source == nil {
		t.Fatal("no frame")
	}
	if csp := around.Header().Get("Content-Security-Policy"); csp != policy+"; frame-src 'self'" || !strings.Contains(around.Body.String(), `sandbox="allow-same-origin allow-top-navigation-by-user-activation"`) {
		t.Errorf("around the frame: %s", csp)
	}
	frame := strings.ReplaceAll(source[1], "&#43;", "+")
	w := ask(s, frame)
	h := w.Header()
	csp := h.Get("Content-Security-Policy")
	if w.Code != http.StatusOK || !strings.HasPrefix(csp, sandbox+"; img-src data: http://localhost/at/; font-src data: http://localhost/at/; style-src http://localhost/at/ 'sha256-") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script") {
		t.Errorf("%d, policy %q", w.Code, csp)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "SAMEORIGIN",
		"Cache-Control": "private, no-cache", "Content-Type": "text/html; charset=utf-8", "Set-Cookie": "", "Refresh": "", "Memento-Datetime": "Tue, 10 Nov 2026 01:00:00 GMT", "Access-Control-Allow-Origin": "",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if body := w.Body.String(); strings.Contains(body, "<script") || strings.Contains(body, "alert(") && !strings.Contains(body, "hit(") || !strings.Contains(body, "Chợ quê sáng nay") {
		t.Error("not the inert page")
	}
	for _, link := range []string{takenDown.url, "https://dantri.com.vn/anh.htm"} {
		if !strings.Contains(w.Body.String(), `href="/at/2026-11-10/`+link+`"`) {
			t.Errorf("no link to %s, which is kept", link)
		}
	}
	if strings.Contains(w.Body.String(), `href="/at/2026-11-10/https://dantri.com.vn/khac.htm"`) || strings.Contains(w.Body.String(), `href="/at/2026-11-10/https://evil.example`) {
		t.Error("a link to what is not kept")
	}
	if link := h.Get("Link"); strings.Contains(link, "evil") || !strings.Contains(link, `rel="original"`) {
		t.Errorf("Link: %s", link)
	}
	if old := ask(s, "/raw/dantri/1"); old.Body.String() != w.Body.String() || old.Header().Get("Content-Security-Policy") != csp {
		t.Error("its old address shows another page")
	}
	if again := ask(s, frame, "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", again.Code)
	}

	body := ask(s, "/raw/dantri/1/body")
	if h := body.Header(); body.Body.String() != string(k.Body) || h.Get("Content-Type") != "application/octet-stream" || h.Get("Content-Disposition") != `attachment; filename="dantri-1.body"` ||
		!strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the body: %v", h)
	}
	if w := ask(s, "/at/2030/https://dantri.com.vn/anh.htm", "Accept-Language", "en"); !strings.Contains(w.Body.String(), "a file rather than a page") || strings.Contains(w.Body.String(), "<iframe") {
		t.Errorf("of a picture: %s", w.Body)
	}
	for _, target := range []string{"/raw/dantri/0", "/raw/dantri/99", "/raw/dantri/-1", "/raw/dantri/1x", "/raw/none/1", "/raw/..%2fdantri/1", "/raw/dantri/2", "/raw/dantri/99999999999999999999"} {
		if w := ask(s, target); w.Code != http.StatusNotFound || w.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %d", target, w.Code)
		}
	}

	// Forgotten, it is gone at once, though it was shown a moment ago.
	if _, err := forget.Run(t.Context(), arch, "dantri", keyOf(t, edited), forget.Options{Reason: "a court order", Accept: true}); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]int{frame: http.StatusGone, "/raw/dantri/1": http.StatusNotFound, "/raw/dantri/1/body": http.StatusNotFound, "/at/2026-11-10/" + edited.url: http.StatusGone} {
		if w := ask(s, target); w.Code != want || strings.Contains(w.Body.String(), "Chợ") {
			t.Errorf("forgotten, %s: %d, want %d", target, w.Code, want)
		}
	}
}
