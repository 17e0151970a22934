package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/sites"
)

// striped is a picture that is told apart by its stripes.
func striped(t testing.TB, stripes int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 120, 80))
	for y := range 80 {
		for x := range 120 {
			v := uint8(0)
			if (x*stripes/120+y*stripes*stripes/200)%2 == 0 {
				v = 230
			}
			m.Set(x, y, color.RGBA{v, v / 2, 255 - v, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// exchangedArchive has an article whose picture was exchanged, and nothing else.
func exchangedArchive(t testing.TB) *archive.Archive {
	t.Helper()
	at := func(hour int) time.Time { return time.Date(2026, 11, 18, hour, 0, 0, 0, sites.Zone) }
	old, now := edited.kept(t, at(8)), edited.kept(t, at(20))
	for i, k := range []*cleaner.Article{old.Article, now.Article} {
		k.Captions = []string{"Cầu <mới>"}
		k.Images = []cleaner.Image{{URL: cdn + []string{"w1200/a.png", "b.png"}[i], Caption: "Cầu <mới>"}}
	}
	now.Body = append(now.Body, "<!-- -->"...)
	old.Needs, now.Needs = []string{sites.AssetPage(cdn + "w700/a.png")}, []string{sites.AssetPage(cdn + "b.png")}
	return answers(t, old, assetOf(cdn+"w700/a.png", at(9), "image/png", striped(t, 3)), now, assetOf(cdn+"b.png", at(21), "image/png", striped(t, 7)))
}

// TestPictures: the reading view shows the pictures that are kept, those of its version; a
// comparison shows the old and the new one side by side.
func TestPictures(t *testing.T) {
	s := newTestServer(t, exchangedArchive(t))
	src := map[int]string{
		1: `<img src="/at/2026-11-18T09:00:00.000&#43;07:00im_/` + cdn + `w700/a.png" alt="" loading="lazy" decoding="async" width="120" height="80">`,
		2: `<img src="/at/2026-11-18T21:00:00.000&#43;07:00im_/` + cdn + `b.png" alt="" loading="lazy" decoding="async" width="120" height="80">`,
	}
	path := pagePath("dantri", "20261118071534218")
	for _, tt := range []struct {
		target     string
		holds, not []string
	}{
		{path + "/v/1", []string{src[1], "Cầu &lt;mới&gt;</li>"}, []string{src[2], "Cầu <mới>"}},
		{path, []string{src[2], "1 picture", "Picture"}, []string{src[1]}},
		{path + "/diff/1..2", []string{strings.Replace(src[1], `alt=""`, `alt="Cầu &lt;mới&gt;"`, 1), strings.Replace(src[2], `alt=""`, `alt="Cầu &lt;mới&gt;"`, 1), "exchanged", "1 picture changed", cdn + "w1200/a.png"}, []string{"unsure"}},
		{"/changes", []string{"Picture"}, nil},
		{"/changes.json", []string{`"images"`}, nil},
	} {
		page := ask(s, tt.target, "Accept-Language", "en").Body.String()
		for _, want := range tt.holds {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not have %s:\n%s", tt.target, want, page)
			}
		}
		for _, no := range tt.not {
			if strings.Contains(page, no) {
				t.Errorf("%s has %s", tt.target, no)
			}
		}
	}
	if w := ask(s, "/at/2026-11-18T09:00:00.000+07:00im_/"+cdn+"w700/a.png"); w.Code != 200 || w.Body.String() != striped(t, 3) {
		t.Errorf("%d", w.Code)
	}
}
