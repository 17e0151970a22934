package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"baoluu/archive/catalog"
	"baoluu/sites"
)

func (s *Server) dayRoutes() {
	s.handle("GET /day", s.jump)
	s.handle("GET /day/{day}", s.day)
	s.handle("GET /n/{site}/{day}", s.day)
}

// dayPage is all that was published on a day, or in a month.
type dayPage struct {
	Site     string    // "" for all newspapers
	Day      time.Time // its midnight, or that of the first of the month
	Month    bool      // it is a month
	AsOf     time.Time
	Ready    bool
	Calendar calendar
	Choices  []siteCount // newspapers with articles of it
	Pages    int         // how many there are
	Groups   []group     // as many as one page of a list has
	Arrived  []Item      // first seen on the day, published on another
	Changes  []Item
	Prev     string // address of the day before that has articles, "" where there is none
	Next     string
	PrevDay  time.Time
	NextDay  time.Time
	More     string // address of the list's next page
}

// siteCount counts the articles of a newspaper.
type siteCount struct {
	Site, Path string
	Pages      int
	Here       bool // its list is this one
}

// group is articles of a day by their newspaper, or of a month by their day.
type group struct {
	Site  string    // "" in a month
	Day   time.Time // in a month: one that is in the day
	Items []Item
}

// calendar is a month's days in weeks that begin on Monday.
type calendar struct {
	Month      time.Time
	Path       string // of the month
	Weeks      [][7]calendarDay
	Prev, Next string // addresses of the months beside it, "" where all there is lies on the other side
}

// calendarDay is a day in a calendar; its Number is 0 where it is of another month.
type calendarDay struct {
	Number, Pages, Heat int
	Path                string
	Day                 time.Time
	Here                bool
}

// jump leads to the day that a form names, or to the newest that has articles.
func (s *Server) jump(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	day, ok := parseDay(q.Get("d"))
	if !ok { // typed where a browser has no calendar
		day, ok = parseTypedDay(q.Get("d"))
	}
	if !ok {
		if q.Get("d") != "" {
			return badRequest("error.day")
		}
		if day = s.Catalog.Totals().Newest; day.IsZero() {
			day = s.Now()
		}
	}
	http.Redirect(w, r, spanPath(q.Get("n"), day, false), http.StatusSeeOther)
	return nil
}

// spanPath is the page of a day or a month, of one newspaper or of all.
func spanPath(site string, day time.Time, month bool) string {
	text := isoDay(day)
	if month {
		text = text[:len("2006-01")]
	}
	if site == "" {
		return "/day/" + text
	}
	return sitePath(site) + "/" + text
}

// parseSpan reads a day, 2026-11-22, or a month, 2026-11.
func parseSpan(text string) (day time.Time, month, ok bool) {
	if len(text) == len("2006-01") {
		day, ok = parseDay(text + "-01")
		return day, true, ok
	}
	day, ok = parseDay(text)
	return day, false, ok
}

func (s *Server) day(w http.ResponseWriter, r *http.Request) error {
	page := dayPage{Site: r.PathValue("site")}
	var ok bool
	if page.Day, page.Month, ok = parseSpan(r.PathValue("day")); !ok {
		return notFound("error.day")
	}
	var only []string
	if page.Site != "" {
		only = []string{page.Site}
		if _, _, err := s.statusOf(r, page.Site); err != nil {
			return err
		}
	}
	to := page.Day.AddDate(0, 0, 1)
	if page.Month {
		to = page.Day.AddDate(0, 1, 0)
	}
	f := catalog.Filter{Sites: only, From: page.Day, To: to}
	page.AsOf, page.Ready = s.asOf(only...)
	page.Calendar = s.calendar(page.Site, page.Day, page.Month)
	if err := s.countDay(&page, f); err != nil {
		return err
	}
	if err := s.beside(&page, f); err != nil {
		return err
	}
	if err := s.listDay(&page, f, r); err != nil {
		return err
	}
	return s.render(w, r, "day", page)
}

// countDay counts the articles by newspaper.
func (s *Server) countDay(page *dayPage, f catalog.Filter) error {
	names, err := s.Newspapers()
	if err != nil {
		return err
	}
	for _, n := range names {
		c := siteCount{Site: n.Site, Path: spanPath(n.Site, page.Day, page.Month), Here: n.Site == page.Site}
		for _, d := range s.Catalog.Days(f.From, f.To, n.Site) {
			c.Pages += d.Pages
		}
		if c.Pages > 0 || c.Here {
			page.Choices = append(page.Choices, c)
		}
		if c.Here || page.Site == "" {
			page.Pages += c.Pages
		}
	}
	return nil
}

// beside finds the days, or months, before and after that have articles.
func (s *Server) beside(page *dayPage, f catalog.Filter) error {
	before, err := s.Catalog.Published(catalog.Filter{Sites: f.Sites, To: f.From}, "", 1)
	if err != nil {
		return err
	}
	after, err := s.Catalog.Published(catalog.Filter{Sites: f.Sites, From: f.To, Oldest: true}, "", 1)
	if err != nil {
		return err
	}
	if len(before.Entries) > 0 {
		page.PrevDay = before.Entries[0].Time
		page.Prev = spanPath(page.Site, page.PrevDay, page.Month)
	}
	if len(after.Entries) > 0 {
		page.NextDay = after.Entries[0].Time
		page.Next = spanPath(page.Site, page.NextDay, page.Month)
	}
	return nil
}

// listDay reads the articles themselves: those published, a page of the list, and what else
// happened on a day.
func (s *Server) listDay(page *dayPage, f catalog.Filter, r *http.Request) error {
	ctx, cursor := r.Context(), r.URL.Query().Get("after")
	list, err := s.Catalog.Published(f, cursor, pageSize)
	if err != nil {
		return err
	}
	items, err := s.items(ctx, list.Entries)
	if err != nil {
		return err
	}
	own := page.Site != ""
	for _, item := range items {
		g := group{Site: item.Site}
		if page.Month {
			g = group{Day: item.Time}
		}
		at := slices.IndexFunc(page.Groups, func(o group) bool { return o.Site == g.Site && isoDay(o.Day) == isoDay(g.Day) })
		if at < 0 {
			at, page.Groups = len(page.Groups), append(page.Groups, g)
		}
		item.Own = own || !page.Month
		page.Groups[at].Items = append(page.Groups[at].Items, item)
	}
	if list.Next != "" {
		page.More = r.URL.EscapedPath() + "?after=" + url.QueryEscape(list.Next)
	}
	if page.Month || cursor != "" {
		return nil
	}
	arrived, err := s.Catalog.New(f, "", pageSize)
	if err != nil {
		return err
	}
	var others []catalog.Entry
	for _, e := range arrived.Entries {
		if !e.Published.IsZero() && isoDay(e.Published) != isoDay(page.Day) {
			others = append(others, e)
		}
	}
	if page.Arrived, err = s.items(ctx, others); err != nil {
		return err
	}
	if page.Changes, err = s.changes(ctx, f, pageSize); err != nil || !own {
		return err
	}
	markOwn(page.Arrived)
	markOwn(page.Changes)
	return nil
}

// calendar is the month of a day.
func (s *Server) calendar(site string, day time.Time, month bool) calendar {
	first := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, sites.Zone)
	next := first.AddDate(0, 1, 0)
	var only []string
	if site != "" {
		only = []string{site}
	}
	c := calendar{Month: first, Path: spanPath(site, first, true)}
	if all := s.Catalog.Totals(only...); all.Pages > 0 {
		if all.Oldest.Before(first) {
			c.Prev = spanPath(site, first.AddDate(0, -1, 0), true)
		}
		if !all.Newest.Before(next) {
			c.Next = spanPath(site, next, true)
		}
	}
	counts, most := map[int]int{}, 0
	for _, d := range s.Catalog.Days(first, next, only...) {
		counts[d.Day.Day()] = d.Pages
		most = max(most, d.Pages)
	}
	var week [7]calendarDay
	for at := first; at.Before(next); at = at.AddDate(0, 0, 1) {
		column := (int(at.Weekday()) + 6) % 7
		n := counts[at.Day()]
		week[column] = calendarDay{Number: at.Day(), Pages: n, Heat: heat(n, most), Path: spanPath(site, at, false), Day: at, Here: !month && at.Equal(day)}
		if column == 6 || at.AddDate(0, 0, 1).Equal(next) {
			c.Weeks = append(c.Weeks, week)
			week = [7]calendarDay{}
		}
	}
	return c
}
