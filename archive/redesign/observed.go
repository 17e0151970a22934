package redesign

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/sites"
)

// FieldLayout stands for the layout itself among the fields of an article.
const FieldLayout = "layout"

// fields are those that are looked at, in the order of an article; what an observed page has of
// them is a bit each.
var fields = []struct {
	name    string
	has     func(*cleaner.Article) bool
	letters func(*cleaner.Article) int // nil: its length says nothing
}{
	{"title", func(a *cleaner.Article) bool { return a.Title != "" }, func(a *cleaner.Article) int { return letters(a.Title) }},
	{"kicker", func(a *cleaner.Article) bool { return a.Kicker != "" }, nil},
	{"lead", func(a *cleaner.Article) bool { return a.Lead != "" }, func(a *cleaner.Article) int { return letters(a.Lead) }},
	{"dateline", func(a *cleaner.Article) bool { return a.Dateline != "" }, nil},
	{"byline", func(a *cleaner.Article) bool { return a.Byline != "" }, nil},
	{"source", func(a *cleaner.Article) bool { return a.Source != "" }, nil},
	{"published", func(a *cleaner.Article) bool { return !a.Published.IsZero() }, nil},
	{"section", func(a *cleaner.Article) bool { return len(a.Section) > 0 }, nil},
	{"tags", func(a *cleaner.Article) bool { return len(a.Tags) > 0 }, nil},
	{"captions", func(a *cleaner.Article) bool { return len(a.Captions) > 0 }, nil},
	{"images", func(a *cleaner.Article) bool { return len(a.Images) > 0 }, nil},
	{"body", func(a *cleaner.Article) bool { return len(a.Body) > 0 }, func(a *cleaner.Article) (n int) {
		for _, b := range a.Body {
			n += letters(b.Text)
		}
		return n
	}},
	{"related", func(a *cleaner.Article) bool { return len(a.Related) > 0 }, nil},
}

func letters[T ~string](s T) int { return utf8.RuneCountInString(string(s)) }

// Fields are what can be asked for: the layout, and the fields of an article.
func Fields() []string {
	list := []string{FieldLayout}
	for _, f := range fields {
		list = append(list, f.name)
	}
	return list
}

// observed is one page as it stood on one day, read by the present cleaner. There is one for
// each page and day with a capture, so it is small.
type observed struct {
	number    uint64 // of the capture
	at        int64  // when it was made, in milliseconds since 1970
	page      uint64 // a hash of its page's key
	day       int32  // of the capture: see [dayOf]
	published int32  // 0 where it is not known
	section   uint16 // its place among [observations].sections
	reader    uint8  // the layout's place among the newspaper's; then the generic reader, then nobody
	has       uint16 // a bit for each of fields
	lengths   [lengthsOf]float32
}

// lengthsOf is how many of the fields have a length.
const lengthsOf = 3

// observations are all of a newspaper's, in order of their days.
type observations struct {
	site     *sites.Site
	list     []observed
	sections []string
}

// generic and nobody are the readers of a page that no layout fits, and of one that is no
// article.
func (o *observations) generic() uint8 { return uint8(len(o.site.Layouts)) }
func (o *observations) nobody() uint8  { return o.generic() + 1 }

// reader is the name of a reader.
func (o *observations) reader(n uint8) string {
	switch {
	case n < o.generic():
		return o.site.Layouts[n].Name
	case n == o.generic():
		return cleaner.GenericLayout
	}
	return "no article"
}

// read notes what came out of a page; art is nil where it is no article.
func (o *observations) read(at *observed, art *cleaner.Article) {
	at.reader = o.nobody()
	if art == nil {
		return
	}
	at.reader = o.generic()
	if i := slices.IndexFunc(o.site.Layouts, func(l sites.Layout) bool { return l.Name == art.Layout }); i >= 0 {
		at.reader = uint8(i)
	}
	length := 0
	for i, f := range fields {
		if f.has(art) {
			at.has |= 1 << i
		}
		if f.letters != nil {
			if n := f.letters(art); n > 0 {
				at.lengths[length] = float32(math.Log2(float64(n)))
			}
			length++
		}
	}
}

// recent is the age up to which a captured article says how its section looks now. An older
// one may keep the layout of its time, so it is compared with those of its month alone.
const recent = 60

// oldStrata are the numbers from which strata are of what was published in a month of long ago.
const oldStrata = 1 << 16

// stratum is what an observed page is compared with: the recent ones of its section, or those
// that were published in one month.
func (at *observed) stratum() int {
	if at.isRecent() {
		return int(at.section)
	}
	t := midnight(int(at.published))
	return oldStrata + t.Year()*12 + int(t.Month())
}

func (at *observed) isRecent() bool {
	return at.published == 0 || at.day-at.published <= recent
}

// sorted puts the observations in order and gives sections numbers in that of their names, so
// that all that follows is the same whatever core read what, and whatever order the archive got
// its captures in.
func (o *observations) sorted() {
	names := slices.Clone(o.sections)
	slices.Sort(names)
	for i := range o.list {
		at, _ := slices.BinarySearch(names, o.sections[o.list[i].section])
		o.list[i].section = uint16(at)
	}
	o.sections = names
	slices.SortFunc(o.list, func(a, b observed) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at), cmp.Compare(a.page, b.page))
	})
}

// maxSections bounds the sections that are told apart; the rest are one.
const maxSections = 200

// sectionOf is the number of a section, as far as they are told apart.
func (o *observations) sectionOf(known map[string]uint16, address string) uint16 {
	name := strings.ToValidUTF8(o.site.Section(address), "")
	if n, ok := known[name]; ok {
		return n
	}
	if len(known) >= maxSections {
		name = ""
		if n, ok := known[name]; ok {
			return n
		}
	}
	known[name] = uint16(len(o.sections))
	o.sections = append(o.sections, name)
	return known[name]
}

// pageHash tells one page from another, the same on any machine.
func pageHash(key string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // never fails
	return h.Sum64()
}

// publishedOn is the day of an article, 0 where nothing tells it.
func publishedOn(site *sites.Site, known time.Time, id string, art *cleaner.Article) int32 {
	switch begun, ok := site.Begun(id); {
	case !known.IsZero():
		return int32(dayOf(known))
	case ok:
		return int32(dayOf(begun))
	case art != nil && !art.Published.IsZero():
		return int32(dayOf(art.Published.Time))
	}
	return 0
}
