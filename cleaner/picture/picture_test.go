package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"

	xdraw "golang.org/x/image/draw"
	"pgregory.net/rapid"

	"baoluu/cleaner/picture"
)

// photo paints a picture of soft lights, with some things that have edges in it.
func photo(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 7))
	type wave struct{ x, y, at, c float64 }
	var waves [3][6]wave
	for c := range waves {
		for i := range waves[c] {
			waves[c][i] = wave{r.Float64()*8 - 4, r.Float64()*8 - 4, r.Float64() * 7, 12 + 22*r.Float64()}
		}
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			var v [3]uint8
			for c := range waves {
				s := 128.
				for i := range waves[c] {
					k := waves[c][i]
					if c > 0 && i < 4 {
						k = waves[0][i] // colours follow the light
					}
					s += k.c * math.Sin(k.x*float64(x)/float64(w)*2+k.y*float64(y)/float64(h)*2+k.at)
				}
				v[c] = uint8(max(0, min(255, s)))
			}
			m.SetRGBA(x, y, color.RGBA{v[0], v[1], v[2], 255})
		}
	}
	for range 9 {
		x, y := r.IntN(w), r.IntN(h)
		fill(m, image.Rect(x, y, x+w/20+r.IntN(w/5), y+h/20+r.IntN(h/4)), color.RGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255})
	}
	return m
}

func fill(m draw.Image, where image.Rectangle, c color.Color) {
	draw.Draw(m, where, image.NewUniform(c), image.Point{}, draw.Src)
}

func asJPEG(m image.Image, quality int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	return b.Bytes()
}

func asPNG(m image.Image) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

func asGIF(m image.Image) []byte {
	var b bytes.Buffer
	_ = gif.Encode(&b, m, &gif.Options{NumColors: 256, Quantizer: nil, Drawer: draw.FloydSteinberg})
	return b.Bytes()
}

func scaled(m image.Image, w, h int) image.Image {
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	xdraw.CatmullRom.Scale(to, to.Bounds(), m, m.Bounds(), draw.Src, nil)
	return to
}

func changed(m *image.RGBA, how func(*image.RGBA)) *image.RGBA {
	to := image.NewRGBA(m.Bounds())
	copy(to.Pix, m.Pix)
	how(to)
	return to
}

func printOf(t testing.TB, body []byte) picture.Print {
	t.Helper()
	p, ok := picture.Of(body)
	if !ok {
		t.Fatal("no print")
	}
	return p
}

// TestLikeness: what a server does to a picture leaves it the same, what an editor does to it is
// not hidden, and another picture is another.
func TestLikeness(t *testing.T) {
	all := map[picture.Likeness]int{}
	for seed := range uint64(4) {
		m := photo(seed, 240, 160)
		own := printOf(t, asJPEG(m, 90))
		for name, test := range map[string]struct {
			body []byte
			want picture.Likeness
		}{
			"worse":        {asJPEG(m, 30), picture.Alike},
			"PNG":          {asPNG(m), picture.Alike},
			"half":         {asJPEG(scaled(m, 120, 80), 70), picture.Alike},
			"much smaller": {asJPEG(scaled(m, 97, 64), 60), picture.Alike},
			"GIF":          {asGIF(m), picture.Alike},
			"larger":       {asJPEG(scaled(m, 361, 241), 80), picture.Alike},
			"cut":          {asJPEG(m.SubImage(image.Rect(30, 10, 190, 150)), 80), picture.Akin},
			"marked":       {asJPEG(changed(m, func(m *image.RGBA) { fill(m, image.Rect(150, 125, 230, 150), color.White) }), 80), picture.Akin},
			"mirrored":     {asJPEG(mirrored(m), 80), picture.Akin},
			"gray":         {asJPEG(gray(m), 80), picture.Akin},
			"another":      {asJPEG(photo(seed+100, 240, 160), 80), picture.Other},
			"empty":        {asPNG(image.NewGray(image.Rect(0, 0, 240, 160))), picture.Other},
		} {
			p := printOf(t, test.body)
			all[test.want]++
			if got := own.Likeness(p); got != test.want {
				t.Errorf("%d, %s: %d, want %d", seed, name, got, test.want)
			}
			if got := p.Likeness(own); got != test.want {
				t.Errorf("%d, %s, the other way: %d, want %d", seed, name, got, test.want)
			}
		}
	}
	if len(all) != 3 {
		t.Fatal(all)
	}
}

// TestUnlike: of pictures that were painted by chance none is the same as another.
func TestUnlike(t *testing.T) {
	var prints []picture.Print
	for seed := range uint64(24) {
		prints = append(prints, printOf(t, asPNG(photo(1000+seed, 96, 64))))
	}
	akin := 0
	for i, p := range prints {
		for _, o := range prints[:i] {
			switch p.Likeness(o) {
			case picture.Alike:
				t.Error("alike")
			case picture.Akin:
				akin++
			}
		}
	}
	if akin > 10 {
		t.Errorf("%d of 276 pairs are in doubt", akin)
	}
}

func mirrored(m *image.RGBA) *image.RGBA {
	to := image.NewRGBA(m.Bounds())
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			to.SetRGBA(m.Bounds().Dx()-1-x, y, m.RGBAAt(x, y))
		}
	}
	return to
}

func gray(m image.Image) image.Image {
	to := image.NewGray(m.Bounds())
	draw.Draw(to, to.Bounds(), m, image.Point{}, draw.Src)
	return to
}

// TestFence: what is no picture, too small or too large has no print, and takes no time.
func TestFence(t *testing.T) {
	wide := asPNG(image.NewGray(image.Rect(0, 0, 16, 16)))
	binary.BigEndian.PutUint32(wide[16:], 1<<30) // the checksum of the header is wrong then, too
	huge := image.NewPaletted(image.Rect(0, 0, 4000, 4000), palette.WebSafe)
	scans := append(asJPEG(photo(1, 64, 64), 80), bytes.Repeat([]byte("\xff\xda"), 100)...)
	for name, body := range map[string][]byte{
		"nothing": nil, "text": []byte("<html>"), "AVIF": []byte("\x00\x00\x00\x1cftypavif"), "wide": wide, "huge": asPNG(huge),
		"spacer": asGIF(image.NewRGBA(image.Rect(0, 0, 1, 1))), "cut off": asPNG(photo(1, 64, 64))[:900], "scans": scans,
	} {
		if _, ok := picture.Of(body); ok {
			t.Errorf("%s has a print", name)
		}
	}
	if w, h, ok := picture.Size(asGIF(photo(1, 64, 48))); !ok || w != 64 || h != 48 {
		t.Error(w, h, ok)
	}
	if (picture.Print{}).Known() || (picture.Print{}).Likeness(picture.Print{}) != picture.Other {
		t.Error("the print of nothing is like something")
	}
}

// TestSymmetry: it makes no difference which of two pictures came first, and each is like itself.
func TestSymmetry(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		draw := func(name string) picture.Print {
			w, h := rapid.IntRange(16, 80).Draw(r, name+" width"), rapid.IntRange(16, 80).Draw(r, name+" height")
			m := photo(rapid.Uint64Range(0, 20).Draw(r, name), max(w, 20), max(h, 20))
			p, ok := picture.Of(asPNG(m))
			if !ok {
				r.Fatal("no print")
			}
			return p
		}
		a, b := draw("a"), draw("b")
		if a.Likeness(b) != b.Likeness(a) {
			r.Errorf("%d and %d", a.Likeness(b), b.Likeness(a))
		}
		if a.Likeness(a) != picture.Alike {
			r.Error("not like itself")
		}
	})
}

// FuzzOf: whatever the bytes are, they are decoded or not, within the bounds.
func FuzzOf(f *testing.F) {
	m := photo(3, 40, 30)
	for _, body := range [][]byte{asJPEG(m, 50), asPNG(m), asGIF(m), []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p, ok := picture.Of(body)
		if ok != p.Known() || ok && p.Likeness(p) != picture.Alike {
			t.Error("a picture is not like itself")
		}
		picture.Size(body)
	})
}

func BenchmarkOf(b *testing.B) {
	body := asJPEG(photo(1, 1200, 800), 80)
	for b.Loop() {
		picture.Of(body)
	}
}

func BenchmarkLikeness(b *testing.B) {
	x, y := printOf(b, asPNG(photo(1, 90, 60))), printOf(b, asPNG(photo(2, 60, 60)))
	for b.Loop() {
		x.Likeness(y)
	}
}
