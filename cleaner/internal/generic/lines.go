package generic

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The page itself says best who signed: newsrooms print the reporter's name
// below the text or between title and lead, while JSON-LD and metas often give
// but the paper, or its firm, or the first of several. signing is what was found
// so.
type signing struct {
	byline, source string
	rule           string
}

// signedInText finds who signed by the lines below and above the text, takes
// those off the body's end, and settles between them and what the page's head
// and its author boxes said.
func (g *genericReader) signedInText() {
	vietnamese := prose.IsVietnamese(func(yield func(string) bool) {
		for i := range g.draft.Body {
			if !yield(g.draft.Body[i].Text) {
				return
			}
		}
	})
	below := g.signedBelow(vietnamese)
	above := g.signedAbove()
	said := prose.Squash(string(g.draft.Byline))
	byline, rule := "", ""
	switch {
	case said != "" && prose.Squash(below.byline) == said: // the names, glued together
	case below.byline != "" && (said == "" || vietnamese || strings.Contains(prose.Squash(below.byline), said)):
		byline, rule = below.byline, below.rule
	case above.byline != "" && (said == "" || above.source != ""):
		byline, rule = above.byline, above.rule
	}
	if byline != "" {
		g.draft.Byline = article.Text(byline)
		g.draft.Say("byline", rule, byline)
	}
	for _, s := range []signing{below, above} {
		if s.source != "" {
			g.draft.Source = article.Text(s.source)
			g.draft.Say("source", s.rule, s.source)
			return
		}
	}
}

// belowReach is how many blocks below the text a name is looked for.
const belowReach = 12

// signedBelow reads the last lines of the body and those right below it.
func (g *genericReader) signedBelow(vietnamese bool) (s signing) {
	s.rule = "a line below the text"
	last := int32(-1)
	for i := g.last - 1; i >= g.first; i-- {
		if g.keeps(i) {
			last = i
			break
		}
	}
	if last < 0 {
		return s
	}
	// Those that were kept, from the end.
	const most = 3
	var lines []signingLine
	if vietnamese {
		lines = g.signedBehind()
	}
	body, at := g.draft.Body, g.at
	for len(lines) < most {
		n := len(g.draft.Body)
		if n < 2 || len(g.at) != n || g.draft.Body[n-1].Kind == article.Row {
			break
		}
		i := g.at[n-1]
		line, ok := g.signingAt(i, vietnamese, true)
		if !ok {
			break
		}
		lines = append(lines, line)
		g.draft.Body, g.at = g.draft.Body[:n-1], g.at[:n-1]
		last = g.at[n-2]
	}
	slices.Reverse(lines)
	if len(lines) > 0 {
		last = lines[len(lines)-1].at
		if len(body) != len(g.draft.Body) && !slices.ContainsFunc(lines, func(l signingLine) bool { return !isPictureRole(l.text) }) {
			g.draft.Body, g.at, lines = body, at, nil // who took the pictures, and nobody signed
		}
	}
	// Those that no rule took for the article's.
	near := true
	for i := last + 1; i < int32(len(g.Blocks)) && i <= last+belowReach; i++ {
		b := &g.Blocks[i]
		if i >= g.last && (b.Running() && b.In&outline.InHidden == 0 || b.In&outline.InHeading != 0) {
			break // of what stands in the article's element some was dropped
		}
		if line, ok := g.signingAt(i, vietnamese, near); ok {
			lines = append(lines, line)
		} else if b.In&outline.InHidden == 0 {
			near = near && i < g.last && !g.keeps(i) && i <= last+belowReach/2
		}
	}
	g.takeLines(lines, &s)
	return s
}

// signedBehind takes off the end of the last paragraph who signed it there: a
// source in brackets behind the last sentence, a name in bold type below a line
// break.
func (g *genericReader) signedBehind() (lines []signingLine) {
	n := len(g.draft.Body)
	if n == 0 || len(g.at) != n || g.draft.Body[n-1].Kind != article.Paragraph {
		return nil
	}
	last, i := &g.draft.Body[n-1], g.at[n-1]
	if rest, source := credits.SourceAtEnd(last.Text); source != "" {
		last.Text = rest
		return []signingLine{{at: i, text: source, source: true}}
	}
	name := boldTail(g.Elems[g.Blocks[i].Elem].Node)
	rest, ok := strings.CutSuffix(last.Text, name)
	if rest = strings.TrimSpace(rest); !ok || name == "" || !prose.EndsSentence(rest) || !phrases.LooksNamed(phrases.WithoutWork(name)) || !strings.Contains(name, " ") || phrases.IsFurnitureName(name) {
		return nil
	}
	last.Text = rest
	return []signingLine{{at: i, text: name}}
}

// boldTail is the text of a bold element at the end of another, right below a
// line break; "" where there is none.
func boldTail(n *html.Node) string {
	blank := func(c *html.Node) bool {
		return c.Type == html.CommentNode || c.Type == html.TextNode && prose.Clean(c.Data) == ""
	}
	c := n.LastChild
	for c != nil && (blank(c) || c.DataAtom == atom.Br) {
		c = c.PrevSibling
	}
	if c == nil || c.DataAtom != atom.B && c.DataAtom != atom.Strong {
		return ""
	}
	before := c.PrevSibling
	for before != nil && blank(before) {
		before = before.PrevSibling
	}
	if before == nil || before.DataAtom != atom.Br {
		return ""
	}
	return prose.Clean(dom.Text(c))
}

// signedAbove reads what stands between the title and the text.
func (g *genericReader) signedAbove() (s signing) {
	s.rule = "a line between title and text"
	first := g.top
	for i := g.first; i < g.last; i++ {
		if g.keeps(i) && g.Blocks[i].Sentence() {
			first = i
			break
		}
	}
	var lines []signingLine
	for i := max(0, min(g.first, first-belowReach)); i < first; i++ {
		line, ok := g.signingAt(i, false, false)
		if !ok && i == g.named {
			line, ok = signingLine{at: i, text: prose.Clean(string(g.Bytes(&g.Blocks[i])))}, true
		}
		if ok {
			lines = append(lines, line)
		}
	}
	g.takeLines(lines, &s)
	return s
}

// signingLine is a line that names who wrote, or for whom.
type signingLine struct {
	at     int32
	text   string
	author bool // its element says that it is one
	source bool // likewise
	aside  bool // set to the right
}

// notSigned are parts whose names are not the article's authors.
const notSigned = hintComment | hintRelated | hintNav | hintSignup | hintPopup | hintForm | hintTags

// signingAt reports whether block i is a signing line. What its element calls
// itself says so, or that it names a source; near the text, on a Vietnamese
// page, its look does: set to the right, bold or in capitals, and written like a
// name.
func (g *genericReader) signingAt(i int32, vietnamese, near bool) (line signingLine, ok bool) {
	b := &g.Blocks[i]
	if b.Size() > 3*credits.MaxSignature || g.ruledOut[i]&notSigned != 0 || b.In&(outline.InHeading|outline.InItem|outline.InQuote|outline.InCell|outline.InNav|outline.InButton|outline.InCaption) != 0 || g.isCaption(i) && g.verdicts[i] == captioned {
		return line, false
	}
	text := prose.Clean(string(g.Bytes(b)))
	if _, rest, dated := dates.Parse(text); dated {
		text = strings.TrimSpace(rest)
	}
	text = strings.TrimRight(text, " -–|•")
	line = signingLine{at: i, text: text}
	if text == "" || utf8.RuneCountInString(text) > credits.MaxSignature || credits.IsMailAddress(text) {
		return line, false
	}
	line.author, line.source = g.signingWords(i)
	if _, _, both := phrases.CutTheo(text); both && (line.author || line.source) {
		line.author, line.source = true, false
		return line, true
	}
	if line.source {
		if inner := g.sourceIn(i); inner != "" {
			line.text, text = inner, inner
		}
	}
	line.aside = g.setRight(i)
	if lines := g.signedLines(i); len(lines) > 1 { // each name on its line
		line.text = strings.Join(lines, ", ")
		return line, line.author || near && vietnamese && (line.aside || b.Strong*10 >= b.Size()*9)
	}
	name := phrases.WithoutWork(phrases.WithoutTheo(text))
	switch {
	case line.source:
		return line, !strings.Contains(text, "://")
	case line.author:
		return line, phrases.LooksNamed(name) || phrases.IsRole(text)
	case b.Link*2 > b.Size(), strings.Contains(text, "://"):
		return line, false
	case credits.IsSource(text) && (near || line.aside):
		return line, true
	case !near || !vietnamese || prose.EndsSentence(text) || phrases.IsFurnitureName(text):
		return line, false
	case phrases.IsRole(text):
		return line, true
	case line.aside:
		return line, phrases.LooksNamed(name) || credits.IsAgencies(name) || phrases.LooksTitled(name) && g.belowTheo(i)
	case b.Strong*10 >= b.Size()*9, prose.IsCapitals(name):
		return line, phrases.LooksNamed(name) && (strings.Contains(name, " ") || name != text || strings.Contains(name, ".") && !draft.IsSiteName(name)) && !credits.LooksCaption(text)
	}
	return line, false
}

// belowTheo reports whether the line above block i says "Theo" and a name.
func (g *genericReader) belowTheo(i int32) bool {
	if i == 0 {
		return false
	}
	above := prose.Clean(string(g.Bytes(&g.Blocks[i-1])))
	return strings.HasPrefix(above, "Theo ") && credits.IsSource(above) && !prose.EndsSentence(above)
}

// signedLines are the lines of block i, parted by br, where each is written like
// a name.
func (g *genericReader) signedLines(i int32) []string {
	e := g.Blocks[i].Elem
	if e < 0 || g.Elems[e].Last-g.Elems[e].First != 1 {
		return nil
	}
	return draft.NamesByLine(g.Elems[e].Node)
}

// isPictureRole tells a line that names who took pictures, not who wrote.
func isPictureRole(line string) bool {
	role, text := credits.RoleOf(line)
	return role && !text
}

// takeLines makes byline and source of signing lines that stand together.
func (g *genericReader) takeLines(lines []signingLine, s *signing) {
	var names []string
	theo := "" // "Theo" and a person, who may have written for the source below
	for _, line := range lines {
		text := line.text
		who, what, both := phrases.CutTheo(text)
		bare := phrases.WithoutTheo(text)
		switch {
		case isPictureRole(text) && (len(names) > 0 || len(lines) > 1):
		case both:
			names = append(names, phrases.WithoutWork(who))
			s.source = what
		case line.source:
			if s.source == "" {
				s.source = bare
			}
		case bare != text && !credits.IsAgencies(bare) && !draft.IsSiteName(bare) && credits.LooksSigned(bare) && strings.Contains(bare, " "):
			theo = bare
		case bare != text:
			s.source = bare
		case theo != "" && s.source == "" && line.aside:
			s.source = text
		default:
			byline, source := credits.Signature(phrases.WithoutWork(text))
			if source != "" && s.source == "" {
				s.source = source
			}
			if byline != "" {
				names = append(names, byline)
			}
		}
	}
	if n := len(s.source); n > 2 && s.source[0] == '(' && s.source[n-1] == ')' {
		s.source = s.source[1 : n-1]
	}
	s.source = phrases.WithoutTheo(s.source)
	switch {
	case theo != "" && s.source != "" && len(names) == 0:
		names = append(names, theo)
	case theo != "" && s.source == "":
		s.source = theo
	}
	// A line that names them all says more than one that names the first.
	var list []string
	for _, name := range names {
		key := prose.Squash(name)
		list = slices.DeleteFunc(list, func(other string) bool { return strings.Contains(key, prose.Squash(other)) })
		if !slices.ContainsFunc(list, func(other string) bool { return strings.Contains(prose.Squash(other), key) }) {
			list = append(list, name)
		}
	}
	s.byline = strings.Join(g.d.People(list, phrases.IsNoName, pages.Nobody), ", ")
	if g.d.IsOwn(s.source) || strings.HasSuffix(s.source, ":") {
		s.source = "" // it says nothing of where the story comes from
	}
}

// namesAuthor tells a line written like a name, in an element that says that it
// is the author's.
func (j *judge) namesAuthor(i int32) bool {
	b := &j.Blocks[i]
	if b.Size() > 3*credits.MaxSignature {
		return false
	}
	if author, _ := j.signingWords(i); !author {
		return false
	}
	text := prose.Clean(string(j.Bytes(b)))
	if who, _, ok := phrases.CutTheo(text); ok {
		text = who
	}
	return phrases.LooksNamed(phrases.WithoutTheo(text))
}

// isNameAndDate tells a person's name on a line above one that is but a date.
func (j *judge) isNameAndDate(i int32) bool {
	const shortest, longest = 2, 5 // words
	if i+1 >= j.last || j.Blocks[i].Size() > 2*credits.MaxSignature || j.Blocks[i+1].Size() > credits.MaxSignature {
		return false
	}
	name := prose.Clean(string(j.Bytes(&j.Blocks[i])))
	words := strings.Count(name, " ") + 1
	return words >= shortest && words <= longest && phrases.LooksNamed(name) && phrases.IsDay(string(j.Bytes(&j.Blocks[i+1])))
}

// signingWords reports whether an element round block i, that holds little else,
// calls itself the author or the source.
func (j *judge) signingWords(i int32) (author, source bool) {
	const most = 8 // blocks of a box that names one or several
	e := j.Blocks[i].Elem
	if e >= 0 { // a name may stand in a link or a span of its own
		for c := j.Elems[e].Node.FirstChild; c != nil && j.Elems[e].Last-j.Elems[e].First == 1; c = c.NextSibling {
			if c.Type == html.ElementNode && prose.Clean(dom.Text(c)) != "" {
				a, s := authorWords(c)
				author, source = author || a, source || s
				break
			}
		}
	}
	for ; e >= 0 && j.Elems[e].Last-j.Elems[e].First <= most && (e > j.root || j.Elems[e].Last <= j.Elems[j.root].First || j.Elems[e].First >= j.Elems[j.root].Last); e = j.Elems[e].Parent {
		a, s := authorWords(j.Elems[e].Node)
		if s && !author && !source && j.Elems[e].Last-j.Elems[e].First <= 2 {
			source = true
		}
		author = author || a && !source
	}
	return author, source
}

// sourceIn is the text of the innermost element of block i that calls itself
// the source: buttons may stand beside it.
func (g *genericReader) sourceIn(i int32) string {
	const most = 8 // elements that are looked at
	e, whole := &g.Elems[g.Blocks[i].Elem], prose.Clean(string(g.Bytes(&g.Blocks[i])))
	text, n := "", 0
	var inner *html.Node
	dom.Each(e.Node, func(c *html.Node) bool {
		if _, source := authorWords(c); source && n < most && (inner == nil || dom.IsWithin(c, inner)) {
			n++
			if t := prose.Clean(dom.Text(c)); t != "" && strings.Contains(whole, t) {
				inner, text = c, t
			}
		}
		return dom.IsInline(c)
	})
	return text
}

// authorWords reads whether the words of an element's class and data name the
// author or the source of an article.
func authorWords(n *html.Node) (author, source bool) {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "class", "itemprop", "rel", "data-role", "data-field":
			for _, w := range strings.FieldsFunc(strings.ToLower(a.Val), func(r rune) bool { return !unicode.IsLetter(r) }) {
				switch w {
				case "author", "authors", "byline", "tacgia", "writer", "meta":
					author = true
				case "source", "nguon", "nguontin":
					source = true
				case "image", "photo", "picture", "img", "caption":
					return false, false
				}
			}
		}
	}
	return author, source
}

// setRight tells a block that is set to the right, by an element that holds it
// and nothing else, or by the first one inside that.
func (g *genericReader) setRight(i int32) bool {
	for e := g.Blocks[i].Elem; e >= 0 && g.Elems[e].Last-g.Elems[e].First == 1; e = g.Elems[e].Parent {
		n := g.Elems[e].Node
		if atRight(n) {
			return true
		}
		if c := n.FirstChild; c != nil && c.Type == html.ElementNode && (c.DataAtom == atom.Span || c.DataAtom == atom.I || c.DataAtom == atom.Em || c.DataAtom == atom.B || c.DataAtom == atom.Strong) && atRight(c) {
			return true
		}
	}
	return false
}

func atRight(n *html.Node) bool {
	if aside, centred := dom.SetAside(n); aside && !centred {
		return true
	}
	style := strings.ToLower(dom.Attr(n, "style"))
	return strings.Contains(style, "float:right") || strings.Contains(style, "float: right")
}
