package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
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

// marketArchive is an archive with so many of these pages; made says of each its day for
// marketPage, and when it was captured.
func marketArchive(t *testing.T, pages int, made func(i int) (day int, at time.Time)) string {
	t.Helper()
	folder := t.TempDir()
	var table strings.Builder
	table.WriteString("file,time\n")
	for i := range pages {
		day, at := made(i)
		name := fmt.Sprintf("%d.html", i)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(marketPage(day, i)), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&table, "%s,%s\n", name, at.Format(time.RFC3339))
	}
	index, archive := filepath.Join(folder, "index.csv"), filepath.Join(folder, "archive")
	if err := os.WriteFile(index, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "--archive", archive, "--table", index)
	return archive
}

// TestDrift: a newspaper whose byline moves, and that looks otherwise four days later.
func TestDrift(t *testing.T) {
	archive := marketArchive(t, 14*8, func(i int) (int, time.Time) {
		return i / 8, time.Date(2026, 3, 1+i/8, 9, i%8, 0, 0, sites.Zone)
	})
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

// What reclean and drift print as JSON is explained, field by field.
func TestCleaningJSONIsExplained(t *testing.T) {
	text, err := os.ReadFile("../../docs/cleaning.md")
	if err != nil {
		t.Fatal(err)
	}
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice:
			look(of.Elem())
		case reflect.Struct:
			for i := range of.NumField() {
				f := of.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if f.PkgPath == "" && !bytes.Contains(text, []byte("`"+name+"`")) && name != "type" {
					t.Errorf("docs/cleaning.md does not explain %s of %s", name, of)
				}
				if of.PkgPath() == f.Type.PkgPath() || f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Pointer {
					look(f.Type)
				}
			}
		}
	}
	for _, line := range []any{recleanLine{}, driftLine{}, driftDayLine{}} {
		look(reflect.TypeOf(line))
	}
}
