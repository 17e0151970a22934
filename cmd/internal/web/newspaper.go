package web

import (
	"net/http"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/sites"
)

func (s *Server) newspaperRoutes() { s.handle("GET /n/{site}", s.newspaper) }

// newspaperPage is what is known and kept of one newspaper.
type newspaperPage struct {
	SiteStatus
	Checked   time.Time // when it was looked after
	AsOf      time.Time
	Ready     bool
	Home      string
	Hosts     []string
	Languages []string
	Totals    catalog.Totals
	Gone      int // of the articles: taken down
	Spark     Spark
	Years     []yearCount // the newest first
	New       []Item
	Changes   []Item
}

// yearCount counts the articles of a year by month.
type yearCount struct {
	Year, Pages int
	Months      [12]monthCount
}

// monthCount counts the articles of a month; Heat is how many there are beside the months with
// the most, 1 to 4, and 0 where there is none.
type monthCount struct {
	Month       time.Time // its first midnight
	Pages, Heat int
}

func (s *Server) newspaper(w http.ResponseWriter, r *http.Request) error {
	site := r.PathValue("site")
	status, checked, err := s.statusOf(r, site)
	if err != nil {
		return err
	}
	page := newspaperPage{SiteStatus: status, Checked: checked, Totals: s.Catalog.Totals(site), Spark: s.spark(site, s.Now())}
	page.Gone = page.Totals.States[capture.Gone]
	page.AsOf, page.Ready = s.asOf(site)
	if known, ok := sites.ByName(site); ok {
		page.Home, page.Hosts, page.Languages = known.Home, known.Hosts, known.Languages
	}
	page.Years = years(s.Catalog.Days(time.Time{}, time.Time{}, site))
	only := catalog.Filter{Sites: []string{site}}
	latest, err := s.Catalog.Published(only, "", todayNew)
	if err != nil {
		return err
	}
	if page.New, err = s.itemsWithLeads(r.Context(), latest.Entries); err != nil {
		return err
	}
	if page.Changes, err = s.changes(r.Context(), only, todayChanges); err != nil {
		return err
	}
	markOwn(page.New)
	markOwn(page.Changes)
	return s.render(w, r, "newspaper", page)
}

// markOwn has items of a newspaper's own page not name it.
func markOwn(items []Item) {
	for i := range items {
		items[i].Own = true
	}
}

// statusOf is how one newspaper does, and when that was looked at. One that is neither in the
// archive nor to be crawled is not found.
func (s *Server) statusOf(r *http.Request, site string) (SiteStatus, time.Time, error) {
	status, checked, err := s.status.get(r.Context())
	if err != nil {
		return SiteStatus{}, checked, err
	}
	for _, n := range status.Newspapers {
		if n.Site == site {
			return n, checked, nil
		}
	}
	return SiteStatus{}, checked, notFound("error.newspaper")
}

// years counts articles by year and month.
func years(days []catalog.DayCount) []yearCount {
	var list []yearCount
	most := 0
	for _, d := range days {
		if d.Pages == 0 {
			continue
		}
		if len(list) == 0 || list[len(list)-1].Year != d.Day.Year() {
			year := yearCount{Year: d.Day.Year()}
			for m := range year.Months {
				year.Months[m].Month = time.Date(year.Year, time.Month(m+1), 1, 0, 0, 0, 0, sites.Zone)
			}
			list = append(list, year)
		}
		year := &list[len(list)-1]
		month := &year.Months[d.Day.Month()-1]
		year.Pages += d.Pages
		month.Pages += d.Pages
		most = max(most, month.Pages)
	}
	for i := range list {
		for m := range list[i].Months {
			list[i].Months[m].Heat = heat(list[i].Months[m].Pages, most)
		}
	}
	slices.Reverse(list)
	return list
}

// heat is how much n is beside the most that there is: 0 for none, 4 for more than three
// quarters.
func heat(n, most int) int {
	if n == 0 {
		return 0
	}
	return min(4, 1+4*n/(most+1))
}
