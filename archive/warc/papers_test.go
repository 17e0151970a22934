package warc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/archive/internal/archivetest"
	"baoluu/sites"

	"pgregory.net/rapid"
)

// TestPapers holds sets of newspapers against sets of numbers.
func TestPapers(t *testing.T) {
	list := make([]*sites.Site, 100)
	for i := range list {
		list[i] = &sites.Site{Name: fmt.Sprint("bao-", i)}
	}
	rapid.Check(t, func(t *rapid.T) {
		var n newspapers
		for _, s := range list {
			n.one(s)
		}
		draw := func(name string) (papers, map[int]bool) {
			p, set := nobody, map[int]bool{}
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(list)-1), 0, 20).Draw(t, name) {
				p, set[i] = p.with(n.one(list[i])), true
			}
			return p, set
		}
		a, inA := draw("a")
		b, inB := draw("b")
		both, only, common := []*sites.Site(nil), []*sites.Site(nil), false
		for i, s := range list {
			if inA[i] || inB[i] {
				both = append(both, s)
			}
			if inA[i] && !inB[i] {
				only = append(only, s)
			}
			common = common || inA[i] && inB[i]
		}
		if got := n.of(a.with(b)); !slices.Equal(got, both) {
			t.Errorf("with: %d, want %d", len(got), len(both))
		}
		if got := n.of(a.without(b)); !slices.Equal(got, only) || (len(only) == 0) != (a.without(b) == nobody) {
			t.Errorf("without: %d, want %d", len(got), len(only))
		}
		if a.has(b) != common || a.with(b) != b.with(a) {
			t.Errorf("has: %t, want %t", a.has(b), common)
		}
	})
}

// TestAssetsOfAHundredNewspapers: each gets the picture that its page names, and one that all name;
// wherever these stand.
func TestAssetsOfAHundredNewspapers(t *testing.T) {
	names := archivetest.Names(100)
	archivetest.Use(t, archivetest.Newspapers(t, names...)...)
	own := func(name string) string { return "https://cdn.elsewhere.example/" + name + ".png" }
	const shared = "https://cdn.elsewhere.example/all.png"
	var pages, pictures []string
	for i, name := range names {
		body := `<html><body><div class="noi-dung"><p>Một bài.</p><img src="` + own(name) + `"><img src="` + shared + `"></div></body></html>`
		pages = append(pages, answered("https://"+name+".example.vn/bai-"+fmt.Sprint(1000+i)+".html", "text/html; charset=utf-8", body))
		pictures = append(pictures, answered(own(name), "image/png", picture(t, uint8(i))))
	}
	pictures = append(pictures, answered(shared, "image/png", picture(t, 200)))
	for order, records := range map[string][]string{"pages first": slices.Concat(pages, pictures), "pictures first": slices.Concat(pictures, pages)} {
		a := newArchive(t, t.TempDir())
		n := together(t, a, []crawlFile{{name: "all", text: strings.Join(records, "")}}, ImportOptions{})
		if n.Captures != 300 || n.Assets != 200 || n.Unneeded != 0 {
			t.Errorf("%s: %+v", order, n)
		}
		contents := strings.Join(contentsOf(t, a), "")
		for _, name := range names {
			for _, address := range []string{own(name), shared} {
				if !strings.Contains(contents, name+" "+sites.AssetPage(address)+" "+address) {
					t.Errorf("%s: %s has no %s", order, name, address)
				}
			}
		}
	}
}
