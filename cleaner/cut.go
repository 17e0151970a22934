package cleaner

import (
	"bytes"

	"golang.org/x/net/html"
)

// containers are the elements that hold an article. Their end tags may not be left out,
// and templates close them; <p>, <li> and <td> may be left open, and <b> often is.
var containers = map[string]bool{"div": true, "article": true, "section": true, "main": true, "table": true}

// breaksOff tells whether a page's markup ends in the middle: a server that gives up while
// it writes a page sends a sound length, or none, for what it has. Sound pages end with
// </html> or </body>; of one without either it has to be seen that something is left open:
// a tag, a comment, a script, or the elements that hold the article. Parts of pages are
// not judged.
func breaksOff(body []byte) bool {
	const tail = 4 << 10 // nearly all pages end here
	if end := bytes.ToLower(body[max(0, len(body)-tail):]); bytes.Contains(end, []byte("</html")) || bytes.Contains(end, []byte("</body")) {
		return false
	}
	lower := bytes.ToLower(body)
	if bytes.Contains(lower, []byte("</html")) || bytes.Contains(lower, []byte("</body")) || bytes.IndexByte(body, 0) >= 0 {
		return false // with NULs it is UTF-16
	}
	if !bytes.Contains(lower, []byte("<html")) && !bytes.Contains(lower, []byte("<body")) {
		return false
	}
	if opened := bytes.LastIndexByte(body, '<'); opened > bytes.LastIndexByte(body, '>') {
		return true
	}
	if bytes.LastIndex(body, []byte("<!--")) > bytes.LastIndex(body, []byte("-->")) {
		return true
	}
	open := 0
	z := html.NewTokenizer(bytes.NewReader(lower))
	raw := "" // the script or style that the last token was within
	for {
		switch z.Next() {
		case html.ErrorToken:
			return open > 0 || raw != ""
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
			case containers[tag]:
				open--
			case tag == raw:
				raw = ""
			}
		}
	}
}
