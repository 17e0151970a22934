package recrawl

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baoluu/archive/capture"
	"baoluu/sites"
)

func vietnam(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, sites.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func newPlan(t testing.TB, budget int, stored []byte, now time.Time) *Plan {
	t.Helper()
	r, err := New(budget, stored, now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever an entry and the clock say, a look is planned later than now and
// within the years in which an article is looked after.
func TestLooksAreBounded(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	day := 24 * time.Hour
	rapid.Check(t, func(rt *rapid.T) {
		ago := func(label string) time.Time {
			if rapid.Bool().Draw(rt, label+" unknown") {
				return time.Time{}
			}
			return now.Add(-time.Duration(rapid.Int64Range(int64(-400*day), int64(6000*day)).Draw(rt, label)))
		}
		e := capture.Entry{
			Page: rapid.String().Draw(rt, "page"), Kind: sites.Article,
			Published: ago("published"), Listed: ago("listed"), Changed: ago("changed"), Fetched: now,
			Checks: rapid.IntRange(1, 9).Draw(rt, "checks"), Edits: rapid.IntRange(0, 50).Draw(rt, "edits"),
		}
		r := newPlan(t, rapid.IntRange(1, 10_000).Draw(rt, "budget"), nil, now)
		due := r.Next(e, now)
		if !due.IsZero() && (!due.After(now) || due.Sub(now) > 10*maxRecrawl) {
			rt.Errorf("in %v", due.Sub(now))
		}
		e.Due = now
		before := e
		r.state.Left = rapid.Float64Range(0, r.budget).Draw(rt, "left")
		later := now.Add(time.Duration(rapid.Int64Range(0, int64(300*day)).Draw(rt, "later")))
		switch r.Admit(&e, later) {
		case Later:
			if !e.Due.IsZero() && !e.Due.After(later) {
				rt.Errorf("put off to %v before", later.Sub(e.Due))
			}
		default:
			if e != before {
				rt.Error("changed")
			}
		}
		r.Observe(e, now, later, rapid.Bool().Draw(rt, "edited"))
		if !r.state.Edits.sound() || !r.state.Hours.sound() {
			rt.Error("learnt nonsense")
		}
	})
}

func TestQuietForYearsIsLetGo(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	r := newPlan(t, 100, nil, now)
	e := capture.Entry{Page: "dantri/1", Kind: sites.Article, Published: now.AddDate(-10, 0, 0), Checks: FirstLooks + 1, Fetched: now}
	if due := r.Next(e, now); !due.IsZero() {
		t.Errorf("due %v", due)
	}
	e.Changed, e.Edits = now.AddDate(0, -2, 0), 1
	if due := r.Next(e, now); due.IsZero() {
		t.Error("one edited lately is let go")
	}
}

func TestEditedSoonerUnchangedSeldom(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	r := newPlan(t, 800, nil, now)
	for _, hours := range []float64{1, 5, 24, 100} {
		born := now.Add(-time.Duration(hours * float64(time.Hour)))
		last := time.Duration(math.MaxInt64)
		for edits := range editClasses {
			e := capture.Entry{Kind: sites.Article, Published: born, Listed: born, Checks: FirstLooks + 1, Fetched: now, Edits: edits}
			for e.Page = "a"; draw(e) < 1.0/exploreOne; e.Page += "a" { // chance apart
			}
			wait := r.Next(e, now).Sub(now)
			if wait > last || wait < minRecrawl {
				t.Errorf("%v hours old, %d edits: in %v, with fewer edits in %v", hours, edits, wait, last)
			}
			last = wait
		}
	}
}

func TestBudgetIsKept(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	r := newPlan(t, 96, nil, now)
	e := capture.Entry{Page: "dantri/1", Kind: sites.Article, Published: now, Listed: now, Tries: 1}
	spent := 0
	for range 10 * 96 { // ten days, a quarter of an hour each
		for r.Admit(&e, now) == Now {
			r.Spend()
			if spent++; spent > 12*96 {
				t.Fatal("no end")
			}
		}
		now = now.Add(15 * time.Minute)
	}
	if spent < 10*96 || spent > 11*96 {
		t.Errorf("%d looks in ten days of 96, one day saved up", spent)
	}
}

// What is learnt of a newsroom outweighs the prior, and survives a restart.
func TestHazardIsLearnt(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	r := newPlan(t, 1000, nil, now)
	e := capture.Entry{Page: "dantri/1", Kind: sites.Article, Published: now.Add(-24 * time.Hour), Listed: now.Add(-24 * time.Hour)}
	for i := range 5000 { // every second article is edited on its second day
		r.Observe(e, now, now.Add(24*time.Hour), i%2 == 0)
		if i%500 == 0 {
			r.learnt()
		}
	}
	r.learnt()
	states := map[string][]byte{}
	if err := r.Save(states); err != nil {
		t.Fatal(err)
	}
	r = newPlan(t, 1000, states[Key], now)
	if got := -math.Expm1(-r.expected(0, 24, 48)); math.Abs(got-0.5) > 0.05 {
		t.Errorf("chance of an edit on the second day: %.2f", got)
	}
	if len(states[Key]) > 16<<10 {
		t.Errorf("%d bytes of state", len(states[Key]))
	}
}

func TestHostilePlanState(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	for _, bad := range []string{"{", "[]", `{"left":"x"}`} {
		if _, err := New(10, []byte(bad), now); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
	for _, odd := range []recrawlState{
		{Left: -5}, {At: now.AddDate(10, 0, 0), Left: 1e300}, {Born: -1},
		{Hours: table{{-3}}}, {Edits: table{{-3}}}, {Since: now.AddDate(10, 0, 0)},
	} {
		raw, err := json.Marshal(odd)
		if err != nil {
			t.Fatal(err)
		}
		r := newPlan(t, 10, raw, now)
		if l := r.level(); l < 0 || l > 1 || !finite(r.price) || r.price > 1 {
			t.Errorf("%+v: level %v, price %v", odd, l, r.price)
		}
	}
}

func TestHintsThatMisleadAreNotBelieved(t *testing.T) {
	now := vietnam("2026-11-22 09:00")
	r := newPlan(t, 10, nil, now)
	for range hintsTried {
		r.Hinted(false)
	}
	if r.Trusts() {
		t.Error("still believed")
	}
	for range hintsTried {
		r.Hinted(true)
	}
	if !r.Trusts() {
		t.Error("not believed again")
	}
}
