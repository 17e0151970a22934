package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/adhocore/gronx"
)

// onCalendar writes a crontab schedule as systemd.time(7) does. Where a
// schedule names both days of the month and of the week, cron means either and
// systemd both: it becomes two. A field that begins with a star names no
// days (crontab(5)).
func onCalendar(schedule string) ([]string, error) {
	fields := strings.Fields(schedule)
	if len(fields) != 5 {
		return nil, fmt.Errorf("%q has not five fields", schedule)
	}
	var said [5]string
	for i, f := range cronFields {
		values, all, err := f.values(fields[i])
		if err != nil {
			return nil, err
		}
		if said[i] = strings.Join(values, ","); all {
			said[i] = "*"
		}
	}
	minute, hour, day, month, week := said[0], said[1], said[2], said[3], said[4]
	calendar := func(week, day string) string {
		if week == "*" {
			week = ""
		} else {
			week += " "
		}
		return fmt.Sprintf("%s*-%s-%s %s:%s:00 %s", week, month, day, hour, minute, cronZone)
	}
	if !strings.HasPrefix(fields[2], "*") && !strings.HasPrefix(fields[4], "*") {
		return []string{calendar("*", day), calendar(week, "*")}, nil
	}
	return []string{calendar(week, day)}, nil
}

// cronField is one field of a schedule: what it may be, and a moment for each.
type cronField struct {
	first, last int
	form        string // the schedule in which all other fields are free
	at          func(value int) time.Time
	name        func(value int) string
}

var cronFields = [5]cronField{
	{0, 59, "%s * * * *", func(v int) time.Time { return time.Date(2024, 1, 1, 0, v, 0, 0, time.UTC) }, twoDigits},
	{0, 23, "* %s * * *", func(v int) time.Time { return time.Date(2024, 1, 1, v, 0, 0, 0, time.UTC) }, twoDigits},
	{1, 31, "* * %s * *", func(v int) time.Time { return time.Date(2024, 1, v, 0, 0, 0, 0, time.UTC) }, twoDigits},
	{1, 12, "* * * %s *", func(v int) time.Time { return time.Date(2024, time.Month(v), 1, 0, 0, 0, 0, time.UTC) }, twoDigits},
	{1, 7, "* * * * %s", func(v int) time.Time { return time.Date(2024, 1, v, 0, 0, 0, 0, time.UTC) }, // the 1st was a Monday
		func(v int) string { return time.Weekday(v % 7).String()[:3] }},
}

func twoDigits(v int) string { return fmt.Sprintf("%02d", v) }

// values are those that a field allows, asked of the same parser that checks the
// settings.
func (f cronField) values(field string) (values []string, all bool, err error) {
	if !plainField.MatchString(field) {
		return nil, false, fmt.Errorf("%q cannot be said to systemd; use --format line", field)
	}
	expr := fmt.Sprintf(f.form, field)
	for v := f.first; v <= f.last; v++ {
		due, err := gronx.New().IsDue(expr, f.at(v))
		if err != nil {
			return nil, false, fmt.Errorf("%q: %w", field, err)
		}
		if due {
			values = append(values, f.name(v))
		}
	}
	if len(values) == 0 {
		return nil, false, fmt.Errorf("%q never comes", field)
	}
	return values, len(values) == f.last-f.first+1, nil
}

// plainField matches what is said the same way everywhere: numbers, names, lists,
// ranges and steps; not the days that depend on the month (L, 15W, 5#2).
var plainField = regexp.MustCompile(`^(?i)(\*|\?|[0-9]+|[a-z]{3})([-,/]([0-9]+|[a-z]{3}))*$`)
