package dates

import (
	"slices"
	"strings"
)

// words reads the words around the dates: weekdays, and whether a date is of
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

// labelled recognizes a word that goes with "đã", "lần" and the like.
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

// HasLabel recognizes a line among whose first words is one that says of a time that it is when
// something was published or changed.
func HasLabel(line string) bool {
	const first = 8
	s := scanner{line: line, tokens: tokensOf(line)}
	for i := range min(len(s.tokens), first) {
		if next, change, publication := s.label(i); next > i && (change || publication) {
			return true
		}
	}
	return false
}

// IsUpdateLabel recognizes a line that says of the time that comes next that it is when something
// was changed: no number stands behind the word.
func IsUpdateLabel(line string) bool {
	s := scanner{line: line, tokens: tokensOf(line)}
	for i := range s.tokens {
		if next, change, _ := s.label(i); change && next > i {
			return !slices.ContainsFunc(s.tokens[next:], func(t token) bool { return t.kind == '0' })
		}
	}
	return false
}
