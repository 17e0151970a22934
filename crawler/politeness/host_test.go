package politeness

import (
	"testing"
	"time"

	"baoluu/sites"
)

func TestHostRests(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, sites.Zone)
	h, err := New("vov.vn", time.Second, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for run := range 20 {
		for n := 1; n <= maxRefusals; n++ {
			if got := h.Refused(now); got != (n == maxRefusals) {
				t.Fatalf("refusal %d of run %d: %v", n, run, got)
			}
		}
		rest := h.state.Until.Sub(now)
		if rest < last || rest > maxRest || rest < firstRest {
			t.Errorf("run %d: %v after %v", run, rest, last)
		}
		last = rest
		states := map[string][]byte{}
		if err := h.Save(states); err != nil {
			t.Fatal(err)
		}
		if h, err = New("vov.vn", time.Second, states, now); err != nil || !h.RestsBeyond(now) {
			t.Fatalf("run %d: %v", run, err)
		}
	}
	h.Answered()
	if h.state.Rests != 0 {
		t.Error("an answer ends the row")
	}
}

func TestWrongClockIsHealed(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, sites.Zone)
	states := map[string][]byte{"vov.vn": []byte(`{"next":"2036-01-01T00:00:00Z","until":"2036-01-01T00:00:00Z"}`)}
	h, err := New("vov.vn", time.Second, states, now)
	if err != nil || h.state.Next.Sub(now) > maxCrawlDelay || h.state.Until.Sub(now) > maxRest {
		t.Errorf("%+v, %v", h.state, err)
	}
	for _, bad := range []string{"{", "[]", `{"next":1}`} {
		if _, err := New("vov.vn", 0, map[string][]byte{"vov.vn": []byte(bad)}, now); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

// TestRestOutlivesWhatWasUnderWay: an answer to a request that was made before the newspaper
// began to refuse us does not end the rest.
func TestRestOutlivesWhatWasUnderWay(t *testing.T) {
	now := time.Now()
	h, err := New("vov.vn", 0, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	for range maxRefusals {
		h.Refused(now)
	}
	if h.Answered(); !h.RestsBeyond(now) {
		t.Error("the rest is over")
	}
}
