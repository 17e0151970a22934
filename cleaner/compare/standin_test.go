package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"
)

// readTale reads a page as an answer at the address of the tale.
func readTale(t testing.TB, body string) (Reading, error) {
	t.Helper()
	site, _ := sites.ByName("vov")
	d, err := cleaner.Read(cleaner.Page{Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: fmt.Sprintf("https://vov.vn/xa-hoi/bai-post%d.vov", cleanertest.TaleNumber), Answer: true})
	if err != nil {
		return Reading{}, err
	}
	a, err := d.Article(site)
	return Reading{Article: a, Page: WordsOf(d)}, err
}

const (
	ferry = "Bến đò ngang cuối xã vẫn chở khách dù cầu mới đã xong.|Ông lái đò năm nay sáu mươi tuổi, chèo từ ngày còn là trai tráng trong làng.|Mỗi chuyến qua sông mất mười phút, khách trả vài nghìn đồng hoặc mớ rau.|Học trò đi đò sang trường bên kia vào sáng sớm và về lúc xế chiều.|Chủ tịch xã nói bến đò sẽ được giữ lại cho khách đến thăm làng nghề."
	kiln  = "Lò gốm duy nhất của huyện đỏ lửa trở lại sau bốn năm nguội lạnh.|Mẻ đầu tiên có ba trăm chum vại, đặt trước cho các nhà làm nước mắm.|Thợ cả dạy nghề cho sáu thanh niên vừa từ thành phố về quê.|Đất sét lấy ở bãi bồi, phơi đủ bốn mươi ngày nắng mới đem nhào.|Khói lò bốc lên từ tờ mờ sáng, cả xóm lại nghe tiếng bàn xoay."
)

// TestStandIn: which of two articles of one page is not the page's, and what nobody can
// tell. The other way round nothing stands in that did not before.
func TestStandIn(t *testing.T) {
	day := time.Date(2026, 11, 27, 10, 15, 0, 0, sites.Zone)
	story := cleanertest.Tale{Title: "Bến đò cuối xã", Text: ferry, Day: day}
	with := func(change func(*cleanertest.Tale)) string {
		s := story
		change(&s)
		return s.Page()
	}
	lead, _, _ := strings.Cut(ferry, "|")
	first := strings.Join(strings.Split(ferry, "|")[:2], "|")
	other := "https://vov.vn/xa-hoi/bai-khac-post4812.vov"
	for name, tt := range map[string]struct {
		old, now string
		which    StandIn
		doubt    bool
	}{
		"the same":  {story.Page(), story.Page(), NoStandIn, false},
		"a word":    {story.Page(), with(func(s *cleanertest.Tale) { s.Text = strings.Replace(ferry, "mười phút", "năm phút", 1) }), NoStandIn, false},
		"rewritten": {story.Page(), with(func(s *cleanertest.Tale) { s.Title, s.Text = "Lò gốm đỏ lửa", kiln }), NoStandIn, false},
		"another day, too": {story.Page(), with(func(s *cleanertest.Tale) {
			s.Title, s.Text, s.Day = "Lò gốm đỏ lửa", kiln, day.AddDate(0, 0, 2)
		}), NoStandIn, false},
		"shortened":        {story.Page(), with(func(s *cleanertest.Tale) { s.Text = first }), NoStandIn, false},
		"a live blog":      {with(func(s *cleanertest.Tale) { s.Text = first + "|Tiếp tục cập nhật" }), story.Page(), NoStandIn, false},
		"another's number": {story.Page(), with(func(s *cleanertest.Tale) { s.Title, s.Text, s.Number = "Lò gốm đỏ lửa", kiln, 4812 }), LaterStandsIn, false},
		"another's address": {story.Page(), with(func(s *cleanertest.Tale) {
			s.Title, s.Text, s.Number, s.Canonical = "Lò gốm đỏ lửa", kiln, 4812, other
		}), LaterStandsIn, false},
		"another came first": {with(func(s *cleanertest.Tale) { s.Title, s.Text, s.Number = "Lò gốm đỏ lửa", kiln, 4812 }), story.Page(), EarlierStandIn, false},
		"one of a series, with most of the words": {story.Page(), with(func(s *cleanertest.Tale) {
			s.Title, s.Number, s.Canonical, s.Day = "Bến đò cuối xã, kỳ 2", 4812, other, day.AddDate(0, 0, 1)
		}), LaterStandsIn, false},
		"the same under a new number": {story.Page(), with(func(s *cleanertest.Tale) { s.Number, s.Canonical = 4812, other }), NoStandIn, false},
		"a wall":                      {story.Page(), with(func(s *cleanertest.Tale) { s.Text = lead + "|Vui lòng đăng nhập để đọc tiếp." }), LaterStandsIn, false},
		"a wall behind the first words": {story.Page(), with(func(s *cleanertest.Tale) {
			s.Text = first + "|Bạn cần đăng nhập để đọc tiếp bài viết này."
		}), LaterStandsIn, false},
		"a wall came first": {with(func(s *cleanertest.Tale) {
			s.Text = first + "|Bạn cần đăng nhập để đọc tiếp bài viết này."
		}), story.Page(), EarlierStandIn, false},
		"an error in the text's place": {story.Page(), with(func(s *cleanertest.Tale) {
			s.Text = lead + "|Warning: fopen(): failed to open stream in /w/a.php on line 7"
		}), LaterStandsIn, false},
		"without its text":       {story.Page(), with(func(s *cleanertest.Tale) { s.Text = lead + "|Đang cập nhật..." }), LaterStandsIn, false},
		"a template's names":     {story.Page(), with(func(s *cleanertest.Tale) { s.Text = lead + "|{{article.body}}" }), LaterStandsIn, false},
		"a word of the newsroom": {story.Page(), with(func(s *cleanertest.Tale) { s.Text = lead + "|Tòa soạn đã gỡ nội dung này." }), NoStandIn, true},
		"a line instead of all": {story.Page(), with(func(s *cleanertest.Tale) {
			s.Text = "|Bến đò đã đóng cửa từ hôm qua, tòa soạn xin lỗi vì bài trước."
		}), NoStandIn, true},
		"and back":                         {with(func(s *cleanertest.Tale) { s.Text = lead + "|Tòa soạn đã gỡ nội dung này." }), story.Page(), NoStandIn, true},
		"a flash that grows":               {with(func(s *cleanertest.Tale) { s.Text = lead + "|Đang cập nhật..." }), story.Page(), NoStandIn, true},
		"an article about walls shortened": {with(func(s *cleanertest.Tale) { s.Text = lead + "|Từ nay độc giả phải đăng nhập." + ferry }), with(func(s *cleanertest.Tale) { s.Text = lead + "|Vui lòng đăng nhập để đọc tiếp." }), NoStandIn, true},
		"no title":                         {story.Page(), with(func(s *cleanertest.Tale) { s.Title = "undefined" }), LaterStandsIn, false},
	} {
		t.Run(name, func(t *testing.T) {
			old, err := readTale(t, tt.old)
			if err != nil {
				t.Fatal(err)
			}
			now, err := readTale(t, tt.now)
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
	for _, p := range cleanertest.SavedPages(t) {
		if strings.HasPrefix(p.Name, "generic-papers/") {
			continue // papers of one field are no news of different things
		}
		d, err := cleaner.Read(cleaner.Page{Body: p.Body, ContentType: "text/html"})
		if err != nil {
			continue
		}
		a, err := d.Article(nil)
		if err != nil {
			continue
		}
		c := textOf(a)
		x := text{name: p.Name, words: c.words, whole: c}
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
