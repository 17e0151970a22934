package schema

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"baoluu/archive/capture"
)

// A crawl's requests differ in little but the address. So what many have alike is stored once,
// as a form with named places, and each capture says which form its request has and what of it
// is its own: nothing, mostly. docs/decisions/0042-requests.md says why.

// MaxRequest is the longest request that is kept, in bytes.
const MaxRequest = 64 << 10

// LostRequest is the note of a capture whose request could not be rescued.
const LostRequest = "the request was lost: the archive's file was damaged"

// Request is a capture's request as the capture's record has it.
type Request struct {
	Form string `json:"form,omitempty"` // the key of its form, in hex; "": it shares nothing
	// Own is what stands in the places of the form that are its own; without a form, all of it.
	Own    []string `json:"own,omitempty"`
	Base64 []byte   `json:"base64,omitempty"` // all of it, where that is not UTF-8
}

// Form is a form: text and, at each odd place in the list, the name of what stands there.
type Form struct {
	Parts []string `json:"parts"`
}

// What may stand in a form.
const (
	PlaceTarget   = "target"        // path and query of the capture's address
	PlaceETag     = "etag"          // of the answer
	PlaceModified = "last-modified" // of the answer
	PlaceOwn      = "own"           // the next text of [Request]'s Own
)

// OwnRequest is a request that shares nothing with others, as it is written; nil for "".
func OwnRequest(text string) *Request {
	switch {
	case text == "":
		return nil
	case utf8.ValidString(text):
		return &Request{Own: []string{text}}
	}
	return &Request{Base64: []byte(text)}
}

// plain is the text of a request that shares nothing with others, else "".
func (r *Request) plain() string {
	switch {
	case r == nil || r.Form != "":
		return ""
	case len(r.Own) > 0:
		return r.Own[0]
	}
	return string(r.Base64)
}

// SplitRequest parts a capture's request into the parts of its form and its own texts. Together
// with the capture they give the request back, byte for byte: see [Request.Text].
func SplitRequest(c capture.Capture) (parts, own []string) {
	var text strings.Builder
	place := func(name, value string) {
		parts = append(parts, text.String(), name)
		if text.Reset(); name == PlaceOwn {
			own = append(own, value)
		}
	}
	line, rest, _ := cutAfter(c.Request)
	if from, to := strings.IndexByte(line, ' ')+1, strings.LastIndexByte(line, ' '); from > 0 && from <= to {
		text.WriteString(line[:from])
		if target := line[from:to]; target == originForm(c.URL) {
			place(PlaceTarget, target)
		} else {
			place(PlaceOwn, target)
		}
		line = line[to:]
	}
	text.WriteString(line)
	for more := true; more && rest != ""; {
		if line, rest, more = cutAfter(rest); strings.TrimRight(line, "\r\n") == "" {
			text.WriteString(line)
			break
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.Trim(value, " \t\r\n")
		at := len(name) + strings.Index(line[len(name):], value)
		var kind string
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "if-none-match":
			kind = sameAs(value, c, "ETag", PlaceETag)
		case "if-modified-since":
			kind = sameAs(value, c, "Last-Modified", PlaceModified)
		case "cookie", "referer", "range", "authorization":
			kind = PlaceOwn
		}
		if kind != "" && len(name) < len(line) {
			text.WriteString(line[:at])
			place(kind, value)
			line = line[at+len(value):]
		}
		text.WriteString(line)
	}
	if rest != "" {
		place(PlaceOwn, rest) // a body
	}
	return append(parts, text.String()), own
}

// cutAfter cuts behind the first line.
func cutAfter(s string) (line, rest string, found bool) {
	i := strings.IndexByte(s, '\n') + 1
	if i == 0 {
		return s, "", false
	}
	return s[:i], s[i:], true
}

func sameAs(value string, c capture.Capture, field, place string) string {
	if value == c.Answered(field) {
		return place
	}
	return PlaceOwn
}

// originForm is path and query of an address, as they stand there (RFC 9112, 3.2.1).
func originForm(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "#")
	if i := strings.IndexAny(rest, "/?"); i >= 0 && rest[i] == '/' {
		return rest[i:]
	} else if i >= 0 {
		return "/" + rest[i:]
	}
	return "/"
}

// Text is the request of a capture by its form. An [ErrCorrupt] says that they do not fit.
func (r *Request) Text(form Form, c capture.Capture) (string, error) {
	var b strings.Builder
	own := r.Own
	for i, part := range form.Parts {
		switch {
		case i%2 == 0:
		case part == PlaceTarget:
			part = originForm(c.URL)
		case part == PlaceETag:
			part = c.Answered("ETag")
		case part == PlaceModified:
			part = c.Answered("Last-Modified")
		case part == PlaceOwn && len(own) > 0:
			part, own = own[0], own[1:]
		default:
			return "", Corrupt("its request does not fit form %s", r.Form)
		}
		b.WriteString(part)
	}
	if len(own) > 0 {
		return "", Corrupt("its request does not fit form %s", r.Form)
	}
	return b.String(), nil
}

// FormID is the key of a form: the first 8 bytes of the SHA-256 of its payload, big-endian.
type FormID uint64

// FormOf is the key of a form that is written so.
func FormOf(payload []byte) FormID {
	sum := sha256.Sum256(payload)
	return FormID(binary.BigEndian.Uint64(sum[:]))
}

// String is the key as captures name it: 16 hex digits.
func (f FormID) String() string { return fmt.Sprintf("%016x", uint64(f)) }

// ParseForm reads what [FormID.String] wrote. The error is an [ErrCorrupt].
func ParseForm(form string) (FormID, error) {
	f, err := strconv.ParseUint(form, 16, 64)
	if err != nil || len(form) != 16 {
		return 0, Corrupt("it names a request %.40q, and there is none such", form)
	}
	return FormID(f), nil
}

// Forms remembers the forms that were read, by their keys as captures name them: mostly there
// are a few, for thousands of captures.
type Forms map[string]Form

// maxForms bounds those that are remembered.
const maxForms = 256

// Request gives a capture with its request. Where the request cannot be read, the capture is
// given without it, beside the error.
func (f Forms) Request(r Reader, s Capture) (capture.Capture, error) {
	c := s.Plain()
	if s.Request == nil || s.Request.Form == "" {
		return c, nil
	}
	form, known := f[s.Request.Form]
	if !known {
		key, err := ParseForm(s.Request.Form)
		if err != nil {
			return c, err
		}
		if form, err = Requests.Must(r, key); err != nil {
			return c, err
		}
		if len(f) >= maxForms {
			clear(f)
		}
		f[s.Request.Form] = form
	}
	text, err := s.Request.Text(form, c)
	c.Request = text
	return c, err
}

// LacksRequest reports whether capture here has no request, and comes again with one, as c.
func LacksRequest(r Reader, here uint64, c capture.Capture) (bool, error) {
	if c.Request == "" {
		return false, nil
	}
	s, err := LoadStored(r, here)
	return err == nil && s.Request == nil, err
}
