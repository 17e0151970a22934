package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"log"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// station answers the requests of serve.
type station struct {
	archive *archive.Archive
	config  Config
	hosts   []string // names that it answers to
	log     *log.Logger

	template *template.Template // of the front page

	// reading is held while the archive is read for an answer: many clients wait for one
	// another, and no crawl waits for them all.
	reading chan struct{}

	// Guarded by reading: the newest front page, and when it was made.
	front []byte
	made  time.Time
}

func newStation(arch *archive.Archive, c Config, log *log.Logger) *station {
	hosts := slices.Clone(c.Serve.Hosts)
	if name, _, err := net.SplitHostPort(c.Serve.Listen); err == nil && name != "" {
		hosts = append(hosts, name)
	}
	return &station{
		archive: arch, config: c, hosts: hosts, log: log, reading: make(chan struct{}, 1),
		template: template.Must(template.New("front").Parse(frontSource)),
	}
}

func (s *station) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.serveFront)
	mux.HandleFunc("GET /metrics", s.serveMetrics)
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(styleSource) // nobody is left to hear of it
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		if !s.knows(r.Host) {
			http.Error(w, `this server does not answer to that name: see "serve: hosts" in config.yaml`, http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// knows reports whether a request's Host is a name of ours. A page elsewhere can have
// its own name lead to this machine (DNS rebinding), but the browser then still sends
// that name. An IP address cannot be rebound.
func (s *station) knows(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil || u.Host != host { // no host and port as an address has them
		return false
	}
	name := u.Hostname()
	if net.ParseIP(name) != nil || strings.EqualFold(name, "localhost") {
		return true
	}
	return slices.ContainsFunc(s.hosts, func(own string) bool { return strings.EqualFold(own, name) })
}

// read has the archive for one answer; ok is false where the client is gone.
func (s *station) read(ctx context.Context) (done func(), ok bool) {
	select {
	case s.reading <- struct{}{}:
		return func() { <-s.reading }, true
	case <-ctx.Done():
		return nil, false
	}
}

func (s *station) serveMetrics(w http.ResponseWriter, r *http.Request) {
	done, ok := s.read(r.Context())
	if !ok {
		return
	}
	defer done()
	registry, err := metrics(r.Context(), s.archive, s.config, time.Now())
	if r.Context().Err() != nil {
		return // the client is gone, or the server ends
	}
	if err != nil {
		s.log.Printf("metrics: %v", err)
	}
	if registry == nil {
		http.Error(w, "the archive cannot be read", http.StatusInternalServerError)
		return
	}
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

//go:embed serve.html
var frontSource string

//go:embed serve.css
var styleSource []byte

// frontRow is a newspaper's row of the front page.
type frontRow struct {
	Name, Title string
	State       string // in a word: how the last crawl ended
	Bad         bool   // it needs a person
	Crawl       string // the last one
	Next        string // the next one
	Brought     string // what came of it
	Complete    string // of the last days
	Holds       string // captures and bytes
	Wrong       string // why there is nothing to say

	trouble []string // what a person should know first of all
}

func (s *station) serveFront(w http.ResponseWriter, r *http.Request) {
	page, err := s.frontNow(r.Context())
	if r.Context().Err() != nil {
		return // the client is gone, or the server ends
	}
	if err != nil {
		s.log.Printf("front page: %v", err)
		http.Error(w, "the archive cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // nobody is left to hear of it
}

// frontNow is the front page, not older than [frontAge].
func (s *station) frontNow(ctx context.Context) ([]byte, error) {
	done, ok := s.read(ctx)
	if !ok {
		return nil, ctx.Err()
	}
	defer done()
	now := time.Now()
	if age := now.Sub(s.made); s.front != nil && age >= 0 && age < frontAge {
		return s.front, nil
	}
	names, err := watched(s.archive, s.config)
	if err != nil {
		return nil, err
	}
	page := struct {
		Archive, Free, Now, Version string
		Days                        int
		Trouble                     []string
		Rows                        []frontRow
	}{Archive: s.config.Archive, Now: now.In(sites.Zone).Format(time.DateTime), Version: version(), Days: ledgerDays}
	if free, err := freeSpace(s.config.Archive); err == nil {
		page.Free = size(int64(min(free, math.MaxInt64)))
	}
	if err := newSpaceGuard(s.config).check(); err != nil {
		page.Trouble = append(page.Trouble, err.Error())
	}
	for _, name := range names {
		row, err := s.row(ctx, name, now)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			s.log.Printf("front page: %s: %v", name, err)
			row.Wrong = err.Error()
			row.trouble = []string{"cannot be read"}
		}
		for _, t := range row.trouble {
			page.Trouble = append(page.Trouble, row.Title+": "+t)
		}
		page.Rows = append(page.Rows, row)
	}
	var b bytes.Buffer
	if err := s.template.Execute(plain.Writer(&b), page); err != nil {
		return nil, err
	}
	s.front, s.made = b.Bytes(), now
	return s.front, nil
}

// row reads what the front page says of a newspaper.
func (s *station) row(ctx context.Context, name string, now time.Time) (frontRow, error) {
	row := frontRow{Name: name, Title: name, State: "not crawled yet", Crawl: "never", Brought: "-", Next: "-", Complete: "-", Holds: "-"}
	if site, ok := sites.ByName(name); ok {
		row.Title = site.Title
	}
	own, known := s.config.Sites[name]
	enabled := known && *own.Enabled
	if enabled {
		at, due, err := dueAt(ctx, s.archive, name, *own.Schedule, now)
		if err != nil {
			return row, err
		}
		if row.Next = shortTime(at); due {
			row.Next = "now"
		}
	}
	run, ran, err := s.archive.LastRun(ctx, name, now)
	if err != nil {
		return row, err
	}
	if ran {
		row.State, row.Crawl = cmp.Or(runWords[runEnd(run)], runEnd(run)), shortTime(run.Started)
		row.Brought = fmt.Sprintf("%s new, %s changed, %s failed", count(run.New), count(run.Changed), count(run.Failed))
	}
	good, _, err := s.archive.LastGoodRun(ctx, name, now)
	if err != nil {
		return row, err
	}
	if enabled {
		since, err := s.since(ctx, name, run, good, now)
		if err != nil {
			return row, err
		}
		row.trouble = wants(run, good, since, now)
		row.Bad = len(row.trouble) > 0
	}
	held, err := s.archive.Counters(ctx, name)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return row, nil
	}
	if err != nil {
		return row, err
	}
	row.Holds = fmt.Sprintf("%s captures, %s", count(held.Captures), size(held.FileBytes))
	sum, err := recent(ctx, s.archive, name, now)
	if err != nil {
		return row, err
	}
	row.Complete = ledgerRow{name, sum}.complete()
	if sum.Listed > 0 {
		row.Complete += fmt.Sprintf(" (%s of %s)", count(sum.Cleaned), count(sum.Listed-sum.Missed))
	}
	return row, nil
}

const (
	// goodAge is how long a newspaper may go without a good crawl.
	goodAge = 24 * time.Hour
	// sinceAge is how far back the beginning of a problem is looked for.
	sinceAge = 30 * 24 * time.Hour
)

// since is when the runs began to end as the last one did, after the last good one.
func (s *station) since(ctx context.Context, name string, run, good capture.Run, now time.Time) (time.Time, error) {
	since := run.Started
	if run.Started.IsZero() || run.Good() {
		return since, nil
	}
	from := now.Add(-sinceAge)
	if good.Started.After(from) {
		from = good.Started
	}
	runs, err := s.archive.Runs(ctx, name, from)
	if err != nil {
		return since, err
	}
	for _, r := range slices.Backward(runs) {
		if r.Started.After(now) || r.Seeds > 0 {
			continue
		}
		if r.End != run.End {
			break
		}
		since = r.Started
	}
	return since, nil
}

// wants is what a person should know of a newspaper that is crawled by schedule.
func wants(run, good capture.Run, since, now time.Time) []string {
	var found []string
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	switch run.End {
	case "blocked", "unreachable", "no source", "no article", "failed":
		say("%s since %s", troubleWords[run.End], shortTime(since))
	}
	if run.Failed > 0 {
		say("%s failed in the last crawl", plural(run.Failed, "address", "addresses"))
	}
	for _, d := range run.Drift {
		say("the layout has drifted: %s", d.Field)
	}
	if r := run.Redesign; r != nil {
		say("%s of %s new articles fit no known layout", count(r.NoLayout), count(r.Recent))
	}
	switch {
	case good.Started.IsZero():
		say("no good crawl yet")
	case now.Sub(good.Started) > goodAge:
		say("no good crawl since %s", shortTime(good.Started))
	}
	return found
}

// runWords say how a run ended where its own word is too short for a reader.
var runWords = map[string]string{"limit": "done, up to its limit", "time": "done, up to its time", "running": "running, or killed"}

// troubleWords say of a newspaper how a run ended that was not good.
var troubleWords = map[string]string{
	"blocked": "blocked", "unreachable": "unreachable", "no source": "no list can be read", "no article": "no article comes",
	"failed": "crawls fail",
}
