package warc

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/archive/warcfile/warctest"
)

// A digest is right where it is of what the record holds, before anything of it is
// repaired or decoded, or after.
func TestImportDigests(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	head := func(fields ...string) string {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + strings.Join(append(fields, ""), "\r\n") + "\r\n"
	}
	length := fmt.Sprintf("Content-Length: %d", len(page))
	zip := warctest.Gzip(t, page)
	for _, test := range []struct {
		name    string
		block   string
		payload string // the digests are of these; "" is none
		whole   string
		problem string // "" is none
		body    string
	}{
		{"CRLF behind, both digests take it in", head(length) + page + "\r\n", page + "\r\n", head(length) + page + "\r\n", "", page},
		{"CRLF twice behind", head(length) + page + "\r\n\r\n", page + "\r\n\r\n", head(length) + page + "\r\n\r\n", "", page},
		{"CRLF behind, the payload's digest takes it in", head(length) + page + "\r\n", page + "\r\n", "", "", page},
		{"CRLF behind, the block's digest takes it in", head(length) + page + "\r\n", "", head(length) + page + "\r\n", "", page},
		{"CRLF behind, one takes it in, one does not", head(length) + page + "\r\n", page, head(length) + page + "\r\n", "", page},
		{"CRLF behind, no digest takes it in", head(length) + page + "\r\n", page, head(length) + page, "wrong by 2: repaired", page},
		{"CRLF behind, no digest", head(length) + page + "\r\n", "", "", "wrong by 2: repaired", page},
		{"CRLF behind, digests of something else", head(length) + page + "\r\n", "x", "y", "payload digest", page},
		{"CRLF behind gzip", head("Content-Encoding: gzip", fmt.Sprintf("Content-Length: %d", len(zip))) + zip + "\r\n", zip + "\r\n", head("Content-Encoding: gzip", fmt.Sprintf("Content-Length: %d", len(zip))) + zip + "\r\n", "", page},
		{"CRLF that the length takes in", head(fmt.Sprintf("Content-Length: %d", len(page)+2)) + page + "\r\n", page + "\r\n", "", "", page + "\r\n"},
		{"a block of another", head(length) + page, page, "x", "block digest", page},
		{"of chunks", head("Transfer-Encoding: chunked") + chunked(page), chunked(page), "", "", page},
		{"of what was in chunks", head("Transfer-Encoding: chunked") + chunked(page), page, "", "", page},
		{"of what was in gzip", head("Content-Encoding: gzip") + zip, page, "", "", page},
	} {
		t.Run(test.name, func(t *testing.T) {
			var fields []string
			if test.payload != "" {
				fields = append(fields, "WARC-Payload-Digest: "+sha1Of(test.payload))
			}
			if test.whole != "" {
				fields = append(fields, "WARC-Block-Digest: "+sha1Of(test.whole))
			}
			a := newArchive(t, t.TempDir())
			n, problems := importText(t, a, ImportOptions{}, record("response", articleURL, early, test.block, fields...))
			text := strings.Join(problems, "\n")
			if n.Captures != 1 || n.Articles != 1 || (text == "") != (test.problem == "") || !strings.Contains(text, test.problem) {
				t.Errorf("%+v, %q", n, problems)
			}
			if got := all(t, a, testSite)[0].Body; got != test.body {
				t.Errorf("%q", got)
			}
		})
	}
}
