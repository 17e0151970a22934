package sampleweb

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// stock is what generated articles of one language are put together from. A
// word in braces stands for one of slots.
type stock struct {
	Dateline  map[string]string   `yaml:"dateline"` // by newspaper
	Slots     map[string][]string `yaml:"slots"`
	Titles    []string            `yaml:"titles"`
	Leads     []string            `yaml:"leads"`
	Sentences []string            `yaml:"sentences"`
	Quotes    []string            `yaml:"quotes"`
	Heads     []string            `yaml:"heads"`
	Captions  []string            `yaml:"captions"`
	Tables    [][]string          `yaml:"tables"`
	Tags      []string            `yaml:"tags"`
}

// stocks is the stock of each language, read-only.
var stocks = sync.OnceValue(func() map[string]*stock {
	m := map[string]*stock{}
	for _, lang := range []string{"vi", "en"} {
		raw, err := files.ReadFile("stock/" + lang + ".yaml")
		if err != nil {
			panic(err)
		}
		var s stock
		if err := yaml.UnmarshalWithOptions(raw, &s, yaml.Strict()); err != nil {
			panic(fmt.Sprintf("sampleweb: stock/%s.yaml: %v", lang, err))
		}
		m[lang] = &s
	}
	return m
})

// dice is chance that always falls the same way for the same words.
func dice(words ...string) *rand.Rand {
	return rand.New(rand.NewPCG(hash(words...), hash(append(words, "dice")...)))
}

func pick[T any](d *rand.Rand, from []T) T { return from[d.IntN(len(from))] }

// fill puts words into the slots of a pattern and begins it with a capital.
func (s *stock) fill(d *rand.Rand, pattern string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(pick(d, s.Slots[name]))
		pattern = after
	}
	text := b.String()
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// generatedSection is the section of generated article k.
func (p *paper) generatedSection(k int) section {
	all := p.editions[0].sections
	return all[((k%len(all))+len(all))%len(all)]
}

// generate is what lists show of generated article k; [article.flesh] adds the
// rest.
func (p *paper) generate(k int) *article {
	id := p.generatedID(k)
	e := p.editions[0]
	s := stocks()[e.lang]
	d := dice(p.name, id)
	a := &article{
		ID: id, Language: e.lang, Title: s.fill(d, pick(d, s.Titles)), Lead: s.fill(d, pick(d, s.Leads)),
		Dateline: s.Dateline[p.name], Published: p.generatedTime(k),
		paper: p, edition: e, section: p.generatedSection(k), generated: true, number: k,
	}
	a.slug = slug(a.Title)
	if p.look != nil {
		a.Layout = p.look(a.Published)
	}
	return a
}

// flesh adds to a generated article what only its own page shows.
func (a *article) flesh() {
	if !a.generated || a.Items != nil {
		return
	}
	s := stocks()[a.Language]
	d := dice(a.paper.name, a.ID, "body")
	if a.paper.name != "thanhniennews" { // its pages are signed nowhere
		a.Byline = pick(d, s.Slots["byline"])
	}
	for _, i := range d.Perm(len(s.Tags))[:2+d.IntN(3)] {
		a.Tags = append(a.Tags, s.Tags[i])
	}
	if a.paper.name == "baotintuc" {
		a.Agency = "TTXVN"
	}
	order := d.Perm(len(s.Sentences))
	paragraphs := 5 + d.IntN(7)
	captions := d.Perm(len(s.Captions))
	for i := range paragraphs {
		var text []string
		for range 2 + d.IntN(2) {
			text = append(text, s.fill(d, s.Sentences[order[0]]))
			order = append(order[1:], order[0])
		}
		a.Items = append(a.Items, item{P: strings.Join(text, " ")})
		switch {
		case i == paragraphs-1:
		case i%3 == 0 && len(captions) > 1: // no pattern twice, so no caption twice
			a.Items = append(a.Items, item{Figure: s.fill(d, s.Captions[captions[0]])})
			captions = captions[1:]
		case i == 2 && d.IntN(2) == 0:
			a.Items = append(a.Items, item{Box: true})
		case i == 4:
			a.Items = append(a.Items, item{Ad: true}, item{Head: pick(d, s.Heads)})
		case i == 5 && d.IntN(3) == 0:
			a.Items = append(a.Items, item{Quote: pick(d, s.Quotes)})
		case i == 7 && d.IntN(4) == 0:
			var rows []string
			for _, row := range pick(d, s.Tables) {
				rows = append(rows, s.fill(d, row))
			}
			a.Items = append(a.Items, item{Table: rows})
		}
	}
	if a.paper.stranger {
		a.vary(d)
	}
	// Numbers and names repeat within an article; a running number keeps two
	// articles of one pattern from ever reading the same.
	if a.Language == "vi" {
		a.Items[0].P += " Đây là hoạt động thứ " + strconv.Itoa(abs(a.number)+1) + " trong năm của địa phương."
	} else {
		a.Items[0].P += " It is project number " + strconv.Itoa(abs(a.number)+1) + " of its kind this year."
	}
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
