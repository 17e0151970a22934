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
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/catalog"
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
	// serveEndTime is how long the answers under way may take once the server is
	// asked to end.
	serveEndTime = 3 * time.Second
)

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the state of the archive: a page for people, metrics for Prometheus",
		Long: `Serve answers two addresses, until Ctrl-C or SIGTERM ends it:

  /          a page that says first what needs a person, then of each newspaper
             its last crawl, when the next is due, how complete the last 14 days
             are, as "baoluu ledger" counts it, and what it holds
  /metrics   what "crawl --metrics-file" writes, in Prometheus' format, read from
             the archive at each request

It only reads, for a moment at a time, so that crawls go on beside it. A read-only
copy of an archive will do. There is no password: listen beyond this machine only in
a network that you trust. It answers to the name that --listen gives, to
"localhost", to any IP address, and to the names of "serve: hosts" in config.yaml,
and to other names with 421: else a page elsewhere could read it through a browser,
by a name that resolves to this machine (DNS rebinding).`,
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
	logger := log.New(a.err, "baoluu: ", 0)
	pages, err := web.New(webOptions(arch, c, logger))
	if err != nil {
		return err
	}
	defer pages.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Serve.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	printf(a.err, "%s is served at http://%s/ (Ctrl-C ends it)\n", c.Archive, listener.Addr())
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
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve: %w", err)
	}
	return <-ended // a request to end is how a server's work is done
}

// webOptions are what the pages are told of the archive and of the settings.
func webOptions(arch *archive.Archive, c Config, logger *log.Logger) web.Options {
	hosts := slices.Clone(c.Serve.Hosts)
	if name, _, err := net.SplitHostPort(c.Serve.Listen); err == nil && name != "" {
		hosts = append(hosts, name)
	}
	return web.Options{
		Archive: arch, Catalog: catalog.New(arch), Version: version(), Hosts: hosts, Now: time.Now, Log: logger,
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
