package listing

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"baoluu/sites"
)

// parseW3CTime reads the forms of a sitemap's times. One without a zone is the
// newspaper's own.
func parseW3CTime(s string) time.Time {
	for _, form := range []string{
		time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-0700",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly, "2006-01", "2006",
	} {
		if t, err := time.ParseInLocation(form, s, sites.Zone); err == nil && t.Year() > 1 { // year 1 is how some programs write none
			return t
		}
	}
	return time.Time{}
}

var (
	// The days of a feed: 27 Nov 2026, 27-Nov-26; November 27, 2026; 2026-11-27; 27/11/2026.
	feedDays = []struct {
		form             *regexp.Regexp
		day, month, year int // groups
	}{
		{regexp.MustCompile(`(?i)\b(\d{1,2})[ -]+([a-z]{3})[a-z]*\.?,?[ -]+(\d{4}|\d\d)\b`), 1, 2, 3},
		{regexp.MustCompile(`(?i)\b([a-z]{3})[a-z]*\.? +(\d{1,2}),? +(\d{4})\b`), 2, 1, 3},
		{regexp.MustCompile(`\b(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})`), 3, 2, 1},
		{regexp.MustCompile(`\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b`), 1, 2, 3},
	}
	feedClock = regexp.MustCompile(`(?i)(?:\b|T)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(?: ?(am|pm|a\.m\.|p\.m\.|sa|ch)(?:[ ,]|$))?`)
	// The zone stands behind the clock: +0700, +07:00, GMT+7, --0700, +07 (ICT).
	feedOffset = regexp.MustCompile(`^\W{0,2}[A-Za-z]{0,4} ?-?([+-])(\d{1,2}):?(\d\d)?(?:\D|$)`)
	feedZone   = regexp.MustCompile(`^\W{0,2}([A-Za-z]{1,4})\b`)
	// yearLast is the form of C: Fri Nov 27 10:15:00 2026, a zone before the year or not.
	yearLast = regexp.MustCompile(`^((?:[A-Za-z]{3,9},? )?[A-Za-z]{3} +\d{1,2}) (.*) (\d{4})$`)
)

// zoneHours are the names of RFC 822, and the newspapers' own.
var zoneHours = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "ICT": 7,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}

var monthNames = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

// maxFeedTime bounds what is looked at for a time, in bytes.
const maxFeedTime = 100

// parseFeedTime reads the times of feeds: those of RFC 822 as they are written in
// earnest, RFC 3339's, and the dates that people write. One without a zone is the
// newspaper's own; what is none is zero.
func parseFeedTime(s string) time.Time {
	if len(s) > maxFeedTime {
		return time.Time{}
	}
	s = strings.Join(strings.Fields(s), " ")
	if t := parseW3CTime(s); !t.IsZero() {
		return t
	}
	if m := yearLast.FindStringSubmatch(s); m != nil {
		s = m[1] + " " + m[3] + " " + m[2]
	}
	clock, zone := feedClock.FindStringSubmatch(s), ""
	if clock != nil {
		s, zone, _ = strings.Cut(s, clock[0])
		s += " " + zone // the clock may come first
	} else {
		clock = make([]string, 5)
	}
	for i, d := range feedDays {
		m := d.form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		day, month, year := atoi(m[d.day]), atoi(m[d.month]), atoi(m[d.year])
		if month == 0 {
			month = monthNames[strings.ToLower(m[d.month])]
		}
		hour, half := atoi(clock[1]), strings.ToLower(clock[4])
		afternoon := strings.HasPrefix(half, "p") || half == "ch"
		switch {
		case afternoon && hour < 12:
			hour += 12
		case half != "" && !afternoon && hour == 12:
			hour = 0
		}
		if english := strings.HasSuffix(strings.ReplaceAll(half, ".", ""), "m"); i == len(feedDays)-1 && (english && day <= 12 || month > 12) {
			day, month = month, day // the American order, to which their clock belongs
		}
		if len(m[d.year]) == 2 {
			year += 2000
		}
		t := time.Date(year, time.Month(month), day, hour, atoi(clock[2]), atoi(clock[3]), 0, zoneOf(zone))
		if year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || t.Day() != day || hour > 23 {
			continue
		}
		return t
	}
	return time.Time{}
}

// zoneOf reads what stands behind a clock.
func zoneOf(s string) *time.Location {
	if m := feedOffset.FindStringSubmatch(s); m != nil {
		offset := atoi(m[2])*60*60 + atoi(m[3])*60
		if m[1] == "-" {
			offset = -offset
		}
		if atoi(m[2]) <= 14 {
			return time.FixedZone("", offset)
		}
	}
	if m := feedZone.FindStringSubmatch(s); m != nil {
		if hours, ok := zoneHours[strings.ToUpper(m[1])]; ok {
			return time.FixedZone("", hours*60*60)
		}
	}
	return sites.Zone
}

// atoi reads digits that a pattern has matched; what is none is 0.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
