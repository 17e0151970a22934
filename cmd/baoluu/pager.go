package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// errPagerClosed ends a command whose reader has read enough. It is no failure.
var errPagerClosed = errors.New("the pager was closed")

// pager is where data and talk go on their way to a terminal. What a command prints is held
// until it is known to be longer than the screen, and goes to a program for reading then.
type pager struct {
	out           io.Writer
	columns, rows int

	mu     sync.Mutex
	holds  bool // what is printed is held
	held   bytes.Buffer
	lines  int // of what is held, on the screen
	cmd    *exec.Cmd
	in     io.WriteCloser
	stop   func() // ends the command that prints
	closed bool   // whoever read it has read enough
}

// mostHeld is how many bytes are held of lines that do not end.
const mostHeld = 1 << 20

func (p *pager) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return 0, errPagerClosed
	case p.holds:
		p.held.Write(b)
		for line := range bytes.Lines(b) {
			p.lines += rowsOf(line, p.columns)
		}
		if p.lines < p.rows && p.held.Len() < mostHeld {
			return len(b), nil
		}
		p.holds = false
		p.start()
		b = p.held.Bytes()
		_, err := p.pass(b)
		return len(b), err
	}
	return p.pass(b)
}

// rowsOf is how many rows of the screen what is written takes, or one more.
func rowsOf(line []byte, columns int) int {
	if n := utf8.RuneCount(line); line[len(line)-1] == '\n' {
		return max(1, (n-2)/columns+1)
	} else {
		return n / columns
	}
}

// pass gives what is printed to the pager, or to the terminal.
func (p *pager) pass(b []byte) (int, error) {
	if p.in == nil {
		return p.out.Write(b)
	}
	n, err := p.in.Write(b)
	if err != nil { // nothing but that it is gone
		p.closed, err = true, errPagerClosed
		p.stop()
	}
	return n, err
}

// start starts the pager. Where there is none, all goes to the terminal.
func (p *pager) start() {
	cmd := pagerCommand(os.LookupEnv)
	if cmd == nil {
		return
	}
	cmd.Stdout, cmd.Stderr = p.out, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	// An interrupt is for the pager, which this program belongs to from now on.
	signal.Ignore(os.Interrupt)
	p.cmd, p.in = cmd, in
}

// finish prints what is held, and waits until the reader has read.
func (p *pager) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.holds {
		p.holds = false
		_, _ = p.out.Write(p.held.Bytes())
	}
	p.held.Reset()
	if p.cmd != nil {
		_ = p.in.Close()
		_ = p.cmd.Wait() // how it ended says nothing of what was printed
		p.cmd, p.in = nil, nil
	}
}

// pagerCommand is the program for reading what is long that the environment names: as with git,
// PAGER, else less; nil where it is to be none, or is not there.
func pagerCommand(env func(string) (string, bool)) *exec.Cmd {
	line, set := env("PAGER")
	if kind, _ := env("TERM"); kind == "dumb" || line == "cat" || set && strings.TrimSpace(line) == "" {
		return nil
	}
	if !set {
		line = "less"
	}
	if program := strings.Fields(line)[0]; !strings.ContainsAny(program, "$`\"'\\=~|&;<>(){}") { // what the shell takes as it is
		if _, err := exec.LookPath(program); err != nil {
			return nil
		}
	}
	cmd := exec.Command("sh", "-c", line)
	if runtime.GOOS == "windows" {
		words := strings.Fields(line)
		cmd = exec.Command(words[0], words[1:]...)
	}
	cmd.Env = os.Environ()
	for name, value := range map[string]string{
		"LESS":        "FRX", // not for one screen, with colours, and what was read stays
		"LV":          "-c",
		"LESSCHARSET": "utf-8",
	} {
		if _, set := env(name); !set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	return cmd
}

// beside is where talk goes: what is said while something is held or read would stand above or
// across it.
type beside struct {
	p *pager
	w io.Writer
}

func (b beside) Write(text []byte) (int, error) {
	b.p.mu.Lock()
	among := b.p.holds || b.p.in != nil
	b.p.mu.Unlock()
	if among {
		return b.p.Write(text)
	}
	return b.w.Write(text)
}

// paged has a command print through the pager.
func (a *app) paged(cmd *cobra.Command) *cobra.Command {
	without := cmd.Flags().Bool("no-pager", false, "print what is longer than the screen as it comes, too")
	do := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if a.pager == nil || *without {
			return do(cmd, args)
		}
		ctx, stop := context.WithCancel(cmd.Context())
		defer stop()
		a.pager.holds, a.pager.stop = true, stop
		cmd.SetContext(ctx)
		err := do(cmd, args)
		a.pager.finish()
		if a.pager.closed {
			return nil
		}
		return err
	}
	return cmd
}
