package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // schedules are in Asia/Ho_Chi_Minh on machines without a zone database

	"baoluu/cleaner/plain"
)

func main() {
	// net/http logs there what servers do wrong: nothing can be done about it, and cron
	// would mail it. What matters comes back as an error.
	log.SetOutput(io.Discard)
	os.Exit(program())
}

// endTime is how long a command that was asked to end may take to do so by itself:
// longer than serve gives the answers under way, and a commit takes, and within the
// five seconds that are promised.
const endTime = 4 * time.Second

// program carries out the command line of the process and returns the exit code.
func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		// The first signal asks to end cleanly; a second one ends at once.
		stop()
		// What does not listen (a parser, a library, a file that never comes) is ended. A
		// commit that is cut off was never made: what is kept stays intact.
		time.Sleep(endTime)
		printf(plain.Writer(os.Stderr), "baoluu: interrupted; it did not end by itself within %v: what is kept stays intact\n", endTime)
		os.Exit(exitInterrupted)
	})
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
