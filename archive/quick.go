package archive

import (
	"strings"

	"baoluu/archive/capture"
)

// Package json takes longer to read the head of a body than its frame takes to be
// found. So the heads that are read over and over are read here first, in the very
// form in which this program writes them: one line, keys in their order, what is empty
// left out. Whatever looks otherwise is left to package json.

// quick is a head that can be read so.
type quick interface {
	// quick tells whether b has that form; if not, nothing was read.
	quick(b []byte) bool
}

// quickReader goes through such a line. What does not fit makes it fail for good.
type quickReader struct {
	rest   []byte
	failed bool
}

// skip goes over what must come next.
func (q *quickReader) skip(s string) {
	if !q.skipped(s) {
		q.failed = true
	}
}

// skipped goes over s, where that comes next.
func (q *quickReader) skipped(s string) bool {
	if len(q.rest) < len(s) || string(q.rest[:len(s)]) != s {
		return false
	}
	q.rest = q.rest[len(s):]
	return true
}

// text reads a string of plain ASCII up to its closing quote.
func (q *quickReader) text() string {
	for i, c := range q.rest {
		switch {
		case c == '"':
			s := string(q.rest[:i])
			q.rest = q.rest[i+1:]
			return s
		case c < ' ' || c > '~' || c == '\\':
			q.failed = true
			return ""
		}
	}
	q.failed = true
	return ""
}

// skipText goes over a string up to its closing quote.
func (q *quickReader) skipText() {
	for i := 0; i < len(q.rest); i++ {
		switch c := q.rest[i]; {
		case c == '"':
			q.rest = q.rest[i+1:]
			return
		case c < ' ':
			q.failed = true
			return
		case c == '\\':
			// What takes more than one letter is left to package json.
			if i++; i == len(q.rest) || strings.IndexByte(`"\/bfnrt`, q.rest[i]) < 0 {
				q.failed = true
				return
			}
		}
	}
	q.failed = true
}

// number reads an integer that is not negative.
func (q *quickReader) number() int64 {
	n := int64(0)
	for i, c := range q.rest {
		switch {
		case c >= '0' && c <= '9' && i < 18 && (i == 0 || q.rest[0] != '0'):
			n = n*10 + int64(c-'0')
			continue
		case i == 0 || c != ',' && c != '}' && c != ']':
			q.failed = true
		}
		q.rest = q.rest[i:]
		return n
	}
	q.failed = true
	return 0
}

// done tells whether all was read, and fitted.
func (q *quickReader) done() bool { return !q.failed && len(q.rest) == 0 }

func (h *bodyHead) quick(b []byte) bool {
	q := quickReader{rest: b}
	var read bodyHead
	q.skip(`{"digest":"`)
	read.Digest = q.text()
	q.skip(`,"size":`)
	read.Size = q.number()
	if q.skipped(`,"base":`) {
		read.Base = uint64(q.number())
	}
	if q.skipped(`,"depth":`) {
		read.Depth = int(q.number())
	}
	q.skip(`}`)
	if q.done() {
		*h = read
	}
	return q.done()
}

func (h *articleHead) quick(b []byte) bool {
	q := quickReader{rest: b}
	var read articleHead
	q.skip(`{`)
	if q.skipped(`"cleaner":"`) {
		read.Cleaner = q.text()
		q.skip(`,`)
	}
	if !q.skipped(`"digest":"`) {
		return false // a refusal is short, and says in any letters why
	}
	read.Digest = q.text()
	if q.skipped(`,"size":`) {
		read.Size = q.number()
	}
	if q.skipped(`,"dict":`) {
		read.Dict = uint64(q.number())
	}
	if q.skipped(`,"part":[`) {
		read.Part[0] = int(q.number())
		q.skip(`,`)
		read.Part[1] = int(q.number())
		q.skip(`]`)
	}
	q.skip(`}`)
	if q.done() {
		*h = read
	}
	return q.done()
}

func (p *pageRecord) quick(b []byte) bool {
	q := quickReader{rest: b}
	var read pageRecord
	q.skip(`{`)
	if q.skipped(`"id":"`) {
		read.ID = q.text()
		q.skip(`,`)
	}
	q.skip(`"url":"`)
	read.URL = q.text()
	q.skip(`,"captures":`)
	read.Captures = int(q.number())
	q.skip(`,"first":`)
	read.First = q.moment()
	q.skip(`,"newest":`)
	read.Newest = q.moment()
	q.skip(`,"last":`)
	read.Last = uint64(q.number())
	q.skip(`,"state":"`)
	read.State = capture.State(q.text())
	q.skip(`,"state_at":`)
	read.StateAt = q.moment()
	if q.skipped(`,"live":`) {
		read.Live = uint64(q.number())
	}
	if q.skipped(`,"live_at":`) {
		read.LiveAt = q.moment()
	}
	if q.skipped(`,"base":`) {
		read.Base = uint64(q.number())
	}
	q.skip(`}`)
	if q.done() {
		*p = read
	}
	return q.done()
}

// moment reads [milliseconds, number].
func (q *quickReader) moment() (m moment) {
	q.skip(`[`)
	m.At = q.number()
	q.skip(`,`)
	m.Number = uint64(q.number())
	q.skip(`]`)
	return m
}
