package warcfile

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// WARC 1.0 wants "2026-11-27T10:15:00Z", WARC 1.1 any form of W3C-DTF: a year, a
// month, a day, with or without a time in it. Others write a blank for the T, a zone
// without its colon or none, blanks before the zone, the zone twice ("+00:00Z",
// "+0000 UTC"), slashes, the 14 digits of an index or of an ARC file, and the dates of
// HTTP and of mail.
var (
	dateForm   = regexp.MustCompile(`^(\d{4})(?:[-/](\d\d)(?:[-/](\d\d)(?:(?:[Tt]|[ \t]+)(\d\d):(\d\d)(?::(\d\d)([.,]\d*)?)?[ \t]*([Zz]|UTC|GMT|([+-]\d\d(?::?\d\d)?)(?:[ \t]*(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?)?)?)?$`)
	digitsForm = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)(?:[Tt]?(\d\d)(\d\d)(\d\d)()[ \t]*([Zz])?)?()$`)
	mailForms  = []string{"Mon, 2 Jan 2006 15:04:05 GMT", "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", time.ANSIC}
)

// ParseDate reads a date in any of the forms above; the time is in UTC. zoned is false where it
// names no zone: then it is taken for UTC.
func ParseDate(s string) (at time.Time, zoned bool, err error) {
	s = strings.TrimSpace(s)
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		m = digitsForm.FindStringSubmatch(s)
	}
	if m == nil {
		for _, form := range mailForms {
			if at, err = time.Parse(form, s); err == nil {
				return at.UTC(), form != time.ANSIC, nil
			}
		}
		return time.Time{}, false, fmt.Errorf("%.40q is no date", s)
	}
	zone := m[9]
	switch {
	case zone == "":
		zone = "+0000"
	case len(zone) == len("+07"):
		zone += "00"
	}
	if m[6] == "60" { // a leap second, which package time does not know
		m[6] = "59"
	}
	text := m[1] + "-" + cmp.Or(m[2], "01") + "-" + cmp.Or(m[3], "01") + "T" + cmp.Or(m[4], "00") + ":" + cmp.Or(m[5], "00") + ":" + cmp.Or(m[6], "00") +
		strings.TrimRight(strings.Replace(m[7], ",", ".", 1), ".") + strings.Replace(zone, ":", "", 1)
	if at, err = time.Parse("2006-01-02T15:04:05.999999999-0700", text); err != nil {
		return time.Time{}, false, fmt.Errorf("%.40q is no date", s)
	}
	return at.UTC(), m[8] != "", nil
}

// FormatDate writes a date as WARC-Date: "2016-04-10T01:12:23Z", UTC, with milliseconds
// where the time is not a whole second.
func FormatDate(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond() == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}
