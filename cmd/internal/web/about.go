package web

import (
	"net/http"
	"time"

	"baoluu/archive/catalog"
)

func (s *Server) aboutRoutes() { s.handle("GET /about", s.about) }

// aboutPage says what this archive is.
type aboutPage struct {
	AsOf       time.Time
	Totals     catalog.Totals
	Newspapers []aboutSite
	Searches   []example // how to search
	Example    *Item     // an article, to show what its links look like
	Version    string
}

// aboutSite is a newspaper, and what there is of it.
type aboutSite struct {
	Site   string
	Totals catalog.Totals
}

func (s *Server) about(w http.ResponseWriter, r *http.Request) error {
	names, err := s.Newspapers()
	if err != nil {
		return err
	}
	page := aboutPage{Totals: s.Catalog.Totals(), Version: s.Version, Searches: examples}
	page.AsOf, _ = s.asOf()
	for _, n := range names {
		page.Newspapers = append(page.Newspapers, aboutSite{n.Site, s.Catalog.Totals(n.Site)})
	}
	newest, err := s.Catalog.New(catalog.Filter{}, "", 1)
	if err != nil {
		return err
	}
	items, err := s.items(r.Context(), newest.Entries)
	if err != nil {
		return err
	}
	if len(items) > 0 {
		page.Example = &items[0]
	}
	return s.render(w, r, "about", page)
}
