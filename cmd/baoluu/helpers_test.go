package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// shared is the folder of the owner's example pages beside the checkout. They
// are not part of the project: without them the tests that need them skip, but
// in CI they must be there.
func shared(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../../shared")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "seeds")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the example pages are missing: %v", err)
		}
		t.Skipf("no example pages beside the checkout: %v", err)
	}
	return dir
}

// indexRows are the rows of the sample pages' INDEX.tsv: file, address, content type, host, kind.
func indexRows(t *testing.T, dir string) [][]string {
	t.Helper()
	index, err := os.Open(filepath.Join(dir, "pages", "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	r := csv.NewReader(index)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// call runs one command line in this process.
func call(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errw bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errw)
	return out.String(), errw.String(), code
}

// must is call for what has to work.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, errw, code := call(t, args...)
	if code != exitDone {
		t.Fatalf("baoluu %s: exit %d: %s", strings.Join(args, " "), code, errw)
	}
	return out
}

func fields(t *testing.T, line string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return m
}

// fillMany makes an archive of short pages, half of its captures of pages that were
// captured before and edited since. Their articles are an older cleaner's.
func fillMany(t *testing.T, dir string, captures int) {
	t.Helper()
	fillWith(t, dir, captures, func(int, *cleaner.Article) {})
}

// fillWith is fillMany with articles that are made otherwise than by this program's cleaner.
func fillWith(t *testing.T, dir string, captures int, other func(i int, a *cleaner.Article)) {
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
		other(i, &article)
		k.Article = &article
		if batch.Kept = append(batch.Kept, k); len(batch.Kept) == 200 || i == captures-1 {
			if _, err := a.Commit(ctx, name, batch); err != nil {
				t.Fatal(err)
			}
			batch.Kept = batch.Kept[:0]
		}
	}
}

// manyPage is a short page in the newspaper's markup.
const manyPage = `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Tin vắn số %[1]d | Báo Dân trí</title><link rel="canonical" href="%[2]s"></head><body>
<article class="singular-container"><h1 class="title-page detail">Tin vắn số %[1]d</h1><time class="author-time" datetime="2022-08-17 09:20">17/08/2022 - 09:20</time>
<h2 class="singular-sapo">(Dân trí) - Bản tin thứ %[1]d trong ngày, do tổ trực ban tổng hợp từ các địa phương.</h2><div class="singular-content">
<p>Mực nước ở trạm số %[1]d lên %[3]d cm trong đêm, chậm hơn dự báo của đài khí tượng.</p><p>Các thôn ven sông đã nhận đủ thuốc men và nước sạch, trường học mở cửa trở lại từ tuần tới.</p>
</div></article></body></html>`
