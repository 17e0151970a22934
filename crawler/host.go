package crawler

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"baoluu/sites"
)

const (
	// pacedWorkers: while one page is parsed, the next one waits for its turn.
	pacedWorkers = 2
	// unpacedWorkers ask a host at once where no pace is set.
	unpacedWorkers = 4

	// firstBackOff doubles with every 429 and 503 in a row up to maxBackOff.
	firstBackOff = 5 * time.Second
	maxBackOff   = 5 * time.Minute
	// patience is how long a run waits for a host that asked to be left alone.
	// Whoever asks for more is left to a later run.
	patience = 5 * time.Minute
	// maxRest bounds what a Retry-After may ask for, and what an archive that
	// was written under a wrong clock may hold.
	maxRest = 24 * time.Hour
	// firstRest, after a newspaper refused us, doubles with every run in which
	// it does so again, up to maxRest.
	firstRest = 10 * time.Minute

	// refusals in a row, and addresses in a row without any answer, that end a
	// host's part in a run.
	maxRefusals = 3
	maxSilences = 3
)

// errResting is returned by enter where a host's rest is longer than our
// patience.
var errResting = errors.New("host is resting")

// hostState is what is remembered of a host from run to run, as JSON under the
// host's name.
type hostState struct {
	Next    time.Time     `json:"next"`              // no request before
	Until   time.Time     `json:"until"`             // rest asked for, by Retry-After or by refusing us
	BackOff time.Duration `json:"back_off,omitzero"` // the last, in nanoseconds
	Rests   int           `json:"rests,omitzero"`    // runs in a row in which it refused us
}

// robotsState is a host's robots.txt, as JSON under the host's name and
// "/robots.txt".
type robotsState struct {
	Fetched time.Time `json:"fetched"`
	Status  int       `json:"status"`
	Body    []byte    `json:"body,omitempty"` // of a 200
	why     string    // what came instead of a 200
}

// host is one host during one run. Its methods may be called by many
// goroutines.
type host struct {
	name string

	// asking is held by who makes a request while there is a pace; learning by
	// who fetches robots.txt, while nobody asks for anything else. Channels, for
	// whoever waits for them also waits for the run's end.
	asking, learning chan struct{}

	mu       sync.Mutex
	state    hostState
	pace     time.Duration
	dirty    bool // state differs from what was stored
	refusals int
	silences int
	closed   string // why no more of it is asked for in this run

	robots      robotsState
	robotsDirty bool
	asked       time.Time // when this run looked for robots.txt
	rules       rules
	forbidden   string // why nothing at all may be asked for
}

func newHost(name string, pace time.Duration, stored map[string][]byte, now time.Time) (*host, error) {
	h := &host{name: name, pace: pace, asking: make(chan struct{}, 1), learning: make(chan struct{}, 1)}
	if raw := stored[name]; raw != nil {
		if err := json.Unmarshal(raw, &h.state); err != nil {
			return nil, fmt.Errorf("state of host %s: %w", name, err)
		}
	}
	if raw := stored[robotsKey(name)]; raw != nil {
		if err := json.Unmarshal(raw, &h.robots); err != nil {
			return nil, fmt.Errorf("robots.txt of host %s: %w", name, err)
		}
	}
	// A clock that was wrong must not silence a newspaper.
	if latest := now.Add(max(pace, maxCrawlDelay)); h.state.Next.After(latest) {
		h.state.Next = latest
	}
	if latest := now.Add(maxRest); h.state.Until.After(latest) {
		h.state.Until = latest
	}
	return h, nil
}

func robotsKey(host string) string { return host + "/robots.txt" }

// workers is how many addresses of the host may be under way at once: one
// until its robots.txt is known, so that what is wanted first comes first.
func (h *host) workers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.asked.IsZero():
		return 1
	case h.pace > 0:
		return pacedWorkers
	}
	return unpacedWorkers
}

// enter waits for the host's turn. Where it returns nil, leave must follow.
func (h *host) enter(ctx context.Context) (leave func(), err error) {
	h.mu.Lock()
	paced := h.pace > 0
	h.mu.Unlock()
	if paced {
		select {
		case h.asking <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	leave = func() {
		h.mu.Lock()
		if paced {
			h.state.Next = time.Now().Add(h.pace)
			h.dirty = true
		}
		h.mu.Unlock()
		if paced {
			<-h.asking
		}
	}
	for {
		h.mu.Lock()
		now := time.Now()
		rest := h.state.Until.Sub(now)
		wait := max(rest, h.state.Next.Sub(now))
		if !paced {
			wait = rest
		}
		h.mu.Unlock()
		if rest > patience {
			err = fmt.Errorf("%w until %s", errResting, now.Add(rest).In(sites.Zone).Format(time.RFC3339))
		} else if wait > 0 {
			err = sleep(ctx, wait)
		} else {
			err = ctx.Err()
			if err == nil {
				return leave, nil
			}
		}
		if err != nil {
			if paced {
				<-h.asking
			}
			return nil, err
		}
	}
}

// busy lengthens the back-off after a 429 or 503. What the host asks for by
// Retry-After counts where it is longer.
func (h *host) busy(now time.Time, after time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.silences = 0
	h.state.BackOff = min(max(2*h.state.BackOff, firstBackOff), maxBackOff)
	rest := max(jitter(h.state.BackOff), min(after, maxRest))
	h.state.Until = later(h.state.Until, now.Add(rest))
	h.dirty = true
}

// refused counts a refusal; it tells whether the newspaper is to be left alone
// now.
func (h *host) refused(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.silences = 0
	h.refusals++
	if h.refusals != maxRefusals {
		return h.refusals > maxRefusals
	}
	rest := maxRest
	if h.state.Rests < 8 { // 10 min, doubled 8 times, is over a day
		rest = min(firstRest<<h.state.Rests, maxRest)
	}
	h.state.Rests++
	h.state.Until = later(h.state.Until, now.Add(rest))
	h.dirty = true
	return true
}

// answered ends a row of refusals, silences and back-offs.
func (h *host) answered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refusals, h.silences = 0, 0
	if h.state.BackOff != 0 || h.state.Rests != 0 {
		h.state.BackOff, h.state.Rests = 0, 0
		h.dirty = true
	}
}

// silent counts an address that brought no answer in all its tries. After
// three in a row the host is down, and a timeout for each of its addresses
// would take the run for nothing.
func (h *host) silent(why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silences++; h.silences >= maxSilences && h.closed == "" {
		h.closed = "host down: " + why
	}
}

// restsBeyond tells whether a refusal's rest is longer than a run would wait.
func (h *host) restsBeyond(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state.Rests > 0 && h.state.Until.Sub(now) > patience
}

// save adds to the states what changed since it was last called.
func (h *host) save(states map[string][]byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dirty {
		raw, err := json.Marshal(h.state)
		if err != nil {
			return fmt.Errorf("state of host %s: %w", h.name, err)
		}
		states[h.name] = raw
		h.dirty = false
	}
	if h.robotsDirty {
		raw, err := json.Marshal(h.robots)
		if err != nil {
			return fmt.Errorf("robots.txt of host %s: %w", h.name, err)
		}
		states[robotsKey(h.name)] = raw
		h.robotsDirty = false
	}
	return nil
}

// learn begins a look for robots.txt, unless this run has looked lately; where
// it returns true, learned must follow.
func (h *host) learn(ctx context.Context) (bool, error) {
	select {
	case h.learning <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	h.mu.Lock()
	known := !h.asked.IsZero() && time.Since(h.asked) < maxRobotsAge
	h.mu.Unlock()
	if known {
		<-h.learning
	}
	return !known, nil
}

// learned ends what learn began; found is nil where the run ended first. RFC
// 9309 section 2.3.1: a file that is not there forbids nothing, one that
// cannot be had forbids all, but for a copy of the last day.
func (h *host) learned(found *robotsState, pace time.Duration) {
	defer func() { <-h.learning }()
	if found == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.asked, h.forbidden = now, ""
	if reachable := found.Status != 0 && found.Status < 500 && found.Status != http.StatusTooManyRequests; reachable {
		h.robots, h.robotsDirty = *found, true
	} else if age := now.Sub(h.robots.Fetched); h.robots.Fetched.IsZero() || age > maxRobotsAge || age < 0 {
		h.forbidden = "robots.txt cannot be had: " + found.why
		return
	}
	h.rules = parseRobots(h.robots.Body)
	h.pace = max(pace, h.rules.delay)
}

// allows tells whether robots.txt lets us ask for an address; closed is why
// the host is not to be asked for anything in this run.
func (h *host) allows(u *url.URL) (allowed bool, closed string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rules.allows(u), cmp.Or(h.closed, h.forbidden)
}

// jitter spreads d between its half and its whole, so that what failed
// together is not tried again together.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d/2 + rand.N(d/2+1)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sleep waits for d or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
