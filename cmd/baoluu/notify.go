package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/cmd/internal/lines"
	"baoluu/crawler"
)

// The events that notices are about.
const (
	eventDrift       = "drift"       // the pages come out differently than they used to
	eventBlocked     = "blocked"     // the newspaper refuses us
	eventDisk        = "disk"        // there is too little room; of no one newspaper
	eventFailures    = "failures"    // as many addresses failed as the settings say, or more
	eventUnreachable = "unreachable" // the newspaper does not answer
	eventNothing     = "nothing"     // none of its lists, or of the articles asked for, could be read
	eventTest        = "test"        // of "notify test"
)

var events = []string{eventDrift, eventBlocked, eventDisk, eventFailures, eventUnreachable, eventNothing}

// Problems without a notice: a crawl only prints them.
const (
	troubleSome    = "some failures"
	troubleLayout  = "layout"
	troubleAssets  = "assets" // none of the pictures, style sheets and fonts came
	troubleMetrics = "metrics"
)

// notice is what a person gets.
type notice struct {
	Type  string     `json:"type"`
	Event string     `json:"event"`
	Site  *string    `json:"site"` // null where it is of no one newspaper
	Time  string     `json:"time"`
	Text  string     `json:"text"`
	Run   *lines.Run `json:"run"` // null where no run began
}

// newNotice is a notice of a newspaper, or of none.
func newNotice(event, site, text string, now time.Time) notice {
	n := notice{Type: "notice", Event: event, Time: local(now)}
	if site != "" {
		n.Site = &site
		text = site + ": " + strings.TrimPrefix(text, site+": ") // an error may name it, too
		n.Text = plain.Line("Bảo Lưu, " + text)
		return n
	}
	n.Text = plain.Line("Bảo Lưu: " + text)
	return n
}

// troubles says what is wrong with a newspaper, by event, as far as a run shows it. A run over
// addresses that a person named shows nothing of the newspaper: that person reads along.
func troubles(c NotifyConfig, site string, run capture.Run, err error) map[string]string {
	found := map[string]string{}
	var partly *partlyError
	few := errors.As(err, &partly)
	if run.Seeds > 0 || err != nil && !few && !hasEvent(err) {
		return found // a problem that lasts is printed once; anything else whenever it comes
	}
	for event, is := range map[string]bool{
		eventDrift:       errors.Is(err, crawler.ErrDrift),
		eventBlocked:     errors.Is(err, crawler.ErrBlocked),
		eventUnreachable: errors.Is(err, crawler.ErrUnreachable),
		eventNothing:     errors.Is(err, crawler.ErrNoSource) || errors.Is(err, crawler.ErrNoArticle),
	} {
		if is {
			found[event] = err.Error()
			if why := gaps(run); why != "" && event != eventDrift {
				found[event] += "; " + why
			}
		}
	}
	if run.Redesign != nil {
		found[troubleLayout] = layouts(run)
	}
	if run.Assets.Nothing() {
		found[troubleAssets] = assets(run.Assets)
	}
	switch {
	case found[eventBlocked]+found[eventUnreachable]+found[eventNothing] != "": // of which the failures come
	case run.Failed >= c.Failures:
		found[eventFailures] = fmt.Sprintf("%s failed: %s", plural(run.Failed, "address", "addresses"), gaps(run))
	case few:
		found[troubleSome] = partly.Error()
	}
	return found
}

// hasEvent reports whether an error of a run is one that an event is named for.
func hasEvent(err error) bool {
	for _, kind := range []error{crawler.ErrDrift, crawler.ErrBlocked, crawler.ErrUnreachable, crawler.ErrNoSource, crawler.ErrNoArticle} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// isOver reports whether a run shows that a problem is over. One that asked for no article, say,
// does not show that articles are no longer refused.
func isOver(trouble string, run capture.Run) bool {
	if run.Seeds > 0 {
		return false
	}
	switch trouble {
	case eventDrift, troubleLayout:
		return run.Good() && run.Recent > 0
	case eventBlocked:
		return run.Good() && run.Came > 0
	case eventUnreachable:
		return run.Kept > 0
	case troubleAssets:
		return run.Assets != nil && run.Assets.Kept+run.Assets.Same > 0
	case eventDisk, troubleMetrics:
		return false // [notifier.over] says so
	}
	return run.Good()
}

// notifier sends notices, and remembers which: the same is not sent again with every run.
type notifier struct {
	config NotifyConfig
	file   string // which notices were sent, beside the archive's newspapers
	client *http.Client
}

// noticesName is the file in the archive's folder with the notices that were sent, and when.
const noticesName = "notices.json"

// maxNotices bounds that file: a line an event of each newspaper.
const maxNotices = 1 << 20

// lastWord is how long sending may take once the program was asked to end.
const lastWord = 2 * time.Second

func newNotifier(c Config) *notifier {
	return &notifier{config: c.Notify, file: filepath.Join(c.Archive, noticesName), client: &http.Client{}}
}

// tell sends the notices that a newspaper's run gives cause for, where the settings name
// somebody to notify. Its error is printed and fails no crawl.
func (n *notifier) tell(ctx context.Context, site string, run capture.Run, failure error, now time.Time) error {
	if isDiskFull(failure) {
		return n.tellDisk(ctx, failure, now)
	}
	found := troubles(n.config, site, run, failure)
	if !n.config.isSet() {
		return n.end(site, run, found)
	}
	fresh, err := n.fresh(site, "", found, now)
	errs := []error{err, n.end(site, run, found)}
	for _, event := range fresh {
		what := newNotice(event, site, found[event], now)
		if !run.Started.IsZero() {
			line := lines.NewRun(site, run)
			what.Run = &line
		}
		errs = append(errs, n.sendOnce(ctx, what, noticeKey(site, event)))
	}
	return errors.Join(errs...)
}

// tellDisk sends the notice of the disk, once for all newspapers.
func (n *notifier) tellDisk(ctx context.Context, failure error, now time.Time) error {
	if !n.config.isSet() {
		return nil
	}
	fresh, err := n.fresh("", "", map[string]string{eventDisk: ""}, now)
	if len(fresh) == 0 {
		return err
	}
	return errors.Join(err, n.sendOnce(ctx, newNotice(eventDisk, "", failure.Error(), now), noticeKey("", eventDisk)))
}

// sendOnce sends a notice; if it could not be sent the next run tries again.
func (n *notifier) sendOnce(ctx context.Context, what notice, key string) error {
	reached, err := n.send(ctx, what)
	if reached {
		return err
	}
	return errors.Join(err, n.remember(func(sent map[string]time.Time) bool {
		delete(sent, key)
		return true
	}))
}

// speaks reports whether a crawl prints what went wrong: always, unless it is quiet and the
// same was printed within notify.every. What is no lasting problem is always printed.
func (n *notifier) speaks(quiet bool, site string, found map[string]string, failure error, now time.Time) bool {
	if failure == nil && found[troubleLayout]+found[troubleAssets] == "" {
		if _, is := found[troubleMetrics]; is && quiet {
			_ = n.over(troubleMetrics) // at worst it is printed once too few
		}
		return false
	}
	if !quiet || len(found) == 0 {
		return true
	}
	fresh, err := n.fresh(site, saidKey, found, now)
	return len(fresh) > 0 || err != nil
}

// saidKey ends the keys of what a crawl printed.
const saidKey = "/said"

// fresh returns the problems of which no notice was sent within notify.every, or which were not
// printed within it (way is [saidKey]). It notes at once that they are sent or printed now, so
// that of two runs only one does it. A time in the future was noted under a wrong clock. Where
// way is "", only events count.
func (n *notifier) fresh(site, way string, found map[string]string, now time.Time) ([]string, error) {
	var fresh []string
	err := n.remember(func(sent map[string]time.Time) (changed bool) {
		for _, event := range slices.Sorted(maps.Keys(found)) {
			if way == "" && !slices.Contains(events, event) {
				continue
			}
			key := noticeKey(site, event) + way
			if last, known := sent[key]; !known || last.After(now) || now.Sub(last) >= time.Duration(n.config.Every) {
				sent[key] = now
				changed = true
				fresh = append(fresh, event)
			}
		}
		return changed
	})
	return fresh, err
}

// end forgets the problems of a newspaper that a run shows to be over: when they come again
// a notice is sent at once.
func (n *notifier) end(site string, run capture.Run, found map[string]string) error {
	if run.Started.IsZero() {
		return nil
	}
	return n.forget(func(key string) bool {
		of, trouble, ok := strings.Cut(strings.TrimSuffix(key, saidKey), "/")
		return ok && of == site && found[trouble] == "" && isOver(trouble, run)
	})
}

// over forgets a problem of no one newspaper.
func (n *notifier) over(trouble string) error {
	return n.forget(func(key string) bool {
		_, of, ok := strings.Cut(strings.TrimSuffix(key, saidKey), "/")
		return ok && of == trouble // earlier versions noted the disk for each newspaper
	})
}

// forget removes the keys that are over; where there is no file, none is written.
func (n *notifier) forget(over func(key string) bool) error {
	if _, err := os.Stat(n.file); err != nil {
		return nil
	}
	return n.remember(func(sent map[string]time.Time) bool {
		before := len(sent)
		maps.DeleteFunc(sent, func(key string, _ time.Time) bool { return over(key) })
		return len(sent) < before
	})
}

func noticeKey(site, event string) string { return site + "/" + event }

// remember lets change work on what was sent when, and stores it where that says so.
func (n *notifier) remember(change func(sent map[string]time.Time) (changed bool)) error {
	lock := flock.New(n.file + ".lock")
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	defer func() { _ = lock.Unlock() }() // closing it lets go
	sent := map[string]time.Time{}
	b, err := readAtMost(n.file, maxNotices)
	if err == nil {
		err = json.Unmarshal(b, &sent)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) || sent == nil {
		sent = map[string]time.Time{} // a damaged list costs one notice too many
	}
	if !change(sent) {
		return nil
	}
	if b, err = json.Marshal(sent); err != nil {
		return err
	}
	return writeAtomically(n.file, b)
}

// way is one way to notify a person.
type way struct {
	name   string // "webhook", "command"
	target string // whom it reaches, for people: an address's path may hold a secret
	send   func(context.Context) error
}

// ways are those that the settings name.
func (n *notifier) ways(what notice) ([]way, error) {
	var body bytes.Buffer
	if err := printJSON(&body, what); err != nil {
		return nil, err
	}
	var ways []way
	if n.config.Webhook != "" {
		target := n.config.Webhook
		if u, err := url.Parse(target); err == nil {
			target = u.Host
		}
		ways = append(ways, way{"webhook", target, func(ctx context.Context) error { return n.post(ctx, body.Bytes()) }})
	}
	if len(n.config.Command) > 0 {
		ways = append(ways, way{"command", n.config.Command[0], func(ctx context.Context) error { return n.call(ctx, what, body.Bytes()) }})
	}
	return ways, nil
}

// send sends a notice by all ways at once; each has the timeout of the settings. reached:
// one of them went well.
func (n *notifier) send(ctx context.Context, what notice) (reached bool, err error) {
	ways, err := n.ways(what)
	if err != nil {
		return false, err
	}
	all := n.try(ctx, ways)
	return slices.Contains(all, nil), errors.Join(all...)
}

// try tries all ways at once, and says of each what came of it.
func (n *notifier) try(ctx context.Context, ways []way) []error {
	all := make([]error, len(ways))
	var wg sync.WaitGroup
	for i, way := range ways {
		wg.Go(func() {
			// A crawl that was asked to end still says why.
			telling, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Duration(n.config.Timeout))
			defer cancel()
			defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWord, cancel) })()
			all[i] = way.send(telling)
		})
	}
	wg.Wait()
	return all
}

func (n *notifier) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.config.Webhook, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "baoluu/"+version())
	resp, err := n.client.Do(r)
	if whole := new(url.Error); errors.As(err, &whole) {
		err = whole.Err // it would name the address, whose path may be a secret
	}
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("webhook: %s", resp.Status)
	}
	return nil
}

// maxCommandTalk is how much of what a command says is passed on.
const maxCommandTalk = 300

func (n *notifier) call(ctx context.Context, what notice, body []byte) error {
	cmd := exec.CommandContext(ctx, n.config.Command[0], n.config.Command[1:]...)
	site := ""
	if what.Site != nil {
		site = *what.Site
	}
	cmd.Env = append(os.Environ(), "BAOLUU_EVENT="+what.Event, "BAOLUU_SITE="+site, "BAOLUU_TIME="+what.Time,
		"BAOLUU_TEXT="+what.Text)
	cmd.Stdin = bytes.NewReader(body)
	cmd.WaitDelay = time.Second // for what it leaves behind with its output open
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("notify by %s: %w: %s", n.config.Command[0], err, cell(string(out[:min(len(out), maxCommandTalk)])))
	}
	return nil
}
