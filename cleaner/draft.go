package cleaner

import (
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// Draft is the article under way: what the readers of layouts, of text dumps and the
// generic one have in common. They say what they found and where; it knows what a
// newspaper's lines mean, notes what is doubtful, keeps the reasons where they are
// asked for, and makes the article whole at the end.
type Draft struct {
	article.Article // as far as it is known
	doc             *pages.Document
	paper           *sites.Site   // nil where no newspaper is known
	addr            sites.Address // as the newspaper understands it
	explain         bool          // keep the reasons
	reasons         []article.Reason
	ahead           bool // the page says a time after it was saved
}

// newDraft is an empty draft of a page; paper is nil where no newspaper is known. It keeps
// the reasons for its fields where it explains.
func newDraft(doc *pages.Document, paper *sites.Site, explain bool) *Draft {
	return &Draft{doc: doc, paper: paper, explain: explain}
}

// explains tells whether reasons are kept.
func (d *Draft) explains() bool { return d.explain }

// inOrder are the reasons, in the order of an article's fields.
func (d *Draft) inOrder() []article.Reason {
	slices.SortStableFunc(d.reasons, func(a, b article.Reason) int {
		return slices.Index(fieldOrder, a.Field) - slices.Index(fieldOrder, b.Field)
	})
	return d.reasons
}

// fieldOrder is that of [article.Article].
var fieldOrder = []string{"title", "kicker", "lead", "dateline", "byline", "source", "published", "modified", "section", "tags", "captions", "body"}

// begin begins anew, for what reads by a layout of this name.
func (d *Draft) begin(layout string) {
	d.Article, d.reasons = article.Article{Layout: layout}, d.reasons[:0]
	if d.paper != nil {
		d.identify()
	}
}

// adopt takes over what the generic reader made of the page, as the newspaper's.
func (d *Draft) adopt(other *Draft) {
	d.Article, d.reasons = other.Article, other.reasons
	if d.paper != nil {
		d.identify()
		if dateline, rest := d.partDateline(string(d.Lead)); dateline != "" && d.Dateline == "" {
			d.Dateline, d.Lead = article.Text(dateline), article.Text(rest)
		}
		d.Title = article.Text(d.withoutSuffix(string(d.Title)))
	}
	d.finish()
}

// identify says whose page this is.
func (d *Draft) identify() {
	d.Site, d.URL, d.ID = d.paper.Name, d.doc.Address(), article.Text(d.addr.ID)
	if d.addr.URL != "" {
		d.URL = d.addr.URL
	}
}

// note adds what is doubtful, once.
func (d *Draft) note(text string) {
	const longest = 400 // it may quote the page
	if text = prose.Clean(text); len(text) > longest {
		text = prose.Clean(strings.ToValidUTF8(text[:longest], "")) + "…"
	}
	if !slices.Contains(d.Notes, text) {
		d.Notes = append(d.Notes, text)
	}
}

// say gives the reason for a field; a later one, for what was added, takes the
// place of an earlier.
func (d *Draft) say(field, rule, found string) { d.sayAt(field, rule, nil, found) }

// sayAt is say for what a selector found.
func (d *Draft) sayAt(field, rule string, at *html.Node, found string) {
	if !d.explain || found == "" {
		return
	}
	const snippet = 80
	found = prose.Clean(found)
	if utf8.RuneCountInString(found) > snippet {
		found = string([]rune(found)[:snippet]) + "…"
	}
	d.reasons = slices.DeleteFunc(d.reasons, func(r article.Reason) bool { return r.Field == field })
	d.reasons = append(d.reasons, article.Reason{Field: field, Layout: d.Layout, Rule: rule, Element: tagOf(at), Snippet: found})
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

// withoutSuffix cuts the newspaper's name off a title.
func (d *Draft) withoutSuffix(title string) string {
	title = prose.Clean(title)
	for cut := true; cut; {
		cut = false
		for _, suffix := range d.paper.Suffixes {
			if i := len(title) - len(suffix); i > 0 && utf8.RuneStart(title[i]) && strings.EqualFold(title[i:], suffix) {
				title, cut = strings.TrimRight(title[:i], " |–-"), true
			}
		}
	}
	return title
}

// paperNames are what the page and the newspaper call themselves.
func (d *Draft) paperNames() []string {
	names := d.doc.PaperNames()
	if d.paper != nil {
		names = append(names, d.paper.Title)
	}
	return names
}

// isPaper tells the newspaper's own name, which metadata give as author.
func (d *Draft) isPaper(name string) bool {
	if d.paper == nil {
		return d.doc.IsOwn(name)
	}
	key, title := credits.AgencyKey(name), credits.AgencyKey(d.paper.Title)
	return key == title || key == "báo"+title || credits.IsAgencies(name) && strings.Contains(key, credits.AgencyKey(d.paper.Name)) ||
		slices.ContainsFunc(d.paper.Hosts, func(h string) bool { return credits.AgencyKey(h) == key })
}

// saysDay tells whether the page says when it was published, be it a day that is
// not to be believed.
func (d *Draft) saysDay() bool { return !d.Published.IsZero() || d.ahead }

func firstBlock(blocks []article.Block) string {
	if len(blocks) == 0 {
		return ""
	}
	return blocks[0].Text
}
