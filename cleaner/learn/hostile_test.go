package learn

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/hostile"
)

// storyPage is a page of an article with something amid its text.
func storyPage(n int, amid string) cleaner.Page {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><title>Tin số %d của ngày hôm nay - Báo Bến Sông</title><div class=khung><article class=bai><h1 class=bai__tua>Tin số %d của ngày hôm nay</h1><p class=bai__sapo>Lời dẫn của tin số %d, dài vừa đủ để là một lời dẫn thật sự.</p><div class=bai__than>`, n, n, n)
	for i := range 4 {
		fmt.Fprintf(&b, "<p>Đoạn %d của tin số %d, dài đủ để là một đoạn văn thật sự trong bài báo này, không kém đoạn nào.</p>", i, n)
	}
	b.WriteString(amid)
	fmt.Fprintf(&b, "<p>Đoạn cuối của tin số %d, dài đủ để là một đoạn văn thật sự trong bài báo này, không kém đoạn nào.</p></div><p class=bai__ky>Lê Văn Na</p></article></div>", n)
	return cleaner.Page{Body: []byte(b.String()), ContentType: "text/html; charset=utf-8", URL: fmt.Sprintf("https://baobensong.example/thoi-su/%d/tin-so-%d.html", 648000+n, n)}
}

// What layouts cost grows with the pages' size, whatever stands in them.
func TestHostileLayouts(t *testing.T) {
	grammar := hostile.Grammar{
		Tokens: append([]string{
			`<div class=bai__than>`, `<div class="a b c d e f g h">`, `<p class=bai__ky>Lê Văn Na</p>`, `<a href="/thoi-su/648001/tin-so-1.html">Tin khác của ngày hôm nay</a>`, `<h1 class=bai__tua>Tin số 0 của ngày hôm nay</h1>`,
			`<div class=related>`, `<div class=quote>x`, `<time datetime=2026-01-01>1/1/2026</time>`, `<div id=x%d class=y%d data-z=w%d>`, "Một đoạn văn. ", "<p class=quang-cao>Quảng cáo</p>",
		}, hostile.HTML.Tokens...),
		Pairs: append([][2]string{{"<div class=bai__than>", "</div>"}, {"<article class=bai>", "</article>"}, {"<span class=related>", "</span>"}}, hostile.HTML.Pairs...),
	}
	learn := func(amid string) {
		pages := []*page{readPage(storyPage(0, amid)), readPage(storyPage(1, amid)), readPage(storyPage(2, ""))}
		list, comments := layouts(stranger, pages)
		d := stranger
		if d.Layouts = list; len(list) > 0 {
			if _, err := d.Site(); err != nil {
				t.Error(err)
			}
			if _, err := d.YAML(comments); err != nil {
				t.Error(err)
			}
		}
	}
	learn("") // what is made once
	hostile.Check(t, grammar, func(doc []byte) { learn(string(doc)) })
}

// Whatever pages say, the layouts compile, and the same pages give the same ones.
func FuzzLayouts(f *testing.F) {
	f.Add(string(storyPage(0, "").Body), string(storyPage(1, "").Body), string(storyPage(2, "<div class=related><a href=/thoi-su/648001/tin-so-1.html>Tin khác</a></div>").Body))
	f.Add(string(storyPage(0, "<h1 class=bai__tua>Tin khác của ngày</h1><p>Đoạn khác.</p>").Body), string(storyPage(1, "<div class=quote>Lời nói.</div>").Body), "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var pages []*page
		for i, body := range []string{a, b, c} {
			pages = append(pages, readPage(cleaner.Page{Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: storyPage(i, "").URL}))
		}
		list, comments := layouts(stranger, pages)
		again, _ := layouts(stranger, pages)
		if fmt.Sprint(list) != fmt.Sprint(again) {
			t.Fatalf("%v, then %v", list, again)
		}
		if len(list) == 0 {
			return
		}
		d := stranger
		d.Layouts = list
		if _, err := d.Site(); err != nil {
			t.Fatal(err)
		}
		if _, err := d.YAML(comments); err != nil {
			t.Fatal(err)
		}
	})
}
