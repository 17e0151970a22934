package rescue

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// TestRescueSaysWhatItCannotKnow: of a file of which nobody can tell how much it held,
// a rescue never says that all of it came back.
func TestRescueSaysWhatItCannotKnow(t *testing.T) {
	a := archivetest.Another(t)
	bodies := archivetest.Varied(t, a)
	whole := archivetest.ReadFile(t, a)
	tr, err := store.OpenTree(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	used := int(tr.Pages()) * store.PageSize
	root, err := tr.Root("")
	if err != nil {
		t.Fatal(err)
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte {
			b[at] ^= 4
			return b
		}
	}
	losingRecord := func(bk schema.Bucket, key []byte) func([]byte) []byte {
		return func(b []byte) []byte { return archivetest.Losing(t, b, bk, key) }
	}
	type hurt struct {
		name string
		make func([]byte) []byte
		want string // in what it says; "" for nothing
	}
	cases := []hurt{
		{"whole", cut(len(whole)), ""},
		{"cut behind what is used", cut(used), ""},
		{"first meta page", flip(boltfile.PageHead + 20), "one of the file's two meta pages"},
		{"second meta page", flip(store.PageSize + boltfile.PageHead + 20), "one of the file's two meta pages"},
		{"both meta pages", func(b []byte) []byte {
			return flip(boltfile.PageHead + 20)(flip(store.PageSize + boltfile.PageHead + 20)(b))
		}, "neither of the file's two meta pages"},
		{"root page", flip(int(root.ID)*store.PageSize + 8), "the file's tree is damaged (page "},
		{"root page's number", flip(int(root.ID) * store.PageSize), "the file's tree is damaged (page "},
		{"counters", losingRecord(schema.BucketMeta, []byte(schema.KeyState)), "counters may be lost, its checksum does not hold"},
		{"an address to be fetched", losingRecord(schema.BucketFrontier, []byte("1010")), "addresses to be fetched may be lost, the plan to fetch page 1010: its checksum does not hold"},
		{"a join", losingRecord(schema.BucketAliases, []byte("1003")), "joins of pages may be lost"},
		{"a crawl", losingRecord(schema.BucketRuns, schema.BucketRuns.Key(schema.Key{At: archivetest.At(0).UnixMilli()})), "records of crawls may be lost"},
		{"a capture", losingRecord(schema.BucketCaptures, schema.NumberKey(3)), ""}, // that one is counted
	}
	for n := 2 * store.PageSize; n < used; n += store.PageSize {
		cases = append(cases, hurt{"cut", cut(n), "the file is cut: "}, hurt{"cut in a page", cut(n + 777), "the file is cut: "})
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := c.make(bytes.Clone(whole))
			s, err := salvageOf(ctx, bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			says := strings.Join(s.doubts, "\n")
			if !strings.Contains(says, c.want) || c.want == "" && says != "" {
				t.Errorf("%d bytes of %d: %q, want %q", len(b), len(whole), says, c.want)
			}
			if i%30 != 0 && c.name == "cut" || c.name == "cut in a page" {
				return
			}
			hurt, to := archivetest.Another(t), archivetest.Another(t)
			if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
				t.Fatal(err)
			}
			report, err := Run(ctx, hurt, archivetest.Site, to.Dir(), Options{})
			if errors.Is(err, archive.ErrCorrupt) && len(s.captures()) == 0 {
				return // nothing is left of it
			}
			if err != nil || report.Doubts != says {
				t.Errorf("%+v, %v", report, err)
			}
			if c.want == "" && report.Captures+report.Lost != len(bodies) {
				t.Errorf("%+v of %d", report, len(bodies))
			}
			again, err := Run(ctx, hurt, archivetest.Site, to.Dir(), Options{})
			if err != nil || !again.Already || again.Doubts != says {
				t.Errorf("once more: %+v, %v", again, err)
			}
		})
	}
}

// TestRescueTrustsIntactFiles: intact files of all kinds raise no doubts.
func TestRescueTrustsIntactFiles(t *testing.T) {
	empty, forgotten := archivetest.Another(t), archivetest.Another(t)
	if _, err := empty.Commit(ctx, archivetest.Site, capture.Batch{}); err != nil {
		t.Fatal(err)
	}
	archivetest.Varied(t, forgotten)
	archivetest.ForgetPage(t, forgotten, "1007")
	files := map[string][]byte{"empty": archivetest.ReadFile(t, empty), "forgotten": archivetest.ReadFile(t, forgotten), "all kinds": ofAllKinds(t)}
	for name, b := range files {
		s, err := salvageOf(ctx, bytes.NewReader(b), int64(len(b)))
		if err != nil || len(s.doubts) > 0 {
			t.Errorf("%s: %q, %v", name, s.doubts, err)
		}
	}
}
