package compare

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/draw"
	"pgregory.net/rapid"

	"baoluu/cleaner"
	"baoluu/cleaner/picture"
)

// painted is the print of a picture that is told apart by a number; of half the size, or with a mark.
func painted(number int, half, marked bool) picture.Print {
	const size = 300
	m := image.NewRGBA(image.Rect(0, 0, size, size*2/3))
	for y := range size * 2 / 3 {
		for x := range size {
			field := (x*8/size*7+y*12/size*5+number*number)*(number+3)%11*20 + x*40/size
			c := color.RGBA{uint8(field), uint8(field / 2), uint8(255 - field), 255}
			if marked && x*4 > size*3 && y*5 > size*3 {
				c = color.RGBA{255, 255, 255, 255}
			}
			m.Set(x, y, c)
		}
	}
	if !half {
		return printOf(m)
	}
	small := image.NewRGBA(image.Rect(0, 0, size/2, size/3))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), m, m.Bounds(), draw.Src, nil)
	return printOf(small)
}

func printOf(m image.Image) picture.Print {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, nil)
	p, _ := picture.Of(b.Bytes())
	return p
}

var prints = map[string]picture.Print{}

// pictureOf reads "ADDRESS=PICTURE": a number, with "s" behind it in another size, "w" with a mark
// on it; "x3" is bytes that cannot be looked at; without "=" nothing is known of the bytes.
func pictureOf(word string) Picture {
	address, what, known := strings.Cut(word, "=")
	p := Picture{URL: "https://cdn.example/" + address + ".jpg", Page: "asset:" + address, Caption: "Ảnh " + address}
	if !known {
		return p
	}
	p.Digest = what
	if what[0] == 'x' {
		return p
	}
	if _, ok := prints[what]; !ok {
		var n int
		_, _ = fmt.Sscanf(what, "%d", &n)
		prints[what] = painted(n, strings.HasSuffix(what, "s"), strings.HasSuffix(what, "w"))
	}
	p.Print = prints[what]
	return p
}

func illustrated(words string) (r Reading) {
	r.Article = articleOf("Cầu mới", "Cầu dài 120 mét.")
	r.Article.Layout = "web"
	for word := range strings.FieldsSeq(words) {
		if named, ok := strings.CutPrefix(word, "+"); ok {
			r.Named = append(r.Named, "asset:"+named)
			continue
		}
		r.Pictures = append(r.Pictures, pictureOf(word))
	}
	return r
}

// shown writes picture edits: "a>b", "+b", "-a", with "?" behind where they are in doubt.
func shown(d Difference) string {
	var list []string
	for _, e := range d.Pictures {
		name := func(p *Picture) string {
			return strings.TrimSuffix(strings.TrimPrefix(p.URL, "https://cdn.example/"), ".jpg")
		}
		text := ""
		switch {
		case e.Old == nil:
			text = "+" + name(e.New)
		case e.New == nil:
			text = "-" + name(e.Old)
		default:
			text = name(e.Old) + ">" + name(e.New)
		}
		if e.Unsure {
			text += "?"
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// TestPictures: which pictures are told as others, and which are not.
func TestPictures(t *testing.T) {
	for _, test := range []struct{ name, old, now, want string }{
		{"none", "", "", ""},
		{"the same", "a=1", "a=1", ""},
		{"moved", "a=1 b=2", "c=1 d=2", ""},
		{"encoded again", "a=1", "a=1s", ""},
		{"encoded again elsewhere", "a=1", "b=1s", ""},
		{"another order", "a=1 b=2", "b=2 a=1", ""},
		{"shown twice", "a=1", "a=1 b=1", ""},
		{"shown twice, once smaller", "a=1", "a=1 b=1s", ""},
		{"exchanged", "a=1", "b=2", "a>b"},
		{"exchanged in place", "a=1", "a=2", "a>a"},
		{"one of three", "a=1 b=2 c=3", "a=1 d=4 c=3", "b>d"},
		{"added", "a=1", "a=1 b=2", "+b"},
		{"the first", "", "b=2", "+b"},
		{"taken out", "a=1 b=2", "b=2", "-a"},
		{"the last taken out", "a=1", "", "-a"},
		{"with a mark", "a=1", "b=1w", "a>b?"},
		{"with a mark, and another", "a=1 c=3", "c=2 b=1w", "c>c a>b?"},
		{"nothing known", "a b", "c", ""},
		{"the new one not known", "a=1", "b", ""},
		{"the old one not known", "a", "b=2", ""},
		{"not known, one address", "a b=2", "a=1 c=3", "b>c"},
		{"one of the new not known", "a=1 b=2", "c b=2", ""},
		{"more than is not known", "a=1", "b c=2", "+c"},
		{"cannot be looked at", "a=x1", "a=x2", ""},
		{"cannot be looked at, elsewhere", "a=x1", "b=x2", "a>b?"},
		{"one cannot be looked at", "a=x1", "b=2", "a>b?"},
		{"added, and cannot be looked at", "", "b=x2", "+b"},
	} {
		d := Readings(illustrated(test.old), illustrated(test.now))
		if got := shown(d); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		cause, fields := Edited, []string{FieldImages}
		switch {
		case test.want == "":
			cause, fields = Same, nil
		case !strings.Contains(strings.ReplaceAll(test.want+" ", "? ", ""), " ") && strings.HasSuffix(test.want, "?"):
			cause = Doubtful
		}
		if d.Cause != cause || !slices.Equal(d.Changed, fields) {
			t.Errorf("%s: %q %v", test.name, d.Cause, d.Changed)
		}
		if n := len(d.Edits(illustrated(test.old).Article, illustrated(test.now).Article)); n != len(d.Pictures) {
			t.Errorf("%s: %d edits", test.name, n)
		}
	}
}

// TestPicturesOfAnotherLayout: a layout that takes more or fewer pictures for the article's does
// not look like the newsroom.
func TestPicturesOfAnotherLayout(t *testing.T) {
	for _, test := range []struct {
		old, now, want string
		cause          Cause
	}{
		{"a=1 b=2", "a=1 +a +b", "", Same},
		{"a=1 +a +b", "a=1 b=2", "", Same},
		{"a=1 b=2", "a=1 +a", "-b?", Doubtful},
		{"a=1", "b=2", "a>b?", Doubtful},
		{"a=1", "b=1s", "", Same},
	} {
		old, now := illustrated(test.old), illustrated(test.now)
		now.Article.Layout = "web-2026"
		if d := Readings(old, now); shown(d) != test.want || d.Cause != test.cause {
			t.Errorf("%s, %s: %q %q", test.old, test.now, shown(d), d.Cause)
		}
	}
}

// TestPicturesAndTexts: both are named, in the order of the article's fields.
func TestPicturesAndTexts(t *testing.T) {
	old, now := illustrated("a=1"), illustrated("b=2")
	now.Article.Title = "Cầu mới thông xe"
	now.Article.Captions = []string{"Cầu sáng nay"}
	now.Article.Body = append(now.Article.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: "Bà con vui mừng."})
	if d := Readings(old, now); d.Cause != Edited || !slices.Equal(d.Changed, []string{"title", "captions", "images", "body"}) {
		t.Errorf("%q %v", d.Cause, d.Changed)
	}
}

// TestPicturesBothWays: what came on the way there goes on the way back; nothing is told of what
// did not change, whatever addresses and order.
func TestPicturesBothWays(t *testing.T) {
	word := rapid.Custom(func(r *rapid.T) string {
		address := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(r, "address")
		return address + rapid.SampledFrom([]string{"", "=1", "=1s", "=2", "=3", "=1w", "=x1", "=x2"}).Draw(r, "bytes")
	})
	rapid.Check(t, func(r *rapid.T) {
		a := strings.Join(rapid.SliceOfN(word, 0, 4).Draw(r, "a"), " ")
		b := strings.Join(rapid.SliceOfN(word, 0, 4).Draw(r, "b"), " ")
		there, back := Readings(illustrated(a), illustrated(b)), Readings(illustrated(b), illustrated(a))
		if there.Cause != back.Cause {
			r.Errorf("%q, %q: %q there, %q back", shown(there), shown(back), there.Cause, back.Cause)
		}
		was := illustrated(a)
		moved := illustrated(a)
		for i := range moved.Pictures {
			if moved.Pictures[i].Digest != "" {
				moved.Pictures[i].URL += "?moved"
			}
		}
		slices.Reverse(moved.Pictures)
		if d := Readings(was, moved); d.Cause != Same {
			r.Errorf("%s moved: %s", a, shown(d))
		}
	})
}
