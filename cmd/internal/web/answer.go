package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/catalog"
	"baoluu/cleaner/plain"
)

// frame is what the layout around each page shows.
type frame struct {
	Lang    string // of the page's own words
	Others  []string
	Path    string // that was asked for, with the query
	Section string // the first part of the path: which entry of the navigation is this
	Query   string // what was searched for
	Version string
	Data    any
}

// render answers with a page: pages/NAME.html, of data.
func (s *Server) render(w http.ResponseWriter, r *http.Request, name string, data any) error {
	return s.renderAs(w, r, http.StatusOK, name, data)
}

func (s *Server) renderAs(w http.ResponseWriter, r *http.Request, code int, name string, data any) error {
	lang := chosen(r)
	section, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	f := frame{Lang: lang, Path: askedURL(r).RequestURI(), Section: section, Version: s.Version, Data: data}
	if section == "search" {
		f.Query = r.URL.Query().Get("q")
	}
	for _, other := range languages {
		if other != lang {
			f.Others = append(f.Others, other)
		}
	}
	var b bytes.Buffer
	if err := s.texts[lang].pages[name].ExecuteTemplate(plain.Writer(&b), "layout", f); err != nil {
		return err
	}
	h := w.Header()
	h.Add("Vary", "Accept-Language, Cookie")
	h.Set("Content-Language", lang)
	s.sendAs(w, r, code, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// send answers with a file. Browsers keep it and ask whether it is still the same.
func (s *Server) send(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) {
	s.sendAs(w, r, http.StatusOK, mediaType, body)
}

func (s *Server) sendAs(w http.ResponseWriter, r *http.Request, code int, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	if code == http.StatusOK {
		sum := sha256.Sum256(body)
		if isKnown(w, r, `W/"`+hex.EncodeToString(sum[:12])+`"`) {
			return
		}
	}
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // nobody is left to hear of it
	}
}

// isKnown has the answer be kept by its tag, and says so instead of it to whoever has it.
func isKnown(w http.ResponseWriter, r *http.Request, tag string) bool {
	h := w.Header()
	h.Set("ETag", tag)
	if h.Get("Cache-Control") == "no-store" {
		h.Set("Cache-Control", "private, no-cache")
	}
	known := matches(r.Header.Get("If-None-Match"), tag)
	if known {
		w.WriteHeader(http.StatusNotModified)
	}
	return known
}

// matches reports whether If-None-Match names a tag, weakly compared.
func matches(header, tag string) bool {
	for _, one := range strings.Split(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// failure is an error that a reader is told: an HTTP status and a key of the words, whose
// ".title" and ".text" the page says.
type failure struct {
	code int
	word string
}

func (f *failure) Error() string { return f.word }

var errBusy = &failure{http.StatusServiceUnavailable, "error.busy"}

// notFound is the error of an address where nothing is; word+".title" and word+".text" say so.
func notFound(word string) error { return &failure{http.StatusNotFound, word} }

// badRequest is the error of a query that cannot be read.
func badRequest(word string) error { return &failure{http.StatusBadRequest, word} }

// failureOf finds how an error is told.
func failureOf(err error) *failure {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, catalog.ErrCursor):
		return &failure{http.StatusBadRequest, "error.cursor"}
	case errors.Is(err, archive.ErrForgotten):
		return &failure{http.StatusGone, "error.forgotten"}
	case errors.Is(err, archive.ErrNoPage):
		return &failure{http.StatusNotFound, "error.page"}
	case errors.Is(err, archive.ErrNoNewspaper), errors.Is(err, archive.ErrInvalid):
		return &failure{http.StatusNotFound, "error.newspaper"}
	case errors.Is(err, archive.ErrInUse), errors.Is(err, context.DeadlineExceeded):
		return errBusy
	case errors.Is(err, archive.ErrCorrupt):
		return &failure{http.StatusInternalServerError, "error.damaged"}
	}
	return &failure{http.StatusInternalServerError, "error.500"}
}

// problem is what the page of an error shows.
type problem struct {
	Code int
	Word string
	At   time.Time // when the page was forgotten
}

// fail answers with an error. The log has what went wrong here; the reader is told no more
// than helps.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		return // the client is gone, or the server ends
	}
	f := failureOf(err)
	p := problem{Code: f.code, Word: f.word}
	var forgotten *archive.ForgottenError
	if errors.As(err, &forgotten) {
		p.At = forgotten.At
	}
	if f.code >= http.StatusInternalServerError {
		s.Log.Printf("%s: %s", plain.Line(r.URL.Path), plain.Line(err.Error()))
	}
	if f.code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	w.Header().Set("Cache-Control", "no-store")
	if isAPI(r) {
		s.failAPI(w, r, f)
		return
	}
	if err := s.renderAs(w, r, f.code, "error", p); err != nil {
		s.Log.Printf("error page: %v", err)
		http.Error(w, http.StatusText(f.code), f.code)
	}
}
