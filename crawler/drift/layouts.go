package drift

import (
	"time"

	"baoluu/archive/capture"
)

const (
	// A redesign is suspected where so many of the newest articles fit no known layout, and most
	// of them: two thirds. Photo stories and the like are a few in a hundred.
	redesignPages = 5
	redesignTime  = 7 * 24 * time.Hour // what came before is of another time
)

// Layouts counts the new articles of a run, and those of them that fit no known layout. The
// zero value is ready.
type Layouts struct {
	Recent, NoLayout int
	unfit            []string // addresses of a few that fit none
}

// Count counts an article that came for the first time.
func (l *Layouts) Count(k capture.Kept) {
	l.Recent++
	if k.Article != nil && k.Article.Layout != "generic" {
		return
	}
	l.NoLayout++
	if len(l.unfit) < maxExamples {
		l.unfit = append(l.unfit, k.URL)
	}
}

// Redesign looks for the first sign of a redesign: in the articles of this run, and where it
// brought few, in those of the runs just before (oldest first); nil where there is none.
func (l *Layouts) Redesign(before []capture.Run, started time.Time) *capture.Redesign {
	s := capture.Redesign{NoLayout: l.NoLayout, Recent: l.Recent, Examples: l.unfit}
	for i := len(before) - 1; i >= 0 && s.Recent < redesignPages; i-- {
		if run := before[i]; run.Seeds == 0 && started.Sub(run.Started) < redesignTime {
			s.NoLayout += run.NoLayout
			s.Recent += run.Recent
		}
	}
	if l.NoLayout > 0 && s.NoLayout >= redesignPages && 3*s.NoLayout >= 2*s.Recent {
		return &s
	}
	return nil
}
