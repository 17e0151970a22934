package web

import (
	"errors"
	"slices"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/cleaner/plain"
)

const (
	// indexEvery is how often the index is brought up to date with the archive.
	indexEvery = 5 * time.Second
	// indexRest is how long is waited after what went wrong.
	indexRest = time.Minute
)

// indexing is how far the index is being made, while it is.
type indexing struct {
	mu        sync.Mutex
	site      string // "": nothing is being made
	done, all int
}

// Indexing is how far it is: of how many pages of a newspaper, 0 where that is not known.
type Indexing struct {
	Site      string
	Done, All int
}

func (i *indexing) set(site string, done, all int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.site, i.done, i.all = site, done, all
}

func (i *indexing) now() Indexing {
	i.mu.Lock()
	defer i.mu.Unlock()
	return Indexing{i.site, i.done, i.all}
}

// index makes the index where there is none, and brings it up to date, until the server is
// closed: no reader waits for it. What goes wrong is logged when it begins; what is there is
// searched meanwhile.
func (s *Server) index() {
	said := ""
	for {
		err := s.indexOnce()
		s.indexing.set("", 0, 0)
		if s.ctx.Err() != nil {
			return
		}
		wrong, rest := "", indexEvery
		if err != nil {
			wrong, rest = err.Error(), indexRest
		}
		if wrong != said && wrong != "" {
			s.Log.Printf("the index for search: %s", plain.Line(wrong))
		}
		said = wrong
		select {
		case <-time.After(rest):
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *Server) indexOnce() error {
	names, err := s.Archive.Newspapers()
	if err != nil {
		return err
	}
	var wrong []error
	for _, name := range names {
		status, err := s.Search.Status(s.ctx, name)
		if err == nil && (!status.Built || status.Stale || status.Captures > 0) {
			err = s.Search.Update(s.ctx, name, func(done, all int) { s.indexing.set(name, done, all) })
		}
		same := func(other error) bool { return other.Error() == err.Error() } // as where nothing can be written
		if err != nil && !errors.Is(err, archive.ErrNoNewspaper) && !slices.ContainsFunc(wrong, same) {
			wrong = append(wrong, err)
		}
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
	return errors.Join(wrong...)
}
