package archivetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/sites"
)

// Use makes newspapers known beside those that are built in, in the place of those of their names,
// for as long as the test takes.
func Use(t testing.TB, list ...*sites.Site) {
	t.Helper()
	r, err := sites.NewRegistry(append(sites.BuiltIn(), list...)...)
	if err != nil {
		t.Fatal(err)
	}
	before := sites.Known()
	sites.Use(r)
	t.Cleanup(func() { sites.Use(before) })
}

// Described is a built-in newspaper with its description changed.
func Described(t testing.TB, name string, change func(*sites.Description)) *sites.Site {
	t.Helper()
	s, ok := sites.ByName(name)
	if !ok {
		t.Fatal(name)
	}
	d := s.Describe()
	change(&d)
	changed, err := d.Site()
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// Names are names of so many newspapers, of all forms that a name can have.
func Names(n int) []string {
	names := []string{"b", "a-1", "bao-24h", "bao-moi", "lock", "db", "a-db", "new", "search", "notices", "x" + strings.Repeat("-9", 19)}
	for i := len(names); i < n; i++ {
		names = append(names, fmt.Sprintf("bao-%d", i))
	}
	return names[:n]
}

// Newspapers are newspapers of names, each with the host NAME.example.vn, whose articles are at
// /anything-ID.html.
func Newspapers(t testing.TB, names ...string) (list []*sites.Site) {
	t.Helper()
	names = slices.Sorted(slices.Values(names))
	for _, name := range names {
		s, err := sites.Read(name+".yaml", fmt.Appendf(nil, `name: %s
title: Báo %[1]s
home: https://%[1]s.example.vn/
hosts: [%[1]s.example.vn]
languages: vi
sources:
  - {kind: front, url: "https://%[1]s.example.vn/"}
articles:
  - path: '/[^/]+-(?P<id>\d+)\.html'
layouts:
  - name: bai
    article: article
    title: h1
    time: time
    body: .noi-dung
`, name))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}
