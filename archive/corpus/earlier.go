package corpus

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"baoluu/archive/capture"
)

// Earlier knows the records of corpora that were made before, some hundred bytes for each.
type Earlier struct {
	records map[sum]*earlier // by page and version
	pages   map[sum]bool     // of which a record is chosen now
}

type earlier struct {
	of      sum  // what the record was made of
	cluster sum  // zero where it has none
	chosen  bool // it, or another one of the same page and version, is chosen now
	again   bool // another one is: it is written again
	gone    bool // its page was taken down, and that was told; once it is chosen: meanwhile
}

type sum [16]byte

func sumOf(parts ...any) sum {
	b, err := json.Marshal(parts)
	if err != nil {
		panic(fmt.Sprintf("corpus: strings and numbers do not marshal: %v", err)) // cannot happen
	}
	full := sha256.Sum256(b)
	return sum(full[:16])
}

func nameOf(c Chosen) sum { return sumOf(c.Page, c.Version) }

func contentOf(c Chosen) sum { return sumOf(c.Capture, c.Cleaner, c.Digest) }

func clusterOf(c Chosen) (of sum) {
	if c.Cluster != "" {
		of = sumOf(c.Cluster)
	}
	return of
}

// NewEarlier knows none.
func NewEarlier() *Earlier { return &Earlier{map[sum]*earlier{}, map[sum]bool{}} }

// Add adds a record; it replaces one of the same page and version.
func (e *Earlier) Add(c Chosen) {
	e.records[nameOf(c)] = &earlier{of: contentOf(c), cluster: clusterOf(c), gone: c.State == capture.Gone}
}

// Withdraw takes what a later corpus has withdrawn, before that one's own records are added.
func (e *Earlier) Withdraw(w Withdrawn) {
	name := sumOf(w.Page, w.Version)
	switch was := e.records[name]; {
	case w.Why != TakenDown:
		delete(e.records, name)
	case was != nil:
		was.gone = true
	}
}

// Filter leaves out what the earlier corpora have: the same version of a page, made of the same
// capture by the same cleaner and, where both have one, in the same cluster.
func (e *Earlier) Filter() Filter {
	return Filter{"since", func(r *Record) bool {
		e.pages[sumOf(r.Page)] = true
		was := e.records[nameOf(r.Chosen)]
		if was == nil {
			return true
		}
		was.chosen = true
		was.gone = !was.gone && r.State == capture.Gone
		cluster := clusterOf(r.Chosen)
		was.again = was.of != contentOf(r.Chosen) || cluster != was.cluster && cluster != sum{} && was.cluster != sum{}
		return was.again
	}}
}

// Withdrawn is a record of an earlier corpus that does not hold any more: a line of a manifest.
type Withdrawn struct {
	Page    string    `json:"page"`
	Version int       `json:"version"`
	Why     WhyReason `json:"why"`
}

// WhyReason is why a record does not hold any more.
type WhyReason string

// The reasons.
const (
	TakenDown  WhyReason = "gone"         // the newspaper took the page down since; its text is what it was
	Replaced   WhyReason = "replaced"     // other versions of the page are chosen now, or this one is written again
	TakenOut   WhyReason = "forgotten"    // by law: it has to leave every corpus
	Unselected WhyReason = "not selected" // it is not chosen now, or the archive does not have it
)

// Withdrawn tells, after all newspapers were chosen, what became of a record of an earlier
// corpus; ok is false where it holds still. Whether one was [TakenOut] it does not know: it is
// Unselected here. Each record is told once.
func (e *Earlier) Withdrawn(c Chosen) (w Withdrawn, ok bool) {
	w = Withdrawn{Page: c.Page, Version: c.Version}
	was := e.records[nameOf(c)]
	if was == nil || was.of != contentOf(c) { // a later corpus replaced it
		return w, false
	}
	delete(e.records, nameOf(c))
	switch {
	case was.again, !was.chosen && e.pages[sumOf(c.Page)]:
		w.Why = Replaced
	case was.chosen && !was.gone:
		return w, false
	case was.chosen:
		w.Why = TakenDown
	default:
		w.Why = Unselected
	}
	return w, true
}
