package redline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, with what stands within it (1.200, 10h30, TP.HCM, Covid-19), or one sign.
type token struct {
	gap, text string
	key       int32 // the same of tokens that read the same and stand apart alike
	word      bool  // it has a letter or a digit
	class     Class
	op        Op
}

// interner numbers what tokens say: those that stand apart, those that do not, and words as
// they are looked for in other paragraphs, each by itself.
type interner struct{ apart, glued, words numbers }

func newInterner() *interner { return &interner{numbers{}, numbers{}, numbers{}} }

type numbers map[string]int32

func (n numbers) of(s string) int32 {
	k, ok := n[s]
	if !ok {
		k = int32(len(n))
		n[s] = k
	}
	return k
}

// key is the number of a token.
func (n *interner) key(apart bool, text string) int32 {
	if apart {
		return 2 * n.apart.of(text)
	}
	return 2*n.glued.of(text) + 1
}

// typography is one sign set in many ways: none of it is a word, and package compare calls
// none of it an edit.
var typography = strings.NewReplacer(
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "″", `"`,
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "`", "'", "´", "'",
	"–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-", "―", "-",
	"…", "...",
)

// plainly is a text with its signs set in one way.
func plainly(s string) string {
	for i := range len(s) {
		if s[i] == 0xe2 || s[i] == 0xc2 || s[i] == '`' { // all of those signs begin so, and no letter of Vietnamese
			return typography.Replace(s)
		}
	}
	return s
}

// readsSame reports whether two texts have the same words and signs, however they are set.
func readsSame(a, b string) bool {
	return a == b || oneLine(plainly(a)) == oneLine(plainly(b))
}

// oneLine has single blanks.
func oneLine(s string) string {
	if !strings.Contains(s, "  ") && !strings.ContainsAny(s, "\t\n\u00a0\u3000\u2009") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// tokens cuts a text into words and signs, and tells numbers and names among them.
func (n *interner) tokens(text string) []token {
	list := make([]token, 0, strings.Count(text, " ")*5/4+4)
	gap := " " // also of the first: it may stand within the other text
	for text != "" {
		if text[0] == '\n' {
			list = append(list, token{text: Break, key: n.key(false, Break)})
			gap, text = " ", text[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		if unicode.IsSpace(r) {
			if gap != "\t" {
				gap = " "
			}
			if r == '\t' {
				gap = "\t"
			}
			text = text[size:]
			continue
		}
		end, word, number := tokenEnd(text)
		t := token{gap: gap, text: text[:end], word: word}
		if number {
			t.class = Number
		}
		t.key = n.key(gap != "", plainly(t.text))
		list = append(list, t)
		gap, text = "", text[end:]
	}
	nameNames(list)
	return list
}

// tokenEnd is where the first token of a text ends.
func tokenEnd(text string) (end int, word, number bool) {
	r, size := utf8.DecodeRuneInString(text)
	if unicode.Is(unicode.Sc, r) {
		if next, _ := utf8.DecodeRuneInString(text[size:]); unicode.IsDigit(next) {
			end, _, _ = tokenEnd(text[size:])
			return size + end, true, true
		}
	}
	if !isLetter(r) {
		return cluster(text), false, strings.ContainsRune("%‰$€£₫", r)
	}
	number = unicode.IsDigit(r)
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		switch {
		case isLetter(r) || end > 0 && joins(r):
		case strings.ContainsRune(".,:/-–'’&_@°", r) && bridges(text[:end], r, text[end+size:]):
		default:
			if number && (r == '%' || r == '‰' || unicode.Is(unicode.Sc, r)) {
				end += size
			}
			return end, true, number
		}
		end += size
	}
	return end, true, number
}

// bridges reports whether a sign stands within a word or number.
func bridges(before string, sign rune, behind string) bool {
	next, _ := utf8.DecodeRuneInString(behind)
	last, _ := utf8.DecodeLastRuneInString(before)
	switch {
	case sign == '°':
		return unicode.IsDigit(last)
	case unicode.IsDigit(last) && unicode.IsDigit(next):
		return strings.ContainsRune(".,:/-–", sign)
	case sign == ',' || sign == ':' || sign == '/' || sign == '–':
		return false
	case sign == '.': // TP.HCM, vov.vn
		return isLetter(last) && isLetter(next)
	}
	return isLetter(next) && behind != ""
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// joins reports whether a sign belongs to the letter or sign before it.
func joins(r rune) bool {
	return unicode.IsMark(r) || r == 0x200c || r == 0x200d || r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f
}

// cluster is where the first sign of a text ends, with all that belongs to it.
func cluster(text string) int {
	r, end := utf8.DecodeRuneInString(text)
	for end < len(text) {
		next, size := utf8.DecodeRuneInString(text[end:])
		if !joins(next) && r != 0x200d {
			break
		}
		r = next
		end += size
	}
	return end
}

// starters begin sentences, or stand before a name, in capital letters or not.
var starters = map[string]bool{}

func init() {
	for w := range strings.FieldsSeq(`anh ba bà bài bên các cậu chị cho chỉ chính chú cô có còn cụ của do em hai hiện hôm khi
		không là lúc mỗi một năm nay nếu ngày ngoài người nhà nhiều nhưng những ở ông phía qua ra riêng sau sáng sự tại theo thì thứ tối trên
		trong trưa trước từ tuy và vào về với vì vụ xã đến đây để đó
		and as at but by for from he her his in it its mr mrs ms on our she that the their they this to we when with
		au aux ce ces cette dans de des du elle en et il ils la le les mais par pour sur un une`) {
		starters[w] = true
	}
}

// shortened are words with a full stop that ends no sentence: a name follows.
var shortened = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true, "st": true, "ts": true, "ths": true, "gs": true, "pgs": true, "bs": true, "ls": true, "tp": true, "ks": true}

// nameNames marks runs of words in capital letters as names. The first word of a
// sentence has one anyway, and so has every word where all do.
func nameNames(list []token) {
	if shouts(list) {
		return
	}
	begins := true // a sentence may begin here
	for i := 0; i < len(list); {
		t := list[i]
		if !t.word {
			short := t.text == "." && i > 0 && (utf8.RuneCountInString(list[i-1].text) == 1 || shortened[strings.ToLower(list[i-1].text)])
			begins = begins || t.text == Break || strings.Contains(".!?…:", t.text) && !short
			i++
			continue
		}
		end := i
		for end < len(list) && capital(list[end]) && (end == i || list[end].gap == " ") {
			end++
		}
		from := i
		if begins && end > i && (end-i == 1 && !acronym(t.text) || starters[strings.ToLower(t.text)]) {
			from++
		}
		for j := from; j < end; j++ {
			list[j].class = Name
		}
		begins = false
		i = max(end, i+1)
	}
}

// shouts reports whether capital letters tell nothing: nearly all words have no others.
func shouts(list []token) bool {
	const few, most = 4, 0.75
	words, capitals := 0, 0
	for _, t := range list {
		if t.word && t.class != Number {
			words++
			if !strings.ContainsFunc(t.text, unicode.IsLower) {
				capitals++
			}
		}
	}
	return words >= few && float64(capitals) > most*float64(words)
}

func capital(t token) bool {
	r, _ := utf8.DecodeRuneInString(t.text)
	return t.word && unicode.IsUpper(r)
}

func acronym(word string) bool {
	return utf8.RuneCountInString(word) > 1 && !strings.ContainsFunc(word, unicode.IsLower)
}

// numerals are numbers in words. Most of them mean something else, too: "ba" is a father, and
// "năm" a year. Where one numeral stands in the place of another they are numbers.
var numerals = map[string]bool{}

func init() {
	for w := range strings.FieldsSeq(`không một mốt hai ba bốn tư năm lăm sáu bảy bẩy tám chín mười mươi chục trăm nghìn ngàn vạn triệu tỷ tỉ rưỡi nửa
		one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million billion half
		deux trois quatre cinq sept huit neuf dix vingt trente cent cents mille millions milliards`) {
		numerals[w] = true
	}
}

// nameNumerals marks numerals of tokens that took each other's place.
func nameNumerals(gone, came []token) {
	all := func(list []token) bool {
		words := 0
		for _, t := range list {
			if t.word && t.class != Number && !numerals[strings.ToLower(t.text)] {
				return false
			}
			if t.word {
				words++
			}
		}
		return words > 0
	}
	if !all(gone) || !all(came) {
		return
	}
	for _, list := range [][]token{gone, came} {
		for i := range list {
			if list[i].word {
				list[i].class = Number
			}
		}
	}
}

// spansOf joins tokens of one kind.
func spansOf(tokens []token) []Span {
	var list []Span
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			list[len(list)-1].Text = text.String()
			text.Reset()
		}
	}
	for i, t := range tokens {
		class := t.class
		if t.op == Stays {
			class = Plain
		}
		if i == 0 {
			t.gap = ""
		}
		n := len(list) - 1
		if i > 0 && list[n].Op == t.op && list[n].Class == class && t.text != Break && tokens[i-1].text != Break {
			text.WriteString(t.gap)
		} else {
			flush()
			list = append(list, Span{Gap: t.gap, Op: t.op, Class: class})
		}
		text.WriteString(t.text)
	}
	flush()
	return list
}
