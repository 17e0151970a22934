package cleaner

import (
	"strings"

	"baoluu/cleaner/internal/prose"
)

// texts are all of an article's that its newspaper wrote.
func (a *Article) texts() []*string {
	var list []*string
	for _, t := range []*Text{&a.Title, &a.Kicker, &a.Lead, &a.Dateline, &a.Byline, &a.Source} {
		list = append(list, (*string)(t))
	}
	for _, l := range [][]string{a.Section, a.Tags, a.Captions} {
		for i := range l {
			list = append(list, &l[i])
		}
	}
	for i := range a.Body {
		list = append(list, &a.Body[i].Text, &a.Body[i].Speaker)
	}
	for i := range a.Images {
		list = append(list, (*string)(&a.Images[i].Caption), (*string)(&a.Images[i].Credit))
	}
	for i := range a.Related {
		list = append(list, &a.Related[i].Title)
	}
	return list
}

// mendLetters does that in all texts of the article.
func (m *maker) mendLetters() {
	a := &m.a
	mended := false
	mend := func(text string) string {
		now := prose.WithoutHomoglyphs(text)
		mended = mended || now != text
		return now
	}
	for _, t := range a.texts() {
		*t = mend(*t)
	}
	if mended {
		a.Text = articleText(a)
		m.note("the letter Ð read as Đ")
	}
}

// noteGlued tells of words that lost the blank between them. They stay as they
// are: who parts them guesses.
func (m *maker) noteGlued() {
	const most = 3
	if found := prose.GluedWords(m.a.Text, most); len(found) > 0 {
		m.note("glued words: " + strings.Join(found, ", "))
	}
}
