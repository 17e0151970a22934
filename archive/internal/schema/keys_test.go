package schema

import (
	"bytes"
	"cmp"
	"errors"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"

	"pgregory.net/rapid"
)

// pages draws page keys, among them those that are prefixes of others.
func pages() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"1", "10", "100", "100.en", "vn,dantri)/", "vn,dantri)/a", "post1", "\x01", "~", "ạ"}),
		rapid.StringN(1, 40, MaxPage).Filter(func(s string) bool { return CheckPage(s) == nil }),
	)
}

func moments() *rapid.Generator[Position] {
	return rapid.Custom(func(t *rapid.T) Position {
		return Position{rapid.Int64Range(0, MaxMilli).Draw(t, "at"), rapid.Uint64().Draw(t, "number")}
	})
}

// TestKeysKeepOrder: the order of keys is the order of what they hold, and no
// page's keys lie between another's.
func TestKeysKeepOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := pages().Draw(t, "a"), pages().Draw(t, "b")
		m, n := moments().Draw(t, "m"), moments().Draw(t, "n")
		want := cmp.Compare(a, b)
		if a == b {
			want = cmp.Or(cmp.Compare(m.At, n.At), cmp.Compare(m.Number, n.Number))
		}
		if got := bytes.Compare(PositionKey(a, m), PositionKey(b, n)); got != want {
			t.Fatalf("order %d, want %d", got, want)
		}
		if a != b && bytes.HasPrefix(PositionKey(b, n), PositionPrefix(a)) {
			t.Fatal("one page's key begins as another's")
		}
		c, d := capture.Class(rapid.IntRange(0, 3).Draw(t, "c")), capture.Class(rapid.IntRange(0, 3).Draw(t, "d"))
		want = cmp.Or(cmp.Compare(c, d), cmp.Compare(m.At, n.At), cmp.Compare(a, b))
		if got := bytes.Compare(dueKey(c, time.UnixMilli(m.At), a), dueKey(d, time.UnixMilli(n.At), b)); got != want {
			t.Fatalf("due: order %d, want %d", got, want)
		}
		if m.Before(n) != (bytes.Compare(PositionKey(a, m), PositionKey(a, n)) < 0) {
			t.Fatal("before disagrees with the key")
		}
	})
}

func TestKeysGoRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, m := pages().Draw(t, "page"), moments().Draw(t, "moment")
		g, n := rapid.Uint32().Draw(t, "generation"), rapid.IntRange(0, 1<<31).Draw(t, "version")
		class := capture.Class(rapid.Byte().Draw(t, "class"))
		due := time.UnixMilli(m.At).UTC()
		if q, o, err := ParsePositionKey(PositionKey(p, m)); q != p || o != m || err != nil {
			t.Fatal(q, o, err)
		}
		if h, q, err := ParseHeadKey(HeadKey(g, p)); h != g || q != p || err != nil {
			t.Fatal(h, q, err)
		}
		if h, q, v, err := ParseVersionKey(versionKey(g, p, n)); h != g || q != p || v != n || err != nil {
			t.Fatal(h, q, v, err)
		}
		if h, d, q, err := ParseDayKey(dayKey(g, "20160408", p)); h != g || d != "20160408" || q != p || err != nil {
			t.Fatal(h, d, q, err)
		}
		if h, o, err := ParseArticleKey(ArticleKey(g, m.Number)); h != g || o != m.Number || err != nil {
			t.Fatal(h, o, err)
		}
		if c, d, q, err := ParseDueKey(dueKey(class, due, p)); c != class || !d.Equal(due) || q != p || err != nil {
			t.Fatal(c, d, q, err)
		}
	})
}

func TestBehind(t *testing.T) {
	for _, tt := range []struct{ prefix, want string }{{"a", "b"}, {"a\xff", "b"}, {"\xff\xff", ""}, {"", ""}, {"\x00", "\x01"}} {
		if got := Behind([]byte(tt.prefix)); string(got) != tt.want {
			t.Errorf("behind(%q) = %q, want %q", tt.prefix, got, tt.want)
		}
	}
}

// FuzzKeys: what decodes is encoded to the same bytes again, and what does not is
// named as damage, with zero values.
func FuzzKeys(f *testing.F) {
	f.Add(NumberKey(7))
	f.Add(PositionKey("100", Position{1, 2}))
	f.Add(HeadKey(1, "100"))
	f.Add(versionKey(1, "100", 2))
	f.Add(dayKey(1, "20160408", "100"))
	f.Add(dueKey(capture.Fresh, time.UnixMilli(1709251200000), "100"))
	f.Add(ArticleKey(1, 2))
	f.Add([]byte{})
	f.Add([]byte("vn,dantri)/\x00"))
	f.Fuzz(func(t *testing.T, k []byte) {
		same := func(kind string, err error, again func() []byte, zero bool) {
			switch {
			case err == nil && !bytes.Equal(again(), k):
				t.Errorf("%s: %x became %x", kind, k, again())
			case err != nil && (!errors.Is(err, ErrCorrupt) || !zero):
				t.Errorf("%s: %v", kind, err)
			}
		}
		n, err := ParseNumberKey(k)
		same("number", err, func() []byte { return NumberKey(n) }, n == 0)
		p, err := ParsePageKey(k)
		same("page", err, func() []byte { return PageKey(p) }, p == "" || err != nil)
		p, m, err := ParsePositionKey(k)
		same("moment", err, func() []byte { return PositionKey(p, m) }, p == "" && m == Position{})
		g, p, err := ParseHeadKey(k)
		same("head", err, func() []byte { return HeadKey(g, p) }, p == "" && g == 0)
		g, p, v, err := ParseVersionKey(k)
		same("version", err, func() []byte { return versionKey(g, p, v) }, p == "" && g == 0 && v == 0)
		g, d, p, err := ParseDayKey(k)
		same("day", err, func() []byte { return dayKey(g, d, p) }, p == "" && g == 0 && d == "")
		c, due, p, err := ParseDueKey(k)
		same("due", err, func() []byte { return dueKey(c, due, p) }, p == "" && c == 0 && due.IsZero())
		g, n, err = ParseArticleKey(k)
		same("article", err, func() []byte { return ArticleKey(g, n) }, g == 0 && n == 0)
		digest, err := ParseDigestKey(k)
		same("digest", err, func() []byte { k, _ := DigestKey(digest); return k }, digest == "")
	})
}

func FuzzRecord(f *testing.F) {
	f.Add("captures", []byte{0}, []byte(`{"number":1}`))
	f.Add("bodies", []byte("k"), []byte("{}\n(\xb5/\xfd"))
	f.Fuzz(func(t *testing.T, b string, key, payload []byte) {
		v := Seal(Bucket(b), key, payload)
		if got, err := Unseal(Bucket(b), key, v); err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%x, %v", got, err)
		}
		if _, err := Unseal(Bucket(b+"x"), key, v); err == nil {
			t.Fatal("the record is taken for one of another bucket")
		}
		if _, err := Unseal(Bucket(b), append(bytes.Clone(key), 0), v); err == nil {
			t.Fatal("the record is taken for one of another key")
		}
		// As a record of any kind it is read without a panic.
		_, _ = DecodeCapture(payload)
		_, _ = SplitBlob(payload, &BodyHead{})
		_, _ = Runs.Decode(payload)
	})
}

func FuzzDigest(f *testing.F) {
	f.Add(DigestOf(nil))
	f.Add("sha256:")
	f.Add(strings.Repeat("a", 64))
	f.Fuzz(func(t *testing.T, s string) {
		k, err := DigestKey(s)
		if err != nil {
			return
		}
		if back, err := ParseDigestKey(k); err != nil || !strings.EqualFold(back, s) {
			t.Fatalf("%q became %q, %v", s, back, err)
		}
	})
}
