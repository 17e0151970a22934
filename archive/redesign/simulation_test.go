package redesign

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"baoluu/sites"
)

// paper is a made newspaper: sections with habits of their own, fewer bylines at weekends and
// in the wire news of the night, articles captured again for a month, and bursts of old ones.
type paper struct {
	*observations
	chance *rand.Rand
	number uint64
}

// first is the day on which papers begin.
var first = dayOf(time.Date(2024, 1, 1, 12, 0, 0, 0, sites.Zone))

const bylines, leads = 1 << 4, 1 << 2 // bits of observed.has

var madeSections = []string{"/giai-tri", "/kinh-doanh", "/the-gioi", "/the-thao", "/xa-hoi"}

func newPaper(seed uint64) *paper {
	site := &sites.Site{Name: "bao", Layouts: []sites.Layout{{Name: "new"}, {Name: "old"}, {Name: "oldest"}}}
	return &paper{&observations{site: site, sections: madeSections}, rand.New(rand.NewPCG(seed, 1)), 0}
}

// live captures some new articles a day, and each again now and then. broken does to a page
// what the redesign does; it may be nil.
func (p *paper) live(days, articles int, broken func(at *observed)) {
	for d := range days {
		day, weekend := first+d, d%7 >= 5
		n := articles
		if weekend {
			n = articles / 2
		}
		for range n + p.chance.IntN(1+articles/4) {
			article := p.article(day, weekend)
			for age := 0; age < 30; age += 1 + p.chance.IntN(20) {
				again := article
				if again.day = int32(day + age); int(again.day) < first+days {
					p.put(again, broken)
				}
			}
		}
	}
}

func (p *paper) article(day int, weekend bool) observed {
	at := observed{published: int32(day), section: uint16(p.chance.IntN(len(madeSections))), has: 0xffff &^ (bylines | leads)}
	signed := 0.3 + 0.12*float64(at.section)
	if weekend || p.chance.IntN(4) == 0 { // the night's wire news
		signed /= 2
	}
	if p.chance.Float64() < signed {
		at.has |= bylines
	}
	if p.chance.Float64() < 0.985 {
		at.has |= leads
	}
	for i, typical := range []float64{6, 7.3, 11 + 0.2*float64(at.section)} {
		at.lengths[i] = float32(typical + 0.5*p.chance.NormFloat64())
	}
	if weekend {
		at.lengths[2] -= 0.4
	}
	return at
}

// burst captures old articles on one day: of an older look, some of them.
func (p *paper) burst(day, articles, age int) {
	for range articles {
		at := p.article(first+day-age-p.chance.IntN(300), false)
		at.day, at.reader = int32(first+day), uint8(p.chance.IntN(3))
		at.has &^= bylines
		p.put(at, nil)
	}
}

func (p *paper) put(at observed, broken func(at *observed)) {
	p.number++
	at.number, at.at = p.number, int64(p.number)
	if broken != nil {
		broken(&at)
	}
	p.list = append(p.list, at)
}

// on is a day of the paper as a date.
func on(day int) string { return midnight(first + day).Format(time.DateOnly) }

// generic makes a page one that no layout fits.
func (p *paper) generic(at *observed) {
	at.reader = p.observations.generic()
	at.has &^= bylines
}

// day is a captured day, counted from the paper's first.
func (at *observed) of() int { return int(at.day) - first }

// tell is a finding in one line, for tests.
func tell(f Finding) string {
	s := fmt.Sprintf("%s %s %s %s", f.Day.Format(time.DateOnly), f.Layout, f.Field, f.What)
	if f.Whole.After(f.Day) {
		s += " whole " + f.Whole.Format(time.DateOnly)
	}
	if !f.Ended.IsZero() {
		s += " ended " + f.Ended.Format(time.DateOnly)
	}
	for _, section := range f.Sections {
		s += fmt.Sprintf(" %s:%s", section.Name, section.Day.Format(time.DateOnly))
	}
	return s
}

// seeds is how many papers are made; BAOLUU_REDESIGN_PAPERS asks for more.
func seeds(few uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv("BAOLUU_REDESIGN_PAPERS"), 10, 32); err == nil {
		return n
	}
	return few
}

// TestDatedToTheDay: redesigns of several kinds are found on their day, and nothing else is.
func TestDatedToTheDay(t *testing.T) {
	const at = 71
	for _, tt := range []struct {
		name   string
		broken func(p *paper) func(*observed)
		want   []string
	}{
		{"another layout", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost"}},
		{"an older layout fits", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at {
					o.reader = 1
				}
			}
		}, []string{on(at) + " new layout lost"}},
		{"old pages are served for six days more", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at+6 || o.of() >= at && p.chance.IntN(2) == 0 {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost whole " + on(at+6)}},
		{"gradual", func(p *paper) func(*observed) {
			return func(o *observed) {
				if p.chance.IntN(10) < 2*(o.of()-at+1) {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost whole " + on(at+4)}},
		{"one section after the other", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at+3*int(o.section) {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost whole " + on(at+12) + " /giai-tri:" + on(at) + " /kinh-doanh:" + on(at+3) + " /the-gioi:" + on(at+6) + " /the-thao:" + on(at+9) + " /xa-hoi:" + on(at+12)}},
		{"one section only", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at && o.section == 3 {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost /the-thao:" + on(at)}},
		{"a byline that some have", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at {
					o.has &^= bylines
				}
			}
		}, []string{on(at) + " new byline lost"}},
		{"a lead that all have", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at {
					o.has &^= leads
					o.lengths[1] = 0
				}
			}
		}, []string{on(at) + " new lead lost"}},
		{"half of the body", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at {
					o.lengths[2] -= 1.2
				}
			}
		}, []string{on(at) + " new body shorter"}},
		{"mended after two weeks", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at && o.of() < at+14 {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost ended " + on(at+14)}},
		{"twice", func(p *paper) func(*observed) {
			return func(o *observed) {
				if o.of() >= at && o.of() < at+14 || o.of() >= at+30 {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost ended " + on(at+14), on(at+30) + " new layout lost"}},
		{"articles that are published from a day on", func(p *paper) func(*observed) {
			return func(o *observed) {
				if int(o.published) >= first+at {
					p.generic(o)
				}
			}
		}, []string{on(at) + " new layout lost"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds(1) {
				p := newPaper(seed)
				p.live(120, 20, tt.broken(p))
				p.burst(40, 300, 100)
				p.burst(90, 300, 400)
				p.burst(100, 300, 100)
				p.sorted()
				var got []string
				for _, f := range p.findings("") {
					if tt.name == "articles that are published from a day on" {
						f.Whole = f.Day // it takes weeks, until nobody asks for the others
					}
					got = append(got, tell(f))
				}
				if fmt.Sprint(got) != fmt.Sprint(tt.want) {
					t.Errorf("seed %d: got\n  %q, want\n  %q", seed, got, tt.want)
				}
			}
		})
	}
}

// TestNoDayWhereNothingHappened: habits alone are no redesign, also where they change.
func TestNoDayWhereNothingHappened(t *testing.T) {
	const days, at = 150, 90
	for _, tt := range []struct {
		name  string
		habit func(p *paper, o *observed) // what the newsroom does with an article, beside all that it always does
	}{
		{"all as ever", func(*paper, *observed) {}},
		{"a new section, in which nobody signs", func(p *paper, o *observed) {
			if int(o.published) >= first+at && p.chance.IntN(4) == 0 {
				o.section = uint16(len(madeSections))
				o.has &^= bylines
			}
		}},
		{"a section ends", func(_ *paper, o *observed) {
			if int(o.published) >= first+at && o.section == 4 {
				o.section = 0
				o.lengths[2] -= 0.8 // its articles were longer
			}
		}},
		{"the last crawl is at night", func(_ *paper, o *observed) {
			if o.of() == days-1 {
				o.has &^= bylines
				o.lengths[2] -= 0.5
			}
		}},
		{"more and more sign", func(p *paper, o *observed) {
			if p.chance.IntN(days) < int(o.published)-first {
				o.has |= bylines
			}
		}},
		{"fewer and fewer sign", func(p *paper, o *observed) {
			if p.chance.IntN(days) < int(o.published)-first {
				o.has &^= bylines
			}
		}},
		{"articles grow", func(_ *paper, o *observed) {
			o.lengths[2] += 0.6 * float32(int(o.published)-first) / days
		}},
		{"a week of live reports from one place", func(p *paper, o *observed) {
			if d := int(o.published) - first; d >= at && d < at+7 && p.chance.IntN(2) == 0 {
				o.section = 3
				o.has &^= bylines
				o.lengths[2] += 2
			}
		}},
		{"photo stories every third day", func(p *paper, o *observed) {
			if int(o.published)%3 == 0 && p.chance.IntN(3) == 0 {
				o.has &^= leads
				o.lengths[1], o.lengths[2] = 0, o.lengths[2]-2
			}
		}},
		{"another look on a telephone, for some of the captures", func(p *paper, o *observed) {
			if p.chance.IntN(5) == 0 {
				o.reader = 1
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds(1) {
				p := newPaper(100 + seed)
				p.sections = append(slices.Clone(madeSections), "/z-podcast")
				p.live(days, 2+p.chance.IntN(20), func(o *observed) { tt.habit(p, o) })
				for range p.chance.IntN(6) {
					p.burst(p.chance.IntN(60), 200, 70+p.chance.IntN(900))
				}
				p.sorted()
				for _, f := range p.findings("") {
					t.Errorf("seed %d: %s: %d of %d, %d of %d; %.2f, %.2f", seed, tell(f), f.HitsBefore, f.PagesBefore, f.HitsAfter, f.PagesAfter, f.Was, f.Is)
				}
			}
		})
	}
}
