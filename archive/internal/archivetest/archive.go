package archivetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	_ "baoluu/archive/inmemory"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/sites"
)

// Site is the newspaper of these tests.
const Site = "dantri"

// At is a minute of 1 March 2024, from midnight UTC.
func At(minute int) time.Time {
	return time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// PlainClean reads the pages of these tests: the first line is the title, lines
// that begin with "#" are the page's furniture, those with "!" name pictures, the rest is
// the body. A page that begins with "list" is none.
func PlainClean(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
	return PlainCleanAs("plain/1", p)
}

// PlainCleanAs is PlainClean under another cleaner's name.
func PlainCleanAs(name string, p cleaner.Page) (cleaner.Article, error) {
	lines := strings.Split(string(p.Body), "\n")
	if strings.HasPrefix(lines[0], "list") {
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: "a list"}
	}
	a := cleaner.Article{
		Site: Site, URL: p.URL, Language: "vi", Title: cleaner.Text(lines[0]), Text: lines[0], Layout: "plain", Cleaner: name,
		Published: cleaner.Time{Time: time.Date(2024, 2, 29, 23, 30, 0, 0, sites.Zone)}, PublishedFrom: "text",
		Section: []string{}, Tags: []string{}, Captions: []string{}, Images: []cleaner.Image{}, Body: []cleaner.Block{}, Related: []cleaner.Related{}, Notes: []string{},
	}
	for _, l := range lines[1:] {
		if name, ok := strings.CutPrefix(l, "!"); ok {
			a.Images = append(a.Images, cleaner.Image{URL: AssetURL(name)})
		} else if l != "" && !strings.HasPrefix(l, "#") {
			a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: l})
			a.Text += "\n\n" + l
		}
	}
	return a, nil
}

// Fresh makes an empty archive that is verified when the test ends.
func Fresh(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	Plain(a)
	t.Cleanup(func() { Sound(t, a) })
	return a
}

// Plain gives an archive the cleaner [PlainClean].
func Plain(a *archive.Archive) { CleanWith(a, "plain/1", PlainClean) }

// CleanWith gives an archive another cleaner.
func CleanWith(a *archive.Archive, name string, clean func(cleaner.Page, *sites.Site) (cleaner.Article, error)) {
	present := a.Newspaper(Site).Cleaner
	present.Name, present.Clean = func(string) string { return name }, clean
}

// Real gives an archive the program's own cleaner.
func Real(a *archive.Archive) {
	site, _ := sites.ByName(Site)
	CleanWith(a, cleaner.Name(site), cleaner.Clean)
}

// StateOf reads the counters of a newspaper's file.
func StateOf(t testing.TB, a *archive.Archive) schema.State {
	t.Helper()
	state, err := a.Newspaper(Site).State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// Reporter is a test, of whatever kind.
type Reporter interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}

// Sound fails the test where verify finds anything.
func Sound(t Reporter, a *archive.Archive) {
	t.Helper()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		report, err := a.Verify(context.Background(), name, func(p archive.Problem) { t.Errorf("verify %s: %s: %s (%s)", name, p.Where, p.What, p.Means) }, nil)
		if err != nil || report.Problems > 0 {
			t.Errorf("verify %s: %+v, %v", name, report, err)
		}
	}
}

// Page is a live capture of an article as the crawler hands it over.
func Page(id, text string, minute int) capture.Kept {
	k := capture.Kept{
		Capture: capture.Capture{
			Page: id, URL: "https://dantri.com.vn/the-gioi/bai-" + id + ".htm", Time: At(minute),
			Kind: capture.Response, State: capture.Live, Status: 200,
			Header: []capture.Field{{Name: "Content-Type", Value: "text/html"}}, ContentType: "text/html",
			Request: "GET /the-gioi/bai-" + id + ".htm HTTP/1.1\r\nHost: dantri.com.vn\r\nUser-Agent: baoluu/test\r\n\r\n",
		},
		Body: []byte(text),
	}
	a, err := PlainClean(cleaner.Page{Body: k.Body, URL: k.URL}, nil)
	if err != nil {
		k.Refused = "a list"
	} else {
		k.Article = &a
	}
	return k
}

// Status is a capture without a body, in a state other than live.
func Status(id string, state capture.State, code, minute int) capture.Kept {
	k := Page(id, "", minute)
	k.Body, k.Article, k.State, k.Status = nil, nil, state, code
	return k
}

// Commit stores captures.
func Commit(t testing.TB, a *archive.Archive, kept ...capture.Kept) []capture.Put {
	t.Helper()
	puts, err := a.Commit(context.Background(), Site, capture.Batch{Kept: kept})
	if err != nil {
		t.Fatal(err)
	}
	return puts
}

// View is the present view of the newspaper.
func View(t testing.TB, a *archive.Archive) *archive.View {
	t.Helper()
	v, err := a.View(context.Background(), Site)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Versions are the versions of a page.
func Versions(t testing.TB, v *archive.View, page string) []archive.Version {
	t.Helper()
	list, err := v.Versions(context.Background(), page)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// NewsPage is a page of some kilobytes, most of it furniture that all pages
// share, with a text of its own.
func NewsPage(seed uint64, paragraphs int) string {
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
	for i := range 40 {
		fmt.Fprintf(&b, "#<li class=\"menu-%d\"><a href=\"/muc-%d.htm\">Mục %x</a></li>\n", i, i, furniture.Uint64())
	}
	for range paragraphs {
		b.WriteString(sentence(40) + "\n")
	}
	return b.String()
}

// NeedsShared gives the folder of real pages, for tests of package archive; where it is not
// there, the test is skipped.
func NeedsShared(t testing.TB) string {
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
