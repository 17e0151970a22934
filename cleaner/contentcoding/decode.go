package contentcoding

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Accepted is what [Decode] decodes, as an Accept-Encoding header.
const Accepted = "gzip, deflate, br, zstd"

// ErrTooLarge is returned when a body exceeds its limit, as sent or decoded.
var ErrTooLarge = errors.New("body too large")

// maxCodings bounds how many codings may lie over one another: more than one
// is rare, more than three is an attack. maxNamed bounds how many are looked at.
const (
	maxCodings = 3
	maxNamed   = 16
)

// maxPooled is the largest buffer that is kept for the next body: larger ones are rare.
const maxPooled = 1 << 20

// Bounded is like [io.LimitedReader], but going beyond the limit is an error,
// [ErrTooLarge], and not an end.
type Bounded struct {
	R    io.Reader
	Left int64 // bytes that may still come
	Got  int64 // bytes that came
}

// Read reads on within the limit. What lies beyond it is not given.
func (b *Bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.Left+1 {
		p = p[:b.Left+1]
	}
	n, err := b.R.Read(p)
	b.Got += int64(n)
	if int64(n) > b.Left {
		n = int(b.Left)
		err = ErrTooLarge
	}
	b.Left -= int64(n)
	return n, err
}

// ErrCoding is returned where a body makes no sense: a coding lies over it that is not
// known, or what should be one is damaged.
var ErrCoding = errors.New("content coding")

// Decoded is a body that was decoded, as far as that could be done.
type Decoded struct {
	// Body is what was sent, to the last byte, where it cannot be decoded.
	Body []byte
	// Notes say what was decoded, what was named and is not so, and what was left out.
	Notes []string
	// Ended: the outermost coding came to the end that it has of its own, and so
	// nothing is missing, whatever the connection says.
	Ended bool
}

// Named gives the codings that the values of an answer's header fields name, for [Decode]. Those of
// Transfer-Encoding lie over the others; chunked is no coding of the body.
func Named(contentEncoding, transferEncoding []string) []string {
	named := slices.Clone(contentEncoding)
	for _, value := range transferEncoding {
		for name := range strings.SplitSeq(value, ",") {
			if !strings.EqualFold(strings.Trim(name, " \t"), "chunked") {
				named = append(named, name)
			}
		}
	}
	return named
}

// Decode decodes a body, by the codings that header fields name, see [Named]. Where they name
// none, it gives the body itself, however long. Where they name what is not so, the body is
// read by what it is, if it makes sense then; the notes say it.
//
// A coding that breaks off gives what there is of the body and [io.ErrUnexpectedEOF]. With
// [ErrCoding], with [ErrTooLarge] where more than limit bytes would come of it, and where
// nothing came before the break, the body is what was sent, with a note.
func Decode(sent []byte, named []string, limit int64) (Decoded, error) {
	u := decoding{body: sent, limit: limit}
	names := u.read(named)
	if len(sent) == 0 || len(names) == 0 && !u.doubtful { // as of a 304 or a redirect
		return Decoded{Body: sent}, nil
	}
	err := u.decode(names)
	if err != nil && (len(u.body) == 0 || !errors.Is(err, io.ErrUnexpectedEOF)) {
		u.body, u.ended = sent, false
		u.notes = []string{fmt.Sprintf("body kept as it was sent: %v", err)}
	}
	return Decoded{Body: u.body, Notes: u.notes, Ended: u.ended}, err
}

// decoding is a body of which one coding after the other is taken off.
type decoding struct {
	body  []byte
	limit int64
	notes []string
	count int       // codings taken off
	tried []*coding // that the present body does not have
	ended bool      // the first of them came to its end
	// doubtful: the header names what is not so, and therefore the body has to make sense.
	doubtful bool
	wrong    error // what was not so first
	cut      error // a coding breaks off, and the body is what came before
}

func (u *decoding) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(u.notes, n) {
		u.notes = append(u.notes, n)
	}
}

func (u *decoding) doubt(err error) {
	u.doubtful = true
	if u.wrong == nil {
		u.wrong = err
	}
}

// read gives the names of codings, in the order in which these were applied. Blanks,
// quotes, parameters and "x-" are what servers write around them.
func (u *decoding) read(named []string) (names []string) {
	for _, value := range named {
		for name := range strings.SplitSeq(value, ",") {
			name, _, _ = strings.Cut(name, ";")
			name = strings.ToLower(strings.Trim(name, " \t\"'`"))
			if bare := strings.TrimPrefix(name, "x-"); known[bare] != nil {
				name = bare
			}
			if name == "" || name == "identity" {
				continue
			}
			if len(names) == maxNamed {
				u.note("content-encoding names more than %d codings: none of the names counts", maxNamed)
				u.doubt(fmt.Errorf("%w: more than %d named", ErrCoding, maxNamed))
				return nil
			}
			names = append(names, name)
		}
	}
	return names
}

// decode takes off what the names say, the last one first, and then, where they are wrong, what
// the body itself says.
func (u *decoding) decode(names []string) error {
	for _, name := range slices.Backward(names) {
		c := known[name]
		if c == nil {
			// "none" and "utf-8" change nothing; of others the body tells.
			u.note("content-encoding %.40q unknown", name)
			u.doubt(fmt.Errorf("unknown %w %.40q", ErrCoding, name))
			continue
		}
		if len(u.body) == 0 {
			break // nothing has no coding
		}
		applied, err := u.strip(c, true)
		if err != nil {
			return err
		}
		if !applied {
			u.note("content-encoding %s named, not applied", name)
		}
	}
	for u.doubtful && u.cut == nil && !sensible(u.body) {
		found, err := u.sniff()
		if err != nil {
			return err
		}
		if !found {
			return u.wrong
		}
	}
	if !u.doubtful && u.count > 0 && u.cut == nil && !sensible(u.body) {
		u.again()
	}
	return u.cut
}

// again takes off what was applied once more than it was named: by a program, and by the server
// before it. Of a page that is certain; what else is packed may be meant so, as a sitemap is.
func (u *decoding) again() {
	inner := *u
	inner.notes = slices.Clone(u.notes)
	if found, err := inner.sniff(); !found || err != nil {
		return
	}
	if root := rootTag.FindSubmatch(inner.body[:min(len(inner.body), 1<<10)]); isUTF16(inner.body) || root != nil && strings.EqualFold(string(root[1]), "html") {
		*u = inner
	}
}

// sniff takes off whichever coding the body has, if it has one that is known.
func (u *decoding) sniff() (found bool, err error) {
	for _, c := range sniffed {
		if found, err := u.strip(c, false); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// strip takes off one coding, where it was applied.
func (u *decoding) strip(c *coding, named bool) (applied bool, err error) {
	if slices.Contains(u.tried, c) {
		return false, nil // it may have taken long
	}
	if c.begins != nil && !c.begins(u.body) {
		u.doubt(fmt.Errorf("%w: no %s", ErrCoding, c.name))
		return false, nil
	}
	if u.count == maxCodings {
		return false, fmt.Errorf("%w: more than %d over one another", ErrCoding, maxCodings)
	}
	s, err := c.decode(u.body, u.limit)
	switch {
	case !s.believed(u.body, c, named, err):
		why := "what comes of it makes no sense"
		if err != nil {
			why = err.Error() // and no more than that: it may say that the stream breaks off
		}
		u.doubt(fmt.Errorf("%w: undo %s: %s", ErrCoding, c.name, why))
		u.tried = append(u.tried, c)
		return false, nil
	case errors.Is(err, ErrTooLarge):
		return false, fmt.Errorf("undo %s: %w: more than %d bytes", c.name, ErrTooLarge, u.limit)
	case err != nil:
		u.cut = fmt.Errorf("undo %s: %w", c.name, err)
	}
	if named {
		u.note("content-encoding %s undone", c.name)
	} else {
		u.note("content-encoding %s found, not named", c.name)
	}
	if s.doubt != "" {
		u.note("%s", s.doubt)
	}
	switch {
	case len(s.behind) > 0:
		u.note("%d bytes behind the %s stream left out: %.40q", len(s.behind), c.name, s.behind[:min(40, len(s.behind))])
	case s.more:
		u.note("bytes behind the %s stream left out", c.name)
	}
	u.ended = u.ended || u.count == 0 && err == nil && s.doubt == ""
	u.count++
	u.body, u.tried = s.plain, nil
	return true, nil
}

// inflated is what one sound gzip member holds, and that is what servers send, but for
// the strangest. From memory to memory it takes less time than as a stream
// (docs/decisions/0021-inflating.md).
func inflated(sent []byte, limit int64) ([]byte, bool) {
	if len(sent) < LeastGzip {
		return nil, false
	}
	// What says that it is longer than gzip can make it says no true length.
	const most = 1032
	n := int64(GzipSize(sent))
	if n > limit || n > most*int64(len(sent)) {
		return nil, false
	}
	z := inflaters.Get().(*Inflater)
	defer inflaters.Put(z)
	body := make([]byte, n)
	return body, z.Inflate(body, sent)
}

var inflaters = sync.Pool{New: func() any { return new(Inflater) }}

// ReadAll is [io.ReadAll], but what it gives takes no more room than it needs.
func ReadAll(r io.Reader) ([]byte, error) {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	_, err := buf.ReadFrom(r)
	b := bytes.Clone(buf.Bytes())
	if buf.Cap() <= maxPooled {
		buffers.Put(buf)
	}
	return b, err
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
