package reclean

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
)

const (
	maxLargest = 20  // losses, and changes
	maxKinds   = 200 // layouts, notes and reasons; what else pages say counts as others
	others     = "(others)"
)

// outcome is how one capture came out, with all that a report counts of it.
type outcome struct {
	capture  capture.Capture
	page     string
	old, now *cleaner.Article // nil where there is none
	was, is  string           // layouts
	reasons  [2]string        // why there is no article, before and after
	month    string
	fields   []fieldOutcome // as [fields] has them; none where there is no article, before or after
}

// fieldOutcome is how one field came out.
type fieldOutcome struct {
	result     result
	had, has   bool
	was, is    int // length
	gone, came int // letters of words
}

// compareArticles tells how a capture came out. alike says that all fields are known to be the same.
func compareArticles(c capture.Capture, page string, old, now *cleaner.Article, alike bool) outcome {
	o := outcome{capture: c, page: page, old: old, now: now, month: monthOf(c, old, now)}
	if old == nil && now == nil {
		return o
	}
	none := &cleaner.Article{}
	before, after := cmp.Or(old, none), cmp.Or(now, none)
	o.fields = make([]fieldOutcome, len(fields))
	for i, f := range fields {
		is := f.texts(after)
		fo := fieldOutcome{has: len(is) > 0, is: f.measure.length(is)}
		if alike {
			fo.had, fo.was = fo.has, fo.is
		} else {
			was := f.texts(before)
			fo.had, fo.was = len(was) > 0, f.measure.length(was)
			if fo.result = f.measure.compare(was, is, fo.was, fo.is); fo.result != same {
				fo.gone, fo.came = exchanged(was, is)
			}
		}
		o.fields[i] = fo
	}
	return o
}

// monthOf is the month that a capture counts in: no page is older than the web, or newer than its capture.
func monthOf(c capture.Capture, old, now *cleaner.Article) string {
	const oldest = 1990
	at := c.Time
	for _, a := range []*cleaner.Article{old, now} {
		if a != nil && a.Published.Year() >= oldest && a.Published.Before(c.Time.AddDate(0, 0, 1)) {
			at = a.Published.Time
		}
	}
	return schema.InZone(at).Format("2006-01")
}

func dayOf(c capture.Capture) string { return schema.InZone(c.Time).Format(time.DateOnly) }

// tally counts outcomes, one after the other, in memory that does not grow with their number.
type tally struct {
	report      Report
	fields      []Field
	layouts     map[string]*layoutTally
	months      map[string]*monthTally
	notes       counts
	refusals    counts
	articles    int   // that there were
	gained      []int // of each field, how many have it that were no articles before
	losing      int   // bodies that lose more than the gate's share of their text
	bodies      int   // there were
	firstLosing *Example
}

type layoutTally struct {
	captures int
	was      counts
	fields   []Field
	articles int   // as in tally
	gained   []int // likewise
}

type monthTally struct {
	before, after int
	fields        []fillTally
}

type fillTally struct{ before, after, lengthBefore, lengthAfter int }

// counts counts what captures say, before and after.
type counts map[string]*Count

func (c counts) of(text string) *Count {
	n, ok := c[text]
	if !ok {
		if len(c) >= maxKinds {
			if text = others; c[text] != nil {
				return c[text]
			}
		}
		n = &Count{Text: text}
		c[text] = n
	}
	return n
}

// list is the counts, the most frequent first.
func (c counts) list() []Count {
	list := []Count{}
	for _, n := range c {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(max(b.Before, b.After), max(a.Before, a.After)), cmp.Compare(a.Text, b.Text))
	})
	return list
}

func newTally() *tally {
	return &tally{fields: newFields(), gained: make([]int, len(fields)), layouts: map[string]*layoutTally{}, months: map[string]*monthTally{}, notes: counts{}, refusals: counts{}}
}

func newFields() []Field {
	list := make([]Field, len(fields))
	for i, f := range fields {
		list[i].Name = f.name
	}
	return list
}

// add counts one capture.
func (t *tally) add(o outcome) {
	r := &t.report
	r.Captures++
	if o.now != nil {
		r.Articles++
	}
	switch {
	case o.old == nil && o.now != nil:
		r.Gained++
	case o.old != nil && o.now == nil:
		r.Lost++
	}
	t.addSaid(o)
	l := t.layout(o.is)
	l.captures++
	l.was.of(o.was).Before++
	if o.fields == nil {
		return
	}
	m := t.month(o.month)
	if o.old != nil {
		m.before++
		t.articles++
		l.articles++
	}
	if o.now != nil {
		m.after++
	}
	for i, fo := range o.fields {
		m.fields[i].add(fo)
		t.fields[i].add(fo)
		l.fields[i].add(fo)
		if o.old == nil && fo.has {
			t.gained[i]++
			l.gained[i]++
		}
		if fo.result != same {
			t.addDifference(o, i, l)
		}
	}
	t.addBody(o)
}

// addSaid counts notes and refusals.
func (t *tally) addSaid(o outcome) {
	if o.old != nil {
		for _, n := range o.old.Notes {
			t.notes.of(begin(n, maxExample)).Before++
		}
	} else if o.reasons[0] != "" {
		t.refusals.of(begin(o.reasons[0], maxExample)).Before++
	}
	if o.now != nil {
		for _, n := range o.now.Notes {
			t.notes.of(begin(n, maxExample)).After++
		}
	} else if o.reasons[1] != "" {
		t.refusals.of(begin(o.reasons[1], maxExample)).After++
	}
}

func (t *tally) layout(name string) *layoutTally {
	l, ok := t.layouts[name]
	if !ok && len(t.layouts) >= maxKinds {
		name = others
		l, ok = t.layouts[name]
	}
	if !ok {
		l = &layoutTally{was: counts{}, fields: newFields(), gained: make([]int, len(fields))}
		t.layouts[name] = l
	}
	return l
}

func (t *tally) month(name string) *monthTally {
	m, ok := t.months[name]
	if !ok {
		m = &monthTally{fields: make([]fillTally, len(fields))}
		t.months[name] = m
	}
	return m
}

func (f *fillTally) add(o fieldOutcome) {
	if o.had {
		f.before++
		f.lengthBefore += o.was
	}
	if o.has {
		f.after++
		f.lengthAfter += o.is
	}
}

func (f *Field) add(o fieldOutcome) {
	*[]*int{&f.Same, &f.Filled, &f.Lost, &f.Longer, &f.Shorter, &f.Changed}[o.result]++
	if o.had {
		f.Before++
	}
	if o.has {
		f.After++
	}
}

// addDifference keeps examples of a field that came out differently, and the largest differences.
func (t *tally) addDifference(o outcome, i int, l *layoutTally) {
	f, all, fo := fields[i], &t.fields[i], o.fields[i]
	texts := func() (old, now []string) {
		none := &cleaner.Article{}
		return f.texts(cmp.Or(o.old, none)), f.texts(cmp.Or(o.now, none))
	}
	example := func() Example {
		old, now := texts()
		was, is := strings.Join(old, "\n"), strings.Join(now, "\n")
		return Example{o.capture.Number, o.page, o.capture.URL, dayOf(o.capture), o.was, o.is, shorten(was, is), shorten(is, was)}
	}
	if len(all.Examples) < maxExamples {
		all.Examples = append(all.Examples, example())
	}
	if fo.result == lost {
		for _, of := range []*Field{all, &l.fields[i]} {
			if of.FirstLost == nil {
				e := example()
				of.FirstLost = &e
			}
		}
	}
	if f.name == textField || o.now == nil && f.name != bodyField {
		return // its parts say it, or the body says it for all
	}
	list, size := &t.report.Changes, differenceSize
	if fo.result == lost || fo.result == shorter || fo.gone > fo.came {
		list, size = &t.report.Losses, lossSize
	}
	d := Difference{o.capture.Number, o.page, o.capture.URL, dayOf(o.capture), o.was, o.is, f.name, fo.gone, fo.came, nil}
	keepLargest(list, d, size, func(d *Difference) {
		old, now := texts()
		if o.now == nil { // all of the article is gone
			old = slices.Concat(one(o.old.Title), one(o.old.Lead), old)
		}
		d.Diff = differing(old, now)
	})
}

func lossSize(d Difference) int       { return d.Gone - d.Came }
func differenceSize(d Difference) int { return d.Gone + d.Came }

// keepLargest puts a difference into a list of the largest: of a page and field the largest alone, of
// two that are as large the earlier capture. finish is called for one that comes in.
func keepLargest(list *[]Difference, d Difference, size func(Difference) int, finish func(*Difference)) {
	order := func(a, b Difference) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(a.Capture, b.Capture))
	}
	known := slices.IndexFunc(*list, func(o Difference) bool { return o.Page == d.Page && o.Field == d.Field })
	switch {
	case known >= 0 && order((*list)[known], d) <= 0:
		return
	case known >= 0:
		*list = slices.Delete(*list, known, known+1)
	case len(*list) == maxLargest && order((*list)[maxLargest-1], d) <= 0:
		return
	}
	finish(&d)
	at, _ := slices.BinarySearchFunc(*list, d, order)
	*list = slices.Insert(*list, at, d)
	*list = (*list)[:min(len(*list), maxLargest)]
}

// addBody counts bodies for the gate.
func (t *tally) addBody(o outcome) {
	for i, f := range fields {
		fo := o.fields[i]
		if f.name != bodyField || !fo.had {
			continue
		}
		t.bodies++
		if !loses(fo, f.texts(o.old)) {
			continue
		}
		t.losing++
		if t.firstLosing == nil {
			none := &cleaner.Article{}
			was, is := strings.Join(f.texts(o.old), "\n"), strings.Join(f.texts(cmp.Or(o.now, none)), "\n")
			t.firstLosing = &Example{o.capture.Number, o.page, o.capture.URL, dayOf(o.capture), o.was, o.is, shorten(was, is), shorten(is, was)}
		}
	}
}

// finish is the report of all that was counted.
func (t *tally) finish() Report {
	r := t.report
	if r.Captures == 0 {
		return r
	}
	r.Fields = t.fields
	for name, l := range t.layouts {
		layout := Layout{Name: name, Captures: l.captures, Fields: l.fields}
		for _, c := range l.was.list() {
			layout.Was = append(layout.Was, LayoutCount{c.Text, c.Before})
		}
		r.Layouts = append(r.Layouts, layout)
	}
	slices.SortFunc(r.Layouts, func(a, b Layout) int {
		return cmp.Or(cmp.Compare(b.Captures, a.Captures), cmp.Compare(a.Name, b.Name))
	})
	for _, name := range slices.Sorted(maps.Keys(t.months)) {
		r.Months = append(r.Months, t.months[name].finish(name))
	}
	r.Notes, r.Refusals = t.notes.list(), t.refusals.list()
	return r
}

func (m *monthTally) finish(name string) Month {
	month := Month{Month: name, Before: m.before, After: m.after}
	mean := func(sum, n int) float64 { return float64(sum) / float64(max(1, n)) }
	for i, f := range m.fields {
		month.Fields = append(month.Fields, Fill{fields[i].name, f.before, f.after, mean(f.lengthBefore, f.before), mean(f.lengthAfter, f.after)})
	}
	return month
}
