package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
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
	// frontAge is how long the front page is shown again before it is rebuilt:
	// its ledgers go through every address of the last weeks.
	frontAge = 30 * time.Second
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
	return <-ended // a request to end is how a server's work is done
}
