package dates

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// Date is a date read from a page, with what tells how far it is to be believed.
// The time is in [sites.Zone]. Newspapers print no zone: what has none is read in that.
type Date struct {
	time.Time
	Clock   bool      // it had a time of day, not only a date
	Seconds bool      // with seconds
	Zoned   bool      // and a zone
	Half    bool      // and AM or PM
	Bare    bool      // its day or month is one digit where most write two: 3/7/2026
	Either  bool      // day and month may be the other way round
	Sure    bool      // they are not: the weekday beside them says so
	Updated bool      // the line says that this is when the page was changed,
	Posted  bool      // or published
	Wall    time.Time // as it is written, in the zone that it names
}

// Swapped reads day and month the other way round.
func (d Date) Swapped() Date {
	w := d.Wall
	return d.At(time.Date(w.Year(), time.Month(w.Day()), int(w.Month()), w.Hour(), w.Minute(), w.Second(), 0, w.Location()))
}

// ReadIn reads what is written as if it named another zone, or none.
func (d Date) ReadIn(zone *time.Location) Date {
	w := d.Wall
	return d.At(time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, zone))
}

// At is the date with another time: as it is written, in the zone that it names.
func (d Date) At(wall time.Time) Date {
	d.Wall, d.Time = wall, wall.In(sites.Zone)
	return d
}

// FirstYear and LastYear are those that a page of a newspaper can be of.
const FirstYear, LastYear = 1990, 2100

// ParseValue reads what a page says to machines: like a printed date, or the
// seconds or milliseconds since 1970, or digits without any mark between.
func ParseValue(s string) (Date, bool) {
	const longest = 400
	if len(s) > longest {
		return Date{}, false
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
	line := ReadLine(s)
	return line.first()
}

// sinceEpoch reads the seconds, milliseconds or microseconds since 1970.
func sinceEpoch(digits string) (Date, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return Date{}, false
	}
	switch len(digits) {
	case 9, 10:
	case 12, 13:
		n /= 1e3
	case 15, 16:
		n /= 1e6
	default:
		return Date{}, false
	}
	at := Date{Clock: true, Seconds: true, Zoned: true}.At(time.Unix(n, 0).In(sites.Zone))
	return at, IsYear(at.Year())
}

// compact is the basic form of ISO 8601: 20261121, 20261121T070500+0700.
var compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?(?:\d{2})?)?)?$`)

func readCompact(s string) (Date, bool) {
	g := compact.FindStringSubmatch(s)
	if g == nil {
		return Date{}, false
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
			return Date{}, false
		}
	}
	return r.date()
}

// IsYear recognizes a year that a page of a newspaper can be of.
func IsYear(year int) bool { return year >= FirstYear && year <= LastYear }
