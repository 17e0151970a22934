package cleaner

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// called is a title that the page gives itself in its head.
type called struct{ rule, text string }

// called are the titles of the page's head, the most believable first. Those
// for social media are whole more often than those for search engines.
func (h *head) called() []called {
	var list []called
	for _, c := range []called{
		{"meta og:title", h.first("og:title")},
		{"headline in the page's JSON-LD", h.linked.Headline},
		{"meta title", h.first("title", "twitter:title")},
		{"title element", dom.Plain(h.title)},
	} {
		if c.text != "" {
			list = append(list, c)
		}
	}
	return list
}

// headTitle is the title that the page's head gives: without the newspaper's
// name, which without cuts off, and whole where one source of several cut it.
func (d *Document) headTitle(without func(string) string) (title, rule string) {
	var list []called
	for _, c := range d.head.called() {
		if c.text = without(c.text); c.text != "" && !d.isOwn(c.text) && !saysPaper(c.text) {
			list = append(list, c)
		}
	}
	for _, c := range list {
		switch {
		case title == "", goesOn(title, c.text), isNamedBehind(title, c.text):
			title, rule = c.text, c.rule
		}
	}
	return title, rule
}

// goesOn tells whether a title that was cut is the beginning of another.
func goesOn(title, whole string) bool {
	const least = 20 // bytes that are no mere word
	begin, cut := cutEllipsis(title)
	if !cut || len(begin) < least || len(whole) <= len(begin) {
		return false
	}
	if rest, ok := strings.CutPrefix(whole, begin); ok {
		if rest = strings.TrimLeft(rest, " "); strings.HasPrefix(rest, "…") || strings.HasPrefix(rest, "...") {
			return false // it is the title's own
		}
	}
	begin, whole = prose.Squash(begin), prose.Squash(whole)
	return len(whole) > len(begin) && strings.HasPrefix(whole, begin)
}

// isNamedBehind tells whether a title is another and a name behind a mark.
func isNamedBehind(title, bare string) bool {
	const least = 20
	rest, ok := strings.CutPrefix(title, bare)
	if !ok || len(bare) < least {
		return false
	}
	_, behind, ok := cutLast(" " + strings.TrimLeft(rest, " "))
	return ok && behind != ""
}

// completed is a printed title that was cut ("…"), as the page has it elsewhere
// in full. A short one ends so on purpose.
func (d *Document) completed(title string) string {
	const shortest = 30 // characters that a title is cut at
	if utf8.RuneCountInString(title) < shortest {
		return title
	}
	for _, c := range d.head.called() {
		if !goesOn(title, c.text) {
			continue
		}
		if whole := d.withoutPaper(c.text); goesOn(title, whole) {
			if _, cut := cutEllipsis(whole); !cut {
				return whole
			}
		}
	}
	return title
}

// kickerOff parts a printed title from the kicker within it: what stands before
// the title that the head gives, in an element of its own.
func (d *Document) kickerOff(title string, n *html.Node) (kicker, rest string) {
	const least, longest = 20, 60 // bytes of a title, characters of a kicker
	for _, c := range d.head.called() {
		bare := d.withoutPaper(c.text)
		before, ok := strings.CutSuffix(title, bare)
		if before = strings.TrimSpace(before); !ok || before == "" || len(bare) < least || utf8.RuneCountInString(before) > longest {
			continue
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			if child.Type == html.ElementNode && prose.Clean(dom.Text(child)) == before {
				return strings.Trim(before, " :|-–—/"), bare
			}
		}
	}
	return "", title
}

// cutEllipsis cuts the ellipsis off a text that ends with one.
func cutEllipsis(t string) (rest string, ok bool) {
	t = strings.TrimRight(t, " ")
	for _, mark := range []string{"…", "..."} {
		if rest, ok = strings.CutSuffix(t, mark); ok {
			return strings.TrimRight(rest, " ."), rest != ""
		}
	}
	return t, false
}

// cutLast parts a title at its last mark between names: "Title - Báo X".
func cutLast(title string) (rest, name string, ok bool) {
	at, size := -1, 0
	for _, mark := range []string{" - ", " | ", " – ", " — ", " :: ", " » ", " « ", " • ", " · ", "|"} {
		if i := strings.LastIndex(title, mark); i > at {
			at, size = i, len(mark)
		}
	}
	if at < 0 {
		return title, "", false
	}
	return strings.TrimRight(title[:at], " "), strings.TrimSpace(title[at+size:]), true
}

// withoutPaper cuts the newspaper's name off a title, and what the head puts
// between: its section.
func (d *Document) withoutPaper(title string) string {
	const most = 3
	whole := title
	for range most {
		rest, name, ok := cutLast(title)
		if !ok || rest == "" || !d.isOwn(name) && !(len(title) < len(whole) && d.isSection(name)) && !saysPaper(name) {
			break
		}
		title = rest
	}
	return title
}

// isSection tells the name of the page's section.
func (d *Document) isSection(name string) bool {
	l := &d.head.linked
	for _, list := range [][]string{l.Section, l.Breadcrumbs, d.head.all("article:section")} {
		for _, s := range list {
			if prose.SameWords(s, name) {
				return true
			}
		}
	}
	return false
}

// saysPaper tells a name by its first words to be a newspaper's: "Báo Bến
// Lội", "Báo điện tử Bến Lội". Its words have capitals: "Báo động lũ" warns.
func saysPaper(name string) bool {
	const longest = 60
	if len(name) > 2*longest || utf8.RuneCountInString(name) > longest {
		return false
	}
	for _, kind := range []string{"Báo ", "Tạp chí ", "Trang tin ", "Trang thông tin ", "Cổng thông tin ", "Đài Phát thanh", "Đài phát thanh", "Đài Truyền hình", "Đài truyền hình"} {
		words, ok := strings.CutPrefix(name, kind)
		if !ok {
			continue
		}
		capitals := 0
		for word := range strings.FieldsSeq(words) {
			switch r, _ := utf8.DecodeRuneInString(word); {
			case unicode.IsUpper(r):
				capitals++
			case !genericWords[prose.WithoutMarks(word)] && word != "và" && word != "hình" && prose.IsWord(r):
				return false
			}
		}
		return capitals > 0
	}
	return false
}
