package cleaner

import (
	"slices"
	"testing"

	"baoluu/cleaner/hostile"
	"baoluu/sites"
)

// readHostile does all that is done with a page.
func readHostile(doc []byte, contentType string, site *sites.Site) {
	address := ""
	if site != nil {
		address = site.Home
	}
	d, err := Read(Page{Body: doc, ContentType: contentType, URL: address, Answer: true})
	if err != nil {
		return
	}
	d.PageText()
	d.Words()
	d.Article(site)
}

// Whatever its markup is made of, a page is read within the budget.
func TestHostileMarkup(t *testing.T) {
	hostile.Check(t, markupTokens, func(doc []byte) { readHostile(doc, "text/html", nil) })
}

// What the cleaner looks for in the words of an article.
var storyWords = []string{
	"x ", "x", "á", "Một đoạn văn. ", "(Dân trí) - ", "TTO - ", "HÀ NỘI, 9/4 (AFP) - ", "Theo ", "Ảnh: ", "Ảnh minh họa. ", "TP.HCM ", "ngày 12/3/2020 ", "10:30 ", "thứ hai, ",
	"- ", ">> ", "“", "”", `"`, "Nguyễn Văn A ", "https://a.vn/%d ", "a@b.vn ", "%d. ", "• ", "PV: ", "Ông A nói: ", "\n", "\n\n", "\t", "nghiêng", "Ð", "á", "&#7871;", "\u200b", "\u00a0",
	"Hội nghị  ", "(", ")", "|", "...", "© ", "Tin liên quan ", "Chia sẻ ", "1/2 ", "họp.Ông ",
}

// Whatever stands in a newspaper's own layout, the article is read within the budget.
func TestHostileStories(t *testing.T) {
	for _, site := range sites.All() {
		t.Run(site.Name, func(t *testing.T) {
			g := hostile.Grammar{Begin: "<!doctype html><html><head><title>x</title></head><body>", Tokens: slices.Clone(storyWords)}
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
			add("<a href=/%d.htm>", "</a>")
			add("<p style='text-align:right'>", "</p>")
			g.Tokens = append(g.Tokens, "<br>", "<img src=/%d.jpg alt='Ảnh %d'>", "<time datetime=2020-01-01T00:00:00Z>", "<meta property=article:tag content=%d>", "<meta name=keywords content='a,b,c'>")
			for i := range site.Layouts {
				for _, list := range site.Layouts[i].Selectors() {
					for _, s := range list {
						for _, part := range s.Parts {
							for _, hook := range part {
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
					for _, hook := range list[0].Parts[0] {
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
	g := hostile.Grammar{Tokens: storyWords}
	hostile.Check(t, g, func(doc []byte) { readHostile(doc, "text/plain", sites.All()[0]) })
}

// Whatever bytes come, and whatever they are said to be, the charset is found within the budget.
func TestHostileBytes(t *testing.T) {
	g := hostile.Grammar{
		Begin: "<!doctype html><title>x</title><p>",
		Tokens: []string{"x", " ", "\x00", "\xff", "\xfe", "\xc3", "\xe1\xba", "\xe1\xba\xbf", "\x80", "a\xd5", "\xc8\xb5\xcc", "ViÖt Nam ", "\xce\xaa", "ñaâu ", "N\xf4\xedc ", "\u0300", "&#233;", "&eacute;", "&#xe1;", "&", ";",
			"caùc ", "nöôùc ", "\x1b$B", "+AGE-", "\r", "\n", "a\u0301\u0323", "\u0344", "\U0001f468\u200d"},
	}
	for _, charset := range []string{"", "windows-1258", "utf-16"} {
		t.Run(charset, func(t *testing.T) {
			hostile.Check(t, g, func(doc []byte) { readHostile(doc, "text/html; charset="+charset, nil) })
		})
	}
}

func TestHostileLinkedData(t *testing.T) {
	g := hostile.Grammar{
		Begin: `<!doctype html><title>x</title><script type="application/ld+json">`,
		End:   "</script>",
		Tokens: []string{"1", "null", `"x"`, ",", ":", `"`, `\`, `\u0000`, "[]", "{}", `{"@type":"NewsArticle","headline":"x"}`, `"@graph":`, `"@type":"NewsArticle",`, `"author":`, `"name":`, `"item":`,
			`"articleBody":"x&lt;p&gt;",`, `"k%d":`, "</script><script type=application/ld+json>", "// x\n", "/* */", "\n", ",]", ",}", "1e999"},
		Pairs: [][2]string{{"[", "]"}, {"{", "}"}, {`{"a":`, "}"}, {`{"@graph":[`, "]}"}, {`{"k%d":`, "}"}, {`{"@type":"BreadcrumbList","itemListElement":[`, "]}"}, {`"`, `"`}},
	}
	hostile.Check(t, g, func(doc []byte) { readHostile(doc, "text/html", nil) })
}

// Whatever two articles of one page say, they are compared within the budget, by another layout and
// by the same.
func TestHostileVersions(t *testing.T) {
	g := hostile.Grammar{Tokens: slices.Concat(storyWords, []string{
		"Câu thứ %d của bài này. ", "Câu này đứng đây nhiều lần. ", "Một câu dài hơn, có đủ chữ để được tìm trong cả trang. ", "a ", "<p>", "<p>Đoạn %d.</p>", "<p>Đoạn.</p>", "<br>", "<p>X.</p><p>Y.</p>",
	}), Pairs: [][2]string{{"<p>", "</p>"}, {"<h2>", "</h2>"}, {"<li>", "</li>"}, {"<figure><img src=/a.jpg><figcaption>", "</figcaption></figure>"}, {"<a href=/%d.htm>", "</a>"}}}
	site, _ := sites.ByName("dantri")
	story := `<!doctype html><html><head><title>x</title></head><body class="a b c d e f g h i j k"><article class="singular-container"><h1 class="title-page">Tin</h1><div class="singular-content"><p>Một đoạn văn.</p>`
	read := func(body []byte, site *sites.Site) (r Reading, ok bool) {
		d, err := Read(Page{Body: append([]byte(story), body...), ContentType: "text/html"})
		if err != nil {
			return r, false
		}
		r.Article, err = d.Article(site)
		r.Page = d.Words()
		return r, err == nil
	}
	hostile.Check(t, g, func(doc []byte) {
		half := len(doc) / 2
		old, ok := read(doc[:half], site)
		if !ok {
			return
		}
		for _, by := range []*sites.Site{site, nil} {
			if now, ok := read(doc[half:], by); ok {
				Compare(old, now).Edits(old.Article, now.Article)
				Edits(old.Article, now.Article)
			}
		}
	})
}
