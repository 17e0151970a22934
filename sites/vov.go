package sites

import (
	"regexp"
	"strconv"
)

// VOV, the radio's newspaper. english.vov.vn runs on the same install and
// counts in the same numbers, so that it is no edition.
var vov = Site{
	Name:          "vov",
	Title:         "VOV",
	Home:          "https://vov.vn/",
	Hosts:         []string{"vov.vn", "www.vov.vn", "m.vov.vn", "english.vov.vn"},
	AssetHosts:    []string{"media.vov.vn", "image-english.vov.vn"},
	Languages:     []string{"vi", "en"},
	HostLanguages: map[string]string{"english.vov.vn": "en"},

	Sources: []Source{
		{Kind: FrontPage, URL: "https://vov.vn/"},
		{Kind: FrontPage, URL: "https://english.vov.vn/en"},
		// The index leaves out the running month until it ends.
		{Kind: Sitemap, URL: "https://vov.vn/sitemaps/{yyyy}/{m}/article.xml"},
		{Kind: Sitemap, URL: "https://vov.vn/sitemap.xml"},
		{Kind: FeedSource, URL: "https://vov.vn/rss/tin-moi-nhat-24h.rss", Guess: true},
		{Kind: FeedSource, URL: "https://vov.vn/rss/home.rss", Guess: true},
		{Kind: FeedSource, URL: "https://vov.vn/rss/kinh-te.rss"},
		{Kind: FeedSource, URL: "https://vov.vn/rss/the-thao.rss"},
		{Kind: FeedSource, URL: "https://vov.vn/rss/the-gioi.rss"},
		{Kind: FeedSource, URL: "https://vov.vn/rss/suc-khoe.rss"},
		{Kind: SectionList, URL: "https://vov.vn/chinh-tri"},
		{Kind: SectionList, URL: "https://vov.vn/the-gioi"},
		{Kind: SectionList, URL: "https://vov.vn/kinh-te"},
		{Kind: SectionList, URL: "https://vov.vn/xa-hoi"},
		{Kind: SectionList, URL: "https://vov.vn/the-thao"},
		{Kind: SectionList, URL: "https://english.vov.vn/en/politics"},
		{Kind: SectionList, URL: "https://english.vov.vn/en/society"},
	},

	Articles: []AddressForm{
		{Path: form(`/(?:[^/]+/)*[^/]+-(?P<id>post\d{3,9})\.vov`), Since: "2022"},
		{Path: form(`/(?:[^/]+/)*[^/]+-(?P<id>\d{3,9})\.vov`), Since: "2010"},
	},
	Lists: forms(
		`/(?:author|search|tag|tags|tu-khoa|chu-de|su-kien|event|topic|multimedia)(?:/.*)?`,
		`/en/?`,
	),
	Sections: forms(
		`/(?:en/)?[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)?/?`,
	),
	Utilities: forms(
		`/(?:rss|lien-he|quang-cao|gioi-thieu|toa-soan)/?`,
		`/(?:[^/]+/)*(?:gia-vang-hom-nay|lich-phat-song|thoi-tiet|xo-so)/?`,
	),
	// Drupal counts a list's pages from 0.
	ListPage: func(path string, n int) string { return "https://vov.vn" + path + "?page=" + strconv.Itoa(n-1) },
	Topics: SectionTopics{
		Society:  "đời sống, tin 24h, chuyện đêm muộn",
		Culture:  "văn hóa giải trí",
		Politics: "lãnh đạo",
		Travel:   "your vietnam",
	},
	Suffixes: []string{" | VOV.VN", " - VOV.VN", " | VOV", " | Báo Điện tử VOV", " - Báo VOV", " | VOV World", " | VOV English"},
	Dateline: regexp.MustCompile(`^(\(?\s*(?:VOV\.VN|VOV World|VOVWORLD|VOV\d?|English\.VOV\.VN)(?:\s*\))?)\s*[-–—:]\s*`),
	Layouts: []Layout{
		{ // Drupal 8, theme vovvn: articles, e-magazines, player pages and live blogs
			Name: "drupal-2020", Since: day("2020-12-01"),
			Article: sel(`article.detail[data-history-node-id]`, `article.detail`, `article[data-history-node-id]:has(h1)`),
			Title:   sel(`h1.article-title`, `h1`),
			Kicker:  sel(`.article-subtitle`),
			Lead:    sel(`.article-summary h2`, `.article-summary`),
			Byline:  sel(`.article-author a`, `.article-author span`, `.article-author`), // the span's line says where the story was taken from
			Time:    sel(`.article-date .col-md-4`, `.article-date`),
			Section: sel(`article.detail .breadcrumb-item a`, `.breadcrumb-item a`),
			Tags:    sel(`#list-tags a`),
			Related: sel(`article.inner-article`, `.field-related-article`),
			Body:    sel(`.article-content .text-long, .news-list-live, .news-list-live__content`, `.article-content`),
			Drop:    sel(`.block-ads`, `.advertisement`, `[class*=ads_detail]`, `.socials-share`, `.comment-block`),
		},
		{ // before Drupal; no saved page was to hand
			Name:     "cms-2010",
			Article:  sel(`#article-body`, `.article-detail`, `.detail-content`, `#main-content:has(.article-content)`, `body:has(.article-body)`),
			Title:    sel(`h1`),
			Lead:     sel(`.article-summary`, `.summary`, `.sapo`, `h2.summary`),
			Byline:   sel(`.article-author`, `.author`),
			Time:     sel(`.article-date`, `.meta time`, `.article-meta time`),
			Section:  sel(`.breadcrumb a`),
			Tags:     sel(`.tags a`),
			Related:  sel(`.related`, `.article-related`, `table.rl`),
			Body:     sel(`.article-body`, `.article-content`, `#article-body`, `.detail-content`),
			Drop:     sel(`.advertisement`, `.socials-share`),
			Captions: sel(`.caption`, `.pCaption`, `td.pic_caption`),
			Signed:   true,
		},
	},
	Text: TextRules{
		Alts:      forms(`(?:.* )?hinh(?: anh)? \d+`, `.*\.(?:jpg|jpeg|png|gif)`),
		Furniture: forms(`Chia sẻ:?`, `Facebook`, `Twitter`, `Print`, `Sao chép liên kết`),
		End:       forms(`Mời quý độc giả theo dõi VOV\.VN.*`, `Tin liên quan:?`, `TIN LIÊN QUAN`, `Related news`, `RELATED NEWS`, `Related`, `Tags?:.*`, `Từ khóa:?.*`, `Bình luận`, `Viết bình luận`, `Tin mới`, `Your comment`, `Tin cùng chuyên mục`),
	},
}
