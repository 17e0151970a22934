package cleaner

import (
	"strings"

	"baoluu/cleaner/internal/prose"
)

// mendLetters does that in all texts of the article.
func (m *maker) mendLetters() {
	a := &m.a
	mended := false
	mend := func(text string) string {
		now := prose.WithoutHomoglyphs(text)
		mended = mended || now != text
		return now
	}
	for _, t := range a.Texts() {
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
