package learn

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"
)

// drafted is a description as its file would be.
func drafted(t testing.TB, m Material) (Drafted, string) {
	t.Helper()
	d, err := Draft(m)
	if err != nil {
		t.Fatal(err)
	}
	text, err := d.Description.YAML(d.Comments)
	if err != nil {
		t.Fatal(err)
	}
	return d, string(text)
}

// addressed is what is learnt without the layouts.
func addressed(t testing.TB, m Material) (*newspaper, string) {
	t.Helper()
	n, err := read(m)
	if err == nil {
		err = n.learnAddresses()
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := n.d.YAML(n.comments)
	if err != nil {
		t.Fatal(err)
	}
	return n, string(text)
}

// The order in which pages and addresses come has no part in what is learnt.
func TestSameWhateverTheOrder(t *testing.T) {
	for _, p := range madePapers[:3] {
		m := p.material(9)
		for n := range 40 {
			m.Listed = append(m.Listed, p.address(p.at(n+20)))
		}
		first, text := drafted(t, m)
		slices.Reverse(m.Pages)
		slices.Reverse(m.Listed)
		m.Pages = append(m.Pages, m.Pages[3]) // one twice is one
		second, again := drafted(t, m)
		if text != again {
			t.Errorf("%s: another order gives\n%s\nnot\n%s", p.name, again, text)
		}
		if a, b := fmt.Sprint(first.Fields, first.Unsure), fmt.Sprint(second.Fields, second.Unsure); a != b {
			t.Errorf("%s: tested as %s and %s", p.name, a, b)
		}
	}
}

// Two pages give a description, and say that they are too few.
func TestTwoPages(t *testing.T) {
	p := madePapers[0]
	d, text := drafted(t, Material{Pages: []cleaner.Page{p.page(p.at(0)), p.page(p.at(1))}})
	if len(d.Unsure) == 0 || !strings.Contains(text, "# unsure: ") || d.HeldOut != 0 || d.Fields != nil {
		t.Errorf("unsure: %q, held out %d, %v\n%s", d.Unsure, d.HeldOut, d.Fields, text)
	}
	for n := range 30 {
		if a, err := must(d.Description.Site()).Address(p.address(p.at(n))); err != nil || a.Kind != sites.Article {
			t.Errorf("%s is %s", p.address(p.at(n)), a.Kind)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A newspaper that numbered its articles otherwise before has a form for each time.
func TestEras(t *testing.T) {
	now, before := madePapers[2], madePapers[2]
	before.id = func(a madeArticle) string { return fmt.Sprint(855_374 - 31*a.n) }
	before.article = func(a madeArticle) string { return "/" + a.section + "/" + a.slug() + "-" + before.id(a) + ".htm" }
	m := now.material(8)
	for n := 40; n < 46; n++ {
		m.Pages = append(m.Pages, before.page(before.at(n)))
	}
	d, text := addressed(t, m)
	if len(d.d.Articles) != 2 || d.d.Articles[0].Since <= d.d.Articles[1].Since {
		t.Fatalf("forms %+v", d.d.Articles)
	}
	site := must(d.d.Site())
	for n := range 60 {
		for _, p := range []*madePaper{&now, &before} {
			if a := must(site.Address(p.address(p.at(n)))); a.ID != p.id(p.at(n)) {
				t.Errorf("%s is %s %q\n%s", p.address(p.at(n)), a.Kind, a.ID, text)
			}
		}
	}
	if a := must(site.Address("https://" + now.host + "/su-kien/mua-lu-nam-nay-412.htm")); a.Kind != sites.List {
		t.Errorf("an event is %s", a.Kind)
	}
}

// What is only listed is an article's, too, where it looks like one and nothing else; it is marked as doubtful.
func TestListedEra(t *testing.T) {
	p := madePapers[0]
	m := p.material(8)
	for n := range 12 {
		a := p.at(n + 70)
		m.Listed = append(m.Listed, fmt.Sprintf("https://%s/%s/%s-%d.htm", p.host, a.section, a.slug(), 100_345+n))
	}
	d, text := addressed(t, m)
	if a := must(must(d.d.Site()).Address("https://" + p.host + "/phap-luat/mot-vu-an-cu-duoc-xet-xu-lai-100999.htm")); a.ID != "100999" {
		t.Errorf("%s %q\n%s", a.Kind, a.ID, text)
	}
	if !strings.Contains(text, "in doubt: 12 addresses look so") {
		t.Errorf("no doubt in\n%s", text)
	}
}

// Parameters that a page's own address does not have choose no page; that of a list's pages does.
func TestJunk(t *testing.T) {
	p := madePapers[4]
	m := p.material(6)
	list := p.listPage("the-thao")
	list.URL += "?vao=tu-trang-chu"
	second := p.listPage("van-hoa")
	second.URL += "?page=1"
	m.Pages = append(m.Pages, list, second)
	d, text := addressed(t, m)
	if !slices.Equal(d.d.JunkQueries, []string{"vao"}) {
		t.Errorf("junk %q\n%s", d.d.JunkQueries, text)
	}
}

// A page that changes every day and has an article's address is kept apart.
func TestUtility(t *testing.T) {
	p := madePapers[0]
	m := p.material(6)
	gold := p.listPage("kinh-te")
	gold.URL = "https://" + p.host + "/gia-vang-hom-nay-4799999.html"
	gold.Body = bytes.ReplaceAll(gold.Body, []byte("/kinh-te\"><meta"), []byte("/gia-vang-hom-nay-4799999.html\"><meta"))
	m.Pages = append(m.Pages, gold)
	d, text := addressed(t, m)
	if a := must(must(d.d.Site()).Address("https://" + p.host + "/gia-vang-hom-nay-4800123.html")); a.Kind != sites.Utility {
		t.Errorf("%s\n%s", a.Kind, text)
	}
}

// Mobile and AMP editions are hosts of the newspaper; whoever a page links to is none.
func TestHosts(t *testing.T) {
	p := madePapers[0]
	m := p.material(6)
	for i := range m.Pages {
		m.Pages[i].Body = bytes.Replace(m.Pages[i].Body, []byte("</head>"), []byte(`<link rel="amphtml" href="https://amp.`+p.host+`/x-1234567.html"><link rel="alternate" media="only screen and (max-width: 640px)" href="https://m.`+p.host+`/x-1234567.html">`+
			`<link rel="alternate" hreflang="en" href="https://stranger.example.com/"></head>`), 1)
	}
	d, _ := addressed(t, m)
	for _, host := range d.d.Hosts {
		if !strings.HasSuffix(host, p.host) {
			t.Errorf("%s is a host of %s", host, p.host)
		}
	}
	for _, host := range []string{p.host, "amp." + p.host, "m." + p.host} {
		if !slices.Contains(d.d.Hosts, host) {
			t.Errorf("hosts %q without %s", d.d.Hosts, host)
		}
	}
}

func TestNothingToLearn(t *testing.T) {
	p := madePapers[0]
	for name, m := range map[string]Material{
		"no page":    {},
		"no article": {Pages: []cleaner.Page{p.listPage(""), p.listPage("the-thao")}},
		"no address": {Pages: []cleaner.Page{{Body: []byte("<html><body><h1>Một</h1><p>Hai</p></body></html>")}}},
		"no page's":  {Pages: []cleaner.Page{{Body: []byte("\x89PNG\r\n\x1a\n"), URL: "https://mau.vn/a.png"}}},
		"bad name":   {Name: "Báo", Pages: p.material(4).Pages},
	} {
		if _, err := Draft(m); !errors.Is(err, ErrMaterial) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The sample newspapers, learnt as if nobody knew them, tell their articles and lists as their
// descriptions do, with the same ids.
func TestSampleNewspapers(t *testing.T) {
	for _, name := range []string{"baonghean", "baotintuc", "dantri", "thanhniennews", "vov"} {
		t.Run(name, func(t *testing.T) {
			m := sampleMaterial(t, name)
			d, text := addressed(t, m)
			site, known := must(d.d.Site()), cleanertest.Site(t, name)
			articles := 0
			for _, address := range namedBy(m) {
				got, err := site.Address(address)
				want, wantErr := known.Address(address)
				if err != nil || wantErr != nil || want.Kind != sites.Article && want.Kind != sites.List {
					continue
				}
				if got.Kind != want.Kind || got.ID != want.ID {
					t.Errorf("%s is %s %q, not %s %q", address, got.Kind, got.ID, want.Kind, want.ID)
				}
				if want.Kind == sites.Article {
					articles++
				}
			}
			if articles < 100 {
				t.Fatalf("%d articles", articles)
			}
			if want := known.ListPages; want != nil && strings.ReplaceAll(d.d.ListPages.Address, "/?", "?") != want.Address {
				t.Errorf("paging %q, not %q", d.d.ListPages.Address, want.Address)
			}
			if got := must(d.d.Site()).IDTime; got != known.IDTime && known.IDTime != "20060102-" {
				t.Errorf("time of ids %q, not %q", got, known.IDTime)
			}
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}

// namedBy are the addresses of pages, of what they link to, and those that are listed.
func namedBy(m Material) []string {
	list := slices.Clone(m.Listed)
	for _, p := range m.Pages {
		list = append(list, p.URL)
		if l := viewOf(p); l != nil {
			for _, to := range l.links {
				list = append(list, to.raw)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Real pages: each that is an article has an article's address, and no list has.
func TestSavedNewspapers(t *testing.T) {
	kinds := map[string]map[string]string{} // by newspaper and address
	pages := map[string][]cleaner.Page{}
	dir := cleanertest.Shared(t)
	bodies := map[string][]byte{}
	for _, p := range cleanertest.SavedPages(t) {
		bodies[p.Name] = p.Body
	}
	for _, folder := range []string{"pages", "pages-more"} {
		for i, line := range strings.Split(string(cleanertest.Read(t, dir, folder, "INDEX.tsv")), "\n") {
			f := strings.Split(line, "\t")
			if i == 0 || len(f) < 3 || bodies[folder+"/"+f[0]] == nil {
				continue
			}
			at, _ := placeOf(f[1])
			paper := domainOf(at.host)
			kind := f[2]
			if folder == "pages" {
				kind = f[4]
			}
			if kinds[paper] == nil {
				kinds[paper] = map[string]string{}
			}
			kinds[paper][f[1]] = kind
			pages[paper] = append(pages[paper], cleaner.Page{Body: bodies[folder+"/"+f[0]], ContentType: "text/html; charset=utf-8", URL: f[1]})
		}
	}
	tested := 0
	for paper, list := range pages {
		d, _ := addressed(t, Material{Pages: list})
		site := must(d.d.Site())
		for address, kind := range kinds[paper] {
			a := must(site.Address(address))
			tested++
			switch {
			case strings.HasPrefix(kind, "article") && a.Kind != sites.Article:
				t.Errorf("%s: %s (%s) is %s: %+v", paper, address, kind, a.Kind, d.d.Articles)
			case (kind == "list" || kind == "home" || kind == "section") && a.Kind != sites.List:
				t.Errorf("%s: %s (%s) is %s: %q", paper, address, kind, a.Kind, d.d.Sections)
			}
		}
	}
	t.Logf("%d newspapers, %d addresses", len(pages), tested)
	if tested < 30 {
		t.Fatal("too few")
	}
}

// A sitemap of a hundred thousand addresses takes a second or two, not minutes.
func TestManyListed(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and of one goroutine")
	}
	p := madePapers[2]
	m := p.material(8)
	for n := range mostListed + 1000 {
		a := p.at(n % 5000)
		m.Listed = append(m.Listed, fmt.Sprintf("https://%s/%s/%s-%s%03d.htm", p.host, a.section, a.slug(), a.published.Add(time.Duration(n)*time.Second).Format("20060102150405"), n%1000))
	}
	d, text := addressed(t, m)
	if len(d.d.Articles) != 1 || len(text) > 20_000 {
		t.Errorf("%d forms, %d bytes", len(d.d.Articles), len(text))
	}
}

// Before any page is read, the addresses that feeds and sitemaps name tell the forms of articles.
func TestForms(t *testing.T) {
	for _, p := range madePapers {
		var listed []string
		for n := range 40 {
			listed = append(listed, p.address(p.at(n)))
		}
		for _, s := range madeSections {
			listed = append(listed, "https://"+p.host+p.list(s))
		}
		site := &sites.Site{Hosts: []string{p.host}, Articles: Forms(listed)}
		for n := range 80 {
			if a := must(site.Address(p.address(p.at(n)))); a.Kind != sites.Article || a.ID != p.id(p.at(n)) {
				t.Errorf("%s: %s is %s %q: %v", p.name, p.address(p.at(n)), a.Kind, a.ID, site.Articles)
				break
			}
		}
		for _, s := range madeSections {
			if a := must(site.Address("https://" + p.host + p.list(s))); a.Kind == sites.Article {
				t.Errorf("%s: %s is an article: %v", p.name, a.URL, site.Articles)
			}
		}
	}
	if forms := Forms([]string{"https://mau.vn/", "https://mau.vn/thoi-su", "x"}); forms != nil {
		t.Errorf("%v", forms)
	}
}

// Of too many pages those are read that show all forms and years.
func TestSpread(t *testing.T) {
	now, before := madePapers[2], madePapers[0]
	var all []summed
	for n := range 2 * mostRead {
		all = append(all, summed{page: cleaner.Page{URL: now.address(now.at(n)), Captured: now.at(n).published}})
	}
	for n := range 3 {
		all = append(all, summed{page: cleaner.Page{URL: before.address(before.at(n))}})
	}
	some := spread(all)
	years, old := map[int]bool{}, 0
	for _, one := range some {
		years[one.page.Captured.Year()] = true
		if strings.Contains(one.page.URL, before.host) {
			old++
		}
	}
	if len(some) != mostRead || old != 3 || len(years) < 20 {
		t.Errorf("%d pages of %d years, %d of the other form", len(some), len(years), old)
	}
}

// A slug that ends in a year does not hide the number in a folder before it.
func TestYearBehindSlug(t *testing.T) {
	p := madePapers[7]
	year := p
	year.article = func(a madeArticle) string { return strings.Replace(p.article(a), ".html", "-nam-1978.html", 1) }
	m := p.material(8)
	m.Pages = append(m.Pages, year.page(year.at(9)))
	n, text := addressed(t, m)
	if len(n.d.Articles) != 1 {
		t.Errorf("forms %+v", n.d.Articles)
	}
	if a := must(must(n.d.Site()).Address(year.address(year.at(9)))); a.ID != p.id(p.at(9)) {
		t.Errorf("%s %q\n%s", a.Kind, a.ID, text)
	}
}

// What a draft finds and the generic reader does not is no doubt; what it reads otherwise is.
func TestFieldsHeldOut(t *testing.T) {
	var f Field
	f.add("a", "Chuyện làng", "")
	f.add("b", "", "")
	f.add("c", "Một", "Một")
	f.add("d", "Hai", "Ba")
	f.add("e", "", "Bốn")
	if f.Of != 4 || f.Found != 3 || f.Generic != 3 || f.Same != 1 || f.Against != 2 || f.Differs == nil || f.Differs.URL != "d" {
		t.Errorf("%+v, %+v", f, f.Differs)
	}
}
