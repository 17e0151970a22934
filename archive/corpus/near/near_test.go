package near_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baoluu/archive/corpus/near"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

func TestClusters(t *testing.T) {
	day := time.Date(2026, 11, 20, 8, 0, 0, 0, sites.Zone)
	const story = "Sáng nay, xã Hòa Khê khởi công thư viện rộng 320 m2 với kinh phí 2,4 tỷ đồng do bà con xa quê đóng góp. Ông Phan Đình Quảng cho biết công trình sẽ mở cửa trước năm học mới, phục vụ học sinh của ba trường trong vùng và người dân các xã lân cận đến đọc sách miễn phí."
	var f near.Finder
	for _, a := range []near.Article{
		{Key: "vov/2", At: day.Add(time.Hour), Title: "Hòa Khê có thư viện", Text: "Hòa Khê có thư viện\n\n" + story + " Lễ khởi công có đông đủ bà con."},
		{Key: "dantri/1", At: day.Add(time.Hour), Title: "Thư viện", Text: "Thư viện\n\n" + story},
		{Key: "baotintuc/9", At: day, Title: "Khởi công", Text: story},
		{Key: "baotintuc/8", At: day, Title: "Khởi công", Text: story},
		{Key: "dantri/3", At: day, Title: "Tin khác", Text: "Tin khác\n\nMột chuyện không liên quan gì đến thư viện ở nơi khác."},
		{Key: "dantri/empty", At: day},
		{Key: "vov/empty", At: day},
	} {
		f.Add(a)
	}
	clusters := f.Clusters()
	library := near.Cluster{Name: "baotintuc/8", Longest: "vov/2", Size: 4}
	for key, want := range map[string]near.Cluster{
		"vov/2": library, "dantri/1": library, "baotintuc/9": library, "baotintuc/8": library,
		"dantri/3":     {Name: "dantri/3", Longest: "dantri/3", Size: 1},
		"dantri/empty": {Name: "dantri/empty", Longest: "dantri/empty", Size: 1},
		"vov/empty":    {Name: "vov/empty", Longest: "vov/empty", Size: 1},
	} {
		got, ok := clusters.Of(key)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s: %t %s", key, ok, diff)
		}
	}
	if _, ok := clusters.Of("vov/none"); ok {
		t.Error("a cluster of what was not added")
	}
}

// Articles made of the same twenty sentences with other names and numbers are no copies.
func TestSameSentences(t *testing.T) {
	const articles, most = 1500, 5
	web := sampleweb.New()
	if err := web.Grow("dantri", articles); err != nil {
		t.Fatal(err)
	}
	var set []labelled
	for _, address := range web.Articles("dantri") {
		truth, _ := web.TruthAt(address)
		set = append(set, labelled{Article: near.Article{Key: truth.Key, At: truth.Published, Title: truth.Title, Text: newspaperText(truth).String()}})
	}
	clusters, copies := clustersOf(set), 0
	for _, a := range set {
		if c, _ := clusters.Of(a.Key); c.Name != a.Key {
			copies++
		}
	}
	if len(set) < articles || copies > most {
		t.Errorf("%d of %d are taken for copies", copies, len(set))
	}
}

// A long series whose neighbours are alike does not become one cluster: whatever stands in a
// cluster is the same as its first.
func TestNoChain(t *testing.T) {
	words := strings.Fields(articleText(rand.New(rand.NewPCG(7, 7)), 400))
	var f near.Finder
	for i := range 40 { // each has a tenth of new words
		text := strings.Join(words[:300], " ")
		f.Add(near.Article{Key: string(rune('A' + i)), At: time.Unix(int64(i), 0), Text: text})
		words = append(words[30:], strings.Fields(articleText(rand.New(rand.NewPCG(8, uint64(i))), 30))...)
	}
	clusters := f.Clusters()
	for i := range 40 {
		c, _ := clusters.Of(string(rune('A' + i)))
		if first := []rune(c.Name)[0] - 'A'; i-int(first) > 5 || c.Size > 6 {
			t.Errorf("%d stands in the cluster of %d, of %d", i, first, c.Size)
		}
	}
}

// Clusters are the same in whatever order articles are added, and what comes out later
// moves nothing that came out before.
func TestOrderAndGrowth(t *testing.T) {
	set := writtenByHand(t)
	for i, a := range labelledSet(t)[len(set):] {
		if i%5 < 2 {
			set = append(set, a)
		}
	}
	all := func(articles []labelled) map[string]near.Cluster {
		clusters, m := clustersOf(articles), map[string]near.Cluster{}
		for _, a := range articles {
			m[a.Key], _ = clusters.Of(a.Key)
		}
		return m
	}
	want := all(set)
	slices.SortFunc(set, func(a, b labelled) int { return a.At.Compare(b.At) })
	rapid.Check(t, func(rt *rapid.T) {
		shuffled := rapid.Permutation(set).Draw(rt, "order")
		if rapid.Bool().Draw(rt, "all") {
			if diff := cmp.Diff(want, all(shuffled)); diff != "" {
				rt.Fatal(diff)
			}
			return
		}
		until := set[rapid.IntRange(0, len(set)-1).Draw(rt, "until")].At
		earlier := slices.DeleteFunc(shuffled, func(a labelled) bool { return a.At.After(until) })
		for key, c := range all(earlier) {
			if c.Name != want[key].Name || c.Size > want[key].Size {
				rt.Errorf("%s: %+v, later %+v", key, c, want[key])
			}
		}
	})
}

// Whatever the bytes, an article is the same as its copy, and nothing panics.
func FuzzCopies(f *testing.F) {
	f.Add("Tin", "Tin\n\nHôm nay 22/11/2026, giá 82,5 triệu.")
	f.Add("", "\xff\u0300 12/34/5678, 1.2.3")
	f.Fuzz(func(t *testing.T, title, text string) {
		var finder near.Finder
		for _, key := range []string{"b", "a", "c"} {
			finder.Add(near.Article{Key: key, Title: title, Text: text})
		}
		finder.Add(near.Article{Key: "other", Title: text, Text: title})
		clusters := finder.Clusters()
		a, _ := clusters.Of("a")
		if b, _ := clusters.Of("b"); a != b && a.Size+b.Size != 2 || a.Name != "a" {
			t.Errorf("%+v, %+v", a, b)
		}
	})
}
