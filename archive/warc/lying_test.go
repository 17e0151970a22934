package warc

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/archive/warcfile/warctest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

// TestLyingAssets: what a record says of a picture that a page names, and what is kept of it, before
// its page and behind it alike.
func TestLyingAssets(t *testing.T) {
	const q = "https://cdn.elsewhere.example/q.png"
	png := picture(t, 1)
	revisit := func(refers string, fields ...string) string {
		return record("revisit", q, early, "", append(fields, "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
			"WARC-Refers-To: "+refers, "WARC-Payload-Digest: "+sha1Of(png))...)
	}
	self := "<urn:uuid:" + sha1Of("revisit" + q + early)[5:] + ">"
	for _, test := range []struct{ name, file, want string }{
		{"a part of it", answeredAt(early, q, "206 Partial Content", "Content-Type: image/png\r\nContent-Range: bytes 0-9/99", png[:10]), "response broken 206 10"},
		{"a part from its middle", answeredAt(early, q, "206 Partial Content", "Content-Type: image/png", png[10:]), fmt.Sprint("response broken 206 ", len(png)-10)},
		{"whole, said to be cut", answeredAt(early, q, "200 OK", "Content-Type: image/png\r\nContent-Length: 999", png), fmt.Sprint("response live 200 ", len(png))},
		{"a page, said to be no answer of its own", answeredAt(early, q, "203 Non-Authoritative Information", "Content-Type: image/png", "<html><p>x"), ""},
		{"not modified", answeredAt(early, q, "304 Not Modified", "ETag: x", ""), "revisit live 304 0"},
		{"refused", answeredAt(early, q, "403 Forbidden", "Content-Type: text/html", "<p>403"), "response blocked 403 6"},
		{"not there", answeredAt(early, q, "404 Not Found", "Content-Type: image/png", png), fmt.Sprint("response gone 404 ", len(png))},
		{"a page, packed", answeredAt(early, q, "200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip", warctest.Gzip(t, "<html><p>x")), ""},
		{"a page, packed and said to be a picture", answeredAt(early, q, "200 OK", "Content-Type: image/png\r\nContent-Encoding: gzip", warctest.Gzip(t, "<html><p>x")), ""},
		{"a picture, not packed as it says", answeredAt(early, q, "200 OK", "Content-Type: image/png\r\nContent-Encoding: gzip", png), fmt.Sprint("response live 200 ", len(png))},
		{"another digest", record("response", q, early, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"+png, "WARC-Payload-Digest: "+sha1Of("other")), fmt.Sprint("response live 200 ", len(png))},
		{"a revisit of nothing", revisit("<urn:uuid:nowhere>"), "revisit live 0 0"},
		{"a revisit of itself", revisit(self), "revisit live 0 0"},
		{"a resource", record("resource", q, early, png, "Content-Type: image/png"), fmt.Sprint("resource live 0 ", len(png))},
		{"a resource that is a page", record("resource", q, early, "<html><p>x", "Content-Type: image/png"), ""},
		{"a conversion", record("conversion", q, early, png, "Content-Type: image/png"), ""},
		{"metadata", record("metadata", q, early, png, "Content-Type: image/png"), ""},
		{"a script", answered(q, "image/png", "function x(){alert(1)}"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := answered(articleURL, "text/html", articlePage("Nước sông", "Nước sông dâng.")+`<img src="`+q+`">`)
			for _, file := range []string{page + test.file, test.file + page} {
				a := newArchive(t, t.TempDir())
				n, _ := importText(t, a, ImportOptions{}, file)
				var got []string
				for _, c := range all(t, a, testSite) {
					if sites.IsAsset(c.Page) {
						got = append(got, fmt.Sprint(c.Kind, " ", c.State, " ", c.Status, " ", len(c.Body)))
					} else if c.URL != articleURL {
						t.Errorf("kept as a page: %s", c.URL)
					}
				}
				if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" || n.Captures != 1+len(got) || n.Captures+n.Foreign+n.Unneeded+n.Other+n.Broken != 2 {
					t.Errorf("%+v, -want +got:\n%s", n, diff)
				}
			}
		})
	}
}
