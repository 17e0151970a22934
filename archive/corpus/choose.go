package corpus

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Selection says which articles are wanted. The zero value is the newest version of each.
type Selection struct {
	Published Period // an article without a date counts by its first capture
	Captured  Period // when the version was captured first
	Languages []string
	Sections  []string // as [InSection] reads them; none is all
	MinChars  int      // of the article text, in characters (code points of NFC)
	MaxChars  int      // 0 is any
	State     capture.State
	Versions  Versions
	Filters   []Filter // what else a record has to meet, asked in this order
}

// Filter leaves records out of a selection.
type Filter struct {
	Name  string // by which it is counted what it took
	Wants func(*Record) bool
}

// Period is the time from a moment on, and before another one. A zero end is open.
type Period struct{ From, Before time.Time }

func (p Period) holds(t time.Time) bool {
	return !t.Before(p.From) && (p.Before.IsZero() || t.Before(p.Before))
}

// Versions says which versions of a page are wanted, of those that can be read: that the
// newspaper took a page down is no reason to leave it out. One that only shows other pictures than
// the version before says nothing that is not there already, and is not taken beside it.
type Versions string

// The versions.
const (
	Latest Versions = ""
	First  Versions = "first"
	All    Versions = "all"
)

// of gives the versions of a page that are wanted, with the page's list in order.
func (which Versions) of(list []archive.Version) (wanted []archive.Version) {
	for _, v := range list {
		if v.State == capture.Live {
			wanted = append(wanted, v)
		}
	}
	switch {
	case which == All:
		return slices.DeleteFunc(wanted, func(v archive.Version) bool { return slices.Equal(v.Changed, []string{compare.FieldImages}) })
	case len(wanted) == 0:
		return nil
	case which == First:
		return wanted[:1]
	}
	return wanted[len(wanted)-1:]
}

// Counts says how many records there are, and what became of the others.
type Counts struct {
	Count      int            // chosen
	Considered int            // versions that can be read
	LeftOut    map[string]int // how many of them each filter took: "published", "lang"
	Cleaners   []string       // that made the articles, sorted
}

func (c *Counts) leaveOut(filter string) {
	if c.LeftOut == nil {
		c.LeftOut = map[string]int{}
	}
	c.LeftOut[filter]++
}

func (c *Counts) choose(r Record) {
	c.Count++
	if at, known := slices.BinarySearch(c.Cleaners, r.Cleaner); !known {
		c.Cleaners = slices.Insert(c.Cleaners, at, r.Cleaner)
	}
}

// filters are the conditions that need the article, in the order in which they are asked: a
// record that several refuse counts for the first.
func (s Selection) filters() (list []Filter) {
	add := func(active bool, name string, wants func(*Record) bool) {
		if active {
			list = append(list, Filter{name, wants})
		}
	}
	add(s.Published != Period{}, "published", func(r *Record) bool { return s.Published.holds(r.Day()) })
	add(len(s.Languages) > 0, "lang", func(r *Record) bool { return slices.Contains(s.Languages, string(r.Article.Language)) })
	add(len(s.Sections) > 0, "section", func(r *Record) bool { return InSection(r.Article, s.Sections) })
	add(s.MinChars > 0 || s.MaxChars > 0, "chars", func(r *Record) bool {
		n := utf8.RuneCountInString(r.Article.Text)
		return n >= s.MinChars && (s.MaxChars == 0 || n <= s.MaxChars)
	})
	return append(list, s.Filters...)
}

// Choose hands over every record of a newspaper that is wanted, in the order of pages and, in a
// page, of versions. Through one View it gives the same however often it is asked.
func Choose(ctx context.Context, view *archive.View, site string, want Selection, each func(Record) error) (Counts, error) {
	c := chooser{view: view, site: site, want: want}
	var counts, unread Counts
	filters := want.filters()
	err := Ordered(ctx, func(ctx context.Context, put func(candidate) error) error { return c.candidates(ctx, &unread, put) }, c.read, func(r reading) error {
		if r.err != nil {
			return r.err
		}
		for _, f := range filters {
			if !f.Wants(&r.record) {
				counts.leaveOut(f.Name)
				return nil
			}
		}
		counts.choose(r.record)
		return each(r.record)
	})
	counts.Considered = unread.Considered
	for filter, n := range unread.LeftOut { // asked before all others
		counts.leaveOut(filter)
		counts.LeftOut[filter] += n - 1
	}
	return counts, err
}

type chooser struct {
	view *archive.View
	site string
	want Selection
}

// candidate is a version that may be wanted, and reading what it is when it was read.
type candidate struct {
	page     archive.PageInfo
	versions []archive.Version
	version  archive.Version
}

type reading struct {
	record Record
	err    error
}

// candidates hands over the versions that no filter takes by what is known without their
// articles, and counts the others.
func (c *chooser) candidates(ctx context.Context, counts *Counts, put func(candidate) error) error {
	return c.view.Histories(ctx, func(p archive.PageInfo, versions []archive.Version) error {
		for _, v := range c.want.Versions.of(versions) {
			counts.Considered++
			if filter := c.unread(p, versions, v); filter != "" {
				counts.leaveOut(filter)
				continue
			}
			if err := put(candidate{p, versions, v}); err != nil {
				return err
			}
		}
		return nil
	})
}

// read reads a version, and what is doubtful about it.
func (c *chooser) read(ctx context.Context, of candidate) reading {
	from, article, err := c.view.Cleaned(ctx, of.version.Capture)
	if err == nil && from.Time.Before(of.version.Captured) {
		from, article, err = c.itself(ctx, of.page, of.version, from, article)
	}
	if err != nil {
		return reading{err: err}
	}
	r := NewRecord(c.site, of.page, of.versions, of.version, from, article)
	r.Quality()
	return reading{record: r}
}

// itself gives the capture of a version of which its article was made where that is stored as one
// that repeats a capture before the version: whether it is depends on the order in which captures
// were stored, and a record must not.
func (c *chooser) itself(ctx context.Context, p archive.PageInfo, v archive.Version, repeated capture.Capture, article cleaner.Article) (capture.Capture, cleaner.Article, error) {
	var found *capture.Capture
	err := c.view.Captures(ctx, p.Page, func(own capture.Capture) error {
		if found == nil && !own.Time.Before(v.Captured) && own.Digest == repeated.Digest {
			found = &own
		}
		return nil
	})
	if err != nil || found == nil {
		return repeated, article, err
	}
	made, err := c.view.CleanedBy(ctx, found.Number, article.Cleaner)
	if errors.Is(err, archive.ErrOtherCleaner) {
		return repeated, article, nil
	}
	return *found, made, err
}

// unread names the filter that takes a version by what is known without its article, "" for
// none.
func (c *chooser) unread(p archive.PageInfo, versions []archive.Version, v archive.Version) string {
	switch {
	case c.want.State != "" && p.State != c.want.State:
		return "state"
	case !c.want.Captured.holds(v.Captured):
		return "captured"
	case c.want.Versions == Latest && !c.want.Published.holds(Day(p, versions)):
		return "published"
	}
	return ""
}

// InSection reports whether an article stands in one of the sections, one of its own
// being written like that. Case, and how a letter with marks is encoded, do not matter;
// the marks do.
func InSection(a cleaner.Article, sections []string) bool {
	same := func(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }
	for _, own := range a.Section {
		for _, want := range sections {
			if strings.EqualFold(same(own), same(want)) {
				return true
			}
		}
	}
	return false
}
