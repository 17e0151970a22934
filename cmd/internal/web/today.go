package web

import (
	"context"
	"net/http"
	"time"

	"baoluu/archive/catalog"
)

const (
	// todayNew and todayChanges are how many articles the front page lists of each.
	todayNew, todayChanges = 12, 12
	// pulseDays is how many days a newspaper's pulse shows, today included.
	pulseDays = 28
)

func (s *Server) todayRoutes() { s.handle("GET /{$}", s.today) }

// todayPage is the front page.
type todayPage struct {
	Now        time.Time
	AsOf       time.Time // up to which moment the lists are the archive
	Ready      bool      // all newspapers are in them
	Checked    time.Time // when the newspapers were looked after
	Disk       Disk
	Troubles   []Trouble
	Newspapers []pulse
	New        []Item
	Changes    []Item
}

// pulse is how a newspaper does, with its articles a day.
type pulse struct {
	SiteStatus
	Spark Spark
}

func (s *Server) today(w http.ResponseWriter, r *http.Request) error {
	status, checked, err := s.status.get(r.Context())
	if err != nil {
		return err
	}
	page := todayPage{Now: s.Now(), Checked: checked, Disk: status.Disk, Troubles: status.Troubles}
	page.AsOf, page.Ready = s.asOf()
	for _, n := range status.Newspapers {
		page.Newspapers = append(page.Newspapers, pulse{n, s.spark(n.Site, page.Now)})
	}
	if page.New, err = s.newest(r.Context(), catalog.Filter{To: page.Now}, todayNew); err != nil {
		return err
	}
	if page.Changes, err = s.changes(r.Context(), catalog.Filter{}, todayChanges); err != nil {
		return err
	}
	return s.render(w, r, "today", page)
}

// newest are the articles that were first seen last, with their leads.
func (s *Server) newest(ctx context.Context, f catalog.Filter, limit int) ([]Item, error) {
	list, err := s.Catalog.New(f, "", limit)
	if err != nil {
		return nil, err
	}
	return s.itemsWithLeads(ctx, list.Entries)
}

// changes are what was changed or taken down last.
func (s *Server) changes(ctx context.Context, f catalog.Filter, limit int) ([]Item, error) {
	list, err := s.Catalog.Changes(f, "", limit)
	if err != nil {
		return nil, err
	}
	return s.items(ctx, list.Entries)
}
