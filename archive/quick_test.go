package archive

import (
	"encoding/json"
	"testing"
	"time"

	"baoluu/archive/capture"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestQuickHeads: heads as they are written are read without package json, and as that
// reads them.
func TestQuickHeads(t *testing.T) {
	digest := digestOf([]byte("x"))
	for _, want := range []bodyHead{{digest, 0, 0, 0}, {digest, 130000, 0, 0}, {digest, 1, 7, 1}, {digest, 256 << 20, 1 << 50, 2}} {
		text, err := encode(want)
		var got bodyHead
		if err != nil || !got.quick(text) || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, want := range []articleHead{
		{Cleaner: "plain/1", Digest: digest, Size: 5, Dict: 3, Part: [2]int{4, 9}},
		{Digest: digest, Size: 5}, {Cleaner: "plain/1", Digest: digest, Size: 5, Dict: 3},
	} {
		text, err := encode(want)
		var got articleHead
		if err != nil || !got.quick(text) || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

// TestQuickHeadsOrNot: what is not written so is left alone.
func TestQuickHeadsOrNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := bodyHead{
			Digest: rapid.String().Draw(t, "digest"), Size: rapid.Int64().Draw(t, "size"),
			Base: rapid.Uint64().Draw(t, "base"), Depth: rapid.Int().Draw(t, "depth"),
		}
		text, err := encode(h)
		if err != nil {
			t.Fatal(err)
		}
		checkQuick[bodyHead](t, text)
		checkQuick[bodyHead](t, text[:rapid.IntRange(0, len(text)).Draw(t, "cut")])
		a := articleHead{
			Cleaner: rapid.String().Draw(t, "cleaner"), Digest: h.Digest, Refused: rapid.SampledFrom([]string{"", "a list"}).Draw(t, "refused"),
			Size: h.Size, Dict: h.Base, Part: [2]int{rapid.Int().Draw(t, "from"), h.Depth},
		}
		if text, err = encode(a); err != nil {
			t.Fatal(err)
		}
		checkQuick[articleHead](t, text)
		p := pageRecord{
			ID: rapid.StringMatching(`[a-z0-9]{0,4}`).Draw(t, "id"), URL: rapid.String().Draw(t, "url"), Captures: rapid.Int().Draw(t, "captures"),
			First: moment{h.Size, h.Base}, Newest: moment{rapid.Int64Min(0).Draw(t, "newest"), 5}, Last: h.Base, State: capture.Gone,
			StateAt: moment{1, 2}, Live: h.Base, LiveAt: moment{a.Size, a.Dict}, Base: h.Base,
		}
		if text, err = encode(p); err != nil {
			t.Fatal(err)
		}
		checkQuick[pageRecord](t, text)
	})
}

// TestQuickPages: records of pages are read so, and as package json reads them.
func TestQuickPages(t *testing.T) {
	for _, want := range []pageRecord{
		{ID: "12", URL: "https://a.vn/b.htm", Captures: 2, First: moment{1, 2}, Newest: moment{3, 4}, Last: 4, State: capture.Live, StateAt: moment{3, 4}, Live: 2, LiveAt: moment{1, 2}, Base: 2},
		{URL: "u", Captures: 1, First: moment{1, 2}, Newest: moment{1, 2}, Last: 2, State: capture.Broken, StateAt: moment{1, 2}},
	} {
		text, err := encode(want)
		var got pageRecord
		if err != nil || !got.quick(text) || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

// TestFactsOf: what verify reads of a capture is what the whole capture says.
func TestFactsOf(t *testing.T) {
	plainText := rapid.StringMatching(`[ -~]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		c := capture.Capture{
			Number: uint64(rapid.Int32Min(1).Draw(t, "number")), Page: plainText.Draw(t, "page"), URL: rapid.String().Draw(t, "url"),
			Time: time.UnixMilli(rapid.Int64Range(0, maxMilli).Draw(t, "time")).UTC(), Kind: capture.Revisit, State: capture.Live,
			Status: rapid.IntRange(0, 999).Draw(t, "status"), Proto: plainText.Draw(t, "proto"), Reason: rapid.String().Draw(t, "reason"),
			ContentType: plainText.Draw(t, "type"), Location: plainText.Draw(t, "location"), Digest: plainText.Draw(t, "digest"),
			Size: rapid.Int64Range(-5, 1<<40).Draw(t, "size"), RevisitOf: uint64(rapid.IntRange(0, 3).Draw(t, "of")),
			Profile: plainText.Draw(t, "profile"), File: plainText.Draw(t, "file"), Notes: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "notes"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			c.Header = append(c.Header, capture.Field{Name: plainText.Draw(t, "name"), Value: rapid.SampledFrom([]string{`"etag"`, `a\b`, "\xff", "Hà Nội", "\x01"}).Draw(t, "value")})
		}
		text, err := encodeCapture(c)
		if err != nil {
			t.Fatal(err)
		}
		checkFacts(t, text)
	})
	// Captures as crawls bring them need no package json.
	k := page("1", "A\nx", 0)
	k.Number, k.Digest, k.Size, k.Notes = 7, digestOf(k.Body), 3, []string{"content-encoding gzip undone"}
	k.Header = append(k.Header, capture.Field{Name: "Etag", Value: `"x"`})
	text, err := encodeCapture(k.Capture)
	if _, ok := factsOf(text); err != nil || !ok {
		t.Errorf("%s is left to package json, %v", text, err)
	}
}

func checkFacts(t interface{ Errorf(string, ...any) }, text []byte) {
	got, ok := factsOf(text)
	if !ok {
		return
	}
	want, err := decodeCapture(text)
	if err != nil {
		t.Errorf("%q: package json says %v", text, err)
	}
	same := got.Number == want.Number && got.Page == want.Page && got.URL == want.URL && got.Time.Equal(want.Time) && got.Kind == want.Kind &&
		got.State == want.State && got.Digest == want.Digest && got.Size == want.Size && got.RevisitOf == want.RevisitOf
	if !same {
		t.Errorf("%q: %+v", text, got)
	}
}

func FuzzFactsOf(f *testing.F) {
	k := page("1", "A\nx", 0)
	text, err := encodeCapture(k.Capture)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"number":1,"page":"p","url":"u","time":"2024-01-01T00:00:00.5Z","kind":"revisit","state":"live","size":0,"notes":["a","\""],"header":[{"name":"a","value":"\n"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) { checkFacts(t, text) })
}

// checkQuick holds quick reading against package json: it reads what that reads, or
// nothing.
func checkQuick[T any](t interface{ Errorf(string, ...any) }, text []byte) {
	var got, want, zero T
	ok := any(&got).(quick).quick(text)
	err := json.Unmarshal(text, &want)
	switch {
	case ok && err != nil:
		t.Errorf("%q: package json says %v", text, err)
	case !ok:
		want = zero
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: %s", text, diff)
	}
}

func FuzzQuickHeads(f *testing.F) {
	for _, s := range []string{
		`{"digest":"sha256:00","size":12,"base":3,"depth":1}`, `{"digest":"x","size":0}`, `{"digest":"x","size":-1}`, `{"digest":"x","size":01}`,
		`{"digest":"x\u0041","size":1}`, `{"cleaner":"c/1","digest":"d","size":3,"dict":4,"part":[1,2]}`, `{"refused":"a list"}`, `{"digest":"d"}`,
		`{"digest":"x","size":1234567890123456789}`, `{"digest":"x","size":1,"depth":99999999999}`, `{"digest":"x","size":}`, ``,
		`{"id":"1","url":"u","captures":1,"first":[1,2],"newest":[1,2],"last":2,"state":"live","state_at":[1,2],"live":2,"live_at":[1,2],"base":2}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		checkQuick[bodyHead](t, text)
		checkQuick[articleHead](t, text)
		checkQuick[pageRecord](t, text)
	})
}
