package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"baoluu/crawler/sampleweb"
)

// huntWishes are what has to be true of an archive after a case.
type huntWishes struct {
	Text      []string       // pages whose article is there
	NoArticle []string       // pages of which there is none
	Versions  map[string]int // how many versions a page has
	NoEdit    []string       `json:"no_edit"` // pages with a history, and no edit in it
}

// huntCrawl is a case of crafted answers.
type huntCrawl struct {
	huntWishes
	Routes  []huntRoute
	Runs    [][]string      // the flags of each run; one without is the default
	Quiet   bool            // runs with --quiet rather than --json
	Max     string          // --max-time
	Want    []string        // addresses that are asked for
	Never   []string        // and that are not
	Speaks  bool            // the last run says something, or ends otherwise than with 0
	RC      []int           // how the last run may end
	OnePage string          // in all addresses of one page: each asked for once, and two at most
	Pages   *int            // how many are kept
	INM     *huntTag        // the tag that an address is asked again with
	Gap     *huntGap        // how long an address is not asked for again
	Keeps   json.RawMessage // any: the bytes that came are in the archive
}

// huntTag is written [URL, TAG].
type huntTag struct{ url, tag string }

func (h *huntTag) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&h.url, &h.tag})
}

// huntGap is written [URL, SECONDS].
type huntGap struct {
	url     string
	seconds float64
}

func (h *huntGap) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&h.url, &h.seconds})
}

// huntImport is what an import of a WARC file has to bring.
type huntImport struct {
	huntWishes
	Captures int
	Articles *int
	NoWord   string `json:"no_word"` // that it does not say
}

// fewestHuntCases notices a folder that was moved away and left half.
const fewestHuntCases = 60

// TestHunt runs the crafted answers and WARC files of ../shared/hunt/crawl, after
// public reports on other crawlers: the program as its users run it, and then what is
// in the archive. The folder's README says what each is about.
func TestHunt(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of processes, and crawls that wait out of politeness")
	}
	dir := filepath.Join(shared(t), "hunt", "crawl")
	entries, err := os.ReadDir(dir)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the crafted cases are missing: %v", err)
		}
		t.Skipf("no crafted cases beside the checkout: %v", err)
	}
	file, err := os.Open(filepath.Join(dir, "warc.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var imports map[string]huntImport
	if err := strictly(file, &imports); err != nil {
		t.Fatalf("warc.json: %v", err)
	}
	// Crawls mostly wait: more of them run at once than there are processors, which is
	// what go test would allow.
	turns := make(chan struct{}, 4*runtime.GOMAXPROCS(0))
	cases := 0
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || name == "README.md" || name == "warc.json" {
			continue
		}
		cases++
		t.Run(name, func(t *testing.T) {
			h := &hunt{T: t, dir: t.TempDir()}
			done := make(chan struct{})
			go func() {
				defer close(done)
				turns <- struct{}{}
				defer func() { <-turns }()
				if !strings.Contains(name, ".warc") {
					h.crawl(filepath.Join(dir, name))
				} else if want, ok := imports[name]; ok {
					h.imports(filepath.Join(dir, name), want)
				} else {
					h.Error("warc.json does not say what must come of it")
				}
			}()
			t.Parallel() // the others begin
			<-done
		})
	}
	if cases < fewestHuntCases {
		t.Errorf("%d cases in %s, not %d or more", cases, dir, fewestHuntCases)
	}
}

// hunt is one case as it runs.
type hunt struct {
	*testing.T
	dir string // its own: archive, settings
}

// fatal ends the case. It runs beside its test, which Fatal would not end.
func (h *hunt) fatal(args ...any) {
	h.Helper()
	h.Error(args...)
	runtime.Goexit()
}

// huntOutcome is how a run of the program ended; the exit code is that of a crash
// where it was killed.
type huntOutcome struct {
	stdout, stderr string
	code           int
	hung           bool
}

const (
	huntCrash    = 2 // of Go's runtime; none of the program's own
	huntDeadline = 90 * time.Second
)

// run runs the program on the case's archive.
func (h *hunt) run(env []string, args ...string) huntOutcome {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), huntDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, "baoluu", append(args, "--archive", h.archive(), "--config", h.settings())...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "_proxy=") // none of the machine's own
	}), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	o := huntOutcome{stdout: stdout.String(), stderr: stderr.String(), hung: ctx.Err() != nil}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() < 0:
		o.code = huntCrash
	case errors.As(err, &exit):
		o.code = exit.ExitCode()
	case err != nil:
		h.fatal(err)
	}
	if o.code == huntCrash && !o.hung {
		h.Errorf("%s crashed: %.2000s", args[0], o.stderr)
	}
	return o
}

func (h *hunt) archive() string  { return filepath.Join(h.dir, "archive") }
func (h *hunt) settings() string { return filepath.Join(h.dir, "config.yaml") }

// write makes a file in the case's folder.
func (h *hunt) write(file string, content []byte) {
	h.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		h.fatal(err)
	}
}

// crawl runs the crawls of a case and looks at what they asked for and kept.
func (h *hunt) crawl(path string) {
	file, err := os.Open(path)
	if err != nil {
		h.fatal(err)
	}
	defer file.Close()
	var c huntCrawl
	if err := strictly(file, &c); err != nil {
		h.fatal(err)
	}
	web := newHuntWeb(c.Routes)
	server, err := sampleweb.Listen(web)
	if err != nil {
		h.fatal(err)
	}
	defer server.Close()
	ca := filepath.Join(h.dir, "ca.pem")
	h.write(ca, server.CAPEM())
	h.write(h.settings(), []byte("sites: {vov: {enabled: true, pace: 0}}\n"))
	env := []string{"SSL_CERT_FILE=" + ca, "HTTP_PROXY=" + server.ProxyURL().String(), "HTTPS_PROXY=" + server.ProxyURL().String()}
	if c.Runs == nil {
		c.Runs = [][]string{nil}
	}
	var last huntOutcome
	for _, flags := range c.Runs {
		args := []string{"crawl", "--max-time", cmp.Or(c.Max, "15s")}
		if c.Quiet {
			args = append(args, "--quiet")
		} else {
			args = append(args, "--json")
		}
		if !slices.Contains(flags, "--url") {
			args = append(args, "vov")
		}
		if last = h.run(env, append(args, flags...)...); last.hung {
			h.fatal("hangs:", args)
		}
	}
	h.asked(c, web.requests())
	h.kept(c.huntWishes)
	if c.Speaks && last.code == exitDone && strings.TrimSpace(last.stdout+last.stderr) == "" {
		h.Error("silence, and exit code 0")
	}
	if c.RC != nil && !slices.Contains(c.RC, last.code) {
		h.Errorf("exit code %d, not of %v", last.code, c.RC)
	}
	if c.OnePage != "" {
		c.Pages = new(1)
	}
	if c.Pages != nil {
		if n := len(h.lines("list", "--json")); n != *c.Pages {
			h.Errorf("%d pages are kept, not %d", n, *c.Pages)
		}
	}
	if c.Keeps != nil && !strings.Contains(h.exported(), "xóm Bến") {
		h.Error("the bytes that came were not kept")
	}
	h.verify()
}

// asked looks at the requests that crawls made.
func (h *hunt) asked(c huntCrawl, received []huntRequest) {
	times := map[string][]huntRequest{}
	var onePage []string
	for _, r := range received {
		times[r.url] = append(times[r.url], r)
		if c.OnePage != "" && strings.Contains(r.url, c.OnePage) {
			onePage = append(onePage, r.url)
		}
	}
	for _, u := range c.Want {
		if times[u] == nil {
			h.Errorf("never asked for %s", u)
		}
	}
	for _, u := range c.Never {
		if times[u] != nil {
			h.Errorf("asked for %s", u)
		}
	}
	if slices.Sort(onePage); len(onePage) > 2 || len(slices.Compact(slices.Clone(onePage))) < len(onePage) {
		h.Errorf("one page, asked for as %q", onePage)
	}
	if c.INM != nil {
		for i, r := range times[c.INM.url] {
			if i > 0 && r.inm != c.INM.tag {
				h.Errorf("asked again for what is not %q, not %q", r.inm, c.INM.tag)
			}
		}
	}
	if c.Gap != nil {
		switch at := times[c.Gap.url]; {
		case len(at) < 2:
			h.Errorf("never asked again for %s", c.Gap.url)
		case at[1].at.Sub(at[0].at).Seconds() < c.Gap.seconds:
			h.Errorf("asked again for %s after %v", c.Gap.url, at[1].at.Sub(at[0].at))
		}
	}
}

// huntMark is what every article of the cases says, whatever else.
var huntMark = regexp.MustCompile("xóm Bến|Phiên chợ")

// kept looks at the archive.
func (h *hunt) kept(want huntWishes) {
	for _, u := range want.Text {
		if o := h.run(nil, "show", "--json", u); o.code != exitDone || !huntMark.MatchString(o.stdout) {
			h.Errorf("no article of %s", u)
		}
	}
	for _, u := range want.NoArticle {
		if o := h.run(nil, "show", "--json", u); o.code == exitDone && strings.Contains(o.stdout, "xóm Bến") {
			h.Errorf("an article of %s", u)
		}
	}
	for u, n := range want.Versions {
		if list := h.versions(u); len(list) != n {
			h.Errorf("%d versions of %s, not %d", len(list), u, n)
		}
	}
	for _, u := range want.NoEdit {
		list := h.versions(u)
		if len(list) == 0 {
			h.Errorf("no version at all of %s", u)
		}
		for _, v := range list {
			if v["cause"] == "edit" {
				h.Errorf("a false edit of %s: %v", u, v["changed"])
			}
		}
	}
}

// versions are what log tells of a page.
func (h *hunt) versions(url string) []map[string]any {
	return slices.DeleteFunc(h.lines("log", "--json", url), func(line map[string]any) bool { return line["type"] != "version" })
}

// lines are the JSON lines that a command prints.
func (h *hunt) lines(args ...string) []map[string]any { return jsonLines(h.run(nil, args...).stdout) }

func jsonLines(text string) (lines []map[string]any) {
	for l := range strings.Lines(text) {
		var line map[string]any
		if json.Unmarshal([]byte(l), &line) == nil {
			lines = append(lines, line)
		}
	}
	return lines
}

// exported is all captures, as an export writes them.
func (h *hunt) exported() string {
	out := filepath.Join(h.dir, "export")
	if o := h.run(nil, "export", "--format", "warc", "--out", out); o.code != exitDone {
		h.Errorf("export: exit code %d: %s", o.code, o.stderr)
	}
	files, err := filepath.Glob(filepath.Join(out, "*.gz"))
	if err != nil {
		h.fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		packed, err := os.ReadFile(f)
		if err != nil {
			h.fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err == nil {
			_, err = io.Copy(&all, z)
		}
		if err != nil {
			h.fatal(f, err)
		}
	}
	return all.String()
}

// verify holds the archive, where there is one, against its checksums.
func (h *hunt) verify() {
	if _, err := os.Stat(h.archive()); err != nil {
		return
	}
	if o := h.run(nil, "verify"); o.code != exitDone {
		h.Errorf("verify: exit code %d: %s", o.code, o.stdout+o.stderr)
	}
}

// imports reads a WARC file into an archive of its own.
func (h *hunt) imports(path string, want huntImport) {
	h.write(h.settings(), nil)
	o := h.run(nil, "import", "--json", path)
	if o.hung {
		h.fatal("hangs")
	}
	counted := map[string]any{}
	if lines := jsonLines(o.stdout); len(lines) > 0 {
		counted = lines[len(lines)-1]
	}
	count := func(name string) string { return fmt.Sprint(cmp.Or(counted[name], any(0.0))) }
	if got := count("captures"); got != fmt.Sprint(want.Captures) {
		h.Errorf("%s captures, not %d: %.200s", got, want.Captures, o.stderr)
	}
	if want.Articles != nil && count("articles") != fmt.Sprint(*want.Articles) {
		h.Errorf("%s articles, not %d", count("articles"), *want.Articles)
	}
	if want.NoWord != "" && strings.Contains(o.stderr, want.NoWord) {
		h.Errorf("says %q: %s", want.NoWord, o.stderr)
	}
	h.kept(want.huntWishes)
	h.verify()
}
