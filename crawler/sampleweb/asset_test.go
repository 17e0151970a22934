package sampleweb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"baoluu/cleaner/assets"
	"baoluu/sites"
)

// fetch asks the web for an address, as a crawler does.
func fetch(t *testing.T, w *Web, address string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

// Each newspaper's newest article and front page have all that they need, from hosts that the
// newspaper is known by, and everything is what it says.
func TestAssets(t *testing.T) {
	w := New()
	for _, name := range w.Sites() {
		site, _ := sites.ByName(name)
		address := w.Articles(name)[0]
		page := fetch(t, w, address)
		needs := assets.OfPage(page.Body.Bytes(), page.Header().Get("Content-Type"), address)
		kinds := map[assets.Kind]int{}
		for i := 0; i < len(needs); i++ {
			n := needs[i]
			if host := httptest.NewRequest(http.MethodGet, n.URL, http.NoBody).Host; !site.ServesAssets(host) {
				if !strings.Contains(host, "facebook") && !strings.Contains(host, "scorecard") {
					t.Errorf("%s: %s is of another host", name, n.URL)
				}
				continue
			}
			kinds[n.Kind]++
			body := fetch(t, w, n.URL)
			mime, kind, ok := assets.Sniff(body.Body.Bytes())
			if body.Code != http.StatusOK || !ok || kind != n.Kind || !strings.HasPrefix(body.Header().Get("Content-Type"), mime) {
				t.Errorf("%s: %s %s: %d %s, in fact %s", name, n.Kind, n.URL, body.Code, body.Header().Get("Content-Type"), mime)
			}
			if again := fetch(t, w, n.URL, "If-None-Match", body.Header().Get("ETag")); again.Code != http.StatusNotModified {
				t.Errorf("%s: asked again, %d", n.URL, again.Code)
			}
			if kind == assets.Style {
				needs = append(needs, assets.OfSheet(body.Body.Bytes(), n.URL)...)
			}
			if mime == "image/jpeg" {
				if _, _, err := image.Decode(body.Body); err != nil {
					t.Errorf("%s: %v", n.URL, err)
				}
			}
		}
		if kinds[assets.Image] < 3 || kinds[assets.Style] < 2 || kinds[assets.Font] != 1 {
			t.Errorf("%s: %v", name, kinds)
		}
	}
}

func TestPictureIsOfItsSize(t *testing.T) {
	w := New()
	truth, _ := w.TruthAt(w.Articles("dantri")[0])
	a, b := fetch(t, w, truth.Images[0]), fetch(t, w, thumb(truth.Images[0], "thumb_w/1020"))
	if n := a.Body.Len(); n < 20_000 || n > 120_000 {
		t.Errorf("%d bytes", n)
	}
	picture, _, err := image.Decode(b.Body)
	if err != nil || picture.Bounds().Dx() != 680 {
		t.Errorf("%v %v", picture.Bounds(), err)
	}
	if folder := os.Getenv("BAOLUU_PICTURES"); folder != "" { // for a person to look at
		if err := os.WriteFile(path.Join(folder, "sample.png"), drawing{seed: truth.Images[0]}.png(600), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChangePicture(t *testing.T) {
	w := New()
	address := w.Articles("vov")[0]
	truth, _ := w.TruthAt(address)
	state := func() (page string, etag, picture string, bytes string) {
		now, _ := w.TruthAt(address)
		p, i := fetch(t, w, address), fetch(t, w, now.Images[0])
		return p.Body.String(), p.Header().Get("ETag"), now.Images[0], i.Body.String()
	}
	for _, tt := range []struct {
		how                PictureChange
		page, address, its bool // changes
	}{
		{Exchanged, true, true, true}, {Moved, true, true, false}, {Overwritten, false, false, true}, {Compressed, true, true, true}, {Recompressed, false, false, true}, {Exchanged, true, true, true},
	} {
		page, tag, picture, body := state()
		got, err := w.ChangePicture("vov", truth.Key, 1, tt.how)
		if err != nil {
			t.Fatal(err)
		}
		newPage, newTag, newPicture, newBody := state()
		if got != newPicture || (page != newPage) != tt.page || (tag != newTag) != tt.page || (picture != newPicture) != tt.address || (body != newBody) != tt.its {
			t.Errorf("%d: page %v, address %v, bytes %v", tt.how, page != newPage, picture != newPicture, body != newBody)
		}
		if old := fetch(t, w, picture); tt.address && old.Body.String() != body {
			t.Errorf("%d: what stood at %s changed", tt.how, picture)
		}
	}
	if _, err := w.ChangePicture("vov", truth.Key, 99, Moved); !errors.Is(err, ErrUnknown) {
		t.Errorf("a picture that there is not: %v", err)
	}
}

// The font is one by its own account: its tables are where it says, and unpack to their sums.
func TestFont(t *testing.T) {
	font := icons()
	if len(font) != int(binary.BigEndian.Uint32(font[8:])) || string(font[:4]) != "wOFF" || len(font)%4 != 0 {
		t.Errorf("%d bytes, said to be %d", len(font), binary.BigEndian.Uint32(font[8:]))
	}
	if !bytes.Equal(font, woff(fontTables())) {
		t.Error("made twice, another")
	}
}

func TestAssetFaults(t *testing.T) {
	w := New()
	sheet := "https://cdnweb.dantri.com.vn/dist/css/main.0f3b.css"
	w.Fault("cdnweb.dantri.com.vn/*.css", Imports(3))
	for depth := range 4 {
		needs := assets.OfSheet(fetch(t, w, sheet).Body.Bytes(), sheet)
		if deeper := needs[0].Kind == assets.Style; deeper != (depth < 3) {
			t.Errorf("%d deep: %v", depth, needs)
		} else if deeper {
			sheet = needs[0].URL
		}
	}
	w.Fault("cdnweb.dantri.com.vn/*.css", Imports(-1))
	if needs := assets.OfSheet(fetch(t, w, sheet).Body.Bytes(), sheet); len(needs) < 2 || needs[0].URL != sheet {
		t.Errorf("a loop: %v", needs)
	}
	w.Fault("*/a.png", ScriptedDrawing())
	if mime, _, _ := assets.Sniff(fetch(t, w, "https://bna.1cdn.vn/a.png").Body.Bytes()); mime != "image/svg+xml" {
		t.Errorf("a drawing: %s", mime)
	}
	w.Fault("*/bomb.png", PixelBomb(60_000))
	if c, _, err := image.DecodeConfig(fetch(t, w, "https://bna.1cdn.vn/bomb.png").Body); err == nil && c.Width != 60_000 {
		t.Errorf("a bomb of %d", c.Width)
	}
	w.Fault("*/huge.jpg", Huge(1<<20, true))
	if n := fetch(t, w, "https://bna.1cdn.vn/huge.jpg").Body.Len(); n != 1<<20 {
		t.Errorf("%d bytes", n)
	}
	address := w.Articles("dantri")[0]
	w.Fault("dantri.com.vn/*.htm", ManyPictures("cdnphoto.dantri.com.vn", 10_000))
	if n := len(assets.OfPage(fetch(t, w, address).Body.Bytes(), "", address)); n != assets.MaxNeeds {
		t.Errorf("%d needs", n)
	}
}

func BenchmarkPicture(b *testing.B) {
	for b.Loop() {
		drawing{"a", 82}.jpeg(840)
	}
}
