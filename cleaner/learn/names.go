package learn

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/text/unicode/norm"
)

// NameOf makes a newspaper's name of its host: "baomau" of www.baomau.com.vn.
func NameOf(host string) string { return nameOfDomain(domainOf(strings.ToLower(host))) }

// nameOfDomain makes a newspaper's name of its domain: "baomau" of baomau.com.vn.
func nameOfDomain(domain string) string {
	label, _, _ := strings.Cut(domain, ".")
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, label)
	name = strings.Trim(name, "-")
	if name == "" || name[0] < 'a' {
		name = "bao" + name
	}
	name = strings.TrimRight(name[:min(len(name), 40)], "-")
	if !sites.IsName(name) { // a word that commands know, as "all"
		name = strings.TrimRight(("bao-" + name)[:min(len(name)+4, 34)], "-0123456789")
	}
	return name
}

// longestName is how long a newspaper's own name may be, in characters.
const longestName = 60

// learnTitle finds what the newspaper calls itself.
func (n *newspaper) learnTitle() {
	said := votes{}
	for _, l := range n.views {
		names := append([]string{l.told.First("og:site_name")}, l.told.Linked.Publishers[:min(len(l.told.Linked.Publishers), 3)]...)
		once := map[string]bool{}
		for i, name := range names {
			name = prose.Clean(name)
			if rest, _, ok := naming.CutLast(name); ok {
				name = rest // "Báo Mẫu - tin nhanh"
			}
			if name == "" || once[name] || utf8.RuneCountInString(name) > longestName || !sites.IsTitle(name) {
				continue
			}
			once[name] = true
			if said[name]++; i == 0 {
				said[name]++ // of the page's own site rather than of a firm
			}
		}
	}
	if len(said) == 0 {
		for _, l := range n.views {
			if _, name, ok := naming.CutLast(l.title); ok && utf8.RuneCountInString(name) <= longestName && sites.IsTitle(name) {
				said[name]++
			}
		}
		if name := said.first(); said[name] < 3 && !naming.SaysPaper(name) && !n.isNamedSo(name) {
			said = votes{}
		}
	}
	n.d.Title = said.first()
	if strings.Contains(n.d.Title, ".") && !strings.Contains(n.d.Title, " ") { // its host: what it adds to titles may be its name
		behind := votes{}
		for _, l := range n.views {
			if _, name, ok := naming.CutLast(l.title); ok && n.isNamedSo(name) && !strings.Contains(name, ".") && sites.IsTitle(name) {
				behind[name]++
			}
		}
		n.d.Title = cmp.Or(behind.first(), n.d.Title)
	}
	if n.d.Title == "" {
		n.d.Title = n.domain
		n.doubt("title", "no page says what the newspaper calls itself")
	}
}

// isNamedSo reports whether a name is the newspaper's by its host.
func (n *newspaper) isNamedSo(name string) bool {
	own, _ := naming.PaperKey(n.domain)
	key, _ := naming.PaperKey(name)
	return key != "" && key == own
}

// marks part a title and what the newspaper adds to it.
var marks = regexp.MustCompile(`^\s*(?:[|•·»«]|::|[-–—](?:\s))`)

// learnSuffixes finds what the newspaper adds to titles: on two pages at least, or its own name.
func (n *newspaper) learnSuffixes() {
	seen := map[string]map[string]bool{} // titles by suffix
	note := func(suffix, title string) {
		if !sites.IsTitle(suffix) {
			return
		}
		if seen[suffix] == nil {
			seen[suffix] = map[string]bool{}
		}
		seen[suffix][title] = true
	}
	for _, l := range n.views {
		if !l.isArticle {
			continue
		}
		title := string(l.art.Title)
		for _, long := range []string{l.title, prose.Clean(l.told.First("og:title"))} {
			rest, ok := strings.CutPrefix(norm.NFC.String(long), title)
			if ok && title != "" && marks.MatchString(rest) && utf8.RuneCountInString(rest) <= longestName {
				note(rest, title)
			}
			if before, name, ok := naming.CutLast(long); ok && utf8.RuneCountInString(name) <= longestName {
				note(norm.NFC.String(long[len(before):]), title)
			}
		}
	}
	names := n.ownNames()
	counted := votes{}
	for suffix, titles := range seen {
		key, _ := naming.PaperKey(strings.TrimFunc(suffix, isMark))
		switch own := key != "" && names[key]; {
		case own:
			counted[suffix] = 2 * len(titles)
		case len(titles) >= 3 && 5*len(titles) >= n.articles:
			counted[suffix] = len(titles)
		}
	}
	list := counted.best(1)
	n.d.Suffixes = list[:min(len(list), mostPatterns)]
	if n.articles > 0 && len(list) > 0 && n.articles < 3 {
		n.doubt("suffixes", "learnt from a page or two")
	}
}

func isMark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// ownNames are the keys of all that the newspaper is called by its pages and its host.
func (n *newspaper) ownNames() map[string]bool {
	names := map[string]bool{}
	add := func(name string) {
		if key, _ := naming.PaperKey(name); key != "" {
			names[key] = true
		}
	}
	add(n.d.Title)
	add(n.domain)
	said := votes{}
	for _, l := range n.views {
		said[l.told.First("og:site_name")]++
		for _, p := range l.told.Linked.Publishers[:min(len(l.told.Linked.Publishers), 3)] {
			said[p]++
		}
	}
	for name, times := range said {
		if 3*times >= len(n.views) {
			add(name)
		}
	}
	return names
}

// learnDateline finds the newspaper's own tag before leads, as the generic reader cut it off: one that
// stands before several, or that is its name. A place is none.
func (n *newspaper) learnDateline() {
	tags := votes{}
	leads := 0
	for _, l := range n.views {
		if !l.isArticle || l.art.Lead == "" {
			continue
		}
		leads++
		if tag := strings.TrimSpace(string(l.art.Dateline)); tag != "" {
			tags[tag]++
		}
	}
	names := n.ownNames()
	bracketed, bare := map[string]bool{}, map[string]bool{}
	doubtful := false
	for _, tag := range tags.best(1) {
		inside := strings.TrimFunc(tag, func(r rune) bool { return isMark(r) })
		if inside == "" || utf8.RuneCountInString(inside) > 30 || strings.ContainsAny(inside, "()") {
			continue
		}
		key, _ := naming.PaperKey(inside)
		own := key != "" && names[key]
		if !own && (tags[tag] < 2 || 5*tags[tag] < leads || isPlace(inside)) {
			continue
		}
		doubtful = doubtful || tags[tag] < 2
		if strings.HasPrefix(tag, "(") {
			bracketed[inside] = true
		} else {
			bare[inside] = true
		}
	}
	n.d.Dateline = datelineForm(bracketed, bare)
	if n.d.Dateline != "" && doubtful {
		n.doubt("dateline", "before one lead alone")
	}
}

// isPlace tells a town before a lead: words in capitals, or two and more with one each.
func isPlace(tag string) bool {
	return strings.ContainsRune(tag, ' ') && strings.ToUpper(tag) == tag
}

// datelineForm is the expression of a lead that begins with one of the tags; its first group is the tag.
func datelineForm(bracketed, bare map[string]bool) string {
	alternatives := func(set map[string]bool) string {
		list := slices.Sorted(maps.Keys(set))
		slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
		for i, s := range list[:min(len(list), mostPatterns)] {
			list[i] = strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s+`)
		}
		return strings.Join(list[:min(len(list), mostPatterns)], "|")
	}
	var tags []string
	if in := alternatives(bracketed); in != "" {
		tags = append(tags, `\(\s*(?:`+in+`)\s*\)`)
	}
	if out := alternatives(bare); out != "" {
		tags = append(tags, `(?:`+out+`)\s*[-–—:]`)
	}
	if len(tags) == 0 {
		return ""
	}
	return `^(` + strings.Join(tags, "|") + `)\s*[-–—:]*\s*`
}
