package pages

import (
	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/markup"
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// kindOf tells a text dump from an HTML page, and refuses what is neither. The
// bytes are believed before the content type: servers send pictures as
// text/html, and importers know nothing.
func kindOf(p Page) (plain bool, err error) {
	body := bytes.TrimLeft(p.Body, "\x00 \t\r\n\f")
	if len(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))) == 0 {
		return false, &article.NotArticleError{Reason: "empty page", Fault: article.Broken}
	}
	declared, _, _ := mime.ParseMediaType(p.ContentType)
	if what := dataIn(body, declared); what != "" {
		return false, &article.NotArticleError{Reason: what, Fault: article.Broken}
	}
	sniffed, _, _ := strings.Cut(http.DetectContentType(p.Body), ";")
	switch kind, _, _ := strings.Cut(sniffed, "/"); {
	case kind == "image":
		return false, &article.NotArticleError{Reason: "a picture (" + sniffed + ")"}
	case kind == "audio" || kind == "video":
		return false, &article.NotArticleError{Reason: "a recording (" + sniffed + ")"}
	case kind == "font" || sniffed == "application/pdf" || strings.HasPrefix(sniffed, "application/") && sniffed != "application/octet-stream":
		return false, &article.NotArticleError{Reason: "a file (" + sniffed + ")"}
	}
	if sniffed == "application/octet-stream" && looksBinary(p.Body) {
		return false, &article.NotArticleError{Reason: "a file (binary)"}
	}
	switch declared {
	case "text/plain":
		return true, nil
	case "text/html", "application/xhtml+xml":
		return false, nil
	case "application/json", "application/rss+xml", "application/atom+xml", "text/css", "text/javascript", "application/javascript":
		return false, &article.NotArticleError{Reason: "a file (" + declared + ")"}
	}
	if kind, _, _ := strings.Cut(declared, "/"); kind == "image" || kind == "audio" || kind == "video" {
		return false, &article.NotArticleError{Reason: "a file (" + declared + ")"}
	}
	return !markup.LooksLikeHTML(p.Body), nil
}

// dataIn names what is written for programs, "" for all else: a store's error, the answer
// of an interface. XHTML is a page.
func dataIn(body []byte, declared string) string {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	switch {
	case len(body) == 0:
	case body[0] == '{', body[0] == '[':
		if json.Valid(body) {
			return "a JSON document"
		}
	case bytes.HasPrefix(body, []byte("<?xml")), declared == "application/xml", declared == "text/xml":
		if root := rootName(body); root != "" && root != "html" {
			return "an XML document (" + root + ")"
		}
	}
	return ""
}

// rootName is the name of the first element, in lower case; "" where there is none.
func rootName(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body[:min(len(body), 64<<10)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			return string(name[:min(len(name), 40)])
		}
	}
}

// looksBinary tells a file from a text with a stray NUL: more than one byte in
// fifty of the first kilobyte is a control character.
func looksBinary(body []byte) bool {
	sample := body[:min(len(body), 1024)]
	controls := 0
	for _, c := range sample {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			controls++
		}
	}
	return controls*50 > len(sample)
}
