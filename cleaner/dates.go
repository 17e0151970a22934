package cleaner

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// moment is a date read from a page. Newspapers print no zone: what has none
// is in [sites.Zone].
type moment struct {
	time.Time
	clock   bool      // it had a time of day, not only a date
	seconds bool      // with seconds
	zoned   bool      // and a zone
	half    bool      // and AM or PM
	bare    bool      // its day or month is one digit where most write two: 3/7/2026
	either  bool      // day and month may be the other way round
	sure    bool      // they are not: the weekday beside them says so
	updated bool      // the line says that this is when the page was changed,
	posted  bool      // or published
	wall    time.Time // as it is written, in the zone that it names
}

// swapped reads day and month the other way round.
func (m moment) swapped() moment {
	w := m.wall
	return m.at(time.Date(w.Year(), time.Month(w.Day()), int(w.Month()), w.Hour(), w.Minute(), w.Second(), 0, w.Location()))
}

// in reads what is written as if it named another zone, or none.
func (m moment) in(zone *time.Location) moment {
	w := m.wall
	return m.at(time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, zone))
}

func (m moment) at(wall time.Time) moment {
	m.wall, m.Time = wall, wall.In(sites.Zone)
	return m
}

// The years that a page of a newspaper can be of.
const firstYear, lastYear = 1990, 2100

// readMoment reads what a page says to machines: like a printed date, or the
// seconds or milliseconds since 1970, or digits without any mark between.
func readMoment(s string) (moment, bool) {
	const longest = 400
	if len(s) > longest {
		return moment{}, false
	}
	s = strings.TrimSpace(s)
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	s = strings.Trim(s, `"' `)
	if whole, _, _ := strings.Cut(s, "."); len(whole) > 0 && prose.IsASCIIDigits(whole) && strings.Trim(s, "0123456789.") == "" {
		if at, ok := sinceEpoch(whole); ok {
			return at, true
		}
	}
	if at, ok := readCompact(s); ok {
		return at, true
	}
	line := readLine(s)
	return line.first()
}

// sinceEpoch reads the seconds, milliseconds or microseconds since 1970.
func sinceEpoch(digits string) (moment, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return moment{}, false
	}
	switch len(digits) {
	case 9, 10:
	case 12, 13:
		n /= 1e3
	case 15, 16:
		n /= 1e6
	default:
		return moment{}, false
	}
	at := moment{clock: true, seconds: true, zoned: true}.at(time.Unix(n, 0).In(sites.Zone))
	return at, isYear(at.Year())
}

// compact is the basic form of ISO 8601: 20261121, 20261121T070500+0700.
var compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?(?:\d{2})?)?)?$`)

func readCompact(s string) (moment, bool) {
	g := compact.FindStringSubmatch(s)
	if g == nil {
		return moment{}, false
	}
	r := dated{year: prose.Number(g[1]), month: prose.Number(g[2]), day: prose.Number(g[3])}
	if g[4] != "" {
		r.time = clockTime{found: true, hour: prose.Number(g[4]), minute: prose.Number(g[5]), second: prose.Number(g[6]), seconds: g[6] != ""}
	}
	switch z := g[7]; {
	case z == "Z":
		r.zone = time.UTC
	case z != "":
		hours, minutes := prose.Number(z[1:3]), prose.Number(strings.TrimPrefix(z[3:], ":"))
		if r.zone = offset(z[0], hours, minutes); r.zone == nil {
			return moment{}, false
		}
	}
	return r.moment()
}

// parseDate reads a date as newspapers print it, with or without a time of
// day, anywhere in a line; of several the first that is not of a change. rest
// is what else the line says, weekdays and the like left out: "" for a line
// that is nothing but a date.
func parseDate(line string) (at moment, rest string, ok bool) {
	l := readLine(line)
	if at, ok = l.first(); !ok {
		return moment{}, "", false
	}
	return at, l.rest, true
}

// isTimeLine tells a line that says when the page was published or changed, or
// how long ago, and nothing else. A sentence is none, nor what someone says.
func isTimeLine(line string) bool {
	const longest = 120
	if line == "" || len(line) > longest || prose.EndsSentence(line) && !strings.HasSuffix(line, ".m.") {
		return false
	}
	switch r, _ := utf8.DecodeRuneInString(line); r {
	case '-', '–', '—', '"', '“', '«', '\'', '‘':
		return false
	}
	if isLongAgo(line) {
		return true
	}
	l := readLine(line)
	return len(l.moments) > 0 && l.rest == ""
}

// isPrintedTime is isTimeLine for a line of a body: a day alone counts where
// days do, for it may head what happened then.
func isPrintedTime(line string, days bool) bool {
	switch {
	case !isTimeLine(line):
		return false
	case days || isLongAgo(line) && strings.ContainsAny(line, "0123456789"):
		return true
	}
	at, _, _ := parseDate(line)
	return at.clock
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

func isLongAgo(line string) bool {
	const longest = 60
	return len(line) <= longest && mayBeAgo(line) && longAgo.MatchString(line)
}

// mayBeAgo tells a line with one of the words of longAgo: every short line is
// asked, and the pattern is slow.
func mayBeAgo(line string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc(agoWords, func(word string) bool { return strings.Contains(line, word) })
}

var agoWords = []string{"trước", "cách", "vừa", "hôm", "ago", "just now", "yesterday", "today"}

// longestDated is how far into a line a date is looked for, in bytes. A page may put all that
// it has where others have a date.
const longestDated = 4096

// datedLine is a line with what it says of times.
type datedLine struct {
	moments []moment // in order
	rest    string   // what else it says; "" where there is no moment
}

// first is the line's own moment: the first that is not of a change, else the
// first.
func (l *datedLine) first() (moment, bool) {
	for _, at := range l.moments {
		if !at.updated {
			return at, true
		}
	}
	if len(l.moments) > 0 {
		return l.moments[0], true
	}
	return moment{}, false
}

// readLine reads the dates in a line of text, each with the time of day and the
// zone that stand beside it. The line is read as marks, numbers and words, not
// by patterns: what stands between them differs from newspaper to newspaper.
func readLine(line string) datedLine {
	if !mayDate(line) {
		return datedLine{}
	}
	line = prose.Clean(line[:min(len(line), 4*longestDated)]) // what is cleaned away is less than that
	line = unmask(line[:min(len(line), longestDated)])
	s := scanner{line: line, tokens: tokensOf(line)}
	s.dates()
	if len(s.days) == 0 {
		return datedLine{}
	}
	s.clocks()
	s.words()
	var l datedLine
	for i := range s.days {
		if at, ok := s.days[i].moment(); ok {
			l.moments = append(l.moments, at)
		}
	}
	if len(l.moments) > 0 {
		l.rest = s.rest()
	}
	return l
}

// mayDate tells a line with the digits that a date has at least: "5 May 26".
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

// dated is what was read of one date.
type dated struct {
	year, month, day int
	from, to         int  // the tokens it stands in, from the first to behind the last
	yearAt           int  // where the year stands behind them: "Nov 21 07:05:00 2026"
	iso              bool // a T stands between day and time
	bare, either     bool
	weekday          int // Sunday is 0; -1 is none
	time             clockTime
	zone             *time.Location // nil where none is named
	badZone          bool           // one is named that cannot be
	updated, posted  bool
}

// clockTime is a time of day.
type clockTime struct {
	found                bool
	hour, minute, second int
	seconds              bool
	half                 string // am, pm and the Vietnamese words for them
	from, to             int
	weak                 bool // hours alone
}

// moment is what was read says, false where that cannot be.
func (r *dated) moment() (moment, bool) {
	if r.badZone || !isYear(r.year) {
		return moment{}, false
	}
	if r.month > 12 && r.day <= 12 { // the American order
		r.day, r.month, r.either = r.month, r.day, false
	}
	if r.month < 1 || r.month > 12 || r.day < 1 {
		return moment{}, false
	}
	at := moment{either: r.either && r.day <= 12 && r.day != r.month, bare: r.bare, updated: r.updated, posted: r.posted}
	zone := sites.Zone
	if c := &r.time; c.found {
		if c.hour > 23 || c.minute > 59 || c.second > 60 {
			return moment{}, false
		}
		at.clock, at.seconds, at.half = true, c.seconds, c.half != ""
		if r.zone != nil {
			zone, at.zoned = r.zone, true
		}
	}
	wall := time.Date(r.year, time.Month(r.month), r.day, r.time.hourOfDay(), r.time.minute, min(r.time.second, 59), 0, zone)
	if wall.Day() != r.day { // 31 April
		return moment{}, false
	}
	at = at.at(wall)
	if at.either && r.weekday >= 0 {
		other := at.swapped()
		is, might := int(at.wall.Weekday()) == r.weekday, int(other.wall.Weekday()) == r.weekday
		if might && !is {
			at = other
		}
		at.sure = might != is
	}
	return at, true
}

// hourOfDay is the hour by a clock of 24. What was written by one already stays,
// whatever stands behind it: newspapers print "00:01 AM" and "14:05 PM".
func (c *clockTime) hourOfDay() int {
	h := c.hour
	switch c.half {
	case "pm", "ch", "chiều", "tối":
		if h < 12 {
			h += 12
		}
	case "am", "sa", "sáng":
		if h == 12 {
			h = 0
		}
	case "trưa":
		if h > 0 && h < 5 {
			h += 12
		}
	case "đêm":
		switch {
		case h == 12:
			h = 0
		case h > 5 && h < 12:
			h += 12
		}
	}
	return h
}

func isYear(year int) bool { return year >= firstYear && year <= lastYear }

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

// isNumber tells a number of so many digits, nothing but its own.
func (s *scanner) isNumber(i, least, most int) bool {
	return s.kind(i) == '0' && s.tokens[i].len() >= least && s.tokens[i].len() <= most
}

func (s *scanner) joined(i int) bool { return i < len(s.tokens) && s.tokens[i].joined }

func (s *scanner) use(from, to int) {
	for i := from; i < to && i < len(s.tokens); i++ {
		s.tokens[i].used = true
	}
}

// mostDays is how many dates of a line are read: of a time of publication and
// of a change there are two.
const mostDays = 4

// dates finds the days in a line.
func (s *scanner) dates() {
	for i := 0; i < len(s.tokens) && len(s.days) < mostDays; {
		r, ok := s.date(i)
		if !ok {
			i++
			continue
		}
		r.weekday = -1
		if _, ok := r.moment(); !ok {
			i++
			continue
		}
		s.use(r.from, r.to)
		if r.yearAt > 0 {
			s.use(r.yearAt, r.yearAt+1)
		}
		s.days = append(s.days, r)
		i = r.to
	}
}

// date reads the date that begins at token i.
func (s *scanner) date(i int) (dated, bool) {
	switch s.kind(i) {
	case '0':
		if s.isNumber(i, 4, 4) {
			return s.yearFirst(i)
		}
		if s.isNumber(i, 1, 2) {
			if r, ok := s.numeric(i); ok {
				return r, true
			}
			return s.dayFirst(i)
		}
	case 'a':
		return s.monthFirst(i)
	}
	return dated{}, false
}

// parts are numbers and the mark between them; not a part of something longer,
// a file's name or the number of a law: 12/2026/QD.
func (s *scanner) parts(i int) (a, b, c int, ok bool) {
	mark := s.kind(i + 1)
	if mark != '/' && mark != '-' && mark != '.' || s.kind(i+3) != mark || s.kind(i+2) != '0' || s.kind(i+4) != '0' {
		return 0, 0, 0, false
	}
	if s.kind(i-1) == mark && s.joined(i) && s.joined(i-1) && s.kind(i-2) == '0' {
		return 0, 0, 0, false
	}
	if s.kind(i+5) == mark && s.joined(i+5) && s.joined(i+6) && (s.kind(i+6) == '0' && mark != '-' || s.kind(i+6) == 'a' && mark == '/') {
		return 0, 0, 0, false
	}
	return s.tokens[i].n, s.tokens[i+2].n, s.tokens[i+4].n, true
}

// yearFirst reads 2026-11-21, 2026/11/21.
func (s *scanner) yearFirst(i int) (dated, bool) {
	year, month, day, ok := s.parts(i)
	if !ok || !s.isNumber(i+2, 1, 2) || !s.isNumber(i+4, 1, 2) {
		return dated{}, false
	}
	r := dated{year: year, month: month, day: day, from: i, to: i + 5}
	if s.word(r.to) == "t" && s.joined(r.to) && s.joined(r.to+1) && s.kind(r.to+1) == '0' {
		r.iso = true
		r.to++
	}
	return r, true
}

// numeric reads 21/11/2026, 21-11-2026, 21.11.2026.
func (s *scanner) numeric(i int) (dated, bool) {
	day, month, year, ok := s.parts(i)
	if !ok || !s.isNumber(i+2, 1, 2) {
		return dated{}, false
	}
	switch {
	case s.isNumber(i+4, 4, 4):
	case s.isNumber(i+4, 2, 2) && s.kind(i+1) == '/' && s.tokens[i].len() == 2 && s.tokens[i+2].len() == 2 && s.onlyTimes(i, i+5):
		year = century(year) // 05/03/14
	default:
		return dated{}, false
	}
	r := dated{year: year, month: month, day: day, from: i, to: i + 5, either: true, bare: s.tokens[i].len() == 1 || s.tokens[i+2].len() == 1}
	return r, true
}

// century is the year of which two digits are left.
func century(year int) int {
	if 1900+year >= firstYear {
		return 1900 + year
	}
	return 2000 + year
}

// onlyTimes tells a short line with a time of day, and nothing else in it but
// the tokens given and a weekday: there a year may be two digits.
func (s *scanner) onlyTimes(from, to int) bool {
	const most = 20
	if len(s.tokens) > most {
		return false
	}
	clock := false
	for i := 0; i < len(s.tokens); i++ {
		if i >= from && i < to {
			continue
		}
		if c := s.clock(i); c.found && !c.weak {
			clock = true
			i = c.to - 1
			continue
		}
		if s.kind(i) == '0' {
			return false
		}
	}
	return clock
}

// dayFirst reads "21 November 2026", "21-Nov-26", "21 tháng 11 năm 2026".
func (s *scanner) dayFirst(i int) (dated, bool) {
	day, k := s.tokens[i].n, i+1
	if s.isOrdinal(k) {
		k++
	}
	if s.word(k) == "of" {
		k++
	}
	for s.kind(k) == '-' || s.kind(k) == ',' || s.kind(k) == '.' || s.kind(k) == '/' {
		k++
	}
	month, k := s.month(k)
	if month == 0 {
		return dated{}, false
	}
	for s.kind(k) == '-' || s.kind(k) == ',' || s.kind(k) == '.' || s.kind(k) == '/' || s.word(k) == "năm" {
		k++
	}
	year := 0
	switch {
	case s.isNumber(k, 4, 4):
		year = s.tokens[k].n
	case s.isNumber(k, 2, 2) && s.kind(k-1) == '-' && s.joined(k): // RFC 850
		year = century(s.tokens[k].n)
	default:
		return dated{}, false
	}
	return dated{year: year, month: month, day: day, from: i, to: k + 1}, true
}

// monthFirst reads "November 21, 2026", and the forms of C and Unix, with the
// time of day before the year: "Nov 21 07:05:00 ICT 2026".
func (s *scanner) monthFirst(i int) (dated, bool) {
	month, k := s.month(i)
	if month == 0 {
		return dated{}, false
	}
	for s.kind(k) == '.' || s.kind(k) == '-' {
		k++
	}
	if !s.isNumber(k, 1, 2) {
		return dated{}, false
	}
	day := s.tokens[k].n
	if k++; s.isOrdinal(k) {
		k++
	}
	for s.kind(k) == ',' || s.kind(k) == '-' || s.word(k) == "năm" {
		k++
	}
	from, to := i, k
	if c := s.clock(k); c.found {
		if k = c.to; s.word(k) != "" {
			k++
		}
	}
	if !s.isNumber(k, 4, 4) {
		return dated{}, false
	}
	r := dated{year: s.tokens[k].n, month: month, day: day, from: from, to: to}
	if k == to {
		r.to = k + 1
	} else {
		r.yearAt = k
	}
	return r, true
}

func (s *scanner) isOrdinal(i int) bool {
	if !s.joined(i) {
		return false
	}
	switch s.word(i) {
	case "st", "nd", "rd", "th", "er":
		return true
	}
	return false
}

// month reads the name of a month at token i, and tells where it ends; 0 is
// none.
func (s *scanner) month(i int) (month, next int) {
	switch w := s.word(i); w {
	case "":
		return 0, i
	case "tháng":
		if s.isNumber(i+1, 1, 2) {
			return s.tokens[i+1].n, i + 2
		}
		n, next := vietnameseMonths[s.word(i+1)], i+2
		if n == 10 {
			switch s.word(i + 2) {
			case "một":
				n, next = 11, i+3
			case "hai":
				n, next = 12, i+3
			}
		}
		return n, next
	case "th": // "Th11", as WordPress has it
		if s.isNumber(i+1, 1, 2) && s.joined(i+1) {
			return s.tokens[i+1].n, i + 2
		}
		return 0, i
	default:
		return monthNames[w], i + 1
	}
}

var vietnameseMonths = map[string]int{
	"một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
}

// monthNames are those of the newspapers' three languages.
var monthNames = map[string]int{
	"jan": 1, "january": 1, "janvier": 1, "janv": 1, "feb": 2, "february": 2, "février": 2, "févr": 2, "mar": 3, "march": 3, "mars": 3,
	"apr": 4, "april": 4, "avril": 4, "avr": 4, "may": 5, "mai": 5, "jun": 6, "june": 6, "juin": 6, "jul": 7, "july": 7, "juillet": 7, "juil": 7,
	"aug": 8, "august": 8, "août": 8, "sep": 9, "sept": 9, "september": 9, "septembre": 9, "oct": 10, "october": 10, "octobre": 10,
	"nov": 11, "november": 11, "novembre": 11, "dec": 12, "december": 12, "décembre": 12, "déc": 12,
}

// clock reads the time of day that begins at token i: 17:17, 17h17, 09:30 PM,
// 21:36:05.123, 7 giờ 05 phút sáng, 9 pm.
func (s *scanner) clock(i int) (c clockTime) {
	if !s.isNumber(i, 1, 2) || s.tokens[i].used {
		return clockTime{}
	}
	c = clockTime{hour: s.tokens[i].n, from: i}
	k := i + 1
	switch w := s.word(k); {
	case s.kind(k) == ':' && s.isNumber(k+1, 2, 2):
		c.minute = s.tokens[k+1].n
		if k += 2; s.kind(k) == ':' && s.joined(k) && s.isNumber(k+1, 2, 2) {
			c.second, c.seconds = s.tokens[k+1].n, true
			if k += 2; (s.kind(k) == '.' || s.kind(k) == ',') && s.joined(k) && s.joined(k+1) && s.isNumber(k+1, 1, 9) {
				k += 2
			}
		}
	case w == "h" || w == "giờ" || w == "g" && s.joined(k):
		if k++; s.isNumber(k, 2, 2) || s.isNumber(k, 1, 1) && w == "giờ" && s.word(k+1) == "phút" {
			c.minute = s.tokens[k].n
			if k++; s.kind(k) == '\'' || s.word(k) == "phút" || s.word(k) == "ph" {
				k++
			}
		} else {
			c.weak = true
		}
	case s.kind(k) == '.' && s.joined(k) && s.isNumber(k+1, 2, 2) && s.halfAt(k+2) > k+2:
		c.minute, k = s.tokens[k+1].n, k+2
	case s.halfAt(k) > k && (w == "am" || w == "pm" || w == "a" || w == "p"):
	default:
		return clockTime{}
	}
	if end := s.halfAt(k); end > k {
		c.half = s.word(k)
		switch c.half {
		case "a", "p":
			c.half += "m"
		}
		c.weak = false
		k = end
	}
	c.to, c.found = k, true
	return c
}

// halfAt is where AM or PM or a Vietnamese word for them ends that begins at
// token i; i where there is none.
func (s *scanner) halfAt(i int) int {
	switch s.word(i) {
	case "am", "pm", "sa", "ch", "sáng", "trưa", "chiều", "tối", "đêm":
		return i + 1
	case "a", "p": // a.m.
		if s.kind(i+1) == '.' && s.word(i+2) == "m" {
			if s.kind(i+3) == '.' {
				return i + 4
			}
			return i + 3
		}
	}
	return i
}

// clocks gives each day the time of day that stands nearest to it, before or
// behind it, and the zone beside it.
func (s *scanner) clocks() {
	for d := range s.days {
		from, to := 0, len(s.tokens)
		if d > 0 {
			from = max(s.days[d-1].to, s.days[d-1].time.to)
		}
		if d+1 < len(s.days) {
			to = s.days[d+1].from
		}
		r := &s.days[d]
		before := s.lastClock(from, r.from)
		after := s.firstClock(r.to, to)
		best := after
		if before.found && (!after.found || before.weak == after.weak && (d+1 < len(s.days) || s.between(before.to, r.from) <= s.between(r.to, after.from)) || after.weak && !before.weak) {
			best = before
		}
		if best.weak && s.between(best.to, r.from) > 0 && s.between(r.to, best.from) > 0 {
			best = clockTime{} // "sau 3h ..." is no time of day
		}
		if best.found {
			r.time = best
			s.use(best.from, best.to)
			s.zone(r, best.to)
		}
		if s.zone(r, r.to); r.zone == nil && !r.badZone {
			for i := from; i < to; i++ {
				if w := s.word(i); (w == "gmt" || w == "utc") && s.zone(r, i) {
					break
				}
			}
		}
	}
}

// between counts the words and numbers from one token to another.
func (s *scanner) between(from, to int) (n int) {
	for i := from; i < to; i++ {
		if k := s.kind(i); (k == '0' || k == 'a') && !s.tokens[i].used {
			n++
		}
	}
	return n
}

func (s *scanner) firstClock(from, to int) clockTime {
	var weak clockTime
	for i := from; i < to; i++ {
		if s.kind(i-1) == ':' && s.joined(i) && s.joined(i-1) {
			continue // the minutes of another
		}
		switch c := s.clock(i); {
		case c.found && !c.weak:
			return c
		case c.found && !weak.found:
			weak = c
		}
	}
	return weak
}

func (s *scanner) lastClock(from, to int) (last clockTime) {
	for i := from; i < to; i++ {
		if c := s.clock(i); c.found && c.to <= to {
			if !c.weak || !last.found || last.weak {
				last = c
			}
			i = c.to - 1
		}
	}
	return last
}

// zone reads the zone that begins at token i, brackets or not, and tells
// whether there is one.
func (s *scanner) zone(r *dated, i int) bool {
	from := i
	for (s.kind(i) == '(' || s.kind(i) == '[' || s.kind(i) == ',') && i < from+2 {
		i++
	}
	sign := noSign // that a zone may begin with
	if r.time.found && i == r.time.to {
		if sign = plusOnly; r.iso || r.time.seconds { // else "07:05-09:00" is from one hour to another
			sign = anySign
		}
	}
	zone, bad, next := s.zoneAt(i, sign)
	if next == i {
		return false
	}
	if r.zone == nil {
		r.zone, r.badZone = zone, bad
	}
	for range 3 { // "+0700 (+07)", "+0000 UTC", "GMT+0700 (Indochina Time)"
		if s.kind(next) == ')' || s.kind(next) == ']' {
			next++
			continue
		}
		k := next
		if s.kind(k) == '(' || s.kind(k) == '[' {
			k++
		}
		if _, _, more := s.zoneAt(k, noSign); more > k {
			next = more
		} else if end := s.zoneName(k); end > k {
			next = end
		} else {
			break
		}
	}
	s.use(from, next)
	return true
}

// zoneName is where the long name of a zone ends, in brackets: "Indochina Time",
// "Giờ Đông Dương".
func (s *scanner) zoneName(i int) int {
	const most = 6
	if s.kind(i-1) != '(' {
		return i
	}
	for k := i; k < i+most; k++ {
		switch s.kind(k) {
		case ')':
			return k
		case 'a':
		default:
			return i
		}
	}
	return i
}

// sign is which of them may begin a zone.
type sign int

const (
	noSign sign = iota
	plusOnly
	anySign
)

// zoneAt reads a zone: where it ends is i where there is none. bad is one that
// cannot be. Bare digits behind a sign are one only right behind a time of day.
func (s *scanner) zoneAt(i int, may sign) (zone *time.Location, bad bool, next int) {
	switch s.kind(i) {
	case '+', '-':
		if may == noSign || may == plusOnly && s.kind(i) == '-' || !s.joined(i+1) {
			return nil, false, i
		}
		return s.offsetAt(i)
	case 'a':
	default:
		return nil, false, i
	}
	t := &s.tokens[i]
	switch w := t.word; w {
	case "z":
		if may != noSign {
			return time.UTC, false, i + 1
		}
	case "gmt", "utc":
		if zone, bad, next = s.offsetAt(i + 1); next > i+1 {
			return zone, bad, next
		}
		if s.isNumber(i+1, 1, 2) && s.tokens[i+1].n == 7 { // a plus that an address lost
			return sites.Zone, false, i + 2
		}
		return time.UTC, false, i + 1
	case "giờ": // of a place
		switch s.word(i+1) + " " + s.word(i+2) {
		case "việt nam", "hà nội", "đông dương":
			return sites.Zone, false, i + 3
		}
		if s.word(i+1) == "vn" {
			return sites.Zone, false, i + 2
		}
	case "vietnam", "hanoi", "indochina":
		if s.word(i+1) == "time" {
			return sites.Zone, false, i + 2
		}
	case "asia":
		if s.kind(i+1) != '/' {
			break
		}
		switch s.word(i + 2) {
		case "saigon", "bangkok", "hanoi", "jakarta":
			return sites.Zone, false, i + 3
		case "ho": // Ho_Chi_Minh
			if s.word(i+4) == "chi" && s.word(i+6) == "minh" {
				return sites.Zone, false, i + 7
			}
		}
	default:
		east, ok := zoneNames[w]
		if !ok || s.line[t.start:t.end] != strings.ToUpper(w) {
			break // "est" and "bst" are written in capitals
		}
		return time.FixedZone("", east*60), false, i + 1
	}
	return nil, false, i
}

// offsetAt reads +07:00, +0700, +07, +7.
func (s *scanner) offsetAt(i int) (zone *time.Location, bad bool, next int) {
	sign := s.kind(i)
	if sign != '+' && sign != '-' || s.kind(i+1) != '0' || sign == '-' && !s.joined(i+1) {
		return nil, false, i
	}
	n := s.tokens[i+1].n
	switch {
	case s.isNumber(i+1, 4, 4):
		zone, next = offset(sign, n/100, n%100), i+2
	case s.isNumber(i+1, 1, 2) && s.kind(i+2) == ':' && s.joined(i+2) && s.isNumber(i+3, 2, 2):
		zone, next = offset(sign, n, s.tokens[i+3].n), i+4
	case s.isNumber(i+1, 1, 2) && (s.kind(i+2) != '/' && s.kind(i+2) != '-' && s.kind(i+2) != '.' || s.kind(i+3) != '0'):
		zone, next = offset(sign, n, 0), i+2
	default:
		return nil, false, i
	}
	if zone == nil && s.isNumber(i+1, 4, 4) && isYear(n) {
		return nil, false, i // "07:05 -2026"
	}
	return zone, zone == nil, next
}

// offset is a zone so far east of UTC, or west; nil where there is none.
func offset(sign byte, hours, minutes int) *time.Location {
	if hours > 14 || minutes > 59 {
		return nil
	}
	east := hours*3600 + minutes*60
	if sign == '-' {
		east = -east
	}
	return time.FixedZone("", east)
}

// zoneNames are minutes east of UTC. Names of several zones are left out, but
// for those that RFC 822 has.
var zoneNames = map[string]int{
	"ict": 420, "wib": 420, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
	"ut": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "bst": 60, "eet": 120, "eest": 180, "msk": 180,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}

// words reads the words around the dates: weekdays, and whether a moment is of
// publication or of a change.
func (s *scanner) words() {
	d := 0 // the day that comes next
	for i := 0; i < len(s.tokens); i++ {
		for d < len(s.days) && i >= s.days[d].to {
			d++
		}
		if s.kind(i) != 'a' || s.tokens[i].used {
			continue
		}
		if day, next := s.weekday(i); next > i {
			s.use(i, next)
			if d < len(s.days) {
				s.days[d].weekday = day
			} else if last := &s.days[d-1]; last.weekday < 0 {
				last.weekday = day
			}
			i = next - 1
			continue
		}
		next, change, publication := s.label(i)
		if next == i {
			continue
		}
		s.use(i, next)
		switch {
		case !change && !publication:
		case s.kind(i-1) == '(' && s.kind(next) == ')' && d > 0 && !s.days[d-1].posted: // "21/11/2026 (cập nhật)"
			s.days[d-1].updated = change
		case d < len(s.days):
			s.days[d].updated, s.days[d].posted = change, publication
		}
		i = next - 1
	}
}

// weekday reads the name of a day of the week at token i.
func (s *scanner) weekday(i int) (day, next int) {
	switch w := s.word(i); w {
	case "thứ":
		if s.isNumber(i+1, 1, 1) && s.tokens[i+1].n >= 2 && s.tokens[i+1].n <= 7 {
			return s.tokens[i+1].n - 1, i + 2
		}
		if n, ok := vietnameseDays[s.word(i+1)]; ok {
			return n, i + 2
		}
	case "t": // T7
		if s.isNumber(i+1, 1, 1) && s.joined(i+1) && s.tokens[i+1].n >= 2 && s.tokens[i+1].n <= 7 {
			return s.tokens[i+1].n - 1, i + 2
		}
	case "chủ", "chúa":
		if s.word(i+1) == "nhật" {
			return 0, i + 2
		}
	case "cn":
		return 0, i + 1
	default:
		if n, ok := dayNames[w]; ok {
			return n, i + 1
		}
	}
	return -1, i
}

var vietnameseDays = map[string]int{"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6, "bẩy": 6}

var dayNames = map[string]int{
	"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6,
	"sun": 0, "mon": 1, "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5, "sat": 6,
	"dimanche": 0, "lundi": 1, "mardi": 2, "mercredi": 3, "jeudi": 4, "vendredi": 5, "samedi": 6,
}

// label reads a word that stands beside dates, and tells whether it says that
// this is when the page was changed, or published; next is i where there is
// none.
func (s *scanner) label(i int) (next int, change, publication bool) {
	switch s.word(i) {
	case "cập":
		if s.word(i+1) == "nhật" {
			return i + 2, true, false
		}
	case "chỉnh":
		if s.word(i+1) == "sửa" {
			return i + 2, true, false
		}
	case "sửa", "đổi":
		if w := s.word(i + 1); w == "đổi" || w == "lúc" || w == "lần" || s.kind(i+1) == ':' {
			return i + 1, true, false
		}
	case "updated", "update", "modified", "edited", "revised":
		return i + 1, true, false
	case "xuất":
		if s.word(i+1) == "bản" {
			return i + 2, false, true
		}
	case "đăng": // also a name: Hải Đăng
		switch s.word(i + 1) {
		case "lúc", "ngày", "vào", "tải", "bài", "tin":
			return i + 1, false, true
		}
		if s.word(i-1) == "ngày" || s.word(i-1) == "đã" || s.word(i-1) == "được" || s.kind(i+1) == ':' || s.kind(i-1) != 'a' && s.kind(i+1) == '0' {
			return i + 1, false, true
		}
	case "published", "posted", "publié", "created", "issued":
		return i + 1, false, true
	case "ngày", "lúc", "giờ":
		return i + 1, false, false
	case "vào", "hồi", "on", "at", "le", "à", "date", "time":
		next := i + 1
		if s.kind(next) == ':' {
			next++
		}
		if _, end := s.weekday(next); s.kind(next) == '0' || s.kind(next) == 'a' && (s.tokens[next].used || end > next) || s.word(next) == "lúc" || s.word(next) == "ngày" || s.word(next) == "time" {
			return i + 1, false, false
		}
	case "thời":
		if s.word(i+1) == "gian" {
			return i + 2, false, false
		}
	case "last":
		if s.labelled(i + 1) {
			return i + 1, false, false
		}
	case "đã", "được", "bài", "tin", "tải", "lần", "cuối", "tạo":
		// Beside the others only: "lần cuối cập nhật", "tin đăng lúc".
		if s.labelled(i-1) || s.labelled(i+1) {
			return i + 1, false, false
		}
	case "gmt", "utc":
		return i + 1, false, false
	case "hôm":
		if s.word(i+1) == "nay" {
			return i + 2, false, false
		}
	}
	return i, false, false
}

// labelled tells a word that goes with "đã", "lần" and the like.
func (s *scanner) labelled(i int) bool {
	switch s.word(i) {
	case "cập", "nhật", "đăng", "xuất", "bản", "lần", "cuối", "được", "đã", "ngày", "sửa", "tải", "updated", "published":
		return true
	}
	return false
}

// rest is what of the line is no date, no time and no word that stands beside
// one.
func (s *scanner) rest() string {
	var b strings.Builder
	end, gap := 0, false
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.used {
			gap = true
			continue
		}
		if b.Len() > 0 && (gap || t.start > end) {
			b.WriteByte(' ')
		}
		b.WriteString(s.line[t.start:t.end])
		end, gap = t.end, false
	}
	return strings.Trim(b.String(), " ,;|.-–—:()[]·•/+")
}

// masked dates: the machine translation of Báo Nghệ An masks digits, A to J for
// 0 to 9, Z for the slash: DNUM_BCZAEZCABG.
var masked = regexp.MustCompile(`\bDNUM_([A-JZ]{6,14})\b`)

// unmask undoes the masked dates of Báo Nghệ An's translations.
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
