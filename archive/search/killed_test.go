package search_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"baoluu/archive"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/search"
)

// TestKilled: a process that is killed while it makes an index leaves the one before, and what it left
// is no trouble to the next.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("BAOLUU_KILLED"); dir != "" {
		a, err := archive.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		x := search.Open(a, "")
		for {
			fmt.Println("begins")
			if err := x.Rebuild(ctx, site, func(int, int) { fmt.Println("goes on") }); err != nil {
				t.Fatal(err)
			}
		}
	}
	var texts []string
	for n := range 70 {
		texts = append(texts, fmt.Sprintf("Trang %d\nLũ lớn\n%s", n, archivetest.NewsPage(uint64(n), 2)))
	}
	a, x := indexed(t, texts...)
	for n := range 3 {
		c := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestKilled$")
		c.Env = append(os.Environ(), "BAOLUU_KILLED="+a.Dir())
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 1 + 2*n {
			lines.Scan()
		}
		_ = c.Process.Kill()
		_ = c.Wait() // killed
		if r := find(t, x, search.Query{Text: `"lũ lớn"`, Limit: 50}); r.Total != len(texts) {
			t.Fatalf("killed at %d: %+v", n, r)
		}
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(500+n), "Thêm\nNắng đẹp", 100+n))
		update(t, x)
		if r := find(t, x, search.Query{Text: "nắng đẹp"}); r.Total != 1+n {
			t.Fatalf("after a kill: %+v", r)
		}
	}
}
