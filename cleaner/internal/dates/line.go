package dates

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// Parse reads a date as newspapers print it, with or without a time of
// day, anywhere in a line; of several the first that is not of a change. rest
// is what else the line says, weekdays and the like left out: "" for a line
// that is nothing but a date.
func Parse(line string) (at Date, rest string, ok bool) {
	l := ReadLine(line)
	if at, ok = l.first(); !ok {
		return Date{}, "", false
	}
	return at, l.Rest, true
}

// IsTimeLine recognizes a line that says when the page was published or changed, or
// how long ago, and nothing else. A sentence is none, nor what someone says.
func IsTimeLine(line string) bool {
	const longest = 120
	if line == "" || len(line) > longest || prose.EndsSentence(line) && !strings.HasSuffix(line, ".m.") {
		return false
	}
	switch r, _ := utf8.DecodeRuneInString(line); r {
	case '-', '–', '—', '"', '“', '«', '\'', '‘':
		return false
	}
	if IsAgo(line) {
		return true
	}
	l := ReadLine(line)
	return len(l.Dates) > 0 && l.Rest == ""
}

// IsPrintedTime is [IsTimeLine] for a line of a body: a day alone counts where
// days do, for it may head what happened then.
func IsPrintedTime(line string, days bool) bool {
	switch {
	case !IsTimeLine(line):
		return false
	case days || IsAgo(line) && strings.ContainsAny(line, "0123456789"):
		return true
	}
	at, _, _ := Parse(line)
	return at.Clock
}

// longAgo is how long ago, as pages print it instead of a time: their scripts
// count on, and what a page was saved with says nothing of when it was written.
var longAgo = func() *regexp.Regexp {
	const (
		before = `(?:(?:đã đăng|đăng|cập nhật|published|posted|updated|khoảng|about|hơn|over)[\s:]+)*`
		many   = `(?:\d{1,3}|một|hai|ba|vài|an?|(?:a )?few)\s*`
		spans  = `(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|months?|years?)`
		days   = `(?:hôm qua|hôm nay|hôm kia|yesterday|today)(?:[\s,|-]+(?:(?:lúc|at)\s+)?\d{1,2}(?::|h)\d{2}(?:\s*[ap]m)?)?`
	)
	return regexp.MustCompile(`(?i)^\(?` + before + `(?:` + many + spans + `\s*(?:trước|ago)|cách đây\s+` + before + many + spans +
		`|vừa xong|vừa đăng|just now|` + days + `)\)?$`)
}()

// IsAgo recognizes a line that says how long ago, and nothing else.
func IsAgo(line string) bool {
	const longest = 60
	return len(line) <= longest && mayBeAgo(line) && longAgo.MatchString(line)
}

// mayBeAgo recognizes a line with one of the words of longAgo: every short line is
// asked, and the pattern is slow.
func mayBeAgo(line string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc(agoWords, func(word string) bool { return strings.Contains(line, word) })
}

var agoWords = []string{"trước", "cách", "vừa", "hôm", "ago", "just now", "yesterday", "today"}

// LongestLine is how far into a line a date is looked for, in bytes. A page may put all that
// it has where others have a date.
const LongestLine = 4096

// Line is a line with what it says of times.
type Line struct {
	Dates []Date // in order
	Rest  string // what else it says; "" where there is no date
}

// first is the line's own date: the first that is not of a change, else the
// first.
func (l *Line) first() (Date, bool) {
	for _, at := range l.Dates {
		if !at.Updated {
			return at, true
		}
	}
	if len(l.Dates) > 0 {
		return l.Dates[0], true
	}
	return Date{}, false
}

// ReadLine reads the dates in a line of text, each with the time of day and the
// zone that stand beside it. The line is read as marks, numbers and words, not
// by patterns: what stands between them differs from newspaper to newspaper.
func ReadLine(line string) Line {
	if !mayDate(line) {
		return Line{}
	}
	line = prose.Clean(line[:min(len(line), 4*LongestLine)]) // what is cleaned away is less than that
	line = unmask(line[:min(len(line), LongestLine)])
	s := scanner{line: line, tokens: tokensOf(line)}
	s.dates()
	if len(s.days) == 0 {
		return Line{}
	}
	s.clocks()
	s.words()
	var l Line
	for i := range s.days {
		if at, ok := s.days[i].date(); ok {
			l.Dates = append(l.Dates, at)
		}
	}
	if len(l.Dates) > 0 {
		l.Rest = s.rest()
	}
	return l
}

// mayDate recognizes a line with the digits that a date has at least: "5 May 26".
func mayDate(line string) bool {
	const fewest = 3
	digits := 0
	for i := range len(line) {
		if '0' <= line[i] && line[i] <= '9' {
			if digits++; digits == fewest {
				return true
			}
		}
	}
	return strings.Contains(line, "DNUM_")
}

// masked dates: the machine translation of Báo Nghệ An masks digits, A to J for
// 0 to 9, Z for the slash: DNUM_BCZAEZCABG.
var masked = regexp.MustCompile(`\bDNUM_([A-JZ]{6,14})\b`)

// unmask decodes the masked dates of Báo Nghệ An's translations.
func unmask(line string) string {
	if !strings.Contains(line, "DNUM_") {
		return line
	}
	return masked.ReplaceAllStringFunc(line, func(token string) string {
		return strings.Map(func(r rune) rune {
			if r == 'Z' {
				return '/'
			}
			return '0' + r - 'A'
		}, token[len("DNUM_"):])
	})
}
