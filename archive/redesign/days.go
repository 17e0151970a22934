package redesign

import (
	"time"

	"baoluu/sites"
)

// dayOf is a moment's day in the hours of Vietnam, counted from 1970-01-01.
func dayOf(t time.Time) int {
	t = t.In(sites.Zone)
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

const secondsOfDay = 24 * 60 * 60

// midnight is when a day begins.
func midnight(day int) time.Time {
	t := time.Unix(int64(day)*secondsOfDay, 0).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, sites.Zone)
}
