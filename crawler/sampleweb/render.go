package sampleweb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"path"
	"strings"
	"sync"
	"text/template"
	"time"
	"unicode"
)

// renderer holds each newspaper's templates. They are text/template: what is
// escaped, and how, is part of a newspaper's markup.
type renderer struct{ sets map[string]*template.Template }

var templates = sync.OnceValue(func() *renderer {
	r := &renderer{sets: map[string]*template.Template{}}
	for _, p := range everyPaper() {
		r.sets[p.name] = template.Must(template.New(p.name).Funcs(functions).ParseFS(files, "templates/"+p.name+".html"))
	}
	return r
})

// render writes the newspaper's template called name.
func (r *renderer) render(w io.Writer, p *paper, name string, data any) error {
	if err := r.sets[p.name].ExecuteTemplate(w, name, data); err != nil {
		return fmt.Errorf("render %s of %s: %w", name, p.name, err)
	}
	return nil
}

var functions = template.FuncMap{
	"h":      html.EscapeString,
	"plain":  plain,
	"inline": func(s string) string { return inline(html.EscapeString(s)) },
	// Báo Tin tức codes the letters of Latin-1 as entities, and no others.
	"entity": func(s string) string { return inline(entities(html.EscapeString(s))) },
	"j":      jsonText,
	"join":   strings.Join,
	"cells":  func(row string) []string { return strings.Split(row, " | ") },
	"query":  url.QueryEscape,
	"plus":   func(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "+") },
	"iso":    func(t time.Time) string { return t.Format("2006-01-02T15:04:05-07:00") },
	"day":    func(t time.Time, layout string) string { return t.Format(layout) },
	"mask":   mask,
	"weekday": func(t time.Time) string {
		return [...]string{"Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"}[t.Weekday()]
	},
	"weekdayTitle": func(t time.Time) string {
		return [...]string{"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"}[t.Weekday()]
	},
	"plainSlug":     func(s string) string { return strings.ReplaceAll(slug(s), "-", " ") },
	"plainSlugDash": slug,
	"plainLower":    func(s string) string { return html.EscapeString(strings.ToLower(s)) },
	"firstSentence": func(s string) string {
		if i := strings.Index(s, ", "); i > 60 {
			return s[:i] + "."
		}
		return s
	},
	"sourceStrong": func(s string) string {
		first, rest, ok := strings.Cut(s, " ")
		if !ok {
			return html.EscapeString(s)
		}
		return html.EscapeString(first) + " <strong>" + html.EscapeString(rest) + "</strong>"
	},
	"thumb": thumb,
	// A class such as build tools make: another one each month.
	"made": func(t time.Time, word string) string {
		return fmt.Sprintf("sc-%06x", hash(word, t.Format("2006-01"))&0xffffff)
	},
}

// inline turns the marks of an escaped text into tags.
func inline(s string) string {
	if !strings.ContainsAny(s, "*[") {
		return s
	}
	open := true
	s = marks.ReplaceAllStringFunc(s, func(m string) string {
		switch m {
		case "[[":
			return `<a href="/" data-content-name="article-content-autolink">`
		case "]]":
			return "</a>"
		}
		open = !open
		if open {
			return "</strong>"
		}
		return "<strong>"
	})
	return s
}

// latin1 is the entities that Báo Tin tức's editor writes.
var latin1 = map[rune]string{
	'à': "agrave", 'á': "aacute", 'â': "acirc", 'ã': "atilde", 'è': "egrave", 'é': "eacute", 'ê': "ecirc", 'ì': "igrave", 'í': "iacute",
	'ò': "ograve", 'ó': "oacute", 'ô': "ocirc", 'õ': "otilde", 'ù': "ugrave", 'ú': "uacute", 'ý': "yacute",
	'À': "Agrave", 'Á': "Aacute", 'Â': "Acirc", 'Ã': "Atilde", 'È': "Egrave", 'É': "Eacute", 'Ê': "Ecirc", 'Ì': "Igrave", 'Í': "Iacute",
	'Ò': "Ograve", 'Ó': "Oacute", 'Ô': "Ocirc", 'Õ': "Otilde", 'Ù': "Ugrave", 'Ú': "Uacute", 'Ý': "Yacute",
}

func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		if name, ok := latin1[r]; ok {
			b.WriteString("&" + name + ";")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func jsonText(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSpace(b.String()), err
}

// mask is how Báo Nghệ An's machine-translated edition prints a date: A to J are
// the digits, Z is the slash.
func mask(t time.Time) string {
	date := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return 'A' + r - '0'
		}
		return 'Z'
	}, t.Format("02/01/2006"))
	return "DNUM_" + date + " " + t.Format("15:04")
}

// thumb is the address of a smaller copy of a picture.
func thumb(image, size string) string {
	switch {
	case strings.Contains(image, "dantri"):
		host, rest, _ := strings.Cut(image, "=/")
		return host + "=/" + size + "/" + rest
	case strings.Contains(image, "styles/large/"):
		return strings.Replace(image, "styles/large/", "styles/"+size+"/", 1)
	}
	return image
}

// page is what every template needs.
type page struct {
	paper   *paper
	edition *edition
	filling filling

	Title       string
	Language    string
	URL         string
	Description string
	Image       string
	ID          string
	Section     section
}

// Menu is the sections of the edition.
func (p *page) Menu() []Link {
	links := make([]Link, len(p.edition.sections))
	for i, s := range p.edition.sections {
		links[i] = Link{URL: p.edition.prefix + p.paper.list(s, 1), Title: s.Name}
	}
	return links
}

func (p *page) MoreMenu() string { return p.filling.menu }
func (p *page) Styles() string   { return p.filling.styles }
func (p *page) Scripts() string  { return p.filling.scripts }
func (p *page) Origin() string   { return p.paper.origin(p.edition) }
func (p *page) Prefix() string   { return p.edition.prefix }
func (p *page) Home() string     { return p.Origin() + cmpSlash(p.edition.prefix) }
func (p *page) HomeName() string {
	if p.Language == "en" {
		return "Home"
	}
	return "Trang chủ"
}
func (p *page) SectionPath() string { return p.edition.prefix + p.paper.list(p.Section, 1) }
func (p *page) SectionURL() string  { return p.Origin() + p.SectionPath() }
func (p *page) FeedPath() string    { return p.paper.feed(p.Section) }

// Feeds is the feeds of the edition, that of everything first.
func (p *page) Feeds() []Link {
	links := []Link{{URL: p.edition.prefix + p.paper.feed(section{}), Title: p.HomeName()}}
	for _, s := range p.edition.sections {
		links = append(links, Link{URL: p.edition.prefix + p.paper.feed(s), Title: s.Name})
	}
	return links
}

func cmpSlash(prefix string) string {
	if prefix == "" {
		return "/"
	}
	return prefix
}

// card is another article, as lists and boxes show it.
type card struct{ URL, Path, Title, Lead, Image string }

func (c card) File() string { return path.Base(c.Image) }

func newCard(a *article) card {
	return card{URL: a.url(), Path: a.path(), Title: a.Title, Lead: a.Lead, Image: a.image(1)}
}

// articlePage is one article for its template.
type articlePage struct {
	page
	a     *article
	Items []pageItem
}

// pageItem is an item with what stands round it.
type pageItem struct {
	item
	Page     *articlePage
	Number   int    // of the figure
	Image    string // its address
	BeforeAd bool
	End      string // end mark, after the last paragraph
}

// Caption is the figure's.
func (it pageItem) Caption() string { return it.Figure }

// AltText is the figure's caption in the other language, or the same.
func (it pageItem) AltText() string {
	if it.Alt != "" {
		return it.Alt
	}
	return it.Figure
}

// PhotoID is a number such as the newspaper gives its pictures.
func (it pageItem) PhotoID() uint64 { return 4000000 + hash(it.Image)%200000 }

// Card is the article in the related card, nil where there is none.
func (it pageItem) Card() *card { return it.Page.Card() }

// LaterFigure reports whether it is a figure other than the first.
func (it pageItem) LaterFigure() bool { return it.Figure != "" && it.Number > 1 }

func newArticlePage(a *article, f filling) *articlePage {
	p := &articlePage{a: a, page: page{
		paper: a.paper, edition: a.edition, filling: f, Title: a.Title, Language: a.Language, URL: a.url(), ID: a.ID, Section: a.section,
		Description: plain(a.Lead), Image: a.image(1),
	}}
	if a.Dateline != "" {
		p.Description = a.Dateline + " - " + p.Description
	}
	n, last := 0, 0
	for i, it := range a.Items {
		pi := pageItem{item: it, Page: p}
		if it.Figure != "" {
			n++
			pi.Number, pi.Image = n, a.image(n)
		}
		pi.BeforeAd = i+1 < len(a.Items) && a.Items[i+1].Ad
		if it.P != "" {
			last = i
		}
		p.Items = append(p.Items, pi)
	}
	if len(p.Items) > 0 {
		p.Items[last].End = a.EndMark
	}
	return p
}

func (p *articlePage) Path() string     { return p.a.path() }
func (p *articlePage) Kicker() string   { return p.a.Kicker }
func (p *articlePage) Dateline() string { return p.a.Dateline }
func (p *articlePage) Lead() string     { return p.a.Lead }
func (p *articlePage) Byline() string   { return p.a.Byline }
func (p *articlePage) Agency() string   { return p.a.Agency }
func (p *articlePage) Source() string   { return p.a.Source }

// Author is what stands in VOV's line for the author: a name, or VOV itself.
func (p *articlePage) Author() string { return cmp.Or(p.a.Byline, p.a.Source) }

func (p *articlePage) AgencyOrSource() string { return p.a.source() }
func (p *articlePage) Tags() []string         { return p.a.Tags }
func (p *articlePage) Published() time.Time   { return p.a.Published }
func (p *articlePage) Changed() time.Time     { return p.a.lastChange() }
func (p *articlePage) IsLive() bool           { return p.a.Layout == "2018-live" }
func (p *articlePage) Number() string         { return strings.TrimPrefix(p.a.ID, "post") }
func (p *articlePage) ImageVersion() int64    { return p.a.Published.Unix() }

// FirstTag is the first tag alone: VOV repeats it.
func (p *articlePage) FirstTag() []string { return p.a.Tags[:min(1, len(p.a.Tags))] }

// Described reports whether the page carries JSON-LD, where its newspaper leaves it out of some.
func (p *articlePage) Described() bool { return hash(p.a.paper.name, p.a.key(), "ld")%5 != 0 }

// ShowsModified reports whether the page says when the article was last changed.
func (p *articlePage) ShowsModified() bool { return p.a.showsModified() }

// AuthorURL is the address of the author's own list.
func (p *articlePage) AuthorURL() string {
	return fmt.Sprintf("%s/tac-gia/%s-%d.htm", p.Origin(), slug(p.a.Byline), 1000+hash(p.a.Byline)%4000)
}

// PrintPath is Báo Tin tức's print view.
func (p *articlePage) PrintPath() string { return p.a.slug + "-n" + p.a.ID + ".htm" }

// FirstHalf and SecondHalf are the two parts into which Báo Tin tức cuts a body,
// with a player between.
func (p *articlePage) FirstHalf() []pageItem { return p.Items[:(len(p.Items)+1)/2] }

// SecondHalf is what FirstHalf leaves.
func (p *articlePage) SecondHalf() []pageItem { return p.Items[(len(p.Items)+1)/2:] }

// FirstFigure is the picture that Thanh Nien shows above the body.
func (p *articlePage) FirstFigure() *pageItem {
	for i := range p.Items {
		if p.Items[i].Number == 1 {
			return &p.Items[i]
		}
	}
	return nil
}

// Related is the related box under the body.
func (p *articlePage) Related() []card {
	var cards []card
	for _, r := range p.a.related {
		cards = append(cards, newCard(r))
	}
	return cards
}

// Card is the related card inside the body, or nil.
func (p *articlePage) Card() *card {
	if p.a.boxed == nil {
		return nil
	}
	c := newCard(p.a.boxed)
	return &c
}

// listPage is a front page or a section list.
type listPage struct {
	page
	Articles       []card
	Page           int
	Previous, Next string
}
