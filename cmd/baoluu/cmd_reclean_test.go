package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/cleaner"

	"github.com/google/go-cmp/cmp"
)

// TestRecleanStops: a cleaner that loses a field is stopped, and the report leads to the cause; who finds it
// right lets it through, and is told what went through.
func TestRecleanStops(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "archive")
	fillWith(t, dir, 40, func(i int, a *cleaner.Article) {
		if i >= 30 { // captured a second time: the older cleaner found who wrote it, and an ad
			a.Byline = "Hoàng Thị Mai"
			a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: "Mời bạn \x1b[31mđón đọc\u202e."})
		}
	})
	out, errw, code := call(t, "reclean", "--archive", dir, "dantri", "--accept")
	if code != exitFailed || !strings.Contains(errw, "dantri: too much is lost: nothing was accepted") || !strings.Contains(errw, "--max-drop") {
		t.Errorf("exit %d: %s", code, errw)
	}
	want := `dantri: 40 captures cleaned, 40 articles
LAYOUT         FIELD   SAME  FILLED  LOST  LONGER  SHORTER  CHANGED
singular-2021  byline  30    0       10    0       0        0
singular-2021  body    30    0       0     0       10       0
largest losses:
  dantri/20220817000000010  https://dantri.com.vn/xa-hoi/tin-van-10-20220817000000010.htm  capture 31 of 2022-08-18
    body, 19 letters gone, 0 new: … men và nước sạch, trường học mở cửa trở lại từ tuần tới. [-Mời bạn �[31mđón đọc�.-]
  dantri/20220817000000011  https://dantri.com.vn/xa-hoi/tin-van-11-20220817000000011.htm  capture 32 of 2022-08-18
    body, 19 letters gone, 0 new: … men và nước sạch, trường học mở cửa trở lại từ tuần tới. [-Mời bạn �[31mđón đọc�.-]
  dantri/20220817000000012  https://dantri.com.vn/xa-hoi/tin-van-12-20220817000000012.htm  capture 33 of 2022-08-18
    body, 19 letters gone, 0 new: … men và nước sạch, trường học mở cửa trở lại từ tuần tới. [-Mời bạn �[31mđón đọc�.-]
  … and 17 more (--all, --json)
the gate stops it:
  byline: from 25 % to 0 % of 40 articles, 25 points less (at most 2); most in layout singular-2021: from 10 to 0 of 40
    first: dantri/20220817000000010  https://dantri.com.vn/xa-hoi/tin-van-10-20220817000000010.htm  capture 31 of 2022-08-18, layout singular-2021, before singular-2021
      -Hoàng Thị Mai
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	if regexp.MustCompile("[\x1b\u202e]").MatchString(out) {
		t.Error("a page's text acts on the terminal")
	}
	log := must(t, "log", "--archive", dir, "dantri/20220817000000010")
	if strings.Contains(log, "was cleaned again") || strings.Contains(log, "merged") {
		t.Errorf("something was accepted: %s", log)
	}

	out = must(t, "reclean", "--archive", dir, "dantri", "--all", "--dry-run")
	for _, said := range []string{
		"\nthe gate would stop it:\n", "\nMONTH    FIELD   ARTICLES  NOW  HAVE IT  NOW  LENGTH  NOW\n2022-08  byline  40        40   10       0    13      0\n2022-08  body    40        40   40       40   ",
		"tin-van-19-20220817000000019.htm  capture 40 of 2022-08-18\n    byline, 11 letters gone, 0 new: [-Hoàng Thị Mai-]\n",
	} {
		if !strings.Contains(out, said) {
			t.Errorf("not said: %s of %s", said, out)
		}
	}

	out = must(t, "reclean", "--archive", dir, "dantri", "--accept", "--max-drop", "30")
	for _, said := range []string{
		"\nthe gate let it through: 0 % of 40 bodies lose more than a fifth of their text (at most 1 %); no field falls by more than byline's 25 points (at most 30)\n",
		"\nabove the defaults: byline falls by 25 points, by --max-drop 30\n", "\naccepted: these articles are in force now (",
	} {
		if !strings.Contains(out, said) {
			t.Errorf("not said: %s of %s", said, out)
		}
	}
	if out = must(t, "reclean", "--archive", dir); out != "dantri: nothing to clean again\n" {
		t.Error(out)
	}
	log = must(t, "log", "--archive", dir, "dantri/20220817000000010")
	if !regexp.MustCompile(`(?m)^dantri was cleaned again at 20.* by dantri/[0-9a-f]+: \d+ versions before, \d+ after$`).MatchString(log) {
		t.Error(log)
	}
}

// TestRecleanKills: however often a re-clean is killed, the next one goes on, and says in the end what one says
// that nobody disturbed.
func TestRecleanKills(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts and kills processes")
	}
	t.Parallel()
	in := t.TempDir()
	whole, killed := filepath.Join(in, "whole"), filepath.Join(in, "killed")
	fillMany(t, whole, 800)
	if err := os.CopyFS(killed, os.DirFS(whole)); err != nil {
		t.Fatal(err)
	}
	command := func(dir string, args ...string) *exec.Cmd {
		return exec.Command("baoluu", append([]string{"reclean", "--json", "--archive", dir}, args...)...)
	}
	said := func(dir string, args ...string) (string, time.Duration) {
		began := time.Now()
		out, err := command(dir, args...).Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out), time.Since(began)
	}
	want, took := said(whole)
	for i := range 4 {
		c := command(killed)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(took*time.Duration(i+2)/6, func() { _ = c.Process.Kill() })
		_ = c.Wait()
	}
	if got, _ := said(killed); got != want {
		t.Error(cmp.Diff(want, got))
	}
	want, _ = said(whole, "--accept")
	if got, _ := said(killed, "--accept"); got != want {
		t.Error(cmp.Diff(want, got))
	}
	must(t, "verify", "--archive", killed)
}

// TestLogAfterReclean: what a re-clean makes of a page's versions is said, and is no edit.
func TestLogAfterReclean(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "archive")
	fillWith(t, dir, 6, func(i int, a *cleaner.Article) {
		if i%3 == 1 { // the older cleaner did not see what was edited
			a.Body = a.Body[1:]
			a.Text = ""
		}
	})
	const page = "dantri/20220817000000001"
	if log := must(t, "log", "--archive", dir, page); !strings.Contains(log, "2 captures, 1 version;") {
		t.Fatal(log)
	}
	if log := must(t, "log", "--archive", dir, "dantri/20220817000000002"); !strings.Contains(log, "2 captures, 2 versions;") {
		t.Fatal(log)
	}
	must(t, "reclean", "--archive", dir)
	must(t, "reclean", "--archive", dir, "--accept")
	log := must(t, "log", "--archive", dir, page)
	if !strings.Contains(log, ": 5 versions before, 6 after\n  split version 1, now 1 and 2: no edit of the newspaper's\n") {
		t.Error(log)
	}
	log = must(t, "log", "--archive", dir, "--json", page)
	if !strings.Contains(log, `"versions_before":5,"versions_after":6,"page_versions":[{"old":[1],"new":[1,2]}]}`) {
		t.Error(log)
	}
	if log = must(t, "log", "--archive", dir, "dantri/20220817000000002"); strings.Contains(log, "no edit") {
		t.Error(log)
	}
}

func TestRegroupWords(t *testing.T) {
	for want, r := range map[string]archive.Regroup{
		"merged versions 2 and 3, now 2":                     {Old: []int{2, 3}, New: []int{2}},
		"merged versions 1, 2 and 3, now 1":                  {Old: []int{1, 2, 3}, New: []int{1}},
		"split version 4, now 3 and 4":                       {Old: []int{4}, New: []int{3, 4}},
		"took back version 2":                                {Old: []int{2}},
		"found version 1":                                    {New: []int{1}},
		"divided versions 1 and 2 otherwise, now 1, 2 and 3": {Old: []int{1, 2}, New: []int{1, 2, 3}},
	} {
		if got := regroupWords(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The command that accepts what stands beside finds the same archive, and the same captures.
func TestAcceptCommand(t *testing.T) {
	a := &app{configFile: "a b.yaml", archiveFlag: "news"}
	got := shellLine(a.acceptCommand("vov", recleanOptions{since: "2026-11", layout: "generic", force: true}))
	if want := "baoluu reclean --config 'a b.yaml' --archive news --since 2026-11 --layout generic --force --accept vov"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
