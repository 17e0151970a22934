package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestKills: however often a crawl, or a backfill, is killed, the archive in the end is that of
// a crawl that nobody disturbed, no article was fetched more than once too
// often, and the newspaper was never asked faster than its pace. BAOLUU_KILLS
// sets how often (default 3).
func TestKills(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts and kills processes")
	}
	kills := 3
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_KILLS")); err == nil {
		kills = n
	}
	t.Run("news", func(t *testing.T) { testKills(t, "baotintuc", kills) })
	t.Run("backfill", func(t *testing.T) { testKills(t, "baotintuc", kills, "--since", "2026-10-01") })
}

// testKills crawls a newspaper with some flags; once killed, it is crawled without.
func testKills(t *testing.T, name string, kills int, flags ...string) {
	site, _ := sites.ByName(name)
	const pace = 20 * time.Millisecond
	grow := 80 * kills // more than are fetched before the last kill
	crawl := func(kills int, pace time.Duration) (list string, log []sampleweb.Hit) {
		web := sampleweb.New()
		if err := web.Grow(name, grow); err != nil {
			t.Fatal(err)
		}
		server, err := web.Listen()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		dir := t.TempDir()
		config, ca := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "ca.pem")
		if err := os.WriteFile(config, fmt.Appendf(nil, "archive: %s\nsites: {%s: {enabled: true, pace: %s}}\n", filepath.Join(dir, "archive"), name, pace), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(ca, server.CAPEM(), 0o600); err != nil {
			t.Fatal(err)
		}
		command := func(args ...string) *exec.Cmd {
			cmd := exec.Command("baoluu", append(args, "--config", config)...)
			cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+ca, "HTTP_PROXY="+server.ProxyURL().String(), "HTTPS_PROXY="+server.ProxyURL().String(), "NO_PROXY=")
			return cmd
		}
		output := func(args ...string) string {
			out, err := command(args...).Output()
			if err != nil {
				t.Fatalf("%v: %v", args, err)
			}
			return string(out)
		}
		args := append([]string{"crawl", name, "--quiet"}, flags...)
		for range kills {
			before := len(articleHits(site, web.Log()))
			cmd := command(args...)
			args = args[:3]
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			// Another process asks: there is nothing to be woken by.
			for want := before + 40 + rand.N(30); len(articleHits(site, web.Log())) < want; time.Sleep(time.Millisecond) {
				select {
				case err := <-ended:
					t.Fatalf("ended before it was killed, after %d articles of %d: %v", len(articleHits(site, web.Log())), want, err)
				default:
				}
			}
			cmd.Process.Kill()
			<-ended
			output("verify")
		}
		output(args...)
		output("verify")
		return passing.ReplaceAllString(output("list", "--json"), ""), web.Log()
	}
	want, _ := crawl(0, 0)
	if n := strings.Count(want, "\n"); n < grow {
		t.Errorf("%d pages undisturbed, of %d", n, grow)
	}
	got, log := crawl(kills, pace)
	if got != want {
		t.Errorf("the archive differs: %s", firstDifference(want, got))
	}
	count := map[string]int{}
	for _, address := range articleHits(site, log) {
		if count[address]++; count[address] > 2 {
			t.Errorf("%s was fetched %d times", address, count[address])
		}
	}
	for i := 1; i < len(log); i++ {
		if wait := log[i].Time.Sub(log[i-1].Time); log[i].Host == log[i-1].Host && wait < pace {
			t.Errorf("%s %v after the one before", log[i].URL(), wait)
		}
	}
}

// passing is what differs between two runs: when they were, and how often each
// looked again.
var passing = regexp.MustCompile(`"(captured":"[^"]*"|captures":\d+),`)

// articleHits are the addresses of the articles sent, again and again where they
// were; a later look that brought a 304 is none.
func articleHits(site *sites.Site, log []sampleweb.Hit) []string {
	var hits []string
	for _, h := range log {
		if a, err := site.Address(h.URL()); h.Status == http.StatusOK && err == nil && a.Kind == sites.Article {
			hits = append(hits, h.URL())
		}
	}
	return hits
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d:\n%s\n%s", i, as[i], bs[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(as), len(bs))
}
