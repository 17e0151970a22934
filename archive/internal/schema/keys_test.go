package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"testing"

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
		position := func(page string, m Position) []byte { return Times(page).From(m).First }
		want := cmp.Compare(a, b)
		if a == b {
			want = cmp.Or(cmp.Compare(m.At, n.At), cmp.Compare(m.Number, n.Number))
		}
		if got := bytes.Compare(position(a, m), position(b, n)); got != want {
			t.Fatalf("order %d, want %d", got, want)
		}
		if a != b && bytes.HasPrefix(position(b, n), append([]byte(a), 0)) {
			t.Fatal("one page's key begins as another's")
		}
		c, d := capture.Class(rapid.IntRange(0, 3).Draw(t, "c")), capture.Class(rapid.IntRange(0, 3).Draw(t, "d"))
		want = cmp.Or(cmp.Compare(c, d), cmp.Compare(m.At, n.At), cmp.Compare(a, b))
		if got := bytes.Compare(Due(c).From(DuePage{m.Time(), a}).First, Due(d).From(DuePage{n.Time(), b}).First); got != want {
			t.Fatalf("due: order %d, want %d", got, want)
		}
		if m.Before(n) != (bytes.Compare(position(a, m), position(a, n)) < 0) {
			t.Fatal("before disagrees with the key")
		}
	})
}

// TestKeysGoRound: a key says what it was made of, of whatever bucket, and a table that has
// part of it in common begins with that.
func TestKeysGoRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SampledFrom(Buckets()).Draw(t, "bucket")
		all := Key{
			Generation: rapid.Uint32().Draw(t, "generation"), Class: capture.Class(rapid.Byte().Draw(t, "class")), Day: "20160408", Page: pages().Draw(t, "page"),
			At: rapid.Int64Range(0, MaxMilli).Draw(t, "at"), Number: rapid.Uint64().Draw(t, "number"), Version: rapid.IntRange(0, 1<<31).Draw(t, "version"), Digest: NameOf("x"),
		}
		key := b.Key(all)
		k, err := b.ParseKey(key)
		if err != nil || !bytes.Equal(b.Key(k), key) {
			t.Fatalf("%s: %x became %+v, %v", b, key, k, err)
		}
		if n := b.KeySize(); n != 0 && n != len(key) {
			t.Fatalf("%s: a key of %d bytes, not %d", b, len(key), n)
		}
		has := map[part]bool{}
		for _, p := range b.kind().key {
			has[p] = true
		}
		want := Key{}
		for p, take := range map[part]func(){
			aNumber: func() { want.Number = all.Number }, aTime: func() { want.At = all.At }, aGeneration: func() { want.Generation = all.Generation },
			aVersion: func() { want.Version = all.Version }, aClass: func() { want.Class = all.Class }, aDay: func() { want.Day = all.Day },
			aDigest: func() { want.Digest = all.Digest }, aPage: func() { want.Page = all.Page }, aText: func() { want.Page = all.Page },
		} {
			if has[p] {
				take()
			}
		}
		if k != want {
			t.Fatalf("%s: %+v, want %+v", b, k, want)
		}
		if rest, err := versions.parse(versions.key(Key{Generation: all.Generation, Page: all.Page}, 7)); rest != 7 || err != nil {
			t.Fatal(rest, err)
		}
	})
}

// TestKeyForms holds the keys against docs/format.md, byte for byte.
func TestKeyForms(t *testing.T) {
	k := Key{Generation: 1, Class: 2, Day: "20160408", Page: "100", At: 3, Number: 4, Version: 5}
	for b, want := range map[Bucket]string{
		BucketCaptures:     "\x00\x00\x00\x00\x00\x00\x00\x04",
		BucketTimes:        "100\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x04",
		BucketRuns:         "\x00\x00\x00\x00\x00\x00\x00\x03",
		BucketDescriptions: "\x00\x00\x00\x00\x00\x00\x00\x03",
		BucketPages:        "100",
		BucketArticles:     "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x04",
		BucketVersions:     "\x00\x00\x00\x01100\x00\x00\x00\x00\x05",
		BucketHeads:        "\x00\x00\x00\x01100",
		BucketDays:         "\x00\x00\x00\x0120160408100",
		BucketDue:          "\x02\x00\x00\x00\x00\x00\x00\x00\x03100",
	} {
		if got := b.Key(k); string(got) != want {
			t.Errorf("%s: %q, want %q", b, got, want)
		}
	}
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
	for _, b := range Buckets() {
		f.Add(b.Key(Key{Generation: 1, Class: capture.Fresh, Day: "20160408", Page: "100", At: 1709251200000, Number: 2, Version: 2}))
	}
	f.Add([]byte{})
	f.Add([]byte("vn,dantri)/\x00"))
	f.Fuzz(func(t *testing.T, key []byte) {
		for _, b := range Buckets() {
			k, err := b.ParseKey(key)
			switch {
			case err == nil && !bytes.Equal(b.Key(k), key):
				t.Errorf("%s: %x became %x", b, key, b.Key(k))
			case err != nil && (!errors.Is(err, ErrCorrupt) || k != Key{}):
				t.Errorf("%s: %v", b, err)
			}
		}
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
		_, _ = Captures.Decode(payload)
		_, _ = SplitBlob(payload, &BodyHead{})
		_, _ = Runs.Decode(payload)
	})
}

func FuzzDigest(f *testing.F) {
	f.Add(DigestOf(nil))
	f.Add("sha256:")
	f.Add(strings.Repeat("a", 64))
	f.Fuzz(func(t *testing.T, s string) {
		sum, err := ParseDigest(s)
		if err == nil && !strings.EqualFold(sum.String(), s) {
			t.Fatalf("%q became %q", s, sum)
		}
	})
}

// TestPositionJSON: a position comes back from JSON, and what is none is refused.
func TestPositionJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Position{rapid.Int64().Draw(t, "at"), rapid.Uint64().Draw(t, "number")}
		text, err := json.Marshal(want)
		var got Position
		if err = errors.Join(err, json.Unmarshal(text, &got)); err != nil || got != want {
			t.Fatalf("%s: %+v, %v", text, got, err)
		}
	})
	for _, text := range []string{`[]`, `[1]`, `[1,2,3]`, `[[1,2]]`, `["1","2"]`, `[1.5,2]`, `{}`, `"1,2"`, `1`} {
		var m Position
		if err := json.Unmarshal([]byte(text), &m); err == nil {
			t.Errorf("%s: %+v", text, m)
		}
	}
}
