package cleaner

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/barrier"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maker makes one article from one document.
type maker struct {
	d       *Document
	site    *sites.Site
	addr    sites.Address
	a       Article
	explain bool
	reasons []Reason
	ahead   bool // the page says a time after it was saved
}

// Article makes the page's article. With a site, its layouts are tried: the
// one of the capture day first, then its neighbours; where none fits, or what
// it finds is thin, the generic extractor reads the page and a note says so. A
// nil site is the generic extractor alone. What is not one article (a list, a
// utility page) is a [*NotArticleError].
func (d *Document) Article(site *sites.Site) (Article, error) {
	m := &maker{d: d, site: site}
	if err := m.make(); err != nil {
		return Article{}, err
	}
	return m.a, nil
}

// Explain tells where each field of [Document.Article] came from, in the order
// of the article's fields; for a page that is refused, why.
func (d *Document) Explain(site *sites.Site) []Reason {
	m := &maker{d: d, site: site, explain: true}
	if err := m.make(); err != nil {
		return []Reason{{Rule: err.Error()}}
	}
	slices.SortStableFunc(m.reasons, func(a, b Reason) int { return slices.Index(fieldOrder, a.Field) - slices.Index(fieldOrder, b.Field) })
	return m.reasons
}

// fieldOrder is that of [Article].
var fieldOrder = []string{"title", "kicker", "lead", "dateline", "byline", "source", "published", "modified", "section", "tags", "captions", "body"}

// maxDepthOfPage bounds the pages that layouts read: bodies are read by
// recursion. The parser opens no more than 512 elements inside one another, but
// FromTree takes any tree.
const maxDepthOfPage = 4096

func (m *maker) make() error {
	if m.site != nil {
		m.address()
		switch m.addr.Kind {
		case sites.Utility:
			return &NotArticleError{Reason: "a utility page"}
		case sites.FeedPage:
			return &NotArticleError{Reason: "a feed"}
		case sites.SitemapPage:
			return &NotArticleError{Reason: "a sitemap"}
		case sites.Robots:
			return &NotArticleError{Reason: "robots.txt"}
		}
	}
	if m.d.root == nil {
		return m.dump()
	}
	if m.d.page.Answer && breaksOff(m.d.page.Body) {
		return &NotArticleError{Reason: "cut off", Fault: Broken}
	}
	if m.site != nil {
		mayAsk := maxAsked
		for i, l := range m.layouts() {
			f := newFinder(m.d.root, l)
			if f.depth > maxDepthOfPage {
				return fmt.Errorf("%w: %d elements inside one another", ErrMarkup, f.depth)
			}
			f.mayAsk = mayAsk
			found := m.read(f, l)
			if mayAsk = f.mayAsk; mayAsk < 0 {
				return fmt.Errorf("%w: too much around and inside what %s's layouts look for", ErrMarkup, m.site.Name)
			}
			if !found {
				continue
			}
			if i > 0 && !m.d.page.Captured.IsZero() {
				m.note("layout " + l.Name + " fits, not that of the capture day")
			}
			m.fallBackIfThin(l)
			switch {
			case !m.d.page.Answer:
				return nil
			case m.isUnfilled():
				return &NotArticleError{Reason: "an empty template", Fault: Broken}
			case !m.isOwn():
				return m.barrier() // layouts of old are read by no more than a class or two
			}
			return nil
		}
		if m.addr.Kind == sites.List {
			return &NotArticleError{Reason: "a list"}
		}
	}
	if err := m.barrier(); err != nil {
		return err
	}
	if err := m.generic(); err != nil {
		return err
	}
	if m.d.page.Answer && (m.isStranger() || m.isUnfilled()) {
		return &NotArticleError{Reason: "something else in its place", Fault: Broken}
	}
	return nil
}

// barrier refuses a page that is one.
func (m *maker) barrier() error {
	kind := barrier.Of(m.d.contentType, m.d.page.Body)
	switch {
	case kind == "":
		return nil
	case kind.Refuses():
		return &NotArticleError{Reason: kind.String(), Fault: Blocked}
	}
	return &NotArticleError{Reason: kind.String(), Fault: Broken}
}

// address understands where the page is; a page that does not say has no id.
func (m *maker) address() {
	raw := m.d.address()
	if raw == "" {
		return
	}
	addr, err := m.site.Address(raw)
	if err != nil || addr.Kind == sites.Foreign {
		// A copy elsewhere names the newspaper's own address as canonical.
		if own, ownErr := m.site.Address(m.d.Canonical()); ownErr == nil && own.Kind == sites.Article {
			addr, err = own, nil
		}
	}
	if err == nil {
		m.addr = addr
	}
}

// layouts are the newspaper's, that of the capture day first, then by how near
// they stand to it.
func (m *maker) layouts() []*sites.Layout {
	n := len(m.site.Layouts)
	dated := 0
	if at := m.d.page.Captured; !at.IsZero() {
		for dated < n-1 && at.Before(m.site.Layouts[dated].Since) {
			dated++
		}
	}
	list := make([]*sites.Layout, 0, n)
	list = append(list, &m.site.Layouts[dated])
	for step := 1; len(list) < n; step++ {
		if i := dated - step; i >= 0 {
			list = append(list, &m.site.Layouts[i])
		}
		if i := dated + step; i < n {
			list = append(list, &m.site.Layouts[i])
		}
	}
	return list
}

// thin is below how many characters an article is suspect: the shortest real
// ones, flashes of a sentence or two, have more.
const thin = 160

// fallBackIfThin asks the generic extractor where a layout found next to
// nothing, and believes it if it finds much more.
func (m *maker) fallBackIfThin(l *sites.Layout) {
	if len(m.a.Text) >= utf8.UTFMax*thin || utf8.RuneCountInString(m.a.Text) >= thin || len(m.a.Images) > 0 || len(m.a.Captions) > 0 {
		return
	}
	other, reasons, err := genericArticle(m.d, false, m.explain)
	if err != nil || utf8.RuneCountInString(other.Text) < 3*thin {
		return
	}
	m.adopt(other, reasons)
	m.note("layout " + l.Name + " found little, read by the generic extractor")
}

func (m *maker) generic() error {
	a, reasons, err := genericArticle(m.d, m.site == nil, m.explain)
	if err != nil {
		return err
	}
	m.adopt(a, reasons)
	if m.site != nil {
		m.note("no layout of " + m.site.Name + " fits, read by the generic extractor")
	}
	return nil
}

// adopt takes over what the generic extractor made, as the newspaper's.
func (m *maker) adopt(a Article, reasons []Reason) {
	m.a, m.reasons = a, reasons
	if m.site != nil {
		m.identify()
		if dateline, rest := m.dateline(string(m.a.Lead)); dateline != "" && m.a.Dateline == "" {
			m.a.Dateline, m.a.Lead = Text(dateline), Text(rest)
		}
		m.a.Title = Text(m.withoutSuffix(string(m.a.Title)))
	}
	m.finish()
}

// identify says whose page this is.
func (m *maker) identify() {
	m.a.Site, m.a.URL, m.a.ID = m.site.Name, m.d.address(), Text(m.addr.ID)
	if m.addr.URL != "" {
		m.a.URL = m.addr.URL
	}
}

func (m *maker) note(text string) {
	const longest = 400 // it may quote the page
	if text = prose.Clean(text); len(text) > longest {
		text = prose.Clean(strings.ToValidUTF8(text[:longest], "")) + "…"
	}
	if !slices.Contains(m.a.Notes, text) {
		m.a.Notes = append(m.a.Notes, text)
	}
}

// say gives the reason for a field; a later one, for what was added, takes the
// place of an earlier.
func (m *maker) say(field, rule, found string) { m.sayAt(field, rule, nil, found) }

// sayAt is say for what a selector found.
func (m *maker) sayAt(field, rule string, at *html.Node, found string) {
	if !m.explain || found == "" {
		return
	}
	const snippet = 80
	found = prose.Clean(found)
	if utf8.RuneCountInString(found) > snippet {
		found = string([]rune(found)[:snippet]) + "…"
	}
	m.reasons = slices.DeleteFunc(m.reasons, func(r Reason) bool { return r.Field == field })
	m.reasons = append(m.reasons, Reason{Field: field, Layout: m.a.Layout, Rule: rule, Element: tagOf(at), Snippet: found})
}

// tagOf is an element's opening tag with the attributes that selectors ask for.
func tagOf(n *html.Node) string {
	if n == nil {
		return ""
	}
	const longest = 60 // of a value, in bytes
	tag := "<" + n.Data
	for _, a := range n.Attr {
		switch {
		case a.Key == "class", a.Key == "id", a.Key == "rel", a.Key == "datetime", strings.HasPrefix(a.Key, "data-slot"), strings.HasPrefix(a.Key, "data-content-name"):
			value := prose.Clean(a.Val)
			if len(value) > longest {
				value = strings.ToValidUTF8(value[:longest], "") + "…"
			}
			tag += " " + a.Key + `="` + value + `"`
		}
	}
	return tag + ">"
}

// read tries one layout; false leaves the maker as it was.
func (m *maker) read(f *finder, l *sites.Layout) bool {
	article := articleElement(f, l)
	if article == nil {
		return false
	}
	containers, bodyRule := bodies(f, article, l.Body)
	if len(containers) == 0 {
		return false
	}
	r := newBodyReader(m.d, f, l, article)
	for _, field := range []sites.Selectors{l.Title, l.Kicker, l.Lead, l.Byline, l.Source, l.Time} {
		if found, _ := f.first(article, field, hasText); found != nil && !slices.Contains(containers, found.Get(0)) {
			r.marks[found.Get(0)] |= skipped
		}
	}
	for _, n := range containers {
		r.container(n)
	}
	if lead, _ := f.first(article, l.Lead, hasText); lead == nil && len(r.blocks) == 0 && len(r.captions) == 0 && len(r.images) == 0 {
		return false
	}

	m.a = Article{Layout: l.Name}
	m.reasons = m.reasons[:0]
	m.identify()
	m.title(f, article, l, r)
	if m.a.Title == "" {
		m.a = Article{}
		return false
	}
	m.text("kicker", &m.a.Kicker, f, article, l.Kicker)
	m.lead(f, article, l, r)
	m.relatedLines(r)
	m.closing(r)
	m.signed(f, article, l, r)
	m.body(r)
	if len(m.a.Body) == 0 {
		m.note("no body") // a film or a recording, with a few words on it
	} else {
		m.sayAt("body", bodyRule, containers[0], firstBlock(m.a.Body))
	}
	m.times(m.shownAt(f, l))
	m.sections(f, l)
	m.tags(f, l)
	m.relatedBoxes(r)
	m.finish()
	return true
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

func firstBlock(blocks []Block) string {
	if len(blocks) == 0 {
		return ""
	}
	return blocks[0].Text
}

// bodies are the containers of the body: all matches of the first selector
// that finds any, but those inside another, and the article itself where it is
// what the selector means.
func bodies(f *finder, article *goquery.Selection, list sites.Selectors) ([]*html.Node, string) {
	for _, s := range list {
		if s.Match(article.Get(0)) {
			return article.Nodes[:1], s.Text
		}
		if nodes := slices.Collect(f.outermost(article, s)); len(nodes) > 0 {
			return nodes, s.Text
		}
	}
	return nil, ""
}

func hasText(s *goquery.Selection) bool { return prose.Clean(nodeText(s.Get(0))) != "" }

// text fills a field with the text of the first selector that finds any.
func (m *maker) text(name string, field *Text, f *finder, scope *goquery.Selection, list sites.Selectors) {
	if found, rule := f.first(scope, list, hasText); found != nil {
		*field = Text(prose.Clean(nodeText(found.Get(0))))
		m.sayAt(name, rule, found.Get(0), string(*field))
	}
}

func (m *maker) title(f *finder, article *goquery.Selection, l *sites.Layout, r *bodyReader) {
	m.text("title", &m.a.Title, f, article, l.Title)
	m.a.Title = Text(m.withoutSuffix(printedPlain(string(m.a.Title))))
	if m.a.Title == "" {
		// An e-magazine without a headline on the page; or a page whose title is
		// but the newspaper's name, which is none.
		title, rule := m.d.headTitle(func(t string) string {
			bare := m.withoutSuffix(t)
			if rest, name, ok := cutLast(bare); ok && bare != prose.Clean(t) && m.d.isSection(name) {
				bare = rest // "Title - Section - Newspaper"
			}
			if strings.EqualFold(bare, m.site.Title) {
				return ""
			}
			return bare
		})
		for _, b := range r.blocks[:min(len(r.blocks), 3)] {
			if goesOn(title, b.Text) && len(b.Text) <= maxTitle {
				title, rule = b.Text, "what the body begins with: the title of the head, which was cut"
			}
		}
		m.a.Title = Text(title)
		m.say("title", rule, title)
	} else if whole := m.d.completed(string(m.a.Title)); whole != string(m.a.Title) {
		m.a.Title = Text(m.withoutSuffix(whole))
		m.say("title", "the title printed, as far as it goes, and the rest from the head", string(m.a.Title))
	}
}

// withoutSuffix cuts the newspaper's name off a title.
func (m *maker) withoutSuffix(title string) string {
	title = prose.Clean(title)
	for cut := true; cut; {
		cut = false
		for _, suffix := range m.site.Suffixes {
			if i := len(title) - len(suffix); i > 0 && utf8.RuneStart(title[i]) && strings.EqualFold(title[i:], suffix) {
				title, cut = strings.TrimRight(title[:i], " |–-"), true
			}
		}
	}
	return title
}

func (m *maker) lead(f *finder, article *goquery.Selection, l *sites.Layout, r *bodyReader) {
	found, rule := f.first(article, l.Lead, hasText)
	if found == nil {
		return
	}
	node := found.Get(0)
	text := m.leadText(node, r)
	if mark, _ := f.first(article, l.Dateline, hasText); mark != nil && within(mark.Get(0), node) {
		tag := prose.Clean(nodeText(mark.Get(0)))
		if rest, ok := strings.CutPrefix(text, tag); ok && utf8.RuneCountInString(tag) <= 40 {
			m.a.Dateline, m.a.Lead = Text(trimTag(tag)), Text(strings.TrimLeft(rest, " -–—:"))
			m.sayAt("dateline", l.Dateline[0].Text, mark.Get(0), tag)
			m.sayAt("lead", rule, node, string(m.a.Lead))
			return
		}
	}
	m.setLead(text, rule, node)
}

// setLead takes over a lead, its dateline apart; at is the element that a
// selector found, nil where there is none.
func (m *maker) setLead(text, rule string, at *html.Node) {
	text = printedPlain(text)
	dateline, rest := m.dateline(text)
	if rest == "" && dateline != "" { // a tag and nothing else is no lead
		m.a.Dateline = Text(dateline)
		return
	}
	if dateline != "" {
		m.a.Dateline = Text(dateline)
		m.say("dateline", "what the newspaper prints before a lead", dateline)
	}
	m.a.Lead = Text(rest)
	m.sayAt("lead", rule, at, rest)
}

// leadText is the text of a lead's element without the related links that some
// editors put below it, marked ">>".
func (m *maker) leadText(node *html.Node, r *bodyReader) string {
	text := prose.Clean(nodeText(node))
	lead, _, marked := strings.Cut(text, ">>")
	if lead = strings.TrimSpace(lead); !marked || lead == "" {
		return text
	}
	below := false
	walk(node, func(c *html.Node) bool {
		switch {
		case c.Type == html.TextNode:
			below = below || strings.Contains(c.Data, ">>")
		case c.DataAtom == atom.A && (below || strings.Contains(nodeText(c), ">>")):
			below = true
			r.relatedLink(c)
			return false
		}
		return true
	}, nil)
	return lead
}

// trimTag is a dateline without the hyphen behind it.
func trimTag(tag string) string { return strings.TrimRight(tag, " -–—:") }

// commonTag is the tag of another paper or agency before a lead: in brackets,
// or in capitals with a city and a day: "(TTXVN) - ", "HANOI, April 9 (AFP) -".
var commonTag = regexp.MustCompile(`^(\([^()]{2,40}\)|\p{Lu}[\p{Lu} .]{2,30}(?:, [^()\n]{2,20})? \([^()]{2,20}\)|(?:TTXVN|TTO|TNO|BNA|PLO|NLĐO|VNA|VNS))\s*[-–—:]\s*`)

// dateline parts the tag before a lead from the lead.
func (m *maker) dateline(text string) (tag, rest string) {
	for _, re := range []*regexp.Regexp{m.ownTag(), commonTag} {
		if re == nil {
			continue
		}
		if g := re.FindStringSubmatchIndex(text); g != nil && g[0] == 0 {
			return trimTag(prose.Submatch(text, g, 1)), strings.TrimLeft(text[g[1]:], " -–—:")
		}
	}
	if tag, rest = paperTag(text, m.paperNames()); tag == "" {
		if tag, rest = unknownTag(text, string(m.a.Title)); tag != "" {
			m.note("dateline: " + tag + " is no name that the page gives itself")
		}
	}
	return trimTag(tag), rest
}

// paperNames are what the page and the newspaper call themselves.
func (m *maker) paperNames() []string {
	names := m.d.paperNames()
	if m.site != nil {
		names = append(names, m.site.Title)
	}
	return names
}

func (m *maker) ownTag() *regexp.Regexp {
	if m.site == nil {
		return nil
	}
	return m.site.Dateline
}

// signed finds who signed: where the page marks it, else the last lines of the
// body, else JSON-LD.
func (m *maker) signed(f *finder, article *goquery.Selection, l *sites.Layout, r *bodyReader) {
	if found, rule := f.first(article, l.Source, hasText); found != nil {
		m.a.Source = Text(prose.Clean(nodeText(found.Get(0))))
		m.sayAt("source", rule, found.Get(0), string(m.a.Source))
	}
	var signed []*html.Node
	for i := range l.Byline { // a name above the text, a source line below it
		found, rule := f.first(article, l.Byline[i:i+1], hasText)
		if found == nil {
			continue
		}
		n := found.Get(0)
		if !slices.ContainsFunc(signed, func(other *html.Node) bool { return within(n, other) || within(other, n) }) {
			signed = append(signed, n)
			m.sign(names(n, l.Byline[i]), rule, n)
		}
	}
	m.signedInBody(r, l.Signed)
	if end := len(r.blocks); end > 0 && r.blocks[end-1].Kind == Paragraph {
		m.sourceOff(&r.blocks[end-1].Block)
	}
	if m.a.Byline == "" {
		m.signedInHead(m.isPaper)
	}
}

// names is the text of the element that a selector found, and of those beside
// it that the selector finds too: each of several authors has one, or a line of one.
// What stands between two names is kept where it is but a mark.
func names(n *html.Node, s sites.Selector) string {
	line, gap := prose.Clean(nodeText(n)), ""
	if utf8.RuneCountInString(line) <= maxSignature {
		if lines := namesByLine(n); len(lines) > 1 && !strings.ContainsAny(line, "/()") {
			line = strings.Join(lines, ", ")
		}
	}
	for c := n.NextSibling; c != nil && len(line)+len(gap) < 4*maxSignature; c = c.NextSibling {
		if c.Type != html.ElementNode || !s.Match(c) {
			if c.Type == html.TextNode {
				gap += c.Data
			} else {
				gap += nodeText(c)
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
		if name := prose.Clean(nodeText(c)); name != "" && !strings.Contains(line, name) {
			line += mark + name
		}
		gap = ""
	}
	return line
}

// isPaper tells the newspaper's own name, which metadata give as author.
func (m *maker) isPaper(name string) bool {
	if m.site == nil {
		return m.d.isOwn(name)
	}
	key, title := agencyKey(name), agencyKey(m.site.Title)
	return key == title || key == "báo"+title || isAgencies(name) && strings.Contains(key, agencyKey(m.site.Name)) ||
		slices.ContainsFunc(m.site.Hosts, func(h string) bool { return agencyKey(h) == key })
}

// sign takes over a signing line, found at an element or at none; what is known
// already stays, but that a story comes from elsewhere says more than the
// newspaper's own name.
func (m *maker) sign(line, rule string, at *html.Node) {
	byline, source := signature(printedPlain(line))
	if byline != "" && m.a.Byline == "" {
		m.a.Byline = Text(byline)
		m.sayAt("byline", rule, at, byline)
	}
	if source != "" && (m.a.Source == "" || isSource(source) && m.isPaper(string(m.a.Source))) {
		m.a.Source = Text(source)
		m.sayAt("source", rule, at, source)
	}
}

// signedInBody takes the signing lines off the end of the body: a few, set
// aside or bold or in italics, or of a form that nothing else has.
func (m *maker) signedInBody(r *bodyReader, signs bool) {
	const most, mostRoles = 3, 6 // an e-magazine names text, pictures, drawings, film
	end, roles, days, written := len(r.blocks), 0, 0, false
	for end > 0 && len(r.blocks)-end < mostRoles {
		b := r.blocks[end-1]
		if b.Kind != Paragraph && b.Kind != Subhead || b.bare > 0 && b.centred && !isSource(b.Text) && !isAgencies(b.Text) {
			break // set to the middle under a picture it is a caption
		}
		if role, text := roleOf(b.Text); role {
			roles++
			written = written || text
		} else if isDay(b.Text) { // an e-magazine's last line
			days++
		} else if len(r.blocks)-end >= most || !m.isSigning(b, signs) {
			break
		}
		end--
	}
	if named := len(r.blocks) - end - days; named == 0 || roles == 1 && roles == named && !written {
		return // nobody signed, or who took the last picture
	}
	var lines []string
	for _, b := range r.blocks[end:] {
		if !isDay(b.Text) {
			lines = append(lines, b.Text)
		}
	}
	r.blocks = r.blocks[:end]
	m.signLines(lines, "last lines of the body")
}

// sourceOff takes the source off the end of an article's last paragraph.
func (m *maker) sourceOff(last *Block) {
	if rest, source := sourceAtEnd(last.Text); source != "" && m.a.Source == "" {
		last.Text = rest
		m.sign(source, "in brackets behind the last sentence", nil)
	}
}

// signLines takes over signing lines that stand below each other: names, each
// on a line of its own, are one byline; who made pictures and drawings signs
// only where nobody else does.
func (m *maker) signLines(lines []string, rule string) {
	marked := m.a.Byline != ""
	lines = slices.DeleteFunc(lines, mailAddress.MatchString)
	for i := 0; i < len(lines); i++ {
		if i+1 < len(lines) && m.signedFor(lines[i], lines[i+1], rule) {
			i++
			continue
		}
		if role, text := roleOf(lines[i]); role && !text && m.a.Byline != "" {
			m.alsoSigned(lines[i], lines[i])
			continue
		}
		byline, source := signature(printedPlain(lines[i]))
		if source == "" && i > 0 && isTaken(lines[i]) {
			if m.a.Source == "" {
				m.a.Source = Text(lines[i])
				m.say("source", rule, lines[i])
			}
			continue
		}
		if marked && byline != "" {
			m.alsoSigned(lines[i], byline)
		} else if source != "" && m.a.Source != "" && !m.isPaper(string(m.a.Source)) {
			m.alsoSigned(lines[i], source)
		}
		if byline != "" && m.a.Byline != "" && !marked && !strings.Contains(prose.Squash(string(m.a.Byline)), prose.Squash(byline)) {
			m.a.Byline += Text(", " + byline)
			m.say("byline", rule, string(m.a.Byline))
		}
		m.sign(lines[i], rule, nil)
	}
}

// alsoSigned notes a signing line of which neither byline nor source have the
// name: it was taken off the text, and may not be lost.
func (m *maker) alsoSigned(line, name string) {
	if _, who, ok := strings.Cut(name, ":"); ok {
		name = who
	}
	if key := prose.Squash(name); !strings.Contains(prose.Squash(string(m.a.Byline)), key) && !strings.Contains(prose.Squash(string(m.a.Source)), key) {
		m.note("signed, too: " + line)
	}
}

// signedFor reads "Theo" and a name above the name of a paper: the story is
// that person's, and was taken from that paper. It tells whether the two lines
// are such; an agency named above stays the source.
func (m *maker) signedFor(line, paper, rule string) bool {
	who, ok := strings.CutPrefix(line, "Theo ")
	if !ok || !isAgencies(paper) || m.isPaper(paper) || isAgencies(who) || !looksSigned(who) {
		return false
	}
	m.sign(who, rule, nil)
	m.sign(paper, rule, nil)
	return true
}

// isDay tells a line that is nothing but a date.
func isDay(line string) bool {
	return len(line) <= maxSignature && isTimeLine(line)
}

// isSigning tells a line at the end of a body that names who wrote it, or for
// whom. Where the layout signs elsewhere, its form alone must say so.
func (m *maker) isSigning(b bodyBlock, signs bool) bool {
	n := utf8.RuneCountInString(b.Text)
	switch {
	case n > maxSignature:
		return false
	case isSource(b.Text), isAgencies(b.Text), mailAddress.MatchString(b.Text):
		return true
	case m.a.Byline != "" && (prose.SameWords(b.Text, string(m.a.Byline)) || b.aside && strings.HasPrefix(prose.Squash(string(m.a.Byline)), prose.Squash(b.Text))):
		return true
	case !signs: // but nobody does
		return m.a.Byline == "" && m.a.Source == "" && b.aside && b.bold && looksSigned(b.Text) && strings.Contains(b.Text, " ")
	case b.aside && (b.bold || b.italic || n <= 60) && !prose.EndsSentence(b.Text):
		return !looksCaption(b.Text)
	case b.bold || b.italic, workAtEnd.MatchString(b.Text):
		return looksSigned(b.Text)
	}
	if byline, source := signature(b.Text); byline != "" && source != "" && looksSigned(byline) {
		return true
	}
	return slices.ContainsFunc(m.d.head.linked.Authors, func(author string) bool { return prose.SameWords(author, b.Text) })
}

// workAtEnd is what someone did, behind the name: "Hà Linh (tổng hợp)", "H.L (TH)".
var workAtEnd = regexp.MustCompile(`\((?:[Tt]ổng hợp|TH|T/[Hh]|t/h|[Tt]h|ST|st|[Ss]ưu tầm|ghi|dịch|lược dịch|biên dịch|thực hiện)\)$`)

// relatedLines takes the blocks that are links to other articles off the body,
// wherever they stand: some stand below the signature.
func (m *maker) relatedLines(r *bodyReader) {
	kept, next := r.blocks[:0], 0
	for i, b := range r.blocks {
		for ; next < len(r.captions) && r.captions[next].above <= i; next++ {
			r.captions[next].above = len(kept)
		}
		if m.isRelatedLine(b) {
			r.relate(b.to, b.Text)
			continue
		}
		kept = append(kept, b)
	}
	for ; next < len(r.captions); next++ {
		r.captions[next].above = len(kept)
	}
	r.blocks = kept
}

// closing takes off the body's end what the newspaper prints below every story:
// lines of no story's own, which its text rules know.
func (m *maker) closing(r *bodyReader) {
	const longest = 120
	for end := len(r.blocks); end > 0; end-- {
		line := r.blocks[end-1].Text
		if utf8.RuneCountInString(line) > longest || !matchesAny(m.site.Text.End, line) || prose.IsSentence(line) {
			r.blocks = r.blocks[:end]
			return
		}
	}
}

// body takes over the blocks that were read, but what repeats title, lead or a
// caption.
func (m *maker) body(r *bodyReader) {
	captioned := -1 // the block behind the last caption
	titled := titleLines(string(m.a.Title), len(r.blocks), func(i int) string { return r.blocks[i].Text })
	for i, b := range r.blocks {
		switch {
		case i < titled:
			continue
		case i < 3 && (prose.SameWords(b.Text, string(m.a.Title)) || prose.SameWords(b.Text, string(m.a.Lead))):
			continue
		case !r.story && (b.isCaption() || i > 0 && captioned == i && b.goesOnCaption(r.blocks[i-1])):
			r.captionBlock(b, i)
			captioned = i + 1
			continue
		case b.bare > 0 && r.seen[prose.Squash(b.Text)]:
			r.captionBlock(b, i)
			continue
		case b.Kind == Paragraph && isPrintedTime(b.Text, !b.bold):
			continue
		case b.Kind == Paragraph && b.bold && i < len(r.blocks)-1 && looksSubhead(b.Text) && !m.leads(b.Text):
			b.Kind = Subhead
		}
		m.a.Body = append(m.a.Body, b.Block)
	}
	m.a.Body = markSpoken(m.a.Body)
	if m.a.Lead == "" && len(m.a.Body) > 0 && m.a.Body[0].Kind == Paragraph {
		text := m.a.Body[0].Text
		m.a.Body = m.a.Body[1:]
		m.setLead(text, "first paragraph of the body", nil)
	} else if m.a.Dateline == "" && len(m.a.Body) > 0 {
		if tag, rest := m.dateline(m.a.Body[0].Text); tag != "" && rest != "" && m.ownTag() != nil && m.ownTag().MatchString(m.a.Body[0].Text) {
			m.a.Dateline, m.a.Body[0].Text = Text(tag), rest
			m.say("dateline", "what the newspaper prints before a story, in the first paragraph", tag)
		}
	}
	m.a.Captions, m.a.Images = r.inOrder(), r.images
	if m.explain && len(m.a.Captions) > 0 {
		m.say("captions", r.captionRule(), m.a.Captions[0])
	}
}

// titleLines is how many lines of a text's beginning are together its title once
// more, as e-magazines print it; 0 where they are not.
func titleLines(title string, lines int, line func(int) string) int {
	const most = 4
	rest := prose.Squash(title)
	for i := 0; i < min(lines, most) && rest != ""; i++ {
		text := line(i)
		if len(text) > maxTitle {
			return 0
		}
		part := prose.Squash(text)
		if part == "" || !strings.HasPrefix(rest, part) {
			return 0
		}
		if rest = rest[len(part):]; rest == "" {
			return i + 1
		}
	}
	return 0
}

// leads tells a bold line, with nothing of the article above it, that is the
// lead of a page that has no place for one.
func (m *maker) leads(text string) bool {
	return m.a.Lead == "" && len(m.a.Body) == 0 && utf8.RuneCountInString(text) >= shortParagraph
}

// looksSubhead tells a bold line that heads what follows from one that shouts.
func looksSubhead(text string) bool {
	return utf8.RuneCountInString(text) <= 150 && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ",") && !strings.HasSuffix(text, ";")
}

// isRelatedLine tells a block that is nothing but a link to another article of
// the newspaper, or says so of itself.
func (m *maker) isRelatedLine(b bodyBlock) bool {
	if b.href != "" && strings.Count(b.Text, " ") >= 3 {
		if addr, err := m.site.Address(m.d.absolute(b.href)); err == nil && addr.Kind == sites.Article && addr.Page != m.addr.Page {
			return true
		}
	}
	return b.inserted || (strings.HasPrefix(b.Text, ">>") || strings.HasPrefix(b.Text, "»")) && (b.linked || !prose.IsSentence(b.Text)) || isRelatedHeading(b.Text) ||
		b.linked && (relatedLead.MatchString(b.Text) || strings.HasPrefix(b.Text, ">"))
}

// isRelatedHeading tells what heads a box of related links within a body.
func isRelatedHeading(line string) bool { return len(line) <= 60 && relatedHeading.MatchString(line) }

// relatedLead is what stands before a link to a related article.
var relatedLead = regexp.MustCompile(`(?i)^(?:xem|đọc) thêm\s*:|^(?:tin|bài|bài viết) liên quan\s*:|^(?:related|read more|see also)\s*:`)

var relatedHeading = regexp.MustCompile(`(?i)^(?:tin|bài|bài viết|các tin|tin bài) (?:cũ hơn|liên quan|cùng chuyên mục|đọc nhiều)\s*:?$|^(?:mời (?:quý |các )?(?:bạn đọc|độc giả|bạn) )?(?:xem|đọc|đón đọc) thêm\s*:?$|^related (?:news|stories|articles)\s*:?$`)

// relatedBoxes takes the links of related boxes that stand outside the body.
func (m *maker) relatedBoxes(r *bodyReader) {
	var outer *html.Node
	for _, box := range r.boxes { // one inside another comes behind it
		if outer == nil || !within(box, outer) {
			r.relatedBox(box)
			outer = box
		}
	}
	m.a.Related = r.related
	own := m.addr
	m.a.Related = slices.DeleteFunc(m.a.Related, func(rel Related) bool {
		if own.Page == "" || !strings.Contains(rel.URL, own.ID) {
			return false // understanding an address takes longer
		}
		other, err := m.site.Address(rel.URL)
		return err == nil && other.Page == own.Page
	})
}

// shownAt is what the page shows of times where the layout has them. What an
// element does not say one inside it may: its own text may begin with something
// else.
func (m *maker) shownAt(f *finder, l *sites.Layout) []said {
	const most = 12 // elements of one selector
	for i := range l.Time {
		nodes := f.nodes(l.Time[i])
		for _, n := range nodes[:min(len(nodes), most)] {
			if list := shownIn(n); len(list) > 0 {
				return m.withOthers(list, nodes)
			}
		}
	}
	return nil
}

// withOthers adds the time of publication where the first element shows that of
// a change only, and the next the other.
func (m *maker) withOthers(list []said, nodes []*html.Node) []said {
	const most = 3
	isUpdate := func(s said) bool { return s.at.updated }
	for _, n := range nodes[:min(len(nodes), most)] {
		if !slices.ContainsFunc(list, func(s said) bool { return !isUpdate(s) }) {
			list = append(list, shownIn(n)...)
		}
	}
	return firstShown(list)
}

func (m *maker) sections(f *finder, l *sites.Layout) {
	rule, at := "breadcrumbs in the page's JSON-LD", (*html.Node)(nil)
	list := m.d.head.linked.Breadcrumbs
	if len(list) > 0 && prose.SameWords(list[len(list)-1], string(m.a.Title)) {
		list = list[:len(list)-1]
	}
	for _, s := range l.Section {
		if len(list) > 0 {
			break
		}
		rule = s.Text
		for n := range f.outermost(nil, s) {
			if name := sectionName(printedPlain(prose.Clean(nodeText(n)))); !isHome(name) && utf8.RuneCountInString(name) <= 60 {
				at = n
				list = append(list, name)
			}
		}
	}
	if len(list) == 0 {
		rule, at = "section in the page's JSON-LD or metas", nil
		for _, name := range append(m.d.head.linked.Section, m.d.head.first("article:section")) {
			if name = prose.Clean(name); name != "" {
				list = append(list, name)
			}
		}
	}
	if m.a.Section = prose.Distinct(list); len(m.a.Section) > 0 {
		m.sayAt("section", rule, at, strings.Join(m.a.Section, " › "))
	}
}

func (m *maker) tags(f *finder, l *sites.Layout) {
	var list []string
	for _, s := range l.Tags {
		var at *html.Node
		for n := range f.outermost(nil, s) {
			if at == nil {
				at = n
			}
			list = append(list, strings.Trim(printedPlain(prose.Clean(nodeText(n))), ",;# "))
		}
		if len(list) > 0 {
			m.sayAt("tags", s.Text, at, strings.Join(prose.Distinct(list), ", "))
			break
		}
	}
	if len(list) == 0 {
		for _, v := range m.d.head.metas["article:tag"] {
			for part := range strings.SplitSeq(plain(v), ",") {
				list = append(list, prose.Clean(part))
			}
		}
		for _, k := range m.d.head.linked.Keywords {
			list = append(list, prose.Clean(k))
		}
		if len(list) > 0 {
			m.say("tags", "article:tag metas and the keywords in the page's JSON-LD", strings.Join(prose.Distinct(list), ", "))
		}
	}
	m.a.Tags = prose.Distinct(list)
}

// finish fills what follows from the other fields, and makes absent lists
// empty.
func (m *maker) finish() {
	a := &m.a
	a.Cleaner = Name
	if a.Site == "" {
		a.Site = "generic"
	}
	if a.URL == "" {
		a.URL = m.d.address()
	}
	m.mendFonts()
	a.Text = articleText(a)
	a.Language = language(a, m.d.head.lang, m.addr.Language)
	if a.Language == "vi" {
		m.mendLetters()
		m.noteGlued()
	}
	if m.d.head.linked.Broken {
		m.note("broken JSON-LD")
	}
	if m.d.head.linked.Others {
		m.note("JSON-LD of other articles, left aside")
	}
	for _, n := range m.d.notes {
		m.note(n)
	}
	if a.Title == "" {
		m.note("no title")
	}
	for _, list := range []*[]string{&a.Section, &a.Tags, &a.Captions, &a.Notes} {
		if *list == nil {
			*list = []string{}
		}
	}
	if a.Images == nil {
		a.Images = []Image{}
	}
	if a.Body == nil {
		a.Body = []Block{}
	}
	if a.Related == nil {
		a.Related = []Related{}
	}
}

// articleText is title, lead and body, an empty line between.
func articleText(a *Article) string {
	parts := make([]string, 0, len(a.Body)+2)
	for _, t := range []Text{a.Title, a.Lead} {
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
		parts[i] = withoutEndMark(parts[i])
	}
	return strings.Join(parts, "\n\n")
}

var endMark = regexp.MustCompile(`\s*\.?/\s?\.(["”’)]*)$`)

// withoutEndMark drops the mark by which Vietnamese desks end a story ("./.");
// the sentence keeps a full stop.
func withoutEndMark(text string) string {
	before, ok := strings.CutSuffix(strings.TrimRight(text, `"”’)`), ".")
	if !ok || !strings.HasSuffix(strings.TrimRight(before, " \t\n\r\f\v"), "/") {
		return text
	}
	m := endMark.FindStringSubmatchIndex(text)
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
func language(a *Article, lang, edition string) Text {
	switch letters := prose.Language(a.Text); {
	case letters != "":
		return Text(letters)
	case edition != "":
		return Text(edition)
	}
	lang, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(lang)), "-")
	if len(lang) == 2 {
		return Text(lang)
	}
	return ""
}
