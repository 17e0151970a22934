package sampleweb

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
)

// Truth is an article as it was written: what a cleaner that misses nothing
// finds on its page. Texts are NFC; a list that the page lacks is nil.
type Truth struct {
	Site, URL string
	ID        string // as the newspaper's address prints it
	Key       string // ID, with ".en" after it in an edition that shares numbers; what Edit, TakeDown and Truth take
	Language  string
	Layout    string // our word for the template: "data-slot", "singular", "photo-story", …

	Title, Kicker, Lead, Dateline, Byline, Source string

	Published time.Time
	Modified  time.Time // zero where the page does not say
	Section   []string
	Tags      []string // as shown or marked up as tags; bare keywords are none
	Captions  []string
	Body      []Block
	Related   []Link
	Images    []string // as large as the page names them
	// Either is text of a photo story that may count as body or as captions; it
	// stands in Body here.
	Either []string
	// EndMark, "./.", closes the last paragraph on the page; it is not in Body.
	EndMark string
}

// Block is one block of a body, its kinds those of cleaner.BlockKind.
type Block struct {
	Kind string
	Time string // of a live entry
	Text string
}

// Link is a link to another article, with its text.
type Link struct{ URL, Title string }

// article is one article of one newspaper, as it stands in articles/*.yaml or is
// made from the stock, with the changes made on command.
type article struct {
	ID        string    `yaml:"id"`
	Language  string    `yaml:"language"`
	Layout    string    `yaml:"layout"` // "" is the newspaper's newest
	InSection string    `yaml:"section"`
	Title     string    `yaml:"title"`
	SlugOf    string    `yaml:"slug_of"` // a translated edition keeps the slug of the original title
	Kicker    string    `yaml:"kicker"`
	Dateline  string    `yaml:"dateline"`
	Lead      string    `yaml:"lead"`
	Byline    string    `yaml:"byline"`
	Agency    string    `yaml:"agency"` // stands in brackets after the byline
	Source    string    `yaml:"source"`
	Published time.Time `yaml:"published"`
	Tags      []string  `yaml:"tags"`
	EndMark   string    `yaml:"end"`
	Items     []item    `yaml:"body"`
	Correct   *swap     `yaml:"correct"` // the change that Scenario makes
	Later     [][]swap  `yaml:"later"`   // those that Later makes, round by round
	Reserve   bool      `yaml:"reserve"` // not published until Publish

	paper     *paper
	edition   *edition
	section   section
	slug      string    // of the title as first published: an edit moves no page
	modified  time.Time // zero: never
	revision  int
	related   []*article
	generated bool
	number    int            // of a generated article
	boxed     *article       // in the related card inside the body
	suffixes  map[int]string // of the names of pictures that were changed, by figure
}

// swap is one edit: old words for new, or a paragraph that moves.
type swap struct {
	Old string `yaml:"old"`
	New string `yaml:"new"`
	// Move begins the paragraph that moves, Before the one that it comes to stand before.
	Move   string `yaml:"move"`
	Before string `yaml:"before"`
}

// item is one piece of a body, in the order of the page; one field is set.
type item struct {
	P      string   `yaml:"p"`
	Head   string   `yaml:"head"`
	Quote  string   `yaml:"quote"`
	List   []string `yaml:"list"`
	Table  []string `yaml:"table"` // rows, cells parted by " | "
	Figure string   `yaml:"figure"`
	Alt    string   `yaml:"alt"` // of the figure: the caption in the other language
	Live   string   `yaml:"live"`
	Time   string   `yaml:"time"` // of Live
	Box    bool     `yaml:"box"`
	Ad     bool     `yaml:"ad"`
}

// texts calls f with every text of the article that a reader sees.
func (a *article) texts(f func(*string)) {
	f(&a.Title)
	f(&a.Lead)
	for i := range a.Items {
		it := &a.Items[i]
		f(&it.P)
		f(&it.Head)
		f(&it.Quote)
		f(&it.Figure)
		f(&it.Live)
		for j := range it.List {
			f(&it.List[j])
		}
		for j := range it.Table {
			f(&it.Table[j])
		}
	}
}

// clone is a copy whose texts may be changed.
func (a *article) clone() *article {
	c := *a
	c.Items, c.suffixes = slices.Clone(a.Items), map[int]string{}
	maps.Copy(c.suffixes, a.suffixes)
	for i := range c.Items {
		c.Items[i].List = slices.Clone(c.Items[i].List)
		c.Items[i].Table = slices.Clone(c.Items[i].Table)
	}
	return &c
}

func (a *article) key() string { return a.ID + a.edition.key }

// url is the article's address.
func (a *article) url() string { return a.paper.origin(a.edition) + a.path() }

func (a *article) path() string { return a.edition.prefix + a.paper.address(a) }

func (a *article) lastChange() time.Time {
	if a.modified.IsZero() {
		return a.Published
	}
	return a.modified
}

// marks is the inline markup of our texts: **strong** and [[linked words]].
var marks = regexp.MustCompile(`\*\*|\[\[|\]\]`)

var withoutMarks = strings.NewReplacer("**", "", "[[", "", "]]", "")

// plain is a text without inline markup.
func plain(s string) string { return withoutMarks.Replace(s) }

// truth is what a cleaner should find.
func (a *article) truth() Truth {
	t := Truth{
		Site: a.paper.name, URL: a.url(), ID: a.ID, Key: a.key(), Language: a.Language, Layout: a.layout(),
		Title: a.Title, Kicker: a.Kicker, Lead: plain(a.Lead), Dateline: a.Dateline, Byline: a.Byline, Source: a.source(),
		Published: a.Published, Tags: a.Tags, Section: []string{a.section.Name}, EndMark: a.EndMark,
	}
	if t.Layout == "story" {
		t.Tags = nil
	}
	if a.showsModified() {
		t.Modified = a.lastChange()
	}
	n := 0
	add := func(kind, text string) { t.Body = append(t.Body, Block{Kind: kind, Text: plain(text)}) }
	for _, it := range a.Items {
		switch {
		case it.P != "":
			add("paragraph", it.P)
		case it.Head != "":
			add("subhead", it.Head)
		case it.Quote != "":
			add("quote", it.Quote)
		case it.Live != "":
			t.Body = append(t.Body, Block{Kind: "live", Time: it.Time, Text: plain(it.Live)})
		case it.Figure != "":
			n++
			t.Images = append(t.Images, a.image(n))
			if a.layout() == "photo-story" {
				add("paragraph", it.Figure)
				t.Either = append(t.Either, it.Figure)
				continue
			}
			t.Captions = append(t.Captions, it.Figure)
		}
		for _, li := range it.List {
			add("item", li)
		}
		for _, row := range it.Table {
			add("row", strings.ReplaceAll(row, " | ", "\t"))
		}
	}
	for _, r := range a.related {
		t.Related = append(t.Related, Link{r.url(), r.Title})
	}
	if a.boxed != nil && a.showsBox() {
		t.Related = append(t.Related, Link{a.boxed.url(), a.boxed.Title})
	}
	return t
}

// source is the source as a reader finds it: an agency that stands behind
// the name in brackets is one.
func (a *article) source() string {
	if a.Agency != "" {
		return a.Agency
	}
	return a.Source
}

// layouts is each newspaper's newest layout.
var layouts = map[string]string{
	"baobensong": "song-2023", "baonghean": "onecms", "baotintuc": "detail-title", "dantri": "data-slot", "thanhniennews": "story", "vov": "drupal",
}

func (a *article) layout() string {
	if a.Layout != "" {
		return a.Layout
	}
	return layouts[a.paper.name]
}

// showsModified reports whether the page says when the article was last changed.
func (a *article) showsModified() bool {
	switch a.layout() {
	case "data-slot", "singular", "photo-story", "e-magazine", "detail-title", "onecms", "song-2023":
		return true
	}
	return false
}

// showsBox reports whether the layout has a place for a related card in or right
// after the body. OneCMS puts bare links among its advertisements: no card.
func (a *article) showsBox() bool {
	switch a.layout() {
	case "data-slot", "e-magazine", "detail-title", "drupal", "2018", "2018-live", "song-2019", "song-2023", "song-moi":
		return true
	}
	return false
}

//go:embed articles stock templates
var files embed.FS

// written is the articles of articles/*.yaml, by newspaper, newest first. They
// are read-only: whoever changes one works on its clone.
var written = sync.OnceValue(func() map[string][]*article {
	m := map[string][]*article{}
	for _, p := range everyPaper() {
		raw, err := files.ReadFile("articles/" + p.name + ".yaml")
		if err != nil {
			panic(err)
		}
		var as []*article
		if err := yaml.UnmarshalWithOptions(raw, &as, yaml.Strict()); err != nil {
			panic(fmt.Sprintf("sampleweb: articles/%s.yaml: %v", p.name, err))
		}
		for _, a := range as {
			a.place(p)
		}
		slices.SortStableFunc(as, func(a, b *article) int { return b.Published.Compare(a.Published) })
		m[p.name] = as
	}
	return m
})

// place puts an article into its newspaper.
func (a *article) place(p *paper) {
	if a.Language == "" {
		a.Language = p.editions[0].lang
	}
	a.paper, a.edition = p, p.edition(a.Language)
	s, ok := a.edition.section(a.InSection)
	if !ok {
		panic(fmt.Sprintf("sampleweb: %s %s: no section %q", p.name, a.ID, a.InSection))
	}
	a.section = s
	a.slug = slug(cmp.Or(a.SlugOf, a.Title))
	a.Published = a.Published.In(zone)
}
