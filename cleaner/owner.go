package cleaner

import (
	"regexp"
	"slices"
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/naming"
)

// owner is who publishes a page, by all names that it gives: what metadata name
// as author is often the newspaper, its firm or its host.
type owner struct {
	names []string // keys
	hosts []string // the labels of its hosts
}

// owner gathers the names, once for an article.
func (d *Document) owner() *owner {
	h := &d.head
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
	for _, v := range h.linked.Publishers {
		add(v)
	}
	for _, v := range h.all("copyright") { // "Copyright (c) 2026 by Công ty X - Y"
		for _, part := range copyrightParts.Split(v, 6) {
			add(part)
		}
	}
	for _, t := range []string{dom.Plain(h.title), h.first("og:title")} {
		if _, name, ok := naming.CutLast(t); ok && naming.SaysPaper(name) {
			add(name)
		}
	}
	for _, ref := range []string{d.page.URL, h.canonical, h.first("og:url")} {
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

// isOwn tells a name of who publishes the page. Only a name with a newspaper's
// word in it, or of one word, is told by the host: people have hosts too.
func (d *Document) isOwn(name string) bool {
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
