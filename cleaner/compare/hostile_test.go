package compare

import (
	"slices"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/hostile"
	"baoluu/sites"
)

// Whatever two articles of one page say, they are compared within the budget, by another layout and
// by the same.
func TestHostileVersions(t *testing.T) {
	g := hostile.Grammar{Tokens: slices.Concat(hostile.StoryWords, []string{
		"Câu thứ %d của bài này. ", "Câu này đứng đây nhiều lần. ", "Một câu dài hơn, có đủ chữ để được tìm trong cả trang. ", "a ", "<p>", "<p>Đoạn %d.</p>", "<p>Đoạn.</p>", "<br>", "<p>X.</p><p>Y.</p>",
		"! ", "…", ".", "1", "undefined ", "lorem ipsum ", "3 phút trước", "<p><b>Ông %d:</b> Vâng.</p>", "<table><tr><td>a<td>%d</table>", "<p class='a%d b'>",
	}), Pairs: [][2]string{{"<p>", "</p>"}, {"<h2>", "</h2>"}, {"<li>", "</li>"}, {"<figure><img src=/a.jpg><figcaption>", "</figcaption></figure>"}, {"<a href=/%d.htm>", "</a>"}}}
	site, _ := sites.ByName("dantri")
	story := `<!doctype html><html><head><title>x</title></head><body class="a b c d e f g h i j k"><article class="singular-container"><h1 class="title-page">Tin</h1><div class="singular-content"><p>Một đoạn văn.</p>`
	read := func(body []byte, site *sites.Site) (r Reading, ok bool) {
		d, err := cleaner.Read(cleaner.Page{Body: append([]byte(story), body...), ContentType: "text/html"})
		if err != nil {
			return r, false
		}
		r.Article, err = d.Article(site)
		r.Page = WordsOf(d)
		return r, err == nil
	}
	hostile.Check(t, g, func(doc []byte) {
		half := len(doc) / 2
		old, ok := read(doc[:half], site)
		if !ok {
			return
		}
		for _, by := range []*sites.Site{site, nil} {
			if now, ok := read(doc[half:], by); ok {
				Readings(old, now).Edits(old.Article, now.Article)
				editsOf(old.Article, now.Article)
			}
		}
	})
}

// Whatever its markup is made of, the words of a page are gathered within the budget.
func TestHostileWords(t *testing.T) {
	hostile.Check(t, hostile.HTML, func(doc []byte) {
		if d, err := cleaner.Read(cleaner.Page{Body: doc, ContentType: "text/html"}); err == nil {
			WordsOf(d)
		}
	})
}
