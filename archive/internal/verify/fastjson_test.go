package verify

import (
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"

	"pgregory.net/rapid"
)

// TestFastCapture: what verify reads of a capture is what the whole capture says.
func TestFastCapture(t *testing.T) {
	plainText := rapid.StringMatching(`[ -~]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		c := capture.Capture{
			Number: uint64(rapid.Int32Min(1).Draw(t, "number")), Page: plainText.Draw(t, "page"), URL: rapid.String().Draw(t, "url"),
			Time: time.UnixMilli(rapid.Int64Range(0, schema.MaxMilli).Draw(t, "time")).UTC(), Kind: capture.Revisit, State: capture.Live,
			Status: rapid.IntRange(0, 999).Draw(t, "status"), Proto: plainText.Draw(t, "proto"), Reason: rapid.String().Draw(t, "reason"),
			ContentType: plainText.Draw(t, "type"), Location: plainText.Draw(t, "location"), Digest: plainText.Draw(t, "digest"),
			Size: rapid.Int64Range(-5, 1<<40).Draw(t, "size"), RevisitOf: uint64(rapid.IntRange(0, 3).Draw(t, "of")),
			Profile: plainText.Draw(t, "profile"), File: plainText.Draw(t, "file"), Notes: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "notes"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			c.Header = append(c.Header, capture.Field{Name: plainText.Draw(t, "name"), Value: rapid.SampledFrom([]string{`"etag"`, `a\b`, "\xff", "Hà Nội", "\x01"}).Draw(t, "value")})
		}
		text, err := schema.Encode(schema.NewCapture(c, schema.OwnRequest(c.Request)))
		if err != nil {
			t.Fatal(err)
		}
		checkFastCapture(t, text)
	})
	// Captures as crawls bring them need no package json.
	c := crawled()
	c.Number, c.Digest, c.Size, c.Notes = 7, schema.DigestOf([]byte("A\nx")), 3, []string{"content-encoding gzip undone"}
	c.Header = append(c.Header, capture.Field{Name: "Etag", Value: `"x"`})
	text, err := schema.Encode(schema.NewCapture(c, schema.OwnRequest(c.Request)))
	if _, ok := fastCapture(text); err != nil || !ok {
		t.Errorf("%s is left to package json, %v", text, err)
	}
}

// crawled is a capture as the crawler hands it over.
func crawled() capture.Capture {
	return capture.Capture{
		Page: "1", URL: "https://dantri.com.vn/the-gioi/bai-1.htm", Time: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC),
		Kind: capture.Response, State: capture.Live, Status: 200,
		Header: []capture.Field{{Name: "Content-Type", Value: "text/html"}}, ContentType: "text/html",
		Request: "GET /the-gioi/bai-1.htm HTTP/1.1\r\nHost: dantri.com.vn\r\nUser-Agent: baoluu/test\r\n\r\n",
	}
}

func checkFastCapture(t interface{ Errorf(string, ...any) }, text []byte) {
	got, ok := fastCapture(text)
	if !ok {
		return
	}
	want, err := schema.Captures.Decode(text)
	if err != nil {
		t.Errorf("%q: package json says %v", text, err)
	}
	same := got.Number == want.Number && got.Page == want.Page && got.URL == want.URL && got.Time.Equal(want.Time) && got.Kind == want.Kind &&
		got.State == want.State && got.Digest == want.Digest && got.Size == want.Size && got.RevisitOf == want.RevisitOf
	if !same {
		t.Errorf("%q: %+v", text, got)
	}
}

func FuzzFastCapture(f *testing.F) {
	text, err := schema.Encode(schema.NewCapture(crawled(), schema.OwnRequest(crawled().Request)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"number":1,"page":"p","url":"u","time":"2024-01-01T00:00:00.5Z","kind":"revisit","state":"live","size":0,"notes":["a","\""],"header":[{"name":"a","value":"\n"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) { checkFastCapture(t, text) })
}
