package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// TestStatsOfAssets: assets have columns of their own, where there are any, and count nowhere else.
func TestStatsOfAssets(t *testing.T) {
	dir := t.TempDir()
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	keep := func(url, page, body string) {
		t.Helper()
		c := capture.Capture{Page: page, URL: url, Time: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Kind: capture.Response, State: capture.Live, Status: 200}
		if _, err := a.Commit(context.Background(), "vov", capture.Batch{Kept: []capture.Kept{{Capture: c, Body: []byte(body)}}}); err != nil {
			t.Fatal(err)
		}
	}
	const picture, sheet = "https://media.vov.vn/a.jpg", "https://media.vov.vn/b.css"
	keep("https://vov.vn/", "vn,vov)/", strings.Repeat("tin ", 500))
	plain, _, _ := call(t, "stats", "--archive", dir)
	if strings.Contains(plain, "ASSETS") {
		t.Errorf("of none:\n%s", plain)
	}
	keep(picture, sites.AssetPage(picture), "\xff\xd8\xff"+strings.Repeat("x", 2997))
	keep(sheet, sites.AssetPage(sheet), strings.Repeat("p{margin:0}", 100))
	for line, args := range map[string][]string{
		"SITE PAGES ARTICLES CAPTURES VERSIONS RAW STORED SAVED FILE ASSETS ASSETS RAW ASSETS STORED\nvov 1 0 1 0 2.0 kB ": {"stats"},
		" 2 4.1 kB 3.0 kB\n": {"stats"},
		"SITE MONTH CAPTURES PAGES RAW STORED SAVED ASSETS ASSETS RAW ASSETS STORED\nvov 2024-03 1 1 2.0 kB ":                                                         {"stats", "--by", "month"},
		`"captures":1,"versions":0,"raw_bytes":2000,"stored_bytes":22,"assets":2,"asset_captures":2,"asset_raw_bytes":4100,"asset_stored_bytes":3042,"copy_bytes":0,`: {"stats", "--json"},
	} {
		out, errs, code := call(t, append(args, "--archive", dir)...)
		folded := strings.Join(strings.FieldsFunc(out, func(r rune) bool { return r == ' ' }), " ")
		if code != 0 || !strings.Contains(folded, line) {
			t.Errorf("%q:\n%s%s", args, folded, errs)
		}
	}
}
