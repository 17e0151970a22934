package markup

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// containers are the elements that hold an article, and what stands around it. Their end
// tags may not be left out, and templates close them; <p>, <li> and <td> may be left open,
// and <b> often is.
var containers = map[string]bool{
	"div": true, "article": true, "section": true, "main": true, "table": true, "form": true, "header": true, "nav": true, "aside": true, "footer": true,
	"h1": true, "h2": true, "h3": true, "ul": true, "ol": true, "blockquote": true, "figure": true,
}

// BreaksOff reports whether a page's markup ends in the middle: a server that gives up while
// it writes a page sends a sound length, or none, for what it has. Sound pages end with
// </html> or </body>, but a script may have both in its text; of a page without either it
// has to be seen that something is left open: a tag, a comment, a script, or the elements
// that hold the article. Parts of pages are not judged.
func BreaksOff(body []byte) bool {
	const end = "</html>"
	body = bytes.TrimSpace(body)
	if len(body) >= len(end) && strings.EqualFold(string(body[len(body)-len(end):]), end) || bytes.IndexByte(body, 0) >= 0 {
		return false // with NULs it is UTF-16
	}
	lower := bytes.ToLower(body)
	if !slices.ContainsFunc([]string{"<html", "<body", "<!doctype html"}, func(tag string) bool { return bytes.Contains(lower, []byte(tag)) }) {
		return false
	}
	if bytes.LastIndexByte(body, '<') > bytes.LastIndexByte(body, '>') {
		return true
	}
	open, at := 0, 0
	z := html.NewTokenizer(bytes.NewReader(lower))
	raw := "" // the script or style that the last token was within
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return open > 0 || raw != "" || at < len(lower) // a tag that is left open makes no token
		}
		token := z.Raw()
		at += len(token)
		switch kind {
		case html.CommentToken:
			if bytes.HasPrefix(token, []byte("<!--")) && !bytes.HasSuffix(token, []byte("-->")) {
				return true
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch tag := string(name); {
			case containers[tag]:
				open++
			case tag == "script" || tag == "style":
				raw = tag
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch tag := string(name); {
			case tag == "html" || tag == "body":
				return false
			case containers[tag]:
				open = max(0, open-1)
			case tag == raw:
				raw = ""
			}
		}
	}
}
