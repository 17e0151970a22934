package browsertest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// looks are pages with all that gives them their look, of one newspaper and moment.
const (
	lookHost = "https://dantri.com.vn"
	lookPage = "/xa-hoi/nhu-da-dang-20261120090000222.htm"
	trapPage = "/xa-hoi/bay-trong-kieu-20261120090000333.htm"
	lookTime = "2026-11-20T10:00:00.000+07:00"
)

// lookFiles are what the newspaper answers, by the path.
var lookFiles = map[string]string{
	lookPage: "page.html", trapPage: "traps.html",
	"/nhin/page.css": "page.css", "/nhin/base.css": "base.css", "/nhin/wide.css": "wide.css", "/nhin/print.css": "print.css", "/nhin/traps.css": "traps.css",
	"/nhin/song.svg": "song.svg", "/nhin/traps.svg": "traps.svg", "/nhin/hoa.png": "", "/nhin/o.png": "", "/nhin/gia.png": "traps.html",
}

// lookAnswer is what the newspaper answers to a path.
func lookAnswer(p string) (contentType string, body []byte, err error) {
	contentType = map[string]string{".htm": "text/html; charset=utf-8", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}[path.Ext(p)]
	if file := lookFiles[p]; file != "" {
		body, err = os.ReadFile(filepath.Join("testdata/look", file))
		return contentType, body, err
	}
	side := map[string]image.Point{"/nhin/hoa.png": {320, 200}, "/nhin/o.png": {20, 20}}[p]
	m := image.NewRGBA(image.Rectangle{Max: side})
	for y := range side.Y {
		for x := range side.X {
			m.Set(x, y, color.RGBA{uint8(x * 255 / side.X), uint8(y * 255 / side.Y), uint8((x/10 + y/10) % 2 * 160), 255})
		}
	}
	var b bytes.Buffer
	err = png.Encode(&b, m)
	return contentType, b.Bytes(), err
}

// commitLooks puts the pages and their assets into the archive.
func (r *room) commitLooks() error {
	arch, err := archive.Open(r.archive)
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, lookTime)
	if err != nil {
		return err
	}
	site, _ := sites.ByName("dantri")
	var batch capture.Batch
	for p := range lookFiles {
		contentType, body, err := lookAnswer(p)
		if err != nil {
			return err
		}
		k := capture.Kept{Capture: capture.Capture{URL: lookHost + p, Page: sites.AssetPage(lookHost + p), Time: at, Kind: capture.Response, State: capture.Live, Status: 200, ContentType: contentType}, Body: body}
		if path.Ext(p) == ".htm" {
			a, err := site.Address(k.URL)
			if err != nil {
				return err
			}
			k.Page = a.Page
		}
		batch.Kept = append(batch.Kept, k)
	}
	if _, err = arch.Commit(context.Background(), "dantri", batch); err != nil {
		return err
	}
	return commitSample(arch)
}

// print begins to answer as the newspaper does.
func (r *room) print() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if _, ok := lookFiles[q.URL.Path]; !ok {
			w.WriteHeader(http.StatusNoContent) // its icon
			return
		}
		contentType, body, err := lookAnswer(q.URL.Path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	}))
	u, _ := url.Parse(server.URL)
	r.paper = u.Host
	r.ends = append(r.ends, server.Close)
}

// shot is what the window shows, all of the page.
func (b *tab) shot(name string) image.Image {
	b.Helper()
	data := get(b, chromedp.FullScreenshot(100))
	if folder := os.Getenv("BAOLUU_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), data, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// apart is the share of pixels that differ to an eye, of the larger picture.
func apart(a, b image.Image) float64 {
	box := a.Bounds().Union(b.Bounds())
	differ := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := b.At(x, y).RGBA()
			if far(ar, br) || far(ag, bg) || far(ab, bb) {
				differ++
			}
		}
	}
	return float64(differ) / float64(box.Dx()*box.Dy())
}

func far(a, b uint32) bool { return max(a, b)-min(a, b) > 24<<8 }

// A page as it was looks as the newspaper's own does: of a hundred pixels less than one differs,
// on a wide screen and on a phone.
func TestLooksAsItWas(t *testing.T) {
	b := newTab(t, enter(t), "vi")
	b.original = true
	for _, width := range []int64{1000, 390} {
		b.size(width, 900)
		b.do(chromedp.Navigate("http://" + b.room.paper + lookPage))
		own := b.shot(fmt.Sprintf("look-own-%d", width))
		b.open("/at/" + lookTime + "if_/" + lookHost + lookPage)
		kept := b.shot(fmt.Sprintf("look-kept-%d", width))
		share := apart(own, kept)
		t.Logf("%d px: %.3f %% of the pixels differ", width, 100*share)
		if share > 0.01 {
			t.Errorf("%d px: %.2f %% of the pixels differ", width, 100*share)
		}
	}
	b.open("/at/" + lookTime + "/" + lookHost + lookPage)
	if !strings.Contains(get(b, chromedp.AttributeValue(chromedp.CSS("iframe"), "src")).Value, "if_/") {
		t.Error("another page is in the frame")
	}
}

// What is in style sheets and drawings does nothing, in the page, around it, and each alone; what is
// missing is shown as missing.
func TestLooksStayInert(t *testing.T) {
	b := newTab(t, enter(t), "vi")
	b.expects[404] = true
	b.open("/at/" + lookTime + "/" + lookHost + trapPage)
	b.clickAllOver("document.querySelector('iframe').getBoundingClientRect()")
	page := "/at/" + lookTime + "if_/" + lookHost + trapPage
	b.open(page)
	b.says("h1", "Trang có mẹo")
	if got := get(b, chromedp.Evaluate[string]("getComputedStyle(document.querySelector('h1')).color")); got != "rgb(0, 128, 0)" {
		t.Errorf("its style sheet is not used: %s", got)
	}
	if n := b.count(".bl-missing"); n != 2 {
		t.Errorf("%d pictures are told as missing", n)
	}
	if got := get(b, chromedp.Evaluate[string]("[...document.images].map(i => i.complete && i.naturalWidth > 0).join()")); got != "true,true,true" {
		t.Errorf("pictures: %s", got)
	}
	b.clickAllOver("document.documentElement.getBoundingClientRect()")
	if at := b.here(); at != page {
		t.Errorf("it led to %s", at)
	}
	b.shot("look-traps")
	for _, form := range []string{"if_", "im_", "cs_"} {
		for _, p := range []string{"/nhin/traps.svg", "/nhin/traps.css", "/nhin/gia.png", "/nhin/hoa.png", trapPage} {
			b.open("/at/" + lookTime + form + "/" + lookHost + p)
			if form == "if_" && p == "/nhin/traps.svg" {
				b.clickAllOver("document.documentElement.getBoundingClientRect()")
			}
			if hit := get(b, chromedp.Evaluate[bool]("'hit' in window || document.title.includes('hit')")); hit {
				t.Errorf("%s%s ran", form, p)
			}
		}
	}
	for _, q := range b.seen() {
		if !strings.HasPrefix(q.path, "/at/") && !strings.HasPrefix(q.path, "/style-") && !strings.HasPrefix(q.path, "/script-") && !strings.HasPrefix(q.path, "/icon-") {
			t.Errorf("it asked for %s", q.path)
		}
	}
}
