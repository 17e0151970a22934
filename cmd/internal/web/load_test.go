package web

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
)

// tourOf are addresses that a reader of an archive may go to: all kinds of pages, of some
// of its articles.
func tourOf(t *testing.T, s *Server, articles int) []string {
	t.Helper()
	paths := []string{"/", "/?", "/metrics"}
	add := func(pattern string, more ...string) {
		if s.has(pattern) {
			paths = append(paths, more...)
		}
	}
	add("GET /changes", "/changes", "/changes.atom", "/changes.json")
	add("GET /health", "/health")
	add("GET /search", "/search?q=cay+cau+go", "/search?q=%22n%C6%B0%E1%BB%9Bc+l%C5%A9%22&ever=1")
	add("GET /n/{site}", "/n/dantri")
	add("GET /day/{day}", "/day/2026-11-18")
	view, err := s.Archive.View(t.Context(), "dantri")
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range somePages(t, view, articles) {
		add("GET /p/{site}/{id}", pagePath("dantri", info.Page))
		add("GET /p/{site}/{id}/v/{version}", pagePath("dantri", info.Page, "v", "1"))
		add("GET /p/{site}/{id}/text", pagePath("dantri", info.Page, "text"))
		add("GET /at/{when}/{url...}", "/at/"+isoDay(info.Captured)+"/"+info.URL)
		if info.Versions > 1 {
			add("GET /p/{site}/{id}/diff/{versions}", pagePath("dantri", info.Page, "diff", "1.."+strconv.Itoa(info.Versions)))
		}
	}
	return paths
}

// somePages are so many articles, spread over all.
func somePages(t *testing.T, view *archive.View, n int) []archive.PageInfo {
	t.Helper()
	var all []archive.PageInfo
	if err := view.Pages(t.Context(), func(p archive.PageInfo) error { all = append(all, p); return nil }); err != nil {
		t.Fatal(err)
	}
	var some []archive.PageInfo
	for i := range min(n, len(all)) {
		some = append(some, all[i*len(all)/min(n, len(all))])
	}
	return some
}

// Many read at once while a crawl commits: nobody meets an error, and no commit waits for
// the readers. BAOLUU_READERS is how many, BAOLUU_READ an archive with Dân trí of which a
// copy is read instead of a small one.
func TestReadersBesideACrawl(t *testing.T) {
	readers, commits := 24, 12
	arch := smallArchive(t)
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_READERS")); err == nil {
		readers, commits = n, 100
	}
	if folder := os.Getenv("BAOLUU_READ"); folder != "" {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
		var err error
		if arch, err = archive.Open(dir); err != nil {
			t.Fatal(err)
		}
	}
	s := newTestServer(t, arch)
	paths := tourOf(t, s, 20)
	alone := commitTimes(t, arch, 0, commits)

	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		took []time.Duration
		bad  = map[string]int{}
	)
	stop := make(chan struct{})
	for i := range readers {
		wg.Go(func() {
			for n := i; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				path := paths[n%len(paths)]
				began := time.Now()
				w := ask(s, path)
				mu.Lock()
				took = append(took, time.Since(began))
				if w.Code != http.StatusOK {
					bad[fmt.Sprintf("%s: %d", path, w.Code)]++
				}
				mu.Unlock()
			}
		})
	}
	beside := commitTimes(t, arch, commits, commits)
	close(stop)
	wg.Wait()
	for what, times := range bad {
		t.Errorf("%s, %d times", what, times)
	}
	slices.Sort(took)
	if len(took) == 0 {
		t.Fatal("nobody has read")
	}
	t.Logf("%d readers, %d answers: half within %v, 95 %% within %v, all within %v", readers, len(took), took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
	t.Logf("commits alone: half within %v, all within %v; beside the readers: half within %v, all within %v",
		alone[len(alone)/2], alone[len(alone)-1], beside[len(beside)/2], beside[len(beside)-1])
	if late := beside[len(beside)-1] - alone[len(alone)-1]; late > time.Second {
		t.Errorf("a commit waits %v for readers", late)
	}
}

// commitTimes are how long some commits take, each of three articles that are new, the
// quickest first.
func commitTimes(t *testing.T, arch *archive.Archive, from, n int) []time.Duration {
	t.Helper()
	var took []time.Duration
	for i := from; i < from+n; i++ {
		var batch capture.Batch
		for j := range 3 {
			a := edited
			a.url = strings.Replace(edited.url, "071534218", fmt.Sprintf("07%03d%04d", j, i), 1)
			a.title = fmt.Sprintf("Cầu số %d của làng chài", 10*i+j)
			batch.Kept = append(batch.Kept, a.kept(t, now.Add(time.Duration(i)*time.Minute)))
		}
		began := time.Now()
		if _, err := arch.Commit(t.Context(), "dantri", batch); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took
}
