package listing

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"baoluu/sites"
)

const (
	// recentSitemaps is how far back a run follows the children of an index:
	// what is older, earlier runs have read or a backfill will.
	recentSitemaps = 62 * 24 * time.Hour
	// maxSitemaps bounds the children that one index may lead to in one run.
	maxSitemaps = 16
)

var monthInURL = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)(?:[-_/]?(0?[1-9]|1[0-2]))?(?:\D|$)`)

// Months is the time that a child of an index is about, from its first day to its
// last; what is not known is zero. Its lastmod bounds the end alone. The month in the name is believed before lastmod: many sites stamp every child
// with the time at which the index was made.
func (c Item) Months() (from, to time.Time) {
	path := c.URL
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, path, _ = strings.Cut(rest, "/")
	}
	m := monthInURL.FindStringSubmatch(path)
	if m == nil {
		return time.Time{}, c.Time
	}
	form, text := "2006", m[1]
	if m[2] != "" {
		form, text = "2006-1", m[1]+"-"+strings.TrimPrefix(m[2], "0")
	}
	begin, err := time.ParseInLocation(form, text, sites.Zone)
	if err != nil {
		return time.Time{}, c.Time
	}
	if m[2] == "" {
		return begin, begin.AddDate(1, 0, -1)
	}
	return begin, begin.AddDate(0, 1, -1)
}

// Recent are the children of an index worth reading, newest first:
// those of the last two months, and those that do not say of when they are.
// Where all are older, as on a newspaper that has closed, the two newest.
func Recent(children []Item, now time.Time) []Item {
	var recent, older []Item
	for _, c := range children {
		_, c.Time = c.Months()
		if c.Time.IsZero() || c.Time.After(now.Add(-recentSitemaps)) {
			recent = append(recent, c)
		} else {
			older = append(older, c)
		}
	}
	newestFirst := func(a, b Item) int {
		if a.Time.IsZero() != b.Time.IsZero() {
			return cmp.Compare(btoi(a.Time.IsZero()), btoi(b.Time.IsZero()))
		}
		return b.Time.Compare(a.Time)
	}
	slices.SortStableFunc(recent, newestFirst)
	if len(recent) == 0 {
		slices.SortStableFunc(older, newestFirst)
		recent = older[:min(len(older), 2)]
	}
	return recent[:min(len(recent), maxSitemaps)]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
