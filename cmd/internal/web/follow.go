package web

import (
	"time"

	"baoluu/cleaner/plain"
)

// followEvery is how often the archive is looked at for what is new. Where nothing is, a look
// costs three records of each newspaper.
const followEvery = 2 * time.Second

// follow keeps the catalog up to date until the server is closed, so that no reader waits
// for it. What goes wrong is logged when it begins.
func (s *Server) follow() {
	said := ""
	for {
		err := s.Catalog.Update(s.ctx)
		if s.ctx.Err() != nil {
			return
		}
		wrong := ""
		if err != nil {
			wrong = err.Error()
		}
		if wrong != said && wrong != "" {
			s.Log.Printf("follow the archive: %s", plain.Line(wrong))
		}
		said = wrong
		s.looked.Store(true)
		select {
		case <-time.After(followEvery):
		case <-s.ctx.Done():
			return
		}
	}
}

// asOf is the moment up to which what is shown is the archive, and whether all of it was
// read: the zero time where a newspaper was never read. Of some newspapers, or of all.
func (s *Server) asOf(sites ...string) (at time.Time, ready bool) {
	list := s.Catalog.Status(sites...)
	ready = len(list) > 0 || s.looked.Load()
	for _, one := range list {
		ready = ready && (one.Ready || one.Err != nil)
		if one.At.IsZero() && one.Err != nil {
			continue // the status says that it cannot be read
		}
		if at.IsZero() || one.At.Before(at) {
			at = one.At
		}
	}
	return at, ready
}
