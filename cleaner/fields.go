package cleaner

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Reason says where one field of an article came from.
type Reason struct {
	Field   string `json:"field"`   // JSON name of the field
	Layout  string `json:"layout"`  // layout that was used
	Rule    string `json:"rule"`    // the selector, or the rule in words
	Snippet string `json:"snippet"` // the beginning of what was found
}

// maker makes one article from one document.
type maker struct {
	d       *Document
	site    *sites.Site
	addr    sites.Address
	a       Article
	explain bool
	reasons []Reason
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
	if m.site != nil {
		f := newFinder(m.d.root, m.site.Layouts)
		for i, l := range m.layouts() {
			if !m.read(f, l) {
				continue
			}
			if i > 0 && !m.d.page.Captured.IsZero() {
				m.note("layout " + l.Name + " fits, not that of the capture day")
			}
			m.fallBackIfThin(l)
			return nil
		}
		if m.addr.Kind == sites.List {
			return &NotArticleError{Reason: "a list"}
		}
	}
	return m.generic()
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
	other, err := genericArticle(m.d)
	if err != nil || utf8.RuneCountInString(other.Text) < 3*thin {
		return
	}
	m.adopt(other)
	m.note("layout " + l.Name + " found little, read by the generic extractor")
}

func (m *maker) generic() error {
	a, err := genericArticle(m.d)
	if err != nil {
		return err
	}
	m.adopt(a)
	if m.site != nil {
		m.note("no layout of " + m.site.Name + " fits, read by the generic extractor")
	}
	m.say("body", "generic extractor", m.a.Text)
	return nil
}

// adopt takes over what the generic extractor made, as the newspaper's.
func (m *maker) adopt(a Article) {
	m.a = a
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
	if !slices.Contains(m.a.Notes, text) {
		m.a.Notes = append(m.a.Notes, text)
	}
}

func (m *maker) say(field, rule, found string) {
	if !m.explain {
		return
	}
	const snippet = 80
	found = clean(found)
	if utf8.RuneCountInString(found) > snippet {
		found = string([]rune(found)[:snippet]) + "…"
	}
	m.reasons = append(m.reasons, Reason{Field: field, Layout: m.a.Layout, Rule: rule, Snippet: found})
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
	if len(r.blocks) == 0 && len(r.captions) == 0 && len(r.images) == 0 {
		return false
	}

	m.a = Article{Layout: l.Name}
	m.reasons = m.reasons[:0]
	m.identify()
	m.title(f, article, l)
	if m.a.Title == "" {
		m.a = Article{}
		return false
	}
	m.text("kicker", &m.a.Kicker, f, article, l.Kicker)
	m.lead(f, article, l)
	m.signed(f, article, l, r)
	m.body(r)
	m.say("body", bodyRule, firstBlock(m.a.Body))
	m.times(f, l)
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
		var nodes []*html.Node
		for _, n := range f.matches(article, s).Nodes {
			if !slices.ContainsFunc(nodes, func(outer *html.Node) bool { return within(n, outer) }) {
				nodes = append(nodes, n)
			}
		}
		if len(nodes) > 0 {
			return nodes, s.Text
		}
	}
	return nil, ""
}

func hasText(s *goquery.Selection) bool { return clean(nodeText(s.Get(0))) != "" }

// text fills a field with the text of the first selector that finds any.
func (m *maker) text(name string, field *Text, f *finder, scope *goquery.Selection, list sites.Selectors) {
	if found, rule := f.first(scope, list, hasText); found != nil {
		*field = Text(clean(nodeText(found.Get(0))))
		m.say(name, rule, string(*field))
	}
}

func (m *maker) title(f *finder, article *goquery.Selection, l *sites.Layout) {
	m.text("title", &m.a.Title, f, article, l.Title)
	for _, other := range []struct{ rule, text string }{
		{"meta og:title", m.d.head.first("og:title")},
		{"JSON-LD headline", m.d.head.linked.Headline},
		{"meta title", m.d.head.first("title", "twitter:title")},
		{"title element", m.d.head.title},
	} {
		if m.a.Title != "" {
			break
		}
		// An e-magazine without a headline on the page; or a page whose title is
		// but the newspaper's name, which is none.
		if t := m.withoutSuffix(clean(other.text)); t != "" && !strings.EqualFold(t, m.site.Title) {
			m.a.Title = Text(t)
			m.say("title", other.rule, t)
		}
	}
	m.a.Title = Text(m.withoutSuffix(string(m.a.Title)))
}

// withoutSuffix cuts the newspaper's name off a title.
func (m *maker) withoutSuffix(title string) string {
	title = clean(title)
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

func (m *maker) lead(f *finder, article *goquery.Selection, l *sites.Layout) {
	found, rule := f.first(article, l.Lead, hasText)
	if found == nil {
		return
	}
	node := found.Get(0)
	text := clean(nodeText(node))
	if mark, _ := f.first(article, l.Dateline, hasText); mark != nil && within(mark.Get(0), node) {
		tag := clean(nodeText(mark.Get(0)))
		if rest, ok := strings.CutPrefix(text, tag); ok && utf8.RuneCountInString(tag) <= 40 {
			m.a.Dateline, m.a.Lead = Text(trimTag(tag)), Text(strings.TrimLeft(rest, " -–—:"))
			m.say("dateline", l.Dateline[0].Text, tag)
			m.say("lead", rule, string(m.a.Lead))
			return
		}
	}
	m.setLead(text, rule)
}

func (m *maker) setLead(text, rule string) {
	dateline, rest := m.dateline(text)
	if rest == "" && dateline != "" { // a tag and nothing else is no lead
		m.a.Dateline = Text(dateline)
		return
	}
	if dateline != "" {
		m.a.Dateline = Text(dateline)
		m.say("dateline", "tag before the lead", dateline)
	}
	m.a.Lead = Text(rest)
	m.say("lead", rule, rest)
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
			return trimTag(group(text, g, 1)), strings.TrimLeft(text[g[1]:], " -–—:")
		}
	}
	return "", text
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
		m.a.Source = Text(clean(nodeText(found.Get(0))))
		m.say("source", rule, string(m.a.Source))
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
			m.sign(clean(nodeText(n)), rule)
		}
	}
	if l.Signed {
		m.signedInBody(r)
	}
	if m.a.Byline == "" && m.a.Source == "" {
		for _, author := range m.d.head.linked.Authors {
			if author = clean(author); author != "" && !m.isPaper(author) && !strings.HasPrefix(author, "http") {
				m.sign(author, "JSON-LD author")
				break
			}
		}
	}
}

// isPaper tells the newspaper's own name, which metadata give as author.
func (m *maker) isPaper(name string) bool {
	key := agencyKey(name)
	return key == agencyKey(m.site.Title) || isAgencies(name) && strings.Contains(key, agencyKey(m.site.Name)) ||
		slices.ContainsFunc(m.site.Hosts, func(h string) bool { return agencyKey(h) == key })
}

// sign takes over a signing line; what is known already stays.
func (m *maker) sign(line, rule string) {
	byline, source := signature(line)
	if byline != "" && m.a.Byline == "" {
		m.a.Byline = Text(byline)
		m.say("byline", rule, byline)
	}
	if source != "" && m.a.Source == "" {
		m.a.Source = Text(source)
		m.say("source", rule, source)
	}
}

// signedInBody takes the signing lines off the end of the body: at most three,
// set aside or bold or in italics, or of a form that nothing else has.
func (m *maker) signedInBody(r *bodyReader) {
	end := len(r.blocks)
	for end > 0 && len(r.blocks)-end < 3 {
		b := r.blocks[end-1]
		if b.Kind != Paragraph && b.Kind != Subhead || !m.isSigning(b) {
			break
		}
		end--
	}
	for i, b := range r.blocks[end:] {
		if before := end + i - 1; i > 0 && isAgencies(b.Text) && same(string(m.a.Source), r.blocks[before].Text) {
			m.a.Source += Text(" " + b.Text) // "Theo" and a name, the paper on the next line
			m.say("source", "last lines of the body", string(m.a.Source))
			continue
		}
		m.sign(b.Text, "last lines of the body")
	}
	r.blocks = r.blocks[:end]
}

func (m *maker) isSigning(b bodyBlock) bool {
	n := utf8.RuneCountInString(b.Text)
	switch {
	case n > maxSignature:
		return false
	case isSource(b.Text), isAgencies(b.Text):
		return true
	case m.a.Byline != "" && same(b.Text, string(m.a.Byline)):
		return true
	case b.aside && (b.bold || b.italic || n <= 60) && !endsSentence(b.Text):
		return !looksCaption(b.Text)
	case b.bold || b.italic:
		return looksSigned(b.Text)
	}
	if byline, source := signature(b.Text); byline != "" && source != "" && looksSigned(byline) {
		return true
	}
	return slices.ContainsFunc(m.d.head.linked.Authors, func(author string) bool { return same(author, b.Text) })
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’»)] `)
	return strings.HasSuffix(s, ".") && !initials(s) || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…")
}

// body takes over the blocks that were read, but what repeats title, lead or a
// caption, and what is a link to another article.
func (m *maker) body(r *bodyReader) {
	for i, b := range r.blocks {
		switch {
		case m.isRelatedLine(b):
			r.relate(b.href, b.Text)
			continue
		case i < 3 && (same(b.Text, string(m.a.Title)) || same(b.Text, string(m.a.Lead))):
			continue
		case !r.story && b.bare > 0 && b.Kind == Paragraph && (looksCaption(b.Text) || b.aside && b.italic):
			r.captionBlock(b)
			continue
		case b.bare > 0 && r.seen[squash(b.Text)]:
			continue
		case b.Kind == Paragraph && b.bold && i < len(r.blocks)-1 && looksSubhead(b.Text):
			b.Kind = Subhead
		}
		m.a.Body = append(m.a.Body, b.Block)
	}
	if m.a.Lead == "" && len(m.a.Body) > 0 && m.a.Body[0].Kind == Paragraph {
		text := m.a.Body[0].Text
		m.a.Body = m.a.Body[1:]
		m.setLead(text, "first paragraph of the body")
	} else if m.a.Dateline == "" && len(m.a.Body) > 0 {
		if tag, rest := m.dateline(m.a.Body[0].Text); tag != "" && rest != "" && m.ownTag() != nil && m.ownTag().MatchString(m.a.Body[0].Text) {
			m.a.Dateline, m.a.Body[0].Text = Text(tag), rest
			m.say("dateline", "tag before the first paragraph", tag)
		}
	}
	markSpoken(m.a.Body)
	m.a.Captions, m.a.Images = r.captions, r.images
	if len(r.captions) > 0 {
		m.say("captions", "figcaption and caption selectors", r.captions[0])
	}
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
	return strings.HasPrefix(b.Text, ">>") || strings.HasPrefix(b.Text, "»") || isRelatedHeading(b.Text)
}

// isRelatedHeading tells what heads a box of related links within a body.
func isRelatedHeading(line string) bool { return len(line) <= 60 && relatedHeading.MatchString(line) }

var relatedHeading = regexp.MustCompile(`(?i)^(?:tin|bài|bài viết|các tin|tin bài) (?:cũ hơn|liên quan|cùng chuyên mục|đọc nhiều)\s*:?$|^(?:xem|đọc) thêm\s*:?$|^related (?:news|stories|articles)\s*:?$`)

// relatedBoxes takes the links of related boxes that stand outside the body.
func (m *maker) relatedBoxes(r *bodyReader) {
	for _, box := range r.boxes {
		r.relatedBox(box)
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

// times finds when the article was published and changed.
func (m *maker) times(f *finder, l *sites.Layout) {
	h := &m.d.head
	type candidate struct {
		at   moment
		from Text
		raw  string
	}
	var list []candidate
	add := func(raw string, from Text, parse func(string) (moment, bool)) {
		if raw == "" {
			return
		}
		if at, ok := parse(raw); ok {
			list = append(list, candidate{at, from, raw})
		}
	}
	anyForm := func(s string) (moment, bool) { at, _, ok := findMoment(s); return at, ok }
	add(h.linked.Published, "json-ld", anyForm)
	for _, name := range []string{"article:published_time", "datepublished", "pubdate", "og:article:published_time"} {
		add(h.first(name), "meta", anyForm)
	}
	if found, _ := f.first(nil, l.Time, func(s *goquery.Selection) bool { return timeOf(s.Get(0)) != nil }); found != nil {
		n := timeOf(found.Get(0))
		add(attr(n, "datetime"), "time", anyForm)
		add(clean(nodeText(found.Get(0))), "text", anyForm)
	}
	if len(list) > 0 {
		best := list[0]
		for _, c := range list[1:] {
			switch {
			case sameDay(best.at, c.at) && !best.at.clock && c.at.clock:
				best = c
			case sameDay(best.at, c.at) && !c.at.clock:
			case c.at.Sub(best.at.Time).Abs() >= 2*time.Minute:
				m.note("published: " + string(best.from) + " says " + best.raw + ", " + string(c.from) + " says " + c.raw)
			}
		}
		m.published(best.at, best.from, best.raw)
	}
	for _, raw := range []string{h.linked.Modified, h.first("article:modified_time"), h.first("datemodified"), h.first("og:updated_time")} {
		if at, ok := anyForm(raw); ok {
			m.a.Modified = Time{at.Time}
			m.say("modified", "metadata", raw)
			break
		}
	}
}

func (m *maker) published(at moment, from Text, raw string) {
	m.a.Published, m.a.PublishedFrom = Time{at.Time}, from
	if !at.clock {
		m.note("published: a day without a time, taken as midnight")
	}
	m.say("published", string(from), raw)
}

// timeOf is the element that carries a time: n itself or one inside it, nil
// where neither an attribute nor the text tells one.
func timeOf(n *html.Node) *html.Node {
	if attr(n, "datetime") != "" {
		return n
	}
	if t := find(n, func(c *html.Node) bool { return c.DataAtom == atom.Time && attr(c, "datetime") != "" }); t != nil {
		return t
	}
	if _, _, ok := findMoment(nodeText(n)); ok {
		return n
	}
	return nil
}

func sameDay(a, b moment) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

func (m *maker) sections(f *finder, l *sites.Layout) {
	rule := "JSON-LD breadcrumb"
	list := m.d.head.linked.Breadcrumbs
	if len(list) > 0 && same(list[len(list)-1], string(m.a.Title)) {
		list = list[:len(list)-1]
	}
	for _, s := range l.Section {
		if len(list) > 0 {
			break
		}
		rule = s.Text
		for _, n := range f.matches(nil, s).Nodes {
			if name := clean(nodeText(n)); !isHome(name) && utf8.RuneCountInString(name) <= 60 {
				list = append(list, name)
			}
		}
	}
	if len(list) == 0 {
		rule = "meta article:section"
		for _, name := range append(m.d.head.linked.Section, m.d.head.first("article:section")) {
			if name = clean(name); name != "" {
				list = append(list, name)
			}
		}
	}
	if m.a.Section = distinct(list); len(m.a.Section) > 0 {
		m.say("section", rule, strings.Join(m.a.Section, " › "))
	}
}

func (m *maker) tags(f *finder, l *sites.Layout) {
	var list []string
	for _, s := range l.Tags {
		for _, n := range f.matches(nil, s).Nodes {
			list = append(list, strings.Trim(clean(nodeText(n)), ",;# "))
		}
		if len(list) > 0 {
			m.say("tags", s.Text, strings.Join(list, ", "))
			break
		}
	}
	if len(list) == 0 {
		for _, v := range m.d.head.metas["article:tag"] {
			for part := range strings.SplitSeq(v, ",") {
				list = append(list, clean(part))
			}
		}
		for _, k := range m.d.head.linked.Keywords {
			list = append(list, clean(k))
		}
		if len(list) > 0 {
			m.say("tags", "metadata", strings.Join(list, ", "))
		}
	}
	m.a.Tags = distinct(list)
}

// distinct drops what is blank or repeats another, case aside.
func distinct(list []string) []string {
	kept, seen := []string{}, map[string]bool{}
	for _, s := range list {
		if key := strings.ToLower(s); s != "" && !seen[key] {
			seen[key] = true
			kept = append(kept, s)
		}
	}
	return kept
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
	a.Text = articleText(a)
	a.Language = language(a, m.d.head.lang, m.addr.Language)
	if a.Language == "vi" {
		m.mendLetters()
		m.noteGlued()
	}
	if m.d.head.linked.Broken {
		m.note("broken JSON-LD")
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
	if !strings.Contains(text[max(0, len(text)-12):], "/") {
		return text
	}
	m := endMark.FindStringSubmatchIndex(text)
	if m == nil {
		return text
	}
	text, quote := text[:m[0]], group(text, m, 1)
	if text == "" || endsSentence(text) {
		return text + quote
	}
	return text + "." + quote
}
