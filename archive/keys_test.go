package archive

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
		rapid.StringN(1, 40, maxPage).Filter(func(s string) bool { return checkPage(s) == nil }),
	)
}

func moments() *rapid.Generator[moment] {
	return rapid.Custom(func(t *rapid.T) moment {
		return moment{rapid.Int64Range(0, maxMilli).Draw(t, "at"), rapid.Uint64().Draw(t, "number")}
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
		if got := bytes.Compare(momentKey(a, m), momentKey(b, n)); got != want {
			t.Fatalf("order %d, want %d", got, want)
		}
		if a != b && bytes.HasPrefix(momentKey(b, n), momentPrefix(a)) {
			t.Fatal("one page's key begins as another's")
		}
		c, d := capture.Class(rapid.IntRange(0, 3).Draw(t, "c")), capture.Class(rapid.IntRange(0, 3).Draw(t, "d"))
		want = cmp.Or(cmp.Compare(c, d), cmp.Compare(m.At, n.At), cmp.Compare(a, b))
		if got := bytes.Compare(dueKey(c, time.UnixMilli(m.At), a), dueKey(d, time.UnixMilli(n.At), b)); got != want {
			t.Fatalf("due: order %d, want %d", got, want)
		}
		if m.before(n) != (bytes.Compare(momentKey(a, m), momentKey(a, n)) < 0) {
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
		if q, o, err := parseMomentKey(momentKey(p, m)); q != p || o != m || err != nil {
			t.Fatal(q, o, err)
		}
		if h, q, err := parseHeadKey(headKey(g, p)); h != g || q != p || err != nil {
			t.Fatal(h, q, err)
		}
		if h, q, v, err := parseVersionKey(versionKey(g, p, n)); h != g || q != p || v != n || err != nil {
			t.Fatal(h, q, v, err)
		}
		if h, d, q, err := parseDayKey(dayKey(g, "20160408", p)); h != g || d != "20160408" || q != p || err != nil {
			t.Fatal(h, d, q, err)
		}
		if h, o, err := parseArticleKey(articleKey(g, m.Number)); h != g || o != m.Number || err != nil {
			t.Fatal(h, o, err)
		}
		if c, d, q, err := parseDueKey(dueKey(class, due, p)); c != class || !d.Equal(due) || q != p || err != nil {
			t.Fatal(c, d, q, err)
		}
	})
}

func TestBehind(t *testing.T) {
	for _, tt := range []struct{ prefix, want string }{{"a", "b"}, {"a\xff", "b"}, {"\xff\xff", ""}, {"", ""}, {"\x00", "\x01"}} {
		if got := behind([]byte(tt.prefix)); string(got) != tt.want {
			t.Errorf("behind(%q) = %q, want %q", tt.prefix, got, tt.want)
		}
	}
}

// FuzzKeys: what decodes is encoded to the same bytes again, and what does not is
// named as damage, with zero values.
func FuzzKeys(f *testing.F) {
	f.Add(numberKey(7))
	f.Add(momentKey("100", moment{1, 2}))
	f.Add(headKey(1, "100"))
	f.Add(versionKey(1, "100", 2))
	f.Add(dayKey(1, "20160408", "100"))
	f.Add(dueKey(capture.Fresh, at(0), "100"))
	f.Add(articleKey(1, 2))
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
		n, err := parseNumberKey(k)
		same("number", err, func() []byte { return numberKey(n) }, n == 0)
		p, err := parsePageKey(k)
		same("page", err, func() []byte { return pageKey(p) }, p == "" || err != nil)
		p, m, err := parseMomentKey(k)
		same("moment", err, func() []byte { return momentKey(p, m) }, p == "" && m == moment{})
		g, p, err := parseHeadKey(k)
		same("head", err, func() []byte { return headKey(g, p) }, p == "" && g == 0)
		g, p, v, err := parseVersionKey(k)
		same("version", err, func() []byte { return versionKey(g, p, v) }, p == "" && g == 0 && v == 0)
		g, d, p, err := parseDayKey(k)
		same("day", err, func() []byte { return dayKey(g, d, p) }, p == "" && g == 0 && d == "")
		c, due, p, err := parseDueKey(k)
		same("due", err, func() []byte { return dueKey(c, due, p) }, p == "" && c == 0 && due.IsZero())
		g, n, err = parseArticleKey(k)
		same("article", err, func() []byte { return articleKey(g, n) }, g == 0 && n == 0)
		digest, err := parseDigestKey(k)
		same("digest", err, func() []byte { k, _ := digestKey(digest); return k }, digest == "")
	})
}

func FuzzRecord(f *testing.F) {
	f.Add("captures", []byte{0}, []byte(`{"number":1}`))
	f.Add("bodies", []byte("k"), []byte("{}\n(\xb5/\xfd"))
	f.Fuzz(func(t *testing.T, b string, key, payload []byte) {
		v := seal(bucket(b), key, payload)
		if got, err := unseal(bucket(b), key, v); err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%x, %v", got, err)
		}
		if _, err := unseal(bucket(b+"x"), key, v); err == nil {
			t.Fatal("the record is taken for one of another bucket")
		}
		if _, err := unseal(bucket(b), append(bytes.Clone(key), 0), v); err == nil {
			t.Fatal("the record is taken for one of another key")
		}
		// As a record of any kind it is read without a panic.
		_, _ = decodeCapture(payload)
		_, _ = splitBlob(payload, &bodyHead{})
		_, _ = runsTable.decode(payload)
	})
}

func FuzzDigest(f *testing.F) {
	f.Add(digestOf(nil))
	f.Add("sha256:")
	f.Add(strings.Repeat("a", 64))
	f.Fuzz(func(t *testing.T, s string) {
		k, err := digestKey(s)
		if err != nil {
			return
		}
		if back, err := parseDigestKey(k); err != nil || !strings.EqualFold(back, s) {
			t.Fatalf("%q became %q, %v", s, back, err)
		}
	})
}
