package verify

import (
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
)

// Verify reads every record of the file, and package json takes longer to read one than the
// rest of its checks take. So the records that are many are read here first, in the very form
// in which this program writes them: one line, keys in their order, what is empty left out.
// Whatever looks otherwise is left to package json.

// fastReader goes through such a line. What does not fit makes it fail for good.
type fastReader struct {
	rest   []byte
	failed bool
}

// skip goes over what must come next.
func (q *fastReader) skip(s string) {
	if !q.skipped(s) {
		q.failed = true
	}
}

// skipped goes over s, where that comes next.
func (q *fastReader) skipped(s string) bool {
	if len(q.rest) < len(s) || string(q.rest[:len(s)]) != s {
		return false
	}
	q.rest = q.rest[len(s):]
	return true
}

// text reads a string of plain ASCII up to its closing quote.
func (q *fastReader) text() string {
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
func (q *fastReader) skipText() {
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
func (q *fastReader) number() int64 {
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
func (q *fastReader) done() bool { return !q.failed && len(q.rest) == 0 }

// fastPage reads a page's record.
func fastPage(b []byte) (read schema.Page, ok bool) {
	q := fastReader{rest: b}
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
	read.First = q.position()
	q.skip(`,"newest":`)
	read.Newest = q.position()
	q.skip(`,"last":`)
	read.Last = uint64(q.number())
	q.skip(`,"state":"`)
	read.State = capture.State(q.text())
	q.skip(`,"state_at":`)
	read.StateAt = q.position()
	if q.skipped(`,"live":`) {
		read.Live = uint64(q.number())
	}
	if q.skipped(`,"live_at":`) {
		read.LiveAt = q.position()
	}
	if q.skipped(`,"base":`) {
		read.Base = uint64(q.number())
	}
	q.skip(`}`)
	if !q.done() {
		return schema.Page{}, false
	}
	return read, true
}

// position reads [milliseconds, number].
func (q *fastReader) position() (m schema.Position) {
	q.skip(`[`)
	m.At = q.number()
	q.skip(`,`)
	m.Number = uint64(q.number())
	q.skip(`]`)
	return m
}

// fastCapture reads of a capture's record what verify asks for; the rest of the record is
// only held against that form.
func fastCapture(payload []byte) (c schema.Capture, ok bool) {
	q := fastReader{rest: payload}
	q.skip(`{"number":`)
	c.Number = uint64(q.number())
	q.skip(`,"page":"`)
	c.Page = q.text()
	q.skip(`,"url":"`)
	c.URL = q.text()
	q.skip(`,"time":"`)
	if err := c.Time.UnmarshalText([]byte(q.text())); err != nil {
		return schema.Capture{}, false
	}
	q.skip(`,"kind":"`)
	c.Kind = capture.Kind(q.text())
	q.skip(`,"state":"`)
	c.State = capture.State(q.text())
	if q.skipped(`,"status":`) {
		q.number()
	}
	for _, name := range []string{`,"proto":"`, `,"reason":"`} {
		if q.skipped(name) {
			q.skipText()
		}
	}
	for _, name := range []string{`,"content_type":"`, `,"location":"`} {
		if q.skipped(name) {
			q.skipText()
		}
	}
	if q.skipped(`,"digest":"`) {
		c.Digest = q.text()
	}
	q.skip(`,"size":`)
	c.Size = q.number()
	if q.skipped(`,"revisit_of":`) {
		c.RevisitOf = uint64(q.number())
	}
	for _, name := range []string{`,"profile":"`, `,"file":"`} {
		if q.skipped(name) {
			q.skipText()
		}
	}
	if q.skipped(`,"notes":[`) {
		q.texts()
	}
	if q.skipped(`,"header":[`) {
		for more := true; more; more = q.skipped(`,`) {
			q.skip(`{"name":"`)
			q.skipText()
			q.skip(`,"value":"`)
			q.skipText()
			q.skip(`}`)
		}
		q.skip(`]`)
	}
	switch {
	case q.skipped(`,"request":{"form":"`):
		c.Request = &schema.Request{Form: q.text()}
		if q.skipped(`,"own":[`) {
			q.texts()
		}
		q.skip(`}`)
	case q.skipped(`,"request":{"own":[`):
		q.texts()
		q.skip(`}`)
	}
	q.skip(`}`)
	if !q.done() {
		return schema.Capture{}, false
	}
	return c, true
}

// texts goes over the rest of a list of strings.
func (q *fastReader) texts() {
	for more := true; more; more = q.skipped(`,`) {
		q.skip(`"`)
		q.skipText()
	}
	q.skip(`]`)
}
