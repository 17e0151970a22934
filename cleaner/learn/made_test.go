package learn

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/sites"
)

// madePaper is a newspaper made up, with addresses in the form of a real one.
type madePaper struct {
	name     string
	host     string
	site     string // what it calls itself
	suffix   string // behind titles
	dateline string
	article  func(a madeArticle) string // path
	id       func(a madeArticle) string
	list     func(section string) string
	further  func(section string, n int) string // a list's page n from 2, "" where they do not page
	paging   string                             // how a description has it
	idTime   string
	menu     []string // further links on every page
	english  string   // the folder of its English edition
}

type madeArticle struct {
	n         int
	section   string
	published time.Time
	lang      string
}

var (
	madeSections = []string{"thoi-su", "kinh-te", "the-thao", "van-hoa"}
	madeTopics   = []string{"Cầu Bến Mới thông xe sau ba năm thi công", "Chợ phiên Tân Lập đông khách trở lại", "Đội bóng Ban Khoang thắng trận thứ tư liên tiếp", "Thư viện xã mở cửa cả ngày chủ nhật", "Làng chiếu An Lạc nhận đơn hàng lớn", "Trường học vùng cao có thêm phòng máy"}
	madeEnglish  = []string{"New bridge at Ben Moi opens to traffic", "Village library stays open all Sunday", "Mat weavers of An Lac win a large order"}
)

// article is number n of the newspaper, some days before the one above.
func (p *madePaper) at(n int) madeArticle {
	a := madeArticle{n: n, section: madeSections[n%len(madeSections)], lang: "vi", published: time.Date(2026, 11, 20, 8, 15, 30, 0, sites.Zone).AddDate(0, 0, -37*n)}
	if p.english != "" && n%3 == 2 {
		a.lang = "en"
	}
	return a
}

func (a madeArticle) title() string {
	if a.lang == "en" {
		return fmt.Sprintf("%s, part %d of the story", madeEnglish[a.n%len(madeEnglish)], a.n+1)
	}
	return fmt.Sprintf("%s, kỳ %d", madeTopics[a.n%len(madeTopics)], a.n+1)
}

// slug is the title as addresses have it.
func (a madeArticle) slug() string {
	plain := map[string]string{"vi": []string{"cau-ben-moi-thong-xe-sau-ba-nam", "cho-phien-tan-lap-dong-khach-tro-lai", "doi-bong-ban-khoang-thang-tran-thu-tu", "thu-vien-xa-mo-cua-ca-ngay", "lang-chieu-an-lac-nhan-don-hang", "truong-hoc-vung-cao-them-phong-may"}[a.n%6], "en": []string{"new-bridge-at-ben-moi-opens", "village-library-stays-open-all-sunday", "mat-weavers-win-a-large-order"}[a.n%3]}
	return plain[a.lang] + "-ky-" + []string{"mot", "hai", "ba", "bon", "nam", "sau", "bay"}[a.n%7] + "-" + []string{"dau", "giua", "cuoi"}[a.n%3]
}

func (p *madePaper) address(a madeArticle) string {
	path := p.article(a)
	if a.lang != "vi" {
		path = "/" + p.english + path
	}
	return "https://" + p.host + path
}

func (p *madePaper) head(b *strings.Builder, lang, title, address string) {
	fmt.Fprintf(b, `<!DOCTYPE html><html lang="%s"><head><meta charset="utf-8"><title>%s%s</title><link rel="canonical" href="%s"><meta property="og:site_name" content="%s">`, lang, html.EscapeString(title), html.EscapeString(p.suffix), html.EscapeString(address), p.site)
}

func (p *madePaper) nav(b *strings.Builder) {
	b.WriteString(`<nav class="menu"><a href="/">Trang chủ</a>`)
	for _, s := range madeSections {
		fmt.Fprintf(b, `<a href="%s">%s</a>`, p.list(s), s)
	}
	for _, m := range p.menu {
		fmt.Fprintf(b, `<a href="%s">xem thêm</a>`, m)
	}
	b.WriteString(`</nav>`)
}

var madeText = map[string][]string{
	"vi": {
		"Sáng nay, người dân hai bờ sông Vĩnh đã đi bộ qua cây cầu mới trong tiếng trống của đội lân thiếu nhi.",
		"Công trình dài 312 mét, rộng 9 mét, khởi công từ mùa xuân năm kia và chậm hơn dự kiến bốn tháng vì lũ.",
		"Ông Đặng Hữu Kiên, chủ tịch xã, cho biết việc đi chợ của bà con từ nay sẽ ngắn hơn một giờ mỗi ngày.",
		"Trước đó, muốn sang bờ bên kia, người dân phải chờ chuyến đò cuối cùng lúc năm giờ chiều.",
		"Bà Lê Thị Nhàn bán bánh ở đầu cầu nói rằng ngày đầu tiên bà đã bán hết hàng trước buổi trưa.",
	},
	"en": {
		"This morning people from both banks of the Vinh river walked over the new bridge to the sound of drums.",
		"The bridge is 312 metres long and 9 metres wide, and took four months more than planned because of the floods.",
		"The chairman of the commune said that the way to the market would be an hour shorter from now on.",
		"Before, whoever wanted to cross had to wait for the last ferry at five in the afternoon.",
		"A woman who sells cakes at the bridge said that she had sold all of them before noon.",
	},
}

func (p *madePaper) page(a madeArticle) cleaner.Page {
	var b strings.Builder
	address := p.address(a)
	p.head(&b, a.lang, a.title(), address)
	fmt.Fprintf(&b, `<meta property="og:type" content="article"><meta property="og:url" content="%s"><meta property="og:title" content="%s"><meta property="article:published_time" content="%s"></head><body>`, html.EscapeString(address), a.title(), a.published.Format(time.RFC3339))
	p.nav(&b)
	lead := p.dateline
	if a.lang != "vi" {
		lead = ""
	}
	fmt.Fprintf(&b, `<div class="detail"><h1 class="detail-title">%s</h1><time datetime="%s">%s</time><h2 class="sapo">%s%s</h2><div class="detail-body">`, a.title(), a.published.Format(time.RFC3339), a.published.Format("02/01/2006 15:04"), lead, madeText[a.lang][a.n%5])
	for i := range 4 {
		fmt.Fprintf(&b, `<p>%s</p>`, madeText[a.lang][(a.n+1+i)%5])
	}
	b.WriteString(`</div><p class="author">Đặng Hữu Kiên</p></div><ul class="more">`)
	for i := range 4 {
		other := p.at(a.n + 40 + i)
		fmt.Fprintf(&b, `<li><a href="%s">%s</a></li>`, html.EscapeString(p.address(other)), other.title())
	}
	b.WriteString(`</ul></body></html>`)
	return cleaner.Page{Body: []byte(b.String()), ContentType: "text/html; charset=utf-8", URL: address, Captured: time.Date(2026, 12, 1, 9, 0, 0, 0, sites.Zone)}
}

func (p *madePaper) listPage(section string) cleaner.Page {
	var b strings.Builder
	path := "/"
	if section != "" {
		path = p.list(section)
	}
	address := "https://" + p.host + path
	p.head(&b, "vi", cmp.Or(section, p.site), address)
	b.WriteString(`</head><body>`)
	p.nav(&b)
	b.WriteString(`<div class="list">`)
	for i := range 15 {
		a := p.at(60 + i)
		fmt.Fprintf(&b, `<article><h3><a href="%s">%s</a></h3><p>%s</p></article>`, html.EscapeString(p.address(a)), a.title(), madeText[a.lang][i%5])
	}
	b.WriteString(`</div>`)
	if section != "" && p.further != nil {
		b.WriteString(`<div class="pages">`)
		for n := 2; n < 6; n++ {
			fmt.Fprintf(&b, `<a href="%s">%d</a>`, html.EscapeString(p.further(section, n)), n)
		}
		b.WriteString(`</div>`)
	}
	b.WriteString(`</body></html>`)
	return cleaner.Page{Body: []byte(b.String()), ContentType: "text/html; charset=utf-8", URL: address, Captured: time.Date(2026, 12, 1, 9, 0, 0, 0, sites.Zone)}
}

// material is so many articles, and three lists.
func (p *madePaper) material(articles int) Material {
	m := Material{Pages: []cleaner.Page{p.listPage(""), p.listPage(madeSections[0]), p.listPage(madeSections[1])}}
	for n := range articles {
		m.Pages = append(m.Pages, p.page(p.at(n)))
	}
	return m
}

func serial(a madeArticle) string { return fmt.Sprint(4_812_345 - 1117*a.n) }

func stamp(a madeArticle) string {
	return a.published.Add(-20*time.Minute).Format("20060102150405") + fmt.Sprintf("%03d", a.n*7%1000)
}

func folderList(ending string) func(string) string {
	return func(s string) string { return "/" + s + ending }
}

// madePapers have addresses in the forms of VnExpress, CafeF, Dân trí, Tuổi Trẻ of 2015, VOV, VietnamPlus, Viet Nam
// News, WordPress, and of newspapers whose slugs are all that names an article.
var madePapers = []madePaper{
	{
		name: "serial behind a slug", host: "nhanhmau.example.vn", site: "Nhanh Mẫu", suffix: " - Báo Nhanh Mẫu",
		article: func(a madeArticle) string { return "/" + a.slug() + "-" + serial(a) + ".html" }, id: serial,
		list: folderList(""), further: func(s string, n int) string { return fmt.Sprintf("/%s-p%d", s, n) }, paging: "{path}-p{n}",
	},
	{
		name: "time of VCCorp", host: "tienmau.vn", site: "Tiền Mẫu", suffix: " | Tiền Mẫu", dateline: "(Tiền Mẫu) - ",
		article: func(a madeArticle) string { return "/" + a.slug() + "-" + vccorpID(a) + ".chn" }, id: vccorpID,
		list: folderList(".chn"), further: func(s string, n int) string { return fmt.Sprintf("/%s/trang-%d.chn", s, n) }, paging: "{path}/trang-{n}.chn",
	},
	{
		name: "time behind a slug in a section", host: "danmau.com.vn", site: "Dân Mẫu", suffix: " | Báo Dân Mẫu", dateline: "(Dân Mẫu) - ",
		article: func(a madeArticle) string { return "/" + a.section + "/" + a.slug() + "-" + stamp(a) + ".htm" }, id: stamp,
		list: folderList(".htm"), further: func(s string, n int) string { return fmt.Sprintf("/%s/trang-%d.htm", s, n) }, paging: "{path}/trang-{n}.htm", idTime: "yyyyMMddHHmmss",
		menu: []string{"/tac-gia/dang-huu-kien-12.htm", "/su-kien/mua-lu-nam-nay-412.htm", "/tim-kiem/cau.htm"},
	},
	{
		name: "number below day and slug", host: "tremau.vn", site: "Trẻ Mẫu", suffix: " - Trẻ Mẫu Online",
		article: func(a madeArticle) string {
			return "/tin/" + a.section + "/" + a.published.Format("20060102") + "/" + a.slug() + "/" + fmt.Sprint(720_345-317*a.n) + ".html"
		},
		id:   func(a madeArticle) string { return fmt.Sprint(720_345 - 317*a.n) },
		list: func(s string) string { return "/tin/" + s },
	},
	{
		name: "number of Drupal", host: "dai.mau.vn", site: "Đài Mẫu", suffix: " | DAIMAU.VN", dateline: "DAIMAU.VN - ",
		article: func(a madeArticle) string { return "/" + a.section + "/" + a.slug() + "-post" + serial(a) + ".vov" },
		id:      func(a madeArticle) string { return "post" + serial(a) },
		list:    folderList(""), further: func(s string, n int) string { return fmt.Sprintf("/%s?page=%d", s, n-1) }, paging: "{path}?page={n-1}",
		menu: []string{"/author?keyword=Kien", "/tag/cau-moi"},
	},
	{
		name: "English edition in a folder", host: "xumau.vn", site: "Báo Xứ Mẫu", suffix: " - Báo Xứ Mẫu", english: "en",
		article: func(a madeArticle) string { return "/" + a.slug() + "-" + fmt.Sprint(10_310_000-a.n) + ".html" },
		id:      func(a madeArticle) string { return fmt.Sprint(10_310_000 - a.n) },
		list:    folderList(""), further: func(s string, n int) string { return fmt.Sprintf("/%s?page=%d", s, n) }, paging: "{path}?page={n}",
	},
	{
		name: "WordPress", host: "www.tapchimau.org", site: "Tạp chí Mẫu", suffix: " – Tạp chí Mẫu",
		article: func(a madeArticle) string { return "/" + a.published.Format("2006/01") + "/" + a.slug() + "/" },
		id:      madeArticle.slug,
		list:    func(s string) string { return "/category/" + s + "/" }, further: func(s string, n int) string { return fmt.Sprintf("/category/%s/page/%d/", s, n) }, paging: "{path}/page/{n}/",
	},
	{
		name: "number in a folder", host: "vietmaunews.vn", site: "Viet Mau News",
		article: func(a madeArticle) string { return "/" + a.section + "/" + serial(a) + "/" + a.slug() + ".html" }, id: serial,
		list: folderList(""),
	},
	{
		name: "number as a page below its slug", host: "maucong.vn", site: "Mẫu Cộng", suffix: " | Mẫu Cộng",
		article: func(a madeArticle) string { return "/" + a.slug() + "/" + serial(a) + ".vnp" }, id: serial,
		list: folderList(".vnp"),
	},
	{
		name: "number before a slug", host: "truocmau.vn", site: "Trước Mẫu", suffix: " | Trước Mẫu",
		article: func(a madeArticle) string { return "/" + a.section + "/" + serial(a) + "-" + a.slug() + ".html" }, id: serial,
		list: folderList("/"),
	},
	{
		name: "number in the query", host: "www.hoimau.org.vn", site: "Hỏi Mẫu", suffix: " | Hỏi Mẫu",
		article: func(a madeArticle) string { return "/tin.aspx?lang=vi&id=" + serial(a) }, id: serial,
		list: folderList(".aspx"), further: func(s string, n int) string { return fmt.Sprintf("/%s.aspx?page=%d", s, n) }, paging: "{path}.aspx?page={n}",
	},
	{
		name: "WordPress without paths", host: "blogmau.vn", site: "Blog Mẫu", suffix: " | Blog Mẫu",
		article: func(a madeArticle) string { return "/?p=" + serial(a) }, id: serial,
		list: func(s string) string { return "/category/" + s + "/" },
	},
	{
		name: "slugs alone", host: "slugmau.vn", site: "Slug Mẫu", suffix: " | Slug Mẫu",
		article: func(a madeArticle) string { return "/" + a.slug() + ".html" }, id: madeArticle.slug,
		list: folderList(".html"),
	},
}

func vccorpID(a madeArticle) string {
	return "188" + a.published.Format("060102150405") + fmt.Sprintf("%03d", a.n*7%1000)
}

// What is learnt of one half of an archive has to hold for the other, which it has not seen; and for lists.
func TestMadePapers(t *testing.T) {
	for _, p := range madePapers {
		t.Run(strings.ReplaceAll(p.name, " ", "-"), func(t *testing.T) {
			d, err := Draft(p.material(12))
			if err != nil {
				t.Fatal(err)
			}
			site, err := d.Description.Site()
			if err != nil {
				t.Fatal(err)
			}
			for n := range 200 {
				a := p.at(n)
				got, err := site.Address(p.address(a))
				if err != nil || got.Kind != sites.Article || got.ID != p.id(a) {
					t.Fatalf("%s is %s %q, not the article %q\n%+v", p.address(a), got.Kind, got.ID, p.id(a), d.Description.Articles)
				}
				if want := a.lang; want != "vi" && got.Language != want {
					t.Errorf("%s is of language %q", p.address(a), got.Language)
				}
			}
			addresses := []string{"/"}
			for _, s := range append(madeSections, "phap-luat", "ban-doc") {
				addresses = append(addresses, p.list(s))
				if p.further != nil {
					addresses = append(addresses, p.further(s, 2), p.further(s, 17))
				}
			}
			for _, path := range append(addresses, p.menu...) {
				if got, err := site.Address("https://" + p.host + path); err != nil || got.Kind != sites.List {
					t.Errorf("%s is %s, no list: lists %q, sections %q", path, got.Kind, d.Description.Lists, d.Description.Sections)
				}
			}
			if got := d.Description.ListPages.Address; got != p.paging {
				t.Errorf("paging %q, not %q", got, p.paging)
			}
			if got := d.Description.IDTime; got != p.idTime {
				t.Errorf("time of ids %q, not %q", got, p.idTime)
			}
			if p.suffix != "" && !slices.Contains(d.Description.Suffixes, p.suffix) {
				t.Errorf("suffixes %q without %q", d.Description.Suffixes, p.suffix)
			}
			if d.Description.Title != p.site {
				t.Errorf("title %q, not %q", d.Description.Title, p.site)
			}
			if (p.dateline == "") != (d.Description.Dateline == "") {
				t.Errorf("dateline %q, of %q", d.Description.Dateline, p.dateline)
			}
			if p.dateline != "" && site.Dateline.Regexp().FindString(p.dateline+"Sáng nay") != p.dateline {
				t.Errorf("dateline %q does not match %q", d.Description.Dateline, p.dateline)
			}
			if d.HeldOut == 0 || d.Articles != 12 {
				t.Errorf("%d articles, %d held out", d.Articles, d.HeldOut)
			}
		})
	}
}
