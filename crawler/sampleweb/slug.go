package sampleweb

import (
	"encoding/base64"
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// slug is a title as the newspapers spell it in an address: letters without
// marks, words joined by hyphens.
func slug(title string) string {
	b := make([]byte, 0, len(title))
	gap := false
	for _, r := range title {
		if r >= utf8.RuneSelf {
			if r == 'đ' || r == 'Đ' {
				r = 'd'
			} else if d := norm.NFD.PropertiesString(string(r)).Decomposition(); len(d) > 0 {
				r = rune(d[0])
			} else if unicode.Is(unicode.Mn, r) { // a mark that stands apart from its letter
				continue
			}
		}
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		if r < '0' || r > '9' && r < 'a' || r > 'z' {
			gap = len(b) > 0
			continue
		}
		if gap {
			b, gap = append(b, '-'), false
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// firstWords is the first n words of a slug.
func firstWords(s string, n int) string {
	words := strings.SplitN(s, "-", n+1)
	return strings.Join(words[:min(n, len(words))], "-")
}

// hash is a number that stands for its parts, the same on every machine.
func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// digest is 27 characters that look like the hashes in picture addresses.
func digest(id string, n int) string {
	var raw []byte
	for i := range 3 {
		h := hash(id, strconv.Itoa(n), strconv.Itoa(i))
		raw = append(raw, byte(h), byte(h>>8), byte(h>>16), byte(h>>24), byte(h>>32), byte(h>>40), byte(h>>48))
	}
	return base64.RawURLEncoding.EncodeToString(raw[:20])
}
