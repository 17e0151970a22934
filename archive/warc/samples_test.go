package warc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile/warctest"
)

// What the known programs write of a page and what goes with it, in their manner:
// their records, fields and order, in words of our own.
func TestImportSamples(t *testing.T) {
	page := articlePage("Nước sông", "Nước sông dâng cao.")
	answer := "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
	request := "GET /xa-hoi/nuoc-song-20221224083224103.htm HTTP/1.1\r\nHost: dantri.com.vn\r\n\r\n"
	http := "Content-Type: application/http; msgtype=response"
	info := func(software string) string {
		return warctest.Record("\r\n", "software: "+software+"\r\nformat: WARC File Format 1.0\r\n", "WARC-Type: warcinfo", "WARC-Date: "+early, "WARC-Record-ID: <urn:uuid:info>", "Content-Type: application/warc-fields")
	}
	beside := func(kind, block string, fields ...string) string {
		return record(kind, articleURL, early, block, append(fields, "WARC-Concurrent-To: <urn:uuid:"+sha1Of("response" + articleURL + early)[5:]+">")...)
	}
	asText := "Nước sông dâng\n\nNgười dân ven sông được đưa đến nơi an toàn trong đêm.\n\nNước dâng cao, chính quyền cho biết nước sẽ còn lên trong hai ngày tới.\n"
	browsertrix := []string{
		info("Browsertrix-Crawler 1.5.0 (with warcio.js 2.4.3)"),
		record("response", articleURL, early, answer, http, "WARC-Page-ID: 0d3c", "WARC-Resource-Type: document", `WARC-JSON-Metadata: {"ipType":"Public"}`, "WARC-Payload-Digest: "+sha256Of([]byte(page)), "WARC-Block-Digest: "+sha256Of([]byte(answer))),
		beside("request", request, "WARC-Page-ID: 0d3c", "Content-Type: application/http; msgtype=request"),
		record("resource", "urn:pageinfo:"+articleURL, early, `{"pageid":"0d3c","url":"`+articleURL+`","urls":{}}`, "Content-Type: application/json"),
		record("resource", "urn:text:"+articleURL, early, asText, "Content-Type: text/plain"),
	}
	tests := []struct {
		name  string
		files []string // each to be read alike
		want  Imported
		kind  capture.Kind
		state capture.State // zero is live
		notes string
	}{
		{
			name: "Heritrix", files: []string{warctest.Gzip(t, info("Heritrix/3.4.0"),
				warctest.Record("\r\n", "20221224030000\ndantri.com.vn.\t300\tIN\tA\t192.0.2.1\n", "WARC-Type: response", "WARC-Target-URI: dns:dantri.com.vn", "WARC-Date: "+early, "Content-Type: text/dns"),
				record("response", articleURL, early, answer, http, "WARC-IP-Address: 192.0.2.1", "WARC-Payload-Digest: "+sha1Of(page)),
				beside("request", request, "Content-Type: application/http; msgtype=request"),
				beside("metadata", "via: https://dantri.com.vn/\r\nhopsFromSeed: L\r\nfetchTimeMs: 70\r\n", "Content-Type: application/warc-fields"))},
			want: Imported{Records: 5, Captures: 1, Articles: 1, Other: 4}, kind: capture.Response, notes: "found on https://dantri.com.vn/",
		},
		{
			name: "CC-NEWS", files: []string{warctest.Gzip(t, info("StormCrawler"),
				beside("request", request, "Content-Type: application/http; msgtype=request"),
				record("response", articleURL, early, answer, "WARC-Payload-Digest: "+sha1Of(page), "WARC-Truncated: length", "WARC-Identified-Payload-Type: text/html", http),
				record("response", "https://example.org/news", early, answer, http))},
			want: Imported{Records: 4, Captures: 1, Foreign: 1, Other: 2}, kind: capture.Response, state: capture.Broken, notes: "truncated when it was captured: length",
		},
		{
			name: "WET", files: []string{warctest.Gzip(t, info("Common Crawl"),
				record("conversion", articleURL, early, asText, "WARC-Refers-To: <urn:uuid:elsewhere>", "WARC-Block-Digest: "+sha1Of(asText), "WARC-Identified-Content-Language: vie", "Content-Type: text/plain"))},
			want: Imported{Records: 2, Captures: 1, Articles: 1, Other: 1}, kind: capture.Conversion,
		},
		{
			name: "browsertrix", files: []string{warctest.Gzip(t, browsertrix...), warctest.Zstd(t, nil, browsertrix...), warctest.Zstd(t, warctest.Dictionary(t), browsertrix...)},
			want: Imported{Records: 5, Captures: 1, Articles: 1, Other: 4}, kind: capture.Response,
		},
		{
			name: "Zeno", files: []string{warctest.Gzip(t, info("Zeno"),
				strings.Replace(record("response", articleURL, "2022-12-24T03:00:00.123456789Z", answer, "Content-Type: application/http; msgtype=response", "WARC-Payload-Digest: sha1:"+strings.ToLower(sha1Of(page)[5:]), "WARC-Block-Digest: "+sha1Of(answer)), "WARC/1.0", "WARC/1.1", 1),
				beside("request", request, "Content-Type: application/http; msgtype=request"))},
			want: Imported{Records: 3, Captures: 1, Articles: 1, Other: 2}, kind: capture.Response,
		},
		{
			name: "wget --warc-cdx", files: []string{warctest.Gzip(t, info("Wget/1.21.3 (linux-gnu)"),
				warctest.Record("\r\n", request, "WARC-Type: request", "WARC-Target-URI: <"+articleURL+">", "WARC-Date: "+early, "WARC-Record-ID: <urn:uuid:q>", "Content-Type: application/http;msgtype=request"),
				warctest.Record("\r\n", answer, "WARC-Type: response", "WARC-Record-ID: <urn:uuid:r>", "WARC-Concurrent-To: <urn:uuid:q>", "WARC-Target-URI: <"+articleURL+">", "WARC-Date: "+early, "WARC-Block-Digest: "+sha1Of(answer), "WARC-Payload-Digest: "+sha1Of(page), "Content-Type: application/http;msgtype=response"),
				warctest.Record("\r\n", "-q\n", "WARC-Type: resource", "WARC-Target-URI: <metadata://gnu.org/software/wget/warc/wget_arguments.txt>", "WARC-Date: "+early, "Content-Type: text/plain"),
				warctest.Record("\r\n", "log", "WARC-Type: resource", "WARC-Target-URI: <metadata://gnu.org/software/wget/warc/wget.log>", "WARC-Date: "+early, "Content-Type: text/plain"))},
			want: Imported{Records: 5, Captures: 1, Articles: 1, Other: 4}, kind: capture.Response,
		},
		{
			name: "a challenge in the article's place", files: []string{
				record("response", articleURL, early, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><head><title>Just a moment...</title></head><body><h1>dantri.com.vn</h1><p>Checking your browser before you go on. This takes a few seconds.</p><script>window._cf_chl_opt={}</script></body></html>", http),
				record("response", articleURL, early, "HTTP/1.1 503 \r\nContent-Type: text/html\r\nCf-Mitigated: challenge\r\n\r\n<html>", http),
			},
			want: Imported{Records: 1, Captures: 1}, kind: capture.Response, state: capture.Blocked,
		},
	}
	for _, test := range tests {
		for i, file := range test.files {
			t.Run(fmt.Sprint(test.name, " ", i), func(t *testing.T) {
				a := newArchive(t, t.TempDir())
				got, problems := importText(t, a, ImportOptions{}, file)
				if got != test.want || len(problems) > 0 {
					t.Errorf("%+v, want %+v; problems %q", got, test.want, problems)
				}
				list := all(t, a, testSite)
				if len(list) != 1 {
					t.Fatalf("%d captures", len(list))
				}
				c := list[0]
				if c.Kind != test.kind || c.Page != articlePath || c.State != cmp.Or(test.state, capture.Live) || c.URL != articleURL {
					t.Errorf("%+v", c.Capture)
				}
				if test.notes != "" && !slices.Contains(c.Notes, test.notes) {
					t.Errorf("notes %q, want %q", c.Notes, test.notes)
				}
				sound(t, a)
			})
		}
	}
}
