package pages

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
)

// owner is who publishes a page, by all names that it gives: what metadata name
// as author is often the newspaper, its firm or its host.
type owner struct {
	names []string // keys
	hosts []string // the labels of its hosts
}

// owner gathers the names, once for an article.
func (d *Document) owner() *owner {
	h := &d.Head
	o := &owner{}
	add := func(name string) {
		if key, _ := naming.PaperKey(name); key != "" {
			o.names = append(o.names, key)
		}
	}
	for _, name := range []string{"og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "article:publisher", "dc.publisher"} {
		for _, v := range h.all(name) {
			add(v)
		}
	}
	for _, v := range h.Linked.Publishers {
		add(v)
	}
	for _, v := range h.all("copyright") { // "Copyright (c) 2026 by Công ty X - Y"
		for _, part := range copyrightParts.Split(v, 6) {
			add(part)
		}
	}
	for _, t := range []string{dom.Plain(h.title), h.First("og:title")} {
		if _, name, ok := naming.CutLast(t); ok && naming.SaysPaper(name) {
			add(name)
		}
	}
	for _, ref := range []string{d.Page.URL, h.canonical, h.First("og:url")} {
		add(dom.HostOf(ref))
		for label := range strings.SplitSeq(dom.HostOf(ref), ".") {
			if len(label) >= 3 && !naming.IsPaperWord(label) {
				o.hosts = append(o.hosts, label)
			}
		}
	}
	return o
}

var copyrightParts = regexp.MustCompile(`(?i) - | by |,|\||©|\(c\)`)

// IsOwn recognizes a name of who publishes the page. Only a name with a newspaper's
// word in it, or of one word, is recognized by the host: people have hosts too.
func (d *Document) IsOwn(name string) bool {
	key, marked := naming.PaperKey(name)
	if key == "" {
		return marked // "Báo điện tử"
	}
	own := d.own.Load()
	if own == nil {
		own = d.owner() // the same, whoever makes it
		d.own.Store(own)
	}
	one := !strings.ContainsRune(strings.TrimSpace(name), ' ')
	switch {
	case slices.Contains(own.names, key):
		return true
	case marked || one || strings.ToUpper(name) == name:
		return slices.Contains(own.hosts, key)
	}
	return false
}

// longestSign is how long the name of a newspaper is on its sign, in characters.
const longestSign = 40

// PaperNames are what the page calls the newspaper that it stands in.
func (d *Document) PaperNames() []string {
	names := []string{d.Head.First("og:site_name"), d.Head.First("application-name"), afterTitle(d.Head.title)}
	for _, address := range []string{d.Address(), d.Canonical()} {
		host := dom.HostOf(address)
		for _, edition := range []string{"m.", "amp.", "mobile."} {
			host = strings.TrimPrefix(host, edition)
		}
		label, _, _ := strings.Cut(host, ".")
		names = append(names, label)
	}
	for _, n := range d.Head.home { // the newspaper's sign over the page
		name := prose.Clean(dom.Attr(n, "title"))
		if name == "" {
			name = prose.Clean(dom.Text(n))
		}
		if !naming.IsHome(name) && utf8.RuneCountInString(name) <= longestSign {
			names = append(names, name)
		}
	}
	return prose.Distinct(append(names, d.Head.Linked.Publishers...))
}

// afterTitle is what a title element has behind the title: the paper's name.
func afterTitle(title string) string {
	if i := strings.LastIndexAny(title, "|-–—"); i > 0 {
		_, mark := utf8.DecodeRuneInString(title[i:])
		return prose.Clean(title[min(len(title), i+mark):])
	}
	return ""
}
