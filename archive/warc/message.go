package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/cleaner/contentcoding"
)

var errMessage = errors.New("no HTTP response")

// maxMessageHeader bounds the header of an HTTP response.
const maxMessageHeader = 512 << 10

// message is an HTTP response, or the head of one.
type message struct {
	status int
	proto  string // "HTTP/1.1"
	reason string // "OK"; may be empty
	fields []capture.Field
}

// statusLine is one as programs write it: in lower case, with the name of another protocol or
// none of its version, with nothing between status and reason.
var statusLine = regexp.MustCompile(`^((?i:HTTP)(?:/[0-9A-Za-z.]*)?|(?i:ICY|h2c?|h3))[ \t]+(\d{3})(?:[ \t]*([^\d].*))?$`)

// parseMessage parts a block into the head of a response and what follows it.
// Lines may end in LF alone, fields may be folded, and the empty line may be
// missing where nothing follows. Empty lines before it, and the answers that only say that
// one is to come ("100 Continue"), are passed over.
func parseMessage(block []byte) (message, []byte, error) {
	var m message
	var h warcfile.Head
	first := true
	for rest := bytes.TrimLeft(block, "\r\n \t"); ; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if len(block)-len(rest)+len(line) > maxMessageHeader || len(h.Fields) > warcfile.MaxFields {
			return message{}, nil, fmt.Errorf("%w: its header is longer than %d bytes", errMessage, maxMessageHeader)
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if first {
			s := statusLine.FindSubmatch(line)
			if s == nil {
				return message{}, nil, fmt.Errorf("%w: it begins with %.40q", errMessage, line)
			}
			m.proto, m.reason = string(s[1]), strings.Trim(string(s[3]), " \t")
			m.status, _ = strconv.Atoi(string(s[2]))
			first = false
		} else if len(line) > 0 {
			h.Add(line)
		} else if m.status/100 == 1 && m.status != 101 && bytes.HasPrefix(after, []byte("HTTP/")) {
			m, h, first = message{}, warcfile.Head{}, true
		} else {
			m.fields = h.Done()
			return m, after, nil
		}
		if !found {
			m.fields = h.Done()
			return m, nil, nil
		}
		rest = after
	}
}

func (m message) get(name string) string { return warcfile.Header(m.fields).Get(name) }

// decode decodes the payload, as far as it was coded at all: some programs take the codings
// off and leave the header as it was.
// transferred is the payload with its transfer coding decoded only; its digest should be of
// this. damaged says why body is not all of it, or is what was sent: it breaks off, or
// a coding cannot be decoded.
func (m message) decode(payload []byte, limit int64) (body, transferred []byte, notes []string, damaged error) {
	transferred = payload
	var cut error
	if strings.Contains(strings.ToLower(m.get("Transfer-Encoding")), "chunked") {
		switch plain, err := contentcoding.Dechunk(payload); {
		case err == nil:
			transferred = plain
			notes = append(notes, "transfer-encoding chunked undone")
		case plain != nil:
			transferred, cut = plain, fmt.Errorf("chunks: %w", err)
			notes = append(notes, fmt.Sprintf("transfer-encoding chunked undone, body cut after %d bytes", len(plain)))
		}
	}
	fields := warcfile.Header(m.fields)
	u, err := contentcoding.Decode(transferred, contentcoding.Named(fields.All("Content-Encoding"), fields.All("Transfer-Encoding")), limit)
	notes = append(notes, u.Notes...)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		notes = append(notes, fmt.Sprintf("body cut after %d bytes", len(u.Body)))
	}
	if err == nil && !u.Ended {
		err = cut
	}
	return u.Body, transferred, notes, err
}
