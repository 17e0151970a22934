package warc

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile/warctest"
)

// A body that was cut, provably, makes no article: neither its cut nor the whole one
// after it is an edit. What only may have been cut is an article.
func TestImportCut(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	half := page[:len(page)*3/4]
	answer := func(status, payload string, fields ...string) string {
		return "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\n" + strings.Join(append(fields, ""), "\r\n") + "\r\n" + payload
	}
	length := func(n int) string { return fmt.Sprintf("Content-Length: %d", n) }
	const gzipped, chunks = "Content-Encoding: gzip", "Transfer-Encoding: chunked"
	zip := warctest.Gzip(t, page)
	for _, test := range []struct {
		name   string
		block  string
		fields []string
		state  capture.State // zero is live, with an article
		note   string
	}{
		{"truncated: length", answer("200 OK", half), []string{"WARC-Truncated: length"}, capture.Broken, "truncated when it was captured: length"},
		{"truncated: time", answer("200 OK", half, length(len(page))), []string{"WARC-Truncated: time"}, capture.Broken, "truncated when it was captured: time"},
		{"truncated: disconnect", answer("200 OK", half), []string{"warc-truncated: disconnect"}, capture.Broken, "truncated when it was captured: disconnect"},
		{"truncated: unspecified", answer("200 OK", half), []string{"WARC-Truncated: unspecified"}, capture.Broken, "truncated when it was captured: unspecified"},
		{"truncated for a reason of its own", answer("200 OK", half), []string{"WARC-Truncated: quota"}, capture.Broken, "truncated when it was captured: quota"},
		{"truncated, says nobody", answer("200 OK", page), []string{"WARC-Truncated:"}, "", ""},
		{"a part", answer("206 Partial Content", half, length(len(half)), fmt.Sprintf("Content-Range: bytes 0-%d/%d", len(half)-1, len(page))), nil, capture.Broken, ""},
		{"less than Content-Length", answer("200 OK", half, length(len(page))), nil, capture.Broken, fmt.Sprintf("body cut: %d bytes of %d", len(half), len(page))},
		{"less than Content-Length by a byte", answer("200 OK", half, length(len(half)+1)), nil, capture.Broken, "body cut"},
		{"less than Content-Length, identity", answer("200 OK", half, length(len(page)), "Content-Encoding: identity"), nil, capture.Broken, "body cut"},
		{"nothing of its Content-Length", answer("200 OK", "", length(len(page))), nil, capture.Broken, "body cut: 0 bytes"},
		{"gzip, cut", answer("200 OK", zip[:len(zip)*2/3], gzipped), nil, capture.Broken, "body cut after"},
		{"gzip, cut before its end", answer("200 OK", zip[:len(zip)-8], gzipped), nil, "", "checksum missing"}, // all of the text is there
		{"brotli, cut", answer("200 OK", brotlied(page)[:200], "Content-Encoding: br"), nil, capture.Broken, "body cut after"},
		{"chunked, no last chunk", answer("200 OK", strings.TrimSuffix(chunked(page), "0\r\nTrailer: x\r\n\r\n"), chunks), nil, capture.Broken, "body cut after"},
		{"chunked, cut in a chunk", answer("200 OK", chunked(page)[:400], chunks), nil, capture.Broken, "body cut after"},
		{"gone, and cut", answer("404 Not Found", half, length(len(page))), nil, capture.Gone, ""},
		{"blocked, and cut", answer("403 Forbidden", half), []string{"WARC-Truncated: length"}, capture.Blocked, ""},

		{"whole", answer("200 OK", page, length(len(page))), nil, "", ""},
		{"more than Content-Length", answer("200 OK", page, length(len(half))), nil, "", ""},
		{"the length of what was coded, its coding undone", answer("200 OK", page, gzipped, length(len(page)+100)), nil, "", ""},
		{"the length of what was coded otherwise", answer("200 OK", zip, gzipped, length(len(zip)+100)), nil, "", ""},
		{"the length of what was chunked", answer("200 OK", page, chunks, length(len(page)+100)), nil, "", ""},
		{"lengths under names for what is no more", answer("200 OK", page, "X-Archive-Orig-Content-Length: 100000", "X-Orig-Content-Length: 100000", "X-Crawler-Content-Length: 100000"), nil, "", ""},
		{"two lengths", answer("200 OK", page, length(len(page)), length(len(page)+1)), nil, "", ""},
		{"a length that is none", answer("200 OK", page, "Content-Length: 0x7fff"), nil, "", ""},
		{"the length of another encoding", answer("200 OK", page+"\n", length(2*len(page))), nil, "", ""},
		{"without the comment at its end", answer("200 OK", page, length(len(page)+40)), nil, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			whole := answer("200 OK", page, length(len(page)))
			file := record("response", articleURL, "2022-12-24T02:00:00Z", whole) + record("response", articleURL, early, test.block, test.fields...) + record("response", articleURL, later, whole)
			n, problems := importText(t, a, ImportOptions{}, file)
			// What the file itself does not say is reported.
			if told := strings.HasPrefix(test.note, "body cut"); n.Captures != 3 || told != (len(problems) == 1) {
				t.Fatalf("%+v, %q", n, problems)
			}
			c := all(t, a, testSite)[1]
			if c.State != cmp.Or(test.state, capture.Live) || !strings.Contains(strings.Join(c.Notes, "; "), test.note) {
				t.Errorf("%s, notes %q", c.State, c.Notes)
			}
			want := 1
			if test.state == capture.Gone {
				want = 3
			}
			v, err := a.View(t.Context(), testSite)
			if err != nil {
				t.Fatal(err)
			}
			if versions, err := v.Versions(t.Context(), articlePath); err != nil || len(versions) != want && test.state != capture.Blocked {
				t.Errorf("%d versions, %v", len(versions), err)
			}
			sound(t, a)
			sameAgain(t, t, t.TempDir(), all(t, a, testSite), func(folder string) {
				export(t, a, testSite, folder, ExportOptions{Software: "baoluu/test", maxFile: 2000})
			})
		})
	}
}

// What is wrong around a response costs nothing of it.
func TestImportOddResponses(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	answer := func(status string) string {
		return fmt.Sprintf("%s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", status, len(page), page)
	}
	usual := answer("HTTP/1.1 200 OK")
	of := func(block string) string { return record("response", articleURL, early, block) }
	next := record("response", articleURL, later, usual)
	longer := func(by int) string {
		return strings.Replace(of(usual), fmt.Sprintf("Content-Length: %d", len(usual)), fmt.Sprintf("Content-Length: %d", len(usual)+by), 1)
	}
	many := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(page), page)
	for name, file := range map[string]string{
		"lower case":                        of(answer("http/1.1 200 ok")),
		"nothing before the reason":         of(answer("HTTP/1.1 200OK")),
		"no version":                        of(answer("HTTP 200 OK")),
		"HTTP/2 in a word":                  of(answer("h2 200")),
		"HTTP/3 as HTTP/h3":                 of(answer("HTTP/h3 200")),
		"another protocol":                  of(answer("ICY 200 OK")),
		"empty lines first":                 of("\r\n\r\n" + usual),
		"100 first":                         of("HTTP/1.1 100 Continue\r\n\r\n" + usual),
		"103 first":                         of("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + usual),
		"a length that takes in a record":   longer(300) + next,
		"a length beyond the file":          longer(300),
		"a length beyond the member":        warctest.Gzip(t, longer(300)) + warctest.Gzip(t, next),
		"that of chunks":                    strings.Replace(of(many), fmt.Sprintf("Content-Length: %d", len(many)), fmt.Sprintf("Content-Length: %d", len(many)+300), 1),
		"a byte order mark":                 "\xef\xbb\xbf" + of(usual),
		"zeros, and no newline":             next + strings.Repeat("\x00", 512) + of(usual),
		"zeros in a member, and no newline": warctest.Gzip(t, next+strings.Repeat("\x00", 512)+of(usual)),
	} {
		a := newArchive(t, t.TempDir())
		n, problems := importText(t, a, ImportOptions{}, file)
		want := strings.Count(file, "WARC/1.")
		if strings.HasPrefix(file, "\x1f\x8b") {
			want = 2
		}
		if n.Captures != want || n.Articles != want || n.Broken > 0 {
			t.Errorf("%s: %+v, %q", name, n, problems)
		}
	}
}

// A page that was saved without its answer, and breaks off, is no article either.
func TestImportCutResource(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	a := newArchive(t, t.TempDir())
	n, problems := importText(t, a, ImportOptions{}, record("resource", articleURL, early, page, "Content-Type: text/html")+
		record("resource", articleURL, later, page[:strings.Index(page, "</p>")], "Content-Type: text/html"))
	if n.Captures != 2 || n.Articles != 1 || all(t, a, testSite)[1].State != capture.Broken {
		t.Fatalf("%+v, %q", n, problems)
	}
}

// A record in a member that its checksum says is of other bytes is kept, and makes no
// article, unless its own digest says that it is sound.
func TestImportDamagedMember(t *testing.T) {
	usual := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + articlePage("Nước sông", "Nước sông dâng cao.")
	damaged := []byte(warctest.Gzip(t, record("response", articleURL, early, usual)))
	damaged[len(damaged)-8] ^= 0xff
	digested := []byte(warctest.Gzip(t, record("response", articleURL, later, usual, "WARC-Block-Digest: "+sha1Of(usual))))
	digested[len(digested)-8] ^= 0xff
	a := newArchive(t, t.TempDir())
	n, problems := importText(t, a, ImportOptions{}, string(damaged)+string(digested))
	if n.Captures != 2 || n.Articles != 1 || len(problems) != 3 {
		t.Fatalf("%+v, %q", n, problems)
	}
	if c := all(t, a, testSite); c[0].State != capture.Broken || c[1].State != capture.Live {
		t.Errorf("%s, %s", c[0].State, c[1].State)
	}
}

// What repeats a body that was cut is as little a page as that; what a revisit leaves
// out of itself is not cut.
func TestImportCutRevisit(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	half := page[:len(page)*3/4]
	original := func(body string, fields ...string) string {
		return record("response", articleURL, early, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+body, append(fields, "WARC-Payload-Digest: "+sha1Of(body))...)
	}
	repeats := func(body string, fields ...string) string {
		return record("revisit", articleURL, later, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n", append(fields, "WARC-Payload-Digest: "+sha1Of(body), "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest")...)
	}
	notModified := record("response", articleURL, later, "HTTP/1.1 304 Not Modified\r\nContent-Length: 99999\r\n\r\n")
	for name, test := range map[string]struct {
		file string
		want capture.State
	}{
		"of one that was cut":                {original(half, "WARC-Truncated: length") + repeats(half), capture.Broken},
		"of one that was cut, by its id":     {original(half, "WARC-Truncated: time") + repeats(half, "WARC-Refers-To: <urn:uuid:"+sha1Of("response" + articleURL + early)[5:]+">"), capture.Broken},
		"before the one that was cut":        {repeats(half) + original(half, "WARC-Truncated: length"), capture.Broken},
		"a 304 behind one that was cut":      {original(half, "WARC-Truncated: length") + notModified, capture.Broken},
		"of one that is whole":               {original(page) + repeats(page), capture.Live},
		"whose body was left out, says one":  {original(page) + repeats(page, "WARC-Truncated: length"), capture.Live},
		"a 304 behind one that is whole":     {original(page) + notModified, capture.Live},
		"of one that nobody knows, cut, too": {repeats(half, "WARC-Truncated: length"), capture.Live},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			n, problems := importText(t, a, ImportOptions{}, test.file)
			for _, c := range all(t, a, testSite) {
				if c.Kind == capture.Revisit && c.State != test.want {
					t.Errorf("%+v; %+v, %q", c.Capture, n, problems)
				}
			}
			sound(t, a)
		})
	}
}

// A web archive's copy that was cut is the page's cut.
func TestImportCutMemento(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	a := newArchive(t, t.TempDir())
	n, problems := importText(t, a, ImportOptions{}, record("response", "https://web.archive.org/web/20160410011223id_/"+articleURL, later,
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nMemento-Datetime: Sun, 10 Apr 2016 01:12:23 GMT\r\nX-Archive-Orig-Content-Length: 5\r\n\r\n"+page[:len(page)*3/4], "WARC-Truncated: disconnect"))
	if n.Captures != 2 || n.Articles != 0 || len(problems) > 0 {
		t.Fatalf("%+v, %q", n, problems)
	}
	if c := all(t, a, testSite)[1]; c.URL != articleURL || c.State != capture.Broken {
		t.Errorf("%+v", c.Capture)
	}
}
