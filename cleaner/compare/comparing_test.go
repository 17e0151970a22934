package compare

import (
	"bytes"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/hostile"
	"baoluu/cleaner/internal/cleanertest"
)

// readStory reads a story in one of two layouts.
func readStory(t testing.TB, before, story, behind string) Reading {
	r, _ := readingOf(cleaner.Page{Body: []byte(before + story + behind), ContentType: "text/html; charset=utf-8", URL: "https://dantri.com.vn/a/b-20221224083224103.htm"}, cleanertest.Site(t, "dantri"))
	return r
}

func oldStory(t testing.TB, story string) Reading {
	return readStory(t, `<title>Tin</title><article class="singular-container"><h1 class="title-page">Tin tức</h1><h2 class="singular-sapo">Sapo của tin.</h2><div class="singular-content">`, story, "</div></article>")
}

func newStory(t testing.TB, story string) Reading {
	return readStory(t, `<title>Tin</title><body class="aa bb cc dd ee ff gg hh"><article data-slot="container"><h1 data-slot="title">Tin tức</h1><p data-slot="sapo">Sapo của tin.</p><div data-slot="content">`, story, "</div></article>")
}

// comparing compares two stories as of two layouts, and as of one, and lists the edits.
func comparing(old, now Reading) {
	Readings(old, now).Edits(old.Article, now.Article)
	now.Page, now.Article.Layout = old.Page, old.Article.Layout
	Readings(old, now).Edits(old.Article, now.Article)
}

// Two stories that were made to be held against each other cost no more than their size says.
func TestTricksOnComparisons(t *testing.T) {
	small, large := comparisonTricks(hostile.Size/2), comparisonTricks(2*hostile.Size)
	for i, tt := range small {
		t.Run(tt.name, func(t *testing.T) {
			const parted = "<!--parted-->"
			hostile.Holds(t, []byte(tt.one+parted+tt.other), []byte(large[i].one+parted+large[i].other), func(doc []byte) {
				one, other, _ := strings.Cut(string(doc), parted)
				comparing(oldStory(t, one), newStory(t, other))
			})
		})
	}
}

type comparisonTrick struct{ name, one, other string }

func comparisonTricks(size int) []comparisonTrick {
	repeated := func(token string) string {
		return cleanertest.Numbered(size/len(token), strings.ReplaceAll(token, "%d", "%[1]d"))
	}
	backwards := func(token string) string {
		var b bytes.Buffer
		for i := size / len(token); i > 0; i-- {
			b.WriteString(strings.ReplaceAll(token, "%d", strings.Repeat("i", i%7)+string(rune('a'+i%26))))
		}
		return b.String()
	}
	return []comparisonTrick{
		{"equal paragraphs", repeated("<p>Một đoạn văn.</p>%.0[1]d"), "<p>Thêm một câu.</p>" + repeated("<p>Một đoạn văn.</p>%.0[1]d")},
		{"different paragraphs", repeated("<p>Một đoạn văn số %d.</p>"), repeated("<p>Một đoạn thơ số %d.</p>")},
		{"another order", repeated("<p>Một đoạn văn số %d.</p>"), backwards("<p>Một đoạn văn số %d.</p>")},
		{"every second replaced", repeated("<p>Một câu.<p>y%d."), repeated("<p>Một câu.<p>z%d.")},
		{"equal sentences", "<p>" + strings.Repeat("Câu văn. ", size/10), "<p>" + strings.Repeat("Câu văn. Câu thơ. ", size/20)},
		{"different sentences", "<p>" + repeated("A%d. "), "<p>" + repeated("B%d. ")},
		{"one sentence", "<p>" + strings.Repeat("Một đoạn văn ", size/16), "<p>" + strings.Repeat("Một đoạn văn ", size/16) + "x"},
		{"parts of one sentence", repeated("<p>" + strings.Repeat("Một đoạn văn ", 100) + "%d"), "<p>" + strings.Repeat("Một đoạn văn ", size/16)},
		{"ends of sentences", "<p>x" + strings.Repeat("…", size/3), "<p>y" + strings.Repeat(".”", size/4)},
		{"letters", "<p>" + strings.Repeat("a ", size/2), "<p>" + strings.Repeat("b ", size/2)},
		{"signs", strings.Repeat("<p>! 1.</p>", size/11), strings.Repeat("<p>! 1.</p>", size/11) + "<p>!!!"},
		{"captions", "<p>Một đoạn văn.</p>" + repeated("<figure><img src=%d.jpg><figcaption>Chú thích %d.</figcaption></figure>"), "<p>Một đoạn văn.</p>" + repeated("<figure><img src=%d.jpg><figcaption>Ghi chú %d.</figcaption></figure>")},
		{"speakers", repeated("<p><b>Ông %d:</b> Vâng.</p>"), repeated("<p><b>Bà %d:</b> Vâng.</p>")},
		{"short lines between", "<p>Ở đầu bài viết.</p>" + repeated("<p>a b %d.</p>") + "<p>Ở cuối bài viết.", "<p>Ở đầu bài viết.</p>" + repeated("<p>a c %d.</p>") + "<p>Ở cuối bài viết."},
		{"a long byline", "<div class=author-name>" + strings.Repeat("a b ", size/8) + "</div>" + repeated("<p>x y %d.</p>"), repeated("<p>x y %d.</p>") + repeated("<p>z %d</p>")},
	}
}
