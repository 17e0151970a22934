package generic

import (
	"slices"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// besideText fills what stands beside the article's text: pictures with their
// captions, links of related articles, and, where metadata are silent, its
// section and tags.
func (g *genericReader) besideText(hints []hint) {
	a := &g.draft.Article
	r := draft.NewAttachments(g.d)
	if g.judge != nil {
		g.pictures(&r, hints)
		g.relatedLinks(&r, hints)
	}
	if len(r.Images) == 0 {
		if u := g.d.Absolute(g.d.Head.First("og:image", "twitter:image")); u != "" {
			r.Images = []article.Image{{URL: u}}
		}
	}
	a.Images, a.Related = r.Images, r.Related
	if len(a.Section) == 0 && g.judge != nil {
		g.crumbs(hints)
	}
	if len(a.Tags) == 0 && g.judge != nil {
		var tags []string
		for _, t := range g.Outline.Tags {
			if t.At >= g.first {
				tags = append(tags, strings.Trim(prose.Clean(dom.Text(t.Node)), ",;# "))
			}
		}
		if a.Tags = prose.Distinct(tags); len(a.Tags) > 0 {
			g.draft.Say("tags", "links that call themselves tags", strings.Join(a.Tags, ", "))
		}
	}
}

// notPictures are parts whose pictures are not the article's.
const notPictures = hintNav | hintShare | hintRelated | hintComment | hintSignup | hintAuthor | hintPopup | hintForm

// pictures takes the pictures that stand in the article, each with the caption
// of the smallest element round it that has one.
func (g *genericReader) pictures(r *draft.Attachments, hints []hint) {
	if len(g.Outline.Pictures) == 0 {
		return
	}
	elems := make(map[*html.Node]int32, g.Elems[g.root].End-g.root)
	for e := g.root; e < g.Elems[g.root].End; e++ {
		elems[g.Elems[e].Node] = e
	}
	keeps, last := newTally(len(g.Blocks)), g.top
	for i := range g.Blocks {
		n := int32(0)
		if g.keeps(int32(i)) {
			n = 1
		}
		if n > 0 || g.isCaption(int32(i)) {
			last = int32(i) + 1
		}
		keeps.add(n)
	}
	type frame struct {
		own     bool
		caption string
	}
	frames := map[*html.Node]frame{} // by parent: many pictures may share one
	for _, p := range g.Outline.Pictures {
		if p.At < g.top || p.At > last || dom.IsIcon(p.Node) {
			continue
		}
		f, known := frames[p.Node.Parent]
		if !known {
			f.own, f.caption = g.framed(p.Node.Parent, elems, hints, keeps)
			frames[p.Node.Parent] = f
		}
		if !f.own {
			continue
		}
		before, caption := len(r.Images), f.caption
		if caption == "" && p.At < last && g.isCaption(p.At) {
			caption = prose.Clean(string(g.Bytes(&g.Blocks[p.At]))) // a paragraph of its own
		}
		r.Bare = 0
		r.Picture(p.Node)
		if caption != "" {
			draft.CaptionAll(r.Images[before:], caption)
		}
	}
}

// framed reports whether what stands in an element is the article's, and the
// caption round it: it is not in a part called something else, nor in a card
// whose words were dropped.
func (g *genericReader) framed(n *html.Node, elems map[*html.Node]int32, hints []hint, keeps tally) (own bool, caption string) {
	for container := g.Elems[g.root].Node; n != nil; n = n.Parent {
		if n == container {
			return true, caption
		}
		e, ok := elems[n]
		h := hint(0)
		if ok {
			h = hints[e]
		} else {
			h = hintOf(n)
		}
		if h&notPictures != 0 || dom.IsHidden(n) || n.DataAtom == atom.Aside || n.DataAtom == atom.Nav || n.DataAtom == atom.Footer {
			return false, ""
		}
		if ok && caption == "" && keeps.of(&g.Elems[e]) == 0 {
			if caption = g.captionIn(e); caption == "" {
				return false, ""
			}
		}
	}
	return false, ""
}

// captionIn is the caption inside an element, "" where there is none.
func (g *genericReader) captionIn(e int32) string {
	const most = 8 // blocks; real captions have two, the text and the credit
	var parts []string
	for i := g.Elems[e].First; i < min(g.Elems[e].Last, g.Elems[e].First+most); i++ {
		if g.isCaption(i) {
			parts = append(parts, prose.Clean(string(g.Bytes(&g.Blocks[i]))))
		}
	}
	return strings.Join(parts, " ")
}

// relatedLinks takes the links of boxes that call themselves related, and of
// the cards and sections that were dropped as other articles.
func (g *genericReader) relatedLinks(r *draft.Attachments, hints []hint) {
	const shortest = 20           // of a headline
	done := map[*html.Node]bool{} // many blocks may share an element, and lie in others
	add := func(n *html.Node) {
		if done[n] {
			return
		}
		done[n] = true
		dom.Each(n, func(c *html.Node) bool {
			if c.DataAtom != atom.A {
				return !done[c]
			}
			if href := dom.Attr(c, "href"); !strings.HasPrefix(href, "#") && !outline.LeadsAway(href, dom.HostOf(g.d.Address())) && len(prose.Clean(dom.Text(c))) >= shortest {
				r.RelatedLink(c)
			}
			return false
		})
	}
	g.outermost(hintRelated, hints, func(e *outline.Element, _ hint) {
		if e.First >= g.first && saysRelated(e.Node) {
			add(e.Node)
		}
	})
	for i := g.first; i < g.last; i++ {
		if v := g.verdicts[i]; (v == "teaser" || v == "end section") && g.Blocks[i].Link*2 > g.Blocks[i].Size() {
			add(g.Elems[g.Blocks[i].Elem].Node)
		}
	}
}

// saysRelated tells an element that calls itself related: others that share
// its hint hold what is popular, or promoted.
func saysRelated(n *html.Node) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
		if a.Key != "class" && a.Key != "id" {
			return false
		}
		v := strings.ToLower(a.Val)
		return strings.Contains(v, "related") || strings.Contains(v, "lien-quan") || strings.Contains(v, "lienquan") || strings.Contains(v, "recommend")
	})
}

// crumbs takes the section from the links of the page's breadcrumbs; the last
// step may be the article itself.
func (g *genericReader) crumbs(hints []hint) {
	const longest = 60
	for i := int32(0); i < int32(len(g.Elems)); i++ {
		e := &g.Elems[i]
		if hints[i]&hintNav == 0 || !strings.Contains(strings.ToLower(dom.Attr(e.Node, "class")+dom.Attr(e.Node, "id")), "crumb") {
			continue
		}
		var list []string
		dom.Each(e.Node, func(c *html.Node) bool {
			if c.DataAtom != atom.A {
				return true
			}
			if name := naming.SectionName(prose.Clean(dom.Text(c))); !naming.IsHome(name) && len(name) <= longest && !prose.SameWords(name, string(g.draft.Title)) {
				list = append(list, name)
			}
			return false
		})
		if g.draft.Section = prose.Distinct(list); len(g.draft.Section) > 0 {
			g.draft.SayAt("section", "the links of the breadcrumbs", e.Node, strings.Join(g.draft.Section, " › "))
			return
		}
		i = e.End - 1 // what is inside has no other links
	}
}
