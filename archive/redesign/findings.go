package redesign

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// What is told of a field from a day on.
const (
	Lost    = "lost" // of a layout: it stopped fitting
	Shorter = "shorter"
	Longer  = "longer"
)

// Finding is one day from which a newspaper's pages come out otherwise. Days are midnights in
// [sites.Zone].
type Finding struct {
	Layout string
	Field  string // of the article, or [FieldLayout]
	What   string // [Lost], [Shorter] or [Longer]

	Day        time.Time // the first day of it
	LastBefore time.Time // the last day before that with a page: the change came after it
	Whole      time.Time // from this day on all pages show it, where it came by and by; else Day
	Ended      time.Time // from this day on it is over; zero where it holds at the newest captures
	Sections   []Section // where it came to some of the newspaper's sections alone, or on other days

	// Was and Is are shares of the pages; or typical lengths, in letters. Pages are those
	// that were compared.
	Was, Is                 float64
	PagesBefore, PagesAfter int
	HitsBefore, HitsAfter   int // of the pages, with the field; 0 of a length

	Readers []Reader // who reads the pages that the layout lost, most first
	// KeptOld of OldPages: of articles that are older than the day and were captured after
	// it, those that the layout still fits.
	KeptOld, OldPages int

	Dead                          []Selector // most pages first
	Places                        []Place    // of pages that the layout lost: where the fields stand now
	ExamplesBefore, ExamplesAfter []string   // addresses

	layout           int
	sections         []uint16 // all where nil
	from, day, whole int
	ended            int
}

// Section is one section with the day on which the finding came to it.
type Section struct {
	Name string // as its addresses have it: "/the-gioi"
	Day  time.Time
}

// Reader is what reads pages.
type Reader struct {
	Name  string // a layout, "generic", "no article"
	Pages int
}

// Holds reports whether a finding is one of the newest captures, too.
func (f *Finding) Holds() bool { return f.Ended.IsZero() }

const (
	// fewPages: series of fewer are not looked at.
	fewPages = 10
	// minTwistOfSection is [minTwist] for one section, which an event may fill with long
	// articles: to two fifths or five halves.
	minTwistOfSection = 1.3
	// mostLeftOfSection is [mostLeft] for one section.
	mostLeftOfSection = 0.125
	// apart is how many days sections have to lie apart to be told of: what comes by and by
	// shows a day later in one or the other by chance.
	apart = 3
	// lately is how many days may lie between a layout's newest page and the newspaper's.
	lately = 30
)

// measure is one thing to be looked at: a field or a length within a layout, or how many pages
// the layout fits.
type measure struct {
	layout int
	field  int // -1: the layout itself
	length int // its place among the lengths; -1: whether it is there
}

// of is the measure's value on a page; ok is false for a page that it says nothing of.
func (m measure) of(at *observed) (value float64, ok bool) {
	switch {
	case m.field < 0:
		return float(int(at.reader) <= m.layout), true // that a newer layout fits is no loss
	case int(at.reader) != m.layout:
		return 0, false
	case m.length < 0:
		return float(at.has&(1<<m.field) != 0), true
	}
	return float64(at.lengths[m.length]), at.lengths[m.length] > 0
}

func float(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// measures are all of a newspaper's, or those of one field.
func (o *observations) measures(field string) (list []measure) {
	for l := range o.site.Layouts {
		if field == "" || field == FieldLayout {
			list = append(list, measure{l, -1, -1})
		}
		length := 0
		for i, f := range fields {
			wanted := field == "" || field == f.name
			if wanted {
				list = append(list, measure{l, i, -1})
			}
			if f.letters != nil {
				if wanted {
					list = append(list, measure{l, i, length})
				}
				length++
			}
		}
	}
	return list
}

// findings are the days on which something changed, in the newspaper and in its sections.
func (o *observations) findings(field string) []Finding {
	measures := o.measures(field)
	tests := len(measures) * (1 + len(o.sections))
	all, sections := o.bySection()
	var list []Finding
	for _, m := range measures {
		whole := o.look(m, tests, all)
		var parts []Finding
		for s, pages := range sections {
			for _, f := range o.look(m, tests, pages) {
				f.sections = []uint16{uint16(s)}
				parts = append(parts, f)
			}
		}
		list = append(list, o.together(m, whole, parts)...)
	}
	list = slices.DeleteFunc(list, func(f Finding) bool {
		return f.Field != FieldLayout && slices.ContainsFunc(list, func(lost Finding) bool { return lost.leaves(f) })
	})
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.layout, b.layout))
	})
	return list
}

// leaves reports whether a layout was lost, and a finding is about the pages that are left of
// it.
func (f *Finding) leaves(other Finding) bool {
	return f.Field == FieldLayout && f.layout == other.layout && other.day >= f.day && (f.ended == 0 || other.day < f.ended) &&
		(f.sections == nil || other.sections != nil && !slices.ContainsFunc(other.sections, func(s uint16) bool { return !slices.Contains(f.sections, s) }))
}

// bySection gives the pages, by their places in the list: all, and the recent ones of each section,
// where there are several.
func (o *observations) bySection() (all []int32, sections [][]int32) {
	if len(o.sections) > 1 {
		sections = make([][]int32, len(o.sections))
	}
	for i := range o.list {
		all = append(all, int32(i))
		if at := &o.list[i]; sections != nil && at.isRecent() {
			sections[at.section] = append(sections[at.section], int32(i))
		}
	}
	return all, sections
}

// look finds the changes of one measure on some of the pages.
func (o *observations) look(m measure, tests int, pages []int32) (list []Finding) {
	var points []point
	for _, i := range pages {
		at := &o.list[i]
		if value, ok := m.of(at); ok {
			points = append(points, point{int(at.day), at.stratum(), value})
		}
	}
	if len(points) < fewPages {
		return nil
	}
	s := newSeries(points, m.length >= 0)
	for _, c := range s.changes(tests) {
		f := Finding{layout: m.layout, Layout: o.site.Layouts[m.layout].Name, Field: FieldLayout, What: Lost, Was: c.was, Is: c.is}
		if m.field >= 0 {
			f.Field = fields[m.field].name
		}
		f.PagesBefore, f.PagesAfter = c.before, c.after
		if m.length >= 0 {
			f.What = Shorter
			if c.is > c.was {
				f.What = Longer
			}
			f.Was, f.Is = math.Round(math.Exp2(c.was)), math.Round(math.Exp2(c.is))
		} else {
			f.HitsBefore, f.HitsAfter = c.wasHit, c.isHits
		}
		f.from, f.day, f.whole = s.days[c.from], s.days[c.first], s.days[c.last]
		f.LastBefore = midnight(s.days[c.first-1])
		if c.ended < len(s.days) {
			f.ended = s.days[c.ended]
		} else if newest := int(o.list[len(o.list)-1].day); newest-s.days[len(s.days)-1] > lately {
			f.ended = s.days[len(s.days)-1] + 1 // nothing comes in this layout any more
		}
		if m.field >= 0 || o.reads(m.layout, &f, pages) {
			list = append(list, f)
		}
	}
	return list
}

// reads reports whether it was this layout, and not a newer one, that read most of the pages
// before.
func (o *observations) reads(layout int, f *Finding, pages []int32) bool {
	own, all := 0, 0
	for _, i := range pages {
		if at := &o.list[i]; int(at.day) >= f.from && int(at.day) < f.day && int(at.reader) <= layout {
			all++
			if int(at.reader) == layout {
				own++
			}
		}
	}
	return 2*own > all
}

// together brings the findings of the newspaper and of its sections together. What came to all
// of them is one finding, with the days of each where they differ; what came to some is one for
// each day.
func (o *observations) together(m measure, whole, parts []Finding) (list []Finding) {
	for i, w := range whole {
		var own []Finding
		parts = slices.DeleteFunc(parts, func(p Finding) bool {
			mine := nearest(whole, p) == i
			if mine {
				own = append(own, p)
			}
			return mine
		})
		if o.spares(m, w, own) {
			parts = append(parts, own...)
			continue
		}
		if slices.ContainsFunc(own, func(p Finding) bool { return p.day-w.day >= apart }) {
			for _, p := range own {
				w.Sections = append(w.Sections, Section{o.sections[p.sections[0]], midnight(p.day)})
			}
			slices.SortStableFunc(w.Sections, func(a, b Section) int { return a.Day.Compare(b.Day) })
		}
		list = append(list, w)
	}
	for _, p := range parts {
		if p.isEvent() {
			continue
		}
		p.Sections = []Section{{o.sections[p.sections[0]], midnight(p.day)}}
		same := slices.IndexFunc(list, func(f Finding) bool {
			return f.sections != nil && max(f.day-p.day, p.day-f.day) < apart && f.What == p.What && (f.ended == 0) == (p.ended == 0)
		})
		if same < 0 {
			list = append(list, p)
			continue
		}
		list[same].add(p)
	}
	for i := range list {
		list[i].settle()
	}
	return list
}

// isEvent reports whether what came to one section alone may be what it writes about, and who
// writes.
func (f *Finding) isEvent() bool {
	if f.What != Lost {
		return math.Abs(math.Log2(f.Is/f.Was)) < minTwistOfSection
	}
	return f.Was < surely && f.Is > mostLeftOfSection*f.Was
}

// nearest is the place of the newspaper's finding that a section's is a part of, -1 where it is
// one by itself.
func nearest(whole []Finding, part Finding) int {
	near, far := -1, recent+1
	for i, w := range whole {
		away := max(w.day-part.day, part.day-w.whole, 0)
		if w.What == part.What && away < far && (w.ended == 0 || part.day < w.ended) {
			near, far = i, away
		}
	}
	return near
}

// spares reports whether a section with pages enough goes on as before, so that the finding is
// one of the others only.
func (o *observations) spares(m measure, w Finding, parts []Finding) bool {
	if len(parts) == 0 {
		return false
	}
	for s := range o.sections {
		if slices.ContainsFunc(parts, func(p Finding) bool { return int(p.sections[0]) == s }) {
			continue
		}
		var before, after sums
		for i := range o.list {
			at := &o.list[i]
			value, ok := m.of(at)
			if !ok || int(at.section) != s || !at.isRecent() || int(at.day) < w.from {
				continue
			}
			switch day := int(at.day); {
			case day < w.day:
				before = before.plus(sums{1, value, 0})
			case day >= w.whole && (w.ended == 0 || day < w.ended):
				after = after.plus(sums{1, value, 0})
			}
		}
		if before.n < fewPages || after.n < fewPages {
			continue
		}
		shift := (before.x/before.n - after.x/after.n)
		least := minDrop
		if m.length >= 0 {
			shift, least = math.Abs(shift), minTwist
		}
		if shift < least/2 && (m.length >= 0 || before.x > 0) {
			return true
		}
	}
	return false
}

// add takes in what happened to another section on that day, or a day or two beside it.
func (f *Finding) add(p Finding) {
	weight := func(a float64, n int, b float64, m int) float64 {
		return (a*float64(n) + b*float64(m)) / float64(max(1, n+m))
	}
	f.Was = weight(f.Was, f.PagesAfter, p.Was, p.PagesAfter)
	f.Is = weight(f.Is, f.PagesAfter, p.Is, p.PagesAfter)
	f.PagesBefore += p.PagesBefore
	f.PagesAfter += p.PagesAfter
	f.HitsBefore += p.HitsBefore
	f.HitsAfter += p.HitsAfter
	if p.day < f.day {
		f.day, f.LastBefore = p.day, p.LastBefore
	}
	f.whole, f.from, f.ended = max(f.whole, p.whole), min(f.from, p.from), max(f.ended, p.ended)
	f.sections = append(f.sections, p.sections...)
	f.Sections = append(f.Sections, p.Sections...)
}

// settle says the finding's days.
func (f *Finding) settle() {
	if f.What != Lost {
		f.Was, f.Is = math.Round(f.Was), math.Round(f.Is)
	}
	f.Day, f.Whole = midnight(f.day), midnight(f.whole)
	if f.ended != 0 {
		f.Ended = midnight(f.ended)
	}
}
