package capture

import (
	"strings"
	"time"

	"baoluu/cleaner"
)

// Kind is what a capture is, in the words of WARC.
type Kind string

// The kinds of capture.
const (
	Response   Kind = "response"   // an HTTP response with its body
	Revisit    Kind = "revisit"    // an HTTP response that brought no new body
	Resource   Kind = "resource"   // an imported file: no status, no headers
	Conversion Kind = "conversion" // an imported text dump of a page
)

// State is the judgement of one capture: what kind of answer it was.
type State string

// The judgements.
const (
	Live    State = "live"    // a page as expected: article, list, feed, sitemap
	Gone    State = "gone"    // 404, 410, a redirect to the front page
	Moved   State = "moved"   // a redirect to another page; Location says where
	Blocked State = "blocked" // a challenge page, 401, 403, 451
	Broken  State = "broken"  // 5xx, 429, cut, or in a coding that cannot be decoded
)

// StateOf is the state of an answer in an article's place that has this fault.
func StateOf(f cleaner.Fault) State {
	switch f {
	case cleaner.Broken:
		return Broken
	case cleaner.Blocked:
		return Blocked
	}
	return Live
}

// The profiles of a revisit, WARC's own two.
const (
	NotModified = "server-not-modified"
	SamePayload = "identical-payload-digest"
)

// Field is one header line.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Capture is one response to one address at one moment: a fact, never changed.
type Capture struct {
	Number uint64    `json:"number"` // given by the archive, per newspaper, from 1, only growing
	Page   string    `json:"page"`   // [sites.Address].Page
	URL    string    `json:"url"`
	Time   time.Time `json:"time"` // when the response came, to the millisecond, UTC
	Kind   Kind      `json:"kind"`
	State  State     `json:"state"`

	Status      int     `json:"status,omitempty"` // 0 where no HTTP response is known
	Proto       string  `json:"proto,omitempty"`  // "HTTP/1.1"; "" where it is not known
	Reason      string  `json:"reason,omitempty"` // "OK": the rest of the status line
	Header      []Field `json:"header,omitempty"` // as received: order, case and repeats are the server's
	ContentType string  `json:"content_type,omitempty"`
	Location    string  `json:"location,omitempty"` // absolute target of a redirect

	Digest string `json:"digest,omitempty"` // "sha256:" and 64 hex digits of the body; a revisit carries that of the earlier one
	Size   int64  `json:"size"`             // bytes of the body, decoded

	RevisitOf uint64 `json:"revisit_of,omitempty"` // number of the capture whose body this repeats
	Profile   string `json:"profile,omitempty"`    // [NotModified] or [SamePayload]

	// Request is what was asked, as it was sent: first line, header and, if there was one, body;
	// "" where it is not known. It is made by [Sent].
	Request string `json:"request,omitempty"`

	File  string   `json:"file,omitempty"`  // base name of the imported file
	Notes []string `json:"notes,omitempty"` // "content-encoding gzip undone", "time taken from the page"
}

// Answered is the first value of a field of the answer's header.
func (c Capture) Answered(name string) string {
	for _, f := range c.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Sent is a request as it is kept: all that was sent, but for what opens the owner's proxy.
func Sent(request []byte) string {
	var b strings.Builder
	inHead, left := true, false
	for line := range strings.Lines(string(request)) {
		text := strings.TrimRight(line, "\r\n")
		inHead = inHead && text != ""
		name, _, _ := strings.Cut(text, ":")
		folded := text != "" && (text[0] == ' ' || text[0] == '\t')
		if left = inHead && (left && folded || strings.EqualFold(strings.TrimSpace(name), "Proxy-Authorization")); !left {
			b.WriteString(line)
		}
	}
	return b.String()
}
