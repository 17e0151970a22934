package sites

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// papers are newspapers of names, each with its host.
func papers(t testing.TB, names ...string) (list []*Site) {
	t.Helper()
	for _, name := range names {
		s, err := Read(name+".yaml", []byte(strings.NewReplacer("mau.example", name+".example", "bao-mau", name).Replace(small)))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}

// TestBeside: what only an archive describes is known beside the others, and takes nothing from them.
func TestBeside(t *testing.T) {
	list := papers(t, "b", "a-1", "bao-24h")
	r, err := NewRegistry(list[0])
	if err != nil {
		t.Fatal(err)
	}
	old := papers(t, "b")[0]            // of a name that has a file
	list[1].Hosts[0] = list[0].Hosts[0] // its host is another one's by now
	both := r.Beside(old, list[1], list[2])
	Use(both)
	t.Cleanup(func() { Use(nil) })
	var names []string
	for _, s := range All() {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"a-1", "b", "bao-24h"}, names); diff != "" {
		t.Error(diff)
	}
	for i, s := range list {
		if got, _ := ByName(s.Name); got != s || OnlyKept(s) != (i > 0) {
			t.Errorf("%s: %v, kept %t", s.Name, got, OnlyKept(s))
		}
	}
	for host, want := range map[string]*Site{"b.example.vn": list[0], "bao-24h.example.vn": list[2]} {
		if got, _ := ByURL(&url.URL{Host: host}); got != want {
			t.Errorf("%s is of %v", host, got)
		}
	}
	if again := both.Beside(papers(t, "c")...); len(again.list) != 4 || !again.kept[list[2]] || len(both.list) != 3 || len(r.list) != 1 {
		t.Error("registries are not as they were")
	}
}

// TestNoNames: what would be a file of something else is no newspaper's name.
func TestNoNames(t *testing.T) {
	for name, good := range map[string]bool{
		"b": true, "a-1": true, "bao-24h": true, "bao-2026": true, "a--1": true, "com10": true,
		"": false, "1a": false, "-a": false, "A": false, "a_b": false, "a.b": false, "a/b": false, "báo": false, "backups": false, "readme": false, "nul": false, "com1": false, "a-00001": false,
	} {
		d := builtIn().list[0].Describe()
		d.Name = name
		if _, err := d.Site(); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}
