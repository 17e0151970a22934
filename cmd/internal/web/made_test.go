package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/cmd/internal/inert"
	"baoluu/sites"
)

// TestMade: a page is made once, however much comes to its newspaper, and anew where what it names
// came: a picture that it lacked, a nearer one, a sheet of a sheet, an article that it links to.
func TestMade(t *testing.T) {
	arch := lookedArchive(t)
	clock := now
	s := newTestServer(t, arch, func(o *Options) { o.Now = func() time.Time { return clock } })
	at := func(day int) time.Time { return time.Date(2026, 11, day, 8, 0, 0, 0, sites.Zone) }
	page, sheet := "/at/2026-11-10T08:00:00.000+07:00if_/"+edited.url, "/at/2026-11-09T08:00:00.000+07:00cs_/"+cdn+"a.css"
	made := func() (list [2]*made) {
		t.Helper()
		for i, target := range []string{page, sheet} {
			if w := ask(s, target); w.Code != http.StatusOK {
				t.Fatal(target, w.Code)
			}
			for key, m := range s.made.pages {
				if (key.of == "css") == (i == 1) {
					list[i] = m
				}
			}
		}
		return list
	}
	commit := func(k capture.Kept) {
		t.Helper()
		if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{k}}); err != nil {
			t.Fatal(err)
		}
	}
	first := made()
	if again := made(); again != first {
		t.Error("made anew though nothing came")
	}
	commit(assetOf(cdn+"else.png", at(10), "image/png", drawnPicture(t, 7)))
	clock = clock.Add(2 * linksAge)
	again := made()
	for i := range again {
		if &again[i].gzipped[0] != &first[i].gzipped[0] {
			t.Errorf("%d: made anew though nothing that it names came", i)
		}
	}

	for _, tt := range []struct {
		came       capture.Kept
		page, with string
	}{
		{assetOf(cdn+"none.png", at(12), "image/png", drawnPicture(t, 8)), page, `<img src="/at/2026-11-12T08:00:00.000+07:00im_/` + cdn + `none.png" alt="Thiếu"`},
		{assetOf(cdn+"a.png", at(10), "image/png", drawnPicture(t, 9)), page, `<img src="/at/2026-11-10T08:00:00.000+07:00im_/` + cdn + `a.png"`},
		{assetOf(cdn+"a.png", at(9), "image/png", drawnPicture(t, 10)), sheet, "/at/2026-11-09T08:00:00.000+07:00im_/" + cdn + "a.png"},
	} {
		commit(tt.came)
		if body := ask(s, tt.page).Body.String(); !strings.Contains(body, tt.with) {
			t.Errorf("%s came, and %s is not in\n%s", tt.came.URL, tt.with, body)
		}
	}
}

// TestMadeLinks: a link to an article that is kept since is one, at the latest after some minutes.
func TestMadeLinks(t *testing.T) {
	other := strings.Replace(edited.url, "071534218", "071534219", 1)
	k := edited.kept(t, now.Add(-time.Hour))
	k.Body = bytes.Replace(k.Body, []byte("</article>"), []byte(`<a href="`+other+`">Cầu mới</a></article>`), 1)
	arch := answers(t, k)
	clock := now
	s := newTestServer(t, arch, func(o *Options) { o.Now = func() time.Time { return clock } })
	target := framePath(k.Time, edited.url)
	linked := func() bool { return strings.Contains(ask(s, target).Body.String(), `href="`+atDayPath(k.Time, other)) }
	if linked() {
		t.Error("a link to what is not kept")
	}
	later := edited
	later.url = other
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{later.kept(t, now)}}); err != nil {
		t.Fatal(err)
	}
	_ = linked() // the catalog may not have it yet
	clock = clock.Add(linksAge + time.Second)
	if !linked() {
		t.Error("no link to what came")
	}
}

// TestMadePacked: packed or not, an answer is the same.
func TestMadePacked(t *testing.T) {
	s := newTestServer(t, lookedArchive(t))
	target := "/at/2026-11-10T08:00:00.000+07:00if_/" + edited.url
	bare, packed := ask(s, target), ask(s, target, "Accept-Encoding", "br, gzip;q=0.8")
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil || !bytes.Equal(text, bare.Body.Bytes()) || packed.Header().Get("Content-Encoding") != "gzip" || bare.Header().Get("Content-Encoding") != "" {
		t.Errorf("%v, %v\n%s", err, packed.Header(), text)
	}
	if vary := strings.Join(packed.Header().Values("Vary"), ", "); !strings.Contains(vary, "Accept-Encoding") {
		t.Errorf("Vary: %s", vary)
	}
	if again := ask(s, target, "Accept-Encoding", "gzip", "If-None-Match", packed.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked again: %d", again.Code)
	}
	for header, want := range map[string]bool{"": false, "gzip": true, "GZIP ; q=1": true, "gzip;q=0": false, "gzip;q=0.000": false, "gzip; q=0.5": true, "br": false, "xgzip": false} {
		if takesGzip(header) != want {
			t.Errorf("Accept-Encoding: %s: %v", header, !want)
		}
	}
}

// TestMadeBounds: what is kept takes so much and no more.
func TestMadeBounds(t *testing.T) {
	var k madeKept
	for i := range 100 {
		m := &made{gzipped: make([]byte, 1<<20), Page: inert.Page{Style: "x"}, asked: asked{links: []askedLink{{"a", "b"}}}}
		k.put(madeKey{site: "dantri", number: uint64(i / 2)}, m)
	}
	sum := 0
	for _, m := range k.pages {
		sum += m.size()
	}
	if k.bytes != sum || sum > mostMade || len(k.pages) != len(k.order) || k.get(madeKey{site: "dantri", number: 49}) == nil || k.get(madeKey{site: "dantri"}) != nil {
		t.Error(fmt.Sprint(k.bytes, sum, len(k.pages), len(k.order)))
	}
}
