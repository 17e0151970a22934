package assets

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baoluu/cleaner/hostile"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"
)

const here = "https://dantri.com.vn/the-gioi/a.css"

// givenPrefix begins all addresses that the tests give.
const givenPrefix = "/at/20261201im_/"

func give(address string, _ Kind) string { return givenPrefix + address }

// joined is an import with something right behind its address.
var joined = regexp.MustCompile(`@import url\("[^"]*"\)[^ ;]|@import url\("[^"]*[ \\]`)

// harmless reports what a browser would load, or run, of a sheet that has been rewritten, other
// than what it was given; "" is nothing. It reads tokens alone, whatever the rules.
func harmless(css string) string {
	if i := strings.Index(css, "</"); i >= 0 || strings.Contains(css, "<!") {
		return "the end of a style element"
	}
	if m := joined.FindString(css); m != "" {
		return "an import that is looked ahead for otherwise: " + m
	}
	l := lexer{css: css}
	var before cssToken // but for blanks
	name, depth := "", 0
	imports, addresses, inAddresses := false, 0, []bool{}
	for t := l.next(); t.kind != endToken; t = l.next() {
		begins := before.kind == semicolonToken || before.kind == openToken && before.text == "{" || before.kind == closeToken && before.text == "}"
		switch t.kind {
		case badToken:
			return "what no browser reads"
		case urlToken:
			return "an address without quotes: " + t.text
		case atToken:
			imports = strings.EqualFold(t.text, "import")
			if !imports && !atRules[strings.TrimPrefix(strings.ToLower(t.text), vendor(strings.ToLower(t.text)))] && !strings.EqualFold(t.text, "layer") {
				return "@" + t.text
			}
		case identToken:
			if name = ""; begins || before.kind == delimToken && before.text == "*" {
				name = strings.ToLower(t.text)
			}
		case functionToken:
			lower := strings.ToLower(t.text)
			inAddresses = append(inAddresses, lower == "url" || strings.HasSuffix(lower, "image-set") || lower == "image" || lower == "src")
			if strings.Contains(lower, "expression") || lower == "src" {
				return lower + "()"
			}
		case openToken:
			inAddresses = append(inAddresses, false)
			if t.text == "{" {
				depth++
			}
		case closeToken:
			if len(inAddresses) > 0 {
				inAddresses = inAddresses[:len(inAddresses)-1]
			}
			if t.text == "}" {
				depth--
			}
		case delimToken:
			if t.text == ":" && depth > 0 && before.kind == identToken && forbidden[strings.TrimPrefix(name, vendor(name))] {
				// A selector may begin so, too, but none that is sound does.
				return name
			}
		case stringToken:
			if imports && len(inAddresses) == 0 {
				return "an import of " + t.text
			}
			if len(inAddresses) > 0 && inAddresses[len(inAddresses)-1] {
				if addresses++; !strings.HasPrefix(t.text, givenPrefix) && !strings.HasPrefix(t.text, "#") && !isInline(t.text, Image) && !isInline(t.text, Font) && t.text != dead {
					return "an address that was not given: " + t.text
				}
			}
		case semicolonToken:
			imports = false
		}
		if t.kind != blankToken && t.kind != commentToken {
			before = t
		}
	}
	return ""
}

var tricks = []string{
	`a{b:u\72l(x)}`, `a{b:\75\72\6c(x.png)}`, `@\69mport "x"`, `@import/**/"x";`, `a{b:url(x y)}`, "a{b:url(x\n", `a{b:"x`, "a{b:'\\\n'}", `a{b:url("x" y)}`, `a{be\68 avior:url(x)}`, `a{-moz-binding:url(x)}`,
	`a{b:image-set("x" 1x)}`, `a{--c:"x";b:image-set(var(--c) 1x)}`, `a{b:src("x")}`, `</style><script>`, `<!--`, `-->`, `a{b:expression(alert(1))}`, `a{b:e/**/xpression(1)}`, "a{b:\x00url(x)}", `a{b:url(javascript:x)}`,
	`a{b:url(data:text/html,x)}`, `@font-face{src:url(data:font/woff2;base64,AA)}`, `@charset "utf-7";`, `@namespace url(x);`, `@media x{`, `}`, `;`, `(`, `[`, `{`, `\`, `a{b:url(\29 )}`, `a{b:url(\22 x)}`, "a{b:url(x\\\n)}",
	`a{b:c<\2f style>}`, `a{content:"\3c/style"}`, `@supports(b:url(x)){}`, `a[b="url(x)"]{}`, `@layer a,b;`, `a{b:1\65 3}`, `a{b:1e\33}`, `U+0-F`, `#\31 a`, `.\-{}`, `--a:{`, `!important`, `/**/`, `/*`, `*/`, `é\`, `a{b:attr(x url)}`, `@import url(x) layer(y) supports(b:url(z)) screen;`, `@import url(data:text/css,a{});`, `{be\68 avior:u{`, `{b:-setimage-set("`,
}

func FuzzRewriteSheet(f *testing.F) {
	for _, css := range tricks {
		f.Add(css)
	}
	f.Fuzz(func(t *testing.T, css string) { rewritesSafely(t, css) })
}

func rewritesSafely(t interface{ Fatalf(string, ...any) }, css string) {
	asked := map[string]bool{}
	ask := func(address string, k Kind) string {
		asked[string(k)+address] = true
		if isDataAddress(address) {
			return give(address, k)
		}
		if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Fragment != "" || len(address) > maxAddress {
			t.Fatalf("%q: asked for %q", css, address)
		}
		return give(address, k)
	}
	out := string(RewriteSheet([]byte(css), here, ask))
	if fault := harmless(out); fault != "" {
		t.Fatalf("%q: %s in %q", css, fault, out)
	}
	for _, n := range OfSheet([]byte(css), here) {
		for _, address := range append(n.Others, n.URL) {
			if !asked[string(n.Kind)+address] {
				t.Fatalf("%q needs %s %q, which was not asked for", css, n.Kind, address)
			}
		}
	}
	again := string(RewriteSheet([]byte(out), here, func(address string, _ Kind) string { return strings.TrimPrefix(address, "https://dantri.com.vn") }))
	if fault := harmless(again); fault != "" {
		t.Fatalf("%q: %s in %q", css, fault, again)
	}
	style := RewriteStyle(css, here, give)
	if fault := harmless("a{" + style + "}"); fault != "" {
		t.Fatalf("%q: %s in %q", css, fault, style)
	}
	l, depth := lexer{css: style}, 0
	for tok := l.next(); tok.kind != endToken; tok = l.next() {
		switch {
		case tok.kind == openToken && tok.text == "{", tok.kind == atToken:
			t.Fatalf("%q: a rule in %q", css, style)
		case tok.kind == functionToken, tok.kind == openToken:
			depth++
		case tok.kind == closeToken:
			if depth--; depth < 0 {
				t.Fatalf("%q: %q closes what it did not open", css, style)
			}
		}
	}
	if depth != 0 {
		t.Fatalf("%q: %q leaves something open", css, style)
	}
}

func TestRewriteSheetProperties(t *testing.T) {
	pieces := slices.Concat(tricks, strings.Split(`a b : ; { } ( ) [ ] , . # @ @import @media url( u\72l( src( image-set( var( "x" 'y' " ' \ / * < > ! - -- 1 2px 3e4 +5 % http://x/ data:image/png,x behavior -moz-binding é`, " "), []string{" ", "\n", "\x00", "\\\n", "\u2028"})
	rapid.Check(t, func(t *rapid.T) {
		rewritesSafely(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 30).Draw(t, "pieces"), ""))
	})
}

// Each token, written, is read as itself.
func TestTokensStayThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		css := rapid.StringOf(rapid.RuneFrom([]rune(`ae1-+.%#@"'\()u rl/*<>!é`+"\n\x00\u200b"))).Draw(t, "css")
		l := lexer{css: css}
		for tok := l.next(); tok.kind != endToken; tok = l.next() {
			if tok.kind == badToken || tok.kind == urlToken {
				continue
			}
			var b strings.Builder
			writeToken(&b, tok)
			again := lexer{css: b.String()}
			if got := again.next(); got != tok {
				t.Fatalf("%q: %+v, written %q, is %+v", css, tok, b.String(), got)
			}
			if rest := again.next(); rest.kind != endToken {
				t.Fatalf("%q: %q is more than one token", css, b.String())
			}
		}
	})
}

func FuzzOfPage(f *testing.F) {
	for _, page := range []string{
		`<img srcset="a 1x,b 2x" data-src=c>`, `<picture><source srcset="a 1w"><img src=b></picture>`, `<noscript><img src=a></noscript>`, `<style>@import "a"</style>`, `<base href="http://[">`, `<svg><image xlink:href=a>`,
		`<img src="http://a b/">`, `<img src="//a\b/c">`, `<img src="http:a">`, `<a style="background:url(a)">`, `<img srcset="a, b (c,d) 1x, e 2w">`, `<noscript><noscript><img src=a>`, `<template><img src=a></template><img src=b>`,
	} {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		needs := OfPage([]byte(page), "text/html; charset=utf-8", here)
		if len(needs) > MaxNeeds {
			t.Fatalf("%d needs", len(needs))
		}
		for _, n := range needs {
			for _, address := range append(n.Others, n.URL) {
				if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || len(address) > maxAddress || strings.ContainsAny(address, " \"<>\n\\") {
					t.Fatalf("%q: %q, %v", page, address, err)
				}
			}
		}
	})
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("<?xml?><svg>"))
	f.Add([]byte("a{b:c}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if mime, k, ok := Sniff(body); ok != (mime != "") || ok != (k != "") || strings.Contains(mime, "html") || strings.Contains(mime, "script") {
			t.Fatalf("%q: %q %q %v", body, mime, k, ok)
		}
	})
}

// An element of a page's tree has the pictures that the page needs for it.
func TestPicturesAreThePages(t *testing.T) {
	const page = `<picture><source media="(max-width:600px)" srcset="n.jpg 1x"><source srcset="w.webp 1600w, v.webp 800w"><img src="i.jpg"></picture><img data-src="l.jpg" src="/blank.gif"><video poster="p.jpg"></video><svg><image xlink:href="s.png"></svg>`
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var c collection
	base := parseBase(here)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom != atom.Source {
			c.add(Image, Pictures(n, base))
		}
	}
	want := OfPage([]byte(page), "", here)
	if !slices.EqualFunc(c.needs, want, func(a, b Need) bool { return a.URL == b.URL && slices.Equal(a.Others, b.Others) }) {
		t.Errorf("of the tree %v, of the page %v", c.needs, want)
	}
}

func TestHostileSheets(t *testing.T) {
	hostile.Check(t, hostile.Grammar{Tokens: slices.Concat(tricks, []string{"a%d", "{", "}", "(", ")", "[", "]", ";", ":", "\"", "\\", "url(", "@media a{", "@import \"%d\";", "image-set(", "--a:", "/*", "*/", "<!--"})}, func(doc []byte) {
		OfSheet(doc, here)
		RewriteSheet(doc, here, give)
		RewriteStyle(string(doc), here, give)
		Sniff(doc)
	})
}

func TestHostilePages(t *testing.T) {
	hostile.Check(t, hostile.Grammar{Tokens: []string{"<img src=%d>", "<picture>", "</picture>", "<source srcset='%d 1x'>", "<noscript>", "</noscript>", "<style>", "</style>", "@import '%d';", "<p style='a:url(%d)'>", "<template>", "</template>", "<svg>", "<img srcset='", "%d 1x, ", "(", ",", "'", ">", "<base href='%d'>", "<link rel=stylesheet href=%d>", "<a b='", " data-src=%d", "<!--", "-->"}}, func(doc []byte) {
		OfPage(doc, "", here)
	})
}

// What says much in few letters costs by its letters.
func TestCosts(t *testing.T) {
	far := "<base href='https://dantri.com.vn/" + strings.Repeat("a", 1900) + "/'>"
	for _, tt := range []struct{ name, begin, again string }{
		{"addresses with a long base", far, "<img srcset='a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t'>"},
		{"style attributes", far, "<p style='" + strings.Repeat("b:url(b);", 100) + "'>"},
		{"sources", "<picture>" + strings.Repeat("<source srcset=b>", 2000), "<img src=c>"},
		{"a sheet", far + "<style>", "a{b:url(b)}"},
		{"a variable behind comments", "<style>" + strings.Repeat("/**/", 20_000) + "--a:", "{}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			document := hostile.Grammar{Begin: tt.begin, Tokens: []string{tt.again}}.Document(0)
			hostile.Holds(t, document(hostile.Size), document(4*hostile.Size), func(doc []byte) { OfPage(doc, "", here) })
		})
	}
}
