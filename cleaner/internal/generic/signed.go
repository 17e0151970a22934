package generic

import (
	"regexp"
	"slices"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
)

// signed finds who signed: the page's head names authors, and the page prints
// them. What is printed counts where the head names nobody, or nobody else.
func (g *genericReader) signed(hints []hint) {
	names, rule := g.d.HeadAuthors(pages.Nobody)
	line, source := strings.Join(names, ", "), ""
	if g.judge != nil && !g.list {
		for _, p := range g.printedAuthors(hints) {
			if covers(p.names, names) && (len(p.names) > len(names) || rule != printedRule) {
				names, line, source, rule = p.names, p.line, p.source, printedRule
			}
		}
	}
	g.draft.Sign(line, rule, nil)
	if source != "" && g.draft.Source == "" && !g.d.IsOwn(source) {
		g.draft.Source = article.Text(source)
		g.draft.Say("source", rule, source)
	}
}

// cutBios takes the lines off the text's end that name its author once more or say
// what he is, now that the author is known. The first half of a text is never its end.
func (g *genericReader) cutBios() {
	const most, shortest, degree = 6, 6, 4 // blocks looked at; bytes of a name, and of an "MD" behind it
	var names []string
	for _, name := range nameParts.Split(string(g.draft.Byline), 12) {
		if name = prose.Squash(name); len(name) >= shortest {
			names = append(names, name)
		}
	}
	if len(names) == 0 || len(g.at) != len(g.draft.Body) {
		return
	}
	for i := len(g.at) - 1; i >= len(g.at)-most && i > len(g.at)/2; i-- {
		line := g.draft.Body[i].Text
		who, is := phrases.BioOf([]byte(line))
		if is == nil {
			who = line
		}
		who = prose.Squash(who)
		if !slices.ContainsFunc(names, func(name string) bool {
			more, ok := strings.CutPrefix(who, name)
			return ok && (len(more) <= degree || is != nil && len(more) < len(name))
		}) {
			continue
		}
		g.draft.Say("byline", "a line at the end that names the author or says what he is, left out of the text", g.draft.Body[i].Text)
		g.draft.Body = slices.Delete(g.draft.Body, i, i+1)
		g.at = slices.Delete(g.at, i, i+1)
	}
}

const printedRule = "what the page prints where it names its author"

// printedAuthor is a line that names authors.
type printedAuthor struct {
	line   string
	names  []string
	source string // behind them: "Lê Na - Theo X"
}

// covers reports whether all names of a list are in another.
func covers(all, some []string) bool {
	return !slices.ContainsFunc(some, func(name string) bool {
		return !slices.ContainsFunc(all, func(other string) bool { return prose.SameWords(other, name) })
	})
}

// printedAuthors are the lines in elements that call themselves an author's,
// between title and body or right behind the text: elsewhere they sign teasers
// and comments.
func (g *genericReader) printedAuthors(hints []hint) (list []printedAuthor) {
	const behind, most, inside = 8, 40, 8 // blocks, blocks looked at, blocks of one element
	text, last := int32(-1), g.first      // the second paragraph kept, the last
	paragraphs := 0
	for i := g.first; i < g.last; i++ {
		if !g.keeps(i) {
			continue
		}
		last = i
		if g.Blocks[i].Running() && paragraphs < 2 {
			text = i
			paragraphs++
		}
	}
	if text < 0 {
		text = last
	}
	near := func(i int32) bool { return i >= g.first && i < text || i > last && i <= last+behind }
	var blocks []int32
	marked := map[int32][]string{} // names that inline elements mark in a block
	add := func(i int32) {
		if len(blocks) < most && !slices.Contains(blocks, i) {
			blocks = append(blocks, i)
		}
	}
	for i := range g.Elems {
		e := &g.Elems[i]
		if !near(e.First) || hints[i]&hintAuthor == 0 && !outline.NamesAuthor(e.Node) {
			continue
		}
		for k := e.First; k < min(e.Last, e.First+inside); k++ {
			add(k)
		}
	}
	for _, p := range g.Outline.Authors {
		if !near(p.At) || int(p.At) >= len(g.Blocks) {
			continue
		}
		if add(p.At); len(marked[p.At]) < inside && dom.IsBrief(p.Node, 8*credits.MaxSignature) {
			marked[p.At] = append(marked[p.At], g.printedAuthor(prose.Clean(dom.Text(p.Node))).names...)
		}
	}
	slices.Sort(blocks)
	for _, i := range blocks {
		b := &g.Blocks[i]
		if b.Size() > 4*credits.MaxSignature || b.Running() || g.ruledOut[i]&^hintAuthor != 0 { // who signs a comment or a teaser
			continue
		}
		p := g.printedAuthor(dom.PrintedPlain(prose.Clean(string(g.Bytes(b)))))
		if names := prose.Distinct(marked[i]); len(p.names) == 0 || len(names) > len(p.names) { // they may stand glued together
			p.names = names
			p.line = strings.Join(p.names, ", ")
		}
		if len(p.names) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// printedAuthor reads a line that names authors: without the label before
// them, the time behind them, and the newspaper's own name.
func (g *genericReader) printedAuthor(line string) (p printedAuthor) {
	line = credits.WithoutAuthorLabel(line)
	if _, rest, dated := dates.Parse(line); dated && rest != "" {
		line = rest
	}
	if who, what, ok := phrases.CutTheo(line); ok {
		if at := strings.IndexAny(what, "0123456789"); at > 0 {
			what = strings.Trim(what[:at], " -–—|•·,:;")
		}
		line, p.source = who, what
	}
	if at := strings.IndexAny(line, "0123456789"); at >= 0 {
		line = line[:at]
	}
	line = credits.WithoutOthers(line)
	line = strings.TrimSpace(othersCut.ReplaceAllString(strings.Trim(line, " -–—|•·,:;"), ""))
	if !credits.LooksSigned(line) || notNames.MatchString(line) {
		return p
	}
	parts := nameParts.Split(line, 12)
	p.names = g.d.People(parts, phrases.IsNoName, pages.Nobody)
	if p.line = line; len(p.names) < len(parts) {
		p.line = strings.Join(p.names, ", ")
	}
	return p
}

var (
	othersCut = regexp.MustCompile(`(?i)\s*(?:và|and|&)$`)
	nameParts = regexp.MustCompile(`\s+[-–—|&]\s+|\s*[,;/]\s*|\s+(?:và|and)\s+`)
	notNames  = regexp.MustCompile(`(?i)^(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|ngày|cập nhật|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|^(?:follow|share|author|authors|tác giả|phóng viên|biên tập viên|ban biên tập|editor|staff|updated|published|contact|bio|profile)$`)
)
