package dom

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Some elements within a line do not read as their letters stand: a raised 6 is
// no figure of the number before it, a footnote's mark and a tooltip are no
// words of the sentence, a reading over a Chinese sign is not the sign's
// neighbour. All readers of pages ask spelled about each inline element.

// inlineAtom reports whether an element stands inside a line of text.
func inlineAtom(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Blink, atom.Cite, atom.Code, atom.Data, atom.Del,
		atom.Dfn, atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Meter, atom.Nobr, atom.Output, atom.Picture,
		atom.Progress, atom.Q, atom.Rb, atom.Rp, atom.Rt, atom.Rtc, atom.Ruby, atom.S, atom.Samp, atom.Slot, atom.Small, atom.Span, atom.Strike,
		atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr,
		atom.Annotation, atom.AnnotationXml, atom.Math, atom.Mi, atom.Mn, atom.Mo, atom.Ms, atom.Mtext:
		return true
	}
	return false
}

// IsInline recognizes what stands within a line of an article's body: there,
// Word's own elements (<o:p>, <st1:place>) and custom ones do, too.
func IsInline(n *html.Node) bool {
	return inlineAtom(n.DataAtom) || n.DataAtom == 0 || isDropCap(n)
}

// IsInlineOnPage recognizes what stands within a line anywhere on a page, where custom
// elements are boxes as often: they do amid running text, and hold no block.
func IsInlineOnPage(n *html.Node) bool {
	switch n.DataAtom {
	case 0:
		return n.Namespace == "math" || amidText(n) && holdsLine(n)
	case atom.Div:
		return isDropCap(n)
	case atom.Button:
		return IsWordButton(n)
	}
	return inlineAtom(n.DataAtom)
}

// IsWordButton recognizes a word of a sentence that unfolds what explains it: text
// stands on both sides.
func IsWordButton(n *html.Node) bool {
	return isWords(n.PrevSibling) && isWords(n.NextSibling) && holdsLine(n)
}

// amidText recognizes an element in a paragraph or in an inline element, or with text
// right beside it.
func amidText(n *html.Node) bool {
	if p := n.Parent; p != nil {
		switch p.DataAtom {
		case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			return true
		}
		if inlineAtom(p.DataAtom) {
			return true
		}
	}
	return isWords(n.PrevSibling) || isWords(n.NextSibling)
}

func isWords(n *html.Node) bool {
	return n != nil && n.Type == html.TextNode && strings.TrimSpace(n.Data) != ""
}

// fewNodes bounds what is looked at inside one inline element, with all that nest
// in it: each of them is looked at again.
const fewNodes = 64

// holdsLine recognizes an element with few others inside, none of which is a block.
func holdsLine(n *html.Node) bool {
	seen := 0
	return Find(n, func(c *html.Node) bool {
		seen++
		return seen > fewNodes || c.DataAtom != 0 && !inlineAtom(c.DataAtom)
	}) == nil
}

// IsBrief recognizes an element that holds few others, and no more than so many bytes of text: as
// little as one does that names somebody. It may be one of many within one another: no more
// than that is looked at.
func IsBrief(n *html.Node, bytes int) bool {
	nodes := 2 * fewNodes
	for c := n.FirstChild; c != nil; {
		if nodes--; c.Type == html.TextNode {
			bytes -= len(c.Data)
		}
		if nodes < 0 || bytes < 0 {
			return false
		}
		if c.FirstChild != nil {
			c = c.FirstChild
			continue
		}
		for c != n && c.NextSibling == nil {
			c = c.Parent
		}
		if c == n {
			break
		}
		c = c.NextSibling
	}
	return true
}

// isDropCap recognizes a block that holds one letter, the first of the word that goes
// on right behind it.
func isDropCap(n *html.Node) bool {
	c := n.FirstChild
	if n.DataAtom != atom.Div || c == nil || c.NextSibling != nil || c.Type != html.TextNode || len(c.Data) > 16 {
		return false
	}
	letter := strings.TrimSpace(c.Data)
	r, size := utf8.DecodeRuneInString(letter)
	return unicode.IsUpper(r) && size == len(letter) && unicode.IsLower(firstRune(n.NextSibling))
}

// Spelled gives the text of an element that does not read as it stands, "" for
// what leaves the line; false for all others.
func Spelled(n *html.Node) (string, bool) { return spell(n, nil) }

// spell is spelled, within an element that is being read so: left is how many
// nodes may still be looked at for it.
func spell(n *html.Node, left *int) (string, bool) {
	kind := n.DataAtom
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "hidden":
			return "", true
		case "style":
			if len(a.Val) < len("display:none") {
				continue
			}
			if hides(a.Val) {
				return "", true
			}
			if kind == atom.Span || kind == atom.Font {
				kind = raised(a.Val, kind)
			}
		case "role":
			if a.Val == "tooltip" || a.Val == "doc-noteref" {
				return "", true
			}
		case "aria-hidden":
			if a.Val == "true" && IsInline(n) && onlyExplains(n, left) {
				return "", true
			}
		case "class":
			if strings.Contains(a.Val, "tooltip") && isTooltip(n, a.Val) || isOffScreen(a.Val) && IsInline(n) && !isLetterOfWord(n, left) {
				return "", true
			}
		}
	}
	switch kind {
	case atom.Sup:
		if s, ok := shortText(n, left); ok {
			return superscript(n, s), true
		}
	case atom.Sub:
		if s, ok := shortText(n, left); ok {
			return subscript(s.String()), true
		}
	case atom.A:
		return "", isNoteLink(n, left)
	case atom.Rt:
		return reading(n, left)
	case atom.Annotation, atom.AnnotationXml:
		return "", true // a formula once more, in another language
	}
	if n.Namespace == "math" && n.DataAtom == 0 {
		return formula(n, left)
	}
	if kind == atom.Span && n.Parent != nil && n.PrevSibling != nil && strings.Contains(Attr(n.Parent, "class"), "tooltip") && IsInline(n.Parent) {
		return "", explainsGlued(n, left)
	}
	return "", false
}

// raised tells a span that its style raises or lowers, as word processors write.
func raised(style string, kind atom.Atom) atom.Atom {
	_, value, ok := strings.Cut(style, "vertical-align")
	value = strings.TrimLeft(value, " :")
	switch {
	case ok && strings.HasPrefix(value, "super"):
		return atom.Sup
	case ok && strings.HasPrefix(value, "sub"):
		return atom.Sub
	}
	return kind
}

// line is what stands in an inline element.
type line struct {
	strings.Builder
	left   *int // nodes that may still be looked at
	marked int  // letters and digits in links down the page
	link   bool
	long   bool // there is more
}

// longestMark is more than superscripts and the like have, in bytes.
const longestMark = 200

// shortText is what stands in an element that holds little; false for others.
func shortText(n *html.Node, left *int) (*line, bool) {
	if left == nil {
		few := fewNodes
		left = &few
	}
	s := &line{left: left}
	s.read(n)
	return s, !s.long
}

func (s *line) read(n *html.Node) {
	for c := n.FirstChild; c != nil && !s.long; c = c.NextSibling {
		*s.left--
		switch {
		case *s.left < 0 || c.Type == html.TextNode && s.Len()+len(c.Data) > longestMark:
			s.long = true
		case c.Type == html.TextNode:
			s.write(c.Data)
		case c.Type != html.ElementNode:
		case c.DataAtom == atom.A && strings.Contains(Attr(c, "href"), "#"):
			s.link = true
			s.read(c)
			s.link = false
		case !IsInline(c):
			s.long = true // a paragraph, a picture
		default:
			if text, ok := spell(c, s.left); ok {
				s.write(text)
			} else {
				s.read(c)
			}
		}
	}
}

func (s *line) write(text string) {
	s.WriteString(text)
	if s.link {
		s.marked += countWords(text)
	}
}

func countWords(text string) int {
	n := 0
	for _, r := range text {
		if prose.IsWord(r) {
			n++
		}
	}
	return n
}

// superscript writes what is raised so that it does not run into what it stands
// behind: in Unicode's own signs, where there are such. Words stay as they are
// ("1st"), what is left of a formula stands behind a caret. A footnote's mark
// leaves the line.
func superscript(n *html.Node, s *line) string {
	text := prose.Clean(s.String())
	before := lastRune(n.PrevSibling)
	words := countWords(text)
	switch {
	case text == "":
		return blankOf(s.String())
	case words > 0 && s.marked == words, isNoteMark(text, before):
		return ""
	case unicode.IsLetter(before) && strings.ContainsAny(text, ", ") && prose.IsASCIIDigits(strings.NewReplacer(",", "", " ", "").Replace(text)) && isWholeWord(n.PrevSibling):
		return "" // several notes to a word
	case text == "o" && unicode.IsDigit(before) && isDegree(firstRune(n.NextSibling)):
		return "°"
	case !isExponent(text):
		return s.String()
	}
	if raised, ok := inSigns(text, superscripts); ok {
		if prose.IsBlank(rawLast(s.String())) {
			raised += " "
		}
		return raised
	}
	if words == 0 || unicode.IsSpace(before) || before < 0 {
		return s.String()
	}
	return "^" + text
}

// blankOf is the blank that an element without words may hold.
func blankOf(text string) string {
	if text == "" {
		return ""
	}
	return " "
}

// isExponent recognizes numbers and signs, with a lone letter for a number at most.
func isExponent(text string) bool {
	letters := strings.Trim(text, "0123456789+-−–‐‑=().,/ ")
	return letters == "" || len(letters) == 1 && strings.Contains("iknxyz", letters)
}

// isWholeWord recognizes a text that ends with a word, of more letters than units and
// variables have.
func isWholeWord(n *html.Node) bool {
	const least = 3
	if n == nil || n.Type != html.TextNode {
		return false
	}
	text := prose.Tail(n.Data)
	return utf8.RuneCountInString(text)-utf8.RuneCountInString(strings.TrimRightFunc(text, unicode.IsLetter)) >= least
}

func isDegree(r rune) bool { return r == 'C' || r == 'F' }

// isNoteMark tells the mark of a footnote from a number's power by its form:
// signs that count nothing, brackets, or a number behind the end of a sentence.
func isNoteMark(text string, before rune) bool {
	const longest = 60
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		return len(text) <= longest
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(text, "("), ")")
	if strings.Trim(inner, "*†‡§¶") == "" {
		return true
	}
	if !prose.IsASCIIDigits(strings.ReplaceAll(strings.ReplaceAll(inner, ",", ""), " ", "")) {
		return false
	}
	return len(inner) == len(text)-2 || strings.ContainsRune(".,;:!?…”’»", before)
}

// isNoteLink recognizes a link down the page that is but a footnote's mark.
func isNoteLink(n *html.Node, left *int) bool {
	c := n.FirstChild
	for c != nil && c.Type == html.TextNode && strings.TrimSpace(c.Data) == "" {
		c = c.NextSibling
	}
	if c == nil || c.DataAtom != atom.Sup && (c.Type != html.TextNode || len(c.Data) > longestMark) || !strings.HasPrefix(Attr(n, "href"), "#") {
		return false
	}
	s, ok := shortText(n, left)
	if !ok {
		return false
	}
	text := prose.Clean(s.String())
	if c.DataAtom == atom.Sup {
		return c.NextSibling == nil
	}
	if class := Attr(n, "class"); prose.IsASCIIDigits(text) && text != "" && (strings.Contains(class, "note") || strings.Contains(Attr(n, "style"), "super")) {
		return true
	}
	return strings.HasPrefix(text, "[") && isNoteMark(text, -1) || text != "" && strings.Trim(text, "↑↩⤴^ \ufe0e") == ""
}

// subscript writes what is lowered, in Unicode's own signs: "CO₂".
func subscript(text string) string {
	if lowered, ok := inSigns(prose.Clean(text), subscripts); ok {
		return lowered
	}
	return text
}

// What has signs of its own raised and lowered: first the sign, then what it
// stands for.
var (
	superscripts = signsOf("⁰0 ¹1 ²2 ³3 ⁴4 ⁵5 ⁶6 ⁷7 ⁸8 ⁹9 ⁺+ ⁻- ⁻− ⁻– ⁻‐ ⁻‑ ⁼= ⁽( ⁾) ⁿn ⁱi")
	subscripts   = signsOf("₀0 ₁1 ₂2 ₃3 ₄4 ₅5 ₆6 ₇7 ₈8 ₉9 ₊+ ₋- ₋− ₋– ₋‐ ₋‑ ₌= ₍( ₎)")
)

func signsOf(pairs string) map[rune]rune {
	signs := map[rune]rune{}
	for pair := range strings.FieldsSeq(pairs) {
		sign, n := utf8.DecodeRuneInString(pair)
		of, _ := utf8.DecodeRuneInString(pair[n:])
		signs[of], signs[sign] = sign, sign
	}
	return signs
}

// inSigns writes a text in signs of their own, false where one has none.
func inSigns(text string, signs map[rune]rune) (string, bool) {
	var b strings.Builder
	for _, r := range text {
		if r == ' ' {
			continue
		}
		sign, ok := signs[r]
		if !ok {
			return "", false
		}
		b.WriteRune(sign)
	}
	return b.String(), b.Len() > 0
}

// reading writes what is set over a sign in brackets, where the page does not.
func reading(n *html.Node, left *int) (string, bool) {
	p := n.PrevSibling
	for p != nil && p.Type == html.TextNode && strings.TrimSpace(p.Data) == "" {
		p = p.PrevSibling
	}
	if p != nil && p.DataAtom == atom.Rp {
		return "", false
	}
	s, ok := shortText(n, left)
	if text := prose.Clean(s.String()); ok && text != "" {
		return "(" + text + ")", true
	}
	return "", false
}

// formula writes the elements of MathML that set one part over another.
func formula(n *html.Node, left *int) (string, bool) {
	switch n.Data {
	case "msup", "msub", "msubsup", "mfrac", "msqrt":
	default:
		return "", false
	}
	if left == nil {
		few := fewNodes
		left = &few
	}
	var parts []string
	for c := n.FirstChild; c != nil && len(parts) <= 3; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		text, ok := spell(c, left)
		if !ok {
			s, short := shortText(c, left)
			if text = prose.Clean(s.String()); !short {
				return "", false
			}
		}
		parts = append(parts, text)
	}
	raise := func(text string) string {
		if raised, ok := inSigns(text, superscripts); ok {
			return raised
		}
		return "^" + bracketed(text)
	}
	switch {
	case n.Data == "msqrt" && len(parts) > 0:
		return "√" + bracketed(strings.Join(parts, "")), true
	case n.Data == "msup" && len(parts) == 2:
		return parts[0] + raise(parts[1]), true
	case n.Data == "msub" && len(parts) == 2:
		return parts[0] + subscript(parts[1]), true
	case n.Data == "msubsup" && len(parts) == 3:
		return parts[0] + subscript(parts[1]) + raise(parts[2]), true
	case n.Data == "mfrac" && len(parts) == 2:
		return bracketed(parts[0]) + "/" + bracketed(parts[1]), true
	}
	return "", false
}

// bracketed sets a part of a formula in brackets where it is more than a word.
func bracketed(text string) string {
	if countWords(text) == utf8.RuneCountInString(text) {
		return text
	}
	return "(" + text + ")"
}

// isTooltip recognizes the explanation that shows under the mouse. The word that it
// explains has the same class as often: that one holds the explanation, or has
// it in an attribute.
func isTooltip(n *html.Node, class string) bool {
	plain := false
	for name := range strings.FieldsSeq(strings.ToLower(class)) {
		rest, ok := strings.CutPrefix(name, "tooltip")
		switch strings.Trim(rest, "-_") {
		case "":
			plain = plain || ok
		case "text", "content", "contents", "inner", "body", "box", "bubble", "popup", "message":
			return ok
		}
	}
	if !plain || !IsInline(n) || n.Parent == nil || !IsInline(n.Parent) || lastRune(n.PrevSibling) < 0 {
		return false
	}
	return !slicesHas(n.Attr, "title", "data-tip", "data-tooltip", "data-title", "aria-label", "data-content")
}

func slicesHas(attrs []html.Attribute, keys ...string) bool {
	for i := range attrs {
		for _, key := range keys {
			if attrs[i].Key == key {
				return true
			}
		}
	}
	return false
}

// onlyExplains tells, of inline elements that are kept from those who listen to
// a page, which are no words of the sentence either: a tooltip, an icon's name,
// a formula or a word once more. All others are seen, and stand nowhere else.
func onlyExplains(n *html.Node, left *int) bool {
	class := strings.ToLower(Attr(n, "class"))
	for name := range strings.FieldsFuncSeq(class, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
		switch name {
		case "tooltip", "tooltiptext", "tip", "popover", "popup", "hint", "explanation", "explain", "definition", "gloss", "glossary", "icon", "icons", "fa":
			return true
		}
	}
	if id := Attr(n, "id"); id != "" && (describes(id, n.Parent) || describes(id, n.PrevSibling)) {
		return true
	}
	s, ok := shortText(n, left)
	text := prose.Clean(s.String())
	if !ok || countWords(text) == 0 {
		return !ok && besideFormula(n) || ok && isSign(text)
	}
	for _, other := range []*html.Node{n.PrevSibling, n.NextSibling} {
		if other == nil || other.Type != html.ElementNode || !IsInline(other) || isOffScreen(Attr(other, "class")) {
			continue
		}
		if twin, ok := shortText(other, left); ok && strings.EqualFold(prose.Clean(twin.String()), text) && Attr(other, "aria-hidden") != "true" {
			return true
		}
	}
	if besideFormula(n) {
		return true
	}
	return n.Parent != nil && IsInline(n.Parent) && explainsGlued(n, left)
}

// isSign recognizes a sign that is a picture, not one of the sentence: "ⓘ", "▸", one of
// a font of icons.
func isSign(text string) bool {
	for _, r := range text {
		if r < 0x2000 || !unicode.In(r, unicode.So, unicode.Co, unicode.Mn) {
			return false
		}
	}
	return text != ""
}

// explainsGlued recognizes several words that stand glued to the one before them: an
// explanation does, for nobody sees it there.
func explainsGlued(n *html.Node, left *int) bool {
	s, ok := shortText(n, left)
	text := s.String()
	first := rawFirst(text)
	return ok && unicode.IsLetter(lastRune(n.PrevSibling)) && strings.Contains(prose.Clean(text), " ") && (unicode.IsUpper(first) || first == '(')
}

// rawFirst is the first letter of a text, the blank before it included.
func rawFirst(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

func describes(id string, n *html.Node) bool {
	return n != nil && n.Type == html.ElementNode && Attr(n, "aria-describedby") == id
}

// besideFormula recognizes the setting of a formula that stands before it in MathML.
func besideFormula(n *html.Node) bool {
	for p, steps := n.PrevSibling, 0; p != nil && steps < 4; p, steps = p.FirstChild, steps+1 {
		if p.DataAtom == atom.Math {
			return true
		}
	}
	return false
}

// isOffScreen recognizes the classes by which the common style sheets keep text for
// screen readers alone.
func isOffScreen(class string) bool {
	if len(class) < len("sr-only") {
		return false
	}
	for _, name := range []string{"sr-only", "screen-reader", "visually-hidden", "visuallyhidden"} {
		if strings.Contains(class, name) {
			return true
		}
	}
	return false
}

// isLetterOfWord recognizes the beginning of a word that is drawn otherwise for those
// who see it, with nothing that they could read.
func isLetterOfWord(n *html.Node, left *int) bool {
	if !unicode.IsLetter(firstRune(n.NextSibling)) {
		return false
	}
	s, ok := shortText(n, left)
	if !ok || !unicode.IsLetter(rawLast(s.String())) {
		return false
	}
	p := n.PrevSibling
	if p == nil || p.Type != html.ElementNode || Attr(p, "aria-hidden") != "true" {
		return true
	}
	seen, ok := shortText(p, left)
	return ok && !strings.EqualFold(prose.Clean(seen.String()), prose.Clean(s.String()))
}

func rawLast(text string) rune {
	r, size := utf8.DecodeLastRuneInString(text)
	if size == 0 {
		return -1
	}
	return r
}

// lastRune is the last letter of what stands right before an element, in a text
// or in an inline element; negative where there is none.
func lastRune(n *html.Node) rune {
	for steps := 0; n != nil && steps < 8; steps++ {
		if n.Type == html.TextNode {
			return rawLast(n.Data)
		}
		if n.Type != html.ElementNode || !IsInline(n) {
			return -1
		}
		n = n.LastChild
	}
	return -1
}

// firstRune is the first letter of the text that stands right behind an element.
func firstRune(n *html.Node) rune {
	if n == nil || n.Type != html.TextNode || n.Data == "" {
		return -1
	}
	return rawFirst(n.Data)
}
