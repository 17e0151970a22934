package sampleweb

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// filling is what makes a short page as long as a real one: styles, scripts and
// menus.
type filling struct{ styles, scripts, menu string }

// shortPage is about what a page takes without filling.
const shortPage = 11 << 10

// filler makes a newspaper's filling. As on real pages some of it is the same
// everywhere and some is not, so that pages compress about as real ones do, each
// alone and against one another:
//
//   - styles and scripts stay for a month; then some lines of them change
//   - the menu has a part of its own in each section
//   - boxes ("most read") name other articles every day, in each section others
//   - advertisements' ids, tokens and readers' comments are each page's own
//
// What a page is filled with follows from its key and its day alone, so that it
// changes only when the page is edited.
type filler struct {
	paper *paper
	size  int

	mu    sync.Mutex
	parts map[string]string // made lately, by name
}

const (
	boxCards     = 28  // articles in the boxes of a page
	ownTokens    = 12  // ids of advertisements and the like
	commentWords = 560 // that readers wrote
	maxParts     = 100
)

// newFiller makes pages about n bytes long; nil where they are that already.
func newFiller(p *paper, n int) *filler {
	if n <= shortPage {
		return nil
	}
	return &filler{paper: p, size: n - shortPage, parts: map[string]string{}}
}

// filling is the filling of the page under key, which came out at published.
func (f *filler) filling(s section, key string, published time.Time) filling {
	if f == nil {
		return filling{}
	}
	month := published.Year()*12 + int(published.Month()) - 1
	styles := f.part(fmt.Sprint("styles ", month), func() string { return f.styles(month) })
	scripts := f.part(fmt.Sprint("scripts ", month), func() string { return f.scripts(month) })
	menu := f.part("menu "+s.Slug, func() string { return f.menu(s, f.size/10) })
	boxes := f.part("boxes "+s.Slug+published.Format(time.DateOnly), func() string { return f.boxes(s, published) })
	own := f.own(key)
	rest := max(0, f.size-len(boxes)-len(own)-len(menu))
	return filling{
		styles:  styles[:lineEnd(styles, rest*5/9)],
		scripts: scripts[:lineEnd(scripts, rest*4/9)] + own,
		menu:    menu + boxes,
	}
}

// part makes a part that many pages share, or finds it made.
func (f *filler) part(name string, make func() string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.parts[name]
	if !ok {
		if len(f.parts) >= maxParts {
			clear(f.parts)
		}
		p = make()
		f.parts[name] = p
	}
	return p
}

// lineEnd is where the last whole line within n bytes ends.
func lineEnd(s string, n int) int { return strings.LastIndexByte(s[:min(n, len(s))], '\n') + 1 }

// line is the chance of one line of the styles or scripts of a month: a line
// changes every other year, each in a month of its own.
func (f *filler) line(kind string, i, month int) *rand.Rand {
	const changes = 24
	turn := int(hash(kind, strconv.Itoa(i)) % changes)
	return dice(f.paper.name, kind, strconv.Itoa(i), strconv.Itoa((month+turn)/changes))
}

// styles and scripts have names and numbers that vary about as in real ones.
func (f *filler) styles(month int) string {
	var b strings.Builder
	for i := 0; b.Len() < f.size*5/9; i++ {
		d := f.line("styles", i, month)
		fmt.Fprintf(&b, ".%s-%s .%s__%s{margin:%dpx 0 0;color:#%06x;font-size:%dpx;line-height:20px;font-family:\"Inter\",-apple-system,sans-serif}\n",
			f.paper.name, pick(d, styleWords), pick(d, styleWords), pick(d, styleWords), 4*d.IntN(8), 0x1f3b1*d.IntN(1<<7), 11+d.IntN(8))
	}
	return b.String()
}

func (f *filler) scripts(month int) string {
	var b strings.Builder
	for i := 0; b.Len() < f.size*4/9; i++ {
		d := f.line("scripts", i, month)
		fmt.Fprintf(&b, "!function(e,t){var n=t.querySelector(\"[data-%s=%s]\");n&&n.addEventListener(\"click\",function(){e.%s(\"%04x\",%d)})}(window,document);\n",
			pick(d, styleWords), pick(d, styleWords), pick(d, styleWords), d.IntN(1<<14), d.IntN(999))
	}
	return b.String()
}

var styleWords = strings.Fields("article item title wrap thumb grid box menu list head foot side main text video photo author time share comment tag event hot live slide card meta icon btn nav sub top mid ads zone")

// menu is the newspaper's, and at its end the section's.
func (f *filler) menu(s section, n int) string {
	places := stocks()["vi"].Slots["place"]
	var b strings.Builder
	write := func(d *rand.Rand, upTo int) {
		for b.Len() < upTo {
			place := pick(d, places)
			fmt.Fprintf(&b, "<li><a href=\"#%s-%d\">%s</a></li>\n", slug(place), d.IntN(99), place)
		}
	}
	write(dice(f.paper.name, "menu"), n*4/5)
	write(dice(f.paper.name, "menu", s.Slug), n)
	return b.String()
}

// boxes name articles of the days before.
func (f *filler) boxes(s section, published time.Time) string {
	day := published.Format(time.DateOnly)
	d := dice(f.paper.name, "boxes", s.Slug, day)
	newest := int(f.paper.oldest.Sub(published) / f.paper.step)
	var b strings.Builder
	for i := range boxCards {
		a := f.paper.generate(newest + d.IntN(400))
		fmt.Fprintf(&b, "<li class=\"article-item\" data-content-piece=\"most-read_position_%d\"><a href=\"#%s-%s\" title=\"%s\"><img src=\"#%s\" alt=\"%s\"></a></li>\n",
			i+1, a.slug, a.ID, a.Title, digest(a.ID, 1), a.Title)
	}
	return b.String()
}

// own is what no other page has.
func (f *filler) own(key string) string {
	d := dice(f.paper.name, "own", key)
	words := commentVocabulary()
	var b strings.Builder
	for i := range ownTokens {
		fmt.Fprintf(&b, "window.slots.push({id:%q,unit:%d,token:\"%016x%016x\"});\n", pick(d, styleWords)+"-"+strconv.Itoa(i), d.IntN(1e6), d.Uint64(), d.Uint64())
	}
	for left := commentWords; left > 0; {
		n := min(left, 12+d.IntN(40))
		left -= n
		fmt.Fprintf(&b, "window.comments.push({user:%d,likes:%d,text:\"", d.IntN(1e7), d.IntN(50))
		for i := range n {
			if i > 0 {
				b.WriteByte(' ')
			}
			// The square of chance: some words come often, most rarely.
			at := d.Float64()
			b.WriteString(words[int(at*at*float64(len(words)))])
		}
		b.WriteString(".\"});\n")
	}
	return b.String()
}

// commentVocabulary is the words of the stock, sorted.
var commentVocabulary = sync.OnceValue(func() []string {
	s := stocks()["vi"]
	texts := slices.Concat(s.Titles, s.Leads, s.Sentences, s.Quotes, s.Heads, s.Captions)
	for _, slot := range s.Slots {
		texts = append(texts, slot...)
	}
	words := strings.FieldsFunc(strings.Join(texts, " "), func(r rune) bool { return strings.ContainsRune(" {}.,:;\"“”()", r) })
	slices.Sort(words)
	return slices.Compact(words)
})
