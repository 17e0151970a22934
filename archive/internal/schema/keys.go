package schema

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// Every key of the file is made here and taken apart here, by the form that buckets.go gives
// for its bucket.

const (
	MaxPage    = 2048 // bytes of a page's key
	maxAddress = 8192
	MaxHost    = 255 // bytes of a host's name, as in DNS
)

// The keys of meta's records.
const (
	KeySchema    = "schema"    // [Format]
	KeyState     = "state"     // [State]
	keyCleanings = "cleanings" // list of [Cleaning]
	keyStaged    = "staged"    // [Staged]
)

// CheckPage refuses what cannot be a page's key: 1 to [MaxPage] bytes of UTF-8, none of them
// zero. The error is an [ErrInvalid].
func CheckPage(page string) error {
	switch {
	case page == "":
		return Say(ErrInvalid, "a page without a name cannot be stored")
	case len(page) > MaxPage:
		return Say(ErrInvalid, "a page's name of %d bytes cannot be stored, %d are the most (%.40q…)", len(page), MaxPage, page)
	case strings.IndexByte(page, 0) >= 0:
		return Say(ErrInvalid, "a page's name with a zero byte cannot be stored (%.40q)", page)
	case !utf8.ValidString(page):
		return Say(ErrInvalid, "a page's name that is not UTF-8 cannot be stored (%.40q)", page)
	}
	return nil
}

// CheckAddress refuses what cannot be stored as an address: 1 to 8192 bytes of UTF-8. The
// error is an [ErrInvalid].
func CheckAddress(url string) error {
	switch {
	case url == "":
		return Say(ErrInvalid, "an empty address cannot be stored")
	case len(url) > maxAddress:
		return Say(ErrInvalid, "an address of %d bytes cannot be stored, %d are the most (%.40q…)", len(url), maxAddress, url)
	case !utf8.ValidString(url):
		return Say(ErrInvalid, "an address that is not UTF-8 cannot be stored (%.40q)", url)
	}
	return nil
}

// SoundName is a page's key or an address as it is stored: what would say something to a
// terminal, or show text in another order, is escaped as in an address. Those that package
// sites makes hold nothing of the kind, but a WARC file says its own, and so does an
// archive that is merged. What was stored before stays as it is.
func SoundName(name string) string {
	if !strings.ContainsFunc(name, unsound) {
		return name
	}
	var b strings.Builder
	for _, r := range name {
		if !unsound(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// unsound tells of control characters (C0, C1), marks of direction and other characters
// that format and cannot be seen, and separators of lines and paragraphs.
func unsound(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// Key is what a record's key holds. What is no part of the keys of a bucket is zero.
type Key struct {
	Generation uint32
	Class      capture.Class
	Day        string // yyyymmdd, +07:00
	Page       string // or whatever the key is: an address, a host, the name of a record of meta
	At         int64  // milliseconds since 1970 UTC
	Number     uint64 // of a capture
	Version    int
	Digest     Sum
}

// form says what a bucket's keys are made of, one part behind the other.
type form []part

// part is a part of a key. Numbers and times are big-endian, so that the order of the keys is
// that of the numbers.
type part uint8

const (
	aNumber     part = iota // uint64; or the [FormID] of a form
	aTime                   // uint64 milliseconds, at most [MaxMilli]
	aGeneration             // uint32
	aVersion                // uint32
	aClass                  // uint8
	aDay                    // eight digits
	aDigest                 // SHA-256
	aPage                   // see [CheckPage]
	aText                   // any bytes
	aZero                   // a zero byte: it ends a page, so that no other page sorts in between
)

// parts has what the parts are called, and their bytes; 0 where they differ.
var parts = [...]struct {
	name string
	size int
}{
	{"number", 8}, {"time", 8}, {"generation", 4}, {"version", 4}, {"class", 1}, {"day", 8},
	{"digest", sha256.Size}, {"page", 0}, {"text", 0}, {"", 1},
}

// Key is the key of a record in this bucket.
func (b Bucket) Key(k Key) []byte { return b.kind().key.write(&k) }

// ParseKey gives what a key of this bucket holds. An error is an [ErrCorrupt] that names the
// key.
func (b Bucket) ParseKey(key []byte) (Key, error) { return b.kind().key.read(key) }

// KeySize is the length of the bucket's keys in bytes, 0 where they differ.
func (b Bucket) KeySize() int {
	if size, open := b.kind().key.size(); !open {
		return size
	}
	return 0
}

// size is how many bytes the parts have whose length is known, and whether there is another.
func (f form) size() (size int, open bool) {
	for _, p := range f {
		size, open = size+parts[p].size, open || parts[p].size == 0
	}
	return size, open
}

func (f form) write(k *Key) []byte {
	size, _ := f.size()
	b := make([]byte, 0, size+len(k.Page))
	for _, p := range f {
		switch p {
		case aNumber:
			b = binary.BigEndian.AppendUint64(b, k.Number)
		case aTime:
			b = binary.BigEndian.AppendUint64(b, uint64(k.At))
		case aGeneration:
			b = binary.BigEndian.AppendUint32(b, k.Generation)
		case aVersion:
			b = binary.BigEndian.AppendUint32(b, uint32(k.Version))
		case aClass:
			b = append(b, byte(k.Class))
		case aDay:
			b = append(b, k.Day...)
		case aDigest:
			b = append(b, k.Digest[:]...)
		case aPage, aText:
			b = append(b, k.Page...)
		case aZero:
			b = append(b, 0)
		}
	}
	return b
}

func (f form) read(key []byte) (Key, error) {
	size, open := f.size()
	if len(key) < size || len(key) > size && !open {
		return Key{}, f.bad(key)
	}
	var k Key
	rest := key
	for _, p := range f {
		n := parts[p].size
		if n == 0 {
			n = len(key) - size // at most one part is so
		}
		if !p.read(rest[:n], &k) {
			return Key{}, f.bad(key)
		}
		rest = rest[n:]
	}
	return k, nil
}

// read takes over what a part says, if it may.
func (p part) read(b []byte, k *Key) bool {
	switch p {
	case aNumber:
		k.Number = binary.BigEndian.Uint64(b)
	case aTime:
		k.At = int64(binary.BigEndian.Uint64(b))
		return k.At >= 0 && k.At <= MaxMilli
	case aGeneration:
		k.Generation = binary.BigEndian.Uint32(b)
	case aVersion:
		k.Version = int(binary.BigEndian.Uint32(b))
	case aClass:
		k.Class = capture.Class(b[0])
	case aDay:
		k.Day = string(b)
		return strings.Trim(k.Day, "0123456789") == ""
	case aDigest:
		k.Digest = Sum(b)
	case aPage:
		k.Page = string(b)
		return CheckPage(k.Page) == nil
	case aText:
		k.Page = string(b)
	case aZero:
		return b[0] == 0
	}
	return true
}

// bad is the error of a key that is not of this form: "a number", "generation, page and version".
func (f form) bad(key []byte) error {
	var names []string
	for _, p := range f {
		if p != aZero {
			names = append(names, parts[p].name)
		}
	}
	last := len(names) - 1
	if last == 0 {
		return badKey(key, "a "+names[0])
	}
	return badKey(key, strings.Join(names[:last], ", ")+" and "+names[last])
}

func badKey(key []byte, want string) error { return Corrupt("its key %.60x is not %s", key, want) }

// NumberKey is the key of captures, bodies, their second copies and references, and what
// digests lead to: the number, big-endian in 8 bytes.
func NumberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// ParseNumberKey is the number that [NumberKey] wrote. An error is an [ErrCorrupt].
func ParseNumberKey(key []byte) (uint64, error) {
	if len(key) != 8 {
		return 0, badKey(key, "a number")
	}
	return binary.BigEndian.Uint64(key), nil
}

// GenerationOf is the generation with which a key of articles, versions, heads or days begins,
// in its first 4 bytes. An error is an [ErrCorrupt].
func GenerationOf(key []byte) (uint32, error) {
	if len(key) < 4 {
		return 0, badKey(key, "of a generation")
	}
	return binary.BigEndian.Uint32(key), nil
}

// After is the first key that sorts behind k.
func After(k []byte) []byte { return append(bytes.Clone(k), 0) }

// Behind is the first key behind every key that begins with prefix, nil where there is none.
func Behind(prefix []byte) []byte {
	k := bytes.Clone(prefix)
	for i := len(k) - 1; i >= 0; i-- {
		if k[i] != 0xff {
			k[i]++
			return k[:i+1]
		}
	}
	return nil
}

// Position is one capture's place in its page's history: by time, then by number.
type Position struct {
	At     int64 // milliseconds since 1970 UTC
	Number uint64
}

// PositionOf is the place of a capture that has its number.
func PositionOf(c capture.Capture) Position { return Position{c.Time.UnixMilli(), c.Number} }

// Before reports whether m is before o in a page's history.
func (m Position) Before(o Position) bool {
	return m.At < o.At || m.At == o.At && m.Number < o.Number
}

// Time is the position's time, in UTC.
func (m Position) Time() time.Time { return time.UnixMilli(m.At).UTC() }

// String is the position's time for people: RFC 3339, +07:00.
func (m Position) String() string { return InZone(m.Time()).Format(time.RFC3339) }

// MarshalJSON writes a position as [milliseconds, number].
func (m Position) MarshalJSON() ([]byte, error) { return json.Marshal([2]int64{m.At, int64(m.Number)}) }

// UnmarshalJSON reads what [Position.MarshalJSON] writes.
func (m *Position) UnmarshalJSON(b []byte) error {
	// By hand: a page's record has four, and package json takes as long for them as for all else.
	at, number, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(string(b), "["), "]"), ",")
	var err error
	if m.At, err = strconv.ParseInt(at, 10, 64); err != nil {
		return err
	}
	n, err := strconv.ParseInt(number, 10, 64)
	m.Number = uint64(n)
	return err
}

// MaxMilli is the end of the year 9999 in milliseconds, the last that JSON can tell.
const MaxMilli = 253402300799999

// CheckTime refuses a time that no capture can have: before 1970, behind 9999, none. The error
// is an [ErrInvalid].
func CheckTime(t time.Time) error {
	if ms := t.UnixMilli(); t.IsZero() || ms < 0 || ms > MaxMilli {
		return Say(ErrInvalid, "a capture of %s cannot be stored: from 1970 to 9999", t.Format(time.RFC3339))
	}
	return nil
}

// DueMilli is a due time as its key has it, in milliseconds since 1970 UTC: what was due
// before 1970 is due.
func DueMilli(due time.Time) int64 { return min(max(due.UnixMilli(), 0), MaxMilli) }

// InZone shows a newspaper's time as the newspaper does, +07:00. The zero time stays.
func InZone(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(sites.Zone)
}

// Sum is a SHA-256: of a body, or of a name that was forgotten.
type Sum [sha256.Size]byte

const digestPrefix = "sha256:"

// String is the digest as captures have it: "sha256:" and 64 hex digits.
func (s Sum) String() string {
	var b [len(digestPrefix) + 2*sha256.Size]byte // each body that is read is compared by its digest
	return string(hex.AppendEncode(append(b[:0], digestPrefix...), s[:]))
}

// ParseDigest reads a digest that [Sum.String] wrote. The error is an [ErrInvalid].
func ParseDigest(digest string) (Sum, error) {
	h, ok := strings.CutPrefix(digest, digestPrefix)
	s, err := hex.DecodeString(h)
	if !ok || err != nil || len(s) != len(Sum{}) {
		return Sum{}, Say(ErrInvalid, "%.80q is no SHA-256", digest)
	}
	return Sum(s), nil
}

// DigestOf is the digest of a body as captures have it, see [Sum.String].
func DigestOf(body []byte) string { return Sum(sha256.Sum256(body)).String() }

// NameOf is the key of what was forgotten under a name: a page's key or an address.
func NameOf(name string) Sum { return sha256.Sum256([]byte(name)) }
