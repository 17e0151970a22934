package archive_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

// story is a page in the newspaper's markup of today: text is its lead and its paragraphs,
// a bar between. names is whether it says which article it is.
func story(id, title, text string, published time.Time, names bool) string {
	self := ""
	if names {
		self = fmt.Sprintf(`<link rel="canonical" href="https://dantri.com.vn/xa-hoi/bai-%s.htm">`, id)
	}
	lead, text, _ := strings.Cut(text, "|")
	var body strings.Builder
	for p := range strings.SplitSeq(text, "|") {
		fmt.Fprintf(&body, "<p>%s</p>", p)
	}
	return fmt.Sprintf(`<html><head><title>%[1]s | Báo Dân trí</title>%[2]s</head><body><section><time datetime="%[3]s">%[3]s</time></section><article data-slot="container"><h1 data-slot="title">%[1]s</h1><h2 data-slot="sapo">(Dân trí) - %[5]s</h2><div data-slot="content">%[4]s</div></article></body></html>`,
		title, self, published.Format("2006-01-02 15:04"), body.String(), lead)
}

const (
	fairLead = "Chợ núi đông nhất vào phiên cuối năm, khi đường lên bản vừa ráo sau đợt mưa dầm."
	fair     = fairLead + "|Phiên chợ họp từ tờ mờ sáng, người bán gánh rau xuống từ ba bản trên núi.|Đến trưa hàng đã vơi quá nửa, khách vẫn còn nán lại bên quán phở.|Ban quản lý cho biết năm sau chợ sẽ dời ra bãi đất ven suối."
	weaver   = "Nghề dệt ở bản xa chỉ còn một người giữ, và một người trẻ vừa quay về học lấy.|Bà cụ ngồi dệt bên khung cửi đã bảy mươi năm, mỗi tấm vải mất trọn một mùa.|Cháu gái bà mở trang bán hàng, đơn gửi đi khắp các tỉnh miền xuôi.|Sợi lanh vẫn se bằng tay và nhuộm chàm như đời trước để lại."
	notice   = `<html><head><title>Bảo trì</title></head><body><h1>Hệ thống đang bảo trì</h1><p>Mời quý độc giả quay lại sau ít phút.</p></body></html>`
	odd      = `<html><head><title>Xin chào</title></head><body><h1>Chào bạn ghé thăm</h1><p>Hôm nay trời đẹp, chúc mọi người một ngày vui bên gia đình mình.</p></body></html>`
)

var published = time.Date(2024, 2, 29, 8, 0, 0, 0, sites.Zone)

// answered is a page of an id as an answer, as a crawl hands it over.
func answered(id, body string, minute int) capture.Kept {
	k := capture.Kept{
		Capture: capture.Capture{
			Page: id, URL: "https://dantri.com.vn/xa-hoi/bai-" + id + ".htm", Time: archivetest.At(minute), Kind: capture.Response, State: capture.Live,
			Status: 200, ContentType: "text/html; charset=utf-8",
		},
		Body: []byte(body),
	}
	s, _ := sites.ByName(archivetest.Site)
	a, err := cleaner.Clean(pageOf(k), s)
	if err != nil {
		k.Refused = err.Error()
	} else {
		k.Article = &a
	}
	return k
}

func pageOf(k capture.Kept) cleaner.Page {
	return cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: k.URL, Captured: k.Time, Answer: k.Status != 0}
}

// realArchive is an archive with the program's own cleaner.
func realArchive(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archivetest.Sound(t, a) })
	return a
}

// TestStandIn: what of a page's captures makes a version, in whatever order they come.
func TestStandIn(t *testing.T) {
	const id = "20240229080000123"
	self := func(title, text string) string { return story(id, title, text, published, true) }
	bare := func(title, text string, day int) string {
		return story(id, title, text, published.AddDate(0, 0, day), false)
	}
	other := story("20240228070000456", "Khung cửi cuối bản", weaver, published.AddDate(0, 0, -1), true)
	for name, tt := range map[string]struct {
		bodies []string
		causes []compare.Cause // of the versions
		title  string          // of the newest
	}{
		"a notice":                      {[]string{self("Chợ núi", fair), notice, self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"a page of other words":         {[]string{self("Chợ núi", fair), odd, odd, self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"a notice first":                {[]string{notice, self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"other words first":             {[]string{odd, self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"another article":               {[]string{self("Chợ núi", fair), other, self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"another article first":         {[]string{other, self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"rewritten":                     {[]string{self("Chợ núi", fair), self("Khung cửi cuối bản", weaver)}, []compare.Cause{"", compare.Edited}, "Khung cửi cuối bản"},
		"rewritten, same day":           {[]string{bare("Chợ núi", fair, 0), bare("Khung cửi cuối bản", weaver, 0)}, []compare.Cause{"", compare.Edited}, "Khung cửi cuối bản"},
		"nobody knows":                  {[]string{bare("Chợ núi", fair, 0), bare("Khung cửi cuối bản", weaver, 1)}, []compare.Cause{"", compare.Doubtful}, "Khung cửi cuối bản"},
		"an edit between notices":       {[]string{self("Chợ núi", fair), notice, self("Chợ núi", strings.Replace(fair, "ba bản", "bốn bản", 1)), odd}, []compare.Cause{"", compare.Edited}, "Chợ núi"},
		"without its text":              {[]string{self("Chợ núi", fair), self("Chợ núi", fairLead), self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"cut":                           {[]string{self("Chợ núi", fair), self("Chợ núi", fair)[:400], self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"only what is no article":       {[]string{notice, notice}, nil, ""},
		"a wall in its text's place":    {[]string{self("Chợ núi", fair), self("Chợ núi", fairLead+"|Vui lòng đăng nhập để đọc tiếp bài viết này."), self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"a wall behind the first words": {[]string{self("Chợ núi", fair), self("Chợ núi", strings.Join(strings.Split(fair, "|")[:2], "|")+"|Bạn cần đăng nhập để đọc tiếp bài viết này."), self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"a wall first":                  {[]string{self("Chợ núi", fairLead+"|Bạn cần đăng nhập để đọc tiếp bài viết này."), self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"a template nobody filled":      {[]string{self("{{title}}", "{{lead}}|{{body}}"), self("Chợ núi", fair), self("undefined", "undefined|undefined"), self("Chợ núi", fairLead+"|{{body}}"), self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"an error in its text's place":  {[]string{self("Chợ núi", fair), self("Chợ núi", fairLead+"|Warning: fopen(/x): failed to open stream in /w/a.php on line 7"), self("Chợ núi", fair)}, []compare.Cause{""}, "Chợ núi"},
		"one of a series": {[]string{
			self("Chợ núi", fair), story("20240228070000456", "Chợ núi, kỳ 1", fair, published.AddDate(0, 0, -1), true), self("Chợ núi", fair),
		}, []compare.Cause{""}, "Chợ núi"},
		"one of a series first, and no marks": {[]string{
			story("20240228070000456", "Chợ núi, kỳ 1", fair, published.AddDate(0, 0, -1), true), bare("Chợ núi", fair, 0),
		}, []compare.Cause{""}, "Chợ núi"},
		"taken down, and back":     {[]string{self("Chợ núi", fair), self("Chợ núi", fairLead+"|Tòa soạn đã gỡ nội dung này theo đề nghị của nhân vật."), self("Chợ núi", fair)}, []compare.Cause{"", compare.Doubtful, compare.Doubtful}, "Chợ núi"},
		"about notices":            {[]string{self("Hệ thống đang bảo trì", "Cổng nộp thuế báo bảo trì.|Mời quay lại sau ít phút.")}, []compare.Cause{""}, "Hệ thống đang bảo trì"},
		"taken down by the office": {[]string{self("Chợ núi", fair), self("Chợ núi", fairLead+"|Tòa soạn đã gỡ nội dung này theo đề nghị của nhân vật.")}, []compare.Cause{"", compare.Doubtful}, "Chợ núi"},
	} {
		t.Run(name, func(t *testing.T) {
			forwards, backwards := realArchive(t), realArchive(t)
			for i, body := range tt.bodies {
				archivetest.Commit(t, forwards, answered(id, body, i))
				j := len(tt.bodies) - 1 - i
				archivetest.Commit(t, backwards, answered(id, tt.bodies[j], j))
			}
			for order, a := range map[string]*archive.Archive{"forwards": forwards, "backwards": backwards} {
				v := archivetest.View(t, a)
				var causes []compare.Cause
				for _, version := range archivetest.Versions(t, v, id) {
					causes = append(causes, version.Cause)
				}
				if !slices.Equal(causes, tt.causes) {
					t.Errorf("%s: %q", order, causes)
				}
				info, err := v.Page(ctx, id)
				if err != nil || info.Title != tt.title || info.Captures != len(tt.bodies) {
					t.Errorf("%s: %+v, %v", order, info, err)
				}
			}
		})
	}
}

// naive reads any page as an article of the newspaper, as the program did that knew no
// stand-ins: each makes an edit.
func naive(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
	a, err := cleaner.Clean(cleaner.Page{Body: p.Body, ContentType: p.ContentType, URL: p.URL, Captured: p.Captured}, s)
	if err != nil {
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(p.Body), " ")
		a = cleaner.Article{Site: archivetest.Site, URL: p.URL, Title: "Thông báo", Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: text}}}
	}
	a.Layout, a.Published, a.Cleaner = "data-slot", cleaner.Time{Time: published}, "baoluu/0"
	return a, nil
}

// TestRecleanTakesFalseEditsBack: an archive that an older program filled has notices for
// edits. A re-clean finds them without changing anything, and takes them back when it is
// accepted; what the newspaper edited stays, and so does every capture.
func TestRecleanTakesFalseEditsBack(t *testing.T) {
	const id = "20240229080000123"
	a := realArchive(t)
	archivetest.CleanWith(a, "baoluu/0", naive)
	was := story(id, "Chợ núi", fair, published, true)
	is := strings.Replace(was, "ba bản", "bốn bản", 1)
	s, _ := sites.ByName(archivetest.Site)
	for i, body := range []string{was, notice, was, odd, is, is[:420], is} {
		k := answered(id, body, i)
		art, _ := naive(pageOf(k), s)
		k.Article, k.Refused = &art, ""
		archivetest.Commit(t, a, k)
	}
	if n := len(archivetest.Versions(t, archivetest.View(t, a), id)); n != 7 {
		t.Fatalf("the older program made %d versions", n)
	}
	archivetest.Real(a)
	for _, accept := range []bool{false, true} {
		report, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: accept, Force: true, Limits: reclean.Limits{MaxLoss: 100, MaxDrop: 100}})
		if err != nil || report.TakenBack != 5 || report.Found != 0 || len(report.Pages) != 1 || report.Pages[0].After != 2 {
			t.Errorf("accept %v: %+v, %v", accept, report, err)
		}
		if n := len(archivetest.Versions(t, archivetest.View(t, a), id)); (n == 2) != accept {
			t.Errorf("accept %v: %d versions", accept, n)
		}
		if report.Accepted != accept || accept && report.VersionsAfter != 2 {
			t.Errorf("accept %v: %+v", accept, report)
		}
	}
	list := archivetest.Versions(t, archivetest.View(t, a), id)
	if list[1].Cause != compare.Edited || list[1].First != 5 {
		t.Errorf("%+v", list)
	}
	if info, err := archivetest.View(t, a).Page(ctx, id); err != nil || info.Captures != 7 || info.Edits != 1 {
		t.Errorf("%+v, %v", info, err)
	}
}

// TestRichest: a version shows what tells most of it: a text dump, whichever came first,
// takes nothing away of what the page said.
func TestRichest(t *testing.T) {
	const id = "20240229080000123"
	html := answered(id, story(id, "Chợ núi", fair, published, true), 600)
	dump := capture.Kept{
		Capture: capture.Capture{
			Page: id, URL: html.URL, Time: archivetest.At(0), Kind: capture.Conversion, State: capture.Live, ContentType: "text/plain",
		},
	}
	d, err := cleaner.Read(pageOf(html))
	if err != nil {
		t.Fatal(err)
	}
	// A dump without the time that the page prints, as the newspapers' are.
	dump.Body = []byte(strings.ReplaceAll(d.PageText(), published.Format("2006-01-02 15:04"), ""))
	s, _ := sites.ByName(archivetest.Site)
	text, err := cleaner.Clean(pageOf(dump), s)
	if err != nil {
		t.Fatal(err)
	}
	if text.Published.Equal(published) {
		t.Fatal("the dump tells as much as the page")
	}
	dump.Article = &text
	later := dump
	later.Time = archivetest.At(900)
	for name, order := range map[string][]capture.Kept{"dump before": {dump, html}, "page before": {html, dump}, "dump later": {html, later}, "all": {dump, later, html}} {
		t.Run(name, func(t *testing.T) {
			a := realArchive(t)
			for _, k := range order {
				archivetest.Commit(t, a, k)
			}
			v := archivetest.View(t, a)
			list := archivetest.Versions(t, v, id)
			if len(list) != 1 {
				t.Fatalf("%+v", list)
			}
			art, err := v.Article(ctx, list[0].Capture)
			if err != nil || !art.Published.Equal(published) {
				t.Errorf("%+v, %v", art, err)
			}
			if info, err := v.Page(ctx, id); err != nil || !info.Published.Equal(published) {
				t.Errorf("%+v, %v", info, err)
			}
		})
	}
}
