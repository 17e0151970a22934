package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// longestTag is how long a tag before a lead may be, in characters.
const longestTag = 40

// paperTag parts the tag that a newspaper prints before a lead from the lead:
// its own name, written as it signs itself, and a dash: "(PLO)- ", "TTO - ",
// "GiadinhNet – ", "Thanh Niên Online - ", "VOV.VN - ". What stands before a dash
// may as well be a sentence's own words ("Hà Nội - Huế hai đầu nỗi nhớ"), so
// without brackets only a name counts: of an agency, of a site as addresses have
// it, or one that the page gives itself (names).
func paperTag(text string, names []string) (tag, rest string) {
	inside, bracketed := "", false
	if after, ok := strings.CutPrefix(text, "("); ok {
		end := strings.IndexByte(after, ')')
		if end < 0 || utf8.RuneCountInString(after[:end]) > longestTag {
			return "", text
		}
		inside, bracketed = after[:end], true
		tag, rest = text[:end+2], after[end+1:]
	} else {
		at := dashIn(text)
		if at <= 0 {
			return "", text
		}
		tag, rest = strings.TrimRight(text[:at], " ."), text[at:]
		inside = tag
	}
	bare := strings.TrimLeft(rest, " .")
	after := strings.TrimLeft(bare, "-–—:")
	dashed := after != bare
	after = strings.TrimSpace(after)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, `"“'‘«(`))
	switch {
	case !unicode.IsUpper(first) && !unicode.IsDigit(first): // it goes on within its sentence
		return "", text
	case bracketed && dashed && strings.ContainsFunc(inside, unicode.IsLetter), isPaperTag(inside, names), placedTag(tag, names):
		return tag, after
	}
	return "", text
}

// placedTag tells a place and, in brackets, who signs: "Thới Lạc (TTXVN)".
func placedTag(tag string, names []string) bool {
	place, sign, ok := strings.Cut(tag, " (")
	sign, closed := strings.CutSuffix(sign, ")")
	return ok && closed && credits.LooksSigned(place) && (credits.IsAcronym(sign) || isPaperTag(sign, names))
}

// unknownTag is a tag in capitals before a sentence, as newspapers print their
// own, that is no name which the page gives itself: doubtful, for a company's
// name stands so too. But what an article is about its title names.
func unknownTag(text, title string) (tag, rest string) {
	const longest = 6 // letters of one word
	at := dashIn(text)
	if at <= 0 {
		return "", text
	}
	tag = strings.TrimRight(text[:at], " .")
	rest = strings.TrimLeft(text[at:], " -–—")
	first, size := utf8.DecodeRuneInString(rest)
	next, _ := utf8.DecodeRuneInString(rest[size:])
	words := strings.ContainsRune(tag, ' ') // "HÀ NỘI"
	if !words && (!credits.IsAcronym(tag) || utf8.RuneCountInString(tag) > longest) || words && !prose.IsCapitals(tag) || !unicode.IsUpper(first) || unicode.IsUpper(next) ||
		strings.Contains(title, tag) || strings.Contains(rest, tag) || prose.Language(text) != "vi" || strings.ContainsFunc(tag, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' }) {
		return "", text
	}
	return tag, rest
}

// dashIn is where the first dash of a text stands that has a blank behind it,
// -1 where a tag would be too long by then.
func dashIn(text string) int {
	n := 0
	for i, r := range text {
		if n++; n > longestTag {
			return -1
		}
		if (r == '-' || r == '–' || r == '—') && strings.HasPrefix(strings.TrimLeft(text[i:], "-–—"), " ") {
			return i
		}
	}
	return -1
}

// isPaperTag tells a name that a newspaper signs itself with.
func isPaperTag(tag string, names []string) bool {
	if credits.IsAgencies(tag) || IsSiteName(tag) || strings.HasSuffix(tag, " Online") && strings.Count(tag, " ") <= 4 {
		return true
	}
	key := PlainKey(tag)
	if key == "" {
		return false
	}
	acronym := credits.IsAcronym(tag) || prose.IsCapitals(tag) && !strings.Contains(tag, " ") // "TP" too
	for _, name := range names {
		own := PlainKey(name)
		if ownBare := withoutMedium(own); ownBare != "" && (key == own || withoutMedium(key) == ownBare) {
			return true
		}
		if acronym && (isInitials(key, name) || isInitials(strings.TrimSuffix(key, "o"), name)) {
			return true
		}
	}
	return false
}

// IsSiteName tells a site's name as addresses have it: "Chinhphu.vn", "VOV.VN".
func IsSiteName(s string) bool {
	label, end, ok := strings.Cut(strings.ToLower(s), ".")
	if !ok || label == "" || strings.ContainsAny(s, " /@") {
		return false
	}
	switch end {
	case "vn", "com", "net", "org", "com.vn", "net.vn", "org.vn", "gov.vn":
		return true
	}
	return false
}

// PlainKey is a name in small letters, without marks, blanks and dots.
func PlainKey(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r < utf8.RuneSelf && prose.IsWord(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// withoutMedium leaves out what says that a newspaper is one, and where it
// appears: "Báo Nhân Dân điện tử" is "nhandan", "GiadinhNet" is "giadinh".
func withoutMedium(key string) string {
	for _, p := range []string{"baodientu", "trangtindientu", "tapchi", "bao"} {
		if rest, ok := strings.CutPrefix(key, p); ok && len(rest) > 1 {
			key = rest
			break
		}
	}
	for cut := true; cut; {
		cut = false
		for _, s := range []string{"online", "dientu", "mobile", "news", "net", "com", "vn", "o"} {
			if rest, ok := strings.CutSuffix(key, s); ok && len(rest) > 1 {
				key, cut = rest, true
				break
			}
		}
	}
	return key
}

// isInitials tells the first letters of a name's words, or of the syllables
// that an address wrote as one: "tt" is "Tuổi Trẻ", and tuoitre.
func isInitials(key, name string) bool {
	if len(key) < 2 {
		return false
	}
	words := strings.Fields(name)
	if len(words) == 1 {
		return splitsInto(withoutMedium(PlainKey(name)), key)
	}
	var all strings.Builder
	for _, w := range words {
		if k := PlainKey(w); k != "" {
			all.WriteByte(k[0])
		}
	}
	initials := all.String()
	for _, p := range []string{"", "bdt", "tc", "b"} { // "Báo điện tử", "Tạp chí", "Báo"
		rest, ok := strings.CutPrefix(initials, p)
		if ok && (rest == key || rest == key+"o" || rest == key+"dt") { // "Online", "điện tử"
			return true
		}
	}
	return false
}

// splitsInto reports whether a word is made of syllables that begin with the
// letters of key, one each.
func splitsInto(word, key string) bool {
	const longest = 40
	if len(word) > longest || len(key) > len(word) {
		return false
	}
	ends := map[int]bool{0: true} // where the syllables so far may end
	for i := range len(key) {
		next := map[int]bool{}
		for from := range ends {
			if from >= len(word) || word[from] != key[i] {
				continue
			}
			for to := from + 1; to <= min(len(word), from+7); to++ {
				if isPlainSyllable(word[from:to]) {
					next[to] = true
				}
			}
		}
		ends = next
	}
	return ends[len(word)]
}

// isPlainSyllable tells what may be a syllable of Vietnamese without its marks.
func isPlainSyllable(s string) bool {
	onset := strings.TrimLeft(s, "bcdghklmnpqrstvx")
	nucleus := strings.TrimLeft(onset, "aeiouy")
	if len(s)-len(onset) > 3 || onset == nucleus || len(onset)-len(nucleus) > 3 {
		return false
	}
	return nucleus == "" || prose.IsCoda(nucleus)
}

// tagElement is the text of an element of its own at the beginning of n, which
// sets what stands in it apart from the text behind: "" where there is none.
func tagElement(n *html.Node) (text string, named bool) {
	const deepest = 4 // elements in one another
	depth := 0
	for c := n.FirstChild; c != nil && depth < deepest; {
		switch {
		case c.Type == html.TextNode && prose.Clean(c.Data) == "", c.Type == html.CommentNode:
			c = c.NextSibling
			continue
		case c.Type != html.ElementNode:
			return text, named
		}
		if dom.IsInline(c) {
			text = prose.Clean(dom.Text(c))
			if named = saysPlace(c); named {
				return text, true
			}
		}
		c = c.FirstChild
		depth++
	}
	return text, named
}

// saysPlace tells an element that calls itself a dateline.
func saysPlace(n *html.Node) bool {
	class := strings.ToLower(dom.Attr(n, "class"))
	return strings.Contains(class, "location") || strings.Contains(class, "dateline") || strings.Contains(class, "place-stamp")
}

// PlaceTag parts a tag off that an element of its own sets apart: one that
// calls itself so, or one that is glued to the sentence behind it, as a place is
// where only a style parts them: "Hà NộiBộ trưởng …". A letter or two are the
// beginning of the sentence, set larger.
func PlaceTag(n *html.Node, text string) (tag, rest string) {
	tag, named := tagElement(n)
	rest, ok := strings.CutPrefix(text, tag)
	if !ok || tag == "" || rest == "" || utf8.RuneCountInString(tag) > longestTag {
		return "", text
	}
	first, _ := utf8.DecodeRuneInString(tag)
	last, _ := utf8.DecodeLastRuneInString(tag)
	next, size := utf8.DecodeRuneInString(rest)
	after, _ := utf8.DecodeRuneInString(rest[size:])
	glued := unicode.IsUpper(first) && unicode.IsLetter(last) && utf8.RuneCountInString(tag) > 2 && unicode.IsUpper(next) && unicode.IsLower(after)
	if !named && !glued {
		return "", text
	}
	return TrimTag(tag), strings.TrimLeft(rest, " -–—:")
}
