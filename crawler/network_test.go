package crawler_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"baoluu/archive"
	"baoluu/archive/capture"
	_ "baoluu/archive/inmemory"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// crawlChild, in the environment, makes the test binary a crawl of this archive
// instead.
const crawlChild = "BAOLUU_TEST_CRAWL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crawlChild); dir != "" {
		if err := childCrawl(dir); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func TestOverLoopback(t *testing.T) {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1") // a listener of our own is asked directly
	for _, site := range sampled() {
		run := crawl(t, newMemory(), site, crawler.Options{Dial: server.DialContext, RootCAs: server.CA()})
		if run.New != len(web.Articles(site.Name)) {
			t.Errorf("%s: %+v", site.Name, run)
		}
	}
	once(t, web.Log())
	robotsFirst(t, web.Log())
}

// TestThroughProxy crawls the real host names through a proxy whose address is a
// loopback one, with its CA in SSL_CERT_FILE: as an owner sets it up.
func TestThroughProxy(t *testing.T) {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, server.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", ca)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	check := func(o crawler.Options) {
		t.Helper()
		web.Reset()
		for _, name := range []string{"vov", "thanhniennews"} { // https and http
			if run := crawl(t, newMemory(), siteOf(t, name), o); run.New != len(web.Articles(name)) {
				t.Errorf("%s: %+v", name, run)
			}
		}
		for _, h := range web.Log() {
			if !h.Proxied {
				t.Errorf("%s went past the proxy", h.URL())
			}
		}
		once(t, web.Log())
	}
	check(crawler.Options{Proxy: server.ProxyURL().String()})
	t.Setenv("HTTPS_PROXY", server.ProxyURL().String())
	t.Setenv("HTTP_PROXY", server.ProxyURL().String())
	check(crawler.Options{})
}

// A connection that breaks off is no reason to ask again at once: net/http would, by
// itself, where it was used before.
func TestBrokenConnectionsKeepThePace(t *testing.T) {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	const pace = 20 * time.Millisecond
	all := web.Articles("dantri")
	web.Fault(pattern(all[1]), sampleweb.Reset(-1))
	run := crawl(t, newMemory(), siteOf(t, "dantri"), crawler.Options{Dial: server.DialContext, RootCAs: server.CA(), Pace: pace, Seeds: all[:4]})
	log := web.Log()
	paced(t, log, pace)
	if n := hitsOf(log, strings.TrimPrefix(all[1], "https://dantri.com.vn")); n <= 3 || run.Requests != len(log) || run.Gaps["reset"] != 1 {
		t.Errorf("asked for %d times, %d requests: %+v", n, len(log), run)
	}
}

func TestWrongSettings(t *testing.T) {
	web := sampleweb.New()
	if _, err := crawler.Crawl(t.Context(), newMemory(), siteOf(t, "vov"), crawler.Options{Proxy: "http://", Pace: crawler.MinPace}); err == nil {
		t.Error("a proxy without a host")
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{empty, empty + ".missing"} {
		t.Setenv("SSL_CERT_FILE", file)
		if _, err := crawler.Crawl(t.Context(), newMemory(), siteOf(t, "vov"), crawler.Options{Pace: crawler.MinPace}); err == nil || !strings.Contains(err.Error(), "SSL_CERT_FILE") {
			t.Errorf("%s: %v", file, err)
		}
	}
	if len(web.Log()) != 0 {
		t.Error("asked all the same")
	}
}

func TestUnknownAuthority(t *testing.T) {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var gaps []string
	run, err := crawler.Crawl(t.Context(), newMemory(), siteOf(t, "vov"), crawler.Options{
		Dial:     server.DialContext,
		Progress: func(e crawler.Event) { gaps = append(gaps, e.Gap) },
		Seeds:    web.Articles("vov")[:1],
		MaxTime:  time.Second,
	})
	if !errors.Is(err, crawler.ErrUnreachable) || run.Kept != 0 || run.Requests != len(gaps) || gaps[0] != "tls" {
		t.Errorf("%v: %+v, %v", err, run, gaps)
	}
}

func childCrawl(dir string) error {
	a, err := archive.Open(dir)
	if err != nil {
		return err
	}
	web := sampleweb.New()
	if err := web.Grow("dantri", growBy); err != nil {
		return err
	}
	web.FaultFunc(func(*http.Request) sampleweb.Fault { return sampleweb.Slow(2 * time.Millisecond) })
	site, _ := sites.ByName("dantri")
	_, err = crawler.Crawl(context.Background(), a, site, crawler.Options{Transport: web.RoundTripper()})
	return err
}

const growBy = 300

// TestKilled: whenever a crawl is killed, the archive is whole, nothing that was
// stored is asked for as new again, and the next run does the rest.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	child := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crawlChild+"="+dir)
		cmd.Stderr = os.Stderr
		return cmd
	}
	for range 6 {
		cmd := child()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50*time.Millisecond + rand.N(400*time.Millisecond))
		cmd.Process.Kill()
		cmd.Wait()
		verify(t, a, "dantri")
	}
	if err := child().Run(); err != nil {
		t.Fatal(err)
	}
	verify(t, a, "dantri")
	web := sampleweb.New()
	if err := web.Grow("dantri", growBy); err != nil {
		t.Fatal(err)
	}
	view, err := a.View(t.Context(), "dantri")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range web.Articles("dantri") {
		info, err := view.Page(t.Context(), address)
		if err != nil || info.Versions != 1 {
			t.Errorf("%s: %+v, %v", address, info, err)
			continue
		}
		bodies := 0
		err = view.Captures(t.Context(), info.Page, func(c capture.Capture) error {
			if c.Kind == capture.Response {
				bodies++
			}
			return nil
		})
		if err != nil || bodies != 1 {
			t.Errorf("%s: %d bodies, %v", address, bodies, err)
		}
	}
}

// verify fails the test where the archive is not whole. A newspaper whose file
// was not made yet is.
func verify(t *testing.T, a *archive.Archive, site string) {
	t.Helper()
	_, err := a.Verify(t.Context(), site, func(p archive.Problem) { t.Errorf("%+v", p) }, nil)
	if err != nil && !errors.Is(err, archive.ErrNoNewspaper) {
		t.Error(err)
	}
}
