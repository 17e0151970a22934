package recrawl

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// Recrawls are planned to see as many edits as the newspaper's daily budget of
// requests allows.
//
// What is learnt, per newspaper, is the hazard of an edit: how likely one is in
// the next hour, by the article's age and by how many edits of it were seen. A
// look is worth the chance that it finds an edit, and what it teaches: an article
// found edited is likelier to be edited again. From the table follows, by
// backward induction over the ages, the best age for the next look at any price
// of a request; the price is such that the looks fit the budget.
const (
	// DefaultBudget is a newspaper's budget of looks at known articles a day:
	// half an hour of requests at a pace of one second.
	DefaultBudget = 2000

	// editClasses: how many edits were seen, none, one, two, more.
	editClasses = 4
	// The ages are cut into bins that grow by half, from five minutes to three
	// years.
	ageBins    = 33
	firstAge   = 5 * time.Minute
	ageGrowth  = 1.5
	birthBin   = 2 // where an article stands when it is first captured
	lateWorth  = 60 * 24 * time.Hour
	exploreOne = 100 // one look in so many comes at an age left to chance
	exploreMax = 30 * 24 * time.Hour

	// The prior: three articles in ten are edited, 2.6 times each, as often in
	// the first ten minutes as in the time from one month to two: it has no
	// favourite age. It weighs as much as a few articles.
	priorShape   = 0.26
	priorRate    = 0.33
	priorStart   = 10 * time.Minute
	priorEnd     = 90 * 24 * time.Hour
	priorWeight  = 5.0
	guessedLooks = 4
	bornMemory   = 7 * 24 * time.Hour // over how long new articles are counted
	// minPrice: a look that finds an edit less often than once in so many is not
	// made, however much of the budget is left: the server is not ours.
	minPrice = 1.0 / 200
	// memory is the looks after which what was learnt is halved, so that a
	// newsroom may change its ways.
	memory = 50_000

	// ampleLevel is the share of a day's budget that must be left for looks that
	// the plan does not ask for: the first ones, which follow with the next runs,
	// and those that come by and by to each article, however quiet.
	ampleLevel = 0.75

	// hintsTrusted: where fewer of a newspaper's lastmod times than one in so
	// many led to an edit, they are believed no more.
	hintsTrusted = 10
	hintsTried   = 30
)

// Key is where the plan's state is stored, among the host records: no
// host has such a name.
const Key = "revisits"

// edges are the bounds of the bins, in hours: bin i is from edges[i] to edges[i+1].
var edges = func() (e [ageBins + 1]float64) {
	for i := 1; i <= ageBins; i++ {
		e[i] = firstAge.Hours() * math.Pow(ageGrowth, float64(i-1))
	}
	return e
}()

// table counts over class and age.
type table [editClasses][ageBins]float64

// recrawlState is what is remembered of a newspaper's edits, as JSON under
// [Key].
type recrawlState struct {
	At       time.Time `json:"at"`       // when Left was right
	Left     float64   `json:"left"`     // looks left of the budget
	Since    time.Time `json:"since"`    // when it began to learn
	Born     float64   `json:"born"`     // new articles in bornMemory, older ones fading
	Articles float64   `json:"articles"` // looks learnt from since the last halving
	Edits    table     `json:"edits"`    // edits found
	Hours    table     `json:"hours"`    // article-hours watched
	Hints    int       `json:"hints"`    // looks at what a lastmod said had changed
	Hits     int       `json:"hits"`     // those that found an edit
}

// Plan decides when to make a newspaper's looks at articles that were seen before. It
// belongs to the run's own goroutine.
type Plan struct {
	budget float64 // looks a day
	state  recrawlState

	hazard  table // edits an article and hour
	price   float64
	value   [editClasses][ageBins + 1]float64
	planned time.Time // when price and value were last worked out
	Rewound bool      // the state is from later than now: a clock ran ahead
}

// New goes on with a plan as it was stored under [Key], nil for a new one, for a budget of so
// many looks a day.
func New(budget int, stored []byte, now time.Time) (*Plan, error) {
	r := &Plan{budget: float64(budget), state: recrawlState{At: now, Since: now, Left: float64(budget)}}
	if stored != nil {
		if err := json.Unmarshal(stored, &r.state); err != nil {
			return nil, fmt.Errorf("plan of recrawls: %w", err)
		}
	}
	s := &r.state
	r.Rewound = s.At.After(now)
	if r.Rewound || !finite(s.Left) { // the clock was wrong
		s.At, s.Left = now, r.budget
	}
	if !finite(s.Born) || !finite(s.Articles) || !s.Edits.sound() || !s.Hours.sound() {
		*s = recrawlState{At: now, Since: now, Left: r.budget}
	}
	r.refill(now)
	r.learnt()
	r.work(now)
	return r, nil
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) && f >= 0 }

func (t *table) sound() bool {
	for c := range t {
		for _, f := range t[c] {
			if !finite(f) {
				return false
			}
		}
	}
	return true
}

// Save adds the plan to the host records, under [Key].
func (r *Plan) Save(records map[string][]byte) error {
	raw, err := json.Marshal(r.state)
	if err != nil {
		return fmt.Errorf("plan of recrawls: %w", err)
	}
	records[Key] = raw
	return nil
}

// refill adds what the budget gained since; at most a day's looks are saved up.
func (r *Plan) refill(now time.Time) {
	if d := now.Sub(r.state.At); d > 0 {
		r.state.Left = min(r.state.Left+r.budget*d.Hours()/24, r.budget)
		r.state.Born *= math.Exp(-d.Hours() / bornMemory.Hours())
		r.state.At = now
	}
}

// Born counts an article's first capture.
func (r *Plan) Born(e capture.Entry, now time.Time) {
	if Age(e, now) < 48 {
		r.state.Born++
	}
}

// bornDaily is how many new articles a day has. Before a week is known, it is
// guessed from the budget for the rest of it.
func (r *Plan) bornDaily(now time.Time) float64 {
	unknown := math.Exp(-max(now.Sub(r.state.Since).Hours(), 0) / bornMemory.Hours())
	return r.state.Born/(bornMemory.Hours()/24) + unknown*r.budget/guessedLooks
}

// level is how much of a day's budget is left, 0 to 1.
func (r *Plan) level() float64 { return r.state.Left / max(r.budget, 1) }

// Spend takes one look off the budget.
func (r *Plan) Spend() { r.state.Left = max(r.state.Left-1, 0) }

// Age is how old an article is, in hours since its publication ([Birth]).
func Age(e capture.Entry, now time.Time) float64 {
	return max(now.Sub(Birth(e)).Hours(), 0)
}

// Birth is when an article was published. One that is dated to the day alone was
// published when it was first seen on that day.
func Birth(e capture.Entry) time.Time {
	p := e.Published
	if p.IsZero() || p.After(latest(e.Listed, e.Fetched)) { // not dated, or by a wrong clock
		return e.Listed
	}
	if l := p.In(sites.Zone); l.Hour() == 0 && l.Minute() == 0 && e.Listed.After(p) && e.Listed.Sub(p) < 24*time.Hour {
		return e.Listed
	}
	return p
}

func binOf(age float64) int {
	if age < edges[1] {
		return 0
	}
	return min(1+int(math.Log(age/edges[1])/math.Log(ageGrowth)), ageBins-1)
}

func classOf(e capture.Entry) int { return min(e.Edits, editClasses-1) }

// prior is the expected edits of an article of a class in a bin.
func prior(class, bin int) (edits, hours float64) {
	grown := func(h float64) float64 {
		s, e := priorStart.Hours(), priorEnd.Hours()
		return math.Log1p(h/s) / math.Log1p(e/s)
	}
	from, to := grown(edges[bin]), grown(edges[bin+1])
	edits = (priorShape + float64(class)) * math.Log((priorRate+to)/(priorRate+from))
	return edits, edges[bin+1] - edges[bin]
}

// learnt works out the hazards from what was seen.
func (r *Plan) learnt() {
	for c := range editClasses {
		for b := range ageBins {
			edits, hours := prior(c, b)
			r.hazard[c][b] = (priorWeight*edits + r.state.Edits[c][b]) / (priorWeight*hours + r.state.Hours[c][b])
		}
	}
}

// expected is the edits to expect between two ages.
func (r *Plan) expected(class int, from, to float64) float64 {
	sum := 0.0
	for b := binOf(from); b < ageBins && edges[b] < to; b++ {
		sum += r.hazard[class][b] * (min(to, edges[b+1]) - max(from, edges[b]))
	}
	return sum
}

// Observe learns from one look: whether the article had been edited since the
// one before. When in between is not known: the edit is shared out among the
// ages by what is known so far.
func (r *Plan) Observe(e capture.Entry, before, now time.Time, edited bool) {
	class, from, to := classOf(e), Age(e, before), Age(e, now)
	if to <= from || from >= edges[ageBins] {
		return
	}
	to = min(to, edges[ageBins])
	total := -math.Expm1(-r.expected(class, from, to))
	alive := 1.0 // that it was not edited before the bin
	for b := binOf(from); b < ageBins && edges[b] < to; b++ {
		hours := min(to, edges[b+1]) - max(from, edges[b])
		if !edited {
			r.state.Hours[class][b] += hours
			continue
		}
		in := -math.Expm1(-r.hazard[class][b] * hours)
		share := alive * in / total                 // that the edit came in this bin
		after := (alive*(1-in) + total - 1) / total // that it came later
		r.state.Edits[class][b] += share
		r.state.Hours[class][b] += hours * (share/2 + max(after, 0))
		alive *= 1 - in
	}
	if r.state.Articles++; r.state.Articles > memory {
		r.state.Articles /= 2
		for c := range editClasses {
			for b := range ageBins {
				r.state.Edits[c][b] /= 2
				r.state.Hours[c][b] /= 2
			}
		}
	}
}

// Hinted learns from a look that a lastmod brought forward: whether it found an edit.
func (r *Plan) Hinted(edited bool) {
	r.state.Hints++
	if edited {
		r.state.Hits++
	}
	if r.state.Hints >= 10*hintsTried {
		r.state.Hints /= 2
		r.state.Hits /= 2
	}
}

// Trusts reports whether the newspaper's lastmod times are worth a look.
func (r *Plan) Trusts() bool {
	return r.state.Hints < hintsTried || r.state.Hits*hintsTrusted >= r.state.Hints
}

// work makes the plan again: the price at which the looks of one article are as
// many as the budget has for it, raised where the budget runs low.
func (r *Plan) work(now time.Time) {
	r.learnt()
	r.planned = now
	each := r.budget / max(r.bornDaily(now), 1)
	low, high := minPrice, 1.0
	for range 16 {
		mid := math.Sqrt(low * high)
		if r.induce(mid) > each {
			low = mid
		} else {
			high = mid
		}
	}
	r.price = min(high*math.Pow(4, 1-2*r.level()), 1)
	r.induce(r.price)
}

// induce works out what an article of each class is worth just after a look at
// each of the ages, when a look costs so much, and gives the looks that a new
// article is to expect.
func (r *Plan) induce(price float64) float64 {
	var looks [editClasses][ageBins + 1]float64
	r.value = [editClasses][ageBins + 1]float64{}
	r.price = price
	for i := ageBins - 1; i >= birthBin; i-- {
		for c := editClasses - 1; c >= 0; c-- {
			next := min(c+1, editClasses-1)
			sum, best := 0.0, 0.0
			for j := i + 1; j <= ageBins; j++ {
				sum += r.hazard[c][j-1] * (edges[j] - edges[j-1])
				hit := -math.Expm1(-sum)
				v := r.worth(hit, edges[j]-edges[i]) + hit*r.value[next][j] + (1-hit)*r.value[c][j]
				if v > best {
					best = v
					looks[c][i] = 1 + hit*looks[next][j] + (1-hit)*looks[c][j]
				}
			}
			r.value[c][i] = best
		}
	}
	return looks[0][birthBin]
}

// worth is what a look brings that finds an edit with this chance after so many
// hours: an edit seen late is worth less than one seen soon.
func (r *Plan) worth(hit, wait float64) float64 {
	return hit*math.Exp(-wait/lateWorth.Hours()) - r.price
}

// choose gives the best age for the next look at an article of a class, last
// seen at one age, not before the other; ok is false where none is worth its
// price.
func (r *Plan) choose(class int, last, earliest float64) (at float64, ok bool) {
	next := min(class+1, editClasses-1)
	best := 0.0
	sum, from := 0.0, last
	try := func(to float64, j int) {
		sum += r.expected(class, from, to)
		from = to
		hit := -math.Expm1(-sum)
		if v := r.worth(hit, to-last) + hit*r.value[next][j] + (1-hit)*r.value[class][j]; v > best {
			best, at, ok = v, to, true
		}
	}
	if earliest >= edges[ageBins] {
		return 0, false
	}
	b := binOf(earliest)
	try(earliest, max(b, birthBin))
	for j := b + 1; j <= ageBins; j++ {
		try(edges[j], max(j, birthBin))
	}
	return at, ok
}

// Next plans the next look at an article that was just seen alive; zero is
// never. The first looks are due with the next runs, and come then if the budget
// is ample: see [Plan.Admit].
func (r *Plan) Next(e capture.Entry, now time.Time) time.Time {
	if e.Checks <= FirstLooks {
		return now.Add(nextRun)
	}
	return r.plan(e, now, now.Add(minRecrawl))
}

// plan is the best time for the next look, not before the given one.
func (r *Plan) plan(e capture.Entry, seen, earliest time.Time) time.Time {
	born := Birth(e)
	if chance := draw(e); chance < 1.0/exploreOne {
		// What is never looked at is never learnt.
		ratio := 1 + exploreMax.Hours()/max(Age(e, seen), 1)
		wait := max(Age(e, seen), 1) * (math.Pow(ratio, chance*exploreOne) - 1)
		return latest(seen.Add(hours(wait)), earliest)
	}
	if at, ok := r.choose(classOf(e), Age(e, seen), Age(e, earliest)); ok {
		return latest(born.Add(hours(at)), earliest)
	}
	return ceiling(e, seen, earliest)
}

// ceiling is when even a quiet article is looked at again: when it is twice as
// old, so that all come round a few times; never once it has been quiet for
// years. Articles of one day are spread. Where that time is over already, for
// want of budget, it is put off.
func ceiling(e capture.Entry, seen, earliest time.Time) time.Time {
	quiet := Age(e, seen)
	if !e.Changed.IsZero() {
		quiet = min(quiet, seen.Sub(e.Changed).Hours())
	}
	if quiet > lastRecrawl.Hours() {
		return time.Time{}
	}
	wait := min(max(Age(e, seen), maxRecrawl.Hours()/2), 6*maxRecrawl.Hours()) * (1 + draw(e)/2)
	return latest(seen.Add(hours(wait)), earliest.Add(hours(wait/8)))
}

// Edited books that a look found an edit, and plans the next one: an edit is
// rarely alone.
func (r *Plan) Edited(e *capture.Entry, now time.Time) {
	e.Changed, e.Checks = now, 0
	e.Edits++
	e.Due = r.Next(*e, now)
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// draw is a number from 0 to 1 that is chance's, but the same for the same look.
func draw(e capture.Entry) float64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, e.Page, e.Edits, e.Checks)      // never fails
	return rand.New(rand.NewPCG(h.Sum64(), 0)).Float64() // for the hash alone leaves likes alike
}

// Admission is what becomes of a look that is due.
type Admission int

// What may become of a look.
const (
	Now   Admission = iota // make it
	Later                  // another time is better: the entry says when
	None                   // the budget is used up
)

// Admit says whether a look that is due is to be made now. Where another time is
// better, by what was learnt and spent since it was planned, it says which.
func (r *Plan) Admit(e *capture.Entry, now time.Time) Admission {
	r.refill(now)
	if now.Sub(r.planned) > workEvery {
		r.work(now)
	}
	switch {
	case r.state.Left < 1:
		return None
	case e.Touched.After(e.Fetched) && r.Trusts():
		return Now
	case e.Tries > 0: // gone or failing: when to try again is another plan's
		return Now
	case r.level() >= ampleLevel:
		return Now
	}
	seen := e.Fetched
	if due := r.plan(*e, seen, latest(now, seen.Add(minRecrawl))); due.IsZero() || due.After(now) {
		e.Due = due
		return Later
	}
	return Now
}

// workEvery is how often the plan is made again.
const workEvery = time.Hour

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
