package cleaner

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// crossedD are letters that look like the Vietnamese đ and were typed for it: the
// African d, and a plain d with a stroke laid over it. Neither is a letter of
// Vietnamese.
var crossedD = strings.NewReplacer("Ð", "Đ", "Ɖ", "Đ", "ɖ", "đ", "D\u0335", "Đ", "d\u0335", "đ", "D\u0336", "Đ", "d\u0336", "đ")

// withoutLookAlikes puts đ in the place of what only looks like it. The
// Icelandic ð is one in words that are then Vietnamese; in a name it stays.
func withoutLookAlikes(text string) string {
	if !hasLookAlikes(text) {
		return text
	}
	text = norm.NFC.String(crossedD.Replace(text))
	var b strings.Builder
	for len(text) > 0 {
		end := strings.IndexFunc(text, func(r rune) bool { return !isWord(r) })
		if end == 0 {
			_, end = utf8.DecodeRuneInString(text)
		} else if end < 0 {
			end = len(text)
		}
		word := text[:end]
		if mended := strings.ReplaceAll(word, "ð", "đ"); mended != word && isSyllable(mended) {
			word = mended
		}
		b.WriteString(word)
		text = text[end:]
	}
	return b.String()
}

// hasLookAlikes finds the letters that withoutLookAlikes mends: every text of
// every article is asked.
func hasLookAlikes(text string) bool {
	for _, letter := range []string{"Ð", "ð", "Ɖ", "ɖ", "\u0335", "\u0336"} {
		if strings.Contains(text, letter) {
			return true
		}
	}
	return false
}

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
		now := withoutLookAlikes(text)
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
	if found := gluedWords(m.a.Text, most); len(found) > 0 {
		m.note("glued words: " + strings.Join(found, ", "))
	}
}

// gluedWords finds up to so many: sentences without a blank between ("họp.Ông"),
// and words longer than a syllable can be that are two, both with marks
// ("đượckhông"). Shorter ones look like loanwords ("ôtô", "xăngđan").
func gluedWords(text string, most int) []string {
	const (
		longest = 7      // letters of a syllable: "nghiêng"
		least   = 10     // bytes of glued words
		asked   = 10_000 // words, at most: of 712 articles the longest has 1,395 as long
	)
	var found []string
	left := asked
	start := 0
	for end := 0; end <= len(text) && len(found) < most && left > 0; end++ {
		if end < len(text) && text[end] > ' ' {
			continue
		}
		word := text[start:end]
		start = end + 1
		if len(word) < least {
			continue
		}
		left--
		bare := strings.TrimFunc(word, func(r rune) bool { return !isWord(r) })
		if isGluedSentence(bare) || isGluedPair(bare, longest) {
			found = append(found, bare)
		}
	}
	return distinct(found)
}

// isGluedSentence tells two words of Vietnamese with a full stop between, the
// second with a capital. Addresses of the web are no Vietnamese.
func isGluedSentence(word string) bool {
	before, after, ok := strings.Cut(word, ".")
	if !ok || before == "" || after == "" || isASCIIString(word) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(after)
	last, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsLower(last) && unicode.IsUpper(first) && isSyllable(before) && isSyllable(after)
}

func isGluedPair(word string, longest int) bool {
	letters := 0
	marked := 0
	for _, r := range word {
		if !unicode.IsLetter(r) {
			return false
		}
		letters++
		if r >= utf8.RuneSelf {
			marked++
		}
	}
	if letters <= longest || letters > 2*longest || marked < 2 {
		return false
	}
	for i := range word {
		if i > 0 && !isASCIIString(word[:i]) && !isASCIIString(word[i:]) && isSyllable(word[:i]) && isSyllable(word[i:]) {
			return true
		}
	}
	return false
}
