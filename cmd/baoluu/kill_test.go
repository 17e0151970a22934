package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestKills: however often a crawl, or a backfill, is killed, the archive in the end is that of
// a crawl that nobody disturbed, to the byte of each body and the number of each ledger
// line; no article was fetched more than once too often, and the newspaper was never
// asked faster than its pace. BAOLUU_KILLS sets how often (default 3).
func TestKills(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts and kills processes")
	}
	kills := 3
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_KILLS")); err == nil {
		kills = n
	}
	t.Parallel() // it waits most of the time, for a pace
	for _, tt := range []struct {
		name, site string
		flags      []string
	}{{"news", "baotintuc", nil}, {"backfill", "vov", []string{"--since", "2026-01-01"}}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			testKills(t, tt.site, kills, tt.flags...)
		})
	}
}

// inFlight is how many captures a run of so few articles may have that are not
// stored yet: those of a sixteenth of its time, and of a commit's.
const inFlight = 16

// testKills crawls a newspaper with some flags; once killed, it is crawled without.
func testKills(t *testing.T, name string, kills int, flags ...string) {
	site, _ := sites.ByName(name)
	const pace = 20 * time.Millisecond
	grow := 80 * kills // more than are fetched before the last kill
	crawl := func(kills int, pace time.Duration) (found string, log []sampleweb.Hit) {
		web := sampleweb.New()
		if err := errors.Join(web.Spread(name, time.Hour), web.Grow(name, grow)); err != nil {
			t.Fatal(err)
		}
		dir, command, output := against(t, web, fmt.Sprintf("%s: {enabled: true, pace: %s}", name, pace))
		args := append([]string{"crawl", name, "--quiet"}, flags...)
		for n := range kills {
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
			checkLedger(t, output("ledger", "--json"), output("list", "--json"), n+1)
		}
		output(args...)
		output("verify")
		output("export", "--format", "jsonl", "--out", filepath.Join(dir, "corpus"))
		corpus, err := os.ReadFile(filepath.Join(dir, "corpus", name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(corpus), "\n") // in the order of the captures
		slices.Sort(lines)
		found = output("list", "--json") + output("ledger", "--json") + strings.Join(lines, "\n")
		return passing.ReplaceAllString(found, ""), web.Log()
	}
	want, _ := crawl(0, 0)
	if n := strings.Count(want, `"type":"page"`); n < grow {
		t.Errorf("%d pages undisturbed, of %d", n, grow)
	}
	got, log := crawl(kills, pace)
	if got != want {
		t.Errorf("the archive differs: %s", firstDifference(want, got))
	}
	count, again := map[string]int{}, 0
	for _, address := range articleHits(site, log) {
		if count[address]++; count[address] > 1 {
			again++
		}
		if count[address] > 2 {
			t.Errorf("%s was fetched %d times", address, count[address])
		}
	}
	if t.Logf("%d kills: %d articles, %d of them fetched twice", kills, len(count), again); again > kills*inFlight {
		t.Errorf("%d fetched again after %d kills", again, kills)
	}
	last := map[string]time.Time{}
	for _, h := range log {
		if wait := h.Time.Sub(last[h.Host]); wait < pace {
			t.Errorf("%s %v after the one before", h.URL(), wait)
		}
		last[h.Host] = h.Time
	}
}

// against gives the program as processes of their own that meet a web, with a folder and an archive in it;
// settings are those of newspapers. output is what one prints that succeeds.
func against(t *testing.T, web *sampleweb.Web, settings string) (dir string, command func(...string) *exec.Cmd, output func(...string) string) {
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	dir = t.TempDir()
	config, ca := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(config, fmt.Appendf(nil, "archive: %s\nsites: {%s}\n", filepath.Join(dir, "archive"), settings), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ca, server.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	command = func(args ...string) *exec.Cmd {
		cmd := exec.Command("baoluu", append(args, "--config", config)...)
		cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+ca, "HTTP_PROXY="+server.ProxyURL().String(), "HTTPS_PROXY="+server.ProxyURL().String(), "NO_PROXY=")
		return cmd
	}
	output = func(args ...string) string {
		out, err := command(args...).Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return string(out)
	}
	return dir, command, output
}

// TestKillsOfAssets: however often a crawl with pictures is killed, among the news or among the
// pictures, the archive in the end has what one has that nobody disturbed: the same assets, each stored
// once, needed by the same pages, and a ledger that says so. Only what a kill had kept from being stored was fetched again.
func TestKillsOfAssets(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts and kills processes")
	}
	kills := 3
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_KILLS")); err == nil {
		kills = n
	}
	t.Parallel()
	const name = "dantri"
	crawl := func(kills int, pace time.Duration) (found string, web *sampleweb.Web) {
		web = sampleweb.New()
		dir, command, output := against(t, web, fmt.Sprintf("%s: {enabled: true, pace: %s, assets: all}", name, pace))
		for n := range kills {
			cmd := command("crawl", name, "--quiet")
			before := len(web.Log())
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			running := true
			// Another process asks: there is nothing to be woken by.
			for want := before + 8 + rand.N(max(1, 80/kills)); running && len(web.Log()) < want; time.Sleep(time.Millisecond) {
				select {
				case err := <-ended: // it had everything
					if running = false; err != nil {
						t.Fatal(err)
					}
				default:
				}
			}
			if running {
				cmd.Process.Kill()
				<-ended
			}
			t.Logf("kill %d: %v, after %d requests more, %d of them for assets", n+1, running, len(web.Log())-before, len(assetHits(web.Log()[before:])))
			output("verify")
		}
		output("crawl", name, "--quiet")
		output("verify")
		return passing.ReplaceAllString(output("list", "--json")+output("ledger", "--json"), "") + assetsOf(t, filepath.Join(dir, "archive"), name), web
	}
	want, _ := crawl(0, 0)
	got, web := crawl(kills, 5*time.Millisecond)
	if strings.Count(want, "\nasset:") < 20 {
		t.Errorf("few assets: %s", want)
	}
	if got != want {
		t.Errorf("the archive differs: %s", firstDifference(want, got))
	}
	count, again := map[string]int{}, 0
	for _, address := range assetHits(web.Log()) {
		if count[address]++; count[address] > 1 {
			again++
		}
	}
	if t.Logf("%d kills: %d assets, %d of them fetched twice", kills, len(count), again); again > kills*inFlight {
		t.Errorf("%d fetched again after %d kills", again, kills)
	}
}

// assetsOf lists each asset with the bodies of its captures, what each page's captures need, and the counters.
func assetsOf(t *testing.T, folder, name string) string {
	t.Helper()
	a, err := archive.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	v, err := a.View(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	needs := func(p archive.PageInfo) error {
		all := map[string]bool{}
		err := v.Captures(t.Context(), p.Page, func(c capture.Capture) error {
			list, err := v.Needs(t.Context(), c.Number)
			if len(list) > 0 { // lists are not asked again by each run
				all[fmt.Sprintf("%s needs %q\n", p.Page, list)] = true
			}
			return err
		})
		w.WriteString(strings.Join(slices.Sorted(maps.Keys(all)), ""))
		return err
	}
	stats, err := v.AssetStats(t.Context())
	err = errors.Join(err, v.AllPages(t.Context(), needs), v.Assets(t.Context(), func(p archive.PageInfo) error {
		return errors.Join(needs(p), v.Captures(t.Context(), p.Page, func(c capture.Capture) error {
			fmt.Fprintf(&w, "%s %s %d %s\n", p.Page, c.Kind, c.Status, c.Digest)
			return nil
		}))
	}))
	if err != nil {
		t.Fatal(err)
	}
	stats.AssetStoredBytes = 0 // a style sheet packs by what was there before
	return fmt.Sprintf("%s%+v\n", w.String(), stats)
}

// assetHits are the addresses of pictures, style sheets and fonts sent.
func assetHits(log []sampleweb.Hit) []string {
	var hits []string
	for _, h := range log {
		if h.Status == http.StatusOK && !strings.Contains(h.Accept, "text/html") {
			hits = append(hits, h.URL())
		}
	}
	return hits
}

// checkLedger looks at what the ledger says after so many kills: every listed article
// is in one place, those that are clean are those that are listed as pages, and each
// run that was killed is unfinished.
func checkLedger(t *testing.T, ledger, pages string, kills int) {
	t.Helper()
	var sum struct {
		Listed, Cleaned, Missed, Runs, gaps, unfinished int
	}
	for line := range strings.Lines(ledger) {
		var day struct {
			Listed, Cleaned, Missed, Runs int
			Gaps, Ended                   []struct {
				Reason string
				Count  int
			}
		}
		if err := json.Unmarshal([]byte(line), &day); err != nil {
			t.Fatal(err)
		}
		sum.Listed += day.Listed
		sum.Cleaned += day.Cleaned
		sum.Missed += day.Missed
		sum.Runs += day.Runs
		for _, g := range day.Gaps {
			sum.gaps += g.Count
		}
		for _, e := range day.Ended {
			if e.Reason == "unfinished" {
				sum.unfinished += e.Count
			}
		}
	}
	clean := strings.Count(pages, `"type":"page"`)
	if sum.Listed != sum.Cleaned+sum.Missed+sum.gaps || sum.Cleaned != clean || sum.Missed != 0 || sum.Runs != kills || sum.unfinished != kills {
		t.Errorf("after %d kills: %d pages, %+v", kills, clean, sum)
	}
}

// passing is what differs between two runs: when they were, how many and how often
// each looked again.
var passing = regexp.MustCompile(`"((?:captured|first_seen|last_seen)":"[^"]*"|captures":\d+|runs":\d+|recent":\d+|ended":\[[^\]]*\]),?`)

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
