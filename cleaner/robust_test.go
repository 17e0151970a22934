package cleaner_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"
)

func TestWhatIsNoPage(t *testing.T) {
	for _, tt := range []struct{ name, body, contentType, reason string }{
		{"empty", "", "text/html", "empty page"},
		{"blanks", " \r\n\t", "", "empty page"},
		{"byte order mark alone", "\xef\xbb\xbf", "text/plain", "empty page"},
		{"zeros", "\x00\x00\x00", "text/html", "empty page"},
		{"jpeg as html", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "text/html", "a picture (image/jpeg)"},
		{"png", "\x89PNG\x0d\x0a\x1a\x0a\x00\x00", "", "a picture (image/png)"},
		{"gif", "GIF89a\x01\x00\x01\x00", "text/html", "a picture (image/gif)"},
		{"pdf", "%PDF-1.4\n%\xe2\xe3", "text/html; charset=utf-8", "a file (application/pdf)"},
		{"zip", "PK\x03\x04\x14\x00\x00\x00\x08\x00", "", "a file (application/zip)"},
		{"gzip", "\x1f\x8b\x08\x00\x00\x00", "text/html", "a file (application/x-gzip)"},
		{"binary", "\x01\x02\x03\x04\x05\x06\x07\x08\x10\x11", "", "a file (binary)"},
		{"json", `{"a":1}`, "application/json", "a JSON document"},
		{"mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "video/mp4", "a recording (video/mp4)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := cleaner.Clean(cleaner.Page{Body: []byte(tt.body), ContentType: tt.contentType}, cleanertest.Site(t, "dantri"))
			var refused *cleaner.NotArticleError
			if !errors.As(err, &refused) || refused.Reason != tt.reason {
				t.Errorf("got %v, want %q", err, tt.reason)
			}
		})
	}
}

// Whatever comes, the answer is an article or a named error, in bounded time.
func TestHostilePages(t *testing.T) {
	if testing.Short() {
		t.Skip("large pages")
	}
	story := `<article class="singular-container"><h1 class="title-page">Tin</h1><h2 class="singular-sapo">Sapo của tin.</h2><div class="singular-content">%s</div></article>`
	for _, tt := range []struct {
		name, page string
		want       error
	}{
		{"a million nested divs", strings.Repeat("<div>", 1_000_000), cleaner.ErrMarkup},
		{"too large", strings.Repeat("x", cleaner.MaxBody+1), cleaner.ErrTooLarge},
		{"fifty thousand tables", fmt.Sprintf(story, strings.Repeat("<table><tr><td>a<td>b</table>", 50_000)), nil},
		{"a hundred thousand tables", fmt.Sprintf(story, strings.Repeat("<table><tr><td>a<td>b</table>", 100_000)), cleaner.ErrMarkup},
		{"tables inside tables", fmt.Sprintf(story, strings.Repeat("<table><tr><td>", 120)+strings.Repeat("<p>Một đoạn văn.</p>", 20_000)), nil},
		{"figures inside figures", fmt.Sprintf(story, strings.Repeat("<figure>", 400)+strings.Repeat("<p>Một đoạn văn.</p>", 20_000)), nil},
		{"a hundred thousand pictures", fmt.Sprintf(story, cleanertest.Numbered(100_000, `<img src="https://a.example/%d.jpg">`)), nil},
		{"a hundred thousand links", fmt.Sprintf(story, `<div class="article-related">`+cleanertest.Numbered(100_000, `<a href="https://a.example/%d.htm">x y z t</a>`)+`</div><p>Một đoạn văn.</p>`), nil},
		{"fifty thousand links below a lead", strings.Replace(fmt.Sprintf(story, "<p>Một đoạn văn.</p>"), "của tin.", "của tin. "+cleanertest.Numbered(50_000, `<a href="https://a.example/%d.htm">&gt;&gt; x y z t</a>`), 1), nil},
		{"fifty thousand authors", strings.Replace(fmt.Sprintf(story, "<p>Một đoạn văn.</p>"), "<h2", `<div class="author-name">`+cleanertest.Numbered(50_000, "<b>Người %d</b>")+"</div><h2", 1), nil},
		{"a hundred thousand paragraphs", fmt.Sprintf(story, strings.Repeat("<p>Một đoạn văn.</p>", 100_000)), nil},
		{"unclosed bold", fmt.Sprintf(story, strings.Repeat("<b>x<p>y", 400)), nil},
		{"formatting reopened for ever", cleanertest.Numbered(480, "<b id=%d>") + strings.Repeat("<p>x</div><div>", 20_000), cleaner.ErrMarkup},
		{"one long word", fmt.Sprintf(story, strings.Repeat("á", 2_000_000)), nil},
		{"deep JSON-LD", `<script type="application/ld+json">` + strings.Repeat("[", 100_000) + `</script>` + fmt.Sprintf(story, "<p>Đoạn văn.</p>"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			d, err := cleaner.Read(cleaner.Page{Body: []byte(tt.page), ContentType: "text/html", URL: "https://dantri.com.vn/a/b-20221224083224103.htm"})
			if err == nil {
				d.PageText()
				_, err = d.Article(cleanertest.Site(t, "dantri"))
			}
			if tt.want != nil && !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			// An order of magnitude above what it takes, for slow machines and -race.
			if took := time.Since(began); took > 2*time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

// checkArticle holds what is true of every article.
func checkArticle(t *testing.T, a cleaner.Article) {
	t.Helper()
	texts := []string{string(a.Title), string(a.Kicker), string(a.Lead), string(a.Dateline), string(a.Byline), string(a.Source), a.Text}
	texts = append(append(append(texts, a.Captions...), a.Section...), a.Tags...)
	for _, b := range a.Body {
		texts = append(texts, b.Text)
		if b.Kind == "" || strings.TrimSpace(b.Text) == "" {
			t.Errorf("an empty block: %+v", b)
		}
	}
	for _, s := range texts {
		if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
			t.Errorf("not in NFC: %q", s)
		}
		if s != a.Text && s != strings.TrimSpace(s) || strings.Contains(s, "  ") {
			t.Errorf("blanks in %q", s)
		}
	}
	if a.Section == nil || a.Tags == nil || a.Captions == nil || a.Images == nil || a.Body == nil || a.Related == nil || a.Notes == nil {
		t.Error("an absent list is nil")
	}
	if a.Site == "" || a.Layout == "" || !strings.HasPrefix(a.Cleaner, a.Site+"/") {
		t.Errorf("site %q layout %q cleaner %q", a.Site, a.Layout, a.Cleaner)
	}
}

func FuzzArticle(f *testing.F) {
	for _, fx := range cleanertest.Fixtures(f) {
		f.Add(string(fx.Page.Body), fx.Site.Name)
	}
	f.Fuzz(func(t *testing.T, page, name string) {
		s, _ := sites.ByName(name) // nil is the generic extractor
		d, err := cleaner.Read(cleaner.Page{Body: []byte(page), ContentType: "text/html; charset=utf-8", URL: "https://dantri.com.vn/a/b-20221224083224103.htm"})
		if err != nil {
			return
		}
		before := d.PageText()
		a, err := d.Article(s)
		if err != nil {
			var refused *cleaner.NotArticleError
			if !errors.As(err, &refused) || a.Title != "" || a.Body != nil {
				t.Fatalf("%v with %+v", err, a)
			}
			return
		}
		checkArticle(t, a)
		again, err := d.Article(s)
		if err != nil || again.Digest() != a.Digest() || d.PageText() != before {
			t.Error("a second reading differs")
		}
	})
}

func FuzzTextDump(f *testing.F) {
	f.Add("Tiêu đề bài báo ở đây\n\n(Dân trí) - Đoạn dẫn của bài báo, đủ dài để là một đoạn văn thật sự trong bài.\n\nẢnh: Hà Linh\n\nThân bài.\n\nTheo Reuters\n", "dantri")
	f.Add("date 2016-04-12\n![]() | Chú thích. Ảnh: AFP\nChú thích ảnh\nx\n  • a\n  1. b\n", "baotintuc")
	f.Add("DNUM_BCZAEZCABG 21:36\n(Baonghean.vn) - NATO.\n", "baonghean")
	f.Fuzz(func(t *testing.T, text, name string) {
		s, _ := sites.ByName(name)
		d, err := cleaner.Read(cleaner.Page{Body: []byte(text), ContentType: "text/plain; charset=utf-8"})
		if err != nil {
			return
		}
		a, err := d.Article(s)
		if err != nil {
			var refused *cleaner.NotArticleError
			if !errors.As(err, &refused) {
				t.Fatal(err)
			}
			return
		}
		checkArticle(t, a)
	})
}

func TestFromTreeReadsTheSame(t *testing.T) {
	for _, f := range cleanertest.Fixtures(t) {
		if f.Layout == "text" {
			continue
		}
		root, err := html.Parse(bytes.NewReader(f.Page.Body))
		if err != nil {
			t.Fatal(err)
		}
		p := f.Page
		p.Body = nil
		a, err := cleaner.FromTree(root, p).Article(f.Site)
		if err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
		b, err := cleaner.Clean(f.Page, f.Site)
		if err != nil || a.Digest() != b.Digest() || len(compare.Changed(a, b)) > 0 {
			t.Errorf("%s: another article, %v", f.Path, err)
		}
		checkArticle(t, a)
	}
}

// A tree of any depth ends in an answer: nothing recurses into it but the
// reading of a body, and that is refused.
func TestDeepTrees(t *testing.T) {
	const depth = 100_000
	root := &html.Node{Type: html.DocumentNode}
	at := root
	for i := range depth {
		n := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
		if i%5 == 1 {
			n.DataAtom, n.Data = atom.B, "b"
		}
		at.AppendChild(n)
		at = n
	}
	const words = "Câu chuyện nằm ở tận đáy của trang, nơi không ai đọc tới, nhưng nó vẫn là một câu chuyện có đầu có cuối."
	at.AppendChild(&html.Node{Type: html.TextNode, Data: words})
	d := cleaner.FromTree(root, cleaner.Page{URL: "https://dantri.com.vn/a/b-20221224083224103.htm"})
	if !strings.HasSuffix(d.PageText(), words) {
		t.Error("the text at the bottom is not shown")
	}
	if _, err := d.Article(cleanertest.Site(t, "dantri")); !errors.Is(err, cleaner.ErrMarkup) {
		t.Errorf("got %v", err)
	}
	if a, err := d.Article(nil); err == nil && !strings.Contains(a.Text, words) {
		t.Errorf("generic: %+v", a)
	}
}
