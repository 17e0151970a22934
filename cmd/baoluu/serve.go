package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

const (
	// A request has this long for each of its parts. What is answered is small; who
	// takes longer holds a connection for nothing.
	serveHeaderTime = 5 * time.Second
	serveReadTime   = 10 * time.Second
	serveAnswerTime = 30 * time.Second
	serveIdleTime   = time.Minute
	maxServeHeader  = 16 << 10
	// serveEndTime is how long the answers under way may take once the server is
	// told to end.
	serveEndTime = 3 * time.Second
	// frontAge is how long the front page is shown again before it is made anew:
	// its ledgers go through every address of the last weeks.
	frontAge = 30 * time.Second
)

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the state of the archive: a page for people, metrics for Prometheus",
		Long: `Serve answers two addresses, until Ctrl-C or SIGTERM ends it:

  /          a page that names the newspapers, their last crawl, and how complete
             the last 14 days are, as "baoluu ledger" counts it
  /metrics   what "crawl --metrics-file" writes, in Prometheus' format, read from
             the archive at each request

It only reads, in short turns, so that crawls go on beside it and a read-only copy
of an archive will do. There is no password: what listens on more than this machine
is for a network that you trust. It answers to the name that --listen gives, to
"localhost", to any IP address, and to the names of "serve: hosts" in config.yaml.
To all others it says 421, or a page elsewhere could read it through a browser
whose name server it leads astray.`,
		Example: `  baoluu serve
  baoluu serve --listen 127.0.0.1:9100 --archive /srv/news
  curl -s http://127.0.0.1:8080/metrics`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), listen) },
	}
	cmd.Flags().StringVar(&listen, "listen", "", "`address` to listen on (default: as the settings say, else "+defaultListen+")")
	return cmd
}

func (a *app) serve(ctx context.Context, listen string) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	if listen != "" {
		if err := checkListen(listen); err != nil {
			return fmt.Errorf("--listen: %w", err)
		}
		c.Serve.Listen = listen
	}
	arch, err := archive.Open(c.Archive)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Serve.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	logger := log.New(a.err, "baoluu: ", 0)
	printf(a.err, "%s is served at http://%s/ (Ctrl-C ends it)\n", c.Archive, listener.Addr())
	server := &http.Server{
		Handler:           newStation(arch, c, logger).handler(),
		ErrorLog:          logger,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // what is being read ends with the server
		ReadHeaderTimeout: serveHeaderTime, ReadTimeout: serveReadTime,
		WriteTimeout: serveAnswerTime, IdleTimeout: serveIdleTime, MaxHeaderBytes: maxServeHeader,
	}
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), serveEndTime)
		defer cancel()
		if server.Shutdown(ctx) != nil { // somebody takes too long
			_ = server.Close()
		}
		ended <- nil
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve: %w", err)
	}
	return <-ended // to be told to end is how a server's work is done
}

// station answers the requests of serve.
type station struct {
	archive *archive.Archive
	config  Config
	hosts   []string // names that it answers to
	log     *log.Logger

	template *template.Template // of the front page

	// reading is held by who reads the archive for an answer: many who ask wait for
	// one another, and not a crawl for them all.
	reading chan struct{}

	// Of who reads: the front page as it was made last, and when.
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
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
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

// knows tells whether a request's Host is a name of ours. A page elsewhere can have
// its own name lead to this machine (DNS rebinding), but the browser then still says
// that name; an IP address cannot be led astray.
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

// read has the archive for one answer; ok is false where who asked is gone.
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
	registry, err := metrics(r.Context(), s.archive, time.Now())
	if r.Context().Err() != nil {
		return // who asked is gone, or the server ends
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

// frontRow is a newspaper's row of the front page.
type frontRow struct {
	Name, Title string
	Crawl       string // the last one, and how it ended
	Brought     string // what came of it
	Complete    string // of the last days
	Wrong       string // why there is nothing to say
}

func (s *station) serveFront(w http.ResponseWriter, r *http.Request) {
	page, err := s.frontNow(r.Context())
	if r.Context().Err() != nil {
		return // who asked is gone, or the server ends
	}
	if err != nil {
		s.log.Printf("front page: %v", err)
		http.Error(w, "the archive cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // nobody is left to be told
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
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	page := struct {
		Archive, Now, Version string
		Days                  int
		Rows                  []frontRow
	}{s.config.Archive, local(now), version(), ledgerDays, nil}
	for _, name := range names {
		row, err := s.row(ctx, name, now)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			s.log.Printf("front page: %s: %v", name, err)
			row.Wrong = err.Error()
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

// names are the newspapers that the archive has, and those that are to be crawled.
func (s *station) names() ([]string, error) {
	names, err := s.archive.Newspapers()
	if err != nil {
		return nil, err
	}
	for name, own := range s.config.Sites {
		if *own.Enabled {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// row reads what the front page says of a newspaper.
func (s *station) row(ctx context.Context, name string, now time.Time) (frontRow, error) {
	row := frontRow{Name: name, Title: name, Crawl: "never", Complete: "-"}
	if site, ok := sites.ByName(name); ok {
		row.Title = site.Title
	}
	run, ok, err := s.archive.LastRun(ctx, name, now)
	if err != nil {
		return row, err
	}
	if ok {
		row.Crawl = fmt.Sprintf("%s: %s", local(run.Started), runEnd(run))
		row.Brought = fmt.Sprintf("%d new, %d changed, %d failed", run.New, run.Changed, run.Failed)
	}
	sum, err := recent(ctx, s.archive, name, now)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return row, nil
	}
	if err != nil {
		return row, err
	}
	row.Complete = ledgerRow{name, sum}.complete()
	if sum.Listed > 0 {
		row.Complete += fmt.Sprintf(" (%d of %d)", sum.Cleaned, sum.Listed-sum.Missed)
	}
	return row, nil
}
