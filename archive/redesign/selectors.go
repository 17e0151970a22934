package redesign

import (
	"cmp"
	"context"
	"slices"

	"baoluu/cleaner"
)

// Selector is one of a layout's that died: on how many of the pages looked at it found
// something, before and after.
type Selector struct {
	Field, Selector         string
	Before, After           int
	PagesBefore, PagesAfter int
}

const (
	// sampled is how many pages before a day and after it are looked at, those next to it.
	sampled = 60
	// A selector died where it found something on aliveOn of the pages before at least, as
	// those of some pages only (photo stories) do, and on deadOn of those after at most.
	aliveOn = 0.15
	deadOn  = 0.03
	// maxExamples is how many addresses stand for each side.
	maxExamples = 3
)

// explain adds to a finding who reads the pages now, which selectors died, and examples.
func (r *replayer) explain(ctx context.Context, o *observations, f *Finding) error {
	o.readers(f)
	numbersBefore, numbersAfter := o.beside(f)
	before, err := r.sample(ctx, f, numbersBefore)
	if err != nil {
		return err
	}
	after, err := r.sample(ctx, f, numbersAfter)
	if err != nil {
		return err
	}
	f.ExamplesBefore, f.ExamplesAfter, f.Places = before.examples, after.examples, after.placed.list()
	if before.pages == 0 || after.pages == 0 {
		return nil
	}
	for i, t := range before.tried {
		d := Selector{t.Field, t.Selector, before.found[i], after.found[i], before.pages, after.pages}
		concerns := f.Field == FieldLayout || f.Field == t.Field || f.Field == "images" && t.Field == "body"
		if concerns && float64(d.Before) >= aliveOn*float64(d.PagesBefore) && float64(d.After) <= deadOn*float64(d.PagesAfter) {
			f.Dead = append(f.Dead, d)
		}
	}
	slices.SortStableFunc(f.Dead, func(a, b Selector) int { return cmp.Compare(b.Before, a.Before) })
	return nil
}

// sample is what the selectors of a layout find on some pages.
type sample struct {
	pages    int
	tried    []cleaner.Tried // as on the first page; the selectors are the same on all
	found    []int           // on how many pages, for each of them
	examples []string
	placed   placed // of pages that the layout lost
}

// sample reads pages for a finding.
func (r *replayer) sample(ctx context.Context, f *Finding, numbers []uint64) (s sample, err error) {
	s.placed = placed{}
	for _, n := range numbers {
		c, err := r.view.Capture(ctx, n)
		if err != nil {
			return s, err
		}
		if len(s.examples) < maxExamples && !slices.Contains(s.examples, c.URL) {
			s.examples = append(s.examples, c.URL)
		}
		err = r.document(ctx, c, func(doc *cleaner.Document, err error) error {
			if err != nil {
				return nil // the page's fault, which was counted as no article
			}
			s.add(doc.Tried(&r.site.Layouts[f.layout]))
			if art, err := doc.Article(r.site); err == nil && f.Field == FieldLayout && art.Layout != f.Layout && doc.Tree() != nil {
				s.placed.add(doc.Tree(), &art)
			}
			return nil
		})
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// add counts what was found on a page; one that costs too much to ask counts for nothing.
func (s *sample) add(tried []cleaner.Tried, err error) {
	if err != nil {
		return
	}
	if s.pages++; s.pages == 1 {
		s.tried, s.found = tried, make([]int, len(tried))
	}
	for i, t := range tried {
		if t.Found {
			s.found[i]++
		}
	}
}

// concerns reports whether an observed page is one of those that a finding is about.
func (f *Finding) concerns(at *observed) bool {
	return f.sections == nil || at.isRecent() && slices.Contains(f.sections, at.section)
}

// beside are captures before a finding's day and after it, the nearest first: before with what
// was lost, after without.
func (o *observations) beside(f *Finding) (before, after []uint64) {
	m := o.measureOf(f)
	first, _ := slices.BinarySearchFunc(o.list, f.day, func(at observed, day int) int { return cmp.Compare(int(at.day), day) })
	for i := first - 1; i >= 0 && int(o.list[i].day) >= f.from && len(before) < sampled; i-- {
		at := &o.list[i]
		if value, ok := m.of(at); ok && f.concerns(at) && int(at.reader) == f.layout && (m.length >= 0 || value > 0) {
			before = append(before, at.number)
		}
	}
	for i := first; i < len(o.list) && len(after) < sampled; i++ {
		at := &o.list[i]
		if int(at.day) < f.whole || f.ended != 0 && int(at.day) >= f.ended {
			continue
		}
		if value, ok := m.of(at); ok && f.concerns(at) && (m.length >= 0 || value == 0) {
			after = append(after, at.number)
		}
	}
	return before, after
}

// measureOf is the measure that a finding came of.
func (o *observations) measureOf(f *Finding) measure {
	for _, m := range o.measures(f.Field) {
		if m.layout == f.layout && (m.length >= 0) == (f.What != Lost) {
			return m
		}
	}
	return measure{f.layout, -1, -1}
}

// readers counts who reads the pages that a layout lost, and how many older articles it kept.
func (o *observations) readers(f *Finding) {
	if f.Field != FieldLayout {
		return
	}
	counts := make([]int, o.nobody()+1)
	for i := range o.list {
		at := &o.list[i]
		if int(at.day) < f.day || f.ended != 0 && int(at.day) >= f.ended || !f.concerns(at) {
			continue
		}
		fits := int(at.reader) <= f.layout
		if !fits {
			counts[at.reader]++
		}
		if at.published != 0 && int(at.published) < f.day && int(at.day) >= f.whole {
			f.OldPages++
			if fits {
				f.KeptOld++
			}
		}
	}
	for n, pages := range counts {
		if pages > 0 {
			f.Readers = append(f.Readers, Reader{o.reader(uint8(n)), pages})
		}
	}
	slices.SortStableFunc(f.Readers, func(a, b Reader) int { return cmp.Compare(b.Pages, a.Pages) })
}
