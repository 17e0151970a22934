package recrawl

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// The simulation: newspapers for 90 days on a clock of their own, a crawl every
// quarter of an hour, and so many looks at known articles as the budget has. The
// plan is the crawler's own, function by function; that an article was edited is
// known only by looking.
const (
	simDays     = 90
	simDaily    = 200
	simTick     = 15 * time.Minute
	simPapers   = 5
	redesignDay = 45
)

var simStart = time.Date(2026, 1, 1, 0, 0, 0, 0, sites.Zone)

// law draws the delays of an article's edits after its publication, in hours.
type law struct {
	name string
	draw func(r *rand.Rand) []float64
}

// some draws for 30 % of the articles 2.6 edits on average.
func some(r *rand.Rand, delay func() float64) []float64 {
	if r.Float64() >= 0.3 {
		return nil
	}
	delays := []float64{delay()}
	for r.Float64() < 1.6/2.6 {
		delays = append(delays, delay())
	}
	return delays
}

// logNormal has its median at 3 h and 5 % beyond 7 days.
func logNormal(r *rand.Rand) float64 {
	return 3 * math.Exp(r.NormFloat64()*math.Log(7*24/3.0)/1.6449)
}

var laws = []law{
	{"log-normal", func(r *rand.Rand) []float64 { return some(r, func() float64 { return logNormal(r) }) }},
	{"log-normal, Poisson", func(r *rand.Rand) []float64 {
		if r.Float64() >= 0.3 {
			return nil
		}
		delays := []float64{logNormal(r)}
		for t := r.ExpFloat64(); t < 1.6; t += r.ExpFloat64() {
			delays = append(delays, logNormal(r))
		}
		return delays
	}},
	{"exponential, mean 12 h", func(r *rand.Rand) []float64 { return some(r, func() float64 { return 12 * r.ExpFloat64() }) }},
	{"heavier tail", func(r *rand.Rand) []float64 {
		return some(r, func() float64 { return math.Pow(1-r.Float64(), -1/0.4) - 1 }) // Pareto, median 4.7 h
	}},
	{"few edited much", func(r *rand.Rand) []float64 {
		if r.Float64() >= 0.04 {
			return nil
		}
		var delays []float64
		for range 4 + r.IntN(32) {
			delays = append(delays, logNormal(r))
		}
		return delays
	}},
	{"bursts", func(r *rand.Rand) []float64 {
		if r.Float64() >= 0.3 {
			return nil
		}
		at := logNormal(r)
		delays := []float64{at}
		for r.Float64() < 1.6/2.6 {
			at += 1.5 * r.ExpFloat64()
			delays = append(delays, at)
		}
		return delays
	}},
	{"any time in 30 days", func(r *rand.Rand) []float64 { return some(r, func() float64 { return 720 * r.Float64() }) }},
}

// simArticle is what the newspaper knows of an article, and what was seen of it.
type simArticle struct {
	published time.Time
	edits     []time.Time
	gone      time.Time
	first     time.Time // captured
	state     int       // edits in the newest capture
	looks     int
	seen      int // states seen that an edit made
}

func (a *simArticle) stateAt(now time.Time) int {
	n, _ := slices.BinarySearchFunc(a.edits, now, func(t, now time.Time) int {
		if t.After(now) {
			return 1
		}
		return -1
	})
	return n
}

// newspaper draws the articles of 90 days.
func newspaper(l law, seed uint64) []simArticle {
	r := rand.New(rand.NewPCG(seed, 7))
	var as []simArticle
	for day := range simDays {
		for range simDaily {
			hour := 6 + 12*r.Float64()
			if r.Float64() >= 0.7 {
				hour = math.Mod(hour+12, 24)
			}
			a := simArticle{published: simStart.AddDate(0, 0, day).Add(hours(hour))}
			if r.Float64() < 0.005 {
				a.gone = a.published.Add(hours(30 * 24 * r.Float64()))
			}
			for _, d := range l.draw(r) {
				at := a.published.Add(hours(d))
				if at.Before(simStart.AddDate(0, 0, simDays)) && (a.gone.IsZero() || at.Before(a.gone)) {
					a.edits = append(a.edits, at)
				}
			}
			slices.SortFunc(a.edits, time.Time.Compare)
			as = append(as, a)
		}
	}
	slices.SortFunc(as, func(a, b simArticle) int { return a.published.Compare(b.published) })
	return as
}

// outage reports whether the newspaper cannot be had.
func outage(now time.Time) bool {
	for _, from := range []time.Time{simStart.AddDate(0, 0, 20).Add(9 * time.Hour), simStart.AddDate(0, 0, 63).Add(17 * time.Hour)} {
		if !now.Before(from) && now.Before(from.Add(6*time.Hour)) {
			return true
		}
	}
	return false
}

// unread is the day on which the newspaper has a new look that no layout fits:
// the captures are kept, but nobody knows yet whether an article reads the same.
func unread(now time.Time) bool {
	from := simStart.AddDate(0, 0, redesignDay)
	return !now.Before(from) && now.Before(from.AddDate(0, 0, 1))
}

// policy says when to look again; a zero time is never.
type policy interface {
	captured(i int, a *simArticle, now time.Time) time.Time
	// admit says whether a look that is due is made, else when.
	admit(i int, a *simArticle, now time.Time) (Admission, time.Time)
	looked(i int, a *simArticle, now time.Time, edited, known bool) time.Time
	lost(i int, a *simArticle, now time.Time) time.Time
}

// ours is the crawler's plan.
type ours struct {
	plan    *Plan
	entries map[int]*capture.Entry
}

func newOurs(t testing.TB, budget float64) *ours {
	plan, err := New(int(math.Round(budget*simDaily)), nil, simStart)
	if err != nil {
		t.Fatal(err)
	}
	return &ours{plan: plan, entries: map[int]*capture.Entry{}}
}

func (p *ours) captured(i int, a *simArticle, now time.Time) time.Time {
	e := &capture.Entry{Page: fmt.Sprint("page/", i), Kind: sites.Article, Published: a.published, Listed: now, Fetched: now, Checks: 1}
	p.entries[i] = e
	p.plan.Born(*e, now)
	e.Due = p.plan.Next(*e, now)
	return e.Due
}

func (p *ours) admit(i int, _ *simArticle, now time.Time) (Admission, time.Time) {
	e := p.entries[i]
	admitted := p.plan.Admit(e, now)
	if admitted == Now {
		p.plan.Spend()
	}
	return admitted, e.Due
}

func (p *ours) looked(i int, _ *simArticle, now time.Time, edited, known bool) time.Time {
	e := p.entries[i]
	before := e.Fetched
	e.Fetched, e.Tries = now, 0
	e.Checks++
	e.Due = p.plan.Next(*e, now)
	if known {
		p.plan.Observe(*e, before, now, edited)
		if edited {
			p.plan.Edited(e, now)
		}
	}
	return e.Due
}

func (p *ours) lost(i int, _ *simArticle, now time.Time) time.Time {
	e := p.entries[i]
	e.Fetched = now
	e.Tries++
	e.Due = AfterGone(e.Tries, now)
	return e.Due
}

// fixedRule is a fixed rule of when to look again, and how it lives with a budget.
type fixedRule struct {
	after  func(a *simArticle, last time.Time) time.Time
	budget float64
	capped bool // each article its first looks, instead of a pool for all
	pool   pool
}

// pool is a budget by the day, of which a day's worth can be saved up: as in the
// crawler.
type pool struct {
	daily, left float64
	at          time.Time
}

func newPool(budget float64) pool {
	return pool{daily: budget * simDaily, left: budget * simDaily, at: simStart}
}

func (p *pool) take(now time.Time) bool {
	p.left = min(p.left+p.daily*now.Sub(p.at).Hours()/24, p.daily)
	p.at = now
	if p.left < 1 {
		return false
	}
	p.left--
	return true
}

func (p *fixedRule) captured(i int, a *simArticle, now time.Time) time.Time {
	if p.capped && p.budget < 1 && float64(i%100) >= 100*p.budget {
		return time.Time{}
	}
	return p.after(a, now)
}

func (p *fixedRule) admit(_ int, a *simArticle, now time.Time) (Admission, time.Time) {
	if now.Sub(a.published) > 3*simDays*24*time.Hour {
		return Later, time.Time{}
	}
	if !p.capped && !p.pool.take(now) {
		return None, time.Time{}
	}
	return Now, time.Time{}
}

func (p *fixedRule) looked(_ int, a *simArticle, now time.Time, _, _ bool) time.Time {
	if p.capped && float64(a.looks) >= p.budget {
		return time.Time{}
	}
	return p.after(a, now)
}

func (p *fixedRule) lost(int, *simArticle, time.Time) time.Time { return time.Time{} }

// weekly is hourly for the first week, every so many hours.
func weekly(every float64) func(*simArticle, time.Time) time.Time {
	return func(a *simArticle, last time.Time) time.Time {
		next := last.Add(hours(every))
		if next.Sub(a.published) > 7*24*time.Hour+simTick {
			return time.Time{}
		}
		return next
	}
}

// share is diffengine's rule: when the time since the last look is this share of
// the article's age.
func share(of float64) func(*simArticle, time.Time) time.Time {
	return func(a *simArticle, last time.Time) time.Time {
		return a.published.Add(hours(last.Sub(a.published).Hours() / (1 - of)))
	}
}

// oracle knows the edits: it looks right after each.
type oracle struct{ pool pool }

func (p *oracle) next(a *simArticle, now time.Time) time.Time {
	if n := a.stateAt(now); n < len(a.edits) {
		return a.edits[n]
	}
	return time.Time{}
}

func (p *oracle) captured(_ int, a *simArticle, now time.Time) time.Time { return p.next(a, now) }
func (p *oracle) admit(_ int, a *simArticle, now time.Time) (Admission, time.Time) {
	if a.stateAt(now) == a.state {
		return Later, p.next(a, now)
	}
	if !p.pool.take(now) {
		return None, time.Time{}
	}
	return Now, time.Time{}
}
func (p *oracle) looked(_ int, a *simArticle, now time.Time, _, _ bool) time.Time {
	return p.next(a, now)
}
func (p *oracle) lost(int, *simArticle, time.Time) time.Time { return time.Time{} }

// waiting is the looks to come, by due time or by chance.
type waiting []wait

type wait struct {
	i   int
	due time.Time
}

func (w waiting) Len() int           { return len(w) }
func (w waiting) Less(i, j int) bool { return w[i].due.Before(w[j].due) }
func (w waiting) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *waiting) Push(x any)        { *w = append(*w, x.(wait)) }
func (w *waiting) Pop() any {
	old := *w
	x := old[len(old)-1]
	*w = old[:len(old)-1]
	return x
}

// tally is what a policy reached over all newspapers.
type tally struct {
	articles, captured, edits, seen, looks int
	delays                                 []time.Duration
}

func (o tally) share() float64 { return float64(o.seen) / float64(max(o.edits, 1)) }

// simulate runs one newspaper; shuffled serves what is due by chance instead of
// the longest due first.
func simulate(as []simArticle, p policy, shuffled bool, o *tally) {
	chance := rand.New(rand.NewPCG(1, 2))
	var queue waiting
	var due []wait
	published := 0
	var missed []int
	put := func(to *waiting, i int, at, now time.Time) {
		if at.IsZero() {
			return
		}
		if !at.After(now) {
			at = now.Add(time.Millisecond)
		}
		heap.Push(to, wait{i, at})
	}
	end := simStart.AddDate(0, 0, simDays)
	for now := simStart; !now.After(end); now = now.Add(simTick) {
		for published < len(as) && !as[published].published.After(now) {
			missed = append(missed, published)
			published++
		}
		if outage(now) {
			continue
		}
		for _, i := range missed {
			a := &as[i]
			if !a.gone.IsZero() && !a.gone.After(now) {
				continue
			}
			a.first, a.state = now, a.stateAt(now)
			if a.state > 0 {
				a.seen++
			}
			put(&queue, i, p.captured(i, a, now), now)
		}
		missed = missed[:0]
		for len(queue) > 0 && !queue[0].due.After(now) {
			due = append(due, heap.Pop(&queue).(wait))
		}
		if shuffled {
			chance.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
		}
		taken := 0
		for _, w := range due {
			a := &as[w.i]
			admitted, at := p.admit(w.i, a, now)
			if admitted == None {
				break
			}
			taken++
			if admitted == Later {
				put(&queue, w.i, at, now)
				continue
			}
			a.looks++
			o.looks++
			if !a.gone.IsZero() && !a.gone.After(now) {
				put(&queue, w.i, p.lost(w.i, a, now), now)
				continue
			}
			state := a.stateAt(now)
			edited := state > a.state
			if edited {
				a.seen++
			}
			a.state = state
			put(&queue, w.i, p.looked(w.i, a, now, edited, !unread(now)), now)
		}
		due = slices.Delete(due, 0, taken)
	}
	for i := range as {
		a := &as[i]
		o.articles++
		o.edits += len(a.edits)
		o.seen += a.seen
		if !a.first.IsZero() {
			o.captured++
			o.delays = append(o.delays, a.first.Sub(a.published))
		}
	}
}

// contest runs a policy over all newspapers of a law.
func contest(l law, papers uint64, shuffled bool, make func() policy) tally {
	var o tally
	for seed := range papers {
		simulate(newspaper(l, seed+1), make(), shuffled, &o)
	}
	slices.Sort(o.delays)
	return o
}

// rival is a rule to compare with, and a way for it to live within a budget.
type rival struct {
	name     string
	shuffled bool
	make     func(budget float64) policy
}

var rivals = []rival{
	{"hourly, first looks", false, func(b float64) policy { return &fixedRule{after: weekly(1), budget: b, capped: true} }},
	{"hourly, by chance", true, func(b float64) policy { return &fixedRule{after: weekly(1), pool: newPool(b)} }},
	{"hourly, longest due", false, func(b float64) policy { return &fixedRule{after: weekly(1), pool: newPool(b)} }},
	{"diffengine, first looks", false, func(b float64) policy { return &fixedRule{after: share(0.2), budget: b, capped: true} }},
	{"diffengine, by chance", true, func(b float64) policy { return &fixedRule{after: share(0.2), pool: newPool(b)} }},
	{"diffengine, longest due", false, func(b float64) policy { return &fixedRule{after: share(0.2), pool: newPool(b)} }},
	{"oracle", false, func(b float64) policy { return &oracle{newPool(b)} }},
}

// TestSimulationTable prints the tables of docs/performance.md:
//
//	BAOLUU_SIMULATION=1 go test ./crawler/recrawl -run SimulationTable -v
func TestSimulationTable(t *testing.T) {
	if os.Getenv("BAOLUU_SIMULATION") == "" {
		t.Skip("BAOLUU_SIMULATION is not set")
	}
	for i, l := range laws {
		papers := uint64(simPapers)
		if i > 0 {
			papers = 1 // the law that the plan is measured by is told at full length
		}
		for _, budget := range []float64{0.5, 1, 2, 4} {
			o := contest(l, papers, false, func() policy { return newOurs(t, budget) })
			line := fmt.Sprintf("%-24s %3.1f  ours %.3f (%.2f looks; captured %.4f, median %v)", l.name, budget, o.share(),
				float64(o.looks)/float64(o.articles), float64(o.captured)/float64(o.articles), o.delays[len(o.delays)/2].Round(time.Second))
			for _, r := range rivals {
				c := contest(l, papers, r.shuffled, func() policy { return r.make(budget) })
				line += fmt.Sprintf("  %s %.3f", r.name, c.share())
			}
			t.Log(line)
		}
	}
}

// TestSimulation holds the plan to what docs/performance.md says of it, on one
// newspaper: all five take minutes.
func TestSimulation(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	const budget, share = 2, 0.57
	var ours tally
	simulate(newspaper(laws[0], 1), newOurs(t, budget), false, &ours)
	slices.Sort(ours.delays)
	if c := float64(ours.captured) / float64(ours.articles); c < 0.999 {
		t.Errorf("%.4f of the articles captured", c)
	}
	if median := ours.delays[len(ours.delays)/2]; median >= 15*time.Minute {
		t.Errorf("captured after %v", median)
	}
	if looks := float64(ours.looks) / float64(ours.articles); looks > budget*(1+1.5/simDays) {
		t.Errorf("%.2f looks an article", looks)
	}
	if ours.share() < share {
		t.Errorf("%.3f of the edits seen", ours.share())
	}
	for _, r := range rivals[:2] {
		var theirs tally
		simulate(newspaper(laws[0], 1), r.make(budget), r.shuffled, &theirs)
		if ours.share() < 1.2*theirs.share() {
			t.Errorf("%.3f of the edits seen, %s %.3f", ours.share(), r.name, theirs.share())
		}
	}
}
