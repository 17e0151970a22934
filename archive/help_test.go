package archive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/sites"
)

const site = "dantri"

func at(minute int) time.Time {
	return time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// plainClean reads the pages of these tests: the first line is the title, lines
// that begin with "#" are the page's furniture, the rest is the body. A page that
// begins with "list" is none.
func plainClean(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
	return plainCleanAs("plain/1", p)
}

func plainCleanAs(name string, p cleaner.Page) (cleaner.Article, error) {
	lines := strings.Split(string(p.Body), "\n")
	if strings.HasPrefix(lines[0], "list") {
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: "a list"}
	}
	a := cleaner.Article{
		Site: site, URL: p.URL, Language: "vi", Title: cleaner.Text(lines[0]), Text: lines[0], Layout: "plain", Cleaner: name,
		Published: cleaner.Time{Time: time.Date(2024, 2, 29, 23, 30, 0, 0, sites.Zone)}, PublishedFrom: "text",
		Section: []string{}, Tags: []string{}, Captions: []string{}, Images: []cleaner.Image{}, Body: []cleaner.Block{}, Related: []cleaner.Related{}, Notes: []string{},
	}
	for _, l := range lines[1:] {
		if l != "" && !strings.HasPrefix(l, "#") {
			a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: l})
			a.Text += "\n\n" + l
		}
	}
	return a, nil
}

// fresh makes an empty archive that is verified when the test ends.
func fresh(t testing.TB) *Archive {
	t.Helper()
	a, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	plain(a)
	t.Cleanup(func() { sound(t, a) })
	return a
}

func plain(a *Archive) { cleanWith(a, "plain/1", plainClean) }

// cleanWith gives an archive another cleaner.
func cleanWith(a *Archive, name string, clean func(cleaner.Page, *sites.Site) (cleaner.Article, error)) {
	a.Newspaper(site).Cleaner.Name, a.Newspaper(site).Cleaner.Clean = name, clean
}

// stateOf reads the counters of a newspaper's file.
func stateOf(t testing.TB, a *Archive) schema.State {
	t.Helper()
	state, err := a.Newspaper(site).State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// reporter is a test, of whatever kind.
type reporter interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}

// sound fails the test where verify finds anything.
func sound(t reporter, a *Archive) {
	t.Helper()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		report, err := a.Verify(context.Background(), name, func(p Problem) { t.Errorf("verify %s: %s: %s (%s)", name, p.Where, p.What, p.Means) }, nil)
		if err != nil || report.Problems > 0 {
			t.Errorf("verify %s: %+v, %v", name, report, err)
		}
	}
}

// page is a live capture of an article as the crawler hands it over.
func page(id, text string, minute int) capture.Kept {
	k := capture.Kept{
		Capture: capture.Capture{
			Page: id, URL: "https://dantri.com.vn/the-gioi/bai-" + id + ".htm", Time: at(minute),
			Kind: capture.Response, State: capture.Live, Status: 200,
			Header: []capture.Field{{Name: "Content-Type", Value: "text/html"}}, ContentType: "text/html",
			Request: "GET /the-gioi/bai-" + id + ".htm HTTP/1.1\r\nHost: dantri.com.vn\r\nUser-Agent: baoluu/test\r\n\r\n",
		},
		Body: []byte(text),
	}
	a, err := plainClean(cleaner.Page{Body: k.Body, URL: k.URL}, nil)
	if err != nil {
		k.Refused = "a list"
	} else {
		k.Article = &a
	}
	return k
}

func status(id string, state capture.State, code, minute int) capture.Kept {
	k := page(id, "", minute)
	k.Body, k.Article, k.State, k.Status = nil, nil, state, code
	return k
}

func commit(t testing.TB, a *Archive, kept ...capture.Kept) []capture.Put {
	t.Helper()
	puts, err := a.Commit(context.Background(), site, capture.Batch{Kept: kept})
	if err != nil {
		t.Fatal(err)
	}
	return puts
}

func view(t testing.TB, a *Archive) *View {
	t.Helper()
	v, err := a.View(context.Background(), site)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func versions(t testing.TB, v *View, page string) []Version {
	t.Helper()
	list, err := v.Versions(context.Background(), page)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// newsPage is a page of some kilobytes, most of it furniture that all pages
// share, with a text of its own.
func newsPage(seed uint64, paragraphs int) string {
	words := strings.Fields("Chính phủ yêu cầu các địa phương khẩn trương rà soát hiện trạng nhà ở ven sông sau đợt mưa lũ kéo dài người dân được hỗ trợ chỗ ở tạm lương thực thuốc men và nước sạch trong khi chờ nước rút giáo viên học sinh trở lại trường từ tuần tới")
	r := rand.New(rand.NewPCG(seed, 7))
	sentence := func(n int) string {
		var s []string
		for range n {
			s = append(s, words[r.IntN(len(words))])
		}
		return strings.Join(s, " ") + "."
	}
	var b strings.Builder
	b.WriteString(sentence(9) + "\n")
	furniture := rand.New(rand.NewPCG(1, 1))
	for i := range 120 {
		fmt.Fprintf(&b, "#<li class=\"menu-%d\"><a href=\"/muc-%d.htm\">Mục %x</a></li>\n", i, i, furniture.Uint64())
	}
	for range paragraphs {
		b.WriteString(sentence(40) + "\n")
	}
	return b.String()
}

// needsShared gives the folder of real pages.
func needsShared(t testing.TB) string {
	t.Helper()
	const shared = "../../shared/pages"
	if _, err := os.Stat(shared); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the real pages are missing: %v", err)
		}
		t.Skipf("the real pages are not here: %v", err)
	}
	return shared
}
