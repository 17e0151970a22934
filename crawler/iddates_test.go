package crawler

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baoluu/archive/capture"
	"baoluu/crawler/listing"
	"baoluu/sites"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, sites.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDayOfID(t *testing.T) {
	for page, want := range map[string]string{
		"20190320100000123": "2019-03-20", "20190320100000": "2019-03-20", "20121219-rice-exports-rise": "2012-12-19",
		"20190320100000123.en": "2019-03-20",
		"post1315698":          "", "20191320100000123": "", "2019032010": "", "10264872.en": "", "319352": "", "vn,dantri)/20190320100000123": "",
	} {
		day, ok := dayOfID(page)
		if got := day.Format(time.DateOnly); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s, %v", page, got, ok)
		}
	}
	a, err := vov(t).Address("https://vov.vn/xa-hoi/bai-post1315698.vov")
	if _, ok := dayOfID(a.Page); err != nil || ok {
		t.Errorf("%+v, %v", a, err)
	}
}

// What the id dates say of an article is true of every newspaper whose numbers grow
// with the time, though each article be published some hours before or after its
// neighbours; and it says nothing of one whose numbers do not.
func TestIDDatesProperty(t *testing.T) {
	first := at("2018-01-01 00:00")
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(2, 400).Draw(t, "articles")
		step := time.Duration(rapid.IntRange(1, 48).Draw(t, "hours apart")) * time.Hour
		grows := rapid.Bool().Draw(t, "grows")
		dice := rand.New(rand.NewPCG(uint64(rapid.IntRange(0, 1<<30).Draw(t, "seed")), 0))
		published := make([]time.Time, count)
		for i := range published {
			published[i] = first.Add(time.Duration(i)*step + time.Duration(dice.Int64N(int64(11*time.Hour))))
		}
		if !grows {
			slices.SortFunc(published, func(a, b time.Time) int { return b.Compare(a) })
		}
		page := func(i int) string { return fmt.Sprintf("post%d", 100_000+7*i) }
		a := make(idDates)
		for i := range published {
			if dice.IntN(4) == 0 {
				a.learn(page(i), published[i])
			}
		}
		since := first.AddDate(0, 0, dice.IntN(300))
		d := days{since: since, end: since.AddDate(0, 0, 1+dice.IntN(60))}
		for i, at := range published {
			got := a.place(page(i), d)
			switch {
			case !grows && got != unknown:
				t.Fatalf("%d: %v though nothing grows", i, got)
			case got == older && !at.Before(d.since), got == newer && at.Before(d.end):
				t.Fatalf("%d of %v is among %v, not %v", i, at, d, got)
			}
		}
	})
}

// The id dates of a long run stay few.
func TestIDDatesAreBounded(t *testing.T) {
	a := make(idDates)
	for i := range 3 * maxSeries {
		a.learn(fmt.Sprintf("post%d", 1_000_000+i), at("2018-01-01 00:00").Add(time.Duration(i)*time.Hour))
	}
	if s := a["post#7"]; len(s.known) > maxSeries || !s.grows {
		t.Errorf("%d known, grows %v", len(s.known), s.grows)
	}
	a.learn("", time.Now())
	a.learn("vn,vov)/xa-hoi", time.Now())
	a.learn("post1", time.Time{})
	if len(a) != 1 {
		t.Errorf("%v", a)
	}
}

func TestDays(t *testing.T) {
	d := daysOf(capture.Entry{Since: at("2019-03-10 00:00"), Until: at("2019-03-20 00:00")})
	for _, tt := range []struct {
		child string
		last  string // lastmod
		meets bool
	}{
		{"https://vov.vn/sitemaps/2019/3/article.xml", "", true},
		{"https://vov.vn/sitemaps/2019/2/article.xml", "2019-03-15 10:00", false}, // the month in the name is believed
		{"https://vov.vn/sitemaps/2019/4/article.xml", "", false},
		{"https://vov.vn/sitemap-2019.xml", "", true},
		{"https://vov.vn/sitemap-17.xml", "", true},
		{"https://vov.vn/sitemap-17.xml", "2021-01-01 10:00", true}, // what changed since may have been written in March 2019
		{"https://vov.vn/sitemap-17.xml", "2019-03-01 10:00", false},
	} {
		child := listing.Item{URL: tt.child}
		if tt.last != "" {
			child.Time = at(tt.last)
		}
		if from, to := child.Months(); d.meet(from, to) != tt.meets {
			t.Errorf("%s, %s: %v", tt.child, tt.last, !tt.meets)
		}
	}
}

func TestPagerLink(t *testing.T) {
	for _, tt := range []struct {
		first string
		links []string
		n     int
		want  int // of links, -1 for none
	}{
		{"http://www.thanhniennews.com/society/", []string{"http://www.thanhniennews.com/tech/?page=2", "http://www.thanhniennews.com/society/?page=3", "http://www.thanhniennews.com/society/?page=2"}, 2, 2},
		{"https://baonghean.vn/thoi-su", []string{"https://baonghean.vn/thoi-su?page=1", "https://baonghean.vn/thoi-su?page=2"}, 2, 1},
		{"https://baonghean.vn/thoi-su", []string{"https://baonghean.vn/thoi-su/trang-2.html"}, 2, 0},
		{"https://baonghean.vn/thoi-su", []string{"https://baonghean.vn/thoi-su/page/4/"}, 4, 0},
		{"https://baonghean.vn/thoi-su", []string{"https://baonghean.vn/thoi-su/p2"}, 2, 0},
		{"https://baonghean.vn/thoi-su", []string{"https://m.baonghean.vn/thoi-su?page=2", "https://baonghean.vn/thoi-su-quoc-te?page=2", "https://baonghean.vn/thoi-su/bai-2.html", "https://baonghean.vn/thoi-su?page=2&sort=x", "::"}, 2, -1},
		{"https://baonghean.vn/", []string{"https://baonghean.vn/?page=2"}, 2, -1},
	} {
		first, err := url.Parse(tt.first)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if tt.want >= 0 {
			want = tt.links[tt.want]
		}
		if got := pagerLink(first, tt.links, tt.n); got != want {
			t.Errorf("%s: %q, want %q", tt.first, got, want)
		}
	}
}
