package warc

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile/warctest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

// picture is a small PNG of one colour.
func picture(t testing.TB, shade uint8) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 20, 20))
	for i := range m.Pix {
		m.Pix[i] = color.Gray{Y: shade}.Y
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// answered is a response record as browsers' crawlers write it.
func answered(url, media, body string) string {
	return record("response", url, early, "HTTP/1.1 200 OK\r\nContent-Type: "+media+"\r\n\r\n"+body, "Content-Type: application/http; msgtype=response")
}

// picturedPage is an article that names a picture, one that is a page in truth, and a style sheet, on hosts of
// nobody that is known.
func picturedPage() string {
	return strings.Replace(articlePage("Nước sông", "Nước sông dâng cao."), `</head>`,
		`<link rel="stylesheet" href="https://static.elsewhere.example/s.css"></head>`, 1) +
		`<img src="https://cdn.elsewhere.example/a.png"><img src="https://cdn.elsewhere.example/liar.png"><img src="https://cdn.elsewhere.example/missing.png">`
}

// foreignCrawl is what another crawler's browser asked for.
func foreignCrawl(t testing.TB) []string {
	return []string{
		answered(articleURL, "text/html; charset=utf-8", picturedPage()),
		answered("https://cdn.elsewhere.example/a.png", "image/png", picture(t, 1)),
		answered("https://cdn.elsewhere.example/liar.png", "image/png", articlePage("Không có", "Không tìm thấy.")),
		answered("https://static.elsewhere.example/s.css", "text/css", `@font-face{font-family:x;src:url(f.woff2)} body{background:url("b.png")}`),
		answered("https://static.elsewhere.example/f.woff2", "font/woff2", "wOF2\x00\x01\x00\x00"+strings.Repeat("f", 60)),
		answered("https://static.elsewhere.example/b.png", "image/png", picture(t, 2)),
		answered("https://counter.example/count.png", "image/png", picture(t, 3)),
		answered("https://cdn.elsewhere.example/app.js", "text/javascript", "alert(1)"),
	}
}

// assetsIn are the assets that an archive has, and what the article's capture needs.
func assetsIn(t testing.TB, a *archive.Archive) (kept, needs []string) {
	t.Helper()
	ctx := context.Background()
	v, err := a.View(ctx, testSite)
	if err != nil {
		t.Fatal(err)
	}
	err = v.All(ctx, func(c capture.Capture) error {
		if sites.IsAsset(c.Page) {
			kept = append(kept, c.URL)
			return nil
		}
		needs, err = v.Needs(ctx, c.Number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(kept)
	return kept, needs
}

// TestAssetsOfOtherCrawlers: of another crawler's file, what the newspaper's pages name is taken,
// wherever it stands, and nothing else.
func TestAssetsOfOtherCrawlers(t *testing.T) {
	all := []string{
		"https://cdn.elsewhere.example/a.png", "https://static.elsewhere.example/b.png",
		"https://static.elsewhere.example/f.woff2", "https://static.elsewhere.example/s.css",
	}
	for _, test := range []struct {
		mode Assets
		want []string
	}{{"", all}, {AllAssets, all}, {Images, all[:1]}, {NoAssets, nil}} {
		t.Run("mode "+string(test.mode), func(t *testing.T) {
			for seed := range uint64(8) {
				records := foreignCrawl(t)
				rand.New(rand.NewPCG(seed, 1)).Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
				a := newArchive(t, t.TempDir())
				n, problems := importText(t, a, ImportOptions{File: "other.warc", Assets: test.mode}, strings.Join(records, ""))
				kept, needs := assetsIn(t, a)
				if diff := cmp.Diff(test.want, kept); diff != "" {
					t.Errorf("order %d: -want +kept:\n%s", seed, diff)
				}
				if len(problems) > 0 || n.Assets != len(test.want) || n.Captures != len(test.want)+1 || n.Records != len(records) {
					t.Errorf("order %d: %+v %q", seed, n, problems)
				}
				if (test.mode == NoAssets) != (len(needs) == 0) || test.mode != NoAssets && !slices.Contains(needs, sites.AssetPage(all[0])) {
					t.Errorf("order %d: needs %q", seed, needs)
				}
				if n, _ := importText(t, a, ImportOptions{File: "other.warc", Assets: test.mode}, strings.Join(records, "")); n.Captures != 0 {
					t.Errorf("order %d: stored again: %+v", seed, n)
				}
				sound(t, a)
			}
		})
	}
}

// TestAssetsOfWACZ: a picture may stand in another file of the WACZ than its page.
func TestAssetsOfWACZ(t *testing.T) {
	r := foreignCrawl(t)
	file := waczOf(t, "archive/1.warc.gz", warctest.Gzip(t, r[1])+warctest.Gzip(t, r[5]), "archive/2.warc.gz", warctest.Gzip(t, r[3])+warctest.Gzip(t, r[4]), "archive/3.warc.gz", warctest.Gzip(t, r[0])+warctest.Gzip(t, r[6]))
	a := newArchive(t, t.TempDir())
	n, err := ImportWACZ(context.Background(), opened(a), bytes.NewReader(file), int64(len(file)), ImportOptions{File: "other.wacz"})
	if err != nil {
		t.Fatal(err)
	}
	if kept, _ := assetsIn(t, a); len(kept) != 4 || n.Assets != 4 || n.Foreign != 0 || n.Unneeded != 1 {
		t.Errorf("%+v, kept %q", n, kept)
	}
	sound(t, a)
}

// TestRoundTripAssets: what a page needs comes back with it.
func TestRoundTripAssets(t *testing.T) {
	base := t.TempDir()
	a := newArchive(t, base+"/first")
	at := func(minute int) time.Time { return time.Date(2022, 12, 24, 3, minute, 0, 0, time.UTC) }
	asset := func(url, media, body string, minute int) capture.Kept {
		return capture.Kept{Capture: capture.Capture{
			Page: sites.AssetPage(url), URL: url, Time: at(minute), Kind: capture.Response, State: capture.Live, Status: 200,
			ContentType: media, Header: []capture.Field{{Name: "Content-Type", Value: media}},
		}, Body: []byte(body)}
	}
	page := asset(articleURL, "text/html; charset=utf-8", picturedPage(), 0)
	page.Page = articlePath
	page.Needs = []string{
		sites.AssetPage("https://static.elsewhere.example/s.css"), sites.AssetPage("https://cdn.elsewhere.example/a.png"),
		sites.AssetPage("https://cdn.elsewhere.example/liar.png"), sites.AssetPage("https://cdn.elsewhere.example/missing.png"),
	}
	sheet := asset("https://static.elsewhere.example/s.css", "text/css", `body{background:url("b.png")}`, 1)
	sheet.Needs = []string{sites.AssetPage("https://static.elsewhere.example/b.png")}
	picture1 := asset("https://cdn.elsewhere.example/a.png", "image/png", picture(t, 1), 2)
	// An article that some page names as a picture stays apart from itself.
	named := asset(articleURL, "text/html; charset=utf-8", picturedPage(), 3)
	named.State = capture.Broken
	gone := asset("https://cdn.elsewhere.example/missing.png", "text/html", "404", 4)
	gone.State, gone.Status = capture.Gone, 404
	if _, err := a.Commit(context.Background(), testSite, capture.Batch{Kept: []capture.Kept{page, sheet, picture1, named, gone}}); err != nil {
		t.Fatal(err)
	}
	sameAgain(t, t, base, all(t, a, testSite), func(folder string) {
		export(t, a, testSite, folder, ExportOptions{Software: "baoluu/test", maxFile: 2000})
	})
	b, err := archive.Open(base + "/second")
	if err != nil {
		t.Fatal(err)
	}
	want, got := needsOf(t, a), needsOf(t, b)
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 2 {
		t.Errorf("what captures need, -before +after:\n%s", diff)
	}
}

// TestExportedWithAssets: of a day's pages, what they are shown with comes along, whenever it was
// captured.
func TestExportedWithAssets(t *testing.T) {
	base := t.TempDir()
	a := newArchive(t, base+"/first")
	day := func(n int) time.Time { return time.Date(2022, 12, n, 3, 0, 0, 0, time.UTC) }
	kept := func(page, url, media, body string, at time.Time, needs ...string) capture.Kept {
		for i := range needs {
			needs[i] = sites.AssetPage(needs[i])
		}
		return capture.Kept{Capture: capture.Capture{Page: page, URL: url, Time: at, Kind: capture.Response, State: capture.Live, Status: 200, ContentType: media}, Body: []byte(body), Needs: needs}
	}
	asset := func(url, media, body string, at time.Time, needs ...string) capture.Kept {
		return kept(sites.AssetPage(url), url, media, body, at, needs...)
	}
	const sheet, a1, b1 = "https://static.elsewhere.example/s.css", "https://cdn.elsewhere.example/a.png", "https://static.elsewhere.example/b.png"
	const gone, far = "https://cdn.elsewhere.example/missing.png", "https://far.example/m.png"
	moved := asset(gone, "", "", day(2))
	moved.State, moved.Status, moved.Location, moved.Header = capture.Moved, 302, far, []capture.Field{{Name: "Location", Value: far}}
	_, err := a.Commit(context.Background(), testSite, capture.Batch{Kept: []capture.Kept{
		kept(articlePath, articleURL, "text/html", picturedPage(), day(20), sheet, a1, gone),
		asset(a1, "image/png", picture(t, 1), day(1)),
		asset(a1, "image/png", picture(t, 2), day(25)),
		asset(sheet, "text/css", `@import "s.css";body{background:url("b.png")}`, day(1), sheet, b1),
		asset(b1, "image/png", picture(t, 3), day(2)),
		asset("https://cdn.elsewhere.example/other.png", "image/png", picture(t, 4), day(2)),
		moved, asset(far, "image/png", picture(t, 5), day(3)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	n := export(t, a, testSite, base+"/out", ExportOptions{Software: "baoluu/test", From: day(19), To: day(21)})
	b := newArchive(t, base+"/second")
	importFolder(t, b, base+"/out")
	got, _ := assetsIn(t, b)
	if diff := cmp.Diff([]string{a1, gone, far, b1, sheet}, got); diff != "" || n.Captures != 6 {
		t.Errorf("%+v, -want +got:\n%s", n, diff)
	}
	sound(t, b)
}

func needsOf(t testing.TB, a *archive.Archive) map[uint64][]string {
	t.Helper()
	ctx := context.Background()
	v, err := a.View(ctx, testSite)
	if err != nil {
		t.Fatal(err)
	}
	needs := map[uint64][]string{}
	err = v.All(ctx, func(c capture.Capture) error {
		list, err := v.Needs(ctx, c.Number)
		if len(list) > 0 {
			needs[c.Number] = list
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return needs
}
