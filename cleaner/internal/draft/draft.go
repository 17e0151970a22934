package draft

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
// asked for, and finishes the article at the end.
type Draft struct {
	article.Article // as far as it is known
	Doc             *pages.Document
	Paper           *sites.Site   // nil where no newspaper is known
	Addr            sites.Address // as the newspaper understands it
	explain         bool          // keep the reasons
	reasons         []article.Reason
	ahead           bool // the page says a time after it was saved
}

// New is an empty draft of a page; paper is nil where no newspaper is known. It keeps
// the reasons for its fields where it explains.
func New(doc *pages.Document, paper *sites.Site, explain bool) *Draft {
	return &Draft{Doc: doc, Paper: paper, explain: explain}
}

// Explains reports whether reasons are kept.
func (d *Draft) Explains() bool { return d.explain }

// Reasons are the reasons, in the order of an article's fields.
func (d *Draft) Reasons() []article.Reason {
	slices.SortStableFunc(d.reasons, func(a, b article.Reason) int {
		return slices.Index(fieldOrder, a.Field) - slices.Index(fieldOrder, b.Field)
	})
	return d.reasons
}

// fieldOrder is that of [article.Article].
var fieldOrder = []string{"title", "kicker", "lead", "dateline", "byline", "source", "published", "modified", "section", "tags", "captions", "body"}

// Begin empties the draft, for what reads by a layout of this name.
func (d *Draft) Begin(layout string) {
	d.Article, d.reasons = article.Article{Layout: layout}, d.reasons[:0]
	if d.Paper != nil {
		d.identify()
	}
}

// Adopt takes over what the generic reader made of the page, as the newspaper's.
func (d *Draft) Adopt(other *Draft) {
	d.Article, d.reasons = other.Article, other.reasons
	if d.Paper != nil {
		d.identify()
		if dateline, rest := d.PartDateline(string(d.Lead)); dateline != "" && d.Dateline == "" {
			d.Dateline, d.Lead = article.Text(dateline), article.Text(rest)
		}
		d.Title = article.Text(d.WithoutSuffix(string(d.Title)))
	}
	d.Finish()
}

// identify says whose page this is.
func (d *Draft) identify() {
	d.Site, d.URL, d.ID = d.Paper.Name, d.Doc.Address(), article.Text(d.Addr.ID)
	if d.Addr.URL != "" {
		d.URL = d.Addr.URL
	}
}

// Note adds what is doubtful, once.
func (d *Draft) Note(text string) {
	const longest = 400 // it may quote the page
	if text = prose.Clean(text); len(text) > longest {
		text = prose.Clean(strings.ToValidUTF8(text[:longest], "")) + "…"
	}
	if !slices.Contains(d.Notes, text) {
		d.Notes = append(d.Notes, text)
	}
}

// Say gives the reason for a field; a later one, for what was added, takes the
// place of an earlier.
func (d *Draft) Say(field, rule, found string) { d.SayAt(field, rule, nil, found) }

// SayAt is say for what a selector found.
func (d *Draft) SayAt(field, rule string, at *html.Node, found string) {
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

// WithoutSuffix cuts the newspaper's name off a title.
func (d *Draft) WithoutSuffix(title string) string {
	title = prose.Clean(title)
	for cut := true; cut; {
		cut = false
		for _, suffix := range d.Paper.Suffixes {
			if i := len(title) - len(suffix); i > 0 && utf8.RuneStart(title[i]) && strings.EqualFold(title[i:], suffix) {
				title, cut = strings.TrimRight(title[:i], " |–-"), true
			}
		}
	}
	return title
}

// paperNames are what the page and the newspaper call themselves.
func (d *Draft) paperNames() []string {
	names := d.Doc.PaperNames()
	if d.Paper != nil {
		names = append(names, d.Paper.Title)
	}
	return names
}

// IsPaper tells the newspaper's own name, which metadata give as author.
func (d *Draft) IsPaper(name string) bool {
	if d.Paper == nil {
		return d.Doc.IsOwn(name)
	}
	key, title := credits.AgencyKey(name), credits.AgencyKey(d.Paper.Title)
	return key == title || key == "báo"+title || credits.IsAgencies(name) && strings.Contains(key, credits.AgencyKey(d.Paper.Name)) ||
		slices.ContainsFunc(d.Paper.Hosts, func(h string) bool { return credits.AgencyKey(h) == key })
}

// IsOwnName is [Draft.IsPaper] for a name that a page's head has for its author: what the newspaper
// adds to titles and prints before leads are its names too.
func (d *Draft) IsOwnName(name string) bool {
	key := credits.AgencyKey(name)
	return d.IsPaper(name) || d.Paper != nil && (d.Paper.Dateline.MatchString(name+" - ") || slices.ContainsFunc(d.Paper.Suffixes, func(suffix string) bool {
		return credits.AgencyKey(strings.TrimLeft(suffix, " -–—|")) == key
	}))
}

// SaysDay reports whether the page says when it was published, be it a day that is
// not to be believed.
func (d *Draft) SaysDay() bool { return !d.Published.IsZero() || d.ahead }

// FirstBlock is the text of the first of some blocks, "" where there is none.
func FirstBlock(blocks []article.Block) string {
	if len(blocks) == 0 {
		return ""
	}
	return blocks[0].Text
}
