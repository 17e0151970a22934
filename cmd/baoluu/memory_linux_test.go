package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// TestMemoryOfMany runs what goes over a whole archive on one of many captures, each
// command in a process of its own, and holds its peak against 256 MiB. By hand, for it
// takes long:
//
//	BAOLUU_TEST_MANY=200000 go test ./cmd/baoluu -run MemoryOfMany -v -timeout 0
func TestMemoryOfMany(t *testing.T) {
	captures, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_MANY"))
	if err != nil {
		t.Skip("BAOLUU_TEST_MANY=200000 does it")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	fillMany(t, in("archive"), captures)
	for _, work := range []struct {
		name    string
		args    []string
		archive string   // that it works on
		drop    []string // what nobody needs any more then
	}{
		{"verify", []string{"verify"}, "archive", nil},
		{"export txt", []string{"export", "--format", "txt", "--out", in("out")}, "archive", []string{"out"}},
		{"export jsonl", []string{"export", "--format", "jsonl", "--out", in("out")}, "archive", []string{"out"}},
		{"export wacz", []string{"export", "--format", "wacz", "--out", in("out")}, "archive", []string{"out"}},
		{"export warc", []string{"export", "--format", "warc", "--out", in("warc")}, "archive", nil},
		{"import warc", []string{"import", in("warc")}, "imported", []string{"warc", "imported"}},
		{"backup", []string{"backup", in("backup")}, "archive", nil},
		{"backup again", []string{"backup", in("backup")}, "archive", []string{"backup"}},
		{"merge", []string{"merge", in("archive")}, "merged", []string{"merged"}},
		{"rescue", []string{"rescue", in("rescued")}, "archive", []string{"rescued"}},
		{"reclean", []string{"reclean", "--accept"}, "archive", nil},
	} {
		started := time.Now()
		peak, out, err := peakOf(exec.Command("baoluu", append(work.args, "--archive", in(work.archive))...))
		t.Logf("%s of %d captures: at most %d MiB resident (%s)", work.name, captures, peak>>20, time.Since(started).Round(time.Second))
		if err != nil {
			t.Errorf("%s: %v\n%s", work.name, err, out[:min(len(out), 2000)])
		}
		if peak == 0 || peak > 256<<20 {
			t.Errorf("%s: %d MiB", work.name, peak>>20)
		}
		for _, name := range work.drop {
			if err := os.RemoveAll(in(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// peakOf runs a command and tells how many bytes of it were resident at most. The
// kernel's own account of a child begins with what its parent held when it was started,
// so the child's is asked for until it ends.
func peakOf(cmd *exec.Cmd) (peak int64, output []byte, err error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return 0, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	highest := regexp.MustCompile(`VmHWM:\s*(\d+) kB`)
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case err := <-ended:
			tick.Stop()
			return peak, out.Bytes(), err
		case <-tick.C:
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
			if m := highest.FindSubmatch(status); err == nil && m != nil {
				kilobytes, _ := strconv.ParseInt(string(m[1]), 10, 64)
				peak = kilobytes << 10
			}
		}
	}
}

// manyPage is a short page in the newspaper's markup.
const manyPage = `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Tin vắn số %[1]d | Báo Dân trí</title><link rel="canonical" href="%[2]s"></head><body>
<article class="singular-container"><h1 class="title-page detail">Tin vắn số %[1]d</h1><time class="author-time" datetime="2022-08-17 09:20">17/08/2022 - 09:20</time>
<h2 class="singular-sapo">(Dân trí) - Bản tin thứ %[1]d trong ngày, do tổ trực ban tổng hợp từ các địa phương.</h2><div class="singular-content">
<p>Mực nước ở trạm số %[1]d lên %[3]d cm trong đêm, chậm hơn dự báo của đài khí tượng.</p><p>Các thôn ven sông đã nhận đủ thuốc men và nước sạch, trường học mở cửa trở lại từ tuần tới.</p>
</div></article></body></html>`

// fillMany makes an archive of short pages, half of its captures of pages that were
// captured before and edited since. Their articles are an older cleaner's.
func fillMany(t *testing.T, dir string, captures int) {
	t.Helper()
	const name = "dantri"
	site, _ := sites.ByName(name)
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var batch capture.Batch
	for i := range captures {
		number := i % ((captures + 1) / 2)
		url := fmt.Sprintf("https://dantri.com.vn/xa-hoi/tin-van-%d-20220817%09d.htm", number, number)
		addr, err := site.Address(url)
		if err != nil {
			t.Fatal(err)
		}
		k := capture.Kept{
			Capture: capture.Capture{
				Page: addr.Page, URL: url, Time: time.Date(2022, 8, 18, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Second),
				Kind: capture.Response, State: capture.Live, Status: 200, Proto: "HTTP/1.1", Reason: "OK", ContentType: "text/html; charset=utf-8",
				Header: []capture.Field{{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Etag", Value: fmt.Sprintf(`"%d"`, i)}},
			},
			Body: fmt.Appendf(nil, manyPage, number, url, i),
		}
		article, err := cleaner.Clean(cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: url, Captured: k.Time}, site)
		if err != nil {
			t.Fatal(err)
		}
		article.Cleaner = "older/1"
		k.Article = &article
		if batch.Kept = append(batch.Kept, k); len(batch.Kept) == 200 || i == captures-1 {
			if _, err := a.Commit(ctx, name, batch); err != nil {
				t.Fatal(err)
			}
			batch.Kept = batch.Kept[:0]
		}
	}
}
