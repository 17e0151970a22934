package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"baoluu/archive/warc"
	"baoluu/archive/warcfile"
	"baoluu/cleaner"
)

// Pages come of any newspaper, and nothing else does: answers that are no pages, requests, pictures.
func TestPages(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w := warcfile.NewWriter(&file)
	put := func(kind, address, contentType, block string) {
		t.Helper()
		_, err := w.Write(warcfile.Header{
			{Name: warcfile.FieldType, Value: kind}, {Name: warcfile.FieldURL, Value: address}, {Name: warcfile.FieldContentType, Value: contentType},
			{Name: warcfile.FieldDate, Value: "2026-07-16T01:30:00Z"}, {Name: warcfile.FieldID, Value: fmt.Sprintf("<urn:x:%d>", file.Len())},
		}, []byte(block))
		if err != nil {
			t.Fatal(err)
		}
	}
	const http = "application/http;msgtype=response"
	put("response", "https://baomau.example/1.html", http, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>một</p>")
	put("response", "https://baomau.example/2.html", http, "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>hai</p>")
	put("response", "https://baomau.example/3.jpg", http, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\nx")
	put("response", "https://baomau.example/4.html", http, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8bcut")
	put("request", "https://baomau.example/1.html", "application/http;msgtype=request", "GET /1.html HTTP/1.1\r\n\r\n")
	put("resource", "https://baomau.example/5.html", "text/html", "<p>năm</p>")
	put("response", "https://web.archive.org/web/20240102030405id_/https://baomau.example/6.html", http, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>sáu</p>")
	var got []string
	note := func(p cleaner.Page) error {
		got = append(got, fmt.Sprintf("%s %s %t %s", p.URL, p.Captured.Format("2006-01-02"), p.Answer, p.Body))
		return nil
	}
	if err := warc.Pages(t.Context(), bytes.NewReader(file.Bytes()), note); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"https://baomau.example/1.html 2026-07-16 true <p>một</p>",
		"https://baomau.example/5.html 2026-07-16 false <p>năm</p>",
		"https://baomau.example/6.html 2024-01-02 true <p>sáu</p>",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	stop := errors.New("stop")
	if err := warc.Pages(t.Context(), bytes.NewReader(file.Bytes()), func(cleaner.Page) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error is %v", err)
	}
	if err := warc.Pages(t.Context(), strings.NewReader("no WARC"), note); err == nil {
		t.Error("a text is read as WARC")
	}
	if err := warc.PagesOfWACZ(t.Context(), strings.NewReader("no zip"), 6, note); !errors.Is(err, warc.ErrNotWACZ) {
		t.Errorf("a text is read as WACZ: %v", err)
	}
}
