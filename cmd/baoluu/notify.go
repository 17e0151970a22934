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
	"baoluu/crawler"
)

// The events that a person is told of.
const (
	eventDrift       = "drift"       // the pages come out otherwise than they used to
	eventBlocked     = "blocked"     // the newspaper refuses us
	eventDisk        = "disk"        // there is too little room; of no one newspaper
	eventFailures    = "failures"    // as many addresses failed as the settings say, or more
	eventUnreachable = "unreachable" // the newspaper does not answer
	eventNothing     = "nothing"     // none of its lists, or of the articles asked for, could be read
	eventTest        = "test"        // of "notify test"
)

var events = []string{eventDrift, eventBlocked, eventDisk, eventFailures, eventUnreachable, eventNothing}

// Troubles that nobody is sent a notice of; they are said where a crawl talks.
const (
	troubleSome    = "some failures"
	troubleLayout  = "layout"
	troubleMetrics = "metrics"
)

// notice is what a person is told.
type notice struct {
	Type  string   `json:"type"`
	Event string   `json:"event"`
	Site  *string  `json:"site"` // null where it is of no one newspaper
	Time  string   `json:"time"`
	Text  string   `json:"text"`
	Run   *runLine `json:"run"` // null where no run began
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
	if run.Seeds > 0 || err != nil && !few && !isTold(err) {
		return found // what stays is told once; anything else is said whenever it comes
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
	switch {
	case found[eventBlocked]+found[eventUnreachable]+found[eventNothing] != "": // of which the failures come
	case run.Failed >= c.Failures:
		found[eventFailures] = fmt.Sprintf("%s failed: %s", plural(run.Failed, "address", "addresses"), gaps(run))
	case few:
		found[troubleSome] = partly.Error()
	}
	return found
}

// isTold tells whether an error of a run is one that an event is named for.
func isTold(err error) bool {
	for _, kind := range []error{crawler.ErrDrift, crawler.ErrBlocked, crawler.ErrUnreachable, crawler.ErrNoSource, crawler.ErrNoArticle} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// isOver tells whether a run shows that a trouble is over. One that asked for no article, say,
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
	case eventDisk, troubleMetrics:
		return false // [notifier.over] says so
	}
	return run.Good()
}

// notifier tells a person, and remembers what it told: the same is not told again
// with every run.
type notifier struct {
	config NotifyConfig
	file   string // what was told, beside the archive's newspapers
	client *http.Client
}

// noticesName is the file in the archive's folder that says what was told when.
const noticesName = "notices.json"

// maxNotices bounds that file: a line an event of each newspaper.
const maxNotices = 1 << 20

// lastWord is how long telling may take once the program was asked to end.
const lastWord = 2 * time.Second

func newNotifier(c Config) *notifier {
	return &notifier{config: c.Notify, file: filepath.Join(c.Archive, noticesName), client: &http.Client{}}
}

// tell tells of a newspaper's run, where there is something to tell and somebody to
// be told. What goes wrong with it concerns no crawl; the error says it to whoever
// reads along.
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
		told := newNotice(event, site, found[event], now)
		if !run.Started.IsZero() {
			line := newRunLine(site, run)
			told.Run = &line
		}
		errs = append(errs, n.sendOnce(ctx, told, noticeKey(site, event)))
	}
	return errors.Join(errs...)
}

// tellDisk tells of the disk, once for all newspapers.
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

// sendOnce sends a notice; where that reached nobody the next run tries again.
func (n *notifier) sendOnce(ctx context.Context, told notice, key string) error {
	reached, err := n.send(ctx, told)
	if reached {
		return err
	}
	return errors.Join(err, n.remember(func(told map[string]time.Time) bool {
		delete(told, key)
		return true
	}))
}

// speaks tells whether what went wrong is to be said where a crawl talks: always, unless it is
// to be quiet and said the same lately. What is no trouble that stays is always said.
func (n *notifier) speaks(quiet bool, site string, found map[string]string, failure error, now time.Time) bool {
	if failure == nil && found[troubleLayout] == "" {
		if _, is := found[troubleMetrics]; is && quiet {
			_ = n.over(troubleMetrics) // it is said once too seldom at worst
		}
		return false
	}
	if !quiet || len(found) == 0 {
		return true
	}
	fresh, err := n.fresh(site, saidKey, found, now)
	return len(fresh) > 0 || err != nil
}

// saidKey is the end of the keys of what was said where a crawl talks.
const saidKey = "/said"

// fresh is which of the troubles were not told lately, and notes that they are now:
// before they are told, so that two runs do not both tell them. A moment to come was noted
// under a wrong clock. Where way is "", only events are told.
func (n *notifier) fresh(site, way string, found map[string]string, now time.Time) ([]string, error) {
	var fresh []string
	err := n.remember(func(told map[string]time.Time) (changed bool) {
		for _, event := range slices.Sorted(maps.Keys(found)) {
			if way == "" && !slices.Contains(events, event) {
				continue
			}
			key := noticeKey(site, event) + way
			if last, known := told[key]; !known || last.After(now) || now.Sub(last) >= time.Duration(n.config.Every) {
				told[key] = now
				changed = true
				fresh = append(fresh, event)
			}
		}
		return changed
	})
	return fresh, err
}

// end forgets the troubles of a newspaper that a run shows to be over: when they come again they
// are told at once.
func (n *notifier) end(site string, run capture.Run, found map[string]string) error {
	if run.Started.IsZero() {
		return nil
	}
	return n.forget(func(key string) bool {
		of, trouble, ok := strings.Cut(strings.TrimSuffix(key, saidKey), "/")
		return ok && of == site && found[trouble] == "" && isOver(trouble, run)
	})
}

// over forgets a trouble of no one newspaper.
func (n *notifier) over(trouble string) error {
	return n.forget(func(key string) bool {
		_, of, ok := strings.Cut(strings.TrimSuffix(key, saidKey), "/")
		return ok && of == trouble // earlier versions noted the disk for each newspaper
	})
}

// forget takes out what was told under the keys that are over; where nothing ever was told,
// nothing is written.
func (n *notifier) forget(over func(key string) bool) error {
	if _, err := os.Stat(n.file); err != nil {
		return nil
	}
	return n.remember(func(told map[string]time.Time) bool {
		before := len(told)
		maps.DeleteFunc(told, func(key string, _ time.Time) bool { return over(key) })
		return len(told) < before
	})
}

func noticeKey(site, event string) string { return site + "/" + event }

// remember lets change work on what was told when, and stores it where that says so.
func (n *notifier) remember(change func(told map[string]time.Time) (changed bool)) error {
	lock := flock.New(n.file + ".lock")
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	defer func() { _ = lock.Unlock() }() // closing it lets go
	told := map[string]time.Time{}
	b, err := readAtMost(n.file, maxNotices)
	if err == nil {
		err = json.Unmarshal(b, &told)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) || told == nil {
		told = map[string]time.Time{} // whoever finds the list hurt is told once too often
	}
	if !change(told) {
		return nil
	}
	if b, err = json.Marshal(told); err != nil {
		return err
	}
	return writeWhole(n.file, b)
}

// way is one way to tell a person.
type way struct {
	name   string // "webhook", "command"
	target string // whom it reaches, for people: an address's path may hold a secret
	send   func(context.Context) error
}

// ways are those that the settings name.
func (n *notifier) ways(told notice) ([]way, error) {
	var body bytes.Buffer
	if err := printJSON(&body, told); err != nil {
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
		ways = append(ways, way{"command", n.config.Command[0], func(ctx context.Context) error { return n.call(ctx, told, body.Bytes()) }})
	}
	return ways, nil
}

// send tells both ways at once; each has the timeout of the settings. reached tells
// whether one of them went well.
func (n *notifier) send(ctx context.Context, told notice) (reached bool, err error) {
	ways, err := n.ways(told)
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
			// A crawl that was told to end still says why.
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

func (n *notifier) call(ctx context.Context, told notice, body []byte) error {
	cmd := exec.CommandContext(ctx, n.config.Command[0], n.config.Command[1:]...)
	site := ""
	if told.Site != nil {
		site = *told.Site
	}
	cmd.Env = append(os.Environ(), "BAOLUU_EVENT="+told.Event, "BAOLUU_SITE="+site, "BAOLUU_TIME="+told.Time,
		"BAOLUU_TEXT="+told.Text)
	cmd.Stdin = bytes.NewReader(body)
	cmd.WaitDelay = time.Second // for what it leaves behind with its output open
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("notify by %s: %w: %s", n.config.Command[0], err, cell(string(out[:min(len(out), maxCommandTalk)])))
	}
	return nil
}
