package draft

import (
	"slices"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sign takes over a signing line, found at an element or at none; what is known
// already stays, but that a story comes from elsewhere says more than the
// newspaper's own name.
func (d *Draft) Sign(line, rule string, at *html.Node) {
	byline, source := credits.Signature(dom.PrintedPlain(line))
	if byline != "" && d.Byline == "" {
		d.Byline = article.Text(byline)
		d.SayAt("byline", rule, at, byline)
	}
	if source != "" && (d.Source == "" || credits.IsSource(source) && d.IsPaper(string(d.Source))) {
		d.Source = article.Text(source)
		d.SayAt("source", rule, at, source)
	}
}

// SourceOff takes the source off the end of an article's last paragraph.
func (d *Draft) SourceOff(last *article.Block) {
	if rest, source := credits.SourceAtEnd(last.Text); source != "" && d.Source == "" {
		last.Text = rest
		d.Sign(source, "in brackets behind the last sentence", nil)
	}
}

// SignLines takes over signing lines that stand below each other: names, each
// on a line of its own, are one byline; who made pictures and drawings signs
// only where nobody else does.
func (d *Draft) SignLines(lines []string, rule string) {
	marked := d.Byline != ""
	lines = slices.DeleteFunc(lines, credits.IsMailAddress)
	for i := 0; i < len(lines); i++ {
		if i+1 < len(lines) && d.signedFor(lines[i], lines[i+1], rule) {
			i++
			continue
		}
		if role, text := credits.RoleOf(lines[i]); role && !text && d.Byline != "" {
			d.alsoSigned(lines[i], lines[i])
			continue
		}
		if marked && credits.IsWork(lines[i]) { // a name of its own, and beside it what that one did
			d.alsoSigned(lines[i], lines[i])
			continue
		}
		byline, source := credits.Signature(dom.PrintedPlain(lines[i]))
		if source == "" && i > 0 && credits.IsTaken(lines[i]) {
			if d.Source == "" {
				d.Source = article.Text(lines[i])
				d.Say("source", rule, lines[i])
			}
			continue
		}
		if marked && byline != "" {
			d.alsoSigned(lines[i], byline)
		} else if source != "" && d.Source != "" && !d.IsPaper(string(d.Source)) {
			d.alsoSigned(lines[i], source)
		}
		if byline != "" && d.Byline != "" && !marked && !strings.Contains(prose.Squash(string(d.Byline)), prose.Squash(byline)) {
			d.Byline += article.Text(", " + byline)
			d.Say("byline", rule, string(d.Byline))
		}
		d.Sign(lines[i], rule, nil)
	}
}

// alsoSigned notes a signing line of which neither byline nor source have the
// name: it was taken off the text, and may not be lost.
func (d *Draft) alsoSigned(line, name string) {
	if _, who, ok := strings.Cut(name, ":"); ok {
		name = who
	}
	if key := prose.Squash(name); !strings.Contains(prose.Squash(string(d.Byline)), key) && !strings.Contains(prose.Squash(string(d.Source)), key) {
		d.Note("signed, too: " + line)
	}
}

// signedFor reads "Theo" and a name above the name of a paper: the story is
// that person's, and was taken from that paper. It tells whether the two lines
// are such; an agency named above stays the source.
func (d *Draft) signedFor(line, paper, rule string) bool {
	who, ok := strings.CutPrefix(line, "Theo ")
	if !ok || !credits.IsAgencies(paper) && !isPaperName(paper) || d.IsPaper(paper) || credits.IsAgencies(who) || !credits.LooksSigned(who) {
		return false
	}
	d.Sign(who, rule, nil)
	if d.Source == "" || d.IsPaper(string(d.Source)) {
		d.Source = article.Text(paper)
		d.Say("source", rule, paper)
	}
	return true
}

// isPaperName tells a name that no person of Vietnam has: of one word, or of several with slashes
// between, as "Infonet" and "Zing/Themost10".
func isPaperName(name string) bool {
	return !strings.Contains(name, " ") && credits.LooksSigned(name) && !prose.IsInitials(name) && !strings.ContainsFunc(name, prose.IsVietnameseLetter)
}

// SignedInHead signs with the authors that the page's head names.
func (d *Draft) SignedInHead(isPaper func(string) bool) {
	names, rule := d.Doc.HeadAuthors(isPaper)
	d.signAll(names, rule)
}

// signAll signs with several names: one byline, and what of them is an agency.
func (d *Draft) signAll(names []string, rule string) {
	if len(names) > 0 {
		d.Sign(strings.Join(names, ", "), rule, nil)
	}
}

// NamesByLine are the lines of an element, parted by br, where each is written like
// a name.
func NamesByLine(n *html.Node) []string {
	var lines []string
	var text []byte
	broken := false
	end := func() bool {
		if line := prose.Clean(string(text)); line != "" {
			lines = append(lines, line)
			broken = broken || !phrases.LooksNamed(line) && !phrases.IsRole(line) || credits.IsAgencies(line)
		}
		text = text[:0]
		return !broken
	}
	dom.Walk(n, func(c *html.Node) bool {
		switch {
		case c.Type == html.TextNode:
			text = append(text, c.Data...)
		case c.DataAtom == atom.Br:
			return end()
		}
		return !broken && !dom.IsUnread(c.DataAtom)
	}, nil)
	if !end() {
		return nil
	}
	return lines
}
