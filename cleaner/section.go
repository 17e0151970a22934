package cleaner

import (
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// shownNames are names that a page shows, of its section or of its tags: by which rule
// they were found, and where the first stands.
type shownNames struct {
	names []string
	rule  string
	at    *html.Node
}

// setSection takes the breadcrumbs of JSON-LD, else what the page shows, else what it
// says of itself otherwise. shown is asked only where it is needed.
func (d *Draft) setSection(shown func() shownNames) {
	found := shownNames{d.doc.Head.Linked.Breadcrumbs, "breadcrumbs in the page's JSON-LD", nil}
	if n := len(found.names); n > 0 && prose.SameWords(found.names[n-1], string(d.Title)) {
		found.names = found.names[:n-1]
	}
	if len(found.names) == 0 {
		found = shown()
	}
	if len(found.names) == 0 {
		found.rule, found.at = "section in the page's JSON-LD or metas", nil
		for _, name := range append(d.doc.Head.Linked.Section, d.doc.Head.First("article:section")) {
			if name = prose.Clean(name); name != "" {
				found.names = append(found.names, name)
			}
		}
	}
	if d.Section = prose.Distinct(found.names); len(d.Section) > 0 {
		d.sayAt("section", found.rule, found.at, strings.Join(d.Section, " › "))
	}
}

// setTags takes the tags that the page shows, else those that it says of itself.
func (d *Draft) setTags(shown shownNames) {
	list := shown.names
	if len(list) > 0 {
		d.sayAt("tags", shown.rule, shown.at, strings.Join(prose.Distinct(list), ", "))
	} else {
		for _, v := range d.doc.Head.Metas["article:tag"] {
			for part := range strings.SplitSeq(dom.Plain(v), ",") {
				list = append(list, prose.Clean(part))
			}
		}
		for _, k := range d.doc.Head.Linked.Keywords {
			list = append(list, prose.Clean(k))
		}
		if len(list) > 0 {
			d.say("tags", "article:tag metas and the keywords in the page's JSON-LD", strings.Join(prose.Distinct(list), ", "))
		}
	}
	d.Tags = prose.Distinct(list)
}

// nothingShown is for a page of which no layout is known.
func nothingShown() shownNames { return shownNames{} }
