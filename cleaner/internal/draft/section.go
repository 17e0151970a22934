package draft

import (
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// Shown are names that a page shows, of its section or of its tags: by which rule
// they were found, and where the first stands.
type Shown struct {
	Names []string
	Rule  string
	At    *html.Node
}

// SetSection takes the breadcrumbs of JSON-LD, else what the page shows, else what it
// says of itself otherwise. shown is asked only where it is needed.
func (d *Draft) SetSection(shown func() Shown) {
	found := Shown{d.Doc.Head.Linked.Breadcrumbs, "breadcrumbs in the page's JSON-LD", nil}
	if n := len(found.Names); n > 0 && prose.SameWords(found.Names[n-1], string(d.Title)) {
		found.Names = found.Names[:n-1]
	}
	if len(found.Names) == 0 {
		found = shown()
	}
	if len(found.Names) == 0 {
		found.Rule, found.At = "section in the page's JSON-LD or metas", nil
		for _, name := range append(d.Doc.Head.Linked.Section, d.Doc.Head.First("article:section")) {
			if name = prose.Clean(name); name != "" {
				found.Names = append(found.Names, name)
			}
		}
	}
	if d.Section = prose.Distinct(found.Names); len(d.Section) > 0 {
		d.SayAt("section", found.Rule, found.At, strings.Join(d.Section, " › "))
	}
}

// SetTags takes the tags that the page shows, else those that it says of itself.
func (d *Draft) SetTags(shown Shown) {
	list := shown.Names
	if len(list) > 0 {
		d.SayAt("tags", shown.Rule, shown.At, strings.Join(prose.Distinct(list), ", "))
	} else {
		for _, v := range d.Doc.Head.Metas["article:tag"] {
			for part := range strings.SplitSeq(dom.Plain(v), ",") {
				list = append(list, prose.Clean(part))
			}
		}
		for _, k := range d.Doc.Head.Linked.Keywords {
			list = append(list, prose.Clean(k))
		}
		if len(list) > 0 {
			d.Say("tags", "article:tag metas and the keywords in the page's JSON-LD", strings.Join(prose.Distinct(list), ", "))
		}
	}
	d.Tags = prose.Distinct(list)
}

// NothingShown is for a page of which no layout is known.
func NothingShown() Shown { return Shown{} }
