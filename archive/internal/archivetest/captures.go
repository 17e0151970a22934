package archivetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
)

// Marked is a news page with words that stand on no other.
func Marked(id, text string, minute int) capture.Kept {
	k := Page(id, strings.ReplaceAll(text, "\n", " dấu"+id+"x\n"), minute)
	k.URL = "https://dantri.com.vn/the-gioi/slug" + id + "x-" + id + ".htm"
	return k
}

// NotModified is a revisit of a page without a body.
func NotModified(id string, minute int) capture.Kept {
	k := Status(id, capture.Live, 304, minute)
	k.Kind, k.Profile = capture.Revisit, capture.NotModified
	return k
}

// Noise is a page that nothing makes small.
func Noise(id string, size int) capture.Kept {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32s", id))))
	_, _ = r.Read(b)
	k := Page(id, "list", 0)
	k.Body = b
	return k
}

// Another makes an empty archive beside others.
func Another(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	Plain(a)
	return a
}

// Varied fills a newspaper with all kinds of records, and gives the body of each
// capture that has one.
func Varied(t testing.TB, a *archive.Archive) map[uint64][]byte {
	t.Helper()
	return VariedOf(t, a, 60)
}

// VariedOf is [Varied] with so many captures of articles, 21 at the least.
func VariedOf(t testing.TB, a *archive.Archive, n int) map[uint64][]byte {
	t.Helper()
	return varied(t, a, n, true)
}

// VariedPages is [Varied] without assets.
func VariedPages(t testing.TB, a *archive.Archive) { varied(t, a, 60, false) }

// varied draws n captures of articles, each in a commit of its own, and then others.
func varied(t testing.TB, a *archive.Archive, n int, assets bool) map[uint64][]byte {
	t.Helper()
	pages := n * 2 / 3
	bodies := map[uint64][]byte{}
	commit := func(b capture.Batch) {
		t.Helper()
		puts, err := a.Commit(context.Background(), Site, b)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range b.Kept {
			if k.Body == nil && k.State == capture.Live { // what was not modified
				if k.Body, err = View(t, a).Body(context.Background(), puts[i].Number); err != nil {
					t.Fatal(err)
				}
			}
			bodies[puts[i].Number] = k.Body
		}
	}
	text := map[int]string{}
	article := func(page, minute int) capture.Kept {
		k := Page(fmt.Sprint(1000+page), text[page], minute)
		if assets && page%3 == 1 {
			return Needing(k, "all.css", "logo.png", pictureOf(page))
		}
		return k
	}
	for i := range n {
		page := i % pages
		text[page] = NewsPage(uint64(i), 3)
		if assets && page%3 == 1 {
			text[page] += "!" + pictureOf(page) + "\n"
		}
		k := article(page, i)
		e := capture.Entry{Page: k.Page, URL: k.URL, Class: capture.Again, Due: At(i + 100), Fetched: At(i), ETag: fmt.Sprint(i)}
		b := capture.Batch{Kept: []capture.Kept{k}, Entries: []capture.Entry{e}, Run: &capture.Run{Started: At(i / 10), Kept: i}}
		if i == n/2 {
			b.Aliases = []capture.Alias{{Page: "1003", Of: "1004", Why: "canonical"}}
		}
		if assets && i == n-1 {
			b.Kept = append(b.Kept, variedAssets(t)...)
		}
		commit(b)
	}
	last := []capture.Kept{NotModified("1005", 200), article(6, 201), Status("1007", capture.Gone, 404, 202)}
	if assets {
		last = append(last, Needing(Page("1900", "list\n", 203), "all.css", "logo.png"), article(10, 204))
		last = append(last, variedAssetsAgain(t)...)
	}
	commit(capture.Batch{Kept: last})
	return bodies
}
