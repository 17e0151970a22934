package charset

import (
	"bytes"
	"cmp"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// UTF8 turns a body into UTF-8. The charset is decided by, in this order, a
// byte order mark, the zeros of UTF-16, the content type, the page's own meta
// element, and the bytes; but a body that is valid UTF-8 and holds a letter
// beyond ASCII is UTF-8 whatever is declared: no other charset gives such bytes
// by chance, and servers lie. Text in the fonts TCVN3 and VNI, of which no
// charset tells, and in Windows-1258 under another name is recognised by its
// words and converted (legacy.go), and so is UTF-8 that was encoded twice
// (twice.go). It never fails: what cannot be decoded becomes U+FFFD, and notes
// say so.
func UTF8(body []byte, contentType string) (text []byte, name string, notes []string) {
	text, name, notes = decoded(body, contentType)
	text, how := decodeTwice(text)
	if how != "" {
		notes = append(notes, how)
	}
	return text, name, notes
}

func decoded(body []byte, contentType string) (text []byte, name string, notes []string) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		text, notes = validUTF8(body[3:], nil)
		return text, "utf-8", notes
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return decode(body, "utf-16le", utf16.UTF16(utf16.LittleEndian, utf16.UseBOM), nil)
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return decode(body, "utf-16be", utf16.UTF16(utf16.BigEndian, utf16.UseBOM), nil)
	}
	if enc, name := sniffUTF16(body); enc != nil {
		return decode(body, name, enc, nil)
	}
	declared := charsetOfType(contentType)
	if declared == "" {
		declared = charsetOfMeta(body)
	}
	enc, name := lookup(declared)
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
	wrong := "" // what was declared and is not so
	if enc == nil || name == "utf-8" {
		if mostlyUTF8(body) {
			text, notes = repairUTF8(body)
			return text, "utf-8", notes
		}
		wrong = name
		if enc, name = lookup(charsetOfMeta(body)); name == "utf-8" { // a page may know better than its server
			enc, name = nil, ""
		}
	}
	western := latin1(body)
	letters, script := fromLegacy(western)
	switch {
	case script == windows1258:
		if name != windows1258 {
			wrong = cmp.Or(wrong, name)
		}
		name = script
	case script != "":
		return []byte(letters), script, []string{"written in " + script + ", converted"}
	case enc == nil && readsBetterAs1258(western):
		// The one legacy charset that Vietnamese pages of the web's first decade shared.
		name = windows1258
	case enc == nil:
		name = "windows-1252"
	}
	if wrong != "" {
		notes = append(notes, "declared as "+wrong+", is not")
	}
	enc, name = charset.Lookup(name)
	return decode(body, name, enc, notes)
}

// lookup finds a charset by its name; of UTF-16 there would be zeros.
func lookup(declared string) (enc encoding.Encoding, name string) {
	if enc, name = charset.Lookup(declared); name == "utf-16le" || name == "utf-16be" {
		return nil, ""
	}
	return enc, name
}

func decode(body []byte, name string, enc encoding.Encoding, notes []string) ([]byte, string, []string) {
	notes = append(notes, "charset "+name)
	text, err := enc.NewDecoder().Bytes(body)
	if name == windows1258 { // its tones are marks of their own
		text = norm.NFC.Bytes(text)
	}
	if err != nil {
		// Decoders replace what they cannot read; an error is a truncated end.
		notes = append(notes, "charset "+name+": cut at the end")
	}
	if bytes.ContainsRune(text, utf8.RuneError) {
		notes = append(notes, "characters that could not be decoded")
	}
	return text, name, notes
}

// latin1 reads each byte as browsers read Windows-1252: as the letter of its
// number, but for typographers' signs.
func latin1(body []byte) string {
	b := make([]byte, 0, len(body)+len(body)/4)
	for _, c := range body {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError { // five places are empty
			r = rune(c)
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// validUTF8 replaces what is not UTF-8.
func validUTF8(body []byte, notes []string) ([]byte, []string) {
	if utf8.Valid(body) {
		return body, notes
	}
	text, more := repairUTF8(body)
	return text, append(notes, more...)
}

// repairUTF8 makes sound UTF-8 of what nearly is: single bytes of Windows-1252,
// which editors paste in (quotes, dashes, an é), are read as such where that
// makes sense; characters that were cut, and all else, become U+FFFD.
func repairUTF8(body []byte) (text []byte, notes []string) {
	vietnamese := !hasFew(body, "\u1ea1"[:2], 1) || !hasFew(body, "\u1ed9"[:2], 1)
	read, lost := false, false
	text = make([]byte, 0, len(body)+len(body)/16)
	for at := 0; at < len(body); {
		sound := at
		for at < len(body) {
			if body[at] < utf8.RuneSelf {
				at++
				continue
			}
			_, n := utf8.DecodeRune(body[at:])
			if n == 1 {
				break
			}
			at += n
		}
		text = append(text, body[sound:at]...)
		end := at
		for end < len(body) && body[end] >= utf8.RuneSelf {
			if _, n := utf8.DecodeRune(body[end:]); n > 1 {
				break
			}
			end++
		}
		if end == at {
			break
		}
		if western := latin1(body[at:end]); standsAlone(text, western, body[end:], vietnamese) {
			text = append(text, western...)
			read = true
		} else {
			text = append(text, "\uFFFD"...)
			lost = true
		}
		at = end
	}
	if read {
		notes = append(notes, "bytes of windows-1252 amid utf-8, read so")
	}
	if lost {
		notes = append(notes, "characters that could not be decoded")
	}
	return text, notes
}

// standsAlone recognizes letters and signs of Windows-1252, with what stands before
// and behind them, from what is left of characters of UTF-8 that were cut.
func standsAlone(before []byte, western string, behind []byte, vietnamese bool) bool {
	const longest = 2 // a letter and a quote
	if utf8.RuneCountInString(western) > longest {
		return false
	}
	last, _ := utf8.DecodeLastRune(before)
	first, _ := utf8.DecodeRune(behind)
	letter, size := utf8.DecodeRuneInString(western)
	for _, r := range western[size:] {
		if !isQuoteOrDash(r) { // áº is left of ạ
			return false
		}
	}
	switch {
	case isQuoteOrDash(letter):
		return true
	case letter < 0xa0:
		return false
	case !unicode.IsLetter(letter):
		return !unicode.IsLetter(last) || !unicode.IsLetter(first) // º amid letters is left of ế
	case unicode.IsUpper(letter) && unicode.IsLower(last):
		return false // Ã of ã
	case !vietnamese || !strings.ContainsRune("ÃÄÆá", letter): // the first bytes of Vietnamese
		return true
	}
	begin := len(before)
	for markup.IsLetterAt(before, begin-1) {
		begin--
	}
	end := 0
	for end < len(behind) && markup.IsLetterAt(behind, end) {
		end++
	}
	cut := size == len(western) && end == 0 && (len(behind) == 0 || bytes.IndexByte([]byte(`<".`), behind[0]) >= 0 || bytes.HasPrefix(behind, []byte("…")))
	return !cut && prose.IsSyllable(string(before[begin:])+string(letter)+string(behind[:end]))
}

// mostlyUTF8 recognizes UTF-8 with a few broken bytes (a cut character, a stray
// one) from another charset: the sound multi-byte characters are more than
// twice the broken bytes. Legacy Vietnamese text has next to no sound ones.
// Quotes and dashes of Windows-1252 say nothing: all have them.
func mostlyUTF8(body []byte) bool {
	sound, broken := 0, 0
	for i := 0; i < len(body); {
		c := body[i]
		if c < utf8.RuneSelf {
			i++
			continue
		}
		switch _, n := utf8.DecodeRune(body[i:]); {
		case n > 1:
			sound++
			i += n
		default:
			if c != 0x85 && (c < 0x91 || c > 0x97) {
				broken++
			}
			i++
		}
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
		return utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM), "utf-16le"
	case zero[0]*2 > half && zero[1]*4 < half:
		return utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM), "utf-16be"
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

// IsUTF16 recognizes UTF-16, with a byte order mark or without; no file of another kind is taken for it.
func IsUTF16(body []byte) bool {
	enc, _ := sniffUTF16(body)
	if enc == nil && !bytes.HasPrefix(body, []byte("\xff\xfe")) && !bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return false
	}
	sniffed := http.DetectContentType(body)
	return sniffed == "application/octet-stream" || strings.HasPrefix(sniffed, "text/")
}
