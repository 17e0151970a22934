package recrawl

import (
	"time"

	"baoluu/archive/capture"
)

// The plan of recrawls and of what brought nothing.
const (
	// FirstLooks is how many looks at an article, and at one that was just edited, come with
	// the next runs where the budget is ample: most corrections are made in the
	// first minutes, and an edit is rarely alone. An article that is old when it is
	// first seen has none of them, whichever source named it: that the run says.
	FirstLooks = 3
	nextRun    = time.Millisecond

	minRecrawl = 30 * time.Minute
	maxRecrawl = 60 * 24 * time.Hour
	// lastRecrawl: an article this old that has not changed for as long is not
	// asked for again.
	lastRecrawl = 3 * 365 * 24 * time.Hour

	firstRetry = 15 * time.Minute
	// MaxRetry is the longest wait after a failure, unless there were many in a row.
	MaxRetry = 24 * time.Hour
	// maxFailures: an address that failed in so many runs in a row is looked
	// after as rarely as one that is gone.
	maxFailures = 12
)

// goneRecrawls are the waits after each time that a page was found gone: some
// come back within days, hardly any later.
var goneRecrawls = []time.Duration{24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}

// AfterGone plans the next look at a page that was just found gone, the nth time
// in a row, n from 1. Zero is never.
func AfterGone(n int, now time.Time) time.Time {
	if n > len(goneRecrawls) {
		return time.Time{}
	}
	return now.Add(goneRecrawls[n-1])
}

// AfterFailure plans the next look at an address that brought nothing, the nth run
// in a row, n from 1.
func AfterFailure(n int, now time.Time) time.Time {
	if n >= maxFailures {
		return now.Add(maxRecrawl)
	}
	return now.Add(min(firstRetry<<(n-1), MaxRetry))
}

// The bounds of a source's rhythm.
const (
	minRhythm = 5 * time.Minute
	maxRhythm = 6 * time.Hour
)

// Rhythm is how long a source is left alone: half as long where it brought
// news, half as long again where it brought none. Those that show the newest first
// of all are prompt: the night must not make them late in the morning.
func Rhythm(e capture.Entry, news, prompt bool) time.Duration {
	if news {
		if e.Rhythm/2 < minRhythm {
			return 0
		}
		return e.Rhythm / 2
	}
	longest := maxRhythm
	if prompt {
		longest = minRhythm
	}
	return min(max(e.Rhythm*3/2, minRhythm), longest)
}
