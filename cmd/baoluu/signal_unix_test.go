//go:build unix

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// SIGTERM ends the program whatever it does, with the exit code of what was
// interrupted: also where it waits for a file that never ends, and where nothing in it
// listens any more. A second one ends it at once.
func TestSIGTERMEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("waits until the program is ended")
	}
	for _, tt := range []struct {
		name, file string
		args       []string
		twice      bool
		want       string
	}{
		{"clean", "page.html", []string{"clean", "--site", "generic"}, false, "baoluu: interrupted\n"},
		{"clean as JSON", "page.txt", []string{"clean", "--json"}, false, "baoluu: interrupted\n"},
		// Nobody asks a WARC file that does not come whether to go on.
		{"import", "crawl.warc.gz", []string{"import"}, false, "baoluu: interrupted; it did not end by itself within 4s: what is kept stays intact\n"},
		{"settings", "config.yaml", []string{"list", "--config"}, false, "baoluu: interrupted; it did not end by itself within 4s: what is kept stays intact\n"},
		{"import, asked twice", "crawl.warc.gz", []string{"import"}, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			pipe := filepath.Join(dir, tt.file)
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "baoluu", append(tt.args, pipe)...)
			cmd.Dir = dir
			var said strings.Builder
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// Opened as soon as the program reads there; then it waits for the first byte.
			w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if tt.twice {
				asksAgain(t, cmd, &said)
				return
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != exitInterrupted || said.String() != tt.want {
				t.Errorf("%v, want exit code %d: %q, want %q", cmd.ProcessState, exitInterrupted, &said, tt.want)
			}
		})
	}
}

// asksAgain sends SIGTERM until the program has ended, and wants it to have ended by it:
// only once the first one is taken does a second one end it, and until then they are the
// same.
func asksAgain(t *testing.T, cmd *exec.Cmd, said *strings.Builder) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	for {
		select {
		case <-ended:
			if s := cmd.ProcessState.Sys().(syscall.WaitStatus); !s.Signaled() || s.Signal() != syscall.SIGTERM {
				t.Errorf("%v: %s", cmd.ProcessState, said)
			}
			return
		case <-time.After(5 * time.Millisecond): // another process: there is nothing to be woken by
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		}
	}
}
