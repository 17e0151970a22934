package web

import (
	"net/url"
	"time"

	"baoluu/sites"
)

// pageSize is how many lines a list has at most; what is more stands on further pages.
const pageSize = 50

// pagePath is the permanent link of an article: /p/SITE/ID. Parts that follow, such as "v",
// "2", are added to it.
func pagePath(site, page string, more ...string) string {
	path := "/p/" + url.PathEscape(site) + "/" + url.PathEscape(page)
	for _, m := range more {
		path += "/" + url.PathEscape(m)
	}
	return path
}

// sitePath is the page of a newspaper.
func sitePath(site string) string { return "/n/" + url.PathEscape(site) }

// dayPath is the page of a day, by the hours of Vietnam.
func dayPath(day time.Time) string { return "/day/" + isoDay(day) }

// parseDay reads a day as addresses have it, 2026-11-22: its midnight in Vietnam. Years have
// four digits and begin with 1900, before which nothing here was published.
func parseDay(text string) (time.Time, bool) {
	day, err := time.ParseInLocation(time.DateOnly, text, sites.Zone)
	return day, err == nil && day.Year() >= 1900 && day.Year() <= 2999
}

// parseTypedDay reads a day as people here write it, 8/4/2016.
func parseTypedDay(text string) (time.Time, bool) {
	day, err := time.ParseInLocation("2/1/2006", text, sites.Zone)
	if err != nil {
		return day, false
	}
	return parseDay(isoDay(day))
}
