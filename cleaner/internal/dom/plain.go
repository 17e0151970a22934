package dom

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain is a value of the page's metadata as a reader would see it. Newsrooms
// fill them from texts with markup, and escape them once more on the way: what
// the parser left escaped is read, twice at most, and tags are taken out.
func Plain(s string) string {
	if strings.ContainsRune(s, '&') {
		s = Unescape(Unescape(s))
	}
	if strings.ContainsRune(s, '<') {
		s = WithoutTags(s)
	}
	return prose.Clean(s)
}

// PlainAll is [Plain] for a list; what is blank goes.
func PlainAll(list []string) (kept []string) {
	for _, s := range list {
		if s = Plain(s); s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// PrintedPlain is a printed line whose letters and quotes were escaped twice.
// What else is written like a reference ("&lt;") was printed on purpose.
func PrintedPlain(s string) string {
	if !strings.ContainsRune(s, '&') {
		return s
	}
	return prose.Clean(unescaped(s, isLetterOrQuote))
}

// Unescape reads all character references that end in a semicolon.
func Unescape(s string) string { return unescaped(s, func(rune) bool { return true }) }

func isLetterOrQuote(r rune) bool {
	return unicode.IsLetter(r) || strings.ContainsRune("\"'‘’“”«»–—…", r)
}

// unescaped reads the character references that end in a semicolon and stand
// for what is wanted.
func unescaped(s string, wanted func(rune) bool) string {
	const longest = 12
	if !strings.ContainsRune(s, '&') {
		return s
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '&')
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		s = s[at:]
		end := 1
		for end < len(s) && end < longest && (s[end] == '#' || isASCIIWord(s[end])) {
			end++
		}
		if end < 3 || end == len(s) || s[end] != ';' {
			b.WriteString(s[:end])
			s = s[end:]
			continue
		}
		text := html.UnescapeString(s[:end+1])
		if r, size := utf8.DecodeRuneInString(text); size < len(text) || !wanted(r) {
			text = s[:end+1] // no reference, or another one
		}
		b.WriteString(text)
		s = s[end+1:]
	}
}

func isASCIIWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// WithoutTags takes the tags out of a text that is none of HTML: only what is
// surely one, for "a < b" is not.
func WithoutTags(s string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		length, gap := tagAt(s[at:])
		if length == 0 {
			b.WriteByte('<')
			length = 1
		} else if gap {
			b.WriteByte(' ')
		}
		s = s[at+length:]
	}
}

// tagAt is the length of the tag that s begins with, 0 where it is none, and
// whether it parts words.
func tagAt(s string) (length int, gap bool) {
	const longest = 1000
	name := strings.TrimPrefix(s[1:], "/")
	from := len(s) - len(name)
	end := from
	for end < len(s) && end < from+longest && isASCIIWord(s[end]) {
		end++
	}
	a := atom.Lookup([]byte(strings.ToLower(s[from:end])))
	if a == 0 {
		return 0, false
	}
	close := strings.IndexByte(s[end:min(len(s), end+longest)], '>')
	if close < 0 {
		return 0, false
	}
	inside := strings.TrimSpace(strings.TrimSuffix(s[end:end+close], "/"))
	if inside != "" && (s[end] > ' ' && s[end] != '/' || !strings.Contains(inside, "=")) {
		return 0, false
	}
	return end + close + 1, !inlineAtom(a)
}
