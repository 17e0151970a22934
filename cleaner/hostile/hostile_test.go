package hostile

import (
	"bytes"
	"strings"
	"testing"
)

// recorder is a test that fails without failing this one.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Helper()               {}

func TestDocument(t *testing.T) {
	markup := Grammar{Begin: "<r>", End: "</r>", Tokens: []string{"x", "<a%d/>", "<!--"}, Pairs: [][2]string{{"<b>", "</b>"}}}
	nested := false
	for seed := range uint64(200) {
		document := markup.Document(seed)
		for _, size := range []int{100, 10_000} {
			doc := document(size)
			if !bytes.HasPrefix(doc, []byte("<r>")) || len(doc) < size || len(doc) > size+100 || bytes.Contains(doc, []byte("%d")) {
				t.Errorf("seed %d, of %d bytes, %d: %.80q", seed, size, len(doc), doc)
			}
			nested = nested || bytes.HasPrefix(doc, []byte("<r><b><b><b>")) && bytes.Contains(doc, []byte("</b></b></b>"))
		}
	}
	if !nested {
		t.Error("nothing nests")
	}
}

// What is quadratic is seen, what is linear is not.
func TestGrowth(t *testing.T) {
	small, large := bytes.Repeat([]byte("x "), 10_000), bytes.Repeat([]byte("x "), 40_000)
	for _, tt := range []struct {
		name string
		read func([]byte)
		want bool
	}{
		{"linear", func(doc []byte) { bytes.Fields(doc) }, false},
		{"text put together piece by piece", func(doc []byte) {
			text := ""
			for word := range strings.FieldsSeq(string(doc)) {
				text += word
			}
		}, true},
		{"looked through again and again", func(doc []byte) {
			for i := range len(doc) / 12 {
				bytes.IndexFunc(doc[i:], func(r rune) bool { return r == 'y' })
			}
		}, true},
	} {
		r := &recorder{}
		if Holds(r, small, large, tt.read); r.failed != tt.want {
			t.Errorf("%s: told %v", tt.name, r.failed)
		}
	}
}
