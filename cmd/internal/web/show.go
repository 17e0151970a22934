package web

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"baoluu/sites"
)

// funcs are what templates may call. Dates and numbers are written as the language does;
// times are those of Vietnam.
func (s *Server) funcs(t *texts) template.FuncMap {
	return template.FuncMap{
		"t": t.t, "n": t.n, "num": t.num, "size": t.size, "percent": t.percent,
		"date": t.date, "moment": t.moment, "clock": t.clock, "weekday": t.weekday, "month": t.month, "shortMonth": t.shortMonth, "longDate": t.longDate, "weekdayNames": t.weekdayNames,
		"iso": iso, "isoDay": isoDay,
		"lang":   func() string { return t.lang },
		"lasted": t.lasted, "doubt": t.doubt, "outside": outside, "rowName": rowName, "numbersOf": numbersOf, "side": side,
		"trouble": t.trouble, "runWord": runWord, "complete": t.complete,
		"has": s.has, "minus": func(a, b int) int { return a - b }, "plus": func(a, b int) int { return a + b },
		"round": func(f float64) int { return int(math.Round(f)) }, "count": t.count, "endedWell": endedWell,
		"pagePath": pagePath, "atPath": atPath, "framePath": framePath, "atDayPath": atDayPath, "sitePath": sitePath, "dayPath": dayPath, "spanPath": spanPath, "siteTitle": siteTitle,
		"stylePath": func() string { return s.style.path }, "scriptPath": func() string { return s.script.path },
		"iconPath": func() string { return s.icon.path },
	}
}

// num is a whole number: "1.240" in Vietnamese, "1,240" in English.
func (t *texts) num(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + t.marks()[:1] + digits[i:]
	}
	return digits
}

// marks are what parts thousands, and what parts a fraction.
func (t *texts) marks() string {
	if t.lang == "vi" {
		return ".,"
	}
	return ",."
}

// size is a count of bytes: "4,2 MB".
func (t *texts) size(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, prefix := float64(n), 0
	for f >= unit && prefix < 5 {
		f /= unit
		prefix++
	}
	return t.fraction(f, 1) + " " + " kMGTP"[prefix:prefix+1] + "B"
}

// percent is a share of one: "99,5 %". Less than all never shows as 100 %.
func (t *texts) percent(share float64) string {
	if share >= 1 {
		return "100 %"
	}
	return t.fraction(math.Floor(share*1000)/10, 1) + " %"
}

func (t *texts) fraction(f float64, places int) string {
	return strings.Replace(strconv.FormatFloat(f, 'f', places, 64), ".", t.marks()[1:], 1)
}

// date is a day: "08/04/2016", "8 April 2016".
func (t *texts) date(at time.Time) string {
	if t.lang == "vi" {
		return at.In(sites.Zone).Format("02/01/2006")
	}
	return at.In(sites.Zone).Format("2 January 2006")
}

// clock is a time of day: "10:15".
func (t *texts) clock(at time.Time) string { return at.In(sites.Zone).Format("15:04") }

// moment is a day with the time of day.
func (t *texts) moment(at time.Time) string {
	if t.lang == "vi" {
		return t.clock(at) + ", " + t.date(at)
	}
	return t.date(at) + ", " + t.clock(at)
}

var weekdays = [...]string{"Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"}

// weekday is the day of the week: "Chủ nhật", "Sunday".
func (t *texts) weekday(at time.Time) string {
	day := at.In(sites.Zone).Weekday()
	if t.lang == "vi" {
		return weekdays[day]
	}
	return day.String()
}

// month is a month with its year: "Tháng 4 năm 2016", "April 2016".
func (t *texts) month(at time.Time) string {
	if t.lang == "vi" {
		return at.In(sites.Zone).Format("Tháng 1 năm 2006")
	}
	return at.In(sites.Zone).Format("January 2006")
}

// shortMonth is a month in a table: "Th4", "Apr".
func (t *texts) shortMonth(at time.Time) string {
	if t.lang == "vi" {
		return at.In(sites.Zone).Format("Th1")
	}
	return at.In(sites.Zone).Format("Jan")
}

// longDate is a day as a heading: "Thứ sáu, 8 tháng 4 năm 2016", "Friday, 8 April 2016".
func (t *texts) longDate(at time.Time) string {
	if t.lang == "vi" {
		return t.weekday(at) + ", " + at.In(sites.Zone).Format("2 tháng 1 năm 2006")
	}
	return t.weekday(at) + ", " + t.date(at)
}

// weekdayName is a column of a calendar.
type weekdayName struct{ Short, Long string }

// weekdayNames are the days of a week, from Monday.
func (t *texts) weekdayNames() (names [7]weekdayName) {
	for i := range names {
		long := t.weekday(time.Date(2024, 1, 1+i, 12, 0, 0, 0, sites.Zone)) // a Monday
		names[i] = weekdayName{long[:min(2, len(long))], long}
		if t.lang == "vi" {
			names[i].Short = [...]string{"T2", "T3", "T4", "T5", "T6", "T7", "CN"}[i]
		}
	}
	return names
}

// iso is a moment for programs, with the offset of Vietnam.
func iso(at time.Time) string { return at.In(sites.Zone).Format(time.RFC3339) }

// isoDay is the day of a moment in Vietnam, as addresses have it.
func isoDay(at time.Time) string { return at.In(sites.Zone).Format(time.DateOnly) }

// siteTitle is a newspaper's own name.
func siteTitle(site string) string {
	if known, ok := sites.ByName(site); ok {
		return known.Title
	}
	return site
}
