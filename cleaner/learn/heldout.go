package learn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// Field is how well one field of articles comes out on the pages that were held out.
type Field struct {
	Name string // as in an article's JSON; "address" is the address's form with its id
	// Of are the pages that have it, by the draft or by what it is held against: the generic reading, which
	// knows what metadata say.
	Of      int
	Found   int // by the draft
	Generic int // by the generic reading
	Same    int // by both, the same
	Against int // by the generic reading, and otherwise or not at all by the draft
	// Differs is the first page on which they differ, one of Against before others; nil where there is none.
	Differs *Difference
}

// Difference is a page on which the draft reads a field otherwise than the generic reader.
type Difference struct{ URL, Draft, Generic string }

// split parts the pages into those to learn from and those to test on: every other article of each section and
// year. Lists are learnt from. Nothing is held out where there are too few articles.
func (n *newspaper) split() (learning, held []*view) {
	var articles []*view
	for _, l := range n.views {
		if l.isArticle {
			articles = append(articles, l)
		} else {
			learning = append(learning, l)
		}
	}
	if len(articles) < testFrom {
		return n.views, nil
	}
	slices.SortStableFunc(articles, func(a, b *view) int {
		return cmp.Or(cmp.Compare(a.year(), b.year()), compareShapes(a.place.shape, b.place.shape), cmp.Compare(a.section(), b.section()))
	})
	for i, l := range articles {
		if i%2 == 0 {
			learning = append(learning, l)
		} else {
			held = append(held, l)
		}
	}
	return learning, held
}

// section is where the page stands in its newspaper, by its address or else by what it says.
func (l *view) section() string {
	if len(l.place.dirs) > 0 {
		return l.place.dirs[0]
	}
	if len(l.art.Section) > 0 {
		return l.art.Section[0]
	}
	return ""
}

// readings are an article's fields as texts, "" where it lacks one.
var readings = []struct {
	name string
	text func(*cleaner.Article) string
}{
	{"title", func(a *cleaner.Article) string { return string(a.Title) }},
	{"kicker", func(a *cleaner.Article) string { return string(a.Kicker) }},
	{"lead", func(a *cleaner.Article) string { return string(a.Lead) }},
	{"dateline", func(a *cleaner.Article) string { return string(a.Dateline) }},
	{"byline", func(a *cleaner.Article) string { return string(a.Byline) }},
	{"source", func(a *cleaner.Article) string { return strings.TrimPrefix(string(a.Source), "Theo ") }},
	{"published", func(a *cleaner.Article) string {
		if a.Published.IsZero() {
			return ""
		}
		return a.Published.In(sites.Zone).Format("2006-01-02 15:04")
	}},
	{"section", func(a *cleaner.Article) string { return strings.Join(a.Section, " > ") }},
	{"tags", func(a *cleaner.Article) string { return strings.Join(a.Tags, ", ") }},
	{"captions", func(a *cleaner.Article) string { return strings.Join(a.Captions, "\n") }},
	{"body", func(a *cleaner.Article) string {
		var texts []string
		for _, b := range a.Body {
			texts = append(texts, strings.TrimSpace(b.Speaker+" "+b.Text))
		}
		return strings.Join(texts, "\n")
	}},
	{"related", func(a *cleaner.Article) string {
		var titles []string
		for _, r := range a.Related {
			titles = append(titles, r.Title)
		}
		return strings.Join(titles, "\n")
	}},
}

// test reads the pages that were held out by a draft, and counts field by field; and the pages that a
// layout read.
func (n *newspaper) test(site *sites.Site, held []*view) (fields []Field, byLayout int) {
	fields = make([]Field, len(readings)+1)
	fields[0].Name = "address"
	for i, r := range readings {
		fields[i+1].Name = r.name
	}
	for _, l := range held {
		id := l.place.url
		if a, err := site.Address(l.place.url); err == nil && a.Kind == sites.Article {
			fields[0].add(l.place.url, id, id)
		} else {
			fields[0].add(l.place.url, "", id)
		}
		drafted, err := l.doc.Article(site)
		if err != nil {
			drafted = cleaner.Article{}
		} else if drafted.Layout != cleaner.GenericLayout {
			byLayout++
		}
		for i, r := range readings {
			fields[i+1].add(l.place.url, r.text(&drafted), r.text(&l.art))
		}
	}
	return fields, byLayout
}

// add counts one page.
func (f *Field) add(address, draft, generic string) {
	if draft == "" && generic == "" {
		return
	}
	f.Of++
	if draft != "" {
		f.Found++
	}
	if generic != "" {
		f.Generic++
	}
	if prose.Normalize(draft) == prose.Normalize(generic) {
		f.Same++
		return
	}
	against := generic != ""
	if against {
		f.Against++
	}
	if f.Differs == nil || against && f.Against == 1 {
		f.Differs = &Difference{address, draft, generic}
	}
}

// String is the field in a line, for people.
func (f Field) String() string {
	return fmt.Sprintf("%s: on %d of %d, by the generic cleaner on %d, the same on %d", f.Name, f.Found, f.Of, f.Generic, f.Same)
}

// doubtFields says, above the newest layout, which fields the draft reads otherwise than the generic reader on more than
// a page in ten.
func (n *newspaper) doubtFields(fields []Field) {
	const longest = 60 // characters of an example
	for _, f := range fields {
		if 10*f.Against <= f.Generic || len(n.d.Layouts) == 0 {
			continue
		}
		short := func(s string) string {
			r := []rune(prose.Clean(s))
			if len(r) > longest {
				return string(r[:longest]) + "…"
			}
			return string(r)
		}
		n.doubt("layouts[0].name", "%s; as %s: %q, not %q", f, f.Differs.URL, short(f.Differs.Draft), short(f.Differs.Generic))
	}
}
