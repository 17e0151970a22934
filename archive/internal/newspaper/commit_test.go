package newspaper

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/internal/verify"
	"baoluu/cleaner"
)

func at(minute int) time.Time {
	return time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// newsPage is a page of words that no other has, below a menu that all have.
func newsPage(seed int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Bài %d\n", seed)
	for i := range 120 {
		fmt.Fprintf(&b, "#<li class=\"menu-%d\"><a href=\"/muc-%d.htm\">Mục %x</a></li>\n", i, i, i*i*7919)
	}
	for i := range 100 {
		fmt.Fprintf(&b, "Đoạn %x của bài.\n", (i+seed)*(seed+3)*104729)
	}
	return b.String()
}

// page is a capture of an article.
func page(id, text string, minute int) capture.Kept {
	url := "https://dantri.com.vn/the-gioi/bai-" + id + ".htm"
	title, _, _ := strings.Cut(text, "\n")
	return capture.Kept{
		Capture: capture.Capture{
			Page: id, URL: url, Time: at(minute), Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html",
			Header:  []capture.Field{{Name: "Content-Type", Value: "text/html"}},
			Request: "GET /the-gioi/bai-" + id + ".htm HTTP/1.1\r\nHost: dantri.com.vn\r\nUser-Agent: baoluu/test\r\n\r\n",
		},
		Body: []byte(text),
		Article: &cleaner.Article{
			Site: "dantri", URL: url, Language: "vi", Title: cleaner.Text(title), Text: text, Layout: "plain", Cleaner: "plain/1",
			Section: []string{}, Tags: []string{}, Captions: []string{}, Images: []cleaner.Image{}, Body: []cleaner.Block{}, Related: []cleaner.Related{}, Notes: []string{},
		},
	}
}

// status is an answer without a body.
func status(id string, state capture.State, code, minute int) capture.Kept {
	k := page(id, "", minute)
	k.Body, k.Article, k.State, k.Status = nil, nil, state, code
	return k
}

func notModified(id string, minute int) capture.Kept {
	k := status(id, capture.Live, 304, minute)
	k.Kind, k.Profile = capture.Revisit, capture.NotModified
	return k
}

// failing is a store whose writes fail from the nth on.
type failing struct {
	schema.Writer
	left *int
}

var errNth = errors.New("the nth write fails")

func (f failing) Put(b schema.Bucket, key, value []byte) error {
	if *f.left--; *f.left < 0 {
		return errNth
	}
	return f.Writer.Put(b, key, value)
}

func (f failing) Drop(b schema.Bucket, key []byte) error {
	if *f.left--; *f.left < 0 {
		return errNth
	}
	return f.Writer.Drop(b, key)
}

// TestNthWriteFails: whichever write of a commit fails, nothing of it is stored, the
// archive is sound, and the same commit can be made after.
func TestNthWriteFails(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	ctx := t.Context()
	var pool body.Pool
	np := New(&store.Folder{Dir: t.TempDir(), Patience: time.Second}, "dantri", &pool, &history.Cleaner{Name: func(string) string { return "plain/1" }})
	if _, err := np.Commit(ctx, capture.Batch{Kept: []capture.Kept{page("100", newsPage(1), 0), page("200", newsPage(2), 1)}}); err != nil {
		t.Fatal(err)
	}
	file := func() []byte {
		t.Helper()
		b, err := os.ReadFile(np.File.Path("db"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	entry := capture.Entry{Page: "100", URL: "https://dantri.com.vn/x-100.htm", Class: capture.Again, Due: at(9)}
	b := capture.Batch{
		Kept: []capture.Kept{
			page("100", newsPage(3), 5), page("300", newsPage(4), 6), page("100", newsPage(5), 3),
			status("200", capture.Gone, 404, 7), notModified("300", 8),
		},
		Entries: []capture.Entry{entry}, Aliases: []capture.Alias{{Page: "200", Of: "100"}},
		Hosts: map[string][]byte{"dantri.com.vn": []byte("{}")}, Run: &capture.Run{Started: at(0)},
	}
	before := file()
	for n := 0; ; n++ {
		if n > 1000 {
			t.Fatal("a commit without an end")
		}
		kept, err := checkBatch(&b)
		if err != nil {
			t.Fatal(err)
		}
		works, err := np.prepare(ctx, b, kept)
		if err != nil {
			t.Fatal(err)
		}
		left := n
		err = np.Update(ctx, func(s schema.Writer) error {
			return np.change(failing{s, &left}, func(t *Tx) error {
				_, _, err := t.apply(b, kept, works)
				return err
			})
		})
		if err == nil {
			t.Logf("%d writes", n)
			break
		}
		if !errors.Is(err, errNth) {
			t.Fatalf("write %d: %v", n, err)
		}
		if now := file(); !bytes.Equal(now, before) {
			t.Fatalf("write %d failed, and the file changed", n)
		}
	}
	err := np.File.Read(ctx, func(r schema.Reader) error {
		p, err := schema.Pages.Must(r, "100")
		if err == nil && p.Captures != 5 {
			t.Errorf("%+v", p)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	report, err := verify.Run(ctx, verify.Newspaper{File: np.File, Bodies: np.Bodies}, func(p verify.Problem) { t.Errorf("%s: %s", p.Where, p.What) }, nil)
	if err != nil || report.Problems > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestRepairedInTheSameBatch: of a capture that comes without its body and again with it, in one
// batch, the second has begun the version, and the history was rebuilt once.
func TestRepairedInTheSameBatch(t *testing.T) {
	var pool body.Pool
	np := New(&store.Folder{Dir: t.TempDir(), Patience: time.Second}, "dantri", &pool, &history.Cleaner{Name: func(string) string { return "plain/1" }})
	brought := page("100", newsPage(1), 5)
	brought.Digest = schema.DigestOf(brought.Body)
	lost := brought
	lost.Kind, lost.Body, lost.Article, lost.Notes = capture.Revisit, nil, nil, []string{LostBody}
	later := page("100", newsPage(2), 9)
	puts, err := np.Commit(t.Context(), capture.Batch{Kept: []capture.Kept{lost, later, brought}})
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := puts[0], puts[1], puts[2]
	if first.Number != third.Number || !third.Repaired || third.Duplicate {
		t.Fatalf("%+v, %+v", first, third)
	}
	if first.Version != 0 || first.NewVersion || first.Rebuilt != 0 {
		t.Errorf("without its body: %+v", first)
	}
	if third.Version != 2 || !third.NewVersion || third.Rebuilt == 0 || !second.NewVersion || second.Rebuilt != 0 {
		t.Errorf("with its body: %+v, and the next: %+v", third, second)
	}
}
