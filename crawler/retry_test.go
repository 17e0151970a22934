package crawler

import (
	"testing"
	"time"

	"baoluu/sites"
)

func TestNextTryAndGone(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, sites.Zone)
	var last time.Duration
	for n := 1; n < 100; n++ {
		wait := nextTry(n, now).Sub(now)
		if wait < last || wait < firstRetry || wait > maxRecrawl {
			t.Errorf("try %d after %v, the one before after %v", n, wait, last)
		}
		last = wait
	}
	if !nextGone(4, now).IsZero() || nextGone(1, now).Sub(now) != 24*time.Hour {
		t.Error("gone")
	}
}
