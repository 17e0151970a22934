package cleaner

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"baoluu/sites"
)

// moment is a date read from a page. Newspapers print no zone: what has none
// is in [sites.Zone].
type moment struct {
	time.Time
	clock bool // it had a time of day, not only a date
}

var (
	isoDate = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$`)

	// 16/07/2026, 16-7-2026, 16.07.2026
	dayFirst = regexp.MustCompile(`\b(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4})\b`)
	// ngày 14 tháng 3 năm 2016
	vietnameseDate = regexp.MustCompile(`(?i)\b(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm|,)?\s+(\d{4})\b`)
	// April 09, 2016; 9 April 2016
	monthFirst = regexp.MustCompile(`(?i)\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	monthInner = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})\b`)
	yearFirst  = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)

	// 17:17, 17h17, 09:30 PM, 21:36:05
	clockTime = regexp.MustCompile(`(?i)\b(\d{1,2})\s?(?::|h|giờ)\s?(\d{2})(?::(\d{2}))?(?:\s*(am|pm|sa|ch)\b)?`)

	// DNUM_BCZAEZCABG: the machine translation of Báo Nghệ An masks digits, A to
	// J for 0 to 9, Z for the slash.
	masked = regexp.MustCompile(`\bDNUM_([A-JZ]{6,14})\b`)

	// What may stand beside a date on its line.
	dateWords = regexp.MustCompile(`(?i)(thứ\s+(hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|cn\b|(mon|tues|wednes|thurs|fri|satur|sun)day|\b(mon|tue|wed|thu|fri|sat|sun)\b|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ngày|lúc|vào|cập nhật|đăng|xuất bản|published|updated|posted|last|date|on|at|ict|\(?\s*(gmt|utc)\s*[+]?\s*\d{0,2}(:00)?\s*\)?)`)
)

var monthNames = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

// parseISO reads the machine-readable form.
func parseISO(s string) (moment, bool) {
	m := isoDate.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return moment{}, false
	}
	zone := sites.Zone
	switch z := m[7]; {
	case z == "Z":
		zone = time.UTC
	case z != "":
		hours, minutes := number(z[1:3]), number(z[len(z)-2:])
		offset := hours*3600 + minutes*60
		if z[0] == '-' {
			offset = -offset
		}
		if hours > 14 || minutes > 59 {
			return moment{}, false
		}
		zone = time.FixedZone("", offset)
	}
	return makeMoment(number(m[1]), number(m[2]), number(m[3]), m[4], m[5], m[6], "", zone)
}

// parseDate reads a date as newspapers print it, with or without a time of
// day, anywhere in a line. rest is what else the line says, weekdays and the
// like left out: "" for a line that is nothing but a date.
func parseDate(line string) (at moment, rest string, ok bool) {
	at, left, ok := findMoment(line)
	if left != "" {
		left = strings.Trim(dateWords.ReplaceAllString(left, " "), " ,|.-–—:()·•/")
	}
	return at, left, ok
}

// longestDated is how far into a line a date is looked for, in bytes. A page may put all that
// it has where others have a date, and a search for one takes ten times as long as the rest.
const longestDated = 4096

// findMoment finds the date, and the time of day, in a line; left is the line
// without them.
func findMoment(line string) (at moment, left string, ok bool) {
	if !strings.ContainsAny(line, "0123456789") && !strings.Contains(line, "DNUM_") {
		return moment{}, "", false
	}
	line = clean(line)
	line = unmask(line[:min(len(line), longestDated)])
	if at, ok := parseISO(strings.TrimSpace(strings.TrimPrefix(line, "date "))); ok {
		return at, "", true
	}
	year, month, dayOf, left, ok := findDay(line)
	if !ok {
		return moment{}, "", false
	}
	var hour, minute, second, half string
	if m := clockTime.FindStringSubmatchIndex(left); m != nil {
		hour, minute, second, half = group(left, m, 1), group(left, m, 2), group(left, m, 3), group(left, m, 4)
		left = left[:m[0]] + " " + left[m[1]:]
	}
	at, ok = makeMoment(year, month, dayOf, hour, minute, second, half, sites.Zone)
	if !ok {
		return moment{}, "", false
	}
	return at, left, true
}

// findDay finds the first date in a line and cuts it out.
func findDay(line string) (year, month, day int, left string, ok bool) {
	if m := dayFirst.FindStringSubmatchIndex(line); m != nil {
		day, month, year = number(group(line, m, 1)), number(group(line, m, 2)), number(group(line, m, 3))
		if month > 12 && day <= 12 { // the American order
			day, month = month, day
		}
		return year, month, day, cut(line, m), true
	}
	if m := vietnameseDate.FindStringSubmatchIndex(line); m != nil {
		return number(group(line, m, 3)), number(group(line, m, 2)), number(group(line, m, 1)), cut(line, m), true
	}
	if m := yearFirst.FindStringSubmatchIndex(line); m != nil {
		return number(group(line, m, 1)), number(group(line, m, 2)), number(group(line, m, 3)), cut(line, m), true
	}
	if m := monthFirst.FindStringSubmatchIndex(line); m != nil {
		if month := monthNamed(group(line, m, 1)); month > 0 {
			return number(group(line, m, 3)), month, number(group(line, m, 2)), cut(line, m), true
		}
	}
	if m := monthInner.FindStringSubmatchIndex(line); m != nil {
		if month := monthNamed(group(line, m, 2)); month > 0 {
			return number(group(line, m, 3)), month, number(group(line, m, 1)), cut(line, m), true
		}
	}
	return 0, 0, 0, "", false
}

func makeMoment(year, month, day int, hour, minute, second, half string, zone *time.Location) (moment, bool) {
	h, m, s := number(hour), number(minute), number(second)
	switch strings.ToLower(half) {
	case "pm", "ch":
		if h < 12 {
			h += 12
		}
	case "am", "sa":
		if h == 12 {
			h = 0
		}
	}
	if year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || h > 23 || m > 59 || s > 60 {
		return moment{}, false
	}
	t := time.Date(year, time.Month(month), day, h, m, s, 0, zone)
	if t.Day() != day && s < 60 { // 31 April
		return moment{}, false
	}
	return moment{Time: t.In(sites.Zone), clock: hour != ""}, true
}

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

func monthNamed(name string) int {
	if len(name) < 3 {
		return 0
	}
	return int(monthNames[strings.ToLower(name[:3])])
}

// number reads digits that a pattern has matched; "" is 0.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

func group(s string, m []int, i int) string {
	if 2*i+1 >= len(m) || m[2*i] < 0 {
		return ""
	}
	return s[m[2*i]:m[2*i+1]]
}

func cut(s string, m []int) string { return s[:m[0]] + " " + s[m[1]:] }
