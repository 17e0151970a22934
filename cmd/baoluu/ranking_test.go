package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
)

func TestRanking(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	const n = 2200
	pad := strings.Repeat("x", 10_000) // more than a spool holds in memory
	for _, reverse := range []bool{false, true} {
		for _, limit := range []int{0, 3, 500, 2 * n} {
			random := rand.New(rand.NewPCG(1, 2))
			r := ranking{reverse: reverse, limit: limit}
			var want []string
			for i := range n {
				key := fmt.Sprintf("%03d", random.IntN(900))
				if err := r.add(key, i, []byte(key+" "+pad)); err != nil {
					t.Fatal(err)
				}
				want = append(want, key)
			}
			slices.Sort(want)
			if reverse {
				slices.Reverse(want)
			}
			if limit > 0 {
				want = want[:min(limit, n)]
			}
			var got []string
			if err := r.each(func(line []byte) error {
				key, rest, _ := bytes.Cut(line, []byte(" "))
				if string(rest) != pad {
					t.Fatal("a line came out otherwise")
				}
				got = append(got, string(key))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("limit %d, reverse %v: %s", limit, reverse, diff)
			}
			if limit == 3 && (r.lines.file != nil || len(r.rows) > 3) {
				t.Error("three lines do not fit into memory")
			}
			if err := r.close(); err != nil {
				t.Error(err)
			}
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Lines with the same key stay in the order in which they came.
func TestRankingIsStable(t *testing.T) {
	for _, reverse := range []bool{false, true} {
		r := ranking{reverse: reverse, limit: 10}
		for i := range 3000 {
			if err := r.add("same", i, fmt.Appendf(nil, "%d ", i)); err != nil {
				t.Fatal(err)
			}
		}
		var got strings.Builder
		if err := r.each(func(line []byte) error { got.Write(line); return nil }); err != nil || got.String() != "0 1 2 3 4 5 6 7 8 9 " {
			t.Errorf("%s, %v", got.String(), err)
		}
	}
}

func TestSorter(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	pages := []archive.PageInfo{
		{Page: "1", Title: "Đà Nẵng", Published: day("2026-11-01"), Captured: day("2026-11-20"), Versions: 2},
		{Page: "2", Title: "Dạy học", Published: day("1969-01-01"), Captured: day("2026-11-10"), Versions: 11},
		{Page: "3", Title: "Ánh sáng", First: day("2026-11-05"), Captured: day("2026-11-30"), Versions: 0}, // undated
		{Page: "10", Title: "ăn uống", Published: day("2026-10-31"), Captured: day("2026-11-15"), Versions: 1},
	}
	for by, want := range map[string]string{
		"page": "1 10 2 3", "published": "2 10 1 3", "newest": "2 10 1 3", "captured": "2 10 1 3", "title": "3 10 2 1", "versions": "3 10 1 2",
	} {
		if !slices.Contains(sortKeys, by) {
			t.Errorf("%s is no key", by)
		}
		key := sorter(by)
		list := slices.Clone(pages)
		slices.SortStableFunc(list, func(a, b archive.PageInfo) int { return strings.Compare(key("vov", a, nil), key("vov", b, nil)) })
		var got []string
		for _, p := range list {
			got = append(got, p.Page)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", by, got, want)
		}
	}
}
