package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/sites"
)

// marketPage is a page of VOV: until a day its byline stands in one class, then in another; from
// a later day on all its classes are others.
func marketPage(day, n int) string {
	author, article := "article-author", "detail"
	if day >= 6 {
		author = "bai-tac-gia"
	}
	page := fmt.Sprintf(`<!doctype html><html lang="vi"><head><title>Chợ phiên số %d họp lại</title>
<link rel="canonical" href="https://vov.vn/xa-hoi/cho-phien-post%d.vov"></head><body><article class="%s" data-history-node-id="%d">
<h1 class="article-title">Chợ phiên số %d họp lại</h1><div class="%s"><a href="/tac-gia/an">Nguyễn Văn An</a></div>
<div class="article-summary"><h2>Sáng nay, chợ phiên bên sông họp lại sau %d tuần nghỉ vì nước lớn, người bán đông hơn mọi năm.</h2></div>
<div class="article-content"><div class="text-long">%s</div></div></article></body></html>
`, n, 1000000+n, article, n, n, author, n, strings.Repeat("<p>Từ tờ mờ sáng, hơn trăm ghe thuyền đã đậu kín bến; bà con mang rau, cá và vải dệt tay ra bán, nói cười rộn rã cả khúc sông.</p>\n", 5))
	if day >= 10 {
		for _, class := range []string{"article-title", "article-summary", "article-content", "text-long", "detail", "data-history-node-id", "bai-tac-gia"} {
			page = strings.ReplaceAll(page, class, "moi-"+class)
		}
	}
	return page
}

// TestDrift: a newspaper whose byline moves, and that looks otherwise four days later.
func TestDrift(t *testing.T) {
	folder := t.TempDir()
	archive := filepath.Join(folder, "archive")
	var table strings.Builder
	table.WriteString("file,time\n")
	for day := range 14 {
		for i := range 8 {
			name := fmt.Sprintf("%02d-%d.html", day, i)
			if err := os.WriteFile(filepath.Join(folder, name), []byte(marketPage(day, 8*day+i)), 0o600); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&table, "%s,%s\n", name, time.Date(2026, 3, 1+day, 9, i, 0, 0, sites.Zone).Format(time.RFC3339))
		}
	}
	index := filepath.Join(folder, "index.csv")
	if err := os.WriteFile(index, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "--archive", archive, "--table", index)
	for golden, args := range map[string][]string{"drift.golden": nil, "drift.json.golden": {"--json"}} {
		got, said, code := call(t, append([]string{"drift", "vov", "--archive", archive}, args...)...)
		if code != exitDrift || !strings.Contains(said, "vov: the layout has drifted\n") {
			t.Errorf("exit %d: %s", code, said)
		}
		path := filepath.Join("testdata", golden)
		if os.Getenv("UPDATE_SCRIPTS") != "" {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("differs from %s (-want +got):\n%s", path, diff)
		}
	}
	if got := must(t, "drift", "vov", "--archive", archive, "--until", "2026-03-06"); got != "vov: 48 captures read, of 2026-03-01 to 2026-03-06: no day from which they come out otherwise\n" {
		t.Error(got)
	}
	if got := must(t, "drift", "vov", "--archive", archive, "--until", "2025", "--json"); got != `{"type":"drift","site":"vov","captures":0,"from":null,"to":null,"days":0,"holds":false}`+"\n" {
		t.Error(got)
	}
	if got := must(t, "drift", "vov", "--archive", archive, "--field", "title"); !strings.Contains(got, "no day") {
		t.Error(got)
	}
}
