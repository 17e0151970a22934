package crawler

import (
	"testing"
	"time"
)

func TestHostRests(t *testing.T) {
	now := at("2026-11-22 09:00")
	h, err := newHost("vov.vn", time.Second, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for run := range 20 {
		for n := 1; n <= maxRefusals; n++ {
			if got := h.refused(now); got != (n == maxRefusals) {
				t.Fatalf("refusal %d of run %d: %v", n, run, got)
			}
		}
		rest := h.state.Until.Sub(now)
		if rest < last || rest > maxRest || rest < firstRest {
			t.Errorf("run %d: %v after %v", run, rest, last)
		}
		last = rest
		states := map[string][]byte{}
		if err := h.save(states); err != nil {
			t.Fatal(err)
		}
		if h, err = newHost("vov.vn", time.Second, states, now); err != nil || !h.restsBeyond(now) {
			t.Fatalf("run %d: %v", run, err)
		}
	}
	h.answered()
	if h.state.Rests != 0 {
		t.Error("an answer ends the row")
	}
}

func TestWrongClockIsHealed(t *testing.T) {
	now := at("2026-11-22 09:00")
	states := map[string][]byte{"vov.vn": []byte(`{"next":"2036-01-01T00:00:00Z","until":"2036-01-01T00:00:00Z"}`)}
	h, err := newHost("vov.vn", time.Second, states, now)
	if err != nil || h.state.Next.Sub(now) > maxCrawlDelay || h.state.Until.Sub(now) > maxRest {
		t.Errorf("%+v, %v", h.state, err)
	}
	for _, bad := range []string{"{", "[]", `{"next":1}`} {
		if _, err := newHost("vov.vn", 0, map[string][]byte{"vov.vn": []byte(bad)}, now); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}
