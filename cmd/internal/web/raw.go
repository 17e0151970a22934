package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/turn"
	"baoluu/cmd/internal/inert"
	"baoluu/sites"
)

// sandbox is what a stored page may do: nothing. A click on one of its links, which lead into the
// archive, leads the whole window on. It has our origin, without which no browser gives it a
// font; that is worth nothing to it without scripts, which it must never have.
const sandbox = "sandbox allow-same-origin allow-top-navigation-by-user-activation; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// rawPolicy is that of a stored page: what it loads are the archive's own assets, and the style
// sheets that stand in it, by their hashes.
func rawPolicy(r *http.Request, styles string) string {
	at := origin(r) + "/at/"
	return sandbox + "; img-src data: " + at + "; font-src data: " + at + "; style-src " + at + " " + styles
}

// raw answers with a stored page, inert, for the frame of the page as it was.
func (s *Server) raw(w http.ResponseWriter, r *http.Request) error {
	site, number, err := captureOf(r)
	if err != nil {
		return err
	}
	view, err := s.Archive.View(r.Context(), site)
	if err != nil {
		return err
	}
	c, err := view.Capture(r.Context(), number)
	if err != nil {
		return err
	}
	return s.sendInert(w, r, site, view, c)
}

// sendInert answers with a capture's page, inert.
func (s *Server) sendInert(w http.ResponseWriter, r *http.Request, site string, view *archive.View, c capture.Capture) error {
	page, err := s.inertPage(r.Context(), site, view, c, chosen(r))
	if err != nil {
		return notShown(err)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", rawPolicy(r, page.Style))
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Add("Vary", "Accept-Language, Cookie")
	return s.sendMade(w, r, "text/html; charset=utf-8", page)
}

// notShown has what cannot be shown told as something that is not there.
func notShown(err error) error {
	var not *cleaner.NotArticleError
	switch {
	case errors.As(err, &not):
		return notFound("aswas.file")
	case errors.Is(err, errNoBody):
		return notFound("aswas.nothing")
	case isHostile(err):
		return notFound("aswas.hostile")
	case isTooLarge(err):
		return notFound("aswas.large")
	}
	return err
}

func isHostile(err error) bool { return errors.Is(err, cleaner.ErrMarkup) }

func isTooLarge(err error) bool {
	return errors.Is(err, inert.ErrTooLarge) || errors.Is(err, cleaner.ErrTooLarge)
}

// rawBody answers with a capture's body, byte for byte, as a file to keep: no browser shows
// it, and its name has no ending that a desktop would open it by.
func (s *Server) rawBody(w http.ResponseWriter, r *http.Request) error {
	site, number, err := captureOf(r)
	if err != nil {
		return err
	}
	return s.sendBody(w, r, site, number)
}

// sendBody answers with a capture's body, as rawBody says.
func (s *Server) sendBody(w http.ResponseWriter, r *http.Request, site string, number uint64) error {
	view, err := s.Archive.View(r.Context(), site)
	if err != nil {
		return err
	}
	body, err := view.Body(r.Context(), number)
	if err != nil {
		return err
	}
	if body == nil {
		return notFound("aswas.nothing")
	}
	h := w.Header()
	h.Set("Content-Security-Policy", sandbox)
	h.Set("Content-Disposition", `attachment; filename="`+site+"-"+strconv.FormatUint(number, 10)+`.body"`)
	s.send(w, r, "application/octet-stream", body)
	return nil
}

// captureOf reads the names of a capture in an address.
func captureOf(r *http.Request) (site string, number uint64, err error) {
	number, err = strconv.ParseUint(r.PathValue("capture"), 10, 64)
	site = r.PathValue("site")
	if _, known := sites.ByName(site); err != nil || number == 0 || !known {
		return "", 0, notFound("error.page")
	}
	return site, number, nil
}

var errNoBody = errors.New("the capture has no body")

// inertPage makes a capture's body inert, with links into the archive of its day. The page
// around the frame asks for it, and then the frame.
func (s *Server) inertPage(ctx context.Context, site string, view *archive.View, c capture.Capture, lang string) (*made, error) {
	return s.madeOf(ctx, madeKey{site, c.Number, c.Digest, lang}, view, c, func(a *asking) (page inert.Page, err error) {
		body, err := view.Body(ctx, c.Number)
		switch {
		case err != nil:
			return page, err
		case body == nil:
			return page, errNoBody
		case len(body) > inert.MaxBody:
			return page, inert.ErrTooLarge
		}
		var t turn.Turn
		if err := t.Take(ctx, turn.Weight(body)); err != nil {
			return page, err
		}
		defer t.Leave()
		words, err := s.inertWords(lang)
		if err != nil {
			return page, err
		}
		if needs, err := view.Needs(ctx, c.Number); err == nil {
			a.look(needs)
		}
		return inert.Read(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time}, inert.Options{Link: a.link, Asset: a.asset, Words: words})
	})
}

func (s *Server) inertWords(lang string) (inert.Words, error) {
	w := inert.Words{Language: lang}
	for key, to := range map[string]*string{"raw.picture": &w.Picture, "raw.recording": &w.Recording, "raw.frame": &w.Frame, "raw.link": &w.Link} {
		text, err := s.texts[lang].t(key)
		if err != nil {
			return w, err
		}
		*to = text
	}
	return w, nil
}

// heldLinks says of addresses whether the archive has a page of them. The links of a
// newspaper's pages are mostly the same: what was looked up is remembered for some minutes.
type heldLinks struct {
	server *Server

	mu    sync.Mutex
	known map[string]bool // by newspaper and page
	since time.Time
}

const (
	linksAge  = 5 * time.Minute
	mostLinks = 50_000
)

// holds gives an address as the archive keeps it.
func (l *heldLinks) holds(ctx context.Context, address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	site, ok := sites.ByURL(u)
	if !ok {
		return "", false
	}
	a, err := site.Address(address)
	if err != nil {
		return "", false
	}
	if a.Kind == sites.Article && l.server.Catalog.Has(site.Name, a.Page) {
		return a.URL, true
	}
	key := site.Name + "/" + a.Page
	if held, ok := l.remembered(key); ok {
		return a.URL, held
	}
	held := false
	if view, err := l.server.Archive.View(ctx, site.Name); err == nil {
		_, err := view.Page(ctx, a.Page)
		if held = err == nil; err != nil && !errors.Is(err, archive.ErrNoPage) && !errors.Is(err, archive.ErrForgotten) {
			return "", false // not known, not remembered
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil || len(l.known) >= mostLinks {
		l.known, l.since = map[string]bool{}, l.server.Now()
	}
	l.known[key] = held
	return a.URL, held
}

func (l *heldLinks) remembered(key string) (held, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if age := l.server.Now().Sub(l.since); age < 0 || age > linksAge {
		l.known = nil
		return false, false
	}
	held, ok = l.known[key]
	return held, ok
}
