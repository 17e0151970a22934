package sites

import (
	"fmt"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
)

// What a description may ask for. A file may come from a stranger, and what it says is tried on
// every page.
const (
	maxExpression = 2000 // bytes, of any text
	maxProgram    = 5000 // steps of an expression, repetitions written out
	maxSelector   = 500  // bytes
	maxList       = 200  // entries
)

var (
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	hostForm = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	langForm = regexp.MustCompile(`^[a-z]{2,3}$`)
	dayForm  = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// reserved are no newspapers' names: words that commands take in a name's place, and files that
// Windows does not have.
var reserved = []string{"generic", "all", "none", "con", "prn", "aux", "nul"}

// localHosts are the ends of host names that lead into a local network.
var localHosts = []string{".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".arpa", ".onion"}

// fault is what is wrong with the value at a path of a description: "layouts[0].title[1]".
type fault struct {
	path string
	err  error
}

func (f *fault) Error() string { return f.path + ": " + f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// Site compiles the description. The error is the first thing that is wrong, with its path in the
// description, and is an [ErrDescription].
func (d Description) Site() (*Site, error) {
	c := compiler{}
	s := c.site(&d)
	if c.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDescription, c.err)
	}
	return s, nil
}

// compiler keeps the first fault.
type compiler struct{ err *fault }

func (c *compiler) wrong(path, format string, args ...any) {
	if c.err == nil {
		c.err = &fault{path, fmt.Errorf(format, args...)}
	}
}

func (c *compiler) site(d *Description) *Site {
	c.texts("", reflect.ValueOf(*d))
	s := &Site{
		Name: d.Name, Title: d.Title, Home: d.Home, Hosts: d.Hosts, AssetHosts: d.AssetHosts, Languages: d.Languages,
		Closed: d.Closed, Off: d.Off, Checked: d.Checked, Sources: d.Sources, JunkQuery: d.JunkQueries,
		Editions: d.Editions, HostLanguages: d.HostLanguages, Suffixes: d.Suffixes,
	}
	if !nameForm.MatchString(d.Name) || slices.Contains(reserved, d.Name) {
		c.wrong("name", "%q is no name: small letters, digits and hyphens, a letter first, at most 40, and none of %s", d.Name, strings.Join(reserved, ", "))
	}
	if d.Title == "" {
		c.wrong("title", "a newspaper has a title")
	}
	c.hosts(d)
	c.languages(d)
	c.sources(d, s)
	for i, f := range d.Articles {
		path := fmt.Sprintf("articles[%d]", i)
		form := AddressForm{Path: c.whole(path+".path", f.Path), Since: f.Since, Hosts: f.Hosts}
		if form.Path != nil && form.Path.SubexpIndex("id") < 0 {
			c.wrong(path+".path", "no group (?P<id>…): which part is the article's id?")
		}
		for j, h := range f.Hosts {
			if !slices.Contains(d.Hosts, h) {
				c.wrong(fmt.Sprintf("%s.hosts[%d]", path, j), "%q is none of the newspaper's hosts", h)
			}
		}
		s.Articles = append(s.Articles, form)
	}
	if len(d.Articles) == 0 {
		c.wrong("articles", "no form of an article's address")
	}
	s.Lists, s.Sections, s.Utilities = c.wholes("lists", d.Lists), c.wholes("sections", d.Sections), c.wholes("utilities", d.Utilities)
	if s.IDTime = goLayout.Replace(d.IDTime); s.IDTime != "" && !strings.Contains(s.IDTime, "2006") && !strings.Contains(s.IDTime, "06") {
		c.wrong("id_time", "%q has no year: yyyyMMddHHmmss, or its beginning", d.IDTime)
	}
	s.ListPages = c.paging(d.ListPages)
	s.topics = c.topics(d)
	if d.Dateline != "" {
		if s.Dateline = c.expression("dateline", d.Dateline); s.Dateline != nil && (s.Dateline.NumSubexp() < 1 || !strings.HasPrefix(d.Dateline, "^")) {
			c.wrong("dateline", "it has to begin with ^, and its first group is the dateline itself")
		}
	}
	s.Layouts = c.layouts(d.Layouts)
	s.Text = TextRules{Furniture: c.wholes("text.furniture", d.Text.Furniture), Alts: c.wholes("text.alts", d.Text.Alts), End: c.wholes("text.end", d.Text.End)}
	if d.Text.Tag != "" {
		if s.Text.Tag = c.expression("text.tag", d.Text.Tag); s.Text.Tag != nil && s.Text.Tag.NumSubexp() < 1 {
			c.wrong("text.tag", "no group: its first is the tag itself")
		}
	}
	return s
}

// texts checks every text: what it says will stand in terminals, in HTML and in logs.
func (c *compiler) texts(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		switch i := strings.IndexFunc(text, isUnseen); {
		case len(text) > maxExpression:
			c.wrong(path, "a text of %d bytes: at most %d", len(text), maxExpression)
		case !utf8.ValidString(text):
			c.wrong(path, "%q is no UTF-8", text)
		case i >= 0:
			c.wrong(path, "%q has a character that nobody sees", text)
		}
	case reflect.Slice:
		if v.Len() > maxList {
			c.wrong(path, "a list of %d: at most %d", v.Len(), maxList)
			return
		}
		for i := range v.Len() {
			c.texts(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			c.texts(path, k)
			c.texts(path+"."+k.String(), v.MapIndex(k))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			c.texts(strings.TrimPrefix(path+"."+name, "."), v.Field(i))
		}
	}
}

// isUnseen is for characters that no page shows as such: controls, and those that change the order of others.
func isUnseen(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

func (c *compiler) hosts(d *Description) {
	if len(d.Hosts) == 0 {
		c.wrong("hosts", "a newspaper has a host")
	}
	for _, list := range []struct {
		name  string
		hosts []string
	}{{"hosts", d.Hosts}, {"asset_hosts", d.AssetHosts}} {
		for i, h := range list.hosts {
			path := fmt.Sprintf("%s[%d]", list.name, i)
			if err := checkHost(h); err != nil {
				c.wrong(path, "%w", err)
			}
			if slices.Contains(list.hosts[:i], h) {
				c.wrong(path, "%q is given twice", h)
			}
		}
	}
	c.ownAddress("home", d.Home, d)
}

// checkHost refuses what is no host of the public web.
func checkHost(h string) error {
	switch {
	case !hostForm.MatchString(h) || len(h) > maxHost:
		if net.ParseIP(h) == nil && h != "localhost" {
			return fmt.Errorf("%q is no host: its whole name in small letters without marks, as vov.vn; letters beyond a to z in the form xn--…", h)
		}
		fallthrough
	case slices.ContainsFunc(localHosts, func(end string) bool { return strings.HasSuffix(h, end) }):
		return fmt.Errorf("%q is in the local network", h)
	}
	return nil
}

// ownAddress checks an address that the program will ask for.
func (c *compiler) ownAddress(path, address string, d *Description) *url.URL {
	u, err := parseAddress(strings.NewReplacer("{yyyy}", "2026", "{mm}", "01", "{m}", "1").Replace(address))
	switch {
	case err != nil:
		c.wrong(path, "%q is no address: https://…", address)
	case !slices.Contains(d.Hosts, u.Hostname()) || u.Port() != "":
		c.wrong(path, "%s is on none of the newspaper's hosts", address)
	}
	return u
}

func (c *compiler) languages(d *Description) {
	if len(d.Languages) == 0 {
		c.wrong("languages", "a newspaper has a language, as vi")
	}
	for i, l := range d.Languages {
		if !langForm.MatchString(l) {
			c.wrong(fmt.Sprintf("languages[%d]", i), "%q is no language of ISO 639, as vi", l)
		}
	}
	for first, l := range d.Editions {
		if !langForm.MatchString(l) || first == "" || strings.Contains(first, "/") || first != strings.ToLower(first) {
			c.wrong("editions."+first, "the first part of an edition's paths, in small letters, and its language: en: en")
		}
	}
	for host, l := range d.HostLanguages {
		if !langForm.MatchString(l) || !slices.Contains(d.Hosts, host) {
			c.wrong("host_languages", "%s: %s: one of the newspaper's hosts, and its language", host, l)
		}
	}
}

var sourceKinds = []SourceKind{FrontPage, NewsSitemap, Sitemap, FeedSource, SectionList}

func (c *compiler) sources(d *Description, s *Site) {
	for i, src := range d.Sources {
		path := fmt.Sprintf("sources[%d]", i)
		if !slices.Contains(sourceKinds, src.Kind) {
			c.wrong(path+".kind", "%q is none of these: %s", src.Kind, strings.Trim(fmt.Sprint(sourceKinds), "[]"))
		}
		c.ownAddress(path+".url", src.URL, d)
	}
	if len(s.Sources) == 0 {
		c.wrong("sources", "no place that lists articles: the front page at least")
	}
}

func (c *compiler) paging(p PagingDescription) *Paging {
	if p == (PagingDescription{}) {
		return nil
	}
	if !strings.Contains(p.Address, "{n}") && !strings.Contains(p.Address, "{n-1}") {
		c.wrong("list_pages.address", "%q has no {n}, the number of the page", p.Address)
	}
	if !strings.HasPrefix(p.Address, "{path}") && !strings.HasPrefix(p.Address, "/") {
		c.wrong("list_pages.address", "%q begins with neither {path} nor a slash", p.Address)
	}
	paging := &Paging{Address: p.Address, Last: p.Last}
	if p.Only != "" {
		paging.Only = c.whole("list_pages.only", p.Only)
	}
	return paging
}

func (c *compiler) topics(d *Description) map[string]Topic {
	index := map[string]Topic{}
	for topic, names := range d.Topics {
		path := "topics." + topic
		if !slices.Contains(Topics, Topic(topic)) {
			c.wrong(path, "there is no topic %q: %s", topic, strings.Trim(fmt.Sprint(Topics), "[]"))
		}
		for i, name := range names {
			words := sectionWords(name)
			if other, ok := index[words]; ok && other != Topic(topic) || words == "" {
				c.wrong(fmt.Sprintf("%s[%d]", path, i), "section %q has two topics, or no letters", name)
			}
			index[words] = Topic(topic)
		}
	}
	return index
}

func (c *compiler) layouts(list []LayoutDescription) []Layout {
	layouts := make([]Layout, 0, len(list))
	for i := range list {
		path := fmt.Sprintf("layouts[%d]", i)
		l := list[i]
		if !nameForm.MatchString(l.Name) || slices.Contains(reserved, l.Name) {
			c.wrong(path+".name", "%q is no name of a layout: small letters, digits and hyphens, a letter first", l.Name)
		}
		if slices.ContainsFunc(layouts, func(other Layout) bool { return other.Name == l.Name }) {
			c.wrong(path+".name", "two layouts are named %q", l.Name)
		}
		made := Layout{Name: l.Name, Signed: l.Signed, family: l.Family}
		if l.Family != "" {
			family, ok := families()[l.Family]
			if !ok {
				c.wrong(path+".family", "there is no family %q: %s", l.Family, strings.Join(FamilyNames(), ", "))
			}
			l, made.Signed = l.behind(family), l.Signed || family.Signed
		}
		if l.Since != "" {
			made.Since = c.day(path+".since", l.Since)
		}
		switch {
		case i+1 < len(list) && l.Since == "":
			c.wrong(path, "no since: the first day of this layout. Layouts stand newest first, and the last alone may lack it")
		case i > 0 && !made.Since.Before(layouts[i-1].Since):
			c.wrong(path+".since", "%s is not before the layout above: the newest stands first", l.Since)
		}
		for _, f := range l.fields() {
			*f.of(&made) = c.selectors(path+"."+f.name, *f.texts)
		}
		for _, need := range []string{"article", "title", "body"} {
			if field, _ := l.field(need); len(*field.texts) == 0 {
				c.wrong(path, "the layout has no %s", need)
			}
		}
		layouts = append(layouts, made)
	}
	return layouts
}

func (c *compiler) day(path, text string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, text, Zone)
	if err != nil || !dayForm.MatchString(text) || t.Year() < firstYear {
		c.wrong(path, "%q is no day since %d, as 2026-11-28", text, firstYear)
	}
	return t
}

func (c *compiler) selectors(path string, texts []string) Selectors {
	if len(texts) == 0 {
		return nil
	}
	list := make(Selectors, 0, len(texts))
	for i, text := range texts {
		s, err := NewSelector(text)
		if err != nil {
			c.wrong(fmt.Sprintf("%s[%d]", path, i), "%w", err)
		}
		list = append(list, s)
	}
	return list
}

// NewSelector compiles a selector. It has to name what its element must have, and is refused where it
// could cost too much.
func NewSelector(text string) (Selector, error) {
	if len(text) > maxSelector {
		return Selector{}, fmt.Errorf("a selector of %d bytes: at most %d", len(text), maxSelector)
	}
	if err := checkCost(text); err != nil {
		return Selector{}, err
	}
	compiled, err := cascadia.Compile(text)
	if err != nil {
		return Selector{}, fmt.Errorf("%q is no selector of CSS: %w", text, err)
	}
	hooks, ok := parts(text)
	if !ok {
		return Selector{}, fmt.Errorf("selector %q may match any element: it needs a name, a class, an id or an attribute", text)
	}
	return Selector{compiled, text, hooks}, nil
}

// checkCost refuses selectors that go through a page again for each element that they go through: how
// often grows with each step, whatever the page.
func checkCost(text string) error {
	bare := values.ReplaceAllString(text, "")
	depth, within := 0, []int{}
	for i := 0; i < len(bare); i++ {
		switch {
		case strings.HasPrefix(bare[i:], ":has("), strings.HasPrefix(bare[i:], ":haschild("):
			if len(within) > 0 {
				return fmt.Errorf("selector %q has :has() within :has()", text)
			}
			within = append(within, depth)
		case bare[i] == '(':
			depth++
		case bare[i] == ')':
			if depth--; len(within) > 0 && within[len(within)-1] == depth {
				within = within[:len(within)-1]
			}
		}
	}
	const steps = 4
	for part := range strings.SplitSeq(functions.ReplaceAllString(bare, ""), ",") {
		if part = strings.ReplaceAll(part, ">", " > "); len(strings.Fields(part))-2*strings.Count(part, ">") > steps {
			return fmt.Errorf("selector %q takes more than %d steps of any length: join some of them by >", text, steps)
		}
	}
	return nil
}

// wholes compiles patterns of whole texts.
func (c *compiler) wholes(path string, patterns []string) []*regexp.Regexp {
	if len(patterns) == 0 {
		return nil
	}
	list := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		list[i] = c.whole(fmt.Sprintf("%s[%d]", path, i), p)
	}
	return list
}

// whole compiles an expression of a whole text.
func (c *compiler) whole(path, pattern string) *regexp.Regexp {
	if !c.isSound(path, pattern) {
		return nil
	}
	return regexp.MustCompile(wholeBegin + pattern + wholeEnd)
}

const wholeBegin, wholeEnd = `^(?:`, `)$`

// expression compiles an expression of RE2, which takes time in proportion to its size and the text's.
func (c *compiler) expression(path, pattern string) *regexp.Regexp {
	if !c.isSound(path, pattern) {
		return nil
	}
	return regexp.MustCompile(pattern)
}

func (c *compiler) isSound(path, pattern string) bool {
	switch {
	case pattern == "":
		c.wrong(path, "the expression is empty")
		return false
	case len(pattern) > maxExpression:
		c.wrong(path, "an expression of %d bytes: at most %d", len(pattern), maxExpression)
		return false
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		c.wrong(path, "%q is no expression of RE2: %w", pattern, err)
		return false
	}
	if n := size(tree); n > maxProgram {
		c.wrong(path, "the expression would take %d steps: at most %d", n, maxProgram)
		return false
	}
	return true
}

// size is about how many steps an expression has when its repetitions are written out.
func size(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/2
	for _, sub := range re.Sub {
		n += size(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, 1<<30)
}
