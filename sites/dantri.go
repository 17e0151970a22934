package sites

import (
	"regexp"
	"strconv"
	"strings"
)

// Dân trí. An article's id is its creation time as digits (14 to 17 of them);
// before mid-2014 it was a serial number of 5 to 7.
var dantri = Site{
	Name:  "dantri",
	Title: "Dân trí",
	Home:  "https://dantri.com.vn/",
	Hosts: []string{"dantri.com.vn", "www.dantri.com.vn", "m.dantri.com.vn", "amp.dantri.com.vn"},
	// Its own CDN since 2020 (cdnphoto 2023); before that Dân trí's servers at VCCorp, of which each
	// has a number, and dantricdn.com in the years between.
	AssetHosts: []string{
		"cdnphoto.dantri.com.vn", "cdnweb.dantri.com.vn", "cdnasset.dantri.com.vn", "icdn.dantri.com.vn", "cdnmobile.dantri.com.vn", "vcdn.dantri.com.vn",
		"dantricdn.com", "dantri3.vcmedia.vn", "dantri4.vcmedia.vn", "dantri21.vcmedia.vn",
		"webmobile.vcmedia.vn", "video-thumbs.vcmedia.vn",
	},
	Languages: []string{"vi"},

	Sources: []Source{
		{Kind: FrontPage, URL: "https://dantri.com.vn/"},
		{Kind: NewsSitemap, URL: "https://dantri.com.vn/google-news-sitemap.xml"},
		{Kind: Sitemap, URL: "https://dantri.com.vn/sitemaps/articles.xml"},
		{Kind: Sitemap, URL: "https://dantri.com.vn/sitemap.xml", Guess: true},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/home.rss"},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/xa-hoi.rss"},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/the-gioi.rss"},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/kinh-te.rss", Guess: true},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/the-thao.rss"},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/giao-duc.rss"},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/suc-khoe.rss"},
		{Kind: FeedSource, URL: "https://dantri.com.vn/rss/phap-luat.rss"},
		{Kind: SectionList, URL: "https://dantri.com.vn/xa-hoi.htm"},
		{Kind: SectionList, URL: "https://dantri.com.vn/the-gioi.htm"},
		{Kind: SectionList, URL: "https://dantri.com.vn/kinh-doanh.htm"},
		{Kind: SectionList, URL: "https://dantri.com.vn/the-thao.htm"},
		{Kind: SectionList, URL: "https://dantri.com.vn/giao-duc.htm"},
		{Kind: SectionList, URL: "https://dantri.com.vn/suc-khoe.htm"},
		{Kind: SectionList, URL: "https://dantri.com.vn/phap-luat.htm"},
	},

	Articles: []AddressForm{
		{Path: form(`/(?:[^/]+/)*(?:[^/]*-)?(?P<id>\d{14,17})\.htm`), Since: "2014"},
		{Path: form(`/news-(?P<id>\d{5,17})\.htm`), Since: "2013"}, // the mobile edition's short form
		{Path: form(`/(?:[^/]+/)*[^/]+-(?P<id>\d{5,13})\.htm`), Since: "2013"},
		{Path: form(`/c\d+/s\d+-(?P<id>\d{4,9})/[^/]+\.htm`), Since: "2005"},
	},
	IDTime: "20060102150405",
	Lists: forms(
		`/(?:event|collection|su-kien|dong-su-kien|tac-gia|tim-kiem|tag|tags|chu-de)/.*`,
		`/(?:[^/]+/)*trang-\d+\.htm`,
		`/c\d+(?:s\d+)?/[^/]+\.htm`,
		`/c\d+(?:s\d+)?/?`,
	),
	Sections: forms(
		`/(?:[a-z0-9-]+/){0,2}[a-z][a-z0-9-]*\.htm`,
	),
	Utilities: forms(
		`/(?:[^/]+/)*(?:gia-vang|ty-gia|gia-vang-hom-nay|lich-am|lich-van-nien|ket-qua-xo-so|xo-so|lien-he|quang-cao|rss|dieu-khoan-su-dung|chinh-sach-bao-mat)\.htm`,
	),
	JunkQuery: []string{"removecookie", "zarsrc", "mobile", "ref", "gclid", "_gl"},
	ListPage: func(path string, n int) string {
		base, ok := strings.CutSuffix(path, ".htm")
		if !ok {
			return ""
		}
		return "https://dantri.com.vn" + base + "/trang-" + strconv.Itoa(n) + ".htm"
	},
	Topics: SectionTopics{
		Society:  "thời sự, sự kiện, tin tức sự kiện, hoàn cảnh, danh sách ủng hộ, danh sách kết chuyển, người Việt trẻ, phóng sự trẻ, hồi âm, nhịp cầu bạn đọc",
		Science:  "thủ thuật, tư vấn số, sản phẩm cộng đồng, cuộc sống số, an ninh mạng",
		Politics: "nội vụ",
	},
	Suffixes: []string{" | Báo Dân trí", " | Dân trí", " - Báo Dân trí", " - Dân trí", " | Báo Điện tử Dân trí", " - Báo điện tử Dân trí"},
	Dateline: regexp.MustCompile(`^(\(\s*Dân trí[^()]{0,30}\)|Dân trí\s*(?:[-–—]))\s*`),
	Layouts: []Layout{
		{ // Tailwind classes that change with a deploy; the data-slot attributes do not
			Name: "data-slot-2026", Since: day("2025-06-01"),
			Article: sel(`article[data-slot=container]`),
			Title:   sel(`h1[data-slot=title]`, `h1`),
			Kicker:  sel(`[data-slot=subtitle]`),
			Lead:    sel(`[data-slot=sapo]`),
			Byline:  sel(`div > a[rel=author]:not(:has(img))`, `a[href*="/tac-gia/"]:not(:has(img))`),
			Source:  sel(`[data-slot=source]`, `.singular-source`),
			Time:    sel(`main time[datetime]`, `time[datetime]`),
			Section: sel(`a[data-content-name=article-breadcrumb]`),
			Tags:    sel(`a[data-content-name=article-tags]`),
			Related: sel(`article.article-related`, `aside.article-related`, `[data-slot^=related]`, `[data-module^=article-related]`),
			Body:    sel(`[data-slot=content]`),
			Drop:    sel(`[data-slot^=ads]`, `.dta-unit`, `div[data-module]`, `.dantri-widget`),

			Inserted: sel(`a[contenteditable=false]`),
			Signed:   true,
		},
		{ // articles, Dmagazine (often without any h1) and photo stories
			Name: "singular-2021", Since: day("2021-06-01"),
			Article:    sel(`article.singular-container`, `article.e-magazine`),
			Title:      sel(`h1.title-page`, `h1.e-magazine__title`, `h1`),
			Kicker:     sel(`h3.title-sub`),
			Lead:       sel(`.singular-sapo`, `.e-magazine__sapo`),
			Byline:     sel(`.author-wrap .author-name b`, `.author-name`, `.e-magazine__author-wrap .name`, `.e-magazine__meta-item-author`, `.singular-author`),
			Source:     sel(`.singular-source`),
			Time:       sel(`time.author-time`, `.author-time`, `.e-magazine__author-wrap .time`, `.e-magazine__author-wrap .author-info_right`, `.e-magazine__meta`),
			Section:    sel(`ul.breadcrumbs a`, `.e-magazine__maincate a`, `.special-news__breadcrumb a`),
			Tags:       sel(`ul.tags-wrap a`),
			Related:    sel(`.article-related`, `.article.related`, `.grid.related`, `.related-more`),
			Body:       sel(`.singular-content`, `.e-magazine__body`),
			Drop:       sel(`.dta-unit`, `div[data-module]`, `.dantri-widget`, `.flourish-credit`, `.vin-mec-information`),
			Inserted:   sel(`a[contenteditable=false]`),
			PhotoStory: sel(`.photo-story`),
			Signed:     true,
		},
		{ // 2020 to mid-2021
			Name: "dt-news-2020", Since: day("2019-09-01"),
			Article: sel(`.dt-news__detail`, `article:has(.dt-news__content)`, `body:has(.dt-news__content)`),
			Title:   sel(`h1.dt-news__title`),
			Lead:    sel(`.dt-news__sapo h2`, `.dt-news__sapo`),
			Byline:  sel(`.dt-news__author`),
			Source:  sel(`.dt-news__source`),
			Time:    sel(`.dt-news__time`),
			Section: sel(`.dt-breadcrumb a`, `.breadcrumb a`),
			Tags:    sel(`.dt-news__tag-list a`, `.dt-news__tags a`),
			Related: sel(`.dt-news__related`, `.article-related`),
			Body:    sel(`.dt-news__content`),
			Drop:    sel(`.dta-unit`, `div[data-module]`, `.dt-news__social`),
			Signed:  true,
		},
		{ // the mobile edition of 2015 to 2018; VCCorp's editor wrote the same photo boxes for both editions
			Name: "mobile-2015", Since: day("2014-09-01"),
			Article:  sel(`.detail_w`),
			Title:    sel(`h1`),
			Kicker:   sel(`.detail_subtitle`),
			Lead:     sel(`h2.sapo`, `.sapo`),
			Dateline: sel(`.sapo > span:first-child`),
			Time:     sel(`.detail_w .publishdate`),
			Related:  sel(`.detail_w .rela`, `.VCSortableInPreviewMode[type=RelatedNewsBox]`, `.VCSortableInPreviewMode[type=RelatedOneNews]`),
			Body:     sel(`.content`),
			Drop:     sel(`#admbackground`),
			Captions: sel(`.PhotoCMS_Caption`, `.VideoCMS_Caption`, `.caption`),
			Signed:   true,
		},
		{ // the WAP edition of 2013 and 2014: no h1, Word's markup in the body
			Name: "wap-2013", Since: day("2013-01-01"),
			Article:  sel(`#content:has(.news_details)`),
			Title:    sel(`.content > font[size="+1"] > b`, `font[size="+1"] b`),
			Lead:     sel(`.content > span > span[style*=bold]`, `span > span[style*=bold]`, `span[style*=bold]`),
			Time:     sel(`span.fon7.mr2`, `span.fon7`),
			Section:  sel(`.sitepath a.cat`),
			Related:  sel(`.news_details h4 + ul`),
			Body:     sel(`.news_details`),
			Captions: sel(`.PhotoCMS_Caption`),
			Signed:   true,
		},
		{ // the desktop edition to 2018; its selectors come from memory of the site, no saved page was to hand
			Name:     "aspx",
			Article:  sel(`body:has(#divNewsContent)`),
			Title:    sel(`h1.fon31`, `.fon31`, `h1`),
			Lead:     sel(`h2.fon33`, `.fon33`),
			Time:     sel(`span.fon7`),
			Section:  sel(`.sitepath a`, `.breadcrumb a`),
			Tags:     sel(`.news-tags-item a`, `.news-tag a`),
			Related:  sel(`#divNewsContent h4 + ul`, `.news-relate`),
			Body:     sel(`#divNewsContent`),
			Drop:     sel(`#admbackground`),
			Captions: sel(`.PhotoCMS_Caption`),
			Signed:   true,
		},
	},
	Text: TextRules{
		Furniture: forms(`Dòng sự kiện:?`, `Chia sẻ:?`, `Bình luận`, `Trang chủ`, `Đăng [Nn]hập`, `\d*(?:CHIA SẺ|BÌNH LUẬN)`, `Lưu`, `Thứ .{2,5}, \d.*`),
		Alts:      forms(`.{10,}[^\d\s] - \d{1,2}`),
		Tag:       regexp.MustCompile(`^(Dân trí) [\p{Lu}“"]`),
		End:       forms(`Thông tin doanh nghiệp.*`, `Tin liên quan:?`, `TIN LIÊN QUAN`, `Từ khóa:?`, `Tags?:?.*`, `Đọc thêm`, `Đang được quan tâm`, `Tin cùng chuyên mục`, `Tin nổi bật`, `Mới nhất`, `Bình luận \(\d+\)`, `Xem thêm:?`),
	},
}
