package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/assets"
	"baoluu/cmd/internal/inert"
	"baoluu/sites"
)

// made is a page or a style sheet that was made inert, with all that it asked the archive for.
// That takes long, and is done once: it holds for as long as the archive gives the same answers.
type made struct {
	inert.Page        // without its HTML
	gzipped    []byte // its HTML, or its CSS
	tag        string // its ETag

	asked asked
	mark  archive.Mark // of its newspaper, and when, as the answers were these the last time
	at    time.Time
}

// asked is what a page asked the archive for, and the answers.
type asked struct {
	links  []askedLink
	assets []askedAsset
}

type askedLink struct{ address, path string }

type askedAsset struct {
	address string
	kind    assets.Kind
	path    string
}

// asking asks the archive for what a page names: for its assets in the same newspaper.
type asking struct {
	asked
	server  *Server
	ctx     context.Context //nolint:containedctx // of one request
	view    *archive.View
	at      time.Time                  // when the page was captured
	nearest map[string]capture.Capture // of assets, by their pages; 0 is the number of none
	failed  bool                       // something could not be asked: what is made so is not kept
}

func (s *Server) asking(ctx context.Context, view *archive.View, at time.Time) *asking {
	return &asking{server: s, ctx: ctx, view: view, at: at, nearest: map[string]capture.Capture{}}
}

// link says under which path an address is shown, "" where it is not kept.
func (a *asking) link(address string) string {
	path := a.linkPath(address)
	if strings.HasSuffix(path, address) {
		address = path[len(path)-len(address):] // kept once
	}
	a.links = append(a.links, askedLink{address, path})
	return path
}

func (a *asking) linkPath(address string) string {
	if held, ok := a.server.links.holds(a.ctx, address); ok {
		return atDayPath(a.at, held)
	}
	return ""
}

// asset says under which path an asset is shown: that of its nearest capture; "" where there is
// none, or where it is no asset of that kind, whatever its header says.
func (a *asking) asset(address string, want assets.Kind) string {
	path := a.assetPath(address, want)
	a.assets = append(a.assets, askedAsset{address, want, path})
	return path
}

func (a *asking) assetPath(address string, want assets.Kind) string {
	page := sites.AssetPage(address)
	if _, looked := a.nearest[page]; !looked {
		a.look([]string{page})
	}
	c := a.nearest[page]
	if c.Number == 0 {
		return ""
	}
	kind, ok := a.server.kinds.of(c.Digest)
	if !ok {
		body, err := a.view.Body(a.ctx, c.Number)
		if err != nil {
			a.fail(err)
			return ""
		}
		_, kind, _ = sniffed(body, c)
		a.server.kinds.put(c.Digest, kind)
	}
	if kind != want {
		return ""
	}
	return formPath(c.Time, formOf[want], address)
}

// look finds the nearest captures of assets, by their pages: of many in hardly more time than of one.
func (a *asking) look(pages []string) {
	found, err := a.view.NearestOf(a.ctx, pages, a.at)
	if err != nil {
		if len(pages) == 1 {
			a.fail(err)
		}
		return // each is asked for by itself
	}
	for _, page := range pages {
		a.nearest[page] = found[page]
	}
}

// fail notes what could not be asked: what is damaged stays so.
func (a *asking) fail(err error) { a.failed = a.failed || !errors.Is(err, archive.ErrCorrupt) }

// same reports whether the archive gives the same answers as before.
func (a *asking) same(before asked) bool {
	pages := make([]string, len(before.assets))
	for i, one := range before.assets {
		pages[i] = sites.AssetPage(one.address)
	}
	a.look(pages)
	for _, one := range before.assets {
		if a.assetPath(one.address, one.kind) != one.path {
			return false
		}
	}
	for _, one := range before.links {
		if a.linkPath(one.address) != one.path {
			return false
		}
	}
	return !a.failed
}

// madeOf gives what was made of a capture, where it still holds; else build makes it.
func (s *Server) madeOf(ctx context.Context, key madeKey, view *archive.View, c capture.Capture, build func(*asking) (inert.Page, error)) (*made, error) {
	m, mark, now := s.made.get(key), view.Mark(), s.Now()
	if m != nil {
		if age := now.Sub(m.at); m.mark == mark && age >= 0 && age < linksAge {
			return m, nil // links to other newspapers may be some minutes old
		}
		if s.asking(ctx, view, c.Time).same(m.asked) {
			again := *m
			again.mark, again.at = mark, now
			s.made.put(key, &again)
			return &again, nil
		}
	}
	a := s.asking(ctx, view, c.Time)
	page, err := build(a)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	m = &made{Page: page, asked: a.asked, mark: mark, at: now}
	if err := m.pack(); err != nil {
		return nil, err
	}
	if !a.failed {
		s.made.put(key, m)
	}
	return m, nil
}

// pack keeps the HTML as most browsers take it.
func (m *made) pack() error {
	sum := sha256.Sum256(m.HTML)
	m.tag = `W/"` + hex.EncodeToString(sum[:12]) + `"`
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err = z.Write(m.HTML); err == nil {
		err = z.Close()
	}
	m.gzipped, m.HTML = bytes.Clone(b.Bytes()), nil
	return err
}

// size is about what it takes, in bytes.
func (m *made) size() int {
	n := len(m.gzipped) + len(m.Style)
	for _, l := range m.asked.links {
		n += 32 + max(len(l.address), len(l.path))
	}
	for _, a := range m.asked.assets {
		n += 48 + len(a.address) + len(a.path)
	}
	return n
}

// sendMade answers with what was made: packed as it is kept, to whoever takes it so.
func (s *Server) sendMade(w http.ResponseWriter, r *http.Request, mediaType string, m *made) error {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	if isKnown(w, r, m.tag) || r.Method == http.MethodHead {
		return nil
	}
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		_, _ = w.Write(m.gzipped) // nobody is left to hear of it
		return nil
	}
	z, err := gzip.NewReader(bytes.NewReader(m.gzipped))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(z)
	if err == nil {
		_, _ = w.Write(body)
	}
	return err
}

// takesGzip reads Accept-Encoding.
func takesGzip(header string) bool {
	for one := range strings.SplitSeq(strings.ToLower(header), ",") {
		name, weight, _ := strings.Cut(one, ";")
		if strings.TrimSpace(name) != "gzip" {
			continue
		}
		_, q, weighed := strings.Cut(weight, "=")
		return !weighed || strings.Trim(q, " 0.") != ""
	}
	return false
}

// madeKey names what is made of a capture: in a language, or "css".
type madeKey struct {
	site   string
	number uint64
	digest string
	of     string
}

// madeKept are the pages and style sheets that were made of late.
type madeKept struct {
	mu    sync.Mutex
	pages map[madeKey]*made
	order []madeKey // the oldest first
	bytes int
}

// mostMade bounds them, in bytes.
const mostMade = 16 << 20

func (k *madeKept) get(key madeKey) *made {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.pages[key]
}

func (k *madeKept) put(key madeKey, m *made) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pages == nil {
		k.pages = map[madeKey]*made{}
	}
	if old, ok := k.pages[key]; ok {
		k.bytes -= old.size()
	} else {
		k.order = append(k.order, key)
	}
	k.pages[key] = m
	k.bytes += m.size()
	for k.bytes > mostMade && len(k.order) > 0 {
		first := k.order[0]
		k.order = k.order[1:]
		k.bytes -= k.pages[first].size()
		delete(k.pages, first)
	}
}
