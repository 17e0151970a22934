// Baoluu crawls Vietnamese newspapers, keeps every capture of every article
// for good, tells how an article changed, and turns the archive into clean
// text.
//
// One file a command; root.go puts them together, config.go reads
// config.yaml, output.go is the one place that writes to people, errors.go
// turns errors into words and exit codes.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // schedules are in Asia/Ho_Chi_Minh on machines without a zone database
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks to end cleanly; a second one ends at once.
	context.AfterFunc(ctx, stop)
	// net/http writes there of servers that send too much: nothing that is to be done, and
	// cron would mail it. What matters comes back as an error.
	log.SetOutput(io.Discard)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
