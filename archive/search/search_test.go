package search_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/search"
)

var ctx = context.Background()

// site is the newspaper of these tests.
const site = archivetest.Site

// update brings the index up to date.
func update(t testing.TB, x *search.Index) {
	t.Helper()
	if err := x.Update(ctx, site, nil); err != nil {
		t.Fatal(err)
	}
}

// indexed is an archive with pages of these texts, the first line of each its title, and its index.
// Their keys are 100, 101 and so on.
func indexed(t testing.TB, texts ...string) (*archive.Archive, *search.Index) {
	t.Helper()
	a := archivetest.Fresh(t)
	for i, text := range texts {
		archivetest.Commit(t, a, archivetest.Page(key(i), text, i))
	}
	x := search.Open(a, "")
	t.Cleanup(x.Close)
	update(t, x)
	return a, x
}

func key(i int) string { return string([]byte{'1', byte('0' + i/10), byte('0' + i%10)}) }

// find asks, and gives the result.
func find(t testing.TB, x *search.Index, q search.Query) search.Result {
	t.Helper()
	r, err := x.Search(ctx, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	if len(r.Hits) > r.Total {
		t.Fatalf("%+v: %d hits of %d", q, len(r.Hits), r.Total)
	}
	return r
}

// pages are the keys of hits in their order.
func pages(r search.Result) string {
	var list []string
	for _, h := range r.Hits {
		list = append(list, h.Info.Page)
	}
	return strings.Join(list, " ")
}

// sorted are the same in the order of the keys.
func sorted(r search.Result) string {
	list := strings.Fields(pages(r))
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestSearch(t *testing.T) {
	_, x := indexed(t,
		"Lũ lớn ở Nghệ An\nNước sông Lam dâng cao, 12/3 nhà bị ngập.\nChính quyền di dời 1.500 người.",
		"Nghe và nhìn\nAn toàn là trên hết. COVID-19 đã qua.",
		"Nghề đan ở An Giang\nLàng nghề hoà mình vào phố; đội U.23 về thăm.",
		"Hà Nội's hidden lake\nThe lake is quiet in November.",
		"Thủy điện xả lũ\nNhà máy thuỷ điện ở Nghệ Tĩnh xả lũ, hòa lưới 5G.",
	)
	for _, test := range []struct {
		text, want string // pages in the order of their keys
		forgiving  bool
	}{
		{text: "nghe an", want: "100 101 102"},
		{text: "Nghệ An", want: "100"},
		{text: "NGHỆ AN", want: "100"},
		{text: "nghệ giang", want: "102", forgiving: true},
		{text: `"nghe an"`, want: "100"},
		{text: `“nghệ an”`, want: "100"},
		{text: "hòa", want: "102 104"},
		{text: "hoà", want: "102 104"},
		{text: "thuỷ", want: "104"},
		{text: "thủy điện", want: "104"},
		{text: "dien", want: "104"},
		{text: "doi", want: "100 102"},
		{text: "đội", want: "102"},
		{text: "1500", want: "100"},
		{text: "1.500", want: "100"},
		{text: "1,500 nguoi", want: "100"},
		{text: "12/3", want: "100"},
		{text: "3/12", want: ""},
		{text: "covid 19", want: "101"},
		{text: "Covid-19", want: "101"},
		{text: "COVID19", want: "101"},
		{text: "U23", want: "102"},
		{text: "u-23", want: "102"},
		{text: "5g", want: "104"},
		{text: "ha noi", want: "103"},
		{text: "Hà Nội's", want: "103"},
		{text: "title:lũ", want: "100 104"},
		{text: "body:lũ", want: "104"},
		{text: `title:"nghe an"`, want: "100"},
		{text: "lu -title:thuy", want: "100"},
		{text: "lũ -thủy", want: "100"},
		{text: `lu -"song lam"`, want: "104"},
		{text: "nghe an -nghề", want: "100 101"},
		{text: `nghe an -"nghề đan"`, want: "100 101"},
		{text: "lũ -lu", want: "100 104"},
		{text: "\u00d0an", want: "102"}, // the letter eth
		{text: "nosuchfield:lam", want: ""},
		{text: "lake -", want: "103"},
		{text: "-", want: "100 101 102 103 104"},
		{text: "", want: "100 101 102 103 104"},
		{text: "không có từ này", want: ""},
		{text: "nghe\u0323\u0302 an", want: "100"}, // NFD
		{text: "ng\u00adhệ an", want: "100"},       // a soft hyphen
	} {
		r := find(t, x, search.Query{Text: test.text})
		if got := sorted(r); got != test.want || r.Forgiving != test.forgiving {
			t.Errorf("%q: %q, %v; want %q, %v", test.text, got, r.Forgiving, test.want, test.forgiving)
		}
	}
	if r := find(t, x, search.Query{Text: "nghe an"}); pages(r) != "100 101 102" {
		t.Errorf("those in which the words stand together come first, then those that have them as they are typed: %q", pages(r))
	}
}

// TestExactFirst: what has a word as it is typed comes first, however much of it other pages have.
func TestExactFirst(t *testing.T) {
	_, x := indexed(t, "Cá, cá và cá\nCá cá cá", "Chợ quê\nNgười ta bán đủ thứ, hát một câu ca rồi về.", "Cà phê ca dao\nCa", "Một\nca nhà phê cá")
	for text, want := range map[string]string{"ca": "102 103 101 100", "ca phe": "102 103"} {
		if got := pages(find(t, x, search.Query{Text: text})); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestFilters(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn", "Hai\nLũ nhỏ", "Ba\nNắng")
	archivetest.Commit(t, a, archivetest.Status("101", capture.Gone, 404, 50))
	if r := find(t, x, search.Query{Text: "lu"}); r.Behind != 1 {
		t.Errorf("behind: %+v", r)
	}
	update(t, x)
	for _, test := range []struct {
		q    search.Query
		want string
	}{
		{search.Query{Text: "lũ", States: []string{"gone"}}, "101"},
		{search.Query{Text: "lũ", States: []string{"live"}}, "100"},
		{search.Query{States: []string{"live", "gone"}}, "100 101 102"},
		{search.Query{Text: "lũ", Langs: []string{"en"}}, ""},
		{search.Query{Text: "lũ", Sites: []string{site}}, "100 101"},
		{search.Query{From: archivetest.At(0)}, ""},
		{search.Query{To: archivetest.At(0)}, "100 101 102"},
	} {
		if got := sorted(find(t, x, test.q)); got != test.want {
			t.Errorf("%+v: %q, want %q", test.q, got, test.want)
		}
	}
	r := find(t, x, search.Query{Text: "lu", Facets: true, Limit: 1})
	if len(r.Hits) != 1 || r.Total != 2 || r.Behind != 0 || r.Facets["site"][0] != (search.Count{Value: site, Count: 2}) || r.Facets["year"][0] != (search.Count{Value: "2024", Count: 2}) {
		t.Errorf("%+v", r)
	}
	if r := find(t, x, search.Query{Text: "lu", Offset: 1, Limit: 5}); len(r.Hits) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestNoIndex(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "Một\nLũ lớn", 0))
	x := search.Open(a, "")
	if r, err := x.Search(ctx, search.Query{Text: "lũ"}); !errors.Is(err, search.ErrNone) || len(r.Missing) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := x.Update(ctx, "vov", nil); !errors.Is(err, archive.ErrNoNewspaper) {
		t.Error(err)
	}
}
