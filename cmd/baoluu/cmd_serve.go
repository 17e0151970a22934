package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"golang.org/x/net/netutil"

	"baoluu/archive"
	"baoluu/archive/catalog"
	"baoluu/archive/search"
	"baoluu/cmd/internal/web"
	"baoluu/crawler"
)

const (
	// A request has this long for each of its parts. Answers are small; a client that
	// takes longer only holds a connection.
	serveHeaderTime = 5 * time.Second
	serveReadTime   = 10 * time.Second
	serveAnswerTime = 30 * time.Second
	serveIdleTime   = time.Minute
	maxServeHeader  = 16 << 10
	// maxServeConnections is how many connections are open at once; more wait to be taken.
	maxServeConnections = 2048
	// serveEndTime is how long the answers under way may take once the server is
	// asked to end.
	serveEndTime = 3 * time.Second
)

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Read the archive in a browser: what is new, what changed, every article",
		Long: `Serve shows the archive to a browser, in Vietnamese and English, until Ctrl-C or
SIGTERM ends it:

  /           today: first what needs a person, then what is new, what was
              changed or taken down, and how each newspaper does
  /n/SITE     a newspaper; /day/2026-11-22 a day; /about how to cite and use it
  /p/SITE/ID  an article with its versions, what changed between them, and the
              page as it was: /at/2016-04-08/https://…
  /search     articles by their words, as "baoluu search" finds them
  /changes    edits and takedowns; /changes.atom and /changes.json are feeds
  /health     how each newspaper does; /healthz for whoever watches the process
  /api/v1/…   the same as JSON, for programs: /openapi.yaml describes it
  /metrics    what "crawl --metrics-file" writes, in Prometheus' format

Of the archive it only reads, for a moment at a time, so that crawls go on beside
it, and shows what they bring within seconds. It makes the search index where there
is none, and keeps it current. A read-only copy of an archive will do; it is searched
where it has an index. No page loads anything from another server, and none needs
JavaScript.

There is no password: by default it answers this machine alone. With another
--listen, whoever reaches that address can read all of the archive; put a web
server that has TLS and passwords before it (docs/operations.md). It answers to
the name that --listen gives, to "localhost", to any IP address, and to the names
of "serve: hosts" in config.yaml, and to other names with 421: else a page
elsewhere could read it through a browser, by a name that resolves to this machine
(DNS rebinding).`,
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
	collectMoreOften()
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
	logger := log.New(a.err, "baoluu: ", 0)
	options := webOptions(arch, c, logger)
	defer options.Search.Close()
	pages, err := web.New(options)
	if err != nil {
		return err
	}
	defer pages.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Serve.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	a.sayServed(c.Archive, listener.Addr())
	server := &http.Server{
		Handler:           pages,
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
	if err := server.Serve(netutil.LimitListener(listener, maxServeConnections)); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve: %w", err)
	}
	return <-ended // a request to end is how a server's work is done
}

// sayServed says where the archive is, and what an address means that others reach, too.
func (a *app) sayServed(folder string, at net.Addr) {
	address := at.String()
	tcp, ok := at.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		address = net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	printf(a.err, "%s is served at http://%s/ (Ctrl-C ends it)\n", folder, address)
	if ok && !tcp.IP.IsLoopback() {
		printf(a.err, "whoever reaches %s can read all of the archive: there is no password. Beyond a network that you trust, put a web server with TLS and passwords before it\n", at)
	}
}

// webOptions are what the pages are told of the archive and of the settings.
func webOptions(arch *archive.Archive, c Config, logger *log.Logger) web.Options {
	hosts := slices.Clone(c.Serve.Hosts)
	if name, _, err := net.SplitHostPort(c.Serve.Listen); err == nil && name != "" {
		hosts = append(hosts, name)
	}
	return web.Options{
		Archive: arch, Catalog: catalog.New(arch), Search: search.Open(arch, ""), Version: version(), Hosts: hosts, Now: time.Now, Log: logger,
		Newspapers: func() (list []web.Newspaper, err error) {
			names, err := watched(arch, c)
			for _, name := range names {
				own, known := c.Sites[name]
				n := web.Newspaper{Site: name, Enabled: known && *own.Enabled}
				if n.Enabled {
					n.Schedule = *own.Schedule
				}
				list = append(list, n)
			}
			return list, err
		},
		Due: func(ctx context.Context, site string, now time.Time) (time.Time, bool, error) {
			return dueAt(ctx, arch, site, *c.Sites[site].Schedule, now)
		},
		Disk: func() (web.Disk, error) {
			free, err := freeSpace(c.Archive)
			return web.Disk{Free: int64(min(free, math.MaxInt64)), Want: int64(c.MinFree)}, err
		},
		Rests: func(ctx context.Context, site string, now time.Time) (list []web.Rest, err error) {
			rests, err := crawler.Rests(ctx, arch, site, now)
			for _, r := range rests {
				list = append(list, web.Rest(r))
			}
			return list, err
		},
		Metrics: func(ctx context.Context, now time.Time) (prometheus.Gatherer, error) {
			registry, err := metrics(ctx, arch, c, now)
			if registry == nil {
				return nil, err
			}
			return registry, err
		},
	}
}
