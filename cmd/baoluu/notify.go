package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"baoluu/archive"
	"baoluu/cleaner/capture"
	"baoluu/cleaner/plain"
	"baoluu/crawler"
)

// The events that a person is told of.
const (
	eventDrift    = "drift"
	eventBlocked  = "blocked"
	eventDisk     = "disk"
	eventFailures = "failures"
)

// notice is what a person is told.
type notice struct {
	Type  string   `json:"type"`
	Event string   `json:"event"`
	Site  string   `json:"site"`
	Time  string   `json:"time"`
	Text  string   `json:"text"`
	Run   *runLine `json:"run"` // null where no run began
}

// events says which events a newspaper's run was.
func events(c NotifyConfig, run capture.Run, err error) map[string]string {
	found := map[string]string{}
	for event, is := range map[string]bool{
		eventDrift:   errors.Is(err, crawler.ErrDrift),
		eventBlocked: errors.Is(err, crawler.ErrBlocked),
		eventDisk:    errors.Is(err, errLowSpace) || errors.Is(err, archive.ErrFull),
	} {
		if is {
			found[event] = err.Error()
		}
	}
	if run.Failed >= c.Failures {
		found[eventFailures] = fmt.Sprintf("%s failed: %s", plural(run.Failed, "address", "addresses"), gaps(run))
	}
	return found
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
	if n.config.Webhook == "" && len(n.config.Command) == 0 {
		return nil
	}
	found := events(n.config, run, failure)
	fresh, err := n.fresh(site, found, now)
	errs := []error{err}
	for _, event := range fresh {
		told := notice{Type: "notice", Event: event, Site: site, Time: local(now), Text: plain.Line("Bảo Lưu, " + site + ": " + found[event])}
		if !run.Started.IsZero() {
			line := newRunLine(site, run)
			told.Run = &line
		}
		reached, err := n.send(ctx, told)
		errs = append(errs, err)
		if !reached { // the next run tries again
			errs = append(errs, n.remember(func(told map[string]time.Time) bool {
				delete(told, noticeKey(site, event))
				return true
			}))
		}
	}
	return errors.Join(errs...)
}

// fresh is which of the events were not told lately, and notes that they are now:
// before they are told, so that two runs do not both tell them. An event that is over
// is forgotten: when it comes again it is told at once. A moment to come was noted
// under a wrong clock.
func (n *notifier) fresh(site string, found map[string]string, now time.Time) ([]string, error) {
	var fresh []string
	err := n.remember(func(told map[string]time.Time) (changed bool) {
		for _, event := range []string{eventDrift, eventBlocked, eventDisk, eventFailures} {
			key := noticeKey(site, event)
			last, known := told[key]
			switch _, is := found[event]; {
			case !is && known:
				delete(told, key)
				changed = true
			case is && (!known || last.After(now) || now.Sub(last) >= time.Duration(n.config.Every)):
				told[key] = now
				changed = true
				fresh = append(fresh, event)
			}
		}
		return changed
	})
	return fresh, err
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

// send tells both ways at once; each has the timeout of the settings. reached tells
// whether one of them went well.
func (n *notifier) send(ctx context.Context, told notice) (reached bool, err error) {
	var body bytes.Buffer
	if err := printJSON(&body, told); err != nil {
		return false, err
	}
	var ways []func(context.Context) error
	if n.config.Webhook != "" {
		ways = append(ways, func(ctx context.Context) error { return n.post(ctx, body.Bytes()) })
	}
	if len(n.config.Command) > 0 {
		ways = append(ways, func(ctx context.Context) error { return n.call(ctx, told, body.Bytes()) })
	}
	errs := make(chan error, len(ways))
	for _, way := range ways {
		go func() {
			// A crawl that was told to end still says why.
			telling, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Duration(n.config.Timeout))
			defer cancel()
			defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWord, cancel) })()
			errs <- way(telling)
		}()
	}
	var all []error
	for range ways {
		err := <-errs
		reached = reached || err == nil
		all = append(all, err)
	}
	return reached, errors.Join(all...)
}

func (n *notifier) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.config.Webhook, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "baoluu/"+version())
	resp, err := n.client.Do(r)
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
	cmd.Env = append(os.Environ(), "BAOLUU_EVENT="+told.Event, "BAOLUU_SITE="+told.Site, "BAOLUU_TIME="+told.Time,
		"BAOLUU_TEXT="+told.Text)
	cmd.Stdin = bytes.NewReader(body)
	cmd.WaitDelay = time.Second // for what it leaves behind with its output open
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("notify by %s: %w: %s", n.config.Command[0], err, cell(string(out[:min(len(out), maxCommandTalk)])))
	}
	return nil
}

// writeWhole writes a file beside its name and renames it, so that nobody reads
// half of it.
func writeWhole(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
