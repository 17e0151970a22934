package compare

import (
	"fmt"
	"html"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"
)

// sample is one page of a newspaper that its layouts read.
type sample struct {
	name string
	page cleaner.Page
	site *sites.Site
	read Reading
}

// samples are the fixtures of all newspapers that a layout reads, and the real
// pages with them.
func samples(t testing.TB, real bool) []sample {
	t.Helper()
	var list []sample
	add := func(name string, p cleaner.Page, s *sites.Site) {
		if r, ok := readingOf(p, s); ok && r.Article.Layout != "generic" && r.Article.Layout != "text" {
			list = append(list, sample{name, p, s, r})
		}
	}
	for _, f := range cleanertest.Fixtures(t) {
		add(f.Path, f.Page, f.Site)
	}
	if real {
		for _, s := range sites.All() {
			files, err := filepath.Glob(filepath.Join(cleanertest.Shared(t), "pages", s.Name, "*.html"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				p := cleaner.Page{Body: cleanertest.Read(t, f), ContentType: "text/html"}
				if d, err := cleaner.Read(p); err == nil {
					p.URL = d.Canonical()
					add(f, p, s)
				}
			}
		}
	}
	return list
}

func readingOf(p cleaner.Page, s *sites.Site) (Reading, bool) {
	d, err := cleaner.Read(p)
	if err != nil {
		return Reading{}, false
	}
	a, err := d.Article(s)
	return Reading{Article: a, Page: WordsOf(d)}, err == nil
}

var (
	metadata = regexp.MustCompile(`(?is)<meta (?:name|property|itemprop)=[^>]*>|<script[^>]*ld\+json[^>]*>.*?</script>`)
	named    = regexp.MustCompile(`(class|id|data-role|data-slot|itemprop)=("|')`)
)

// renamed is the page in markup that nobody has seen before: other classes and
// ids, no metadata.
func renamed(_ cleaner.Article, body string) string {
	return named.ReplaceAllString(metadata.ReplaceAllString(body, ""), "$1=${2}moi-")
}

// rebuilt is the article in a template that has nothing of the old one, with
// boilerplate of its own.
func rebuilt(a cleaner.Article, _ string) string {
	var b strings.Builder
	e := html.EscapeString
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="%s"><head><meta charset="utf-8"><title>%s - Trang tin mới</title></head><body>
<div class="bar"><a href="/">Trang nhất</a><a href="/xa-hoi">Đời sống</a><a href="/kinh-te">Tiền tệ</a></div>
<main><div class="crumbs"><a href="/">Trang nhất</a> / <a href="/xa-hoi">Đời sống</a></div>
<h1 class="hed">%s</h1><div class="meta"><div>5 giờ trước</div><div>%s</div><a href="#share">Gửi cho bạn bè</a></div>
<div class="dek"><p>%s</p></div><div class="story">`, a.Language, e(string(a.Title)), e(string(a.Title)), e(string(a.Byline)), e(strings.TrimSpace(string(a.Dateline)+" "+string(a.Lead))))
	for i, c := range a.Captions {
		fmt.Fprintf(&b, `<figure><img src="/new/%d.webp"><figcaption>%s</figcaption></figure>`, i, e(c))
	}
	for _, block := range a.Body {
		if block.Kind == cleaner.Row {
			fmt.Fprintf(&b, "<table><tr><td>%s</td></tr></table>\n", strings.ReplaceAll(e(block.Text), "\t", "</td><td>"))
			continue
		}
		fmt.Fprintf(&b, "<p>%s</p>\n", e(strings.TrimSpace(block.Time+" "+block.Speaker+" "+block.Text)))
	}
	fmt.Fprintf(&b, `<p class="sig">%s</p></div><ul class="more"><li><a href="/a.htm">Chợ nổi mở cửa trở lại sau nhiều tháng nghỉ dịch</a></li>
<li><a href="/b.htm">Học trò vùng cao đón năm học mới trong ngôi trường vừa sửa</a></li></ul>
<div class="talk">Ý kiến bạn đọc (12)</div></main><footer>Trang tin mới. Giấy phép số 1.</footer></body></html>`, e(string(a.Source)))
	return b.String()
}

func decoded(p cleaner.Page) string {
	text, _, _ := charset.UTF8(p.Body, p.ContentType)
	return string(text)
}

func laidOut(s sample, body string, in func(cleaner.Article, string) string, a cleaner.Article) (Reading, bool) {
	p := s.page
	p.Body, p.ContentType = []byte(in(a, body)), "text/html; charset=utf-8"
	return readingOf(p, s.site)
}

// designs are what becomes of a page when the newspaper gets a new design.
var designs = map[string]func(cleaner.Article, string) string{"renamed": renamed, "rebuilt": rebuilt}

// onAll runs a test over the fixtures, and over the real pages where they are.
func onAll(t *testing.T, test func(*testing.T, []sample)) {
	own := samples(t, false)
	t.Run("fixtures", func(t *testing.T) {
		list := own
		if testing.Short() {
			list = nil
			for i := 0; i < len(own); i += 2 {
				list = append(list, own[i])
			}
		}
		test(t, list)
	})
	t.Run("real pages", func(t *testing.T) {
		if testing.Short() {
			t.Skip("the fixtures are enough")
		}
		test(t, samples(t, true)[len(own):])
	})
}

// TestRedesignIsNoEdit: the same article in other markup was not edited. Of one
// page in twenty it may be doubted.
func TestRedesignIsNoEdit(t *testing.T) {
	onAll(t, func(t *testing.T, list []sample) {
		for name, design := range designs {
			counts := map[Cause]int{}
			for _, s := range list {
				now, ok := laidOut(s, decoded(s.page), design, s.read.Article)
				if !ok {
					continue // the new page is read by nobody, and no version
				}
				d := Readings(s.read, now)
				counts[d.Cause]++
				if d.Cause == Edited {
					t.Errorf("%s, %s (%s, then %s): %q: %+v", name, s.name, s.read.Article.Layout, now.Article.Layout, d.Changed, d.Edits(s.read.Article, now.Article))
				}
			}
			t.Logf("%s: %v", name, counts)
			if counts[Doubtful] > (len(list)+19)/20 || counts[Relaid] < len(list)/2 {
				t.Errorf("%s: %v", name, counts)
			}
		}
	})
}

// edit is one thing that a newsroom does to an article: it changes the copy that
// it is given, or says that there is nothing to do it to.
type edit struct {
	name string
	sure bool // most of these have to be known from a redesign, not only doubted
	do   func(a *cleaner.Article, pick func(n int) int) bool
}

const afterword = "Cập nhật: đến tối qua, nước đã rút khỏi hai xã ven sông."

var edits = []edit{
	{"a word", true, inSentence(func(words []string, at int) []string { words[at] = "Bắc Kạn"; return words })},
	{"a word more", true, inSentence(func(words []string, at int) []string { return slices.Insert(words, at, "rất") })},
	{"a word less", true, inSentence(func(words []string, at int) []string { return slices.Delete(words, at, at+1) })},
	{"a tone", true, inSentence(func(words []string, at int) []string { words[at] += "\u0301"; return words })},
	{"a capital", true, inSentence(func(words []string, at int) []string { words[at] = strings.ToUpper(words[at]) + "Ô"; return words })},
	{"a figure", true, inSentence(func(words []string, at int) []string { words[at] = "1" + words[at]; return words })},
	{"a paragraph less", true, func(a *cleaner.Article, pick func(int) int) bool {
		if len(a.Body) < 4 {
			return false
		}
		at := pick(len(a.Body))
		a.Body = slices.Delete(a.Body, at, at+1)
		return true
	}},
	{"a paragraph more", true, func(a *cleaner.Article, pick func(int) int) bool {
		if len(a.Body) < 2 {
			return false
		}
		a.Body = slices.Insert(a.Body, 1+pick(len(a.Body)-1), cleaner.Block{Kind: cleaner.Paragraph, Text: "Đến tối qua, nước đã rút khỏi hai xã ven sông và điện đã có lại."})
		return true
	}},
	{"a short line more", false, func(a *cleaner.Article, pick func(int) int) bool {
		if len(a.Body) < 2 {
			return false
		}
		a.Body = slices.Insert(a.Body, 1+pick(len(a.Body)-1), cleaner.Block{Kind: cleaner.Subhead, Text: "Nước rút dần"})
		return true
	}},
	{"an afterword", false, func(a *cleaner.Article, _ func(int) int) bool {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: afterword})
		return true
	}},
	{"paragraphs in another order", false, func(a *cleaner.Article, pick func(int) int) bool {
		if len(a.Body) < 4 {
			return false
		}
		at := pick(len(a.Body) - 1)
		if one, other := a.Body[at], a.Body[at+1]; one.Text == other.Text || min(len(one.Text), len(other.Text)) < 80 || one.Kind == cleaner.Row || other.Kind == cleaner.Row {
			return false
		}
		a.Body[at], a.Body[at+1] = a.Body[at+1], a.Body[at]
		return true
	}},
	{"the title", true, func(a *cleaner.Article, _ func(int) int) bool {
		a.Title = "Nước rút, hai xã ven sông có điện trở lại"
		return true
	}},
	{"a longer title", true, func(a *cleaner.Article, _ func(int) int) bool {
		a.Title += ", hai xã ven sông có điện trở lại"
		return true
	}},
	{"a shorter title", true, func(a *cleaner.Article, _ func(int) int) bool {
		words := strings.Fields(string(a.Title))
		if len(words) < 6 {
			return false
		}
		a.Title = cleaner.Text(strings.Join(words[:len(words)-3], " "))
		return true
	}},
	{"the byline", false, func(a *cleaner.Article, _ func(int) int) bool {
		if a.Byline == "" {
			return false
		}
		a.Byline = "Trần Thị Hoa Mẫu"
		return true
	}},
	{"a caption", false, func(a *cleaner.Article, pick func(int) int) bool {
		if len(a.Captions) == 0 {
			return false
		}
		a.Captions[pick(len(a.Captions))] = "Cầu treo bắc qua suối được dựng lại trong ba ngày."
		return true
	}},
}

// inSentence changes the words of one paragraph.
func inSentence(change func(words []string, at int) []string) func(*cleaner.Article, func(int) int) bool {
	return func(a *cleaner.Article, pick func(int) int) bool {
		at := pick(len(a.Body) + 1)
		text := (*string)(&a.Lead)
		if at < len(a.Body) {
			text = &a.Body[at].Text
		}
		words := strings.Fields(*text)
		if len(words) < 8 || at < len(a.Body) && a.Body[at].Kind == cleaner.Row {
			return false
		}
		*text = strings.Join(change(words, pick(len(words))), " ")
		return true
	}
}

// TestEditInRedesign: whatever a newsroom does to an article in the night in which
// its newspaper gets a new design, it is never taken for the redesign; and most of it is
// told to be an edit.
func TestEditInRedesign(t *testing.T) { onAll(t, editInRedesign) }

func editInRedesign(t *testing.T, list []sample) {
	for _, e := range edits {
		counts := map[Cause]int{}
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range list {
			a := s.read.Article
			a.Body, a.Captions = slices.Clone(a.Body), slices.Clone(a.Captions)
			if !e.do(&a, r.IntN) {
				continue
			}
			now, ok := laidOut(s, "", rebuilt, a)
			if !ok || !readable(s, e, now.Article) {
				continue
			}
			d := Readings(s.read, now)
			if counts[d.Cause]++; d.Cause != Edited && d.Cause != Doubtful {
				t.Errorf("%s, %s (%s, then %s): %q", e.name, s.name, s.read.Article.Layout, now.Article.Layout, d.Cause)
			} else if len(d.Changed) == 0 || len(d.Edits(s.read.Article, now.Article)) == 0 {
				t.Errorf("%s, %s: %s, and nothing is shown", e.name, s.name, d.Cause)
			}
		}
		t.Logf("%s: %v", e.name, counts)
		if e.sure && counts[Edited] < 6*counts[Doubtful] {
			t.Errorf("%s: too seldom told from a redesign: %v", e.name, counts)
		}
	}
}

// readable reports whether an edit can be seen at all: what a reader without layout
// leaves out below the text, and a byline that the old page did not show, cannot.
func readable(s sample, e edit, now cleaner.Article) bool {
	switch e.name {
	case "an afterword":
		return strings.Contains(now.Text, afterword)
	case "the byline":
		d, err := cleaner.Read(s.page)
		a := s.read.Article
		shown := string(now.Byline) + now.Text // a name amid furniture above the text may be in neither
		return err == nil && strings.Contains(shown, "Trần Thị Hoa Mẫu") && strings.Count(d.PageText(), string(a.Byline)) > strings.Count(a.Text+strings.Join(a.Captions, "\n"), string(a.Byline))
	}
	return true
}

// TestCompareIsBounded: pages made to be compared for ever are in doubt instead.
func TestCompareIsBounded(t *testing.T) {
	long := func(layout, word string) Reading {
		var b strings.Builder
		a := cleaner.Article{Layout: layout}
		for i := range 4_000 {
			text := fmt.Sprintf("%s %s %d", strings.Repeat("a ", 20), word, i)
			a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: text})
			fmt.Fprintf(&b, "<p>%s</p>", strings.Repeat("a ", 25))
		}
		d, err := cleaner.Read(cleaner.Page{Body: []byte(b.String()), ContentType: "text/html"})
		if err != nil {
			t.Fatal(err)
		}
		return Reading{Article: a, Page: WordsOf(d)}
	}
	if d := Readings(long("a", "b"), long("c", "d")); d.Cause != Doubtful || !slices.Equal(d.Changed, []string{"body"}) {
		t.Errorf("%s %q", d.Cause, d.Changed)
	}
}

// FuzzCompare: no two pages bring a comparison down; one that is the same is never
// another, and what is no edit shows none.
func FuzzCompare(f *testing.F) {
	page := "<body class=\"%s\"><h1>Cầu Khe Mây thông xe</h1><p>Cây cầu đã thông xe sáng nay.</p><p>Kinh phí là %s tỷ đồng.</p>"
	f.Add(fmt.Sprintf(page, "a", "14"), fmt.Sprintf(page, "b", "15"), "singular-2021", "generic")
	f.Add("<p>a", "", "x", "x")
	f.Add("<a><b></a>x<td>y<br>z", "\xff\u0301", "", "generic")
	f.Fuzz(func(t *testing.T, one, other, layout, another string) {
		reading := func(body, layout string) Reading {
			d, err := cleaner.Read(cleaner.Page{Body: []byte(body), ContentType: "text/html"})
			if err != nil {
				t.Skipf("no page: %v", err)
			}
			a, err := d.Article(nil)
			if err != nil {
				a = cleaner.Article{Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: d.PageText()}}}
			}
			a.Layout = layout
			return Reading{Article: a, Page: WordsOf(d)}
		}
		old, now := reading(one, layout), reading(other, another)
		d := Readings(old, now)
		shown := len(d.Edits(old.Article, now.Article)) > 0
		if changes := d.Cause == Edited || d.Cause == Doubtful; changes != (len(d.Changed) > 0) || shown && !changes {
			t.Errorf("%q: %q, shown %v", d.Cause, d.Changed, shown)
		}
		if again := Readings(old, old); again.Cause != Same {
			t.Errorf("from itself: %q", again.Cause)
		}
	})
}
