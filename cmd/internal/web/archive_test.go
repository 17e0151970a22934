package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/archive/search"
	"baoluu/cleaner"
	"baoluu/sites"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is the clock of these tests.
var now = time.Date(2026, 11, 22, 14, 10, 0, 0, sites.Zone)

// article is what a page of a test's archive says.
type article struct {
	url       string // of Dân trí
	title     string
	lead      string
	body      []string
	published time.Time
}

// page is the article as the newspaper shows it.
func (a article) page() []byte {
	var b bytes.Buffer
	e := html.EscapeString
	fmt.Fprintf(&b, `<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>%s | Báo Dân trí</title><link rel="canonical" href="%s"></head><body><main>
<a data-content-name="article-breadcrumb" href="/xa-hoi.htm">Xã hội</a>
<article data-slot="container"><h1 data-slot="title">%s</h1><time datetime="%s">x</time><div data-slot="sapo">(Dân trí) - %s</div><div data-slot="content">`,
		e(a.title), e(a.url), e(a.title), a.published.In(sites.Zone).Format("2006-01-02T15:04:05-07:00"), e(a.lead))
	for _, p := range a.body {
		fmt.Fprintf(&b, "<p>%s</p>", e(p))
	}
	b.WriteString("</div></article></main></body></html>")
	return b.Bytes()
}

// kept is a capture of the article at a moment.
func (a article) kept(t testing.TB, at time.Time) capture.Kept {
	t.Helper()
	k := answerOf(t, a.url, http.StatusOK, at)
	k.State, k.ContentType, k.Body = capture.Live, "text/html; charset=utf-8", a.page()
	site, _ := sites.ByName("dantri")
	made, err := cleaner.Clean(cleaner.Page{URL: a.url, Captured: at, ContentType: k.ContentType, Body: k.Body}, site)
	if err != nil {
		t.Fatal(err)
	}
	k.Article = &made
	return k
}

// answerOf is a capture without a body.
func answerOf(t testing.TB, address string, status int, at time.Time) capture.Kept {
	t.Helper()
	site, _ := sites.ByName("dantri")
	parsed, err := site.Address(address)
	if err != nil {
		t.Fatal(err)
	}
	return capture.Kept{Capture: capture.Capture{Page: parsed.Page, URL: address, Time: at, Kind: capture.Response, State: capture.Gone, Status: status}}
}

// The articles of [smallArchive]: one edited twice, one taken down, one that is hostile.
var (
	edited = article{
		url:   "https://dantri.com.vn/xa-hoi/ba-con-lang-chai-dung-lai-cay-cau-go-20261118071534218.htm",
		title: "Bà con làng chài dựng lại cây cầu gỗ sau mùa lũ", lead: "Cây cầu dài 42 m nối hai bờ rạch được người dân góp tiền, góp công dựng lại trong 20 ngày.",
		body: []string{
			"Sáng nay, hơn 300 người đứng chật hai bên bờ để xem chuyến xe đầu tiên qua cầu.",
			"Ông Nguyễn Hữu Nghĩa, 67 tuổi, cho biết dân làng đã ngỡ ngàng khi thấy nước lũ cuốn cây cầu cũ.",
			"Trẻ con trong xóm từ nay không phải qua đò để đến trường.",
		},
		published: time.Date(2026, 11, 18, 7, 15, 0, 0, sites.Zone),
	}
	takenDown = article{
		url:   "https://dantri.com.vn/kinh-doanh/gia-ca-phe-len-cao-nhat-nam-20261119091500111.htm",
		title: "Giá cà phê lên cao nhất năm", lead: "Nông dân giữ hàng chờ giá.",
		body:      []string{"Giá cà phê nhân sáng nay tăng thêm 800 đồng mỗi ki-lô-gam so với hôm qua.", "Nhiều hộ chưa vội bán."},
		published: time.Date(2026, 11, 19, 9, 15, 0, 0, sites.Zone),
	}
	hostile = article{
		url:   "https://dantri.com.vn/xa-hoi/tieu-de-la-20261121101010222.htm",
		title: `Tiêu đề <script>alert(1)</script> "&amp;' {{.}} ` + "\u202elạ", lead: `</main><img src=x onerror=alert(1)>`,
		body:      []string{`Bài này có <b>thẻ</b>, có "nháy" và có javascript:alert(1) trong chữ.`, "Đoạn thứ hai của bài, để bài đủ dài."},
		published: time.Date(2026, 11, 21, 10, 10, 0, 0, sites.Zone),
	}
)

// archiveDir is a folder for an archive. Whoever gave up waiting for a newspaper's file comes to
// its turn later, and may write a lock while the folder is removed: it is removed again then.
func archiveDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "web")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
		}
		t.Error(err)
	})
	return dir
}

// smallArchive has three articles of Dân trí, and a run.
func smallArchive(t testing.TB) *archive.Archive {
	t.Helper()
	arch, err := archive.Create(archiveDir(t))
	if err != nil {
		t.Fatal(err)
	}
	second, third := edited, edited
	second.body = append([]string{}, edited.body...)
	second.body[0] = "Sáng nay, hơn 500 người đứng chật hai bên bờ để xem chuyến xe đầu tiên qua cầu."
	third.title, third.body = "Làng chài có cầu mới sau mùa lũ", second.body
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, sites.Zone) }
	run := capture.Run{Started: now.Add(-time.Hour), Ended: now.Add(-50 * time.Minute), End: "done", Listed: 3, Fetched: 3, New: 3, Changed: 2, Sources: 1, Read: 1}
	batch := capture.Batch{Run: &run, Kept: []capture.Kept{
		edited.kept(t, at(18, 8)), second.kept(t, at(18, 20)), third.kept(t, at(20, 9)),
		takenDown.kept(t, at(19, 10)), answerOf(t, takenDown.url, http.StatusGone, at(21, 10)),
		hostile.kept(t, at(21, 11)),
	}}
	if _, err := arch.Commit(t.Context(), "dantri", batch); err != nil {
		t.Fatal(err)
	}
	return arch
}

// batchOf are n articles of Dân trí, an hour after one another, each captured when it was published.
func batchOf(t testing.TB, n int, first time.Time) capture.Batch {
	t.Helper()
	var b capture.Batch
	for i := range n {
		at := first.Add(time.Duration(i) * time.Hour)
		a := article{
			url:   fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-thu-so-%d-%s.htm", i, at.In(sites.Zone).Format("20060102150405")+"001"),
			title: fmt.Sprintf("Bài thử số %d", i), lead: "Bài này chỉ để thử danh sách dài.",
			body: []string{fmt.Sprintf("Đoạn thứ nhất của bài thử số %d, để bài đủ dài.", i), "Đoạn thứ hai của bài."}, published: at,
		}
		b.Kept = append(b.Kept, a.kept(t, at))
	}
	return b
}

// newLastingServer is a server for a fuzz target, closed when that ends.
func newLastingServer(f *testing.F) *Server {
	f.Helper()
	arch, err := archive.Create(archiveDir(f))
	if err != nil {
		f.Fatal(err)
	}
	if _, err := arch.Commit(f.Context(), "dantri", batchOf(f, 3, now.Add(-10*time.Hour))); err != nil {
		f.Fatal(err)
	}
	o := testOptions(f, arch)
	o.Log = log.New(io.Discard, "", 0)
	s, err := New(o)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	return s
}

// testOptions are those of a server over an archive that has dantri and vov crawled.
func testOptions(t testing.TB, arch *archive.Archive) Options {
	t.Helper()
	index := search.Open(arch, "")
	t.Cleanup(index.Close)
	return Options{
		Archive: arch, Catalog: catalog.New(arch), Search: index, Version: "test", Now: func() time.Time { return now }, Log: log.New(t.Output(), "", 0),
		Newspapers: func() ([]Newspaper, error) {
			return []Newspaper{{Site: "dantri", Enabled: true, Schedule: "*/15 * * * *"}, {Site: "vov"}}, nil
		},
		Due: func(context.Context, string, time.Time) (time.Time, bool, error) {
			return now.Add(5 * time.Minute), false, nil
		},
		Rests:   func(context.Context, string, time.Time) ([]Rest, error) { return nil, nil },
		Disk:    func() (Disk, error) { return Disk{Free: 80e9, Want: 500e6}, nil },
		Metrics: func(context.Context, time.Time) (prometheus.Gatherer, error) { return prometheus.NewRegistry(), nil },
	}
}

// newTestServer is a server over an archive, closed when the test ends.
func newTestServer(t testing.TB, arch *archive.Archive, change ...func(*Options)) *Server {
	t.Helper()
	o := testOptions(t, arch)
	for _, c := range change {
		c(&o)
	}
	if err := o.Catalog.Update(t.Context()); err != nil {
		t.Log(err)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// ask asks for an address; header is of pairs, name and value.
func ask(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "localhost"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// textOf is what a reader sees of a page, roughly: no tags, one blank between words.
func textOf(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))), " ")
}

// keyOf is the page of an article of Dân trí.
func keyOf(t testing.TB, a article) string {
	t.Helper()
	site, _ := sites.ByName("dantri")
	parsed, err := site.Address(a.url)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Page
}

func TestSmallArchive(t *testing.T) {
	arch := smallArchive(t)
	view, err := arch.View(t.Context(), "dantri")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		article
		versions int
		title    string
	}{{edited, 3, "Làng chài có cầu mới sau mùa lũ"}, {takenDown, 2, takenDown.title}, {hostile, 1, ""}} {
		info, err := view.Page(t.Context(), tt.url)
		if err != nil || info.Versions != tt.versions || tt.title != "" && info.Title != tt.title || !info.Published.Equal(tt.published) {
			t.Errorf("%s: %+v %v", tt.url, info, err)
		}
	}
	if _, err := url.Parse(pagePath("dantri", keyOf(t, edited))); err != nil || !strings.HasPrefix(pagePath("dantri", keyOf(t, edited)), "/p/dantri/2026") {
		t.Error(err)
	}
}

var errTest = errors.New("a failure of a test")
