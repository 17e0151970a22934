package warc

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
	"baoluu/sites"
)

const (
	articleURL  = "https://dantri.com.vn/xa-hoi/nuoc-song-20221224083224103.htm"
	articlePath = "20221224083224103"
)

func sha1Of(s string) string {
	sum := sha1.Sum([]byte(s))
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

func brotlied(s string) string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func chunked(s string) string {
	return fmt.Sprintf("%x;ext=1\r\n%s\r\n%X\r\n%s\r\n0\r\nTrailer: x\r\n\r\n", 7, s[:7], len(s)-7, s[7:])
}

// importText imports a WARC given as text, and tells what its newspaper holds then.
func importText(t *testing.T, a *archive.Archive, o ImportOptions, text string) (Imported, []string) {
	t.Helper()
	var problems []string
	o.Problem = func(p warcfile.Problem) { problems = append(problems, p.What) }
	n, err := Import(context.Background(), opened(a), strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return n, problems
}

func record(kind, url, date, block string, fields ...string) string {
	head := []string{"WARC-Type: " + kind, "WARC-Target-URI: " + url, "WARC-Date: " + date, "WARC-Record-ID: <urn:uuid:" + sha1Of(kind + url + date)[5:] + ">"}
	return warctest.Record("\r\n", block, append(head, fields...)...)
}

const (
	early = "2022-12-24T03:00:00Z"
	later = "2022-12-25T03:00:00Z"
)

// What other programs write comes in as they meant it.
func TestImport(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	http := func(payload string, fields ...string) string {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + strings.Join(append(fields, ""), "\r\n") + "\r\n" + payload
	}
	first := record("response", articleURL, early, http(page), "Content-Type: application/http; msgtype=response", "WARC-Payload-Digest: "+sha1Of(page))
	tests := []struct {
		name, file string
		want       []string // kind status body-of notes
		counts     Imported
		problems   string
	}{
		{"Heritrix", warctest.Record("\r\n", "software: Heritrix/3.4\r\n", "WARC-Type: warcinfo", "WARC-Date: "+early) +
			record("response", "dns:dantri.com.vn", early, "20221224030000\ndantri.com.vn. 300 IN A 1.2.3.4\n", "Content-Type: text/dns") + first +
			record("request", articleURL, early, "GET /xa-hoi/ HTTP/1.0\r\n\r\n", "WARC-Concurrent-To: <urn:uuid:"+sha1Of("response" + articleURL + early)[5:]+">") +
			record("metadata", articleURL, early, "via: https://dantri.com.vn/\r\nhopsFromSeed: L\r\n", "WARC-Concurrent-To: <urn:uuid:"+sha1Of("response" + articleURL + early)[5:]+">"),
			[]string{"response 200 page [payload digest " + sha1Of(page) + " found on https://dantri.com.vn/]"}, Imported{Records: 5, Captures: 1, Articles: 1, Other: 4}, ""},
		{"chunked, digest before", record("response", articleURL, early, http(chunked(page), "Transfer-Encoding: chunked"), "WARC-Payload-Digest: "+sha1Of(chunked(page))),
			[]string{"response 200 page [transfer-encoding chunked undone payload digest " + sha1Of(chunked(page)) + "]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"chunked, digest after", record("response", articleURL, early, http(chunked(page), "Transfer-Encoding: chunked"), "WARC-Payload-Digest: "+sha1Of(page)),
			[]string{"response 200 page [transfer-encoding chunked undone payload digest " + sha1Of(page) + "]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"chunked in name only", record("response", articleURL, early, http(page, "Transfer-Encoding: chunked")),
			[]string{"response 200 page []"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"brotli", record("response", articleURL, early, http(brotlied(page), "Content-Encoding: br")),
			[]string{"response 200 page [content-encoding br undone]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"gzip in chunks", record("response", articleURL, early, http(chunked(warctest.Gzip(t, page)), "Content-Encoding: gzip", "transfer-encoding: Chunked")),
			[]string{"response 200 page [transfer-encoding chunked undone content-encoding gzip undone]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"an unknown coding", record("response", articleURL, early, http(page, "Content-Encoding: rot13")),
			[]string{`response 200 page [content-encoding "rot13" unknown]`}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"an unknown coding of no sense", record("response", articleURL, early, http("\x01\x02\x03\x04", "Content-Encoding: rot13")),
			[]string{"response 200 broken \x01\x02\x03\x04 [body kept as it was sent: unknown content coding \"rot13\"]"}, Imported{Records: 1, Captures: 1, Problems: 1}, "kept as it was sent"},
		{"zstd in name only", record("response", articleURL, early, http(page, "Content-Encoding: zstd")),
			[]string{"response 200 page [content-encoding zstd named, not applied]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"deflate in name only", record("response", articleURL, early, http(page, "Content-Encoding: deflate")),
			[]string{"response 200 page [content-encoding deflate named, not applied]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"codings in two lines", record("response", articleURL, early, http(warctest.Gzip(t, brotlied(page)), "Content-Encoding: br", "Content-Encoding: gzip")),
			[]string{"response 200 page [content-encoding gzip undone content-encoding br undone]"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"zeros behind gzip", record("response", articleURL, early, http(warctest.Gzip(t, page)+"\x00\x00", "Content-Encoding: gzip")),
			[]string{`response 200 page [content-encoding gzip undone 2 bytes behind the gzip stream left out: "\x00\x00"]`}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"gzip that is damaged", record("response", articleURL, early, http("\x1f\x8b\x08 no gzip", "Content-Encoding: gzip")),
			[]string{"response 200 broken \x1f\x8b\x08 no gzip [body kept as it was sent: content coding: undo gzip: unknown gzip flags]"}, Imported{Records: 1, Captures: 1, Problems: 1}, "kept as it was sent"},
		{"no last chunk", record("response", articleURL, early, http("4\r\n<p>a\r\n", "Transfer-Encoding: chunked")),
			[]string{"response 200 broken <p>a [transfer-encoding chunked undone, body cut after 4 bytes]"}, Imported{Records: 1, Captures: 1, Problems: 1}, "is cut"},
		{"less than its length", record("response", articleURL, early, http("<html><p>a", "Content-Length: 200")),
			[]string{"response 200 broken <html><p>a [body cut: 10 bytes of 200]"}, Imported{Records: 1, Captures: 1, Problems: 1}, "body cut: 10 bytes of 200"},
		{"a page, and less than its length", record("response", articleURL, early, http(page, "Content-Length: 9999")),
			[]string{"response 200 page []"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"gzip without a last chunk", record("response", articleURL, early, http(fmt.Sprintf("%x\r\n%s\r\n", len(warctest.Gzip(t, page)), warctest.Gzip(t, page)), "Transfer-Encoding: chunked", "Content-Encoding: gzip")),
			[]string{fmt.Sprintf("response 200 page [transfer-encoding chunked undone, body cut after %d bytes content-encoding gzip undone]", len(warctest.Gzip(t, page)))}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"a digest of other bytes", record("response", articleURL, early, http(page), "WARC-Payload-Digest: "+sha1Of("other")),
			[]string{"response 200 page [payload digest " + sha1Of("other") + " is of other bytes payload digest " + sha1Of("other") + "]"}, Imported{Records: 1, Captures: 1, Articles: 1, Problems: 1}, "of other bytes"},
		{"wget, WARC 1.0", record("response", "<"+articleURL+">", early, http(page)), []string{"response 200 page []"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"LF only", warctest.Record("\n", strings.ReplaceAll(http(page), "\r\n", "\n"), "WARC-Type: response", "WARC-Target-URI: "+articleURL, "WARC-Date: "+early), []string{"response 200 page []"}, Imported{Records: 1, Captures: 1, Articles: 1}, ""},
		{"a length that is one too large", strings.Replace(record("response", articleURL, early, http(page, fmt.Sprintf("Content-Length: %d", len(page)))),
			fmt.Sprintf("Content-Length: %d\r\n\r\nHTTP", len(http(page, fmt.Sprintf("Content-Length: %d", len(page))))),
			fmt.Sprintf("Content-Length: %d\r\n\r\nHTTP", len(http(page, fmt.Sprintf("Content-Length: %d", len(page))))+1), 1),
			[]string{"response 200 page []"}, Imported{Records: 1, Captures: 1, Articles: 1, Problems: 1}, "wrong by 1: repaired"},
		{"WET", record("conversion", articleURL, early, "Nước sông\n(Dân trí) - Người dân ven sông.\n", "Content-Type: text/plain"),
			[]string{"conversion 0 Nước sông\n(Dân trí) - Người dân ven sông.\n []"}, Imported{Records: 1, Captures: 1}, "?"},
		{"other people's pages", first + record("response", "https://example.org/", early, http("x")) + record("response", "https://dantri.com.vn.evil.example/", early, http("x")),
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 3, Captures: 1, Articles: 1, Foreign: 2}, ""},
		{"revisit by address and date", first + record("revisit", articleURL, later, "HTTP/1.1 200 OK\r\nX: y\r\n\r\n", "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
			"WARC-Refers-To-Target-URI: "+articleURL, "WARC-Refers-To-Date: "+early, "WARC-Payload-Digest: "+sha1Of(page)),
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]", "revisit of 1 200 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 2, Captures: 2, Articles: 1}, ""},
		{"revisit by digest only, before its original", record("revisit", articleURL, later, "", "WARC-Payload-Digest: "+sha1Of(page)) + first,
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]", "revisit of 1 0 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 2, Captures: 2, Articles: 1}, ""},
		{"revisit of nobody knows what", first + record("revisit", articleURL, later, "", "WARC-Payload-Digest: "+sha1Of("other")),
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]", "revisit of 0 0  [payload digest " + sha1Of("other") + " what it repeats is not in the archive]"}, Imported{Records: 2, Captures: 2, Articles: 1}, ""},
		{"a 304", first + record("response", articleURL, later, "HTTP/1.1 304 Not Modified\r\n\r\n"),
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]", "revisit of 1 304 page []"}, Imported{Records: 2, Captures: 2, Articles: 1}, ""},
		{"the same twice", first + first, []string{"response 200 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 2, Captures: 1, Articles: 1, Duplicates: 1}, ""},
		{"the answer to a POST", record("request", articleURL, early, "POST / HTTP/1.1\r\n\r\n") +
			record("response", articleURL, later, http(page), "WARC-Concurrent-To: <urn:uuid:"+sha1Of("request" + articleURL + early)[5:]+">") + first,
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 3, Captures: 1, Articles: 1, Other: 1, Broken: 1, Problems: 1}, "POST"},
		{"broken ones among them", record("response", articleURL, "yesterday", http(page)) + record("response", articleURL, early, "no HTTP at all") +
			record("response", "https://dantri.com.vn/\x00x", early, http(page)) + first + record("continuation", articleURL, early, "x"),
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 5, Captures: 1, Articles: 1, Broken: 3, Foreign: 1, Problems: 3}, "left out"},
		{"fields of ours that are none", record("response", articleURL, early, http(page), "BaoLuu-Site: nobody") + record("response", articleURL, early, http(page), "BaoLuu-Site: dantri", "BaoLuu-State: good") +
			record("response", articleURL, early, http(page), "BaoLuu-Site: dantri", `BaoLuu-Page: "\u0000"`) + first,
			[]string{"response 200 page [payload digest " + sha1Of(page) + "]"}, Imported{Records: 4, Captures: 1, Articles: 1, Broken: 3, Problems: 3}, "left out"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			n, problems := importText(t, a, ImportOptions{File: "x.warc"}, test.file)
			sound(t, a)
			var got []string
			for _, h := range all(t, a, testSite) {
				kind := string(h.Kind)
				if h.Kind == capture.Revisit {
					kind = fmt.Sprintf("revisit of %d", h.RevisitOf)
				}
				body := h.Body
				if body == page {
					body = "page"
				}
				if h.File != "x.warc" {
					t.Errorf("file %q", h.File)
				}
				if h.State == capture.Broken {
					body = "broken " + body
				}
				got = append(got, fmt.Sprintf("%s %d %s %v", kind, h.Status, body, h.Notes))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if test.problems == "?" { // whether a text dump is an article is not of here
				n.Articles = 0
			}
			if diff := cmp.Diff(test.counts, n); diff != "" {
				t.Errorf("(-want +got)\n%s%q", diff, problems)
			}
			if test.problems != "?" && !strings.Contains(strings.Join(problems, "\n"), test.problems) {
				t.Errorf("problems %q, want %q", problems, test.problems)
			}
		})
	}
}

// A gzip stream that ends early gives what came of it, and no article; told each time.
func TestImportCutCoding(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	zip := warctest.Gzip(t, page)
	for _, cut := range []int{9, 12, 100} {
		a := newArchive(t, t.TempDir())
		file := record("response", articleURL, early, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"+zip[:len(zip)-cut])
		n, problems := importText(t, a, ImportOptions{}, file)
		sound(t, a)
		got := all(t, a, testSite)
		if len(got) != 1 || got[0].State != capture.Broken || got[0].Body == "" || !strings.HasPrefix(page, got[0].Body) || len(got[0].Notes) != 2 || n.Articles != 0 {
			t.Errorf("%d missing: %+v, %+v", cut, n, got)
		}
		if len(problems) != 1 || !strings.Contains(problems[0], "is cut") || n.Broken != 0 {
			t.Errorf("%d missing: %q", cut, problems)
		}
	}
}

// --site takes what is of no known newspaper.
func TestImportForSite(t *testing.T) {
	a := newArchive(t, t.TempDir())
	n, _ := importText(t, a, ImportOptions{Site: siteNamed(t, "vov")}, record("response", "https://example.org/tin", early, "HTTP/1.1 200 OK\r\n\r\nx"))
	if n.Captures != 1 || n.Foreign != 0 {
		t.Fatalf("%+v", n)
	}
	if got := all(t, a, "vov"); got[0].Page != sites.SURT("https://example.org/tin") {
		t.Errorf("%+v", got)
	}
}

// An import that is interrupted keeps what it says it kept, and goes on when it is
// started again.
func TestImportInterrupted(t *testing.T) {
	var file strings.Builder
	for i := range 300 {
		file.WriteString(record("response", fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-20221224083224%03d.htm", i), early, "HTTP/1.1 200 OK\r\n\r\n"+articlePage(fmt.Sprint("Tin ", i), "Nước sông dâng cao.")))
	}
	a := newArchive(t, t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	records := 0
	n, err := Import(ctx, opened(a), strings.NewReader(file.String()), ImportOptions{Read: func(int64) {
		if records++; records == 150 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := len(all(t, a, testSite)); got != n.Captures || got < 100 {
		t.Errorf("%d stored, %d told", got, n.Captures)
	}
	again, _ := importText(t, a, ImportOptions{}, file.String())
	if again.Duplicates != n.Captures || again.Captures != 300-n.Captures {
		t.Errorf("first %+v, then %+v", n, again)
	}
	sound(t, a)
}

// A web archive's copy gives the newspaper's page, and is kept as it was saved.
func TestImportMemento(t *testing.T) {
	saved := strings.Replace(articlePage("Nước sông", `Xem <a href="/web/20160410011223/http://dantri.com.vn/">trang chủ</a>.`), "<body>",
		"<body><!-- BEGIN WAYBACK TOOLBAR INSERT --><div>thanh công cụ</div><!-- END WAYBACK TOOLBAR INSERT -->\n", 1)
	file := record("response", "https://web.archive.org/web/20160410011223/"+articleURL, later,
		"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nMemento-Datetime: Sun, 10 Apr 2016 01:12:23 GMT\r\nX-Archive-Orig-Server: nginx\r\nX-Archive-Orig-Content-Length: 7\r\nServer: wayback\r\n\r\n"+saved) +
		record("response", "https://web.archive.org/web/20160410011223/https://example.org/", later, "HTTP/1.1 200 OK\r\n\r\nx") +
		record("response", "https://web.archive.org/web/2016/"+articleURL, later, "HTTP/1.1 302 Found\r\nLocation: x\r\n\r\n")
	base := t.TempDir()
	a := newArchive(t, base+"/first")
	n, problems := importText(t, a, ImportOptions{File: "x.warc"}, file)
	if n.Captures != 2 || n.Foreign != 2 || n.Articles != 1 || len(problems) > 0 {
		t.Fatalf("%+v %q", n, problems)
	}
	got := all(t, a, testSite)
	if got[0].Body != saved || got[0].URL != "https://web.archive.org/web/20160410011223/"+articleURL || len(got[0].Header) != 5 {
		t.Errorf("as saved: %+v", got[0])
	}
	page := got[1]
	if want := time.Date(2016, 4, 10, 1, 12, 23, 0, time.UTC); page.URL != articleURL || page.Page != articlePath || !page.Time.Equal(want) {
		t.Errorf("%+v", page)
	}
	if want := []capture.Field{{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Server", Value: "nginx"}, {Name: "Content-Length", Value: "7"}}; !slices.Equal(page.Header, want) {
		t.Errorf("header %+v", page.Header)
	}
	if want := articlePage("Nước sông", `Xem <a href="http://dantri.com.vn/">trang chủ</a>.`); page.Body != want {
		t.Errorf("body %s", page.Body)
	}
	sameAgain(t, t, base, got, func(folder string) {
		export(t, a, testSite, folder, ExportOptions{Software: "baoluu/test", maxFile: 2000})
	})
}

func waczOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[i+1]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportWACZ(t *testing.T) {
	good := warctest.Gzip(t, record("response", articleURL, early, "HTTP/1.1 200 OK\r\n\r\n"+articlePage("Nước sông", "Dâng cao.")))
	describes := func(hash string) string {
		return `{"resources":[{"path":"archive/a.warc.gz","hash":"` + hash + `"}]}`
	}
	tests := []struct {
		name     string
		file     []byte
		captures int
		problem  string // "" is none
		err      error
	}{
		{"good", waczOf(t, "archive/a.warc.gz", good, "datapackage.json", describes(sha256Of([]byte(good)))), 1, "", nil},
		{"a wrong digest", waczOf(t, "archive/a.warc.gz", good, "datapackage.json", describes(sha256Of(nil))), 1, "its digest is another", nil},
		{"no datapackage", waczOf(t, "archive/a.warc.gz", good), 1, "datapackage.json", nil},
		{"a changed datapackage", waczOf(t, "archive/a.warc.gz", good, "datapackage.json", "{}", "datapackage-digest.json", `{"hash":"`+sha256Of(nil)+`"}`), 1, "datapackage-digest.json", nil},
		{"names that lead out", waczOf(t, "archive/a.warc.gz", good, "archive/../../etc/x.warc.gz", good, "/archive/b.warc", "x", "datapackage.json", "{}"), 1, "leads out", nil},
		{"a file that is no WARC", waczOf(t, "archive/a.warc.gz", good, "archive/b.warc", "rubbish", "datapackage.json", "{}"), 1, "no WARC file", nil},
		{"a bomb for datapackage", waczOf(t, "archive/a.warc.gz", good, "datapackage.json", strings.Repeat(" ", maxDatapackage+1)), 1, "larger than", nil},
		{"nothing in archive/", waczOf(t, "a.warc.gz", good, "datapackage.json", "{}"), 0, "", ErrNotWACZ},
		{"no zip", []byte("PK\x03\x04 and no more"), 0, "", ErrNotWACZ},
		{"nothing", nil, 0, "", ErrNotWACZ},
		{"cut", waczOf(t, "archive/a.warc.gz", good)[:200], 0, "damaged", ErrNotWACZ},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			var problems []string
			n, err := ImportWACZ(context.Background(), opened(a), bytes.NewReader(test.file), int64(len(test.file)), ImportOptions{Problem: func(p warcfile.Problem) { problems = append(problems, p.What) }})
			if !errors.Is(err, test.err) || n.Captures != test.captures {
				t.Errorf("%+v, error %v", n, err)
			}
			if text := strings.Join(problems, "\n"); test.problem == "" && text != "" || !strings.Contains(text, test.problem) {
				t.Errorf("problems %q, want %q", problems, test.problem)
			}
			if len(problems) != n.Problems {
				t.Errorf("%d problems told, %d counted", len(problems), n.Problems)
			}
		})
	}
}

// A list of files that would fill the memory is refused before it is read.
func TestZipWithEndlessList(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 90_000 {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("archive/%090d.warc", i)}); err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	a := newArchive(t, t.TempDir())
	if _, err := ImportWACZ(context.Background(), opened(a), bytes.NewReader(b.Bytes()), int64(b.Len()), ImportOptions{}); !errors.Is(err, ErrNotWACZ) || !strings.Contains(err.Error(), "longer than") {
		t.Error(err)
	}
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(record("response", articleURL, early, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")))
	f.Add([]byte(record("revisit", articleURL, early, "HTTP/1.1 200 OK\r\n\r\n", "BaoLuu-Site: dantri", "BaoLuu-Header: MSAxCmFi")))
	f.Add([]byte(record("conversion", articleURL, early, "text")))
	f.Add([]byte(record("response", articleURL, "2022-12-24 03:00:00 +0700", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "WARC-Truncated: time")))
	own, concurrent := "BaoLuu-Site: dantri", "WARC-Concurrent-To: "
	for _, request := range []string{get, get + "x=y", "GET /", "POST / HTTP/1.1\r\n\r\n", "", "\x00\xff\r\n", "Proxy-Authorization: x\r\nPOST / HTTP/1.1\r\n\r\n", "GET / HTTP/2\n:path: /\nproxy-authorization: x\n y\n\n"} {
		for _, with := range [][2][]string{{{concurrent + answeredID}, nil}, {nil, {concurrent + askedID}}, {{concurrent + answeredID, own}, {concurrent + askedID, own}}} {
			asked, answered := exchange(request, with[0], with[1])
			f.Add([]byte(asked + answered))
			f.Add([]byte(answered + asked + answered))
		}
	}
	site, _ := sites.ByName(testSite)
	f.Fuzz(func(t *testing.T, file []byte) {
		var b bytes.Buffer
		w := warcfile.NewWriter(&b)
		var want []string
		written := map[string]bool{}
		for _, it := range understood(t, file) {
			// What was understood can be written, and is understood again.
			h, head := recordOf(site, it.Capture, nil)
			if _, _, err := warcfile.ParseDate(h.Get(warcfile.FieldDate)); err != nil || len(head) > 0 && !bytes.HasPrefix(head, []byte("HTTP/")) {
				t.Fatalf("%v %q", h, head)
			}
			if id := h.Get(warcfile.FieldID); it.Request == "" || written[id] { // the same capture, to an archive
				continue
			} else {
				written[id] = true
			}
			if _, err := w.Write(h, head, it.Body); err != nil {
				t.Fatal(err)
			}
			h, block := requestRecord(site, it.Capture, h)
			if _, err := w.Write(h, block); err != nil {
				t.Fatal(h)
			}
			want = append(want, it.Request)
		}
		var got []string
		for _, it := range understood(t, b.Bytes()) {
			got = append(got, it.Request)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("what was asked is %q, want %q", got, want)
		}
	})
}

// understood is what an import makes of a file, before any archive sees it.
func understood(t *testing.T, file []byte) []item {
	r, err := warcfile.NewReader(bytes.NewReader(file), nil)
	if err != nil {
		return nil
	}
	defer r.Close()
	im, all := newImporter(nil, ImportOptions{}), &batch{}
	im.batches[nil] = all
	for {
		rec, err := r.Next()
		if err != nil {
			return all.items
		}
		if rec.Type() == warcfile.TypeRequest {
			if err := im.takeRequest(t.Context(), rec); err != nil {
				t.Fatal(err)
			}
			continue
		}
		block, err := im.read(rec)
		if err != nil {
			continue
		}
		items, err := im.items(rec, block, im.options.Site, false)
		if err != nil && items != nil {
			t.Fatal("an error and captures")
		}
		if len(items) > 0 {
			items[0].joints = im.answers.joints(rec)
			items[0].Request = im.asked.of(items[0].joints)
		}
		all.items = append(all.items, items...)
	}
}

// What the reader passed over counts as broken: a record whose header cannot be
// read, a gzip member that is damaged before its record begins.
func TestImportCountsLost(t *testing.T) {
	sound := record("response", articleURL, early, "HTTP/1.1 200 OK\r\n\r\nx")
	headless := []byte(warctest.Gzip(t, sound))
	headless[12] ^= 0xff
	for name, file := range map[string]string{
		"a length of 2^63":     sound + strings.Replace(sound, "Content-Length: 20", "Content-Length: 9223372036854775808", 1) + sound,
		"a member's beginning": warctest.Gzip(t, sound) + string(headless) + warctest.Gzip(t, sound),
	} {
		n, problems := importText(t, newArchive(t, t.TempDir()), ImportOptions{}, file)
		if n.Broken != 1 || n.Captures != 1 || n.Duplicates != 1 {
			t.Errorf("%s: %+v, %q", name, n, problems)
		}
	}
}
