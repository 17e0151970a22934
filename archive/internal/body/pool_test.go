package body

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"baoluu/archive/internal/schema"
)

// TestPackChecked gives in frames that do not give the body back: what is stored instead
// does.
func TestPackChecked(t *testing.T) {
	base, body, other := []byte(newsOf(1, 40)), []byte(newsOf(2, 40)), []byte(newsOf(3, 40))
	var p Pool
	good, err := p.PackReference("1", base, body)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := p.PackReference("1", base, other)
	if err != nil {
		t.Fatal(err)
	}
	for name, frame := range map[string][]byte{"good": good, "of another body": wrong, "cut off": good[:len(good)/2], "none": nil} {
		stored, err := p.checked(frame, base, body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := p.Unpack(stored, base, int64(len(body))); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes came back of %d: %v", name, len(got), len(body), err)
		}
		if kept := bytes.Equal(stored, frame); kept != (name == "good") {
			t.Errorf("%s: the frame was kept: %t", name, kept)
		}
	}
}

// TestArticleByItself: an article that says it is packed by itself is unpacked so, whatever
// page is at hand and whatever part of one its record names.
func TestArticleByItself(t *testing.T) {
	page := []byte(newsOf(1, 40))
	text := []byte(`{"title":"` + string(page[:200]) + `"}`)
	var p Pool
	alone, err := p.PackAlone(text)
	if err != nil {
		t.Fatal(err)
	}
	against, err := p.PackAgainst(page, text)
	if err != nil {
		t.Fatal(err)
	}
	head := schema.ArticleHead{Size: int64(len(text))}
	if got, err := p.ArticleText(1, schema.Article{ArticleHead: head, Frame: against}, page); !errors.Is(err, schema.ErrCorrupt) {
		t.Errorf("packed against a page that it does not name: %d bytes, %v", len(got), err)
	}
	head.Part = [2]int{1, 2}
	if got, err := p.ArticleText(1, schema.Article{ArticleHead: head, Frame: alone}, nil); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes of %d, %v", len(got), len(text), err)
	}
}

// TestPackManyReferences packs against more references than are kept indexed, in an
// order that drives each out before it comes again, and in one that does not.
func TestPackManyReferences(t *testing.T) {
	var p Pool
	for i := range 5 * maxIndexes {
		n := i % (maxIndexes + 1)
		if i%3 == 0 {
			n = 0
		}
		base, body := []byte(newsOf(uint64(n), 10)), []byte(newsOf(uint64(100+i), 10))
		frame, err := p.PackReference(fmt.Sprint(n), base, body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Unpack(frame, base, int64(len(body))); err != nil || !bytes.Equal(got, body) {
			t.Fatalf("against reference %d: %d bytes came back of %d: %v", n, len(got), len(body), err)
		}
		if len(p.indexes.list) > maxIndexes || p.indexes.list[0].key != fmt.Sprint(n) {
			t.Fatalf("%d references are indexed, the first is %s, packed against %d", len(p.indexes.list), p.indexes.list[0].key, n)
		}
	}
}

// TestSketchProperty: a sketch is the smallest hashes of all pieces, however it is made.
func TestSketchProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alphabet := rapid.SampledFrom([]uint{2, 20, 256}).Draw(t, "alphabet")
		d := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		body := make([]byte, rapid.IntRange(0, 40_000).Draw(t, "size"))
		for i := range body {
			body[i] = byte(d.UintN(alphabet))
		}
		var all Sketch
		for i := 0; i+8 <= len(body); i++ {
			if h := piece(body[i:]); h < 1<<26 {
				all = append(all, h)
			}
		}
		if got, want := SketchOf(body), all.smallest(); !slices.Equal(got, want) {
			t.Fatalf("%d hashes, want %d: %v, %v", len(got), len(want), got, want)
		}
	})
}

// newsOf is a page of some kilobytes, most of it furniture that all pages share, with a text
// of its own.
func newsOf(seed uint64, paragraphs int) string {
	var b strings.Builder
	furniture := rand.New(rand.NewPCG(1, 1))
	for i := range 120 {
		fmt.Fprintf(&b, "<li class=\"menu-%d\"><a href=\"/muc-%d.htm\">%x</a></li>\n", i, i, furniture.Uint64())
	}
	words := strings.Fields("Chính phủ yêu cầu các địa phương khẩn trương rà soát hiện trạng nhà ở ven sông sau đợt mưa lũ kéo dài")
	text := rand.New(rand.NewPCG(seed, 7))
	for range 40 * paragraphs {
		b.WriteString(words[text.IntN(len(words))] + " ")
	}
	return b.String()
}
