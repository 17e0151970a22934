package redline

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// edited compares two articles that one layout read.
func edited(old, now cleaner.Article) Redline {
	d := compare.Readings(compare.Reading{Article: old}, compare.Reading{Article: now})
	return Of(d, old, now)
}

func article(title string, body ...string) cleaner.Article {
	a := cleaner.Article{Title: cleaner.Text(title), Layout: "x"}
	for _, text := range body {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: text})
	}
	return a
}

// show writes a redline for people: [-gone-], {+come+}, a number with #, a name with @.
func show(r Redline) string {
	var b strings.Builder
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%s", row.Field)
		if len(row.Old)+len(row.New) > 0 {
			fmt.Fprintf(&b, " %v→%v", row.Old, row.New)
		}
		fmt.Fprintf(&b, " %s", row.Kind)
		if row.Edited {
			b.WriteString(" edited")
		}
		if row.Beside {
			b.WriteString(" beside")
		}
		b.WriteString(": " + showSpans(row.Spans) + "\n")
	}
	fmt.Fprintf(&b, "%+v", r.Size)
	if r.Relaid {
		b.WriteString(" relaid")
	}
	return b.String() + "\n"
}

func showSpans(list []Span) string {
	var b strings.Builder
	for _, s := range list {
		mark := map[Class]string{Number: "#", Name: "@"}[s.Class]
		text := mark + strings.ReplaceAll(s.Text, Break, "¶")
		switch s.Op {
		case Old:
			text = "[-" + text + "-]"
		case New:
			text = "{+" + text + "+}"
		}
		b.WriteString(s.Gap + text)
	}
	return b.String()
}

const (
	ferry  = "Bến đò ngang cuối xã vẫn chở khách dù cầu mới đã xong."
	rower  = "Ông lái đò Trần Văn Bảy năm nay 60 tuổi, chèo từ ngày còn là trai tráng trong làng."
	trip   = "Mỗi chuyến qua sông mất mười phút, khách trả 5.000 đồng hoặc mớ rau."
	pupils = "Học trò đi đò sang trường bên kia vào sáng sớm và về lúc xế chiều."
	mayor  = "Chủ tịch xã Lê Thị Hoa nói bến đò sẽ được giữ lại cho khách đến thăm làng nghề."
)

// TestOf: what a reader is shown, read by a person.
func TestOf(t *testing.T) {
	base := article("Bến đò cuối xã", ferry, rower, trip, pupils, mayor)
	base.Lead, base.Byline = "Cầu mới đã thông xe, đò vẫn chạy.", "An Nhiên"
	for _, tt := range []struct {
		name   string
		change func(*cleaner.Article)
	}{
		{"a number, a numeral, a name", func(a *cleaner.Article) {
			a.Body[1].Text = strings.Replace(rower, "60", "62", 1)
			a.Body[2].Text = strings.NewReplacer("mười phút", "năm phút", "5.000", "7.500").Replace(trip)
			a.Body[4].Text = strings.Replace(mayor, "Lê Thị Hoa", "Lê Thị Hòa", 1)
		}},
		{"moved, and moved and edited", func(a *cleaner.Article) {
			b := a.Body
			b[4].Text = strings.Replace(mayor, "sẽ được giữ lại", "sẽ không được giữ lại", 1)
			a.Body = []cleaner.Block{b[4], b[0], b[2], b[1], b[3]}
		}},
		{"split, merged", func(a *cleaner.Article) {
			head, tail, _ := strings.Cut(rower, ", ")
			a.Body = []cleaner.Block{a.Body[0], {Kind: cleaner.Paragraph, Text: head + "."}, {Kind: cleaner.Paragraph, Text: "Ông " + tail}, {Kind: cleaner.Paragraph, Text: trip + " " + pupils}, a.Body[4]}
		}},
		{"a sentence came, one went", func(a *cleaner.Article) {
			a.Body[0].Text = ferry + " Đò chạy từ 5h đến 18h30."
			a.Body = slices.Delete(a.Body, 3, 4)
			a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: "UBND xã Tân Lập cho biết đã chi 1,2 tỷ đồng, tăng 15% so với năm 2015."})
		}},
		{"a sentence that ends alike went", func(a *cleaner.Article) {
			a.Body[4].Text = mayor + " Xã sẽ lát lại bến, thay thế những làng nghề không còn ai làm nghề."
		}},
		{"another title, no byline, tags", func(a *cleaner.Article) {
			a.Title, a.Byline, a.Tags = "Giữ lại bến đò", "", []string{"đò", "Hà Nội"}
		}},
		{"set otherwise is no edit", func(a *cleaner.Article) { a.Title = "Bến  đò cuối xã" }},
		{"rewritten", func(a *cleaner.Article) {
			*a = article("Lò gốm đỏ lửa", "Lò gốm duy nhất của huyện đỏ lửa trở lại sau bốn năm nguội lạnh.", "Mẻ đầu tiên có ba trăm chum vại, đặt trước cho các nhà làm nước mắm.")
		}},
		{"captions", func(a *cleaner.Article) { a.Captions = []string{"Bến đò lúc 6h. Ảnh: Hà Vy"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := base
			now.Body = slices.Clone(base.Body)
			tt.change(&now)
			golden(t, tt.name, show(edited(base, now))+"\n"+show(edited(now, base)))
		})
	}
}

// golden holds a text against the one in testdata; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + strings.Map(func(r rune) rune {
		if r == ' ' || r == ',' {
			return '-'
		}
		return r
	}, name) + ".txt"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what came:\n%s", file, got)
	}
}

// words draws texts of few words, so that much comes again.
func words(t *rapid.T, label string, least, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(strings.Fields("Hà Nội, ngày 8/4 có 1.200 người 5% và ông An bà “Bình” nói: Không. được! đò–xe … Cuối e\u0301 👩🏽‍🚒 TP.HCM")), least, most).Draw(t, label), " ")
}

func drawArticle(t *rapid.T) cleaner.Article {
	a := cleaner.Article{Title: cleaner.Text(words(t, "title", 0, 6)), Lead: cleaner.Text(words(t, "lead", 0, 9)), Byline: cleaner.Text(words(t, "byline", 0, 2)), Layout: "x"}
	for range rapid.IntRange(0, 7).Draw(t, "blocks") {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: words(t, "block", 1, 14)})
	}
	for range rapid.IntRange(0, 3).Draw(t, "captions") {
		a.Captions = append(a.Captions, words(t, "caption", 1, 6))
	}
	return a
}

// drawLater changes an article as newsrooms do, or draws another one.
func drawLater(t *rapid.T, a cleaner.Article) cleaner.Article {
	if rapid.IntRange(0, 3).Draw(t, "another") == 0 {
		return drawArticle(t)
	}
	a.Body = slices.Clone(a.Body)
	for range rapid.IntRange(0, 4).Draw(t, "edits") {
		n := len(a.Body)
		if n == 0 {
			break
		}
		i, j := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.IntRange(0, n-1).Draw(t, "j")
		switch rapid.IntRange(0, 4).Draw(t, "edit") {
		case 0:
			a.Body[i], a.Body[j] = a.Body[j], a.Body[i]
		case 1:
			a.Body[i].Text += " " + words(t, "more", 1, 4)
		case 2:
			a.Body = slices.Delete(a.Body, i, i+1)
		case 3: // split
			w := strings.Fields(a.Body[i].Text)
			at := len(w) / 2
			if at > 0 {
				a.Body[i].Text = strings.Join(w[:at], " ")
				a.Body = slices.Insert(a.Body, i+1, cleaner.Block{Kind: cleaner.Paragraph, Text: strings.Join(w[at:], " ")})
			}
		case 4: // merge
			if i+1 < n {
				a.Body[i].Text += " " + a.Body[i+1].Text
				a.Body = slices.Delete(a.Body, i+1, i+2)
			}
		}
	}
	return a
}

func set(s string) string { return strings.Join(strings.Fields(typography.Replace(s)), " ") }

// sideOf puts one side together again.
func sideOf(r Redline, side Op) (single map[string]string, blocks map[string][]string) {
	single, blocks = map[string]string{}, map[string][]string{}
	for _, row := range r.Rows {
		numbers := row.New
		if side == Old {
			numbers = row.Old
		}
		text := row.Text(side)
		if row.Field != "body" && row.Field != "captions" {
			single[row.Field] = set(text)
			continue
		}
		parts := strings.Split(text, Break)
		if len(numbers) == 0 {
			continue
		}
		for i, n := range numbers {
			for len(blocks[row.Field]) < n {
				blocks[row.Field] = append(blocks[row.Field], "")
			}
			if i < len(parts) {
				blocks[row.Field][n-1] += set(parts[i])
			}
		}
	}
	return single, blocks
}

// TestSides: what one side says, put together, is that article; no letter is cut from its tone;
// the size is what the spans say.
func TestSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := drawArticle(t)
		now := drawLater(t, old)
		r := edited(old, now)
		for _, s := range []struct {
			side Op
			a    cleaner.Article
		}{{Old, old}, {New, now}} {
			single, blocks := sideOf(r, s.side)
			if got, want := single["title"], set(string(s.a.Title)); got != want {
				t.Fatalf("title of %s: %q, not %q\n%s", s.side, got, want, show(r))
			}
			if got, want := single["lead"], set(string(s.a.Lead)); got != want {
				t.Fatalf("lead of %s: %q, not %q\n%s", s.side, got, want, show(r))
			}
			for i, b := range s.a.Body {
				if got, want := blocks["body"][i], set(b.Text); got != want {
					t.Fatalf("paragraph %d of %s: %q, not %q\n%s", i+1, s.side, got, want, show(r))
				}
			}
			if len(blocks["body"]) != len(s.a.Body) || len(blocks["captions"]) != len(s.a.Captions) {
				t.Fatalf("%d paragraphs of %s, not %d\n%s", len(blocks["body"]), s.side, len(s.a.Body), show(r))
			}
		}
		for _, row := range r.Rows {
			for _, s := range row.Spans {
				first, _ := utf8.DecodeRuneInString(s.Text)
				if s.Text == "" || unicode.IsMark(first) || first == 0x200d || !utf8.ValidString(s.Text) || s.Text != strings.Trim(s.Text, " ") {
					t.Fatalf("a span %q", s.Text)
				}
			}
			if changes := slices.ContainsFunc(row.Spans, func(s Span) bool { return s.Op != Stays }); changes == (row.Kind == Same) && row.Kind != Moved {
				t.Fatalf("a row that is %s: %s", row.Kind, showSpans(row.Spans))
			}
		}
		if len(compare.Changed(old, now)) == 0 && r.Changed() {
			t.Fatalf("nothing changed, says compare:\n%s", show(r))
		}
	})
}

func TestSameIsSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawArticle(t)
		if r := edited(a, a); r.Changed() || r.Size != (Size{}) {
			t.Fatal(show(r))
		}
	})
}

// TestPermutation: paragraphs in another order were moved, and nothing else.
func TestPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawArticle(t)
		b := a
		b.Body = rapid.Permutation(a.Body).Draw(t, "order")
		r := edited(a, b)
		for _, row := range r.Rows {
			if row.Kind != Same && (row.Kind != Moved || row.Edited) {
				t.Fatal(show(r))
			}
		}
		if r.Size.Gone+r.Size.Came > 0 || r.Size.Moved >= max(len(a.Body), 1) {
			t.Fatal(show(r))
		}
	})
}

// TestShortest: the words that stay are as many as can be, held against the plain table.
func TestShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := comparison{words: newInterner(), left: mostSteps}
		draw := func(label string) []token {
			return c.words.tokens(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 12).Draw(t, label), " "))
		}
		a, b := draw("old"), draw("new")
		kept := len(a)
		for _, ch := range c.changes(a, b) {
			kept -= ch.i2 - ch.i1
		}
		table := make([][]int, len(a)+1)
		for i := range table {
			table[i] = make([]int, len(b)+1)
			for j := range table[i] {
				switch {
				case i == 0 || j == 0:
				case a[i-1].key == b[j-1].key:
					table[i][j] = table[i-1][j-1] + 1
				default:
					table[i][j] = max(table[i-1][j], table[i][j-1])
				}
			}
		}
		if kept != table[len(a)][len(b)] {
			t.Fatalf("%d words stay, not %d", kept, table[len(a)][len(b)])
		}
	})
}

// TestNamesAndNumbers: what is told apart.
func TestNamesAndNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"Ông Nguyễn Văn An đến Hà Nội.":    "@Nguyễn @Văn @An @Hà @Nội",
		"Trời mưa to. Mưa từ Nghệ An vào.": "@Nghệ @An",
		"Hà Nội mưa":                                   "@Hà @Nội",
		"UBND TP.HCM chi 1,2 tỷ đồng":                  "@UBND @TP.HCM #1,2",
		"ngày 08/04/2016, lúc 10h30, tăng 15% và $5":   "#08/04/2016 #10h30 #15% #$5",
		"THỦ TƯỚNG THĂM HÀ NỘI NĂM 2016":               "#2016",
		"Ông nói: Chúng tôi đến. “Không” là không":     "",
		"từ 2015–2016, 3-4 người, nhiệt độ 35°C":       "#2015–2016 #3-4 #35°C",
		"Covid-19 ở Tân An; máy bay Su-30":             "@Tân @An @Su-30",
		"The Prime Minister met Mr. Smith on 5 April.": "@Prime @Minister @Mr @Smith #5 @April",
	} {
		var got []string
		for _, tok := range newInterner().tokens(text) {
			switch tok.class {
			case Number:
				got = append(got, "#"+tok.text)
			case Name:
				got = append(got, "@"+tok.text)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, not %s", text, strings.Join(got, " "), want)
		}
	}
}

// read reads a page by no layout, and says that one read it.
func read(t *testing.T, layout, page string) compare.Reading {
	t.Helper()
	d, err := cleaner.Read(cleaner.Page{Body: []byte("<!doctype html><html lang=vi><head><title>Bến đò cuối xã</title></head><body>" + page + "</body></html>"), ContentType: "text/html; charset=utf-8"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Article(nil)
	if err != nil {
		t.Fatal(err)
	}
	a.Layout = layout
	return compare.Reading{Article: a, Page: compare.WordsOf(d)}
}

// TestRelaid: what another layout alone makes differ stays out, and an edit that came with it
// stays in.
func TestRelaid(t *testing.T) {
	p := func(list ...string) string { return "<p>" + strings.Join(list, "</p><p>") + "</p>" }
	old := read(t, "earlier", "<article><h1>Bến đò cuối xã</h1>"+p(ferry, rower, trip, pupils, mayor)+"</article>")
	old.Article.Lead, old.Article.Body = cleaner.Text(old.Article.Body[0].Text), old.Article.Body[1:]
	now := read(t, "later", "<main><h1>Bến đò cuối xã</h1><div class=t>"+p(ferry, strings.Replace(rower, "60", "62", 1), trip, pupils, mayor)+"</div></main>")
	now.Article.Lead, now.Article.Tags = "", []string{"đò"}
	if len(now.Article.Body) != 5 || now.Article.Body[0].Text != ferry {
		t.Fatalf("%+v", now.Article)
	}
	golden(t, "relaid", show(Of(compare.Readings(old, now), old.Article, now.Article))+"\n"+show(Of(compare.Readings(now, old), now.Article, old.Article)))

	same := read(t, "later", "<main><h1>Bến đò cuối xã</h1><div class=t>"+p(ferry, rower, trip, pupils, mayor)+"</div></main>")
	if r := Of(compare.Readings(old, same), old.Article, same.Article); r.Changed() || !r.Relaid {
		t.Error(show(r))
	}
}

// TestExcerpt: the first place of a row that changed.
func TestExcerpt(t *testing.T) {
	long := strings.Repeat("một hai ba bốn năm ", 8)
	old := article("x", long+"giá 5.000 đồng "+long+"cuối 3.", ferry, long+pupils)
	now := article("x", long+"giá 7.000 đồng "+long+"cuối 4.", long+pupils, ferry)
	var got []string
	for _, row := range edited(old, now).Rows {
		if row.Changed() {
			got = append(got, showSpans(row.Excerpt(3, 6)))
		}
	}
	if want := "… bốn năm giá [-#5.000-] {+#7.000+} đồng một hai …|Bến đò ngang cuối xã vẫn …"; strings.Join(got, "|") != want {
		t.Errorf("%s, not %s", strings.Join(got, "|"), want)
	}
}

// A word that never ends does not make an excerpt long.
func TestExcerptOfLongWords(t *testing.T) {
	long := strings.Repeat("ấ", 50_000)
	for _, row := range edited(article("x", long+" 5 "+long), article("x", long+" 7 "+long+"b")).Rows {
		for _, s := range row.Excerpt(8, 24) {
			if len(s.Text) > 20*longWord || !utf8.ValidString(s.Text) {
				t.Errorf("%d bytes: %.80q", len(s.Text), s.Text)
			}
		}
	}
}

// longText is an article of so many words, a hundred a paragraph.
func longText(words int, seed int64, vocabulary int) cleaner.Article {
	r := rand.New(rand.NewSource(seed))
	a := article("Bài dài")
	for n := 0; n < words; n += 100 {
		var p []string
		for range 100 {
			p = append(p, fmt.Sprintf("từ%d", r.Intn(vocabulary)+int(seed)*vocabulary))
		}
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: strings.Join(p, " ") + "."})
	}
	return a
}

// oneParagraph is the same in one paragraph, as text dumps have it.
func oneParagraph(a cleaner.Article) cleaner.Article {
	var all []string
	for _, b := range a.Body {
		all = append(all, b.Text)
	}
	return article("Bài dài", strings.Join(all, " "))
}

// hard are pairs of articles that cost much.
func hard() map[string][2]cleaner.Article {
	with := func(a cleaner.Article, every int) cleaner.Article {
		a.Body = slices.Clone(a.Body)
		for i := range a.Body {
			w := strings.Fields(a.Body[i].Text)
			for k := 0; k < len(w); k += every {
				w[k] = "khác"
			}
			a.Body[i].Text = strings.Join(w, " ")
		}
		return a
	}
	long := longText(10_000, 1, 3000)
	few := longText(10_000, 0, 3)
	lines := article("Dòng")
	for i := range 10_000 {
		lines.Body = append(lines.Body, cleaner.Block{Kind: cleaner.Live, Text: fmt.Sprintf("dòng %d", i%50)})
	}
	return map[string][2]cleaner.Article{
		"all different":         {long, longText(10_000, 2, 3000)},
		"one in ten":            {long, with(long, 10)},
		"one in two":            {long, with(long, 2)},
		"one paragraph":         {oneParagraph(long), oneParagraph(with(long, 5))},
		"one paragraph, others": {oneParagraph(long), oneParagraph(longText(10_000, 2, 3000))},
		"three words":           {few, longText(10_000, 0, 4)},
		"three words, one":      {oneParagraph(few), oneParagraph(longText(10_000, 0, 4))},
		"ten thousand lines":    {lines, with(lines, 2)},
	}
}

// TestBounded: nothing takes long. The limit is far from what it takes, for machines that are slow.
func TestBounded(t *testing.T) {
	for name, pair := range hard() {
		start := time.Now()
		r := edited(pair[0], pair[1])
		d := compare.Readings(compare.Reading{Article: pair[0]}, compare.Reading{Article: pair[1]})
		whole := time.Since(start)
		start = time.Now()
		Of(d, pair[0], pair[1])
		took := time.Since(start)
		t.Logf("%s: %v (with compare %v) %+v", name, took, whole, r.Size)
		if took > 2*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	for name, pair := range hard() {
		d := compare.Readings(compare.Reading{Article: pair[0]}, compare.Reading{Article: pair[1]})
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Of(d, pair[0], pair[1])
			}
		})
	}
}
