package schema

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// Every key of the file is made here and taken apart here. Numbers and times
// are big-endian, so that the order of bytes is the order of numbers. A page
// holds no zero byte, so a zero byte ends it and no other page sorts between.

const (
	MaxPage    = 2048
	maxAddress = 8192
	MaxHost    = 255
)

var (
	KeySchema    = []byte("schema")
	KeyState     = []byte("state")
	keyCleanings = []byte("cleanings")
)

// CheckPage refuses what cannot be a page's key.
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

// CheckAddress refuses what cannot be kept as an address.
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

// NumberKey is the key of captures, bodies and references.
//
//	uint64 number
func NumberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func ParseNumberKey(k []byte) (uint64, error) {
	if len(k) != 8 {
		return 0, BadKey(k, "a number")
	}
	return binary.BigEndian.Uint64(k), nil
}

// PageKey is the key of pages, aliases and the frontier: the page as it is.
func PageKey(page string) []byte { return []byte(page) }

func ParsePageKey(k []byte) (string, error) {
	page := string(k)
	if CheckPage(page) != nil {
		return "", BadKey(k, "a page")
	}
	return page, nil
}

// Position is one capture's place in its page's history: by time, then by number.
type Position struct {
	At     int64 // milliseconds since 1970
	Number uint64
}

// PositionOf is a capture's.
func PositionOf(c capture.Capture) Position { return Position{c.Time.UnixMilli(), c.Number} }

func (m Position) Before(o Position) bool {
	return m.At < o.At || m.At == o.At && m.Number < o.Number
}

// PositionKey orders one page's captures by time; its value is empty.
//
//	page | 0x00 | uint64 milliseconds | uint64 number
func PositionKey(page string, m Position) []byte {
	k := binary.BigEndian.AppendUint64(PositionPrefix(page), uint64(m.At))
	return binary.BigEndian.AppendUint64(k, m.Number)
}

func PositionPrefix(page string) []byte { return append([]byte(page), 0) }

func ParsePositionKey(k []byte) (string, Position, error) {
	i := bytes.IndexByte(k, 0)
	if i < 0 || len(k) != i+1+16 {
		return "", Position{}, BadKey(k, "page, time and number")
	}
	page, err := ParsePageKey(k[:i])
	at := binary.BigEndian.Uint64(k[i+1:])
	if err != nil || at > MaxMilli {
		return "", Position{}, BadKey(k, "page, time and number")
	}
	return page, Position{int64(at), binary.BigEndian.Uint64(k[i+9:])}, nil
}

// MaxMilli is the end of the year 9999, the last that JSON can tell.
const MaxMilli = 253402300799999

// CaptureMilli is a capture's time as its key has it.
func CaptureMilli(t time.Time) (int64, error) {
	ms := t.UnixMilli()
	if t.IsZero() || ms < 0 || ms > MaxMilli {
		return 0, Say(ErrInvalid, "a capture of %s cannot be stored: from 1970 to 9999", t.Format(time.RFC3339))
	}
	return ms, nil
}

// DigestKey is the key of digests: the 32 bytes of a SHA-256.
func DigestKey(digest string) ([]byte, error) {
	h, ok := strings.CutPrefix(digest, digestPrefix)
	k, err := hex.DecodeString(h)
	if !ok || err != nil || len(k) != sha256.Size {
		return nil, Say(ErrInvalid, "%.80q is no SHA-256", digest)
	}
	return k, nil
}

func ParseDigestKey(k []byte) (string, error) {
	if len(k) != sha256.Size {
		return "", BadKey(k, "a digest")
	}
	return digestPrefix + hex.EncodeToString(k), nil
}

const digestPrefix = "sha256:"

// DigestOf is the digest of a body as captures carry it.
func DigestOf(body []byte) string { return string(appendDigest(nil, body)) }

func appendDigest(b, body []byte) []byte {
	sum := sha256.Sum256(body)
	return hex.AppendEncode(append(b, digestPrefix...), sum[:])
}

// HasDigest tells whether a body's digest is this one.
func HasDigest(body []byte, digest string) bool {
	var b [len(digestPrefix) + 2*sha256.Size]byte
	return string(appendDigest(b[:0], body)) == digest
}

// GenerationKey begins every key of what is derived.
//
//	uint32 generation
func GenerationKey(generation uint32) []byte { return binary.BigEndian.AppendUint32(nil, generation) }

// GenerationOf reads the beginning of such a key, which has four bytes at least.
func GenerationOf(k []byte) uint32 { return binary.BigEndian.Uint32(k) }

// ArticleKey is a capture's article.
//
//	uint32 generation | uint64 number
func ArticleKey(generation uint32, n uint64) []byte {
	return binary.BigEndian.AppendUint64(GenerationKey(generation), n)
}

func ParseArticleKey(k []byte) (generation uint32, n uint64, err error) {
	if len(k) != 12 {
		return 0, 0, BadKey(k, "generation and number")
	}
	return binary.BigEndian.Uint32(k), binary.BigEndian.Uint64(k[4:]), nil
}

// HeadKey is what a list shows of a page.
//
//	uint32 generation | page
func HeadKey(generation uint32, page string) []byte {
	return append(GenerationKey(generation), page...)
}

func ParseHeadKey(k []byte) (generation uint32, page string, err error) {
	if len(k) < 4 {
		return 0, "", BadKey(k, "generation and page")
	}
	page, err = ParsePageKey(k[4:])
	if err != nil {
		return 0, "", err
	}
	return binary.BigEndian.Uint32(k), page, nil
}

// versionKey orders one page's versions.
//
//	uint32 generation | page | 0x00 | uint32 version
func versionKey(generation uint32, page string, version int) []byte {
	return binary.BigEndian.AppendUint32(versionPrefix(generation, page), uint32(version))
}

func versionPrefix(generation uint32, page string) []byte {
	return append(HeadKey(generation, page), 0)
}

func ParseVersionKey(k []byte) (generation uint32, page string, version int, err error) {
	if len(k) < 4+5 || k[len(k)-5] != 0 {
		return 0, "", 0, BadKey(k, "generation, page and version")
	}
	generation, page, err = ParseHeadKey(k[:len(k)-5])
	if err != nil {
		return 0, "", 0, err
	}
	return generation, page, int(binary.BigEndian.Uint32(k[len(k)-4:])), nil
}

// dayKey finds the pages published on a day; its value is empty.
//
//	uint32 generation | yyyymmdd | page
func dayKey(generation uint32, day, page string) []byte {
	return append(append(GenerationKey(generation), day...), page...)
}

func ParseDayKey(k []byte) (generation uint32, day, page string, err error) {
	if len(k) < 12 {
		return 0, "", "", BadKey(k, "generation, day and page")
	}
	day = string(k[4:12])
	if strings.Trim(day, "0123456789") != "" {
		return 0, "", "", BadKey(k, "generation, day and page")
	}
	page, err = ParsePageKey(k[12:])
	if err != nil {
		return 0, "", "", err
	}
	return binary.BigEndian.Uint32(k), day, page, nil
}

// dueKey orders the frontier; its value is empty.
//
//	uint8 class | uint64 milliseconds | page
func dueKey(class capture.Class, due time.Time, page string) []byte {
	k := binary.BigEndian.AppendUint64([]byte{byte(class)}, DueMilli(due))
	return append(k, page...)
}

func ParseDueKey(k []byte) (class capture.Class, due time.Time, page string, err error) {
	if len(k) < 9 || binary.BigEndian.Uint64(k[1:]) > MaxMilli {
		return 0, time.Time{}, "", BadKey(k, "class, time and page")
	}
	page, err = ParsePageKey(k[9:])
	if err != nil {
		return 0, time.Time{}, "", err
	}
	return capture.Class(k[0]), time.UnixMilli(int64(binary.BigEndian.Uint64(k[1:]))).UTC(), page, nil
}

// DueMilli is a due time as its key has it: what was due before 1970 is due.
func DueMilli(due time.Time) uint64 { return uint64(min(max(due.UnixMilli(), 0), MaxMilli)) }

// RunKey is the key of runs.
//
//	uint64 milliseconds of the start
func RunKey(started time.Time) []byte { return NumberKey(DueMilli(started)) }

// After is the first key that sorts behind k.
func After(k []byte) []byte { return append(bytes.Clone(k), 0) }

// Behind is a key behind every key that begins with prefix, nil where there is
// none.
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

func BadKey(k []byte, want string) error {
	return Corrupt("its key %.60x is not %s", k, want)
}

// MarshalJSON writes a moment as [milliseconds, number].
func (m Position) MarshalJSON() ([]byte, error) { return json.Marshal([2]int64{m.At, int64(m.Number)}) }

// UnmarshalJSON reads it.
func (m *Position) UnmarshalJSON(b []byte) error {
	var v [2]int64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	m.At, m.Number = v[0], uint64(v[1])
	return nil
}

func TimeOf(m Position) time.Time { return time.UnixMilli(m.At).UTC() }

// InZone shows a newspaper's time as the newspaper does.
func InZone(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(sites.Zone)
}
