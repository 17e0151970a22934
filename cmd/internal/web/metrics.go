package web

import (
	"errors"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"baoluu/cleaner/plain"
)

func (s *Server) metricsRoutes() { s.handleSlow("GET /metrics", s.metrics) }

// metrics answers Prometheus, from the archive at each request.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	gathered, err := s.Metrics(r.Context(), s.Now())
	if r.Context().Err() != nil {
		return r.Context().Err()
	}
	if err != nil {
		s.Log.Printf("metrics: %s", plain.Line(err.Error()))
	}
	if gathered == nil {
		return errors.New("the archive cannot be read")
	}
	promhttp.HandlerFor(gathered, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}
