package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/sites"
)

// fading is a context that ends when it was looked at so often.
type fading struct {
	context.Context
	looks int
}

func (f *fading) Err() error {
	if f.looks--; f.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Whoever goes away while a page or a sheet is made leaves none behind that misses what was not
// looked for any more.
func TestGoneReaders(t *testing.T) {
	s := newTestServer(t, lookedArchive(t))
	page, sheet := "/at/2026-11-10if_/"+edited.url, "/at/2026-11-10cs_/"+cdn+"a.css"
	for target, want := range map[string]string{page: cdn + "a.png", sheet: cdn + "f.woff2"} {
		for looks, answered := 0, false; !answered; looks++ {
			s.made, s.kinds = madeKept{}, assetKinds{}
			r := httptest.NewRequestWithContext(&fading{t.Context(), looks}, http.MethodGet, target, nil)
			r.SetPathValue("moment", "2026-11-10"+target[len("/at/2026-11-10"):][:3])
			r.SetPathValue("address", target[len("/at/2026-11-10if_/"):])
			answered = s.asWas(httptest.NewRecorder(), r) == nil
			if got := ask(s, target).Body.String(); !strings.Contains(got, want) {
				t.Fatalf("%s, after one who went at look %d:\n%s", target, looks, got)
			}
		}
	}
}

// TestErrorsAreNoMementos: an error has the headers of an error, whatever was to be answered; and
// leads back to where it was met.
func TestErrorsAreNoMementos(t *testing.T) {
	s := newTestServer(t, lookedArchive(t), func(o *Options) { o.Log.SetOutput(&strings.Builder{}) })
	large := assetOf(cdn+"large.png", now.AddDate(0, 0, -1), "image/png", drawnPicture(t, 9)+strings.Repeat("x", smallAnswer))
	if _, err := s.Archive.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{large}}); err != nil {
		t.Fatal(err)
	}
	check := func(target string, code int, header ...string) {
		t.Helper()
		w := ask(s, target, header...)
		h := w.Header()
		if w.Code != code || h.Get("Memento-Datetime") != "" || h.Get("Content-Disposition") != "" || h.Get("ETag") != "" || h.Get("Location") != "" ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Frame-Options") != "DENY" || h.Get("Content-Security-Policy") != policy {
			t.Errorf("%s: %d, want %d: %v", target, w.Code, code, h)
		}
		if back := strings.ToLower("back=" + url.QueryEscape(target)); !strings.Contains(strings.ToLower(w.Body.String()), back) {
			t.Errorf("%s: nothing leads back to it", target)
		}
	}
	exact := formPath(large.Time, "", large.URL)
	check("/at/2026im_/"+cdn+"none.png", 404)
	check("/at/2026im_/"+cdn+"page.png", 404)
	check("/at/2026-13/"+edited.url, 404)
	check("/timegate/https://dantri.com.vn/none.htm?a=b", 404)
	check("/timegate/"+edited.url, 400, "Accept-Datetime", "yesterday")
	s.sending.Store(mostSending)
	defer s.sending.Store(0)
	for _, form := range []string{"im_", "if_", "id_"} {
		check(strings.Replace(exact, "/"+large.URL, form+"/"+large.URL, 1), 503)
	}
}

// hostileAddresses are what stands where an address is to stand.
var hostileAddresses = []string{
	"", "/", "//", "//evil.example/", "///evil.example", `\\evil.example`, "/%5cevil.example", "https:evil.example", "https:///evil.example", "HTTPS://EVIL.EXAMPLE/",
	"https://evil.example%0d%0aSet-Cookie:%20a=b/", "https://dantri.com.vn/%0d%0aX-Mark:%201", "https://dantri.com.vn/%00", "https://dantri.com.vn/%ff%fe", "https://dantri.com.vn/%2500%250d%250a",
	"https://dantri.com.vn@evil.example/", "https://user:pass@dantri.com.vn/", "https://dantri.com.vn:443/", "https://dantri.com.vn:0/", "https://dantri.com.vn:99999/", "https://[::1]/", "https://[/", "https://xn--/", "https://bảolưu.vn/",
	"https://dantri.com.vn\\@evil.example/", "https://dantri.com.vn/%3E;%20rel=%22x%22", "https://dantri.com.vn/a,%3Chttps://evil.example%3E", "javascript:alert(1)", "data:text/html,x", "asset:com,evil)/", "asset:vn,com,dantri,icdn)/a.png",
	"https://dantri.com.vn/?%3Cmark-me%3E=%22'", "https://dantri.com.vn/..%2f..%2fetc/passwd", "https://dantri.com.vn/" + strings.Repeat("%25", 1000), "https://" + strings.Repeat("a.", 900) + "vn/",
}

// TestHostileAddresses: whatever is asked for, each route answers with what it has or with an error
// of the client's, leads nowhere else, and says nothing in a header that a client would read otherwise.
func TestHostileAddresses(t *testing.T) {
	s := newTestServer(t, lookedArchive(t))
	ways := []string{"/timegate/", "/timemap/link/", "/timemap/json/", "/timemap/link/2/", "/cdx?url="}
	for _, form := range []string{"", "im_", "cs_", "fo_", "id_", "js_"} {
		ways = append(ways, "/at/2026"+form+"/")
	}
	for _, moment := range []string{"0000", "9999", "2999", "1900", "20261332256199", "99999999999999", "2026-11-10T08:00:00.000+99:99", "%00", "%ff", "-1", strings.Repeat("9", 500)} {
		ways = append(ways, "/at/"+moment+"if_/")
	}
	for _, way := range ways {
		for _, address := range hostileAddresses {
			r, err := http.NewRequest(http.MethodGet, way+address, nil)
			if err != nil {
				continue // no such line is read
			}
			r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
			r.Header.Set("Accept-Datetime", "Tue, 10 Nov 2026 01:00:00 GMT")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s%s: %d", way, address, w.Code)
			}
			for name, values := range w.Header() {
				for _, v := range values {
					if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) || strings.Contains(v, "evil") && name == "Location" && !strings.HasPrefix(v, "http://localhost/at/") || name == "X-Mark" {
						t.Errorf("%s%s: %s: %q", way, address, name, v)
					}
				}
			}
			if strings.Contains(w.Body.String(), "<mark-me") {
				t.Errorf("%s%s: it comes back", way, address)
			}
		}
	}
}

// TestForgottenEverywhere: what is forgotten while the server runs is on no address any more, at once,
// though each was shown a moment ago, and though a client says that it has it.
func TestForgottenEverywhere(t *testing.T) {
	arch := exchangedArchive(t)
	s := newTestServer(t, arch)
	key := keyOf(t, edited)
	view, err := arch.View(t.Context(), "dantri")
	if err != nil {
		t.Fatal(err)
	}
	var picture string
	var numbers []uint64
	for n := uint64(1); n <= view.Last(); n++ {
		c, err := view.Capture(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if numbers = append(numbers, n); sites.IsAsset(c.Page) {
			picture = c.URL
		}
	}
	var targets []string
	for _, address := range []string{edited.url, picture} {
		for _, form := range []string{"", "if_", "im_", "cs_", "id_"} {
			targets = append(targets, "/at/2026"+form+"/"+address)
		}
		targets = append(targets, "/timegate/"+address, "/timemap/link/"+address, "/timemap/json/"+address, "/cdx?url="+url.QueryEscape(address))
	}
	for _, n := range numbers {
		targets = append(targets, fmt.Sprintf("/raw/dantri/%d", n), fmt.Sprintf("/raw/dantri/%d/body", n))
	}
	page := pagePath("dantri", key)
	targets = append(targets, page, page+"/text", page+"/v/1", page+"/diff/1..2", page+"/changes.atom", "/cdx?url=dantri.com.vn&matchType=domain",
		"/api/v1/articles/dantri/"+key, "/", "/n/dantri", "/changes", "/changes.atom", "/search?q="+url.QueryEscape("làng chài"))
	shown := map[string]string{}
	for _, target := range targets {
		if w := ask(s, target); w.Code == http.StatusOK {
			shown[target] = w.Header().Get("ETag")
		}
	}
	if len(shown) < 25 {
		t.Errorf("%d addresses show it", len(shown))
	}
	if _, err := forget.Run(t.Context(), arch, "dantri", key, forget.Options{Reason: "a court order", Accept: true}); err != nil {
		t.Fatal(err)
	}
	for target, tag := range shown {
		w := ask(s, target, "If-None-Match", tag)
		body := w.Body.String()
		if w.Code == http.StatusNotModified || strings.Contains(body, edited.title) || strings.Contains(body, "anh") && strings.Contains(body, picture) {
			t.Errorf("%s: %d\n%.400s", target, w.Code, body)
		}
	}
}

// TestPicturesOfAnotherCase: two pictures whose addresses differ in case alone are two.
func TestPicturesOfAnotherCase(t *testing.T) {
	at := now.AddDate(0, 0, -1)
	k := edited.kept(t, at)
	k.Body = bytes.Replace(k.Body, []byte("</article>"), []byte(`<img src="`+cdn+`IMG_1.PNG"><img src="`+cdn+`img_1.png"><img src="`+cdn+`Img_1.png" alt="Thiếu"></article>`), 1)
	s := newTestServer(t, answers(t, k, assetOf(cdn+"IMG_1.PNG", at, "image/png", drawnPicture(t, 1)), assetOf(cdn+"img_1.png", at, "image/png", drawnPicture(t, 2))))
	page := ask(s, "/at/2026if_/"+edited.url).Body.String()
	for name, side := range map[string]int{"IMG_1.PNG": 1, "img_1.png": 2} {
		w := ask(s, formPath(at, "im_", cdn+name))
		if w.Body.String() != drawnPicture(t, side) || !strings.Contains(page, `src="`+formPath(at, "im_", cdn+name)+`"`) {
			t.Errorf("%s: %d\n%s", name, w.Code, page)
		}
	}
	if !strings.Contains(page, "</span> Thiếu</span>") {
		t.Errorf("a picture that is not there is shown as another:\n%s", page)
	}
}

// TestHugePictures: a picture that would end a reader's browser is missing where it would be shown, and
// is there to be kept.
func TestHugePictures(t *testing.T) {
	at := now.AddDate(0, 0, -1)
	huge := "GIF89a\xff\xff\xff\xff\x00\x00\x00;"
	k := edited.kept(t, at)
	k.Body = bytes.Replace(k.Body, []byte("</article>"), []byte(`<img src="`+cdn+`huge.gif" alt="Lớn"></article>`), 1)
	s := newTestServer(t, answers(t, k, assetOf(cdn+"huge.gif", at, "image/gif", huge)))
	if page := ask(s, "/at/2026if_/"+edited.url).Body.String(); !strings.Contains(page, "</span> Lớn</span>") || strings.Contains(page, "im_/") {
		t.Errorf("not missing:\n%s", page)
	}
	for form, code := range map[string]int{"im_": http.StatusNotFound, "if_": http.StatusNotFound, "id_": http.StatusOK} {
		if w := ask(s, formPath(at, form, cdn+"huge.gif")); w.Code != code || code == http.StatusOK && w.Body.String() != huge {
			t.Errorf("%s: %d %q", form, w.Code, w.Body)
		}
	}
}
