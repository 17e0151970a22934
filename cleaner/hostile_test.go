package cleaner

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"baoluu/cleaner/hostile"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/phrases"
	"baoluu/sites"
)

// readHostile does all that is done with a page.
func readHostile(doc []byte, contentType string, site *sites.Site) {
	address := ""
	if site != nil {
		address = site.Home
	}
	markup.BreaksOff(doc) // which would end it all for an answer
	d, err := Read(Page{Body: doc, ContentType: contentType, URL: address})
	if err != nil {
		return
	}
	d.PageText()
	d.Article(site)
}

// Whatever its markup is made of, a page is read within the budget.
func TestHostileMarkup(t *testing.T) {
	hostile.Check(t, hostile.HTML, func(doc []byte) { readHostile(doc, "text/html", nil) })
}

// Whatever stands in a newspaper's own layout, the article is read within the budget.
func TestHostileStories(t *testing.T) {
	for _, site := range sites.All() {
		t.Run(site.Name, func(t *testing.T) {
			g := hostile.Grammar{Begin: "<!doctype html><html><head><title>x</title></head><body>", Tokens: slices.Clone(hostile.StoryWords)}
			seen := map[string]bool{}
			add := func(tag, end string) {
				if !seen[tag] {
					seen[tag] = true
					g.Pairs = append(g.Pairs, [2]string{tag, end})
				}
			}
			for _, name := range []string{"p", "b", "i", "h2", "h3", "li", "ul", "td", "tr", "table", "figure", "figcaption", "blockquote", "div", "em", "strong"} {
				add("<"+name+">", "</"+name+">")
			}
			for _, name := range []string{"sup", "sub", "ruby", "rt", "math", "msup", "mfrac", "x-a"} {
				add("<"+name+">", "</"+name+">")
			}
			add("<span role=tooltip>", "</span>")
			add("<span aria-hidden=true>", "</span>")
			add("<span class=sr-only>", "</span>")
			add("<span class=tooltip>", "</span>")
			add("<a href=#n%d>", "</a>")
			add("<span class=author>", "</span>")
			add("<time datetime=%d>", "</time>")
			add("<div class=related>", "</div>")
			add("<h1>", "</h1>")
			add("<div class=photo>", "</div>")
			add("<div class=wp-caption>", "</div>")
			add("<a href=/%d.htm>", "</a>")
			add("<p style='text-align:right'>", "</p>")
			g.Tokens = append(g.Tokens, "<br>", "<img src=/%d.jpg alt='Ảnh %d'>", "<time datetime=2020-01-01T00:00:00Z>", "<meta property=article:tag content=%d>", "<meta name=keywords content='a,b,c'>")
			for i := range site.Layouts {
				for _, field := range site.Layouts[i].Fields() {
					list := field.Selectors
					for _, s := range list {
						for _, part := range s.Parts {
							for _, hook := range part.Hooks {
								switch name := string(hook[1:]); hook[0] {
								case '.':
									add("<div class='"+name+"'>", "</div>")
								case '#':
									add("<div id='"+name+"'>", "</div>")
								case '[':
									add("<div "+name+"=%d>", "</div>")
								case '*':
								default:
									add("<"+string(hook)+">", "</"+string(hook)+">")
								}
							}
						}
					}
				}
				// An article, so that what comes is in it.
				l := site.Layouts[i]
				for _, list := range []sites.Selectors{l.Article, l.Title, l.Body} {
					if len(list) == 0 {
						continue
					}
					for _, hook := range list[0].Parts[0].Hooks {
						switch name := string(hook[1:]); hook[0] {
						case '.':
							g.Begin += "<div class='" + name + "'>"
						case '#':
							g.Begin += "<div id='" + name + "'>"
						}
					}
					g.Begin += "Tin của ngày hôm nay. "
				}
			}
			hostile.Check(t, g, func(doc []byte) { readHostile(doc, "text/html", site) })
		})
	}
}

// A page that is text alone is read within the budget.
func TestHostileText(t *testing.T) {
	g := hostile.Grammar{Tokens: hostile.StoryWords}
	hostile.Check(t, g, func(doc []byte) { readHostile(doc, "text/plain", sites.All()[0]) })
}

// Whatever bytes come, the page that is made of them is read within the budget. What finding
// the charset costs by itself: package charset.
func TestHostileBytes(t *testing.T) {
	hostile.Check(t, hostile.Bytes, func(doc []byte) { readHostile(doc, "text/html", nil) })
}

func TestHostileLinkedData(t *testing.T) {
	g := hostile.Grammar{
		Begin: `<!doctype html><title>x</title><script type="application/ld+json">`,
		End:   "</script>",
		Tokens: []string{"1", "null", `"x"`, ",", ":", `"`, `\`, `\u0000`, "[]", "{}", `{"@type":"NewsArticle","headline":"x"}`, `"@graph":`, `"@type":"NewsArticle",`, `"author":`, `"name":`, `"item":`,
			`"articleBody":"x&lt;p&gt;",`, `"k%d":`, "</script><script type=application/ld+json>", "// x\n", "/* */", "\n", ",]", ",}", "1e999",
			`{"@type":"Person","@id":"#%d","name":"A %d"},`, `"author":{"@id":"#%d"},`, `"publisher":{"name":"X %d"},`, `"articleSection":"x",`, `"datePublished":"1/2/2020",`, `'`, `a:`, "-->", "&quot;"},
		Pairs: [][2]string{{"[", "]"}, {"{", "}"}, {`{"a":`, "}"}, {`{"@graph":[`, "]}"}, {`{"k%d":`, "}"}, {`{"@type":"BreadcrumbList","itemListElement":[`, "]}"}, {`"`, `"`}},
	}
	hostile.Check(t, g, func(doc []byte) { readHostile(doc, "text/html", nil) })
}

// What a layout looks for may stand around, beside and inside a whole page of the same, and
// be as large as one: each is looked at a bounded number of times.
func TestHostileLayouts(t *testing.T) {
	const (
		dantri    = `<!doctype html><title>x</title><article class="singular-container"><h1 class=title-page>Tin</h1>`
		dantriNow = dantri + `<div class=singular-content><p>x</p></div>`
		baonghean = `<!doctype html><title>x</title><article class="article-wrap entry"><h1>Tin</h1><div class=article__content><div class=content><p>x</p>`
	)
	deep := func(tag string) string { return strings.Repeat(tag, 480) }
	for _, trick := range []struct{ what, site, begin, token, middle, tokenBehind string }{
		{"bodies side by side, deep", "dantri", dantri + deep("<div>"), "<p class=singular-content>x</p>", "", ""},
		{"leads of blanks, within one another", "dantri", dantriNow + deep(`<div class="singular-sapo e-magazine__sapo title-sub author-name singular-source">`), " ", "", ""},
		{"times within one another", "dantri", dantriNow + deep("<div class=author-time>"), "1/1/", "", ""},
		{"a time that many selectors find", "dantri", dantriNow + `<div class=e-magazine__author-wrap><time class="author-time time author-info_right e-magazine__meta">`, "1/1/", "", ""},
		{"related boxes within one another", "dantri", dantriNow + deep("<div class=article-related>"), "<a href=/%d.htm>x</a>", "", ""},
		{"pictures in a long link", "dantri", dantri + `<div class=singular-content><a href="`, ".jp", `">`, "<img src=/a>"},
		{"pictures in a figure of a long address", "dantri", dantri + `<div class=singular-content><div data-large-src="`, "x ", `">`, "<img src=/a>"},
		{"live entries within one another", "baonghean", baonghean + deep("<div class=timeline__event>"), "<p>x</p>", "", ""},
		{"siblings of one another", "baonghean", baonghean, "<p class=author></p>", "", ""},
		{"what many an element has to have inside", "baonghean", "<!doctype html>" + deep("<article class=entry>"), "<p></p>", "", ""},
		{"sections in one of many classes", "baonghean", baonghean + `</div></div><div class="`, "a ", `"><ol class=breadcrumb><li>`, "<p><a>x</a></p>"},
	} {
		t.Run(trick.what, func(t *testing.T) {
			size := func(n int) []byte {
				doc := repeated(nil, trick.begin, trick.token, n/2)
				if trick.tokenBehind == "" {
					doc = repeated(doc, "", trick.token, n)
				} else {
					doc = repeated(doc, trick.middle, trick.tokenBehind, n)
				}
				return append(doc, "</body></html>"...) // cut off, it would not be read
			}
			site, _ := sites.ByName(trick.site)
			hostile.Holds(t, size(hostile.Size), size(4*hostile.Size), func(doc []byte) { readHostile(doc, "text/html", site) })
		})
	}
}

// What is looked at for many parts of a page, or compared with many others, is looked at a
// bounded number of times.
func TestHostileParts(t *testing.T) {
	const (
		title = "<!doctype html><title>x</title><h1>Tin của ngày hôm nay ở đây</h1>"
		text  = "<p>Một đoạn văn đủ dài để là một đoạn văn thật sự trong bài báo này, số một.</p><p>Một đoạn văn đủ dài để là một đoạn văn thật sự trong bài báo này, số hai.</p>"
		json  = `<script type=application/ld+json>{"@type":"NewsArticle","headline":"Tin của ngày hôm nay ở đây",`
	)
	deep := func(tag string) string { return strings.Repeat(tag, 480) }
	for _, trick := range []struct{ what, begin, token, middle, behind, end string }{
		{"breadcrumbs within one another", title + deep("<div class=breadcrumb>"), "<a href=/x>một hai ba bốn năm sáu bảy tám chín mười mười một mười hai</a>", "", "", deep("</div>") + text},
		{"authors within one another", title + "<div>" + deep("<span class=author>"), "Lê Văn Na ", "", "", deep("</span>") + "</div>" + text},
		{"authors of nothing within one another", title + "<div>" + deep("<span class=author>") + "Lê Na", "<i></i>", "", "", deep("</span>") + "</div>" + text},
		{"a cell of paragraphs", title + text + "<table><tr><th>Năm<th>Số<tr><td>1<td>2<tr><td>1<td>", "<p>xin %d</p>", "", "", "</table>" + text},
		{"blanks round a name", title + text + "<p align=right><b>Lê Văn Na", "<!----> ", "", "", "</b></p>"},
		{"times in the attributes of one element", title + "<div", " data-time%d=2020-01-01", "", "", ">1/1/2020</div>" + text},
		{"other articles in one element", title + text, "<p>Một đoạn văn đủ dài để là một đoạn văn thật sự trong bài báo này.</p>", "<div><h3>Bình luận</h3>Xin chào.<hr>", "<a href=/t>Tin khác của ngày hôm nay</a> xin<hr>", "</div>"},
		{"labels that were dropped", title + text, "<p><b>Related</b></p>", "", "", text},
		{"titles in the head", "<!doctype html>", `<meta property=og:title content="Tin mới của ngày số %d">`, "", "<p>Tin mới ngày %d</p>", text},
		{"sections in the head", "<!doctype html>", `<meta property=article:section content="Ab %d">`, "", "<h1>Tin %d</h1>", text},
		{"blank names in the head", "<!doctype html>", `<meta property=og:site_name content="&nbsp;">`, "", "<h1>Tin của ngày %d</h1>", text},
		{"publishers and authors", title + text + json + `"publisher":["a"`, `,"Xx %d"`, `],"author":["a"`, `,"Yy %d"`, "]}</script>"},
		{"titles and other articles", "<!doctype html>", `<meta property=og:title content="a b c d e %d">`, json + `"@graph":[0`, `,{"@type":"NewsArticle","headline":"a b f e d %d"}`, "]}</script>" + text},
		{"JSON of quotes", title + text + json + `"a":"`, `b" , "`, "", "", "</script>"},
		{"JSON of comments", title + text + json + `x `, "<!--//", "", "", "</script>"},
		{"one garbled word", "<!doctype html><title>Viá»‡t</title><p>", "á»‡", "", "", ""},
		{"one broken word", title + "<p>", "\xff", "", "", ""},
	} {
		t.Run(trick.what, func(t *testing.T) {
			size := func(n int) []byte {
				doc := repeated([]byte(trick.begin), "", trick.token, n/2)
				if trick.behind != "" {
					doc = repeated(doc, trick.middle, trick.behind, n)
				} else {
					doc = repeated(doc, "", trick.token, n)
				}
				return append(doc, trick.end+"</body></html>"...)
			}
			hostile.Holds(t, size(hostile.Size), size(4*hostile.Size), func(doc []byte) { readHostile(doc, "text/html; charset=utf-8", nil) })
		})
	}
}

// repeated writes a token behind a document's beginning until it is of a size; %d in it counts up.
func repeated(doc []byte, begin, token string, size int) []byte {
	doc = append(doc, begin...)
	for i := 0; len(doc) < size; i++ {
		doc = append(doc, strings.ReplaceAll(token, "%d", strconv.Itoa(i))...)
	}
	return doc
}

// What a page shows and an article holds is bounded by what the page has, not by its square.
func TestHostileOutput(t *testing.T) {
	lines := strings.Repeat("1\n", phrases.MaxLines+1)
	if _, err := Clean(Page{Body: []byte("Tin của ngày hôm nay\n\n" + lines)}, nil); !errors.Is(err, ErrMarkup) {
		t.Errorf("a text of %d lines: %v", phrases.MaxLines+1, err)
	}
	body, _ := json.Marshal(map[string]string{"@type": "NewsArticle", "headline": "x", "articleBody": lines})
	if a, err := Clean(Page{Body: []byte(`<title>x</title><script type="application/ld+json">` + string(body) + "</script>")}, nil); err == nil {
		t.Errorf("JSON-LD of %d lines: an article of %d blocks", phrases.MaxLines+1, len(a.Body))
	}
	page := []byte("<!doctype html>" + strings.Repeat("<ul>", 400) + strings.Repeat("<li>x", 10_000))
	d, err := Read(Page{Body: page})
	if err != nil {
		t.Fatal(err)
	}
	if text := d.PageText(); len(text) > 20*len(page) {
		t.Errorf("%d bytes show %d", len(page), len(text))
	}

	// Each picture's address is as long as the page's.
	page = []byte(`<!doctype html><article class="singular-container"><h1 class=title-page>Tin</h1><div class=singular-content><p>x`)
	for i := range draft.MaxAddresses + 10 {
		page = fmt.Appendf(page, `<img src="?%d" cms-photo-caption=x><a href="?%d">x</a>`, i, i)
	}
	address := "https://dantri.com.vn/" + strings.Repeat("a", 2000) + ".htm"
	site, _ := sites.ByName("dantri")
	a, err := Clean(Page{Body: page, ContentType: "text/html", URL: address}, site)
	if err != nil || len(a.Images) != draft.MaxAddresses {
		t.Errorf("%d pictures, %v; want %d", len(a.Images), err, draft.MaxAddresses)
	}
}
