package draft

import (
	"regexp"
	"strings"

	"baoluu/cleaner/charset"
	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/prose"
)

// Finish fills what follows from the other fields, and makes absent lists
// empty.
func (d *Draft) Finish() {
	a := &d.Article
	if a.Site == "" {
		a.Site = "generic"
	}
	if a.URL == "" {
		a.URL = d.Doc.Address()
	}
	for _, script := range charset.UnmixFonts(d.Texts()) {
		d.Note("partly written in " + script + ", converted")
	}
	a.Text = articleText(a)
	a.Language = language(a.Text, d.Doc.Head.Lang, d.Addr.Language)
	if a.Language == "vi" {
		d.repairLetters()
		d.noteGlued()
	}
	if d.Doc.Head.Linked.Broken {
		d.Note("broken JSON-LD")
	}
	if d.Doc.Head.Linked.Others {
		d.Note("JSON-LD of other articles, left aside")
	}
	for _, n := range d.Doc.Notes {
		d.Note(n)
	}
	if a.Title == "" {
		d.Note("no title")
	}
	for _, list := range []*[]string{&a.Section, &a.Tags, &a.Captions, &a.Notes} {
		if *list == nil {
			*list = []string{}
		}
	}
	if a.Images == nil {
		a.Images = []article.Image{}
	}
	if a.Body == nil {
		a.Body = []article.Block{}
	}
	if a.Related == nil {
		a.Related = []article.Related{}
	}
}

// articleText is title, lead and body, an empty line between.
func articleText(a *article.Article) string {
	parts := make([]string, 0, len(a.Body)+2)
	for _, t := range []article.Text{a.Title, a.Lead} {
		if t != "" {
			parts = append(parts, string(t))
		}
	}
	for _, b := range a.Body {
		text := b.Text
		if b.Time != "" && !strings.Contains(text[:min(len(text), 2*len(b.Time))], b.Time) {
			text = b.Time + " " + text
		}
		parts = append(parts, text)
	}
	for i := range parts {
		parts[i] = WithoutEndMark(parts[i])
	}
	return strings.Join(parts, "\n\n")
}

// EndMark is the mark that ends a story, at the end of a line; the group is what closes behind it.
var EndMark = regexp.MustCompile(`\s*\.?/\s?\.(["”’)]*)$`)

// WithoutEndMark drops the mark by which Vietnamese desks end a story ("./.");
// the sentence keeps a full stop.
func WithoutEndMark(text string) string {
	before, ok := strings.CutSuffix(strings.TrimRight(text, `"”’)`), ".")
	if !ok || !strings.HasSuffix(strings.TrimRight(before, " \t\n\r\f\v"), "/") {
		return text
	}
	m := EndMark.FindStringSubmatchIndex(text)
	if m == nil {
		return text
	}
	text, quote := text[:m[0]], prose.Submatch(text, m, 1)
	if text == "" || prose.EndsSentence(text) {
		return text + quote
	}
	return text + "." + quote
}

// language is the article's: its letters decide, for a page in translation
// keeps the html lang of its origin; lang and the address's edition decide
// between languages whose letters do not.
func language(text, lang, edition string) article.Text {
	switch letters := prose.Language(text); {
	case letters != "":
		return article.Text(letters)
	case edition != "":
		return article.Text(edition)
	}
	lang, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(lang)), "-")
	if len(lang) == 2 {
		return article.Text(lang)
	}
	return ""
}

// repairLetters puts đ for what only looks like it, in all texts of the article.
func (d *Draft) repairLetters() {
	a := &d.Article
	repaired := false
	repair := func(text string) string {
		now := prose.WithoutHomoglyphs(text)
		repaired = repaired || now != text
		return now
	}
	for _, t := range a.Texts() {
		*t = repair(*t)
	}
	if repaired {
		a.Text = articleText(a)
		d.Note("the letter Ð read as Đ")
	}
}

// noteGlued tells of words that lost the blank between them. They stay as they
// are: who parts them guesses.
func (d *Draft) noteGlued() {
	const most = 3
	if found := prose.GluedWords(d.Text, most); len(found) > 0 {
		d.Note("glued words: " + strings.Join(found, ", "))
	}
}
