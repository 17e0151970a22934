package cleaner

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// UTF8 turns a body into UTF-8. The charset is decided by, in this order, a
// byte order mark, the content type, the page's own meta element, and the
// bytes; but a body that is valid UTF-8 and holds a letter beyond ASCII is
// UTF-8 whatever is declared: no other charset gives such bytes by chance, and
// servers lie. Text in the fonts TCVN3 and VNI, of which no charset tells, is
// recognised and converted (legacy.go). It never fails: what cannot be decoded becomes U+FFFD, and notes
// say so.
func UTF8(body []byte, contentType string) (text []byte, name string, notes []string) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		text, notes = validUTF8(body[3:], nil)
		return text, "utf-8", notes
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return decode(body, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil)
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return decode(body, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil)
	}

	declared := charsetOfType(contentType)
	if declared == "" {
		declared = charsetOfMeta(body)
	}
	enc, name := charset.Lookup(declared)
	if name == "utf-16le" || name == "utf-16be" {
		if enc16, name16 := sniffUTF16(body); enc16 != nil {
			return decode(body, name16, enc16, nil)
		}
		// Without a single zero byte it is not what it says.
		enc, name = nil, ""
	}
	if utf8.Valid(body) {
		if mayBeLegacy(body) {
			if text, script := fromLegacy(string(body)); script != "" {
				return []byte(text), script, []string{"written in " + script + ", converted"}
			}
		}
		if text, script := fromLegacyEntities(body); script != "" {
			return text, script, []string{"written in " + script + ", converted"}
		}
		if name != "" && name != "utf-8" && !isASCII(body) {
			notes = append(notes, "declared as "+name+", is utf-8")
		}
		return body, "utf-8", notes
	}
	switch name {
	case "", "utf-8", "replacement", "windows-1252", "windows-1258":
		if text, script := fromLegacy(latin1(body)); script != "" {
			return []byte(text), script, []string{"written in " + script + ", converted"}
		}
	}
	if name == "utf-8" || name == "replacement" || enc == nil {
		if mostlyUTF8(body) {
			text, notes = validUTF8(body, notes)
			return text, "utf-8", notes
		}
		if enc16, name16 := sniffUTF16(body); enc16 != nil {
			return decode(body, name16, enc16, nil)
		}
		if name != "" {
			notes = append(notes, "declared as "+name+", is not")
		}
		// Windows-1258 is the one legacy charset that Vietnamese pages of the
		// web's first decade shared; where it reads badly nothing does better.
		enc, name = charset.Lookup("windows-1258")
	}
	return decode(body, name, enc, notes)
}

func decode(body []byte, name string, enc encoding.Encoding, notes []string) ([]byte, string, []string) {
	notes = append(notes, "charset "+name)
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		// Decoders replace what they cannot read; an error is a truncated end.
		notes = append(notes, "charset "+name+": cut at the end")
	}
	if bytes.ContainsRune(text, utf8.RuneError) {
		notes = append(notes, "characters that could not be decoded")
	}
	return text, name, notes
}

// latin1 reads each byte as the letter of its number.
func latin1(body []byte) string {
	b := make([]byte, 0, len(body)+len(body)/4)
	for _, c := range body {
		b = utf8.AppendRune(b, rune(c))
	}
	return string(b)
}

// validUTF8 replaces what is not UTF-8.
func validUTF8(body []byte, notes []string) ([]byte, []string) {
	if utf8.Valid(body) {
		return body, notes
	}
	return bytes.ToValidUTF8(body, []byte("\uFFFD")), append(notes, "characters that could not be decoded")
}

// mostlyUTF8 tells UTF-8 with a few broken bytes (a cut character, a stray
// one) from another charset: the sound multi-byte characters are more than
// twice the broken bytes. Legacy Vietnamese text has next to no sound ones.
func mostlyUTF8(body []byte) bool {
	sound, broken := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		} else {
			sound++
		}
		i += n
	}
	return sound > 2*broken
}

func isASCII(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// sniffUTF16 finds UTF-16 without a byte order mark: markup is ASCII, so every
// other byte of the first half kilobyte is mostly zero.
func sniffUTF16(body []byte) (encoding.Encoding, string) {
	sample := body[:min(len(body), 512)&^1]
	var zero [2]int
	for i, c := range sample {
		if c == 0 {
			zero[i&1]++
		}
	}
	half := len(sample) / 2
	switch {
	case half == 0:
	case zero[1]*2 > half && zero[0]*4 < half:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le"
	case zero[0]*2 > half && zero[1]*4 < half:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be"
	}
	return nil, ""
}

func charsetOfType(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(params["charset"])
}

// metaCharset finds both spellings, <meta charset=…> and the one within a
// content attribute. Browsers look at the first kilobyte only; old pages with
// much before it meant it all the same.
var metaCharset = regexp.MustCompile(`(?i)<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([a-z0-9_:.\-]+)`)

func charsetOfMeta(body []byte) string {
	if m := metaCharset.FindSubmatch(body[:min(len(body), 8192)]); m != nil {
		return string(m[1])
	}
	return ""
}
