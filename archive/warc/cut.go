package warc

import (
	"bytes"
	"fmt"
	"strings"

	"baoluu/archive/warcfile"
	"baoluu/cleaner/contentcoding"
)

// A body that was cut is not what the newspaper published: read as an article it would
// be an edit, and the next complete one another. So a capture of it is broken, and kept.
// But only what is proven counts. Many programs keep the header of what was sent, and
// the body with its codings decoded: their Content-Length is of other bytes.

// cutBody reports whether the body of a record is cut off by what the record says of it,
// with a note where none says so yet. m is its HTTP head, nil where it has none. What its
// codings tell, [message.decode] has found.
func cutBody(rec *warcfile.Record, m *message, payload, body []byte) (note string, cut bool) {
	switch {
	case rec.Header.Get(warcfile.FieldTruncated) != "":
		return "", true
	case m == nil, m.status == 204, m.status == 304: // these have no body, whatever length they say
		return "", false
	}
	length, said := m.length()
	if !said || int64(len(payload)) >= length || len(body) > 0 && contentcoding.EndsWhole(body) {
		return "", false
	}
	return fmt.Sprintf("body cut: %d bytes of %d", len(payload), length), true
}

// length is how long the payload should be; said is false where the header says
// nothing of the payload as it lies there: where it names a coding, which ends by
// itself if it was applied and not decoded, and where it says several lengths.
func (m *message) length() (length int64, said bool) {
	if m.get("Transfer-Encoding") != "" {
		return 0, false
	}
	if c := strings.TrimSpace(m.get("Content-Encoding")); c != "" && !strings.EqualFold(c, "identity") {
		return 0, false
	}
	lengths := warcfile.Header(m.fields).All("Content-Length")
	for _, l := range lengths {
		if l != lengths[0] {
			return 0, false
		}
	}
	if len(lengths) == 0 {
		return 0, false
	}
	length = parsedLength(lengths[0])
	return length, length >= 0
}

// emptyLines is how much of the empty lines behind a record stands at a payload's end, by the
// length that its header says; -1 where that says that the payload is cut off, or says nothing.
func (m *message) emptyLines(payload []byte) int {
	length := parsedLength(m.get("Content-Length"))
	if length < 0 || length > int64(len(payload)) || !bytes.HasPrefix([]byte("\r\n\r\n"), payload[length:]) {
		return -1
	}
	return len(payload) - int(length)
}

// wholeMessage gives the response that a block begins with, where the block is cut but the
// response is not, by what its header says.
func wholeMessage(block []byte) ([]byte, bool) {
	m, payload, err := parseMessage(block)
	if err != nil {
		return nil, false
	}
	if m.get("Transfer-Encoding") != "" {
		_, err := contentcoding.Dechunk(payload)
		return block, err == nil
	}
	extra := m.emptyLines(payload)
	if extra < 0 {
		return nil, false
	}
	return block[:len(block)-extra], true
}
