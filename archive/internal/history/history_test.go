package history_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

// memory is a newspaper's file in memory.
type memory map[schema.Bucket]map[string][]byte

func (m memory) Get(b schema.Bucket, key []byte) ([]byte, error) { return m[b][string(key)], nil }

func (m memory) Scan(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	for _, key := range slices.Sorted(maps.Keys(m[b])) {
		if key < string(from) {
			continue
		}
		if err := fn([]byte(key), m[b][key]); errors.Is(err, schema.ErrStop) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (m memory) Put(b schema.Bucket, key, value []byte) error {
	if m[b] == nil {
		m[b] = map[string][]byte{}
	}
	m[b][string(key)] = slices.Clone(value)
	return nil
}

func (m memory) Drop(b schema.Bucket, key []byte) error {
	delete(m[b], string(key))
	return nil
}

const page, address = "100", "https://dantri.com.vn/xa-hoi/cau-100.htm"

// article is one of which the text is told apart by a word.
func article(word string) cleaner.Article {
	a := cleaner.Article{Site: "dantri", URL: address, Layout: "web", Cleaner: "now/1", Title: "Cầu Khe Mây thông xe"}
	for _, text := range []string{"Cây cầu nối hai bờ suối đã thông xe sáng nay.", "Kinh phí là " + word + " tỷ đồng, do tỉnh cấp cho xã.", "Từ nay học sinh không còn phải nghỉ học."} {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: text})
	}
	return a
}

// store stores what was captured, a minute after the other, and gives the captures. Each is
// an article's word, "list" for none, "refused" for none that the cleaner says why, or what
// [capture.State] calls it, with the address where that is another one.
func store(t *testing.T, m memory, what []string) (list []capture.Capture) {
	t.Helper()
	var pool body.Pool
	for i, word := range what {
		word, url, elsewhere := strings.Cut(word, " at ")
		c := capture.Capture{
			Number: uint64(i + 1), Page: page, URL: address, Time: time.UnixMilli(int64(i) * 60_000).UTC(),
			Kind: capture.Response, State: capture.Live, Status: 200,
		}
		if elsewhere {
			c.URL = "https://dantri.com.vn/" + url
		}
		var packed body.PackedArticle
		var err error
		switch word {
		case "gone":
			c.State, c.Status = capture.Gone, 404
		case "moved", "found":
			c.State, c.Status = capture.Moved, map[string]int{"moved": 301, "found": 302}[word]
		case "list":
		case "refused":
			packed.Head = schema.ArticleHead{Cleaner: "now/1", Refused: "no text"}
		default:
			if packed, err = pool.PackArticle(article(word), nil); err != nil {
				t.Fatal(err)
			}
		}
		err = errors.Join(schema.Captures.Save(m, c.Number, schema.NewCapture(c, nil)), schema.Times(page).Add(m, schema.PositionOf(c)))
		if err == nil && packed.Head.Cleaner != "" {
			err = schema.Articles(1).Save(m, c.Number, schema.Article{ArticleHead: packed.Head, Frame: packed.Frame})
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

func reader(m memory) *history.Reader {
	present := history.Cleaner{Name: func(string) string { return "now/1" }, Clean: func(cleaner.Page, *sites.Site) (cleaner.Article, error) {
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: "no text"}
	}}
	return history.New(m, body.Store{Pool: new(body.Pool), Site: "dantri"}, present, 1)
}

// TestVersions: which captures begin a version, and why. To extend versions capture by
// capture gives the same, with a Cache and without.
func TestVersions(t *testing.T) {
	for _, test := range []struct{ captures, want string }{
		{"list, refused, gone", ""},
		{"5, 5, list, refused, 5", "1-5"},
		{"5, 6, 5", "1-1, 2-2 edit, 3-3 edit"},
		{"5, gone, gone, 5", "1-1, 2-3 state, 4-4 state"},
		{"5, gone, 6", "1-1, 2-2 state, 3-3 edit"},
		{"5, gone at cu.htm, 5", "1-3"},
		{"5 at cu.htm, 5, gone at cu.htm", "1-2"},
		{"5, found at cu.htm, gone at cu.htm", "1-1, 3-3 state"},
		{"5, moved at cu.htm, gone at cu.htm", "1-1"},
	} {
		t.Run(test.captures, func(t *testing.T) {
			m := memory{}
			captures := store(t, m, strings.Split(test.captures, ", "))
			list, err := reader(m).Versions(page)
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, v := range list {
				parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d-%d %s", v.First, v.Last, v.Cause)))
			}
			if got := strings.Join(parts, ", "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			for _, cache := range []*history.Cache{nil, {}} {
				if got := extended(t, m, cache, captures); !reflect.DeepEqual(got, list) {
					t.Errorf("capture by capture:\n%+v, want\n%+v", got, list)
				}
			}
		})
	}
}

// extended are the versions that come of captures one by one.
func extended(t *testing.T, m memory, cache *history.Cache, captures []capture.Capture) (list []schema.Version) {
	t.Helper()
	for range 2 { // the second time of what the Cache kept
		list = nil
		r := reader(m)
		r.Cache = cache
		for _, c := range captures {
			var last *schema.Version
			if len(list) > 0 {
				last = &list[len(list)-1]
			}
			e, err := r.Extend(page, last, c)
			if err != nil {
				t.Fatal(err)
			}
			switch e.Effect {
			case history.Begins:
				list = append(list, e.Version)
			case history.CarriesOn:
				*last = e.Version
			case history.TakesBack:
				t.Fatal("a version was taken back")
			}
		}
	}
	return list
}

// TestWithin: captures beyond are not looked at.
func TestWithin(t *testing.T) {
	m := memory{}
	store(t, m, []string{"5", "6", "7"})
	r := reader(m)
	r.Within = schema.UpTo(2)
	if list, err := r.Versions(page); err != nil || len(list) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestCompare: what the present cleaner refuses is told, and not compared.
func TestCompare(t *testing.T) {
	m := memory{}
	store(t, m, []string{"5", "6", "7"})
	d, before, after, err := reader(m).Compare(history.At{Number: 1}, history.At{Number: 2})
	if err != nil || d.Cause != compare.Edited || before == nil || after == nil {
		t.Fatalf("%+v, %v, %v, %v", d, before, after, err)
	}
	rec, _, err := schema.Articles(1).Load(m, 3)
	if err != nil {
		t.Fatal(err)
	}
	rec.Cleaner = "old/1"
	r := reader(m)
	r.Known.Heads = map[uint64]schema.ArticleHead{3: rec.ArticleHead}
	if _, before, after, err = r.Compare(history.At{Number: 1}, history.At{Number: 3}); err != nil || before == nil || after != nil {
		t.Fatalf("%v, %v, %v", before, after, err)
	}
}

// TestDamaged: a damaged record of whatever kind is an error, and no version less.
func TestDamaged(t *testing.T) {
	for _, b := range []schema.Bucket{schema.BucketCaptures, schema.BucketArticles} {
		m := memory{}
		store(t, m, []string{"5", "6"})
		for _, record := range m[b] {
			record[len(record)-1] ^= 1
		}
		if list, err := reader(m).Versions(page); !errors.Is(err, schema.ErrCorrupt) {
			t.Errorf("%s: %+v, %v", b, list, err)
		}
	}
}
