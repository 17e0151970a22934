package archive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"baoluu/archive/capture"
)

// marked is a news page with words that stand on no other.
func marked(id, text string, minute int) capture.Kept {
	k := page(id, strings.ReplaceAll(text, "\n", " dấu"+id+"x\n"), minute)
	k.URL = "https://dantri.com.vn/the-gioi/slug" + id + "x-" + id + ".htm"
	return k
}

func notModified(id string, minute int) capture.Kept {
	k := status(id, capture.Live, 304, minute)
	k.Kind, k.Profile = capture.Revisit, capture.NotModified
	return k
}

// noise is a page that nothing makes small.
func noise(id string, size int) capture.Kept {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32s", id))))
	_, _ = r.Read(b)
	k := page(id, "list", 0)
	k.Body = b
	return k
}

// another makes an empty archive beside others.
func another(t testing.TB) *Archive {
	t.Helper()
	a, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	plain(a)
	return a
}

// varied fills a newspaper with all kinds of records, and gives the body of each
// capture that has one.
func varied(t testing.TB, a *Archive) map[uint64][]byte {
	t.Helper()
	return variedOf(t, a, 60)
}

// variedOf is varied with so many captures, 21 at the least.
func variedOf(t testing.TB, a *Archive, n int) map[uint64][]byte {
	t.Helper()
	pages := n * 2 / 3
	bodies := map[uint64][]byte{}
	for i := range n {
		k := page(fmt.Sprint(1000+i%pages), newsPage(uint64(i), 3), i)
		e := capture.Entry{Page: k.Page, URL: k.URL, Class: capture.Again, Due: at(i + 100), Fetched: at(i), ETag: fmt.Sprint(i)}
		b := capture.Batch{Kept: []capture.Kept{k}, Entries: []capture.Entry{e}, Run: &capture.Run{Started: at(i / 10), Kept: i}}
		if i == n/2 {
			b.Aliases = []capture.Alias{{Page: "1003", Of: "1004", Why: "canonical"}}
		}
		puts, err := a.Commit(context.Background(), site, b)
		if err != nil {
			t.Fatal(err)
		}
		bodies[puts[0].Number] = k.Body
	}
	for _, k := range []capture.Kept{notModified("1005", 200), page("1006", newsPage(uint64(pages+6), 3), 201), status("1007", capture.Gone, 404, 202)} {
		puts := commit(t, a, k)
		body, err := view(t, a).Body(context.Background(), puts[0].Number)
		if err != nil {
			t.Fatal(err)
		}
		bodies[puts[0].Number] = body
	}
	return bodies
}
