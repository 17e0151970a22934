package cleaner

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner/challenge"
	"baoluu/sites"
)

// tale is an article as the newspaper's markup has it: text is its lead and its
// paragraphs, a bar between.
type tale struct {
	title, text, canonical string
	number                 int       // on its element, 0 for the page's own
	day                    time.Time // zero for none
}

const taleNumber = 4711

func (s tale) page() string {
	lead, text, _ := strings.Cut(s.text, "|")
	var b strings.Builder
	fmt.Fprintf(&b, `<html><head><title>%s | VOV.VN</title>`, s.title)
	if s.canonical != "" {
		fmt.Fprintf(&b, `<link rel="canonical" href="%s">`, s.canonical)
	}
	number := s.number
	if number == 0 {
		number = taleNumber
	}
	fmt.Fprintf(&b, `</head><body><article class="detail" data-history-node-id="%d"><h1 class="article-title">%s</h1>`, number, s.title)
	if !s.day.IsZero() {
		fmt.Fprintf(&b, `<div class="article-date"><div class="col-md-4">%s</div></div>`, s.day.Format("15:04, 02/01/2006"))
	}
	fmt.Fprintf(&b, `<div class="article-summary"><h2>%s</h2></div><div class="article-content"><div class="text-long">`, lead)
	for p := range strings.SplitSeq(text, "|") {
		fmt.Fprintf(&b, "<p>%s</p>", p)
	}
	b.WriteString(`</div></div></article></body></html>`)
	return b.String()
}

// readingOf reads a page as an answer at the address of the tale.
func readingOf(t testing.TB, body string) (Reading, error) {
	t.Helper()
	site, _ := sites.ByName("vov")
	d, err := Read(Page{Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: fmt.Sprintf("https://vov.vn/xa-hoi/bai-post%d.vov", taleNumber), Answer: true})
	if err != nil {
		return Reading{}, err
	}
	a, err := d.Article(site)
	return Reading{Article: a, Page: d.Words()}, err
}

const (
	ferry = "Bến đò ngang cuối xã vẫn chở khách dù cầu mới đã xong.|Ông lái đò năm nay sáu mươi tuổi, chèo từ ngày còn là trai tráng trong làng.|Mỗi chuyến qua sông mất mười phút, khách trả vài nghìn đồng hoặc mớ rau.|Học trò đi đò sang trường bên kia vào sáng sớm và về lúc xế chiều.|Chủ tịch xã nói bến đò sẽ được giữ lại cho khách đến thăm làng nghề."
	kiln  = "Lò gốm duy nhất của huyện đỏ lửa trở lại sau bốn năm nguội lạnh.|Mẻ đầu tiên có ba trăm chum vại, đặt trước cho các nhà làm nước mắm.|Thợ cả dạy nghề cho sáu thanh niên vừa từ thành phố về quê.|Đất sét lấy ở bãi bồi, phơi đủ bốn mươi ngày nắng mới đem nhào.|Khói lò bốc lên từ tờ mờ sáng, cả xóm lại nghe tiếng bàn xoay."
)

// TestStandIn: which of two articles of one page is not the page's, and what nobody can
// tell. The other way round nothing stands in that did not before.
func TestStandIn(t *testing.T) {
	day := time.Date(2026, 11, 27, 10, 15, 0, 0, sites.Zone)
	story := tale{title: "Bến đò cuối xã", text: ferry, day: day}
	with := func(change func(*tale)) string {
		s := story
		change(&s)
		return s.page()
	}
	lead, _, _ := strings.Cut(ferry, "|")
	first := strings.Join(strings.Split(ferry, "|")[:2], "|")
	other := "https://vov.vn/xa-hoi/bai-khac-post4812.vov"
	for name, tt := range map[string]struct {
		old, now string
		which    StandIn
		doubt    bool
	}{
		"the same":           {story.page(), story.page(), NoStandIn, false},
		"a word":             {story.page(), with(func(s *tale) { s.text = strings.Replace(ferry, "mười phút", "năm phút", 1) }), NoStandIn, false},
		"rewritten":          {story.page(), with(func(s *tale) { s.title, s.text = "Lò gốm đỏ lửa", kiln }), NoStandIn, false},
		"another day, too":   {story.page(), with(func(s *tale) { s.title, s.text, s.day = "Lò gốm đỏ lửa", kiln, day.AddDate(0, 0, 2) }), NoStandIn, false},
		"shortened":          {story.page(), with(func(s *tale) { s.text = first }), NoStandIn, false},
		"a live blog":        {with(func(s *tale) { s.text = first + "|Tiếp tục cập nhật" }), story.page(), NoStandIn, false},
		"another's number":   {story.page(), with(func(s *tale) { s.title, s.text, s.number = "Lò gốm đỏ lửa", kiln, 4812 }), LaterStandsIn, false},
		"another's address":  {story.page(), with(func(s *tale) { s.title, s.text, s.number, s.canonical = "Lò gốm đỏ lửa", kiln, 4812, other }), LaterStandsIn, false},
		"another came first": {with(func(s *tale) { s.title, s.text, s.number = "Lò gốm đỏ lửa", kiln, 4812 }), story.page(), EarlierStandIn, false},
		"one of a series, with most of the words": {story.page(), with(func(s *tale) {
			s.title, s.number, s.canonical, s.day = "Bến đò cuối xã, kỳ 2", 4812, other, day.AddDate(0, 0, 1)
		}), LaterStandsIn, false},
		"the same under a new number":   {story.page(), with(func(s *tale) { s.number, s.canonical = 4812, other }), NoStandIn, false},
		"a wall":                        {story.page(), with(func(s *tale) { s.text = lead + "|Vui lòng đăng nhập để đọc tiếp." }), LaterStandsIn, false},
		"a wall behind the first words": {story.page(), with(func(s *tale) { s.text = first + "|Bạn cần đăng nhập để đọc tiếp bài viết này." }), LaterStandsIn, false},
		"a wall came first":             {with(func(s *tale) { s.text = first + "|Bạn cần đăng nhập để đọc tiếp bài viết này." }), story.page(), EarlierStandIn, false},
		"an error in the text's place":  {story.page(), with(func(s *tale) { s.text = lead + "|Warning: fopen(): failed to open stream in /w/a.php on line 7" }), LaterStandsIn, false},
		"without its text":              {story.page(), with(func(s *tale) { s.text = lead + "|Đang cập nhật..." }), LaterStandsIn, false},
		"a template's names":            {story.page(), with(func(s *tale) { s.text = lead + "|{{article.body}}" }), LaterStandsIn, false},
		"a word of the newsroom":        {story.page(), with(func(s *tale) { s.text = lead + "|Tòa soạn đã gỡ nội dung này." }), NoStandIn, true},
		"a line instead of all": {story.page(), with(func(s *tale) {
			s.text = "|Bến đò đã đóng cửa từ hôm qua, tòa soạn xin lỗi vì bài trước."
		}), NoStandIn, true},
		"and back":                         {with(func(s *tale) { s.text = lead + "|Tòa soạn đã gỡ nội dung này." }), story.page(), NoStandIn, true},
		"a flash that grows":               {with(func(s *tale) { s.text = lead + "|Đang cập nhật..." }), story.page(), NoStandIn, true},
		"an article about walls shortened": {with(func(s *tale) { s.text = lead + "|Từ nay độc giả phải đăng nhập." + ferry }), with(func(s *tale) { s.text = lead + "|Vui lòng đăng nhập để đọc tiếp." }), NoStandIn, true},
		"no title":                         {story.page(), with(func(s *tale) { s.title = "undefined" }), LaterStandsIn, false},
	} {
		t.Run(name, func(t *testing.T) {
			old, err := readingOf(t, tt.old)
			if err != nil {
				t.Fatal(err)
			}
			now, err := readingOf(t, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			which, doubt := standIn(old, now)
			if which != tt.which || doubt != tt.doubt {
				t.Errorf("%q, doubt %v", which, doubt)
			}
			back, _ := standIn(now, old)
			if back != NoStandIn && back == which {
				t.Errorf("there and back: %q", back)
			}
		})
	}
}

// TestUnfilled: a template that nobody filled is no article on a first look either; one
// that has little to say is.
func TestUnfilled(t *testing.T) {
	for name, tt := range map[string]struct {
		tale tale
		want bool
	}{
		"undefined":     {tale{title: "undefined", text: "undefined|undefined"}, true},
		"names":         {tale{title: "{{title}}", text: "{{lead}}|{{{body}}}"}, true},
		"lorem ipsum":   {tale{title: "Bến đò", text: "|Lorem ipsum dolor sit amet, consectetur adipiscing elit. Duis aute irure dolor."}, true},
		"still to come": {tale{title: "Bến đò", text: "Đò ngừng chạy từ sáng nay.|Đang cập nhật"}, false},
		"about it":      {tale{title: "Undefined", text: "Bộ phim Undefined ra rạp.|Phim kể chuyện một lập trình viên."}, false},
	} {
		if _, err := readingOf(t, tt.tale.page()); (err != nil) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBarrierOrArticle: a short article speaks of what notices speak of, and is one
// where the newspaper's own markup has it.
func TestBarrierOrArticle(t *testing.T) {
	site, _ := sites.ByName("vov")
	day := time.Date(2026, 11, 27, 10, 15, 0, 0, sites.Zone)
	for title, text := range map[string]string{
		"Hệ thống đang bảo trì":                "Cổng nộp thuế báo bảo trì từ sáng nay.|Mời quay lại sau ít phút.",
		"Tên miền này đang được rao bán":       "Giá tên miền lên tới một triệu đô.|Tên miền đã hết hạn năm ngoái.",
		"Mạng xã hội bắt người dùng đăng nhập": "Thông báo ghi: vui lòng đăng nhập để đọc.|Nhiều người mất tài khoản.",
		"Bạn có phải là robot":                 "Phép thử không phải là robot bị máy vượt qua.|Các hãng tìm cách khác.",
		"Error establishing a database":        "Báo nước ngoài gặp lỗi: error establishing a database connection.|Trang trở lại sau một giờ.",
	} {
		for _, marked := range []bool{true, false} {
			body := tale{title: title, text: text, day: day}.page()
			if !marked {
				lead, text, _ := strings.Cut(text, "|")
				body = fmt.Sprintf("<html><head><title>%s</title></head><body><h1>%[1]s</h1><p>%s</p><p>%s</p></body></html>", title, lead, text)
			}
			p := Page{Body: []byte(body), ContentType: "text/html", URL: fmt.Sprintf("https://vov.vn/xa-hoi/bai-post%d.vov", taleNumber)}
			header := http.Header{"Content-Type": {"text/html"}}
			if kind := Challenge(header.Get, p, site); (kind == "") != marked {
				t.Errorf("%q, marked %v: %q", title, marked, kind)
			}
			if header.Set("Cf-Mitigated", "challenge"); Challenge(header.Get, p, site) != challenge.Page {
				t.Errorf("%q: what the header says does not count", title)
			}
		}
	}
}

// savedPage is a whole page beside the checkout, of a newspaper or of anybody.
type savedPage struct {
	name string
	body []byte
}

// savedPages are all whole pages beside the checkout.
func savedPages(t testing.TB) []savedPage {
	t.Helper()
	dir := filepath.Join("..", "..", "shared")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("reference data: %v", err)
		}
		t.Skip("no reference data beside the checkout:", dir)
	}
	var list []savedPage
	for _, pattern := range []string{"pages/*/*.html", "pages-more/*/*.html.gz", "generic*/html/*.gz"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			body, err := os.ReadFile(name)
			if err == nil && strings.HasSuffix(name, ".gz") {
				var z *gzip.Reader
				if z, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
					body, err = io.ReadAll(z)
				}
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			list = append(list, savedPage{strings.TrimPrefix(filepath.ToSlash(name), filepath.ToSlash(dir)+"/"), body})
		}
	}
	if len(list) < 200 {
		t.Fatalf("%d pages", len(list))
	}
	return list
}

// TestWholePages: no whole page of the web is told to be cut, and none is taken for a notice.
func TestWholePages(t *testing.T) {
	header := http.Header{"Content-Type": {"text/html"}}
	for _, p := range savedPages(t) {
		if breaksOff(p.body) {
			t.Errorf("%s: told to be cut: …%q", p.name, p.body[max(0, len(p.body)-100):])
		}
		if kind := challenge.Of(header.Get, p.body); kind != "" {
			t.Errorf("%s: taken for %s", p.name, kind)
		}
	}
}

// TestCommonOfOthers measures what articles about different things have in common, any two
// of them as if they were one page's: the thresholds of content.common stand on it.
func TestCommonOfOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some hundred pages")
	}
	numbers := map[string]int32{}
	type text struct {
		name  string
		words int
		runs  []int32 // sorted
		whole content
	}
	var texts []text
	for _, p := range savedPages(t) {
		if strings.HasPrefix(p.name, "generic-papers/") {
			continue // papers of one field are no news of different things
		}
		d, err := Read(Page{Body: p.body, ContentType: "text/html"})
		if err != nil {
			continue
		}
		a, err := d.Article(nil)
		if err != nil {
			continue
		}
		c := textOf(a)
		x := text{name: p.name, words: c.words, whole: c}
		for run := range c.runs {
			n, ok := numbers[run]
			if !ok {
				n = int32(len(numbers))
				numbers[run] = n
			}
			x.runs = append(x.runs, n)
		}
		if slices.Sort(x.runs); len(x.runs) > 0 {
			texts = append(texts, x)
		}
	}
	pairs, alike, short := 0, 0, 0
	shares := map[int]int{} // pairs, by runs in common in a thousand
	var most []string
	for i, a := range texts {
		for _, b := range texts[:i] {
			n, j := 0, 0
			for _, run := range a.runs {
				for j < len(b.runs) && b.runs[j] < run {
					j++
				}
				if j < len(b.runs) && b.runs[j] == run {
					n++
				}
			}
			pairs++
			shares[1000*n/min(len(a.runs), len(b.runs))]++
			if a.whole.common(b.whole) {
				alike++
				if min(a.words, b.words) < manyWords {
					short++
				}
				if len(most) < 10 {
					most = append(most, fmt.Sprintf("%s and %s: %d of %d", a.name, b.name, n, min(len(a.runs), len(b.runs))))
				}
			}
		}
	}
	seen, marks := 0, []float64{.5, .9, .99, .999, .9999}
	for _, share := range slices.Sorted(maps.Keys(shares)) {
		for seen += shares[share]; len(marks) > 0 && float64(seen) >= marks[0]*float64(pairs); marks = marks[1:] {
			t.Logf("%g of all pairs share no more than %d runs of three words in a thousand", marks[0], share)
		}
	}
	t.Logf("%d texts, %d pairs, of which %d have something in common by content.common (%d with a text under %d words)", len(texts), pairs, alike, short, manyWords)
	for _, m := range most {
		t.Log(m)
	}
	if alike*1000 > pairs {
		t.Errorf("%d of %d pairs of different articles have something in common", alike, pairs)
	}
}
