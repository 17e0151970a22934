package catalog

import (
	"cmp"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrCursor is returned for a text that is no cursor of a list.
var ErrCursor = errors.New("not a place in this list")

// mostCursor is how many bytes the text of a cursor may have: a page's key has 2048 at most.
const mostCursor = 4096

// position is a place in a list, newest first. It stands where it does whatever is
// added before it or behind.
type position struct {
	at   int64 // milliseconds since 1970 UTC
	site string
	page string
	to   uint32 // version
}

// compare orders positions: the newest first, then by newspaper and page, then the
// latest version first.
func (p position) compare(o position) int {
	return cmp.Or(cmp.Compare(o.at, p.at), cmp.Compare(p.site, o.site), cmp.Compare(p.page, o.page), cmp.Compare(o.to, p.to))
}

// String is the position as a cursor, fit for an address.
func (p position) String() string {
	text := strconv.FormatInt(p.at, 10) + " " + strconv.FormatUint(uint64(p.to), 10) + " " + p.site + " " + p.page
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// readCursor reads what [position.String] wrote. All else is an [ErrCursor].
func readCursor(text string) (p position, err error) {
	if len(text) > mostCursor {
		return p, ErrCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	parts := strings.SplitN(string(b), " ", 4)
	if err != nil || len(parts) != 4 || !utf8.Valid(b) {
		return p, ErrCursor
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return p, ErrCursor
	}
	to, err := strconv.ParseUint(parts[1], 10, 32)
	if err != nil {
		return p, ErrCursor
	}
	p = position{at, parts[2], parts[3], uint32(to)}
	if p.site == "" || p.page == "" || p.String() != text {
		return position{}, ErrCursor
	}
	return p, nil
}
