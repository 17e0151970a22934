package archive_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"

	"go.etcd.io/bbolt"
)

// Whatever brings a key, an address or an alias, nothing of it can speak to a terminal or
// turn a line round; what was stored so before can be read, and merged.
func TestNamesAreSound(t *testing.T) {
	for _, bad := range []string{
		"\x1b]0;title\x07", "\n", "\r", "\t", "\x7f", "\u0085", "\u009b31m", "\u2028", "\u2029", "\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad", "\U000e0001",
	} {
		name := "tin" + bad + "lũ"
		k := archivetest.Page("100", archivetest.NewsPage(1, 3), 1)
		k.Page, k.URL, k.Location = name, "https://dantri.com.vn/"+name, "https://dantri.com.vn/"+name
		entry := capture.Entry{Page: name + "2", URL: k.URL}
		a := archivetest.Fresh(t)
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{k}, Entries: []capture.Entry{entry}, Aliases: []capture.Alias{{Page: name + "3", Of: name}}}); err != nil {
			t.Fatalf("%+q: %v", bad, err)
		}
		if _, err := a.Discover(ctx, archivetest.Site, []capture.Entry{{Page: name + "4", URL: k.URL}}); err != nil {
			t.Fatal(err)
		}
		if puts := archivetest.Commit(t, a, k); !puts[0].Duplicate {
			t.Errorf("%+q: the same again: %+v", bad, puts[0])
		}
		if _, err := archivetest.View(t, a).Page(ctx, name); err != nil {
			t.Errorf("%+q: by the name that it came with: %v", bad, err)
		}
		b := archivetest.Fresh(t)
		archivetest.MergeInto(t, b, a)
		for _, a := range []*archive.Archive{a, b} {
			archivetest.Sound(t, a)
			if told := archivetest.HistoryOf(t, a); strings.ContainsFunc(told, func(r rune) bool {
				return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
			}) {
				t.Errorf("%+q: %+q", bad, told)
			}
			for _, b := range schema.Buckets() {
				if b == schema.BucketRequests || b == schema.BucketDigests {
					continue // their keys are digests, of any bytes
				}
				err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
					return schema.Raw(b).Walk(r.Scan, func(key, _ []byte) error {
						if strings.Contains(string(key), bad) {
							t.Errorf("%+q: %s %+q", bad, b, key)
						}
						return nil
					})
				})
				if err != nil {
					t.Error(err)
				}
			}
		}
	}
	for _, bad := range []string{"", "a\x00b", "a\xffb", strings.Repeat("a", schema.MaxPage+1), strings.Repeat("\u202e", schema.MaxPage/3)} {
		k := archivetest.Page("100", archivetest.NewsPage(1, 3), 1)
		k.Page = bad
		if _, err := archivetest.Fresh(t).Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{k}}); err == nil {
			t.Errorf("%.40q is taken", bad)
		}
	}
}

// A page that an older program stored under a name that is taken no more is read, merged,
// carried on and forgotten by either name.
func TestOldNames(t *testing.T) {
	const was, is = "tin\x1b[31ml", "tin%1B[31ml"
	k := archivetest.Page("100", archivetest.NewsPage(1, 3), 1)
	old := func() *archive.Archive {
		a := archivetest.Fresh(t)
		k := k
		k.Page, k.URL = "tinQ[31ml", "https://dantri.com.vn/tinQ[31ml"
		archivetest.Commit(t, a, k)
		craft(t, a, func(tx *bbolt.Tx) error {
			for _, b := range schema.Buckets() {
				bucket, records := tx.Bucket([]byte(b)), map[string][]byte{}
				err := bucket.ForEach(func(key, v []byte) error {
					payload := v[schema.SumSize:]
					switch b {
					case schema.BucketAddresses:
						payload = bytes.ReplaceAll(payload, []byte("tinQ"), []byte("tin\x1b"))
					case schema.BucketPages, schema.BucketCaptures:
						payload = bytes.ReplaceAll(payload, []byte("tinQ"), []byte("tin\\u001b"))
					}
					records[string(key)] = bytes.Clone(payload)
					return nil
				})
				for key, payload := range records {
					renamed := bytes.ReplaceAll([]byte(key), []byte("tinQ"), []byte("tin\x1b"))
					err = errors.Join(err, bucket.Delete([]byte(key)), bucket.Put(renamed, schema.Seal(b, renamed, payload)))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		return a
	}
	k.Page, k.URL = was, "https://dantri.com.vn/"+was
	merged := archivetest.Fresh(t)
	archivetest.MergeInto(t, merged, old())
	for _, more := range []bool{false, true} {
		a, names := old(), []string{was, k.URL}
		if more { // another capture of it
			k := archivetest.Page("100", archivetest.NewsPage(2, 3), 2)
			k.Page, k.URL = was, "https://dantri.com.vn/"+was
			if puts := archivetest.Commit(t, a, k); puts[0].NewPage {
				t.Error("one page became two")
			}
			names = append(names, is)
		}
		for _, name := range names {
			if _, err := archivetest.View(t, a).Page(ctx, name); err != nil {
				t.Errorf("by %q: %v", name, err)
			}
		}
		if _, err := forget.Run(ctx, a, archivetest.Site, was, forget.Options{Reason: "x", At: archivetest.At(0), Accept: true}); err != nil {
			t.Fatal(err)
		}
		if puts := archivetest.Commit(t, a, k); puts[0].Forgotten == "" {
			t.Errorf("kept again: %+v", puts[0])
		}
		archivetest.MergeInto(t, a, merged)
		archivetest.MergeInto(t, a, old())
		if told := archivetest.HistoryOf(t, a); told != "" {
			t.Errorf("forgotten, and there: %s", told)
		}
	}
}
