package cleaner_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func cleanGeneric(body string) (cleaner.Article, error) {
	return cleaner.Clean(cleaner.Page{Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: "https://bao.example/tin/mot-bai"}, nil)
}

// genericPages are fixtures of templates that no newspaper here has.
func genericPages(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/generic/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in testdata/generic: %v", err)
	}
	return files
}

// TestGenericGolden: each fixture gives its golden article, or its refusal,
// and none of the lines that its comment "not:" names.
func TestGenericGolden(t *testing.T) {
	for _, file := range genericPages(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a, err := cleanGeneric(string(page))
			var got []byte
			var refused *cleaner.NotArticleError
			switch {
			case errors.As(err, &refused):
				got = []byte(err.Error() + "\n")
			case err != nil:
				t.Fatal(err)
			default:
				if got, err = cleaner.Golden(a); err != nil {
					t.Fatal(err)
				}
			}
			for _, line := range marked(string(page), "not") {
				if strings.Contains(a.Text, line) {
					t.Errorf("text holds %q", line)
				}
			}
			golden := strings.TrimSuffix(file, ".html") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("article (-want +got):\n%s", diff)
			}
		})
	}
}

// marked lists the texts of a page's comments <!-- key: text -->.
func marked(page, key string) []string {
	var list []string
	for {
		_, rest, ok := strings.Cut(page, "<!-- "+key+": ")
		if !ok {
			return list
		}
		text, rest, _ := strings.Cut(rest, " -->")
		list, page = append(list, text), rest
	}
}

const paragraph = "Sáng nay, phiên chợ bên sông họp sớm hơn mọi ngày, vì ai cũng muốn về nhà trước khi mưa lớn đổ xuống thung lũng."

// TestGenericRules: what each rule is for, at its smallest.
func TestGenericRules(t *testing.T) {
	body := strings.Repeat("<p>"+paragraph+"</p>", 4)
	for _, tt := range []struct{ name, page, drop, keep string }{
		{"navigation", "<nav><p>Trang chủ, " + paragraph + "</p></nav><article>" + body + "</article>", "Trang chủ", ""},
		{"comments longer than the article", "<article>" + body + "</article><div id=comments>" + strings.Repeat("<p>Tôi thấy rằng "+paragraph+"</p>", 8) + "</div>", "Tôi thấy", ""},
		{"a split body is joined", "<div><div>" + body + "</div><div class=xx><a href=/qc>Mua ngay</a></div><div><p>Đoạn cuối cùng nói rằng chợ tan lúc trưa, khi nước đã lên tới chân cầu, và mọi người ra về.</p></div></div>", "Mua ngay", "Đoạn cuối cùng"},
		{"related list in the body", "<article>" + body + "<ul><li><a href=/b>Một bài khác mà ai cũng đã đọc</a></li></ul>" + body + "</article>", "Một bài khác", ""},
		{"lead-in", "<article>" + body + "<p>Xem thêm: <a href=/b>Lũ về</a> trên sông</p>" + body + "</article>", "Lũ về", ""},
		{"lead above the container", "<main><h1>Chợ bên sông</h1><p>Chợ họp sớm, vì mưa lớn sắp đổ xuống cả thung lũng này.</p><div><div><p>" + strings.Repeat(paragraph+" ", 5) + "</p></div></div></main>", "", "Chợ họp sớm"},
		{"table row", "<article>" + body + "<table><tr><th>Ngày</th><th>Giá</th></tr><tr><td>Hôm nay</td><td>12 nghìn</td></tr></table>" + body + "</article>", "", "Hôm nay\t12 nghìn"},
		{"hidden part", "<article>" + body + "<div style='display: none'><p>Phần ẩn: " + paragraph + "</p></div></article>", "Phần ẩn", ""},
		{"folded article", "<article><div hidden>" + body + "</div></article>", "", "phiên chợ"},
		{"section about the author", "<article>" + body + body + "<h3>Về tác giả</h3><p>Người viết sống ở ven sông đã lâu năm, và thường kể chuyện chợ.</p></article>", "ven sông đã lâu", ""},
		{"empty heading", "<article>" + body + "<h2>Không có gì ở dưới</h2></article>", "Không có gì", ""},
		{"br as paragraphs", "<div>" + strings.Repeat(paragraph+"<br><br>", 4) + "</div>", "", "phiên chợ"},
		{"a row of other articles of the site", "<article>" + body + "<div>" + strings.Repeat("<div><h3><a href=/b>Một bài khác</a></h3><p>Ở làng bên, người ta cũng họp chợ vào những ngày lẻ.</p></div>", 3) + "</div></article>", "làng bên", ""},
		{"headings that lead to other sites", "<article>" + body + "<div>" + strings.Repeat("<div><h3><a href=https://cho.example/b>Một chợ khác</a></h3><p>Ở làng bên, người ta cũng họp chợ vào những ngày lẻ.</p></div>", 3) + "</div></article>", "", "làng bên"},
		{"headings that lead down the page", "<article>" + body + "<div>" + strings.Repeat("<div><h3><a href=https://bao.example/tin/mot-bai#b>Một đoạn</a></h3><p>Ở làng bên, người ta cũng họp chợ vào những ngày lẻ.</p></div>", 3) + "</div></article>", "", "làng bên"},
		{"hints on a wrapper of all", "<div class='social share promo'>" + body + "</div>", "", "phiên chợ"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := cleanGeneric("<!doctype html><html><head><title>Chợ bên sông</title></head><body>" + tt.page + "</body></html>")
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(a.Text, "phiên chợ") {
				t.Errorf("the article itself is lost: %q", a.Text)
			}
			if tt.drop != "" && strings.Contains(a.Text, tt.drop) {
				t.Errorf("text holds %q", tt.drop)
			}
			if !strings.Contains(a.Text, tt.keep) {
				t.Errorf("text lacks %q: %q", tt.keep, a.Text)
			}
		})
	}
}

// TestGenericRefuses: what is no article is refused, never given whole.
func TestGenericRefuses(t *testing.T) {
	teaser := "<div><h3><a href=/b>Một bài báo nào đó về chợ bên sông</a></h3><p>" + paragraph + "</p></div>"
	for name, page := range map[string]string{
		"no text":      "<body></body>",
		"a menu":       "<body><nav>" + strings.Repeat("<a href=/x>Mục</a> ", 50) + "</nav></body>",
		"a short line": "<body><p>Xin chào.</p></body>",
		"four teasers": "<head><title>Báo</title></head><body>" + strings.Repeat(teaser, 4) + "</body>",
		"a list":       "<head><title>Báo</title></head><body>" + strings.Repeat(teaser, 14) + "</body>",
	} {
		t.Run(name, func(t *testing.T) {
			a, err := cleanGeneric(page)
			var refused *cleaner.NotArticleError
			if !errors.As(err, &refused) {
				t.Errorf("got %v, %q; want a refusal", err, a.Text)
			}
		})
	}
}

// TestFromTreeOfAnyDepth: html.Parse stops at 512 elements, other parsers may
// not; the stack does not grow with the tree.
func TestFromTreeOfAnyDepth(t *testing.T) {
	old := debug.SetMaxStack(1 << 20)
	defer debug.SetMaxStack(old)
	root, err := html.Parse(strings.NewReader("<title>Chợ bên sông</title>" + strings.Repeat("<p>"+paragraph+"</p>", 4)))
	if err != nil {
		t.Fatal(err)
	}
	body := root.FirstChild.LastChild
	for range 200_000 {
		div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		for c := body.FirstChild; c != nil; c = body.FirstChild {
			body.RemoveChild(c)
			div.AppendChild(c)
		}
		body.AppendChild(div)
	}
	a, err := cleaner.FromTree(root, cleaner.Page{}).Article(nil)
	if err != nil || !strings.Contains(a.Text, "phiên chợ") {
		t.Errorf("got %v, %q", err, a.Text)
	}
}

// TestGenericLinked: a page drawn by scripts is read from its JSON-LD.
func TestGenericLinked(t *testing.T) {
	ld, err := json.Marshal(map[string]string{"@type": "NewsArticle", "headline": "Chợ bên sông", "articleBody": strings.Repeat(paragraph+"\n", 6)})
	if err != nil {
		t.Fatal(err)
	}
	a, err := cleanGeneric(`<script type="application/ld+json">` + string(ld) + `</script><div id=app></div>`)
	if err != nil || len(a.Body) != 6 || a.Title != "Chợ bên sông" {
		t.Errorf("got %v, %+v", err, a)
	}
}

// TestGenericBounded: hostile pages end soon. The limit is generous; what is
// quadratic takes minutes.
func TestGenericBounded(t *testing.T) {
	for name, page := range map[string]string{
		"tables":         strings.Repeat("<table><tr><td>"+paragraph+"</td></tr></table>", 20_000),
		"headings":       strings.Repeat("<h2>Related</h2>", 100_000) + strings.Repeat("<p>"+paragraph+"</p>", 1000),
		"ending boxes":   strings.Repeat("<div><h2>Related</h2><p>"+paragraph+"</p></div>", 20_000),
		"words of class": "<div class='" + strings.Repeat("share-", 500_000) + "'><p>" + paragraph + "</p></div>",
		"depth":          strings.Repeat("<div>", 400) + strings.Repeat("<p>"+paragraph+"</p>", 5000),
		"inline depth":   strings.Repeat("<span>", 400) + strings.Repeat("x ", 500_000),
		"open links":     strings.Repeat("<a href=x>"+"chợ ", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := cleanGeneric(page)
			var refused *cleaner.NotArticleError
			if err != nil && !errors.As(err, &refused) && !errors.Is(err, cleaner.ErrMarkup) {
				t.Errorf("unexpected error %v", err)
			}
			if took := time.Since(start); took > 2*time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

// FuzzGeneric: any page gives one answer, twice the same, of clean text that
// the page holds.
func FuzzGeneric(f *testing.F) {
	for _, file := range genericPages(f) {
		page, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(page))
	}
	f.Add("<p>" + paragraph + "<br><br>" + paragraph + "<table><tr><td>a<td>b</table><div hidden>" + paragraph)
	f.Add("<h1>\xff\xfe</h1><p>" + paragraph + "\x00\u00ad\u200b</p>")
	f.Fuzz(func(t *testing.T, page string) {
		a, err := cleanGeneric("<html>" + page)
		b, again := cleanGeneric("<html>" + page)
		if (err == nil) != (again == nil) || a.Digest() != b.Digest() {
			t.Fatal("two answers to one page")
		}
		if err != nil {
			if a.Text != "" || a.Body != nil {
				t.Error("an error with an article")
			}
			return
		}
		if len(a.Body) == 0 {
			t.Error("an article without a body")
		}
		for _, block := range a.Body {
			if block.Text == "" || strings.TrimSpace(block.Text) != block.Text && block.Kind != cleaner.Row {
				t.Errorf("block of %q", block.Text)
			}
		}
	})
}

// BenchmarkCleanGeneric reads pages of unknown sites, bytes to article, and
// reports how many times html.Parse of the same pages that takes ("x-parse").
func BenchmarkCleanGeneric(b *testing.B) {
	files, err := filepath.Glob(filepath.Join(cleanertest.Shared(b), "generic", "html", "*.html.gz"))
	if err != nil || len(files) == 0 {
		b.Fatal("no pages", err)
	}
	var pages [][]byte
	size := 0
	for i := 0; i < len(files); i += 6 {
		page := gunzip(b, files[i])
		pages = append(pages, page)
		size += len(page)
	}
	parse := func() {
		for _, p := range pages {
			if _, err := html.Parse(bytes.NewReader(p)); err != nil {
				b.Fatal(err)
			}
		}
	}
	clean := func() {
		for _, p := range pages {
			if _, err := cleaner.Clean(cleaner.Page{Body: p, ContentType: "text/html; charset=utf-8"}, nil); err != nil {
				var refused *cleaner.NotArticleError
				if !errors.As(err, &refused) {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			parse()
		}
	})
	b.Run("clean", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		parsing, cleaning := time.Hour, time.Hour // of the fastest rounds
		for b.Loop() {
			at := time.Now()
			clean()
			cleaning = min(cleaning, time.Since(at))
			b.StopTimer()
			at = time.Now()
			parse()
			parsing = min(parsing, time.Since(at))
			b.StartTimer()
		}
		b.ReportMetric(float64(cleaning)/float64(parsing), "x-parse")
	})
}

func gunzip(tb testing.TB, file string) []byte {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	page, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return page
}
