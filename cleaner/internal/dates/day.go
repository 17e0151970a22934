package dates

import (
	"time"

	"baoluu/sites"
)

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

// date is what was read says, false where that cannot be.
func (r *dated) date() (Date, bool) {
	if r.badZone || !IsYear(r.year) {
		return Date{}, false
	}
	if r.month > 12 && r.day <= 12 { // the American order
		r.day, r.month, r.either = r.month, r.day, false
	}
	if r.month < 1 || r.month > 12 || r.day < 1 {
		return Date{}, false
	}
	at := Date{Either: r.either && r.day <= 12 && r.day != r.month, Bare: r.bare, Updated: r.updated, Posted: r.posted}
	zone := sites.Zone
	if c := &r.time; c.found {
		if c.hour > 23 || c.minute > 59 || c.second > 60 {
			return Date{}, false
		}
		at.Clock, at.Seconds, at.Half = true, c.seconds, c.half != ""
		if r.zone != nil {
			zone, at.Zoned = r.zone, true
		}
	}
	wall := time.Date(r.year, time.Month(r.month), r.day, r.time.hourOfDay(), r.time.minute, min(r.time.second, 59), 0, zone)
	if wall.Day() != r.day { // 31 April
		return Date{}, false
	}
	at = at.At(wall)
	if at.Either && r.weekday >= 0 {
		other := at.Swapped()
		is, might := int(at.Wall.Weekday()) == r.weekday, int(other.Wall.Weekday()) == r.weekday
		if might && !is {
			at = other
		}
		at.Sure = might != is
	}
	return at, true
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
		if _, ok := r.date(); !ok {
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
	if 1900+year >= FirstYear {
		return 1900 + year
	}
	return 2000 + year
}

// onlyTimes recognizes a short line with a time of day, and nothing else in it but
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
