package warc

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

const testSite = "dantri"

var (
	oddText = rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,12}`),
		rapid.SampledFrom([]string{"", " đầu và cuối ", "a\r\nb", "\"quoted\"", "x\x00y", "tab\there", "\u2028", "\u0085", "Ủ ê", "text/html; charset=UTF-8"}),
	)
	rawText = rapid.OneOf(oddText, rapid.SampledFrom([]string{"\xff\xfe", "latin \xe9", "  "}))
	names   = rapid.OneOf(
		rapid.SampledFrom([]string{"Content-Type", "content-encoding", "Transfer-Encoding", "Content-Length", "Location", "Set-Cookie", "X-Archive-Orig-Content-Length", "Memento-Datetime", "ETag"}),
		rawText,
	)
	bodies = rapid.OneOf(
		rapid.Just(""),
		rapid.SampledFrom([]string{"\r\n\r\n", "\n", "HTTP/1.1 200 OK\r\n\r\n", "WARC/1.0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "\x1f\x8b\x08\x00", "\x00\xff\x00"}),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "bytes")) }),
		rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("<html><head><title>Tin %d</title></head><body><article><h1>Tin %[1]d</h1><p>Nước sông dâng cao.</p></article></body></html>", rapid.IntRange(0, 5).Draw(t, "text"))
		}),
	)
)

// drawKept makes a capture of whatever an archive may hold.
func drawKept(t *rapid.T, site *sites.Site) capture.Kept {
	n := rapid.IntRange(0, 4).Draw(t, "page")
	url := rapid.SampledFrom([]string{
		fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-viet-2022122408322410%d.htm", n),
		fmt.Sprintf("https://m.dantri.com.vn/xa-hoi/bai-viet-2022122408322410%d.htm?a=b", n),
		"https://dantri.com.vn/", "https://dantri.com.vn/robots.txt", "https://dantri.com.vn/a b\r\nWARC-Type: x",
		"https://web.archive.org/web/20160410011223/http://dantri.com.vn/x.htm", "https://elsewhere.example/ữ",
	}).Draw(t, "url")
	page := sites.SURT(url)
	if a, err := site.Address(url); err == nil {
		page = a.Page
	}
	if rapid.IntRange(0, 9).Draw(t, "other page") == 0 {
		page = "2022122408322410" + fmt.Sprint(n)
	}
	k := capture.Kept{Capture: capture.Capture{
		Page: page, URL: url,
		Time:  time.UnixMilli(1_600_000_000_000 + rapid.Int64Range(0, 20).Draw(t, "ms")*500).UTC(),
		Kind:  rapid.SampledFrom([]capture.Kind{capture.Response, capture.Response, capture.Response, capture.Revisit, capture.Resource, capture.Conversion}).Draw(t, "kind"),
		State: rapid.SampledFrom([]capture.State{capture.Live, capture.Gone, capture.Moved, capture.Blocked, capture.Broken}).Draw(t, "state"),
	}}
	if k.Kind == capture.Response || k.Kind == capture.Revisit || rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
		k.Status = rapid.SampledFrom([]int{200, 200, 200, 204, 301, 302, 304, 403, 404, 429, 500, 999, 0, 7}).Draw(t, "status")
		k.Proto = rapid.SampledFrom([]string{"HTTP/1.1", "HTTP/1.0", "HTTP/2", "", "gopher"}).Draw(t, "proto")
		k.Reason = rapid.OneOf(rapid.Just("OK"), oddText).Draw(t, "reason")
		k.Header = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) capture.Field {
			return capture.Field{Name: strings.ToValidUTF8(names.Draw(t, "name"), "?"), Value: rawText.Draw(t, "value")}
		}), 0, 5).Draw(t, "header")
	}
	if k.Kind == capture.Revisit {
		k.Profile = rapid.SampledFrom([]string{"", capture.NotModified, capture.SamePayload}).Draw(t, "profile")
		k.RevisitOf = rapid.Uint64Range(0, 5).Draw(t, "of")
	} else {
		k.Body = []byte(bodies.Draw(t, "body"))
	}
	k.ContentType = oddText.Draw(t, "type")
	k.Location = oddText.Draw(t, "location")
	if rapid.Bool().Draw(t, "asked") {
		k.Request = "GET " + rapid.OneOf(rawText, rapid.Just("/a?b")).Draw(t, "target") + " HTTP/1.1\r\n" + rawText.Draw(t, "line") + "\r\n\r\n" + rapid.SampledFrom([]string{"", "a body"}).Draw(t, "more")
	}
	k.File = oddText.Draw(t, "file")
	k.Notes = rapid.SliceOfN(oddText, 0, 3).Draw(t, "notes")
	return k
}

// What is exported and imported into an empty archive is the same captures, and
// exported again the same files.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		base := fmt.Sprintf("%s/%d", dir, round)
		defer os.RemoveAll(base)
		if err := os.MkdirAll(base, 0o755); err != nil {
			rt.Fatal(err)
		}
		site := siteNamed(t, testSite)
		first := newArchive(t, base+"/first")
		ctx := context.Background()
		for range rapid.IntRange(1, 4).Draw(rt, "commits") {
			b := capture.Batch{Kept: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) capture.Kept { return drawKept(t, site) }), 1, 6).Draw(rt, "kept")}
			if rapid.IntRange(0, 3).Draw(rt, "joins") == 0 {
				b.Aliases = []capture.Alias{{Page: "20221224083224101", Of: "20221224083224100", Why: "moved permanently"}}
			}
			if _, err := first.Commit(ctx, testSite, b); err != nil {
				rt.Fatal(err)
			}
		}
		sameAgain(t, rt, base, all(t, first, testSite), func(folder string) {
			export(t, first, testSite, folder, ExportOptions{Software: "baoluu/test", maxFile: 2000})
		})
		sound(t, first)
	})
}

type failer interface{ Fatalf(string, ...any) }

func sameAgain(t *testing.T, f failer, base string, want []held, exportFirst func(folder string)) {
	exportFirst(base + "/out")
	second := newArchive(t, base+"/second")
	n := importFolder(t, second, base+"/out")
	if n.Captures != len(want) || n.Foreign+n.Broken+n.Duplicates != 0 {
		f.Fatalf("imported %+v of %d captures", n, len(want))
	}
	if diff := cmp.Diff(want, all(t, second, testSite)); diff != "" {
		f.Fatalf("not the same captures (-first +second):\n%s", diff)
	}
	sound(t, second)
	export(t, second, testSite, base+"/again", ExportOptions{Software: "baoluu/test", maxFile: 2000})
	if diff := cmp.Diff(contents(t, base+"/out"), contents(t, base+"/again")); diff != "" {
		f.Fatalf("not the same files:\n%s", diff)
	}
	if n := importFolder(t, second, base+"/out"); n.Captures != 0 {
		f.Fatalf("stored again: %+v", n)
	}
}

// A crawl's captures come back with their articles and versions.
func TestRoundTripArticles(t *testing.T) {
	site := siteNamed(t, testSite)
	base := t.TempDir()
	a := newArchive(t, base+"/first")
	var kept []capture.Kept
	for i, text := range []string{"Nước sông dâng cao.", "Nước sông dâng cao.", "Nước sông đã rút."} {
		k := capture.Kept{Capture: capture.Capture{
			Page: "20221224083224103", URL: "https://dantri.com.vn/xa-hoi/nuoc-song-20221224083224103.htm",
			Time: time.Date(2022, 12, 24, 3, i, 0, 0, time.UTC), Kind: capture.Response, State: capture.Live, Status: 200,
			ContentType: "text/html; charset=utf-8", Header: []capture.Field{{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Content-Encoding", Value: "gzip"}},
			Notes: []string{"content-encoding gzip undone"},
		}, Body: []byte(articlePage("Nước sông", text))}
		art, err := cleaner.Clean(cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: k.URL, Captured: k.Time}, site)
		if err != nil {
			t.Fatal(err)
		}
		k.Article = &art
		kept = append(kept, k)
	}
	if _, err := a.Commit(context.Background(), testSite, capture.Batch{Kept: kept}); err != nil {
		t.Fatal(err)
	}
	sameAgain(t, t, base, all(t, a, testSite), func(folder string) {
		export(t, a, testSite, folder, ExportOptions{Software: "baoluu/test", maxFile: 2000})
	})
	b := newArchive(t, base+"/second")
	v, err := b.View(context.Background(), testSite)
	if err != nil {
		t.Fatal(err)
	}
	versions, err := v.Versions(context.Background(), "20221224083224103")
	if err != nil || len(versions) != 2 {
		t.Fatalf("%d versions, want 2: %v", len(versions), err)
	}
}

// articlePage is a page in Dân trí's markup of 2022.
func articlePage(title, text string) string {
	return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>` + title + ` | Báo Dân trí</title></head><body><article class="singular-container">
<h1 class="title-page detail">` + title + `</h1><time class="author-time" datetime="2022-12-24 08:32">Thứ bảy, 24/12/2022 - 08:32</time>
<h2 class="singular-sapo">(Dân trí) - Người dân ven sông được đưa đến nơi an toàn trong đêm.</h2>
<div class="singular-content"><p>` + text + `</p><p>Chính quyền địa phương cho biết nước sẽ còn lên trong hai ngày tới.</p></div></article></body></html>`
}
