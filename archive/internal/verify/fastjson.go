package verify

import (
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
)

// Verify reads every record of the file, and package json takes longer to read a capture than
// the rest of its checks take: without what follows verify takes a tenth longer. So captures
// are read here first, in the very form in which this program writes them: one line, keys in
// their order, what is empty left out. Whatever looks otherwise is left to package json.

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

// skipTexts goes over those strings that are there, each named with its opening quote.
func (q *fastReader) skipTexts(names ...string) {
	for _, name := range names {
		if q.skipped(name) {
			q.skipText()
		}
	}
}

// skipList goes over the rest of a list of strings.
func (q *fastReader) skipList() {
	for more := true; more; more = q.skipped(`,`) {
		q.skip(`"`)
		q.skipText()
	}
	q.skip(`]`)
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
	q.skipTexts(`,"proto":"`, `,"reason":"`, `,"content_type":"`, `,"location":"`)
	if q.skipped(`,"digest":"`) {
		c.Digest = q.text()
	}
	q.skip(`,"size":`)
	c.Size = q.number()
	if q.skipped(`,"revisit_of":`) {
		c.RevisitOf = uint64(q.number())
	}
	q.skipTexts(`,"profile":"`, `,"file":"`)
	if q.skipped(`,"notes":[`) {
		q.skipList()
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
			q.skipList()
		}
		q.skip(`}`)
	case q.skipped(`,"request":{"own":[`):
		q.skipList()
		q.skip(`}`)
	}
	q.skip(`}`)
	if q.failed || len(q.rest) > 0 {
		return schema.Capture{}, false
	}
	return c, true
}
