package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// TestHostileDescriptions: what a stranger's archive says of newspapers takes no host or name from others, hinders no
// command, and fills no screen.
func TestHostileDescriptions(t *testing.T) {
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sites.Use(nil) })
	store := func(s *sites.Site, n int) {
		t.Helper()
		r, err := sites.NewRegistry(s)
		if err != nil {
			t.Fatal(err)
		}
		sites.Use(r)
		c := capture.Capture{Page: fmt.Sprint(n), URL: "https://vov.vn/tin-100.html", Time: time.Date(2024, 3, 1, 0, n, 0, 0, time.UTC), Kind: capture.Response, State: capture.Live, Status: 200}
		if _, err := a.Commit(t.Context(), s.Name, capture.Batch{Kept: []capture.Kept{{Capture: c, Body: []byte("tin")}}}); err != nil {
			t.Fatal(err)
		}
	}
	vov, _ := sites.ByName("vov")
	for _, name := range []string{"mot", "hai", "tuoitre"} { // each has the hosts of others, one a name, too
		d := vov.Describe()
		d.Name, d.Title = name, "Kẻ lạ "+name
		s, err := d.Site()
		if err != nil {
			t.Fatal(err)
		}
		store(s, 1)
	}
	for n := range 12 { // copies that nobody can read
		store(&sites.Site{Name: "ba", Title: fmt.Sprintf("\x1b[31m\u202e%d", n)}, n)
	}
	sites.Use(nil)
	_, errs, code := call(t, "stats", "--archive", a.Dir())
	if lines := strings.Count(errs, "\n"); code != exitDone || lines > keptUnread+1 || strings.ContainsAny(errs, "\x1b\u202e") {
		t.Errorf("%d, %d lines: %q", code, lines, errs)
	}
	for _, name := range []string{"vov", "tuoitre"} {
		if s, ok := sites.ByName(name); !ok || strings.HasPrefix(s.Title, "Kẻ lạ") || sites.OnlyKept(s) {
			t.Errorf("%s is %v", name, s)
		}
	}
	for _, host := range vov.Hosts {
		if s, ok := sites.ByURL(&url.URL{Scheme: "https", Host: host}); !ok || s.Name != "vov" {
			t.Errorf("%s is of %v", host, s)
		}
	}
	// Two of them have one host: that is theirs to settle.
	mau, err := vov.Describe().Site()
	if err != nil {
		t.Fatal(err)
	}
	mau.Name, mau.Hosts = "mau", []string{"mau.example.vn"}
	if err := addNewspapers(writtenNewspapers("mau"), mau); err != nil {
		t.Error(err)
	}
}
