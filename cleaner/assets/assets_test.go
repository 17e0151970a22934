package assets_test

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/cleaner/assets"

	"github.com/google/go-cmp/cmp"
)

const page = "https://dantri.com.vn/the-gioi/bai.htm"

// lines writes needs down: "image URL OTHER…", with the page's own folder left out.
func lines(needs []assets.Need) string {
	var b strings.Builder
	for _, n := range needs {
		fmt.Fprintln(&b, n.Kind, strings.Join(append([]string{n.URL}, n.Others...), " "))
	}
	return strings.ReplaceAll(b.String(), "https://dantri.com.vn/the-gioi/", "")
}

func TestOfPage(t *testing.T) {
	for _, tt := range []struct{ name, html, want string }{
		{"image", `<img src=" a b.jpg#x ">`, "image a%20b.jpg\n"},
		{"srcset by width", `<img src="s.jpg" srcset="m.jpg 800w, l.jpg 1600w, xl.jpg 3000w">`, "image l.jpg m.jpg xl.jpg s.jpg\n"},
		{"srcset by density", `<img srcset="a.jpg, b.jpg 2x,c.jpg 1.5x">`, "image b.jpg c.jpg a.jpg\n"},
		{"srcset with commas in addresses", `<img srcset="/w,h/a.jpg 1x, b.jpg 2x (a,b), c.jpg 3x, d.jpg 3w 4x">`, "image c.jpg https://dantri.com.vn/w,h/a.jpg\n"},
		{"all too wide", `<img srcset="a.jpg 4000w, b.jpg 2000w">`, "image b.jpg a.jpg\n"},
		{"lazy", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="a.jpg" data-original="full/a.jpg">`, "image a.jpg full/a.jpg\n"},
		{"shown at once, and for whoever zooms", `<img src="t/a.jpg" data-original="full/a.jpg">`, "image t/a.jpg full/a.jpg\n"},
		{"an address in rel", `<img src="t/a.jpg" rel="http://dantri4.vcmedia.vn/f/a.jpg">`, "image t/a.jpg http://dantri4.vcmedia.vn/f/a.jpg\n"},
		{"shown, and then replaced by a size for the screen", `<img src="full/a.jpg" data-original="full/a.jpg" data-src="w680/a.jpg">`, "image w680/a.jpg full/a.jpg\n"},
		{"placeholder", `<img src="/i/blank.gif"><img src="/i/loading.gif" data-src="b.jpg">`, "image b.jpg\n"},
		{"counter", `<img src="//c.example/hit?x" width=1 height=1>`, ""},
		{"picture", `<picture><source media="(max-width: 640px)" srcset="s.webp 400w"><source data-srcset="l.webp"><img src="l.jpg"></picture><img src="other.jpg">`, "image l.webp l.jpg s.webp\nimage other.jpg\n"},
		{"noscript copy", `<img data-src="a.jpg" data-original="o/a.jpg"><noscript><img src="o/a.jpg"><img src="b.jpg"></noscript>`, "image a.jpg o/a.jpg\nimage b.jpg\n"},
		{"poster", `<video poster="p.jpg" src="v.mp4"></video>`, "image p.jpg\n"},
		{"background", `<body background=b.gif><td background="c.gif"><div data-bg="url('d.jpg')"></div><p data-bg="blue">`, "image b.gif\nimage c.gif\n"},
		{"style attribute", `<div style="background:#fff URL( 'a.jpg' ) no-repeat"></div>`, "image a.jpg\n"},
		{"links", `<link rel="StyleSheet" href=a.css><link rel="alternate stylesheet" href=b.css><link rel=preload as=style href=c.css><link rel="shortcut icon" href=/f.ico><link rel=preload as=script href=x.js>`,
			"style a.css\nstyle c.css\nimage https://dantri.com.vn/f.ico\n"},
		{"style element", `<style>@import "i.css"; a{background:url(a.png)}</style>`, "style i.css\nimage a.png\n"},
		{"drawing", `<svg><image xlink:href="a.png"/><use href="s.svg#x"/><use href="#y"/></svg>`, "image a.png\nimage s.svg\n"},
		{"base", `<base href="//icdn.dantri.com.vn/2026/"><base href="/no/"><img src="a.jpg">`, "image https://icdn.dantri.com.vn/2026/a.jpg\n"},
		{"not of the web", `<img src="javascript:alert(1)"><img src="ftp://a/b.jpg"><img src="http://u:p@a/b.jpg"><img src="#"><img src="">`, ""},
		{"not shown", `<!-- <img src=a.jpg> --><template><img src=b.jpg></template><script>"<img src=c.jpg>"</script><textarea><img src=d.jpg></textarea>`, ""},
		{"once", `<img src=a.jpg><img src=a.jpg><link rel=stylesheet href=a.jpg>`, "image a.jpg\nstyle a.jpg\n"},
		{"no escape", `<img src="100%.jpg"><img src="a%20b.jpg?q='<">`, "image 100%25.jpg\nimage a%20b.jpg?q=%27%3C\n"},
	} {
		if diff := cmp.Diff(tt.want, lines(assets.OfPage([]byte(tt.html), "text/html; charset=utf-8", page))); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func TestOfPageIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, `<img src="%d.jpg">`, i)
	}
	if n := len(assets.OfPage([]byte(b.String()), "", page)); n != assets.MaxNeeds {
		t.Errorf("%d needs", n)
	}
}

func TestOfSheet(t *testing.T) {
	for _, tt := range []struct{ name, css, want string }{
		{"imports", `@charset "utf-8";@import "a.css";@import url(b.css) screen;@IMPORT/**/url( "c.css" )layer(x);.a{@import "d.css"}`, "style a.css\nstyle b.css\nstyle c.css\n"},
		{"font", `@font-face{font-family:a;src:url(a.eot);src:url(a.eot?#iefix) format("embedded-opentype"),url(a.svg#x) format("svg"),url(a.woff)format("woff"),url("a?v=2")format('woff2')}`, "font a?v=2 a.woff\n"},
		{"fonts of other scripts", `@font-face{src:url(cyrillic.woff2);unicode-range:U+0301,U+0400-045F,U+04??}@font-face{unicode-range:U+0370-03FF;src:url(greek.woff2)}@font-face{src:url(viet.woff2);unicode-range:U+0102-0103, U+1EA0-1EF9}@font-face{src:url(icons.woff2);unicode-range:U+E0??}a{b:url(a.png)}@font-face{unicode-range:U+400}`,
			"font viet.woff2\nfont icons.woff2\nimage a.png\n"},
		{"image set", `a{background:-webkit-image-set("a.png" 1x,url(b.png) 2x,"c.png" 96dpi)}`, "image b.png a.png c.png\n"},
		{"escapes", `a{background:u\72l(a.png);b:\75 rl(b.png);c:url(c\2e png);d:url("d\
.png")}`, "image a.png\nimage b.png\nimage c.png\nimage d.png\n"},
		{"comments", `a{/*url(a.png)*/b:url(/*c*/b.png);c:url/**/(d.png)}`, "image /*c*/b.png\n"},
		{"bad", "a{b:url(a\"b.png);c:'x\n;d:url(d.png)}", "image d.png\n"},
		{"inline and local", `a{b:url(data:image/png;base64,AA==);c:url(#x)}`, ""},
		{"a rule in brackets", `[a{be\68 avior:url(x)}]a{b:url(x.png)}c{d:url(e.png)}`, "image e.png\n"},
		{"a variable that runs", `a{--a:{be\68 avior:url(x)};--b:{c:url(d.png)}}`, "image d.png\n"},
		{"what runs", `a{behavior:url(a.htc);-moz-binding:url(b.xml#x)}@namespace url(http://www.w3.org/1999/xhtml);@-moz-document url(c){a{b:url(d.png)}}`, ""},
	} {
		want := strings.ReplaceAll(tt.want, "image /*c*/", "image https://dantri.com.vn/*c*/")
		if diff := cmp.Diff(want, lines(assets.OfSheet([]byte(tt.css), page))); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

func to(address string, k assets.Kind) string {
	if strings.Contains(address, "gone") {
		return ""
	}
	return "/at/" + string(k[:1]) + "/" + strings.TrimPrefix(address, "https://dantri.com.vn/the-gioi/")
}

func TestRewriteSheet(t *testing.T) {
	for _, tt := range []struct{ name, css, want string }{
		{"address", `.a:hover>b{color:#FFF;background:url(a.png)no-repeat,url( "gone.png" )}`, `.a:hover>b{color:#FFF;background:url("/at/i/a.png")no-repeat,url("data:,");}`},
		{"imports", `@import'a.css'screen;@import "gone.css";@import url(data:text/css,a);a{@import "b.css";}`, "@import url(\"/at/s/a.css\") screen;\na{}"},
		{"imports that are looked ahead for", `@import "a.css?b&c=<d> e"/**/;@import url(b.css)(width>1px);`, "@import url(\"/at/s/a.css?b&c=%3Cd%3E%20e\") /**/;\n@import url(\"/at/s/b.css\") (width>1px);\n"},
		{"fragments", `a{filter:url(#f);b:url(s.svg#i);c:url(http://`, `a{filter:url("#f");b:url("/at/i/s.svg#i");c:url("data:,");}`},
		{"inline", `a{b:url(data:image/svg+xml,%3Csvg/%3E);c:url(data:text/html,x)}`, `a{b:url("/at/i/data:image/svg+xml,%3Csvg/%3E");c:url("data:,");}`},
		{"end of a style element", `a::before{content:"</style><script>"}b{c:<\/style}`, `a::before{content:"\3c /style>\3c script>";}b{c:< \2f style;}`},
		{"another element", `a{background:-moz-element(#b);color:red}`, `a{color:red;}`},
		{"what runs", `a{width:expr\65ssion(alert(1));behavior:url(x);-moz-binding:url(x);color:red;filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src='a.png')}`, `a{color:red;}`},
		{"put together", `a{--x:"a.png";b:image-set(var(--x) 1x);c:src(var(--x));d:url(var(--x));e:image-set("a.png" type("image/png"))}`, `a{--x:"a.png";e:image-set(url("/at/i/a.png") type("image/png"));}`},
		{"order of errors", ".a{};.b{c:d}.e{f:g}} .h{i:j} .k{l:m}", `.a{};.b{c:d;}.e{f:g;}}.h{i:j;}.k{l:m;}`},
		{"around the sheet", `<!-- a{b:c} -->`, `a{b:c;}`},
		{"media", `@media screen and (max-width:600px){a{b:c}}@media (width<600px){}@supports (d:e){f{g:h`, "@media screen and (max-width:600px){a{b:c;}}@media (width< 600px){}@supports (d:e){f{g:h;}}"},
		{"at-rules that are not known", `@-moz-document url(a){a{b:c}}@namespace url(d);@unknown{a{b:c}}e{f:g}`, `e{f:g;}`},
		{"comments keep tokens apart", `a/**/b{c:1/**/px}`, `a/**/b{c:1/**/px;}`},
		{"numbers and ranges", `@font-face{unicode-range:U+0025-00FF,u+4??,U+4E00-9FFF}a{margin:-1px +.5em 1e3px 1\65 3}`, `@font-face{unicode-range:U+0025-00FF,u+4??,U+4E00-9FFF;}a{margin:-1px +.5em 1e3px 1\65 3;}`},
		{"names", `.\31 a\:b,.bài\200b {c:d}`, `.\31 a\3a b,.bài\200b{c:d;}`},
		{"nested", `a{&:hover{b:c}d:e;@media print{f:g}}`, `a{&:hover{b:c;}d:e;@media print{f:g;}}`},
		{"variables", `a{--x:{b:c};--y:;--z: url(a.png)}`, `a{--x:{b:c};--y:;--z: url("/at/i/a.png");}`},
		{"fonts", `@font-face{src:local("A"),url(a.woff2)format("woff2")}`, `@font-face{src:local("A"),url("/at/f/a.woff2")format("woff2");}`},
	} {
		got := string(assets.RewriteSheet([]byte(tt.css), page, to))
		flat := func(s string) string { return strings.ReplaceAll(s, "}\n", "}") }
		if diff := cmp.Diff(flat(tt.want), flat(got)); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
		if again := string(assets.RewriteSheet([]byte(got), page, func(a string, _ assets.Kind) string { return strings.TrimPrefix(a, "https://dantri.com.vn") })); flat(again) != flat(got) && !strings.Contains(got, "#i") {
			t.Errorf("%s: written again, %s", tt.name, cmp.Diff(got, again))
		}
	}
}

func TestRewriteStyle(t *testing.T) {
	for css, want := range map[string]string{
		`color:red;background:url('a.png')`:            `color:red;background:url("/at/i/a.png");`,
		`color:red}body{background:url(x)};width:1px`:  `width:1px;`,
		`a{b:c};d:e;f:url("https://gone.example/a`:     `d:e;f:url("data:,");`,
		`@import "a.css";d:e`:                          `d:e;`,
		`width:1px;/* ; */height:expression(alert(1))`: `width:1px;`,
	} {
		if got := assets.RewriteStyle(css, page, to); got != want {
			t.Errorf("%s: %s, want %s", css, got, want)
		}
	}
}

func TestSniff(t *testing.T) {
	for _, tt := range []struct{ body, mime string }{
		{"\xff\xd8\xff\xe0", "image/jpeg"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"GIF89a", "image/gif"}, {"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"},
		{"\x00\x00\x00\x1cftypavif", "image/avif"}, {"wOF2\x00", "font/woff2"}, {"wOFF\x00", "font/woff"}, {"\x00\x01\x00\x00\x00", "font/ttf"}, {"OTTO\x00", "font/otf"},
		{"\x00\x00\x01\x00\x01\x00", "image/x-icon"}, {"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00", "image/bmp"},
		{"<?xml version='1.0'?><!-- x --><!DOCTYPE svg PUBLIC '-//W3C'><svg xmlns='x'>", "image/svg+xml"}, {"\ufeff <svg>", "image/svg+xml"},
		{"/* x */ .a { b: c }", "text/css"}, {"@charset 'utf-8';", "text/css"}, {"a[href='x']{", "text/css"},
		{"<html><svg>", ""}, {"<!doctype html><svg>", ""}, {"function(){}", ""}, {"var a={b:1}", ""}, {`{"a":{}}`, ""}, {"", ""}, {"%PDF-1.4", ""}, {"\x00\x00\x00\x1cftypmp42", ""}, {"Not found", ""}, {"!function(e){}", ""},
	} {
		mime, kind, ok := assets.Sniff([]byte(tt.body))
		if mime != tt.mime || ok != (mime != "") || ok != (kind != "") {
			t.Errorf("%q: %q %q %v", tt.body, mime, kind, ok)
		}
	}
}
