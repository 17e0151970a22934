package archive_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/merge"
	"baoluu/archive/reclean"
	"baoluu/archive/rescue"

	"go.etcd.io/bbolt"
)

// craft changes records of an archive, with checksums that hold: what decay never does, and
// somebody may.
func craft(t testing.TB, a *archive.Archive, change func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(a.Newspaper(archivetest.Site).File.Path("db"), 0o600, &bbolt.Options{Timeout: time.Second, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// usedByAll does with an archive whatever a command does. What it holds may be wrong, and then
// an error says so; nothing else may come of it. What it is merged into, the other file, is whole.
func usedByAll(t testing.TB, a *archive.Archive, other []byte) {
	t.Helper()
	named := func(what string, err error) {
		t.Helper()
		for _, known := range []error{archive.ErrCorrupt, archive.ErrNoPage, archive.ErrInvalid, archive.ErrSchema, archive.ErrNoNewspaper, archive.ErrForgotten} {
			if errors.Is(err, known) {
				return
			}
		}
		if err != nil {
			t.Logf("%s: %v", what, err)
		}
	}
	if _, err := a.Verify(ctx, archivetest.Site, func(archive.Problem) {}, nil); err != nil {
		named("verify", err)
	}
	v, err := a.View(ctx, archivetest.Site)
	named("view", err)
	if err == nil {
		var pages []string
		named("pages", v.AllPages(ctx, func(p archive.PageInfo) error { pages = append(pages, p.Page); return nil }))
		for _, p := range pages[:min(len(pages), 20)] {
			_, err := v.Versions(ctx, p)
			named("versions", err)
			_, err = v.Page(ctx, p)
			named("page", err)
		}
		named("captures", v.All(ctx, func(c capture.Capture) error {
			_, err := v.Body(ctx, c.Number)
			named("body", err)
			_, err = v.Article(ctx, c.Number)
			named("article", err)
			return nil
		}))
		named("histories", v.Histories(ctx, func(archive.PageInfo, []archive.Version) error { return nil }))
		_, err := v.Stats(ctx)
		named("stats", err)
		_, err = v.Growth(ctx)
		named("growth", err)
		_, err = v.Ledger(ctx, archivetest.At(0), archivetest.At(1e6))
		named("ledger", err)
		_, err = v.At(archivetest.At(50)).Stats(ctx)
		named("stats as it stood", err)
		_, err = v.Cleanings(ctx)
		named("cleanings", err)
		named("aliases", v.Aliases(ctx, func(capture.Alias) error { return nil }))
	}
	_, err = a.Due(ctx, archivetest.Site, archivetest.At(1e6), 0, 10)
	named("due", err)
	_, err = a.Runs(ctx, archivetest.Site, time.Time{})
	named("runs", err)

	rescued := archivetest.Another(t)
	_, err = rescue.Run(ctx, a, archivetest.Site, rescued.Dir(), rescue.Options{})
	named("rescue", err)
	archivetest.Sound(t, rescued)
	whole := archivetest.Holding(t, other)
	_, err = merge.Run(ctx, whole, archivetest.Site, a, merge.Options{})
	named("merge from it", err)
	archivetest.Sound(t, whole)
	_, err = backup.Run(ctx, a, archivetest.Site, t.TempDir(), nil)
	named("backup", err)

	copied := archivetest.Holding(t, archivetest.ReadFile(t, a))
	_, err = copied.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page("100", archivetest.NewsPage(3, 3), 9000), archivetest.Page("901", archivetest.NewsPage(8, 3), 2)}})
	named("commit", err)
	_, err = merge.Run(ctx, copied, archivetest.Site, whole, merge.Options{})
	named("merge into it", err)
	_, err = reclean.Run(ctx, copied, archivetest.Site, reclean.Options{Force: true, Accept: true})
	named("reclean", err)
	_, err = forget.Run(ctx, copied, archivetest.Site, "100", forget.Options{Reason: "x", At: archivetest.At(0), Accept: true})
	named("forget", err)
}

// hostileValues take the place of what a record's JSON says.
var hostileValues = []any{
	nil, -1, 0, 1, 2, uint64(1) << 62, json.Number("1e400"), json.Number("18446744073709551615"), "", "\x1b]0;x\x07\u202e", strings.Repeat("x", 10_000), []any{}, map[string]any{},
	[2]int{-1, 1 << 40}, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "sha256:" + strings.Repeat("0", 64), json.RawMessage(strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999)),
}

func TestCrafted(t *testing.T) {
	n := 100
	if testing.Short() {
		n = 8
	}
	a := archivetest.Fresh(t)
	archivetest.VariedOf(t, a, 21)
	whole := archivetest.ReadFile(t, a)
	b := archivetest.Fresh(t)
	archivetest.Commit(t, b, archivetest.Page("100", archivetest.NewsPage(1, 3), 1), archivetest.Page("900", archivetest.NewsPage(9, 3), 2))
	other := archivetest.ReadFile(t, b)
	for seed := range uint64(n) {
		if only := os.Getenv("BAOLUU_CRAFTED"); only != "" && only != fmt.Sprint(seed) {
			continue
		}
		r := rand.New(rand.NewPCG(seed, 11))
		hurt := archivetest.Holding(t, whole)
		told := ""
		craft(t, hurt, func(tx *bbolt.Tx) error {
			for range 1 + r.IntN(3) {
				names := schema.Buckets()
				b := names[r.IntN(len(names))]
				bb := tx.Bucket([]byte(b))
				var keys [][]byte
				_ = bb.ForEach(func(k, _ []byte) error { keys = append(keys, bytes.Clone(k)); return nil })
				if len(keys) == 0 || string(b) == "meta" && r.IntN(3) > 0 {
					continue
				}
				key := keys[r.IntN(len(keys))]
				payload := bytes.Clone(bb.Get(key)[schema.SumSize:])
				switch r.IntN(5) {
				case 0: // noise
					for range 1 + r.IntN(8) {
						if len(payload) > 0 {
							payload[r.IntN(len(payload))] = byte(r.Uint32())
						}
					}
				case 1: // another record's
					payload = bytes.Clone(bb.Get(keys[r.IntN(len(keys))])[schema.SumSize:])
				case 2: // under another key
					for range 1 + r.IntN(3) {
						key[r.IntN(len(key))] = byte(r.Uint32())
					}
				case 3: // cut
					payload = payload[:r.IntN(len(payload)+1)]
				default: // one field is another
					head, frame, _ := bytes.Cut(payload, []byte("\n"))
					var m map[string]any
					if json.Unmarshal(head, &m) != nil || len(m) == 0 {
						continue
					}
					var fields []string
					for f := range m {
						fields = append(fields, f)
					}
					slices.Sort(fields)
					field := fields[r.IntN(len(fields))]
					m[field] = hostileValues[r.IntN(len(hostileValues))]
					text, err := json.Marshal(m)
					if err != nil {
						continue
					}
					if payload = text; len(frame) > 0 {
						payload = append(append(text, '\n'), frame...)
					}
				}
				told += fmt.Sprintf("%s %s: %.200q\n", b, schema.KeyText(key), payload)
				if err := bb.Put(key, schema.Seal(b, key, payload)); err != nil {
					return err
				}
			}
			return nil
		})
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel() // it mostly waits for the disk
			defer func() {
				if t.Failed() {
					t.Log(told)
				}
			}()
			usedByAll(t, hurt, other)
		})
	}
}

// Aliases lead from one to the next, however many.
func TestAliasChains(t *testing.T) {
	for _, order := range []string{"forwards", "backwards"} {
		var list []capture.Alias
		for i := range 3 * schema.MaxAliases {
			list = append(list, capture.Alias{Page: fmt.Sprintf("p%d", i), Of: fmt.Sprintf("p%d", i+1)})
		}
		list = append(list, capture.Alias{Page: fmt.Sprintf("p%d", 3*schema.MaxAliases), Of: "p0"}) // round
		if order == "backwards" {
			slices.Reverse(list)
		}
		a := archivetest.Fresh(t)
		for part := range slices.Chunk(list, 1000) {
			if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: part}); err != nil {
				t.Fatalf("%s: %v", order, err)
			}
		}
		k := archivetest.Page("p0", archivetest.NewsPage(1, 3), 1)
		archivetest.Commit(t, a, k)
		if _, err := archivetest.View(t, a).Page(ctx, "p0"); err != nil {
			t.Errorf("%s: %v", order, err)
		}
		archivetest.Sound(t, a)
	}
}
