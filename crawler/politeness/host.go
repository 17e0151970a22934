package politeness

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"baoluu/sites"
)

const (
	// pacedWorkers: while one page is parsed, the next one waits for its turn.
	pacedWorkers = 2
	// UnpacedWorkers ask a host at once where no pace is set.
	UnpacedWorkers = 4

	// firstBackOff doubles with every 429 and 503 in a row up to maxBackOff.
	firstBackOff = 5 * time.Second
	maxBackOff   = 5 * time.Minute
	// patience is how long a run waits for a host that asked to be left alone.
	// Whoever asks for more is left to a later run.
	patience = 5 * time.Minute
	// maxRest bounds what a Retry-After may ask for, and what an archive that
	// was written under a wrong clock may hold.
	maxRest = 24 * time.Hour
	// A host that takes long to answer is asked less often: slowFactor times the
	// smoothed time of its answers lies between two requests, so that it is at
	// work for us at most a third of the time, up to maxSlowPace. What one answer
	// counts for among those before is one in answerWeight.
	slowFactor   = 2
	maxSlowPace  = 30 * time.Second
	answerWeight = 4
	// firstRest, after a newspaper refused us, doubles with every run in which
	// it does so again, up to maxRest.
	firstRest = 10 * time.Minute

	// refusals in a row, and addresses in a row without any answer, that end a
	// host's part in a run.
	maxRefusals = 3
	maxSilences = 3
)

// ErrResting is returned by [Host.Enter] where a host's rest is longer than a run
// waits, five minutes.
var ErrResting = errors.New("host is resting")

// hostState is what is remembered of a host from run to run, as JSON under the
// host's name.
type hostState struct {
	Next    time.Time     `json:"next"`              // no request before
	Until   time.Time     `json:"until"`             // rest asked for, by Retry-After or by refusing us
	BackOff time.Duration `json:"back_off,omitzero"` // the last, in nanoseconds
	Rests   int           `json:"rests,omitzero"`    // runs in a row in which it refused us
	KeepOut time.Time     `json:"keep_out,omitzero"` // until when it asked for a rest by an answer that refused us
	Answer  time.Duration `json:"answer,omitzero"`   // how long its answers take, smoothed, in nanoseconds
}

// Robots is a host's robots.txt, as JSON under its [robotsKey].
type Robots struct {
	Fetched time.Time `json:"fetched"`
	Expires time.Time `json:"expires,omitzero"` // not asked for again before
	Status  int       `json:"status"`
	Body    []byte    `json:"body,omitempty"` // the whole lines of what came with a 200 or the like
	// Address is where redirects led, "" where there were none.
	Address string `json:"address,omitempty"`
	Why     string `json:"-"` // what came instead
	Refuses bool   `json:"-"` // what came instead refuses us
}

// knownRobots is what is known, during a run, of the robots.txt of one scheme of a host:
// RFC 9309 section 2.3 has one for each scheme, host and port, and the only ports that are
// asked are those of http and https.
type knownRobots struct {
	// learning is held by who fetches it, while nobody asks for anything else.
	learning chan struct{}

	state     Robots    // the last one that could be had
	dirty     bool      // state differs from what was stored
	known     time.Time // until when rules and forbidden hold; zero: nothing is known yet
	rules     rules
	forbidden string // why nothing at all may be asked for
	refuses   bool   // that is because we are refused
}

// Host is one host during one run. Its methods may be called by many
// goroutines.
type Host struct {
	Name string

	// asking is held by who makes a request while there is a pace. A channel, as
	// [knownRobots.learning] is, for whoever waits for it also waits for the run's end.
	asking chan struct{}

	mu       sync.Mutex
	state    hostState
	pace     time.Duration
	dirty    bool      // state differs from what was stored
	last     time.Time // end of this run's last request
	refusals int
	silences int
	closed   string // why no more of it is asked for in this run

	robots map[string]*knownRobots // by scheme, both
}

// fresh reports whether a copy of robots.txt is used without asking. One from the
// future was stored under a wrong clock.
func (r *Robots) fresh(now time.Time) bool {
	return !r.Fetched.After(now) && now.Before(r.Expires) && r.Expires.Sub(r.Fetched) <= maxRobotsAge
}

// Reachable reports whether an answer came that says what is allowed: what is not
// there forbids nothing. A 304 says that we have it, and a 206 is a part of it.
func (r *Robots) Reachable() bool {
	switch r.Status {
	case 0, http.StatusTooManyRequests, http.StatusNotModified, http.StatusPartialContent:
		return false
	}
	return r.Status < 500
}

// New is a host with its records as they were stored, asked once a pace at most; 0 is no
// pace.
func New(name string, pace time.Duration, stored map[string][]byte, now time.Time) (*Host, error) {
	h := &Host{Name: name, pace: pace, asking: make(chan struct{}, 1), robots: make(map[string]*knownRobots)}
	if raw := stored[name]; raw != nil {
		if err := json.Unmarshal(raw, &h.state); err != nil {
			return nil, fmt.Errorf("state of host %s: %w", name, err)
		}
	}
	for _, scheme := range Schemes {
		b := &knownRobots{learning: make(chan struct{}, 1)}
		h.robots[scheme] = b
		if raw := stored[robotsKey(scheme, name)]; raw != nil {
			if err := json.Unmarshal(raw, &b.state); err != nil {
				return nil, fmt.Errorf("robots.txt of host %s: %w", name, err)
			}
		}
		if b.state.fresh(now) {
			b.rules, b.known = parseRobots(b.state.Body), b.state.Expires
		}
	}
	h.pace = h.slowest(pace)
	// A clock that was wrong must not silence a newspaper.
	if latest := now.Add(max(h.pace, maxCrawlDelay)); h.state.Next.After(latest) {
		h.state.Next = latest
	}
	if h.pace > 0 {
		// The run before may have been killed before it could store its last request.
		h.state.Next = later(h.state.Next, now.Add(h.gap()))
	}
	h.state.Answer = min(max(h.state.Answer, 0), maxSlowPace)
	if latest := now.Add(maxRest); h.state.Until.After(latest) {
		h.state.Until = latest
	}
	return h, nil
}

// gap is the time from one request's end to the next one's start. The caller
// holds mu or has the only copy.
func (h *Host) gap() time.Duration {
	if h.pace == 0 {
		return 0
	}
	return max(h.pace, min(slowFactor*h.state.Answer, maxSlowPace))
}

// slowest is the pace that every robots.txt of the host agrees to: one server stands
// behind both. The caller holds mu or has the only copy.
func (h *Host) slowest(pace time.Duration) time.Duration {
	for _, b := range h.robots {
		pace = max(pace, b.rules.delay)
	}
	return pace
}

// Schemes are those that are asked for; each has a robots.txt of its own.
var Schemes = []string{"https", "http"}

// robotsKey is where a robots.txt is stored. Earlier versions had one for both schemes,
// where that of https is now: what they stored holds for https, for a day at most.
func robotsKey(scheme, host string) string {
	if scheme == "https" {
		return host + RobotsPath
	}
	return RobotsAddress(scheme, host)
}

// RobotsPath is where a host has its robots.txt, [RobotsAddress] its whole address.
const RobotsPath = "/robots.txt"

// RobotsAddress is the address of a host's robots.txt.
func RobotsAddress(scheme, host string) string { return scheme + "://" + host + RobotsPath }

// Workers is how many addresses of the host may be under way at once: one
// until its robots.txt is known, so that what is wanted first comes first.
func (h *Host) Workers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.robots["https"].known.IsZero() && h.robots["http"].known.IsZero():
		return 1
	case h.pace > 0:
		return pacedWorkers
	}
	return UnpacedWorkers
}

// Enter waits for the host's turn. Where it returns no error, leave must follow,
// with when the answer came and how long it took; below zero where there was none.
func (h *Host) Enter(ctx context.Context) (leave func(at time.Time, took time.Duration), err error) {
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
	leave = func(at time.Time, took time.Duration) {
		h.mu.Lock()
		h.last = at
		if paced {
			if took >= 0 {
				h.state.Answer += (took - h.state.Answer) / answerWeight
			}
			h.state.Next = at.Add(h.gap())
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
			err = fmt.Errorf("%w until %s", ErrResting, now.Add(rest).In(sites.Zone).Format(time.RFC3339))
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

// Sending keeps the pace below net/http too: it sends a request again by itself, at
// once, where a connection that served others before breaks off. sent counts how
// often it was sent over a connection.
func (h *Host) Sending(ctx context.Context) (traced context.Context, sent *atomic.Int64) {
	sent = new(atomic.Int64)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				sent.Add(1)
			}
		},
		GotConn: func(httptrace.GotConnInfo) {
			if sent.Load() == 0 {
				return
			}
			h.mu.Lock()
			wait := h.gap()
			h.mu.Unlock()
			_ = sleep(ctx, wait) // where ctx ends, so does the request
		},
	}), sent
}

// Rest leaves the host alone for as long as it asked for by Retry-After.
func (h *Host) Rest(now time.Time, after time.Duration, refuses bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	until := now.Add(min(after, maxRest))
	h.state.Until = later(h.state.Until, until)
	if refuses {
		h.state.KeepOut = later(h.state.KeepOut, until)
	}
	h.dirty = true
}

// Resting reports whether the host is to be left alone for a while.
func (h *Host) Resting(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state.Until.After(now)
}

// Busy lengthens the back-off after a 429 or 503.
func (h *Host) Busy(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.silences = 0
	h.state.BackOff = min(max(2*h.state.BackOff, firstBackOff), maxBackOff)
	h.state.Until = later(h.state.Until, now.Add(jitter(h.state.BackOff)))
	h.dirty = true
}

// Refused counts a refusal; it tells whether the newspaper is to be left alone
// now.
func (h *Host) Refused(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.silences = 0
	h.refusals++
	if h.refusals != maxRefusals {
		return h.refusals > maxRefusals
	}
	h.leave(now)
	return true
}

// Withdraw leaves the newspaper alone for a while, for it refused us.
func (h *Host) Withdraw(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refusals < maxRefusals { // else it has its rest
		h.leave(now)
	}
}

// leave begins the rest after a refusal. The caller holds mu.
func (h *Host) leave(now time.Time) {
	rest := maxRest
	if h.state.Rests < 8 { // 10 min, doubled 8 times, is over a day
		rest = min(firstRest<<h.state.Rests, maxRest)
	}
	h.state.Rests++
	h.state.Until = later(h.state.Until, now.Add(rest))
	h.dirty = true
}

// Answered ends a row of refusals, silences and back-offs.
func (h *Host) Answered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refusals >= maxRefusals {
		return // it was under way when the newspaper began to refuse us: the rest stays
	}
	h.refusals, h.silences = 0, 0
	if h.state.BackOff != 0 || h.state.Rests != 0 {
		h.state.BackOff, h.state.Rests = 0, 0
		h.dirty = true
	}
}

// Silent counts an address that brought no answer in all its tries. After
// three in a row the host is down, and a timeout for each of its addresses
// would use up the run's time.
func (h *Host) Silent(why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.silences++; h.silences >= maxSilences && h.closed == "" {
		h.closed = "host down: " + why
	}
}

// RestsBeyond reports whether a refusal's rest is longer than a run would wait.
func (h *Host) RestsBeyond(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return (h.state.Rests > 0 || h.state.KeepOut.After(now)) && h.state.Until.Sub(now) > patience
}

// RestsUntil is until when the host asked to be left alone.
func (h *Host) RestsUntil() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state.Until
}

// KeptOut reports whether the host rests because it refused us.
func (h *Host) KeptOut() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state.Rests > 0 || h.state.KeepOut.After(time.Now())
}

// KeepsOut reports whether the robots.txt of a scheme was refused us.
func (h *Host) KeepsOut(scheme string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.robots[scheme].refuses
}

// Save adds the records that changed since it was last called.
func (h *Host) Save(records map[string][]byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dirty {
		raw, err := json.Marshal(h.state)
		if err != nil {
			return fmt.Errorf("state of host %s: %w", h.Name, err)
		}
		records[h.Name] = raw
		h.dirty = false
	}
	for scheme, b := range h.robots {
		if !b.dirty {
			continue
		}
		raw, err := json.Marshal(b.state)
		if err != nil {
			return fmt.Errorf("robots.txt of host %s: %w", h.Name, err)
		}
		records[robotsKey(scheme, h.Name)] = raw
		b.dirty = false
	}
	return nil
}

// Learn begins a look for the robots.txt of a scheme, unless what is known of it still
// holds; where it returns true, [Host.Learned] must follow.
func (h *Host) Learn(ctx context.Context, scheme string) (bool, error) {
	b := h.robots[scheme]
	select {
	case b.learning <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	h.mu.Lock()
	known := time.Now().Before(b.known)
	h.mu.Unlock()
	if known {
		<-b.learning
	}
	return !known, nil
}

// Learned ends what [Host.Learn] began; found is nil where the run ended first. RFC
// 9309 section 2.3.1: a file that is not there forbids nothing, one that
// cannot be had forbids all, but for a copy of the last day.
func (h *Host) Learned(scheme string, found *Robots, pace time.Duration) {
	b := h.robots[scheme]
	defer func() { <-b.learning }()
	if found == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	b.forbidden, b.refuses = "", false
	if found.Reachable() {
		b.state, b.dirty = *found, true
		b.known = found.Expires
	} else if age := now.Sub(b.state.Fetched); b.state.Fetched.IsZero() || age > maxRobotsAge || age < 0 {
		b.forbidden, b.known = "robots.txt cannot be had: "+found.Why, now.Add(maxRobotsAge)
		b.refuses = found.Refuses
		return
	} else {
		b.known = now.Add(minRobotsFresh)
	}
	b.rules = parseRobots(b.state.Body)
	h.pace = h.slowest(pace)
	// The pace holds from the request on that brought it.
	h.state.Next = later(h.state.Next, h.last.Add(h.gap()))
}

// Allows reports whether robots.txt lets us ask for an address; closed is why
// the host is not to be asked for anything in this run, forbidden why nothing by the
// address's scheme is.
func (h *Host) Allows(u *url.URL) (allowed bool, closed, forbidden string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.robots[u.Scheme]
	return b.rules.allows(u), h.closed, b.forbidden
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

// Pause waits for d, spread between its half and its whole, or until ctx is done.
func Pause(ctx context.Context, d time.Duration) error { return sleep(ctx, jitter(d)) }

// NamedSitemaps are the addresses of sitemaps that a robots.txt of the host names, as they are
// written, and what they are relative to.
func (h *Host) NamedSitemaps(scheme string) (named []string, base string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.robots[scheme].rules.sitemaps, cmp.Or(h.robots[scheme].state.Address, RobotsAddress(scheme, h.Name))
}

// Rest is what is remembered of a host that asked to be left alone.
type Rest struct {
	Host  string
	Until time.Time
	Runs  int // in a row in which it refused us
}

// Rests are the hosts that are left alone now, by their names, from what was stored of them.
func Rests(stored map[string][]byte, now time.Time) (list []Rest, err error) {
	for _, name := range slices.Sorted(maps.Keys(stored)) {
		if strings.Contains(name, "/") { // a robots.txt
			continue
		}
		var state hostState
		if err := json.Unmarshal(stored[name], &state); err != nil {
			return nil, fmt.Errorf("host %s: %w", name, err)
		}
		if state.Until.After(now) {
			list = append(list, Rest{name, state.Until, state.Rests})
		}
	}
	return list, nil
}
