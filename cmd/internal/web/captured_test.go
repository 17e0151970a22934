package web

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/cleaner/assets"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// assetOf is a capture of an asset of Dân trí.
func assetOf(address string, at time.Time, contentType, body string) capture.Kept {
	return capture.Kept{
		Capture: capture.Capture{Page: sites.AssetPage(address), URL: address, Time: at, Kind: capture.Response, State: capture.Live, Status: 200, ContentType: contentType},
		Body:    []byte(body),
	}
}

// drawnPicture is a picture of so many pixels.
func drawnPicture(t testing.TB, side int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const cdn = "https://icdn.dantri.com.vn/"

// lookedArchive has a page with everything that gives it its look: at 8 o'clock of 10 November; its
// picture and its style sheet came on the 9th, the 11th and the 20th.
func lookedArchive(t testing.TB) *archive.Archive {
	t.Helper()
	at := func(day int) time.Time { return time.Date(2026, 11, day, 8, 0, 0, 0, sites.Zone) }
	k := edited.kept(t, at(10))
	k.Body = bytes.Replace(k.Body, []byte("</head>"), []byte(`<link rel="stylesheet" href="`+cdn+`a.css"></head>`), 1)
	k.Body = bytes.Replace(k.Body, []byte("</article>"), []byte(`<img src="`+cdn+`a.png" alt="Cầu"><img src="`+cdn+`page.png" alt="Giả"><img src="`+cdn+`none.png" alt="Thiếu"><img src="`+cdn+`d.svg"></article>`), 1)
	k.Needs = []string{sites.AssetPage(cdn + "a.css"), sites.AssetPage(cdn + "a.png")}
	css := `@import "b.css"; @font-face{font-family:F;src:url(f.woff2)} h1{color:red;background:url(a.png)} p{background:url(https://evil.example/x.png)}`
	return answers(t, k,
		assetOf(cdn+"a.png", at(9).Add(-time.Hour), "image/png", drawnPicture(t, 1)), assetOf(cdn+"a.png", at(11), "image/png", drawnPicture(t, 2)), assetOf(cdn+"a.png", at(20), "image/png", drawnPicture(t, 3)),
		assetOf(cdn+"a.css", at(9), "text/css", css), assetOf(cdn+"b.css", at(9), "text/plain", "b{color:blue}"),
		assetOf(cdn+"f.woff2", at(9), "application/octet-stream", "wOF2\x00\x01\x00\x00xxxx"),
		assetOf(cdn+"page.png", at(10), "image/png", "<!doctype html><script>alert(1)</script>"),
		assetOf(cdn+"d.svg", at(10), "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><rect width="9" height="9"/></svg>`))
}

// TestCaptured: what was captured itself stands under its address, and under no other's name.
func TestCaptured(t *testing.T) {
	arch := lookedArchive(t)
	s := newTestServer(t, arch)
	exact := func(day int, form string) string {
		return fmt.Sprintf("/at/2026-11-%02dT08:00:00.000+07:00%s/", day, form)
	}

	page := ask(s, exact(10, "if_")+edited.url).Body.String()
	for _, want := range []string{
		`<link rel="stylesheet" href="` + exact(9, "cs_") + cdn + `a.css">`,
		`<img src="` + exact(11, "im_") + cdn + `a.png" alt="Cầu"/>`, // a day apart, the other 25 hours
		`</span> Giả</span>`, `</span> Thiếu</span>`, `<img src="` + exact(10, "im_") + cdn + `d.svg"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %s:\n%s", want, page)
		}
	}
	if around := ask(s, "/at/2026-11-10/"+edited.url, "Accept-Language", "en").Body.String(); !strings.Contains(around, "2 pictures") {
		t.Error("what is missing is not counted")
	}
	sheet := ask(s, exact(9, "cs_")+cdn+"a.css").Body.String()
	for _, want := range []string{exact(9, "cs_") + cdn + "b.css", exact(9, "fo_") + cdn + "f.woff2", "im_/" + cdn + "a.png", "color:red"} {
		if !strings.Contains(sheet, want) || strings.Contains(sheet, "evil") {
			t.Errorf("the sheet does not have %s:\n%s", want, sheet)
		}
	}
	for _, tt := range []struct {
		target string
		code   int
		mime   string
		holds  string
	}{
		{exact(11, "im_") + cdn + "a.png", 200, "image/png", drawnPicture(t, 2)},
		{"/at/20261111010000im_/" + cdn + "a.png", 200, "image/png", drawnPicture(t, 2)},
		{"/at/2026if_/" + cdn + "a.png", 200, "image/png", drawnPicture(t, 3)},
		{"/at/2020im_/" + cdn + "a.png", 200, "image/png", drawnPicture(t, 1)},
		{exact(9, "cs_") + cdn + "b.css", 200, "text/css; charset=utf-8", "b{color:blue;}\n"},
		{exact(9, "fo_") + cdn + "f.woff2", 200, "font/woff2", "wOF2\x00\x01\x00\x00xxxx"},
		{exact(10, "im_") + cdn + "d.svg", 200, "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"></rect></svg>`},
		{exact(10, "id_") + cdn + "page.png", 200, "application/octet-stream", "<!doctype html><script>alert(1)</script>"},
		{exact(10, "im_") + cdn + "page.png", 404, "", ""}, {exact(10, "if_") + cdn + "page.png", 404, "", ""},
		{exact(11, "cs_") + cdn + "a.png", 404, "", ""}, {exact(11, "fo_") + cdn + "a.png", 404, "", ""}, {exact(9, "im_") + cdn + "a.css", 404, "", ""},
		{exact(10, "im_") + edited.url, 404, "", ""}, {exact(10, "im_") + cdn + "none.png", 404, "", ""}, {exact(10, "js_") + cdn + "a.png", 404, "", ""}, {"/at/if_/" + cdn + "a.png", 404, "", ""},
	} {
		w := ask(s, tt.target)
		h := w.Header()
		if w.Code != tt.code {
			t.Errorf("%s: %d, want %d", tt.target, w.Code, tt.code)
		}
		if tt.code != 200 {
			if h.Get("Memento-Datetime") != "" || h.Get("X-Frame-Options") != "DENY" || strings.Contains(w.Body.String(), "alert") {
				t.Errorf("%s: %v", tt.target, h)
			}
			continue
		}
		if h.Get("Content-Type") != tt.mime || w.Body.String() != tt.holds || h.Get("Memento-Datetime") == "" || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Cross-Origin-Resource-Policy") != "same-origin" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") || strings.Contains(h.Get("Content-Security-Policy"), "allow-scripts") {
			t.Errorf("%s: %v\n%q", tt.target, h, w.Body)
		}
	}
	w := ask(s, exact(11, "im_")+cdn+"a.png")
	if got := w.Header().Get("Cache-Control"); got != "private, max-age=31536000, immutable" {
		t.Errorf("an exact moment: %s", got)
	}
	if got := ask(s, "/at/2026im_/"+cdn+"a.png").Header().Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("of a year: %s", got)
	}
	if again := ask(s, exact(11, "im_")+cdn+"a.png", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("asked again: %d", again.Code)
	}
	for _, part := range []string{"bytes=1-3", "bytes=999999-", "bytes=" + strings.Repeat("0-0,", 4000) + "0-0"} {
		if w := ask(s, exact(11, "im_")+cdn+"a.png", "Range", part); w.Code != http.StatusOK || w.Body.String() != drawnPicture(t, 2) {
			t.Errorf("a part of a picture is none: %d %q", w.Code, w.Body)
		}
	}

	// Forgotten with its page, it is gone.
	if _, err := forget.Run(t.Context(), arch, "dantri", keyOf(t, edited), forget.Options{Reason: "a court order", Accept: true}); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{exact(11, "im_") + cdn + "a.png", exact(10, "if_") + edited.url, exact(9, "cs_") + cdn + "a.css"} {
		if w := ask(s, target); w.Code < 400 {
			t.Errorf("forgotten: %s %d", target, w.Code)
		}
	}
}

// BenchmarkLook is what a page of 500 kB with 30 assets takes: read bare, parsed and no more, made
// inert (which parses it twice), kept so, and each of its assets.
func BenchmarkLook(b *testing.B) {
	at := time.Date(2026, 11, 10, 8, 0, 0, 0, sites.Zone)
	k := edited.kept(b, at)
	var more bytes.Buffer
	var list []capture.Kept
	for i := range 30 {
		address := fmt.Sprintf("%sanh-%d.png", cdn, i)
		fmt.Fprintf(&more, `<figure class="anh"><img class="to" src="%s" alt="Ảnh %d"><figcaption>Gánh rau về chợ</figcaption></figure>`, address, i)
		list = append(list, assetOf(address, at, "image/png", drawnPicture(b, 50+i)))
		k.Needs = append(k.Needs, sites.AssetPage(address))
	}
	for i := 0; more.Len() < 500_000; i++ {
		fmt.Fprintf(&more, `<div class="muc tin-%d"><a href="https://dantri.com.vn/xa-hoi/bai-%d-20261118071534218.htm" title="Bài %d">Làng chài dựng lại cây cầu gỗ sau bão, bà con qua lại đã dễ hơn %d</a><p class="sapo">Mỗi nhà góp một tấm ván, người góp công, người góp gạo nấu cơm trưa.</p></div>`, i, i%200, i, i)
	}
	k.Body = append(k.Body, more.Bytes()...)
	arch := answers(b, append(list, k)...)
	s := newTestServer(b, arch)
	path := "/at/2026-11-10T08:00:00.000+07:00"
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			view, err := arch.View(b.Context(), "dantri")
			if err == nil {
				_, err = view.Body(b.Context(), 31)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := html.Parse(bytes.NewReader(k.Body)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			s.made = madeKept{}
			s.kinds.kinds = map[string]assets.Kind{}
			if w := ask(s, path+"if_/"+edited.url, "Accept-Encoding", "gzip"); w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	})
	b.Run("kept", func(b *testing.B) {
		for b.Loop() {
			ask(s, path+"if_/"+edited.url, "Accept-Encoding", "gzip")
		}
	})
	b.Run("30 assets", func(b *testing.B) {
		for b.Loop() {
			for i := range 30 {
				if w := ask(s, fmt.Sprintf("%sim_/%sanh-%d.png", path, cdn, i)); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		}
	})
}
