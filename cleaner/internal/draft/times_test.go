package draft

import (
	"testing"
	"time"

	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/jsonld"
	"baoluu/cleaner/internal/pages"
	"baoluu/sites"
)

// What the places of a page say together: the time, where it is taken from, and
// how many notes tell of a doubt.
func TestPlacesOfAPage(t *testing.T) {
	captured := time.Date(2026, 11, 21, 12, 0, 0, 0, sites.Zone)
	for _, tt := range []struct {
		name                      string
		linked, meta, shown, line string
		want, from                string
		notes                     int
	}{
		{"all agree", "2026-11-21T00:05:00Z", "2026-11-21T07:05:20+07:00", "1795219500", "21/11/2026 07:05", "2026-11-21T07:05", "json-ld", 0},
		{"one against two", "2026-11-20T07:05:00+07:00", "2026-11-21T07:05:00+07:00", "", "21/11/2026 07:05", "2026-11-21T07:05", "meta", 1},
		{"one against one", "2026-11-20T07:05:00+07:00", "", "", "21/11/2026 07:05", "2026-11-20T07:05", "json-ld", 1},
		{"two days against a time", "2026-11-20T07:05:00+07:00", "2026-11-21", "", "21/11/2026", "2026-11-21T00:00", "meta", 2},
		{"a day and a time", "2026-11-21", "", "", "21/11/2026 07:05", "2026-11-21T07:05", "text", 0},
		{"a Z that is none, twice", "2026-11-20T20:05:00Z", "2026-11-20T20:05:00Z", "", "20/11/2026 20:05", "2026-11-20T20:05", "json-ld", 2},
		{"a Z that is one", "2026-11-20T20:05:00Z", "", "", "21/11/2026 03:05", "2026-11-21T03:05", "json-ld", 0},
		{"the American order, as the day in the line says", "11/9/2026 4:05", "", "", "09/11/2026 04:05", "2026-11-09T04:05", "json-ld", 1},
		{"the American order, for the other is after the capture", "11/12/2026 4:05", "", "", "", "2026-11-12T04:05", "json-ld", 1},
		{"tomorrow and more", "2026-11-23T07:05:00+07:00", "", "", "20/11/2026 07:05", "2026-11-20T07:05", "text", 1},
		{"tomorrow and more alone", "2026-11-23T07:05:00+07:00", "", "", "", "", "", 1},
		{"a zone ahead of ours", "2026-11-22T00:05:00+14:00", "", "", "", "2026-11-21T17:05", "json-ld", 0},
		{"year 1", "0001-01-01T00:00:00Z", "", "2026-11-21T07:05:00+07:00", "", "2026-11-21T07:05", "time", 1},
		{"how long ago", "", "", "", "2 giờ trước", "", "", 0},
	} {
		h := pages.Head{Metas: map[string][]string{"article:published_time": {tt.meta}}, Linked: jsonld.Article{Published: tt.linked}}
		m := &Draft{Doc: &pages.Document{Page: pages.Page{Captured: captured}, Text: "một bài", Head: h}}
		shown := PrintedIn(tt.line, false)
		if at, ok := dates.ParseValue(tt.shown); ok {
			shown = append(shown, Said{"time", tt.shown, at})
		}
		m.SetTimes(shown)
		got := ""
		if !m.Published.IsZero() {
			got = m.Published.Format("2006-01-02T15:04")
		}
		if got != tt.want || string(m.PublishedFrom) != tt.from || len(m.Notes) != tt.notes {
			t.Errorf("%s: %s from %q, notes %q", tt.name, got, m.PublishedFrom, m.Notes)
		}
	}
}

// FuzzMoment: whatever a page says to machines, what is read of it is of the
// years of newspapers, in their zone, and a page may say it everywhere at once.
func FuzzTimes(f *testing.F) {
	for _, form := range []string{"2026-11-21T07:05:00+07:00", "20261121T000500Z", "1795219500", "Sat, 21 Nov 2026 00:05:00 GMT", "21/11/2026 07:05", "Thứ bảy, 21/11/2026, 07:05 (GMT+7)"} {
		f.Add(form, "11/9/2026 4:05:00 PM")
	}
	f.Add("1/1/1/1/1/1/1/1/1/1/1", "31/02/2026")
	f.Fuzz(func(t *testing.T, one, other string) {
		got, ok := dates.ParseValue(one)
		if ok && (got.Location() != sites.Zone || got.Year() < dates.FirstYear-1 || got.Year() > dates.LastYear+1) {
			t.Errorf("%q: %v", one, got)
		}
		m := &Draft{Doc: &pages.Document{Head: pages.Head{Metas: map[string][]string{"pubdate": {one, other}}, Linked: jsonld.Article{Published: other, Modified: one}}}}
		m.SetTimes(append(PrintedIn(one, false), PrintedIn(other, true)...))
		if p := m.Published; !p.IsZero() && (p.Year() < dates.FirstYear-1 || p.Year() > dates.LastYear+1 || p.Location() != sites.Zone) {
			t.Errorf("%q, %q: %v", one, other, p)
		}
		dates.IsTimeLine(one)
	})
}
