package sites

import (
	"fmt"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What a description may ask for. A file may come from a stranger, and what it says is tried on
// every page.
const (
	maxText     = 2000 // bytes
	maxProgram  = 2000 // steps of an expression, repetitions written out; the largest built in has 700
	maxPrograms = 20_000
	maxSelector = 500 // bytes
	maxList     = 200 // entries
	maxLayouts  = 40  // each is another walk over a page
	// maxTexts bounds all texts, those of the layouts' families among them, with textRoom for each: so the
	// file that [Site.Describe] makes is read again, each text in quotes and in a line of its own.
	maxTexts, textRoom = 64 << 10, 16
)

var (
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	hostForm = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	langForm = regexp.MustCompile(`^[a-z]{2,3}$`)
	dayForm  = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// reserved are no newspapers' names: words that commands take in a name's place, files that
// archives and exports have beside those of newspapers, and files that Windows does not have.
var reserved = []string{"generic", "all", "none", "default", "backups", "readme", "con", "prn", "aux", "nul"}

// notName are others: serial ports, and what an export calls the second file of a newspaper.
var notName = regexp.MustCompile(`^(?:com|lpt)[0-9]$|-[0-9]{5,}$`)

// localHosts are the ends of host names that lead into a local network.
var localHosts = []string{".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".arpa", ".onion"}

// fault is what is wrong with the value at a path of a description: "layouts[0].title[1]".
type fault struct {
	path string
	err  error
	byte int32 // in the file, where it is known
}

func (f *fault) Error() string {
	if f.path == "" {
		return f.err.Error()
	}
	return f.path + ": " + f.err.Error()
}
func (f *fault) Unwrap() error { return f.err }

// within is the fault, seen from a value that holds the one where it is.
func (f *fault) within(name string) *fault {
	if f != nil {
		if f.path != "" && f.path[0] != '[' {
			name += "."
		}
		f.path = name + f.path
	}
	return f
}

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
type compiler struct {
	texts int // bytes, as maxTexts bounds them
	err   *fault
	steps int // of all expressions
}

func (c *compiler) wrong(path, format string, args ...any) {
	if c.err == nil {
		c.err = &fault{path: path, err: fmt.Errorf(format, args...)}
	}
}

func (c *compiler) site(d *Description) *Site {
	c.err = c.badText(reflect.ValueOf(d).Elem())
	s := &Site{
		Name: d.Name, Title: d.Title, Home: d.Home, Hosts: d.Hosts, AssetHosts: d.AssetHosts, Languages: d.Languages,
		Closed: d.Closed, Off: d.Enabled != nil && !*d.Enabled, Checked: d.Checked, Sources: d.Sources, JunkQuery: d.JunkQueries,
		Editions: d.Editions, HostLanguages: d.HostLanguages, Suffixes: d.Suffixes, Topics: d.Topics,
	}
	switch {
	case !nameForm.MatchString(d.Name) || slices.Contains(reserved, d.Name):
		c.wrong("name", "%q is no name: small letters, digits and hyphens, a letter first, at most 40, and none of %s", d.Name, strings.Join(reserved, ", "))
	case notName.MatchString(d.Name):
		c.wrong("name", "%q is no name: files that Windows or exports have are called so", d.Name)
	}
	if !hasLetter(d.Title) {
		c.wrong("title", "a newspaper has a title")
	}
	for i, suffix := range d.Suffixes {
		if !hasLetter(suffix) {
			c.wrong(index("suffixes", i), "%q has no letter: what the newspaper adds to titles, with what parts it, as ' | Báo Mẫu'", suffix)
		}
	}
	c.checked(d.Checked)
	c.hosts(d)
	c.languages(d)
	c.sources(d, s)
	for i, f := range d.Articles {
		path := index("articles", i)
		form := AddressForm{Query: f.Query, Since: f.Since, Hosts: f.Hosts}
		var groups []string
		form.Path, groups = c.whole(path+".path", f.Path)
		switch named := slices.Contains(groups, "id"); {
		case f.Query != "" && !queryID.MatchString(f.Query):
			c.wrong(path+".query", "%q is no parameter of a query: the name alone, as id", f.Query)
		case f.Query != "" && named:
			c.wrong(path+".query", "the path has a group (?P<id>…): an article has one id")
		case f.Query == "" && !named:
			c.wrong(path+".path", "no group (?P<id>…): which part is the article's id? Where a parameter of the query is it, query names that")
		}
		for j, h := range f.Hosts {
			if !slices.Contains(d.Hosts, h) {
				c.wrong(index(path+".hosts", j), "%q is none of the newspaper's hosts", h)
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
	s.Dateline = c.tagged("dateline", d.Dateline)
	s.Layouts = c.layouts(d.Layouts)
	s.Text = TextRules{Furniture: c.wholes("text.furniture", d.Text.Furniture), Alts: c.wholes("text.alts", d.Text.Alts), End: c.wholes("text.end", d.Text.End)}
	s.Text.Tag = c.tagged("text.tag", d.Text.Tag)
	if c.texts > maxTexts {
		c.wrong("", "%d bytes of texts, with those of its layouts' families: at most %d", c.texts, maxTexts)
	}
	return s
}

// badText is what is wrong with a text of v: it will stand in terminals, in HTML and in logs. Nil is nothing.
func (c *compiler) badText(v reflect.Value) *fault {
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		c.text(text)
		switch {
		case len(text) > maxText:
			return &fault{err: fmt.Errorf("a text of %d bytes: at most %d", len(text), maxText)}
		case !utf8.ValidString(text):
			return &fault{err: fmt.Errorf("%q is no UTF-8", clip(text))}
		}
		if i := strings.IndexFunc(text, isUnseen); i >= 0 {
			r, _ := utf8.DecodeRuneInString(text[i:])
			return &fault{err: fmt.Errorf("%q has a character that nobody sees, %U", clip(text), r)}
		}
	case reflect.Slice:
		if v.Len() > maxList {
			return &fault{err: fmt.Errorf("a list of %d: at most %d", v.Len(), maxList)}
		}
		for i := range v.Len() {
			if f := c.badText(v.Index(i)); f != nil {
				return f.within(index("", i))
			}
		}
	case reflect.Map:
		if v.Len() > maxList {
			return &fault{err: fmt.Errorf("%d entries: at most %d", v.Len(), maxList)}
		}
		for _, k := range v.MapKeys() {
			f := c.badText(k)
			if f == nil {
				f = c.badText(v.MapIndex(k))
			}
			if f != nil {
				return f.within(k.String())
			}
		}
	case reflect.Struct:
		for i, name := range keysOf(v.Type()) {
			if f := c.badText(v.Field(i)); f != nil {
				return f.within(name)
			}
		}
	}
	return nil
}

// isUnseen is for characters that no page shows as such: controls, and those that change the order of others.
func isUnseen(r rune) bool {
	if ' ' <= r && r < 0x7f {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// IsTitle reports whether a text can be a newspaper's title, or what it adds to titles: it has a letter,
// and nothing that nobody sees.
func IsTitle(text string) bool {
	return hasLetter(text) && len(text) <= maxText && utf8.ValidString(text) && !strings.ContainsFunc(text, isUnseen)
}

// IsHost reports whether a description may name a host: one of the public web, in small letters.
func IsHost(host string) bool { return checkHost(host) == nil }

// IsName reports whether a newspaper can have a name.
func IsName(name string) bool {
	return nameForm.MatchString(name) && !slices.Contains(reserved, name) && !notName.MatchString(name)
}

func hasLetter(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }

// checked is for the reader alone, but programs show it.
func (c *compiler) checked(by Checked) {
	if by.Day != "" {
		c.day("checked.day", by.Day)
	}
	for i, page := range by.Pages {
		if _, err := parseAddress(page); err != nil {
			c.wrong(index("checked.pages", i), "%q is no address: https://…", clip(page))
		}
	}
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
			path := index(list.name, i)
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
			return fmt.Errorf("%q is no host: it stands with its whole name in small letters without marks, as vov.vn; letters beyond a to z in the form xn--…", clip(h))
		}
		fallthrough
	case slices.ContainsFunc(localHosts, func(end string) bool { return strings.HasSuffix(h, end) }):
		return fmt.Errorf("%q is in the local network", h)
	}
	return nil
}

// someMonth stands in a source's address for the running one.
var someMonth = strings.NewReplacer("{yyyy}", "2026", "{mm}", "01", "{m}", "1")

// ownAddress checks an address that the program will ask for.
func (c *compiler) ownAddress(path, address string, d *Description) *url.URL {
	u, err := parseAddress(someMonth.Replace(address))
	switch {
	case err != nil:
		c.wrong(path, "%q is no address: https://, a host, a path, and no password", clip(address))
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
			c.wrong(index("languages", i), "%q is no language of ISO 639, as vi", l)
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
		path := index("sources", i)
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
	for _, list := range []url.URL{{Path: "/"}, {Path: "/muc/"}} {
		list.Scheme, list.Host = "https", "mau.example"
		if page := paging.page(&list, 2); page != "" {
			if u, err := parseAddress(page); err != nil || u.Host != list.Host {
				c.wrong("list_pages.address", "%q makes of %s no address of its host: %s", p.Address, list.String(), page)
			}
		}
	}
	if p.Only != "" {
		paging.Only, _ = c.whole("list_pages.only", p.Only)
	}
	return paging
}

func (c *compiler) topics(d *Description) map[string]Topic {
	bySection := map[string]Topic{}
	for topic, names := range d.Topics {
		path := "topics." + topic
		if !slices.Contains(Topics, Topic(topic)) {
			c.wrong(path, "there is no topic %q: %s", topic, strings.Trim(fmt.Sprint(Topics), "[]"))
		}
		for i, name := range names {
			words := sectionWords(name)
			if other, ok := bySection[words]; ok && other != Topic(topic) || words == "" {
				c.wrong(index(path, i), "section %q has two topics, or no letters", name)
			}
			bySection[words] = Topic(topic)
		}
	}
	return bySection
}

func (c *compiler) layouts(list []LayoutDescription) []Layout {
	if len(list) > maxLayouts {
		c.wrong("layouts", "%d layouts: at most %d", len(list), maxLayouts)
		return nil
	}
	layouts := make([]Layout, 0, len(list))
	for i := range list {
		path := index("layouts", i)
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
			l, made.Signed = c.behind(path, l, family), l.Signed || family.Signed
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
			if len(*f.texts) == 0 && slices.Contains([]string{"article", "title", "body"}, f.name) {
				c.wrong(path, "the layout has no %s", f.name)
			}
		}
		layouts = append(layouts, made)
	}
	return layouts
}

// behind is a layout with its family's selectors behind its own. It may be no larger than one that is
// written out, for so it stands in the copy that an archive keeps.
func (c *compiler) behind(path string, own, family LayoutDescription) LayoutDescription {
	l := own.behind(family)
	ours := own.fields()
	for i, f := range l.fields() {
		all := *f.texts
		if len(all) > maxList {
			c.wrong(path+"."+f.name, "a list of %d, with those of family %s: at most %d", len(all), family.Name, maxList)
		}
		for _, text := range all[len(*ours[i].texts):] {
			c.text(text)
		}
	}
	return l
}

func (c *compiler) text(text string) {
	if text != "" {
		c.texts += len(text) + textRoom
	}
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
			c.wrong(index(path, i), "%w", err)
		}
		list = append(list, s)
	}
	return list
}

// wholes are patterns of whole texts.
func (c *compiler) wholes(path string, patterns []string) []*Expression {
	if len(patterns) == 0 {
		return nil
	}
	list := make([]*Expression, len(patterns))
	for i, p := range patterns {
		list[i], _ = c.whole(index(path, i), p)
	}
	return list
}

const wholeBegin, wholeEnd = `^(?:`, `)$`

// whole is an expression of a whole text, and the names of its groups.
func (c *compiler) whole(path, pattern string) (*Expression, []string) {
	groups := c.groups(path, pattern)
	return &Expression{text: wholeBegin + pattern + wholeEnd}, groups
}

// tagged is an expression of RE2 whose first group is what it looks for; nil for none.
func (c *compiler) tagged(path, pattern string) *Expression {
	if pattern == "" {
		return nil
	}
	if groups := c.groups(path, pattern); len(groups) < 2 || !strings.HasPrefix(pattern, "^") {
		c.wrong(path, "it has to begin with ^, and its first group is what it looks for")
	}
	return &Expression{text: pattern}
}

// groups checks an expression of RE2, which takes time in proportion to its size and the text's,
// and names its groups; the first is the whole.
func (c *compiler) groups(path, pattern string) []string {
	if pattern == "" {
		c.wrong(path, "the expression is empty")
		return nil
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		c.wrong(path, "%q is no expression of RE2: %w", clip(pattern), err)
		return nil
	}
	n := size(tree)
	if c.steps += n; n > maxProgram || c.steps > maxPrograms {
		c.wrong(path, "the expression takes %d steps when its repetitions are written out, those above and it %d: at most %d and %d", n, c.steps, maxProgram, maxPrograms)
		return nil
	}
	return tree.CapNames()
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

// index is the path of entry i of the list at a path.
func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
