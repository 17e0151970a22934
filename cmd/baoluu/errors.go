package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"baoluu/archive"
	"baoluu/crawler"
)

// The exit codes, fixed by docs/terms.md; 2 is left to Go's runtime, so that a
// crash can be told from a failure.
const (
	exitDone        = 0
	exitFailed      = 1
	exitPartly      = 3
	exitDrift       = 4
	exitBlocked     = 5
	exitNoArchive   = 10
	exitInUse       = 11
	exitInterrupted = 130
)

// partlyError ends a command that did some of its work; what it did is kept.
type partlyError struct{ err error }

func (e *partlyError) Error() string { return e.err.Error() }
func (e *partlyError) Unwrap() error { return e.err }

// hintError is an error with a line on what to do about it.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

// settingsError is an error of config.yaml, which may end in lines of that file.
type settingsError struct{ err error }

func (e *settingsError) Error() string { return e.err.Error() }
func (e *settingsError) Unwrap() error { return e.err }

// hushedError is an error of which some, or all, was printed before: its exit code is that
// of all, and only the rest is printed.
type hushedError struct{ all, said error }

func (e *hushedError) Error() string { return e.all.Error() }
func (e *hushedError) Unwrap() error { return e.all }

// hush is the error all, of which only said is to be printed.
func hush(all, said error) error {
	if all == nil {
		return nil
	}
	return &hushedError{all, said}
}

// withHint adds what to do to an error.
func withHint(hint, format string, args ...any) error {
	return &hintError{err: fmt.Errorf(format, args...), hint: hint}
}

func exitCode(err error) int {
	var partly *partlyError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, archive.ErrNoArchive):
		return exitNoArchive
	case errors.Is(err, crawler.ErrBlocked):
		return exitBlocked
	case errors.Is(err, crawler.ErrDrift):
		return exitDrift
	case errors.As(err, &partly):
		return exitPartly
	case errors.Is(err, archive.ErrInUse):
		return exitInUse
	}
	return exitFailed
}

// hint says what to do about an error, "" where the error says it itself.
func hint(err error) string {
	var h *hintError
	switch {
	case errors.As(err, &h):
		return h.hint
	case errors.Is(err, archive.ErrNoArchive):
		return `make one with "baoluu crawl" or "baoluu import", or name another with --archive FOLDER`
	case errors.Is(err, archive.ErrNoNewspaper):
		return `"baoluu stats" shows what it holds`
	case errors.Is(err, archive.ErrInUse):
		return "wait until it is done; reading the archive works meanwhile"
	case errors.Is(err, archive.ErrCorrupt):
		return `"baoluu verify" says what else is damaged`
	case errors.Is(err, archive.ErrFull):
		return "make room and call it again; what is kept stays intact"
	case errors.Is(err, archive.ErrForgotten):
		return `"baoluu list --forgotten" shows what was taken out; it is not stored again`
	case errors.Is(err, archive.ErrNoPage):
		return `"baoluu list" shows the pages that are kept`
	case errors.Is(err, crawler.ErrBlocked):
		return "the newspaper refuses us for now; the next run tries again, what was captured is kept"
	case errors.Is(err, crawler.ErrDrift):
		return `all is kept: "baoluu sites learn SITE --layout" drafts the new layout from it, and "baoluu reclean SITE" then reads it again`
	case errors.Is(err, crawler.ErrPace):
		return "only a server of your own may be asked faster: one that is reached through a proxy on this machine"
	case errors.Is(err, crawler.ErrNoSource):
		return "new articles are not seen until one of them can be read; the line above says why, and --log FILE names each"
	case errors.Is(err, crawler.ErrNoArticle):
		return "the line above says why, and --log FILE names each"
	case errors.Is(err, crawler.ErrUnreachable):
		return "the newspaper, or the way to it, is down; the next run goes on from here"
	}
	return ""
}

// report prints for the person at the terminal what failed and what to do.
func (a *app) report(err error) {
	var hushed *hushedError
	if errors.As(err, &hushed) {
		err = hushed.said
	}
	if err == nil {
		return
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.err, "baoluu: interrupted")
		return
	}
	first, more, _ := strings.Cut(strings.TrimRight(words(err), "\n"), "\n")
	printf(a.err, "baoluu: %s\n", first)
	var settings *settingsError
	margin := "  " // of the others of several errors: none of their lines looks like ours
	if errors.As(err, &settings) {
		margin = "" // the file's own lines, which show a place by what stands above it
	}
	for line := range strings.Lines(more) {
		printf(a.err, "%s%s\n", margin, strings.TrimSuffix(line, "\n"))
	}
	for line := range strings.Lines(hint(err)) {
		printf(a.err, "  %s\n", strings.TrimSpace(line))
	}
}

// errEnough ends a walk early.
var errEnough = errors.New("enough")
