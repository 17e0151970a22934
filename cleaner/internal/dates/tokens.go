package dates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// token is a number, a word or one mark of a line.
type token struct {
	kind       byte // '0' a number, 'a' a word, else the mark
	start, end int
	n          int    // of a number
	word       string // in lower case
	joined     bool   // nothing stands between it and the token before
	used       bool   // belongs to a date, a time or the words around them
}

func (t *token) len() int { return t.end - t.start }

func tokensOf(line string) []token {
	list := make([]token, 0, 4+len(line)/4)
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		t := token{start: i, end: i + size, joined: len(list) > 0 && list[len(list)-1].end == i}
		switch {
		case r == ' ':
			i += size
			continue
		case '0' <= r && r <= '9':
			for t.end < len(line) && '0' <= line[t.end] && line[t.end] <= '9' {
				t.end++
			}
			t.kind, t.n = '0', prose.Number(line[i:t.end])
		case unicode.IsLetter(r):
			for t.end < len(line) {
				r, size := utf8.DecodeRuneInString(line[t.end:])
				if !unicode.IsLetter(r) {
					break
				}
				t.end += size
			}
			t.kind, t.word = 'a', strings.ToLower(line[i:t.end])
		case r == '–' || r == '—' || r == '−':
			t.kind = '-'
		case r == '’' || r == '′':
			t.kind = '\''
		case r < utf8.RuneSelf:
			t.kind = byte(r)
		default:
			t.kind = '?' // some other mark
		}
		list = append(list, t)
		i = t.end
	}
	return list
}

// scanner reads one line.
type scanner struct {
	line   string
	tokens []token
	days   []dated
}

// kind is that of token i, 0 beyond the ends.
func (s *scanner) kind(i int) byte {
	if i < 0 || i >= len(s.tokens) {
		return 0
	}
	return s.tokens[i].kind
}

func (s *scanner) word(i int) string {
	if s.kind(i) != 'a' {
		return ""
	}
	return s.tokens[i].word
}

// isNumber recognizes a number of so many digits, nothing but its own.
func (s *scanner) isNumber(i, least, most int) bool {
	return s.kind(i) == '0' && s.tokens[i].len() >= least && s.tokens[i].len() <= most
}

func (s *scanner) joined(i int) bool { return i < len(s.tokens) && s.tokens[i].joined }

func (s *scanner) use(from, to int) {
	for i := from; i < to && i < len(s.tokens); i++ {
		s.tokens[i].used = true
	}
}
