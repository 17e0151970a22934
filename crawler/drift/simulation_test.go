package drift

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// newsroom is a newspaper whose articles come as a real one's: each section has
// habits of its own, some hours bring wire news without byline, some runs are all
// of one section, a few pages are photo stories or live blogs.
type newsroom struct {
	r        *rand.Rand
	sections []desk
	now      time.Time
	runs     []capture.Run // of the last month
	night    float64       // share of bylines at night
}

type desk struct {
	name    string
	weight  float64
	rates   map[string]float64
	lengths map[string]float64 // typical, as binary logarithm
}

var simFields = []string{"title", "lead", "byline", "source", "published", "images", "captions", "tags", "section", "body", "layout a", "published by json-ld"}

var simLengths = []string{"title", "lead", "body"}

func newNewsroom(seed uint64) *newsroom {
	r := rand.New(rand.NewPCG(seed, 19))
	n := &newsroom{r: r, now: time.Date(2026, 1, 1, 6, 0, 0, 0, sites.Zone), night: r.Float64()}
	for i := range 3 + r.IntN(10) {
		n.sections = append(n.sections, n.desk(fmt.Sprintf("/muc-%d", i), 1/float64(i+1)))
	}
	return n
}

func (n *newsroom) desk(name string, weight float64) desk {
	d := desk{name: name, weight: weight, rates: map[string]float64{}, lengths: map[string]float64{}}
	for _, f := range simFields {
		switch n.r.IntN(3) {
		case 0:
			d.rates[f] = 1 - 0.01*n.r.Float64()
		case 1:
			d.rates[f] = n.r.Float64()
		case 2:
			d.rates[f] = 0.02 * n.r.Float64()
		}
	}
	for _, f := range []string{"title", "body", "published"} {
		d.rates[f] = 0.999
	}
	d.lengths = map[string]float64{"title": 5.5 + n.r.Float64()/2, "lead": 7 + n.r.Float64(), "body": 10 + 2*n.r.Float64()}
	return d
}

// change is what a redesign does to a page.
type change func(s *sample)

// next makes one run of some pages, share of them changed, and judges it.
func (n *newsroom) next(pages int, share float64, broken change) []capture.Drift {
	site, _ := sites.ByName("dantri")
	q := New(site)
	n.now = n.now.Add(time.Duration(20+n.r.IntN(300)) * time.Minute)
	hour := n.now.In(sites.Zone).Hour()
	only := -1
	if n.r.IntN(5) == 0 {
		only = n.r.IntN(len(n.sections))
	}
	for range pages {
		d := n.pick(only)
		s := sample{url: "https://dantri.com.vn" + d.name + "/x.htm", hits: map[string]bool{"article": true}, lengths: map[string]float64{}}
		for _, f := range simFields { // in order: a seed is to give the same pages each time
			rate := d.rates[f]
			if f == "byline" && (hour < 6 || hour > 21) {
				rate *= n.night
			}
			s.hits[f] = n.r.Float64() < rate
		}
		for _, f := range simLengths {
			if s.hits[f] {
				s.lengths[f] = max(0, d.lengths[f]+n.r.NormFloat64()*0.6)
			}
		}
		switch n.r.IntN(40) {
		case 0:
			s.lengths["body"] = max(0, s.lengths["body"]-4) // a photo story
		case 1:
			s.lengths["body"] += 3 // a live blog
		}
		if n.r.Float64() < share {
			broken(&s)
		}
		if q.sums.Sections == nil {
			q.sums.Sections = map[string]capture.Tally{}
		}
		t := q.sums.Sections[d.name]
		count(&t, s)
		q.sums.Sections[d.name] = t
		q.remember(s)
	}
	for i := range 12 {
		q.Source(fmt.Sprint("https://dantri.com.vn/", i), n.r.Float64() < 0.97)
	}
	drift := q.Compare(n.runs, n.now)
	n.runs = append(n.runs, capture.Run{Started: n.now, Quality: q.Sums(), Drift: drift})
	for n.now.Sub(n.runs[0].Started) > PastTime {
		n.runs = n.runs[1:]
	}
	return drift
}

func (n *newsroom) pick(only int) desk {
	if only >= 0 && n.r.IntN(10) > 0 {
		return n.sections[only]
	}
	total := 0.0
	for _, d := range n.sections {
		total += d.weight
	}
	at := n.r.Float64() * total
	for _, d := range n.sections {
		if at -= d.weight; at <= 0 {
			return d
		}
	}
	return n.sections[0]
}

// pages of a run: most bring a few, the first many.
func (n *newsroom) pages() int {
	if len(n.runs) == 0 {
		return 100 + n.r.IntN(200)
	}
	return int(math.Exp(n.r.Float64() * 4))
}

// Of undisturbed runs, not one in ten thousand may raise the alarm. A longer look:
//
//	BAOLUU_DRIFT_RUNS=30000 go test ./crawler/drift -run TestNoFalseAlarms -v
func TestNoFalseAlarms(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates hundreds of runs")
	}
	runs := 300
	if text := os.Getenv("BAOLUU_DRIFT_RUNS"); text != "" {
		var err error
		if runs, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	const each = 300 // runs of one newsroom: two months
	alarms := 0
	for seed := range uint64(runs / each) {
		n := newNewsroom(seed)
		for i := range each {
			if i == each/2 { // a section opens in the middle
				n.sections = append(n.sections, n.desk("/moi", 0.5))
			}
			if drift := n.next(n.pages(), 0, nil); len(drift) > 0 {
				alarms++
				t.Logf("newsroom %d, run %d: %+v", seed, i, drift)
			}
		}
	}
	t.Logf("%d alarms in %d undisturbed runs", alarms, runs)
	if allowed := runs / 10_000; alarms > allowed {
		t.Errorf("%d alarms in %d undisturbed runs", alarms, runs)
	}
}

func TestAlarmsOfRedesigns(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates many newsrooms")
	}
	const newsrooms = 10
	lose := func(fields ...string) change {
		return func(s *sample) {
			for _, f := range fields {
				s.hits[f] = false
				delete(s.lengths, f)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		broken change
		share  float64
		pages  int
		runs   int // within which the alarm must come
		least  int // of the newsrooms
	}{
		{"all fields at once", lose("title", "lead", "published", "images", "tags"), 1, 30, 1, 10},
		{"the title alone", lose("title"), 1, 30, 1, 10},
		{"no article at all", func(s *sample) { *s = sample{url: s.url} }, 1, 30, 1, 10},
		{"runs of three", lose("title", "published"), 1, 3, 12, 10},
		{"a third of the pages", lose("title", "published"), 0.33, 30, 5, 9},
		{"a fifth of the pages", lose("title", "published"), 0.2, 30, 12, 8},
		{"half of the body", func(s *sample) { s.lengths["body"] -= 1.5 }, 1, 40, 4, 9},
		{"the menu in the body", func(s *sample) { s.lengths["body"] += 2 }, 1, 40, 3, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			seen := 0
			for seed := range uint64(newsrooms) {
				n := newNewsroom(1000 + seed)
				for range 25 {
					n.next(n.pages(), 0, nil)
				}
				for range tt.runs {
					if len(n.next(tt.pages, tt.share, tt.broken)) > 0 {
						seen++
						break
					}
				}
			}
			if seen < tt.least {
				t.Errorf("seen in %d of %d", seen, newsrooms)
			}
		})
	}
}
