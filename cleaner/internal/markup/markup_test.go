package markup

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"baoluu/cleaner/hostile"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// What is counted before is never less than the tree has, whatever comes.
func TestSurveyCountsAll(t *testing.T) {
	var pieces []string
	pieces = append(pieces, hostile.HTML.Tokens...)
	for _, pair := range hostile.HTML.Pairs {
		pieces = append(pieces, pair[0], pair[1])
	}
	page := func(t *rapid.T) []byte {
		if rapid.Bool().Draw(t, "repeated") {
			return hostile.HTML.Document(rapid.Uint64().Draw(t, "seed"))(3000)
		}
		var b strings.Builder
		for i, part := range rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 60).Draw(t, "parts") {
			b.WriteString(strings.Repeat(strings.ReplaceAll(part, "%d", fmt.Sprint(i)), rapid.SampledFrom([]int{1, 1, 2, 9, 30}).Draw(t, "times")))
		}
		return []byte(b.String())
	}
	rapid.Check(t, func(t *rapid.T) {
		text := page(t)
		s := survey{mayLook: 1 << 20}
		kept := stripCode(text)
		for _, piece := range kept {
			if err := s.read(piece, len(piece)); err != nil {
				return
			}
		}
		root, err := html.Parse(&kept)
		if err != nil {
			return
		}
		nodes, attributes := 0, 0
		for n := range root.Descendants() {
			nodes++
			attributes += len(n.Attr)
		}
		if most := 10 + 3*s.tags + s.reopened/nodeBytes; nodes > most {
			t.Fatalf("%d nodes, thought %d: %+v\n%.3000q", nodes, most, s, text)
		}
		if most := s.attributes + s.reopened/attributeBytes; attributes > most {
			t.Fatalf("%d attributes, thought %d: %+v\n%.3000q", attributes, most, s, text)
		}
	})
}

func TestMarkupBudget(t *testing.T) {
	repeated := func(token string) string {
		var b strings.Builder
		for i := 0; b.Len() < 10<<20; i++ {
			b.WriteString(strings.ReplaceAll(token, "%d", fmt.Sprint(i)))
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, page string
		want       string // of the error; "" is none
	}{
		{"a long text", repeated("Một đoạn văn. "), ""},
		{"a picture in the page", `<img src="data:image/png;base64,` + repeated("iVBORw0KGgo/") + `">`, ""},
		{"line breaks", repeated("x<br>"), "tags"},
		{"end tags", repeated("</p>"), "tags"},
		{"comments", repeated("<!-- x -->"), "tags"},
		{"attributes", "<p " + repeated("a%d "), "attributes"},
		{"attributes behind quotes", "<p " + repeated(`a%d=">" `), "attributes"},
		{"one large tag, and many", "<p " + repeated("a%d ")[:800_000] + ">" + repeated("<p>")[:300_000], "attributes in one tag"},
		{"bodies", repeated("<body a%d=b>"), "html and body"},
		{"formatting left open", strings.Repeat("<b>", 300) + repeated("<p>x"), "formatting left open"},
		{"formatting with attributes left open", "<b " + repeated("a%d ")[:20_000] + ">" + repeated("<p>x"), "formatting left open"},
		{"formatting closed in a comment alone", repeated("<b a%d><!--</b>--><p>"), "formatting left open"},
		{"formatting closed in quotes alone", repeated(`<b a%d><q x="</b>"><p>`), "formatting left open"},
		{"formatting closed in a cell alone", repeated("<b a%d><table><td></b></table><p>"), "formatting left open"},
		{"formatting closed from far within", repeated("<b a%d>" + strings.Repeat("<div>", 20) + "</b>" + strings.Repeat("</div>", 20)), "formatting left open"},
		{"tags within quotes", "<q x='" + repeated(`<b y="`), "attributes"},
		{"closed formatting", repeated("<b>x</b> <a href=/%d>y</a>")[:2<<20], ""},
	} {
		_, err := Reader([]byte(tt.page))
		if tt.want == "" && err != nil || tt.want != "" && (!errors.Is(err, ErrHostile) || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// attributesIn finds in a tag what the tokenizer finds.
func TestAttributesIn(t *testing.T) {
	for _, tt := range []struct {
		tag        string
		attributes int
		rest       string
	}{
		{"p>x", 0, ">x"},
		{"p a b=c>x", 2, ">x"},
		{"br/>", 0, ">"},
		{`p a=">" b>x`, 2, ">x"},
		{`p a='>"' b>x`, 2, ">x"},
		{"p a = b / c = 'd'>x", 2, ">x"},
		{"p a=b/c>x", 1, ">x"},
		{"p =a==b>x", 1, ">x"},
		{`p a="b`, 1, ""},
		{"p a", 1, ""},
		{"p a=>x", 1, ">x"},
		{"p/a/b", 2, ""},
		{`p "a" b>`, 2, ">"},
	} {
		attributes, length := attributesIn([]byte(tt.tag))
		if attributes != tt.attributes || tt.tag[length:] != tt.rest {
			t.Errorf("%s: %d, then %q", tt.tag, attributes, tt.tag[length:])
		}
		if !strings.HasSuffix(tt.tag, ">") && !strings.HasSuffix(tt.tag, ">x") {
			continue
		}
		z := html.NewTokenizer(strings.NewReader("<" + tt.tag))
		z.Next()
		if token := z.Token(); len(token.Attr) != tt.attributes || string(z.Buffered()) != strings.TrimPrefix(tt.rest, ">") {
			t.Errorf("%s: the tokenizer finds %d, then %q", tt.tag, len(token.Attr), z.Buffered())
		}
	}
}
