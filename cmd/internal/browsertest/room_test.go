package browsertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// room is what the tests share: an archive that the program serves, a browser, and a proxy
// between the two.
type room struct {
	program string // path of baoluu
	archive string
	host    string          // of serve: 127.0.0.1:PORT
	paper   string          // of what a newspaper answers to TestLooksAsItWas: 127.0.0.1:PORT
	browser context.Context // of one tab that stays empty

	originals atomic.Bool // the proxy leads to the sample web, too

	ends []func() // last begun, first ended

	mu      sync.Mutex
	outside []string // what the browser asked of others
}

var (
	shared    *room
	sharedErr error
	openOnce  sync.Once
)

func TestMain(m *testing.M) {
	code := m.Run()
	if shared != nil {
		shared.close()
	}
	os.Exit(code)
}

// enter gives the room to a test, or skips it where there is no browser.
func enter(t *testing.T) *room {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no chromium: .ci/run installs it")
		}
		t.Skip("no chromium on the PATH: apt-get install chromium")
	}
	openOnce.Do(func() {
		shared = &room{}
		sharedErr = shared.open(chromium)
	})
	if sharedErr != nil {
		t.Fatal(sharedErr)
	}
	return shared
}

func (r *room) open(chromium string) error {
	folder, err := os.MkdirTemp("", "baoluu-browser-")
	if err != nil {
		return err
	}
	r.ends = append(r.ends, func() { os.RemoveAll(folder) })
	r.program = filepath.Join(folder, "baoluu")
	if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", r.program, "baoluu/cmd/baoluu").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	if err := r.fill(folder); err != nil {
		return err
	}
	if err := r.serve(); err != nil {
		return err
	}
	r.print()
	return r.browse(chromium, folder)
}

// close ends all that open began.
func (r *room) close() {
	for _, end := range slices.Backward(r.ends) {
		end()
	}
}

// baoluu runs the program. No proxy of the machine's own reaches it.
func (r *room) baoluu(args ...string) error {
	cmd := exec.Command(r.program, args...)
	cmd.Env = without(os.Environ(), "_proxy=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("baoluu %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// without leaves out the variables whose names hold a word.
func without(env []string, word string) []string {
	return slices.DeleteFunc(env, func(v string) bool { return strings.Contains(strings.ToLower(v), word) })
}

// imported are pages that the demo lacks, under their addresses.
var imported = []struct{ file, site, url, time string }{
	{"testdata/french.html", "baonghean", "https://baonghean.vn/fr/la-cannelle-de-pu-muong-10315204.html", "2026-11-20T08:00:00+07:00"},
	{"../inert/testdata/tricks.html", "dantri", "https://dantri.com.vn/xa-hoi/trang-bay-20261120090000111.htm", "2026-11-20T09:00:00+07:00"},
}

// fill makes the archive: the demo's, and what is imported.
func (r *room) fill(folder string) error {
	demo := filepath.Join(folder, "demo")
	if err := r.baoluu("demo", "--dir", demo); err != nil {
		return err
	}
	r.archive = filepath.Join(demo, "archive")
	for _, p := range imported {
		if err := r.baoluu("import", "--archive", r.archive, "--site", p.site, "--url", p.url, "--time", p.time, filepath.FromSlash(p.file)); err != nil {
			return err
		}
	}
	return r.commitLooks()
}

var listening = regexp.MustCompile(`http://([^/ ]+)/`)

// serve begins to serve the archive, on a port that is free.
func (r *room) serve() error {
	cmd := exec.Command(r.program, "serve", "--archive", r.archive, "--listen", "127.0.0.1:0")
	cmd.Env = without(os.Environ(), "_proxy=")
	said, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	r.ends = append(r.ends, func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			r.host = m[1]
			go func() { // what it says further is of interest where a test fails
				for lines.Scan() {
					fmt.Fprintln(os.Stderr, "serve:", lines.Text())
				}
			}()
			return nil
		}
	}
	return errors.Join(errors.New("serve names no address"), lines.Err())
}

// chromiums are hosts that Chromium asks of its own accord, whatever it shows.
var chromiums = regexp.MustCompile(`(^|\.)(google|googleapis|gstatic|gvt1)\.com(:443)?$`)

// browse starts the browser behind a proxy that lets it reach the server alone.
func (r *room) browse(chromium, folder string) error {
	forward := &httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch {
		case (q.URL.Host == r.host || q.URL.Host == r.paper) && q.Method != http.MethodConnect:
			forward.ServeHTTP(w, q)
			return
		case r.originals.Load() && strings.HasSuffix(q.URL.Host, sampleSuffix):
			answerSample(w, q)
			return
		case !chromiums.MatchString(q.URL.Host):
			r.mu.Lock()
			r.outside = append(r.outside, q.Method+" "+q.URL.String())
			r.mu.Unlock()
		}
		http.Error(w, "not ours", http.StatusBadGateway)
	}))
	r.ends = append(r.ends, proxy.Close)
	allocator, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(folder, "profile")),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("proxy-server", proxy.Listener.Addr().(*net.TCPAddr).String()), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
	)...)
	r.ends = append(r.ends, end)
	browser, end := chromedp.NewContext(allocator)
	r.ends = append(r.ends, func() { chromedp.Cancel(browser); end() })
	r.browser = browser
	return chromedp.Do(browser)
}

// asked gives what was asked of others since the last call.
func (r *room) asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.outside
	r.outside = nil
	return asked
}

// today is the day of the demo's captures, as addresses have it.
func today() string { return time.Now().In(time.FixedZone("", 7*3600)).Format(time.DateOnly) }
