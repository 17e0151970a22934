package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/testscript"

	_ "baoluu/archive/inmemory"
	"baoluu/crawler/sampleweb"
)

// seldom is how often garbage is collected in tests, and in the programs that they start:
// these are short, and a quarter of their time went there. Garbage has no part in what
// they prove, except in [TestMemoryOfMany], which goes without.
const seldom = "400"

func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		percent, _ := strconv.Atoi(seldom)
		debug.SetGCPercent(percent)
		os.Setenv("GOGC", seldom)
	}
	testscript.Main(m, map[string]func(){
		"baoluu": func() { os.Exit(program()) },
	})
}

// TestScripts runs testdata/script/*.txtar: each command as its users meet it,
// in a process of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	demo := sync.OnceValue(func() error { return makeDemo(t.Context(), folder) })
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			// No proxy of the machine's own reaches a script.
			e.Vars = slices.DeleteFunc(e.Vars, func(v string) bool {
				return strings.Contains(strings.ToLower(v), "_proxy=")
			})
			e.Vars = append(e.Vars, "GOGC="+seldom)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"damage":    damage,
			"web":       sampleWeb,
			"clock":     clock,
			"terminate": terminate,
			"ask":       askServer,
			"unpack":    unpack,
			"digests":   digests,
			"demo":      copiesOf(folder, demo),
		},
	})
}

// makeDemo makes what "baoluu demo --dir FOLDER" does.
func makeDemo(ctx context.Context, folder string) error {
	var said bytes.Buffer
	if code := run(ctx, []string{"demo", "--dir", folder}, strings.NewReader(""), io.Discard, &said); code != 0 {
		return fmt.Errorf("demo: exit code %d: %s", code, &said)
	}
	return nil
}

// copiesOf gives scripts the demo's archive and corpus, which are made once: demo FOLDER
func copiesOf(folder string, made func() error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: demo FOLDER")
		}
		ts.Check(made())
		ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(folder)))
	}
}

// exits runs a program and wants an exit code: exits 3 baoluu clean …
// Its output is in stdout and stderr as after exec.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// clocks holds when each running script's clock was started.
var clocks sync.Map

// clock measures a script: "clock start", then "clock under 5s".
func clock(ts *testscript.TestScript, neg bool, args []string) {
	switch {
	case len(args) == 1 && args[0] == "start":
		clocks.Store(ts.MkAbs("."), time.Now())
	case len(args) == 2 && args[0] == "under":
		limit, err := time.ParseDuration(args[1])
		ts.Check(err)
		started, ok := clocks.Load(ts.MkAbs("."))
		if !ok {
			ts.Fatalf("clock start comes first")
		}
		if took := time.Since(started.(time.Time)); took > limit {
			ts.Fatalf("took %v, not %v", took, limit)
		}
	default:
		ts.Fatalf("usage: clock start | under TIME")
	}
}

// terminate asks all that the script runs in the background to end, as a service
// manager does: terminate [FILE], once they are so far that FILE is there.
func terminate(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			if _, err := os.Stat(ts.MkAbs(name)); err == nil {
				break
			}
			if time.Now().After(deadline) {
				ts.Fatalf("%s does not come", name)
			}
		}
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// ask makes a GET request of the server that a script runs in the background, once
// what it says in a file names its address: ask STATUS FILE PATH [HOST]. The answer
// is in the file "answer".
func askServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: ask STATUS FILE PATH [HOST]")
	}
	var address []byte
	for deadline := time.Now().Add(time.Minute); address == nil; time.Sleep(10 * time.Millisecond) {
		said, _ := os.ReadFile(ts.MkAbs(args[1]))
		address = regexp.MustCompile(`http://[^ ]+:[0-9]+`).Find(said)
		if time.Now().After(deadline) {
			ts.Fatalf("%s names no address: %s", args[1], said)
		}
	}
	r, err := http.NewRequest(http.MethodGet, string(address)+args[2], nil)
	ts.Check(err)
	if len(args) == 4 {
		r.Host = args[3]
	}
	res, err := new(http.Transport).RoundTrip(r)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), body, 0o644))
	if got := strconv.Itoa(res.StatusCode); got != args[0] {
		ts.Fatalf("status %s, want %s: %s", got, args[0], body)
	}
}

// damage flips a bit in every place of a file that holds a text: damage FILE TEXT
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: damage FILE TEXT")
	}
	file := ts.MkAbs(args[0])
	b, err := os.ReadFile(file)
	ts.Check(err)
	times := 0
	for i := 0; ; times++ {
		n := bytes.Index(b[i:], []byte(args[1]))
		if n < 0 {
			break
		}
		i += n + len(args[1])
		b[i-1] ^= 1
	}
	if times == 0 {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(file, b, 0o644))
}

// webs holds each running script's sample web by its working folder.
var webs sync.Map

// scriptWeb is a script's sample web with what is held there.
type scriptWeb struct {
	*sampleweb.Web
	held []func()
}

// hold lets a host answer n times more and then no more: a crawl is then surely
// still at work, however fast or slow the machine.
func (w *scriptWeb) hold(host string, n int64) {
	var asked atomic.Int64
	never := sampleweb.Slow(time.Hour)
	w.held = append(w.held, w.Fault(host+"/*", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if asked.Add(1) > n {
			never(rw, r, next)
			return
		}
		next.ServeHTTP(rw, r)
	}))
}

// sampleWeb gives a script the sample web behind a proxy, as a real crawl would meet
// it, and changes it:
//
//	web start            sets HTTP_PROXY, HTTPS_PROXY and SSL_CERT_FILE
//	web scenario         the demo's three changes; sets EDITED, GONE, PUBLISHED, OLD, NEW
//	web publish SITE N   publishes N articles more, dated of the last days
//	web redesign SITE    gives its articles markup that nobody has seen before
//	web name SITE N VAR  sets VAR to the address of the newspaper's article N, from 1, newest first
//	web edit URL         changes a word in an article
//	web hang HOST        makes a host never answer
//	web hold HOST N      lets a host answer N times more, and then no more
//	web status PATTERN N answers with that status where host and path match, * stands for anything
//	web free             lets all hosts answer again, and well
//	web wait N           waits until it was asked N times
//	web right SITE FILE  wants each article of a corpus (JSON lines) to be as it was written, and all to be there
//	web hits FILE        writes "HOST PATH STATUS" for every request so far, and forgets them
func sampleWeb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: web start | scenario | publish SITE N | redesign SITE | name SITE N VAR | edit URL | hang HOST | hold HOST N | status PATTERN N | free | wait N | right SITE FILE | hits FILE")
	}
	if args[0] == "start" {
		w := sampleweb.New()
		server, err := w.Listen()
		ts.Check(err)
		ts.Defer(func() { server.Close() })
		ca := ts.MkAbs("ca.pem")
		ts.Check(os.WriteFile(ca, server.CAPEM(), 0o644))
		ts.Setenv("SSL_CERT_FILE", ca)
		ts.Setenv("HTTP_PROXY", server.ProxyURL().String())
		ts.Setenv("HTTPS_PROXY", server.ProxyURL().String())
		for _, site := range slices.Concat(w.Sites(), w.Strangers()) { // an alarm asks for articles of today
			ts.Check(w.DateFrom(site, time.Now().AddDate(0, 0, -7)))
		}
		webs.Store(ts.MkAbs("."), &scriptWeb{Web: w})
		return
	}
	found, ok := webs.Load(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("web start comes first")
	}
	w := found.(*scriptWeb)
	if n := map[string]int{"status": 3, "publish": 3, "redesign": 2, "name": 4, "edit": 2, "hang": 2, "hold": 3, "free": 1, "wait": 2, "right": 3, "hits": 2}[args[0]]; n > 0 && len(args) != n {
		ts.Fatalf("web %s: %d words are wanted", args[0], n)
	}
	switch args[0] {
	case "scenario":
		c, err := w.Scenario()
		ts.Check(err)
		for name, value := range map[string]string{
			"EDITED": c.Edited.URL, "GONE": c.TakenDown.URL, "PUBLISHED": c.Published.URL, "OLD": c.Old, "NEW": c.New,
		} {
			ts.Setenv(name, value)
		}
	case "publish":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		for range n {
			_, err := w.Publish(args[1])
			ts.Check(err)
		}
	case "redesign":
		ts.Check(w.Redesign(args[1], true))
	case "name":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		ts.Setenv(args[3], w.Articles(args[1])[n-1])
	case "edit":
		ts.Check(changeWord(w.Web, args[1]))
	case "hang":
		w.hold(args[1], 0)
	case "hold":
		n, err := strconv.ParseInt(args[2], 10, 64)
		ts.Check(err)
		w.hold(args[1], n)
	case "status":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		w.held = append(w.held, w.Fault(args[1], sampleweb.Status(n)))
	case "free":
		for _, free := range w.held {
			free()
		}
		w.held = nil
	case "wait":
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		// Another process asks: there is nothing to be woken by.
		for deadline := time.Now().Add(time.Minute); len(w.Log()) < n; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				ts.Fatalf("asked %d times in a minute, not %d", len(w.Log()), n)
			}
		}
	case "right":
		corpus, err := os.ReadFile(ts.MkAbs(args[2]))
		ts.Check(err)
		ts.Check(asWritten(w.Web, args[1], corpus))
	case "hits":
		var lines []string
		for _, h := range w.Log() {
			lines = append(lines, fmt.Sprintf("%s %s %d", h.Host, h.Path, h.Status))
		}
		w.Reset()
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(append(lines, ""), "\n")), 0o644))
	default:
		ts.Fatalf("web %s: no such thing", args[0])
	}
}

// changeWord changes a word in the middle of an article's first long paragraph.
func changeWord(w *sampleweb.Web, url string) error {
	truth, ok := w.TruthAt(url)
	if !ok {
		return fmt.Errorf("%s: no such article", url)
	}
	for _, b := range truth.Body {
		if words := strings.Fields(b.Text); len(words) > 8 {
			words[len(words)/2] = "Bắc Kạn"
			return w.Edit(truth.Site, truth.Key, b.Text, strings.Join(words, " "))
		}
	}
	return fmt.Errorf("%s: no long paragraph", url)
}

// asWritten reports which articles of a corpus, as JSON lines, are not what was written into their
// pages, and those that it lacks. Kickers and related links are left out: no page says by
// itself what they are.
func asWritten(w *sampleweb.Web, site string, corpus []byte) error {
	type texts struct {
		ID, Title, Lead, Dateline, Byline, Source string
		Published                                 time.Time
		Section, Tags, Captions, Body             []string
	}
	missing := map[string]bool{}
	for _, url := range w.Articles(site) {
		missing[url] = true
	}
	var wrong []error
	for line := range bytes.Lines(corpus) {
		var found struct {
			URL string
			texts
			Body []struct{ Text string }
		}
		if err := json.Unmarshal(line, &found); err != nil {
			return err
		}
		delete(missing, found.URL)
		for _, b := range found.Body {
			found.texts.Body = append(found.texts.Body, b.Text)
		}
		t, _ := w.TruthAt(found.URL)
		want := texts{t.ID, t.Title, t.Lead, t.Dateline, t.Byline, t.Source, t.Published, t.Section, t.Tags, t.Captions, nil}
		for _, b := range t.Body {
			want.Body = append(want.Body, b.Text)
		}
		if diff := cmp.Diff(want, found.texts, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)); diff != "" {
			wrong = append(wrong, fmt.Errorf("%s (-written +found):\n%s", found.URL, diff))
		}
	}
	for url := range missing {
		wrong = append(wrong, fmt.Errorf("%s is not there", url))
	}
	return errors.Join(wrong...)
}

// Every command of the program has a script that names it.
func TestEveryCommandHasAScript(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, c := range (&app{}).root().Commands() {
		if !strings.Contains(all.String(), "baoluu "+c.Name()) {
			t.Errorf("no script runs %q", c.Name())
		}
		if c.Example == "" {
			t.Errorf("%s: its help has no example", c.Name())
		}
	}
}
