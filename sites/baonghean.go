package sites

import "regexp"

// Báo Nghệ An. Four address forms in twelve years, the number not kept from
// one to the next; the English and French editions are machine-translated and
// share the Vietnamese numbers.
var baonghean = Site{
	Name:  "baonghean",
	Title: "Báo Nghệ An",
	Home:  "https://baonghean.vn/",
	Hosts: []string{"baonghean.vn", "www.baonghean.vn", "m.baonghean.vn", "en.baonghean.vn"},
	// OneCMS serves pictures and sheets from bna.1cdn.vn (2023); the others are of 2013 to 2021.
	AssetHosts: []string{"bna.1cdn.vn", "image2.baonghean.vn", "images.bna.vn"},

	Languages:     []string{"vi", "en", "fr"},
	Editions:      map[string]string{"en": "en", "fr": "fr"},
	HostLanguages: map[string]string{"en.baonghean.vn": "en"},

	Sources: []Source{
		{Kind: FrontPage, URL: "https://baonghean.vn/"},
		{Kind: NewsSitemap, URL: "https://baonghean.vn/sitemap-news.xml", Guess: true}, // seen on sisters of the same CMS
		{Kind: Sitemap, URL: "https://baonghean.vn/sitemap.xml", Guess: true},
		{Kind: FeedSource, URL: "https://baonghean.vn/rss/home.rss", Guess: true},
		{Kind: FeedSource, URL: "https://baonghean.vn/rss/thoi-su"},
		{Kind: FeedSource, URL: "https://baonghean.vn/rss/kinh-te"},
		{Kind: FeedSource, URL: "https://baonghean.vn/rss/xa-hoi", Guess: true},
		{Kind: FeedSource, URL: "https://baonghean.vn/rss/quoc-te", Guess: true},
		{Kind: FeedSource, URL: "https://baonghean.vn/rss/the-thao", Guess: true},
		{Kind: SectionList, URL: "https://baonghean.vn/thoi-su"},
		{Kind: SectionList, URL: "https://baonghean.vn/kinh-te"},
		{Kind: SectionList, URL: "https://baonghean.vn/en/", Guess: true},
		{Kind: SectionList, URL: "https://baonghean.vn/fr/", Guess: true},
	},

	Articles: []AddressForm{
		{Path: form(`/(?:(?:en|fr)/)?(?:[^/]+/)*[^/]+-(?P<id>\d{8,9})\.html`), Since: "2023"},
		{Path: form(`/(?:(?:en|fr)/)?(?:[^/]+/)*[^/]+-(?P<id>post\d{4,9})\.html`), Since: "2022"},
		{Path: form(`/(?:(?:en|fr)/)?(?:[^/]+/)*[^/]+-(?P<id>\d{6,7})\.html`), Since: "2022"},
		{Path: form(`/(?:[^/]+/)+\d{6}/[^/]+-(?P<id>\d{4,8})/?`), Since: "2013"},
	},
	Lists: forms(
		`/(?:en|fr)/?`,
		`/(?:tag|tags|tu-khoa|tac-gia|author|su-kien|event|chu-de|topic|tim-kiem|search)(?:/.*)?`,
	),
	Sections: forms(
		`/(?:(?:en|fr)/)?[a-z][a-z0-9-]*(?:/[a-z][a-z0-9-]*)?/?`,
	),
	Utilities: forms(
		`/(?:[^/]+/)*gia-vang-hom-nay(?:\.html|/)?`,
		`/(?:[^/]+/)*(?:am-duong-lich|lich-am-duong)[^/]*(?:\.html|/)?`,
		`/(?:[^/]+/)*(?:ket-qua-xo-so|xo-so|thoi-tiet|ty-gia)(?:\.html|/)?`,
	),
	Topics: SectionTopics{
		Politics: "cải cách hành chính, nhân sự, Nghệ An đất nước, hoạt động lãnh đạo",
		Society:  "miền Tây, miền Tây Nghệ An, chuyện dọc đường, bản sắc dân tộc, công đoàn",
		Economy:  "kinh tế Nghệ An, OCOP",
	},
	Suffixes: []string{" - Báo Nghệ An điện tử", " | Báo Nghệ An điện tử", " - Báo Nghệ An", " | Báo Nghệ An", " - Nghe An Newspaper", " - Baonghean.vn", " - baonghean.vn"},
	Dateline: regexp.MustCompile(`^(\(\s*(?:Baonghean(?:\.vn)?|Báo Nghệ An|BNA)\s*\)|(?:Baonghean\.vn|BNA)\s*[-–—])\s*[-–—]*\s*`),
	Layouts: []Layout{
		{ // OneCMS by Neko; the header lies inside the article
			Name: "onecms-2023", Since: day("2023-06-01"),
			Article: sel(`.c-news-detail article:has(h1)`, `article.entry:has(h1)`, `.c-news-detail:has(.c-detail-head__title)`, `.c-news-detail article`, `article.entry`, `.b-maincontent article`, `.b-maincontent:has(.sc-longform-header)`, `.b-maincontent:has(.c-detail-head)`),
			Title:   sel(`h1.sc-longform-header-title`, `h1.c-detail-head__title`, `h1`),
			Kicker:  sel(`.sc-longform-header-sub-title`),
			Lead:    sel(`.sc-longform-header-sapo`, `h2.desc`),
			Byline:  sel(`.sc-longform-header-author`, `.c-detail-head__author`, `.c-author-page`),
			Time:    sel(`.sc-longform-header-date`, `.c-detail-head__time`),
			Section: sel(`ol li.breadcrumb-item a`, `.breadcrumb-item a`, `.c-detail-head__cat a`, `.c-detail-head__cat`),
			Tags:    sel(`.c-widget-tags.onecms__tags a`, `.c-widget-tags a`),
			Related: sel(`.c-news-related`, `.c-related-inline`),
			Body:    sel(`article.entry`, `.c-news-detail article`, `.entry`, `.b-maincontent`),
			Drop: sel(`.sc-longform-header`, `.c-detail-head`, `.c-box`, `.sc-empty-layer`, `.sc-hightlight-box`, `.c-author-page`, `.c-share-detail`, `.c-widget-tags`, `.c-popup`, `h2.desc`, `.breadcrumb`,
				`table:not(:has(td + td)):not(:has(tr + tr)):not(:has(img))`), // a box of one cell
			Captions: sel(`.block-sc-media-caption`),
			Signed:   true,
		},
		{ // a look like ePi's MasterCMS, for one or two years
			Name: "mastercms-2021", Since: day("2021-06-01"),
			Article:  sel(`article:has(.cms-body)`, `.article:has(.cms-body)`, `body:has(.cms-body)`),
			Title:    sel(`h1.cms-title`, `.article__title`, `h1`),
			Lead:     sel(`.cms-desc`, `.article__sapo`),
			Byline:   sel(`.article__author`, `.article__meta .author`, `.cms-author`),
			Source:   sel(`.cms-source`),
			Time:     sel(`.article__meta time`, `time.time`),
			Section:  sel(`.breadcrumb a`, `.article__breadcrumb a`),
			Tags:     sel(`.article__tag a`),
			Related:  sel(`.article-relate`, `.cms-relate`, `.cms-body table.article__related`),
			Body:     sel(`.cms-body`),
			Drop:     sel(`.rennab`, `.banner`, `.ads`),
			Captions: sel(`.pCaption`, `.fig`, `.caption`),
			Signed:   true,
		},
		{ // the redesign of 2018, desktop and mobile; longforms and live blogs too
			Name: "article-2018", Since: day("2017-06-01"),
			Article:  sel(`article.article-wrap`),
			Title:    sel(`h1.article__title`, `h1`),
			Kicker:   sel(`.article__sub-title`),
			Lead:     sel(`.article__summary`),
			Byline:   sel(`.article__author`, `.content ~ .author`, `.article__content ~ .author`),
			Time:     sel(`.article__meta time`),
			Section:  sel(`ol.breadcrumb li a`),
			Tags:     sel(`.article__tag a`),
			Related:  sel(`.article__related-inline`, `table.article__related`, `.article__related`, `article.story`),
			Body:     sel(`.article__content > .content`, `.article__content .content`, `.article__content`),
			Drop:     sel(`.qc`, `.article-poll`, `.article__author`, `.article__tag`, `.social-listing`, `.article__meta`),
			Captions: sel(`.fig`, `.box-desc`, `.image_desc`, `.pCaption`),
			Quotes:   sel(`.quotes`, `.cms-quote`),
			Signed:   true,
			Live:     sel(`.timeline__event`),
			LiveTime: sel(`.timeline__time`, `time`),
		},
		{ // the years before; no saved page was to hand, the CMS is of the Uploaded/ family
			Name:     "cms-2013",
			Article:  sel(`#content:has(#abody)`, `body:has(#abody)`, `body:has(.article-content)`),
			Title:    sel(`h1`, `.article-title`),
			Lead:     sel(`.article-sapo`, `.sapo`, `.summary`),
			Byline:   sel(`.article-author`, `.author`),
			Time:     sel(`.article-date`, `.date`, `time`),
			Section:  sel(`.breadcrumb a`),
			Tags:     sel(`.tags a`),
			Related:  sel(`table.rl`, `.article-related`),
			Body:     sel(`#abody`, `.article-content`),
			Captions: sel(`.pCaption`, `.caption`),
			Signed:   true,
		},
	},
	Text: TextRules{
		Furniture: forms(`Share on Facebook`, `Zalo`, `x`, `Chia sẻ`),
		End: forms(`RELATED NEWS`, `Related news`, `TIN LIÊN QUAN`, `Tin liên quan`, `ACTUALITÉS CONNEXES`, `NOUVELLES CONNEXES`, `Featured Nghe An Newspaper`, `Nổi bật Báo Nghệ An`, `Latest`,
			`Mới nhất`, `Tin mới`, `Tags?:.*`, `Từ khóa:?.*`, `POWERED BY.*`, `Bình luận`),
	},
}
