package layout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxDepthOfPage bounds the pages that layouts read: bodies are read by
// recursion. The parser opens no more than 512 elements inside one another, but
// FromTree takes any tree.
const maxDepthOfPage = 4096

// Read reads the page by the first of the newspaper's layouts that fits; nil
// where none does. Together they may look at so much of the page and no more.
func Read(d *draft.Draft) (*sites.Layout, error) {
	mayAsk := maxAsked
	for i, l := range layoutsOf(d) {
		f := newFinder(d.Doc.Root, l)
		if f.depth > maxDepthOfPage {
			return nil, fmt.Errorf("%w: %d elements inside one another", markup.ErrHostile, f.depth)
		}
		f.mayAsk = mayAsk
		found := try(d, f, l)
		if mayAsk = f.mayAsk; mayAsk < 0 {
			return nil, fmt.Errorf("%w: too much around and inside what %s's layouts look for", markup.ErrHostile, d.Paper.Name)
		}
		if !found {
			continue
		}
		if i > 0 && !d.Doc.Page.Captured.IsZero() {
			d.Note("layout " + l.Name + " fits, not that of the capture day")
		}
		return l, nil
	}
	return nil, nil
}

// layoutsOf are the newspaper's, that of the capture day first, then by how near
// they stand to it.
func layoutsOf(d *draft.Draft) []*sites.Layout {
	n := len(d.Paper.Layouts)
	if n == 0 { // a newspaper that is still to be described
		return nil
	}
	dated := 0
	if at := d.Doc.Page.Captured; !at.IsZero() {
		for dated < n-1 && at.Before(d.Paper.Layouts[dated].Since) {
			dated++
		}
	}
	list := make([]*sites.Layout, 0, n)
	list = append(list, &d.Paper.Layouts[dated])
	for step := 1; len(list) < n; step++ {
		if i := dated - step; i >= 0 {
			list = append(list, &d.Paper.Layouts[i])
		}
		if i := dated + step; i < n {
			list = append(list, &d.Paper.Layouts[i])
		}
	}
	return list
}

// reader reads a page by one layout of its newspaper.
type reader struct {
	*draft.Draft
	*finder
	layout *sites.Layout
	scope  *goquery.Selection // the article's element
	found  *bodyReader
}

// try tries one layout; where it is false the draft says nothing.
func try(d *draft.Draft, f *finder, l *sites.Layout) bool {
	scope := articleElement(f, l)
	if scope == nil {
		return false
	}
	containers, bodyRule := bodies(f, scope, l.Body)
	if len(containers) == 0 {
		return false
	}
	r := &reader{d, f, l, scope, newBodyReader(d.Doc, f, l, scope)}
	if !r.gather(containers) {
		return false
	}
	d.Begin(l.Name)
	if r.title(); d.Title == "" {
		d.Article = article.Article{}
		return false
	}
	r.text("kicker", &d.Kicker, l.Kicker)
	r.lead()
	r.relatedLines()
	r.closing()
	r.signed()
	r.body()
	if len(d.Body) == 0 {
		d.Note("no body") // a film or a recording, with a few words on it
	} else {
		d.SayAt("body", bodyRule, containers[0], draft.FirstBlock(d.Body))
	}
	d.SetTimes(r.shownTimes())
	d.SetSection(r.shownSections)
	d.SetTags(r.shownTags())
	r.relatedBoxes()
	d.Finish()
	return true
}

// gather reads the body's containers, but for the elements of other fields, and tells
// whether an article may be there.
func (r *reader) gather(containers []*html.Node) bool {
	l := r.layout
	for _, field := range []sites.Selectors{l.Title, l.Kicker, l.Lead, l.Byline, l.Source, l.Time} {
		if at, _ := r.first(r.scope, field, hasText); at != nil && !slices.Contains(containers, at.Get(0)) {
			r.found.marks[at.Get(0)] |= skipped
		}
	}
	for _, n := range containers {
		r.found.container(n)
	}
	lead, _ := r.first(r.scope, l.Lead, hasText)
	return lead != nil || len(r.found.blocks) > 0 || len(r.found.captions) > 0 || len(r.found.Images) > 0
}

// articleElement finds the element of the layout's article, nil where the page
// has none.
func articleElement(f *finder, l *sites.Layout) *goquery.Selection {
	for _, s := range l.Article {
		if found := f.matches(nil, s); found.Length() > 0 {
			return found.First()
		}
	}
	return nil
}

// bodies are the containers of the body: all matches of the first selector
// that finds any, but those inside another, and the article itself where it is
// what the selector means.
func bodies(f *finder, scope *goquery.Selection, list sites.Selectors) ([]*html.Node, string) {
	for _, s := range list {
		if s.Match(scope.Get(0)) {
			return scope.Nodes[:1], s.Text
		}
		if nodes := slices.Collect(f.outermost(scope, s)); len(nodes) > 0 {
			return nodes, s.Text
		}
	}
	return nil, ""
}

func hasText(s *goquery.Selection) bool { return prose.Clean(dom.Text(s.Get(0))) != "" }

// text fills a field with the text of the first selector that finds any.
func (r *reader) text(name string, field *article.Text, list sites.Selectors) {
	if found, rule := r.first(r.scope, list, hasText); found != nil {
		*field = article.Text(prose.Clean(dom.Text(found.Get(0))))
		r.SayAt(name, rule, found.Get(0), string(*field))
	}
}

func (r *reader) title() {
	r.text("title", &r.Title, r.layout.Title)
	r.Title = article.Text(r.WithoutSuffix(dom.PrintedPlain(string(r.Title))))
	if r.Title == "" {
		// An e-magazine without a headline on the page; or a page whose title is
		// but the newspaper's name, which is none.
		title, rule := r.Doc.HeadTitle(func(t string) string {
			bare := r.WithoutSuffix(t)
			if rest, name, ok := naming.CutLast(bare); ok && bare != prose.Clean(t) && r.Doc.IsSection(name) {
				bare = rest // "Title - Section - Newspaper"
			}
			if strings.EqualFold(bare, r.Paper.Title) {
				return ""
			}
			return bare
		})
		for _, b := range r.found.blocks[:min(len(r.found.blocks), 3)] {
			if naming.GoesOn(title, b.Text) && len(b.Text) <= phrases.MaxTitle {
				title, rule = b.Text, "what the body begins with: the title of the head, which was cut"
			}
		}
		r.Title = article.Text(title)
		r.Say("title", rule, title)
	} else if whole := r.Doc.Completed(string(r.Title)); whole != string(r.Title) {
		r.Title = article.Text(r.WithoutSuffix(whole))
		r.Say("title", "the title printed, as far as it goes, and the rest from the head", string(r.Title))
	}
}

func (r *reader) lead() {
	found, rule := r.first(r.scope, r.layout.Lead, hasText)
	if found == nil {
		return
	}
	node := found.Get(0)
	text := r.leadText(node)
	if mark, _ := r.first(r.scope, r.layout.Dateline, hasText); mark != nil && dom.IsWithin(mark.Get(0), node) {
		tag := prose.Clean(dom.Text(mark.Get(0)))
		if rest, ok := strings.CutPrefix(text, tag); ok && utf8.RuneCountInString(tag) <= 40 {
			r.Dateline, r.Lead = article.Text(draft.TrimTag(tag)), article.Text(strings.TrimLeft(rest, " -–—:"))
			r.SayAt("dateline", r.layout.Dateline[0].Text, mark.Get(0), tag)
			r.SayAt("lead", rule, node, string(r.Lead))
			return
		}
	}
	r.SetLead(text, rule, node)
}

// leadText is the text of a lead's element without the related links that some
// editors put below it, marked ">>".
func (r *reader) leadText(node *html.Node) string {
	text := prose.Clean(dom.Text(node))
	lead, _, marked := strings.Cut(text, ">>")
	if lead = strings.TrimSpace(lead); !marked || lead == "" {
		return text
	}
	below := false
	dom.Walk(node, func(c *html.Node) bool {
		switch {
		case c.Type == html.TextNode:
			below = below || strings.Contains(c.Data, ">>")
		case c.DataAtom == atom.A && (below || strings.Contains(dom.Text(c), ">>")):
			below = true
			r.found.RelatedLink(c)
			return false
		}
		return true
	}, nil)
	return lead
}

// signed finds who signed: where the page marks it, else the last lines of the
// body, else JSON-LD.
func (r *reader) signed() {
	if found, rule := r.first(r.scope, r.layout.Source, hasText); found != nil {
		r.Source = article.Text(prose.Clean(dom.Text(found.Get(0))))
		r.SayAt("source", rule, found.Get(0), string(r.Source))
	}
	var signed []*html.Node
	for i := range r.layout.Byline { // a name above the text, a source line below it
		found, rule := r.first(r.scope, r.layout.Byline[i:i+1], hasText)
		if found == nil {
			continue
		}
		n := found.Get(0)
		if !slices.ContainsFunc(signed, func(other *html.Node) bool { return dom.IsWithin(n, other) || dom.IsWithin(other, n) }) {
			signed = append(signed, n)
			r.Sign(r.names(n, r.layout.Byline[i]), rule, n)
		}
	}
	r.signedInBody()
	if end := len(r.found.blocks); end > 0 && r.found.blocks[end-1].Kind == article.Paragraph {
		r.SourceOff(&r.found.blocks[end-1].Block)
	}
	if r.Byline == "" {
		r.SignedInHead(r.IsOwnName)
	}
}

// names is the text of the element that a selector found, and of those beside
// it that it found too: each of several authors has one, or a line of one.
// What stands between two names is kept where it is but a mark.
func (r *reader) names(n *html.Node, s sites.Selector) string {
	line, gap := prose.Clean(dom.Text(n)), ""
	if utf8.RuneCountInString(line) <= credits.MaxSignature {
		if lines := draft.NamesByLine(n); len(lines) > 1 && !strings.ContainsAny(line, "/()") {
			line = strings.Join(lines, ", ")
		}
	}
	found := map[*html.Node]bool{}
	for _, c := range r.nodes(s) {
		found[c] = true
	}
	for c := n.NextSibling; c != nil && len(line)+len(gap) < 4*credits.MaxSignature; c = c.NextSibling {
		if !found[c] {
			if c.Type == html.TextNode {
				gap += c.Data
			} else {
				gap += dom.Text(c)
			}
			continue
		}
		mark := strings.Trim(prose.Clean(gap), " ")
		switch {
		case mark == "", mark == ",":
			mark = ", "
		case strings.ContainsFunc(mark, prose.IsWord):
			return line
		default:
			mark = " " + mark + " "
		}
		if name := prose.Clean(dom.Text(c)); name != "" && !strings.Contains(line, name) {
			line += mark + name
		}
		gap = ""
	}
	return line
}

// signedInBody takes the signing lines off the end of the body: a few, set
// aside or bold or in italics, or of a form that nothing else has.
func (r *reader) signedInBody() {
	const most, mostRoles = 3, 6 // an e-magazine names text, pictures, drawings, film
	end, roles, days, written := len(r.found.blocks), 0, 0, false
	for end > 0 && len(r.found.blocks)-end < mostRoles {
		b := r.found.blocks[end-1]
		if b.Kind != article.Paragraph && b.Kind != article.Subhead || b.bare > 0 && b.centred && !credits.IsSource(b.Text) && !credits.IsAgencies(b.Text) {
			break // set to the middle under a picture it is a caption
		}
		if role, text := credits.RoleOf(b.Text); role {
			roles++
			written = written || text
		} else if phrases.IsDay(b.Text) { // an e-magazine's last line
			days++
		} else if len(r.found.blocks)-end >= most || !r.isSigning(b, r.layout.Signed) {
			break
		}
		end--
	}
	if named := len(r.found.blocks) - end - days; named == 0 || roles == 1 && roles == named && !written {
		return // nobody signed, or who took the last picture
	}
	var lines []string
	for _, b := range r.found.blocks[end:] {
		if !phrases.IsDay(b.Text) {
			lines = append(lines, b.Text)
		}
	}
	r.found.blocks = r.found.blocks[:end]
	r.SignLines(lines, "last lines of the body")
}

// isSigning tells a line at the end of a body that names who wrote it, or for
// whom. Where the layout signs elsewhere, its form alone must say so.
func (r *reader) isSigning(b bodyBlock, signs bool) bool {
	n := utf8.RuneCountInString(b.Text)
	switch {
	case n > credits.MaxSignature:
		return false
	case credits.IsSource(b.Text), credits.IsAgencies(b.Text), credits.IsMailAddress(b.Text):
		return true
	case r.Byline != "" && (prose.SameWords(b.Text, string(r.Byline)) || b.aside && strings.HasPrefix(prose.Squash(string(r.Byline)), prose.Squash(b.Text))):
		return true
	case !signs: // but nobody does
		return r.Byline == "" && r.Source == "" && b.aside && b.bold && credits.LooksSigned(b.Text) && strings.Contains(b.Text, " ")
	case b.aside && (b.bold || b.italic || n <= 60) && !prose.EndsSentence(b.Text):
		return !credits.LooksCaption(b.Text)
	case b.bold || b.italic, credits.WorkAtEnd.MatchString(b.Text):
		return credits.LooksSigned(b.Text)
	}
	if byline, source := credits.Signature(b.Text); byline != "" && source != "" && credits.LooksSigned(byline) {
		return true
	}
	return slices.ContainsFunc(r.Doc.Head.Linked.Authors, func(author string) bool { return prose.SameWords(author, b.Text) })
}

// relatedLines takes the blocks that are links to other articles off the body,
// wherever they stand: some stand below the signature.
func (r *reader) relatedLines() {
	kept, next := r.found.blocks[:0], 0
	for i, b := range r.found.blocks {
		for ; next < len(r.found.captions) && r.found.captions[next].above <= i; next++ {
			r.found.captions[next].above = len(kept)
		}
		if r.isRelatedLine(b) {
			r.found.Relate(b.to, b.Text)
			continue
		}
		kept = append(kept, b)
	}
	for ; next < len(r.found.captions); next++ {
		r.found.captions[next].above = len(kept)
	}
	r.found.blocks = kept
}

// closing takes off the body's end what the newspaper prints below every story:
// lines of no story's own, which its text rules know.
func (r *reader) closing() {
	const longest = 120
	for end := len(r.found.blocks); end > 0; end-- {
		line := r.found.blocks[end-1].Text
		if utf8.RuneCountInString(line) > longest || !phrases.MatchesAny(r.Paper.Text.End, line) || prose.IsSentence(line) {
			r.found.blocks = r.found.blocks[:end]
			return
		}
	}
}

// body takes over the blocks that were read, but what repeats title, lead or a
// caption.
func (r *reader) body() {
	captioned := -1 // the block behind the last caption
	titled := phrases.TitleLines(string(r.Title), len(r.found.blocks), func(i int) string { return r.found.blocks[i].Text })
	for i, b := range r.found.blocks {
		switch {
		case i < titled:
			continue
		case i < 3 && (prose.SameWords(b.Text, string(r.Title)) || prose.SameWords(b.Text, string(r.Lead))):
			continue
		case !r.found.story && (b.isCaption() || i > 0 && captioned == i && b.goesOnCaption(r.found.blocks[i-1])):
			r.found.captionBlock(b, i)
			captioned = i + 1
			continue
		case b.bare > 0 && r.found.seen[prose.Squash(b.Text)]:
			r.found.captionBlock(b, i)
			continue
		case b.Kind == article.Paragraph && dates.IsPrintedTime(b.Text, !b.bold):
			continue
		case b.Kind == article.Paragraph && b.bold && i < len(r.found.blocks)-1 && phrases.LooksSubhead(b.Text) && !r.leads(b.Text):
			b.Kind = article.Subhead
		}
		r.Body = append(r.Body, b.Block)
	}
	r.Body = credits.MarkSpoken(r.Body)
	if r.Lead == "" && len(r.Body) > 0 && r.Body[0].Kind == article.Paragraph {
		text := r.Body[0].Text
		r.Body = r.Body[1:]
		r.SetLead(text, "first paragraph of the body", nil)
	} else if r.Dateline == "" && len(r.Body) > 0 {
		if tag, rest := r.PartDateline(r.Body[0].Text); tag != "" && rest != "" && r.OwnTag() != nil && r.OwnTag().MatchString(r.Body[0].Text) {
			r.Dateline, r.Body[0].Text = article.Text(tag), rest
			r.Say("dateline", "what the newspaper prints before a story, in the first paragraph", tag)
		}
	}
	r.Captions, r.Images = r.found.inOrder(), r.found.Images
	if r.Explains() && len(r.Captions) > 0 {
		r.Say("captions", r.found.captionRule(), r.Captions[0])
	}
}

// leads tells a bold line, with nothing of the article above it, that is the
// lead of a page that has no place for one.
func (r *reader) leads(text string) bool {
	return r.Lead == "" && len(r.Body) == 0 && utf8.RuneCountInString(text) >= prose.ShortParagraph
}

// isRelatedLine tells a block that is nothing but a link to another article of
// the newspaper, or says so of itself.
func (r *reader) isRelatedLine(b bodyBlock) bool {
	if b.href != "" && strings.Count(b.Text, " ") >= 3 {
		if addr, err := r.Paper.Address(r.Doc.Absolute(b.href)); err == nil && addr.Kind == sites.Article && addr.Page != r.Addr.Page {
			return true
		}
	}
	return b.inserted || (strings.HasPrefix(b.Text, ">>") || strings.HasPrefix(b.Text, "»")) && (b.linked || !prose.IsSentence(b.Text)) || phrases.IsRelatedHeading(b.Text) ||
		b.linked && (relatedLead.MatchString(b.Text) || strings.HasPrefix(b.Text, ">"))
}

// relatedLead is what stands before a link to a related article.
var relatedLead = regexp.MustCompile(`(?i)^(?:xem|đọc) thêm\s*:|^(?:tin|bài|bài viết) liên quan\s*:|^(?:related|read more|see also)\s*:`)

// relatedBoxes takes the links of related boxes that stand outside the body.
func (r *reader) relatedBoxes() {
	var outer *html.Node
	for _, box := range r.found.boxes { // one inside another comes behind it
		if outer == nil || !dom.IsWithin(box, outer) {
			r.found.RelatedBox(box)
			outer = box
		}
	}
	r.Related = r.found.Related
	own := r.Addr
	r.Related = slices.DeleteFunc(r.Related, func(rel article.Related) bool {
		if own.Page == "" || !strings.Contains(rel.URL, own.ID) {
			return false // understanding an address takes longer
		}
		other, err := r.Paper.Address(rel.URL)
		return err == nil && other.Page == own.Page
	})
}

// shownTimes are what the page shows of times where the layout has them. What an
// element does not say one inside it may: its own text may begin with something
// else.
func (r *reader) shownTimes() []draft.Said {
	const most = 12 // elements of one selector
	for i := range r.layout.Time {
		nodes := r.nodes(r.layout.Time[i])
		for _, n := range nodes[:min(len(nodes), most)] {
			if list := draft.ShownIn(n); len(list) > 0 {
				return withOthers(list, nodes)
			}
		}
	}
	if r.layout.Time == nil {
		return r.timeBesideTitle()
	}
	return nil
}

// timeBesideTitle is what the element right above or below the title shows, where all of it
// is a time: pages print one there that no selector can mean.
func (r *reader) timeBesideTitle() []draft.Said {
	title, _ := r.first(r.scope, r.layout.Title, hasText)
	if title == nil {
		return nil
	}
	for _, beside := range []*goquery.Selection{title.Prev(), title.Next()} {
		for _, n := range beside.Nodes {
			if dates.IsPrintedTime(prose.Clean(dom.Text(n)), true) {
				return draft.ShownIn(n)
			}
		}
	}
	return nil
}

// withOthers adds the time of publication where the first element shows that of
// a change only, and the next the other.
func withOthers(list []draft.Said, nodes []*html.Node) []draft.Said {
	const most = 3
	isUpdate := func(s draft.Said) bool { return s.At.Updated }
	for _, n := range nodes[:min(len(nodes), most)] {
		if !slices.ContainsFunc(list, func(s draft.Said) bool { return !isUpdate(s) }) {
			list = append(list, draft.ShownIn(n)...)
		}
	}
	return draft.FirstShown(list)
}

// shownSections are the sections that the page shows where the layout has them.
func (r *reader) shownSections() (found draft.Shown) {
	const longest = 60
	for _, s := range r.layout.Section {
		found.Rule = s.Text
		for n := range r.outermost(nil, s) {
			if name := naming.SectionName(dom.PrintedPlain(prose.Clean(dom.Text(n)))); !naming.IsHome(name) && utf8.RuneCountInString(name) <= longest {
				found.At = n
				found.Names = append(found.Names, name)
			}
		}
		if len(found.Names) > 0 {
			break
		}
	}
	return found
}

// shownTags are the tags that the page shows where the layout has them.
func (r *reader) shownTags() (found draft.Shown) {
	for _, s := range r.layout.Tags {
		for n := range r.outermost(nil, s) {
			if found.At == nil {
				found.At = n
			}
			found.Names = append(found.Names, strings.Trim(dom.PrintedPlain(prose.Clean(dom.Text(n))), ",;# "))
		}
		if len(found.Names) > 0 {
			found.Rule = s.Text
			break
		}
	}
	return found
}
