package web

import (
	"net/http"
	"time"
)

func (s *Server) todayRoutes() { s.handle("GET /{$}", s.today) }

// todayPage is the front page.
type todayPage struct {
	Status
	AsOf time.Time // when the status was read
}

func (s *Server) today(w http.ResponseWriter, r *http.Request) error {
	status, made, err := s.status.get(r.Context())
	if err != nil {
		return err
	}
	return s.render(w, r, "today", todayPage{Status: status, AsOf: made})
}
