package warc

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A crawl's records lie in many files. Whatever order these are imported in, together or one by one,
// the archive is the same.

// answeredAt is [answered] at a moment, with a status line and fields of its own.
func answeredAt(date, url, status, head, body string) string {
	return record("response", url, date, "HTTP/1.1 "+status+"\r\n"+head+"\r\n\r\n"+body, "Content-Type: application/http; msgtype=response", "WARC-Payload-Digest: "+sha1Of(body))
}

// splitCrawl is a crawl of two newspapers whose pages share pictures on hosts of nobody that is known.
// Records that belong in one file are one text.
func splitCrawl(t testing.TB) []string {
	const cdn, static = "https://cdn.elsewhere.example/", "https://static.elsewhere.example/"
	pageOf := func(title, more string) string {
		return strings.Replace(articlePage(title, title+" dâng cao trong đêm qua."), "</head>", `<link rel="stylesheet" href="`+static+`s.css"></head>`, 1) + more
	}
	first := pageOf("Nước sông", `<img src="`+cdn+`a.png" srcset="`+cdn+`a-2.png 800w, `+cdn+`a-3.png 1200w"><img src="`+cdn+`liar.png"><img src="`+cdn+`missing.png"><img src="`+cdn+`moved.png">`)
	second := pageOf("Nước biển", `<img src="`+cdn+`a.png"><img src="`+cdn+`c.svg"><img src="`+cdn+`wrong.png">`)
	again := strings.Replace(first, "đêm qua", "đêm nay", 1) + `<img src="` + cdn + `d.png">`
	same := record("revisit", cdn+"a.png", later, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", "Content-Type: application/http; msgtype=response",
		"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest", "WARC-Payload-Digest: "+sha1Of(picture(t, 1)),
		"WARC-Refers-To-Target-URI: "+cdn+"a.png", "WARC-Refers-To-Date: "+early)
	return []string{
		answered(articleURL, "text/html; charset=utf-8", first),
		answered("https://vov.vn/xa-hoi/nuoc-bien-dang-cao-post1290001.vov", "text/html; charset=utf-8", second),
		answeredAt(later, articleURL, "200 OK", "Content-Type: text/html", again),
		answered("https://dantri.com.vn/xa-hoi.htm", "text/html", `<html><body><img data-src="`+cdn+`list.png">`+strings.Repeat("<p>Tin trong ngày</p>", 9)+`</body></html>`),
		answered("https://dantri.com.vn/own.png", "image/png", picture(t, 11)),
		answered(cdn+"a.png", "image/png", picture(t, 1)) + same,
		answered(cdn+"a-2.png", "image/png", picture(t, 2)),
		answered(cdn+"list.png", "image/png", picture(t, 3)),
		answeredAt(early, cdn+"c.svg", "200 OK", "Content-Type: image/svg+xml\r\nContent-Encoding: gzip", warctest.Gzip(t, `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`)),
		answeredAt(early, cdn+"d.png", "200 OK", "Content-Type: image/png\r\nTransfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(picture(t, 4)), picture(t, 4))),
		answered(cdn+"liar.png", "image/png", articlePage("Không có", "Không tìm thấy.")),
		answered(cdn+"wrong.png", "text/html", picture(t, 5)),
		answeredAt(early, cdn+"c.svg", "203 Non-Authoritative Information", "Content-Type: text/html", "<html><p>trang thay"),
		answeredAt(early, cdn+"missing.png", "404 Not Found", "Content-Type: text/html", "<p>404"),
		answeredAt(early, cdn+"moved.png", "302 Found", "Location: https://far.example/m.png", "") + answered("https://far.example/m.png", "image/png", picture(t, 6)),
		answered(static+"s.css", "text/css", `@import "t.css"; body{background:url("b.png")}`),
		answered(static+"t.css", "text/css", `@font-face{font-family:x;src:url(f.woff2)}`),
		record("resource", static+"f.woff2", early, "wOF2\x00\x01\x00\x00"+strings.Repeat("f", 60), "Content-Type: font/woff2"),
		answered(static+"b.png", "image/png", picture(t, 7)),
		answered("https://counter.example/count.png", "image/png", picture(t, 8)),
		answered("https://other.example/page.html", "text/html", "<html><p>trang khác"),
	}
}

// crawlFile is one file of a crawl, read through what can go back.
type crawlFile struct {
	name, text string
	wacz       bool
}

func (f crawlFile) take(t testing.TB, a *archive.Archive, o ImportOptions) Imported {
	t.Helper()
	o.File, o.Problem = "crawl.warc.gz", func(p warcfile.Problem) {
		if !f.wacz { // these are not as good as they could be
			t.Errorf("%s: %s", f.name, p.What)
		}
	}
	var n Imported
	var err error
	if f.wacz {
		n, err = ImportWACZ(context.Background(), opened(a), strings.NewReader(f.text), int64(len(f.text)), o)
	} else {
		n, err = Import(context.Background(), opened(a), strings.NewReader(f.text), o)
	}
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return n
}

// together imports files as one command does.
func together(t testing.TB, a *archive.Archive, files []crawlFile, o ImportOptions) (total Imported) {
	t.Helper()
	book, err := NewBook(a)
	if err != nil {
		t.Fatal(err)
	}
	o.Book = book
	for _, f := range files {
		total.Add(f.take(t, a, o))
	}
	for range Rounds {
		for _, n := range book.Again() {
			o.Again = n
			total.Add(files[n-1].take(t, a, o))
		}
	}
	return total
}

// oneByOne imports files by a command for each, and again as long as that brings anything.
func oneByOne(t testing.TB, a *archive.Archive, files []crawlFile, o ImportOptions) {
	t.Helper()
	for stored := 1; stored > 0; {
		stored = 0
		for _, f := range files {
			stored += together(t, a, []crawlFile{f}, o).Captures
		}
	}
}

// contentsOf is what an archive holds of all newspapers, in no order of coming: a line for each
// capture, with its needs.
func contentsOf(t testing.TB, a *archive.Archive) (lines []string) {
	t.Helper()
	ctx := context.Background()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		v, err := a.View(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		err = v.Exchanges(ctx, func(c capture.Capture) error {
			needs, err := v.Needs(ctx, c.Number)
			body, e := v.Body(ctx, c.Number)
			if e != nil {
				body = nil
			}
			lines = append(lines, fmt.Sprintln(name, c.Page, c.URL, c.Time, c.Kind, c.State, c.Status, len(body), sha1Of(string(body)), c.Notes, needs))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(lines)
	return lines
}

// TestAnyOrder: the order of the records, how they are split over files and whether these are imported
// together make no difference.
func TestAnyOrder(t *testing.T) {
	records := splitCrawl(t)
	modes := []Assets{AllAssets, Images, NoAssets}
	counts, wants := map[Assets]Imported{}, map[Assets][]string{}
	for _, mode := range modes {
		a := newArchive(t, t.TempDir())
		counts[mode] = together(t, a, []crawlFile{{name: "all", text: strings.Join(records, "")}}, ImportOptions{Assets: mode})
		wants[mode] = contentsOf(t, a)
	}
	if n := counts[AllAssets]; n.Assets != 21 || n.Captures != 25 || n.Unneeded != 1 || n.Foreign != 3 {
		t.Fatalf("%+v:\n%s", n, strings.Join(wants[AllAssets], ""))
	}
	rapid.Check(t, func(r *rapid.T) {
		mode := rapid.SampledFrom([]Assets{AllAssets, AllAssets, Images, NoAssets}).Draw(r, "mode")
		a, o := newArchive(t, t.TempDir()), ImportOptions{Assets: mode}
		files := drawFiles(t, r, records)
		if rapid.Bool().Draw(r, "together") {
			n := together(t, a, files, o)
			if n.Problems = 0; n != counts[mode] {
				r.Errorf("%s: counts %+v, want %+v", mode, n, counts[mode])
			}
		} else {
			oneByOne(t, a, files, o)
		}
		if diff := cmp.Diff(wants[mode], contentsOf(t, a)); diff != "" {
			r.Fatalf("%s, %d files, -want +got:\n%s", mode, len(files), diff)
		}
	})
}

// drawFiles splits records over up to four files, in any order.
func drawFiles(t *testing.T, r *rapid.T, records []string) (files []crawlFile) {
	order := rapid.Permutation(records).Draw(r, "order")
	for len(order) > 0 {
		n := len(order)
		if len(files) < 3 {
			n = rapid.IntRange(1, len(order)).Draw(r, "records")
		}
		f := crawlFile{name: fmt.Sprint("file ", len(files)), text: strings.Join(order[:n], "")}
		if n > 1 && rapid.IntRange(0, 3).Draw(r, "form") == 0 {
			f.wacz = true
			f.text = string(waczOf(t, "archive/1.warc.gz", warctest.Gzip(t, strings.Join(order[:n/2], "")), "archive/2.warc.gz", warctest.Gzip(t, strings.Join(order[n/2:n], ""))))
		}
		files, order = append(files, f), order[n:]
	}
	return files
}

// TestAfterTakedown: what went with a forgotten page comes back with another page that needs it, in one
// import and wherever it stands; what was itself taken out does not, nor what the forgotten page alone
// names.
func TestAfterTakedown(t *testing.T) {
	const own, cdn = "https://dantri.com.vn/pictures/", "https://cdn.elsewhere.example/"
	const otherURL = "https://dantri.com.vn/xa-hoi/nuoc-rut-20221226083224103.htm"
	forgotten := answered(articleURL, "text/html", articlePage("Nước sông", "Nước sông dâng cao.")+
		`<img src="`+own+`p.png"><img src="`+cdn+`q.png"><img src="`+own+`wish.png"><img src="`+cdn+`wish.png">`)
	withAlone := answeredAt(later, articleURL, "200 OK", "Content-Type: text/html", articlePage("Nước sông", "Nước sông dâng.")+`<img src="`+cdn+`alone.png"><img src="`+own+`p.png">`)
	other := answered(otherURL, "text/html", articlePage("Nước rút", "Nước rút dần.")+
		`<img src="`+own+`p.png"><img src="`+cdn+`q.png"><img src="`+own+`wish.png"><img src="`+cdn+`wish.png">`)
	same := record("revisit", own+"p.png", later, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", "Content-Type: application/http; msgtype=response",
		"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest", "WARC-Payload-Digest: "+sha1Of(picture(t, 1)),
		"WARC-Refers-To-Target-URI: "+own+"p.png", "WARC-Refers-To-Date: "+early)
	pictures := []string{
		answered(own+"p.png", "image/png", picture(t, 1)) + same, answered(cdn+"q.png", "image/png", picture(t, 2)),
		answered(own+"wish.png", "image/png", picture(t, 3)), answered(cdn+"wish.png", "image/png", picture(t, 4)),
		answered(cdn+"alone.png", "image/png", picture(t, 5)),
	}
	for name, order := range map[string][]string{"pictures first": append(slices.Clone(pictures), withAlone, other), "pages first": append([]string{withAlone, other}, pictures...)} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			together(t, a, []crawlFile{{text: forgotten + strings.Join(pictures[:4], "")}}, ImportOptions{})
			for _, ref := range []string{testSite + "/" + sites.AssetPage(own+"wish.png"), testSite + "/" + sites.AssetPage(cdn+"wish.png"), testSite + "/" + articlePath} {
				site, page, _ := strings.Cut(ref, "/")
				if _, err := forget.Run(context.Background(), a, site, page, forget.Options{Reason: "án lệnh", Accept: true}); err != nil {
					t.Fatal(err)
				}
			}
			if kept, _ := assetsIn(t, a); len(kept) != 0 {
				t.Fatalf("they did not go: %q", kept)
			}
			n := together(t, a, []crawlFile{{text: strings.Join(order, "")}}, ImportOptions{})
			kept, needs := assetsIn(t, a)
			if diff := cmp.Diff([]string{cdn + "q.png", own + "p.png", own + "p.png"}, kept); diff != "" {
				t.Errorf("-want +kept:\n%s", diff)
			}
			if n.Captures != 4 || n.Assets != 3 || n.Articles != 1 || n.Forgotten != 3 || n.Unneeded != 1 || n.Foreign != 0 || n.Duplicates != 0 {
				t.Errorf("%+v", n)
			}
			if slices.Contains(needs, sites.AssetPage(own+"wish.png")) {
				t.Errorf("needs %q", needs)
			}
			sound(t, a)
		})
	}
}

// TestCopiesOfAssets: a web archive's copy of a picture is that picture, once, whoever's host it is from.
func TestCopiesOfAssets(t *testing.T) {
	const own, cdn = "https://dantri.com.vn/pictures/p.png", "https://cdn.elsewhere.example/q.png"
	copied := func(address, media, body string) string {
		return answered("https://web.archive.org/web/20221224030000im_/"+address, media, body)
	}
	file := answered(articleURL, "text/html", articlePage("Nước sông", "Nước sông dâng.")+`<img src="`+own+`"><img src="`+cdn+`">`) +
		copied(own, "image/png", picture(t, 1)) + copied(cdn, "image/png", picture(t, 2)) + copied("https://counter.example/c.png", "image/png", picture(t, 3))
	a := newArchive(t, t.TempDir())
	n, problems := importText(t, a, ImportOptions{}, file)
	kept, _ := assetsIn(t, a)
	if diff := cmp.Diff([]string{cdn, own}, kept); diff != "" || n.Captures != 3 || n.Assets != 2 || n.Unneeded != 1 || len(problems) > 0 {
		t.Errorf("%+v %q, -want +kept:\n%s", n, problems, diff)
	}
	sound(t, a)
}

// TestNamesakesAndRequests: records that say the same of themselves are told apart, wherever they stand,
// and what was asked for a picture of another host goes with it.
func TestNamesakesAndRequests(t *testing.T) {
	const cdn = "https://cdn.elsewhere.example/"
	page := answered(articleURL, "text/html", articlePage("Nước sông", "Nước sông dâng.")+`<img src="`+cdn+`q.png">`)
	pictures := make([]string, 3)
	for shade := range pictures {
		pictures[shade] = warctest.Record("\r\n", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"+picture(t, uint8(shade)), "WARC-Type: response", "WARC-Target-URI: "+cdn+"q.png", "WARC-Date: "+early, "WARC-Record-ID: <urn:uuid:same>")
	}
	request := "GET /q.png HTTP/1.1\r\nHost: cdn.elsewhere.example\r\n\r\n"
	for i := range pictures {
		pictures[i] += warctest.Record("\r\n", request, "WARC-Type: request", "WARC-Target-URI: "+cdn+"q.png", "WARC-Date: "+early, "WARC-Record-ID: <urn:uuid:asked>", "WARC-Concurrent-To: <urn:uuid:same>")
	}
	packed := make([]string, len(pictures)) // each in a file of its own, at the same place
	for i, p := range pictures {
		packed[i] = warctest.Gzip(t, p)
	}
	joined := strings.Join(pictures, "")
	for name, f := range map[string]crawlFile{
		"page first": {text: page + joined}, "pictures first": {text: joined + page},
		"one gzip member": {wacz: true, text: string(waczOf(t, "archive/1.warc.gz", warctest.Gzip(t, joined+page)))},
		"parts of a WACZ": {wacz: true, text: string(waczOf(t, "archive/1.warc.gz", packed[0], "archive/2.warc.gz", packed[1], "archive/3.warc.gz", packed[2], "archive/4.warc.gz", warctest.Gzip(t, page)))},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			if n := f.take(t, a, ImportOptions{}); n.Captures != 4 || n.Assets != 3 || n.Unneeded != 0 || n.Foreign != 0 {
				t.Errorf("%+v", n)
			}
			for _, c := range all(t, a, testSite) {
				if sites.IsAsset(c.Page) && c.Request != request {
					t.Errorf("%s asked by %q", c.URL, c.Request)
				}
			}
		})
	}
}
