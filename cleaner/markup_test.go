package cleaner

import (
	"errors"
	"fmt"

	"strings"
	"testing"

	"baoluu/cleaner/hostile"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// markupTokens are those of HTML that a parser does something of its own for.
var markupTokens = hostile.Grammar{
	Begin: "<!doctype html><title>x</title>",
	Tokens: []string{
		"x", " ", "\n", "<", ">", "&amp;", "&#7871;", "á", "\x00", "<br>", "<hr>", "<img src=%d.jpg alt=x>", "<input>", "<col>", "<frame>", "</br>", "</p>",
		"<!-- x -->", "<!---->", "<!--", "<!x>", "<?x?>", "<![CDATA[x]]>", "<b a%d>", "<a href=/%d>", "<i a%d=b>", "<font color=%d>", "<nobr>", "<p a%d=b>", "<body a%d=b>",
		"<html a%d=b>", "<q x=\"", "<q x='<b y=\"", "\">", "'>", "<p ", "a%d ", "a%d=\"<b>\" ", "<td>", "<tr>", "</tr>", "</table>", "<li>", "<dd>", "<option>", "<plaintext>",
		"<xmp><b></xmp>", "<script>x</script>", "<style>b{}</style>", "<textarea><b></textarea>", "<title><b></title>", "<noscript><b></noscript>", "<iframe></iframe>",
		"<svg><path/></svg>", "<svg><title><b></title></svg>", "<svg><desc><b></svg>", "<math><mi><b></math>", "<template><b></template>", "</b>", "</i>", "</a>",
	},
	Pairs: [][2]string{
		{"<b>", "</b>"}, {"<b a%d>", "</b>"}, {"<i>", "</i>"}, {"<a href=/%d>", "</a>"}, {"<nobr>", "</nobr>"}, {"<font a=b c=d e=f>", "</font>"}, {"<em><strong><u><s>", "</s></u></strong></em>"},
		{"<div>", "</div>"}, {"<p>", "</p>"}, {"<span class=%d>", "</span>"}, {"<h1>", "</h1>"}, {"<h2>", "</h2>"}, {"<li>", "</li>"}, {"<ul>", "</ul>"}, {"<section>", "</section>"},
		{"<figure>", "</figure>"}, {"<figcaption>", "</figcaption>"}, {"<blockquote>", "</blockquote>"}, {"<x-y%d>", "</x-y>"}, {"<button>", "</button>"}, {"<form>", "</form>"},
		{"<table>", "</table>"}, {"<table><tr><td>", "</table>"}, {"<td>", "</td>"}, {"<tr>", "</tr>"}, {"<caption>", "</caption>"}, {"<object>", "</object>"}, {"<select>", "</select>"},
		{"<template>", "</template>"}, {"<svg>", "</svg>"}, {"<svg><g>", "</g></svg>"}, {"<math>", "</math>"}, {"<svg><foreignObject>", "</svg>"}, {"<!--", "-->"}, {"<frameset>", "</frameset>"},
		{"<ruby><rb>", "<rt></ruby>"}, {"<dl><dt>", "</dl>"}, {"<center>", "</center>"}, {"<marquee>", "</marquee>"}, {"<body>", "</body>"}, {"<html>", "</html>"}, {"<textarea>", "</textarea>"},
	},
}

// What is counted before is never less than the tree has, whatever comes.
func TestSurveyCountsAll(t *testing.T) {
	var pieces []string
	pieces = append(pieces, markupTokens.Tokens...)
	for _, pair := range markupTokens.Pairs {
		pieces = append(pieces, pair[0], pair[1])
	}
	page := func(t *rapid.T) []byte {
		if rapid.Bool().Draw(t, "repeated") {
			return markupTokens.Document(rapid.Uint64().Draw(t, "seed"))(3000)
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
		kept := withoutCode(text)
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
		_, err := Markup([]byte(tt.page))
		if tt.want == "" && err != nil || tt.want != "" && (!errors.Is(err, ErrMarkup) || !strings.Contains(err.Error(), tt.want)) {
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
