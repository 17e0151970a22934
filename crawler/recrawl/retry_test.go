package recrawl

import (
	"testing"
	"time"

	"baoluu/sites"
)

func TestNextTryAndGone(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, sites.Zone)
	var last time.Duration
	for n := 1; n < 100; n++ {
		wait := AfterFailure(n, now).Sub(now)
		if wait < last || wait < firstRetry || wait > maxRecrawl {
			t.Errorf("try %d after %v, the one before after %v", n, wait, last)
		}
		last = wait
	}
	if !AfterGone(4, now).IsZero() || AfterGone(1, now).Sub(now) != 24*time.Hour {
		t.Error("gone")
	}
}
