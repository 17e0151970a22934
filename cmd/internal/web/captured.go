package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/assets"
	"baoluu/cmd/internal/inert"
	"baoluu/sites"
)

// forms are how what was captured itself is asked for, behind the moment: as it was, inert ("if_"),
// the bytes as they came ("id_"), or an asset and nothing but one of its kind.
var forms = map[string]assets.Kind{"if_": "", "id_": "", "im_": assets.Image, "cs_": assets.Style, "fo_": assets.Font}

// formOf is the form in which a page asks for an asset.
var formOf = map[assets.Kind]string{assets.Image: "im_", assets.Style: "cs_", assets.Font: "fo_"}

// cutForm parts a moment from the form behind it; "" is the reading room's page.
func cutForm(text string) (moment, form string) {
	if at := len(text) - 3; at > 0 {
		if _, ok := forms[text[at:]]; ok {
			return text[:at], text[at:]
		}
	}
	return text, ""
}

// holding is the capture that stands for an address and a moment.
type holding struct {
	site     string
	mementos mementos
	place    int // of the capture, among them
	capture  capture.Capture
}

// asCaptured answers with what was captured of an address itself: a page inert, an asset for who
// asks for one of its kind, or the bytes.
func (s *Server) asCaptured(w http.ResponseWriter, r *http.Request, form string, at time.Time, addresses []string) error {
	ctx, kind := r.Context(), forms[form]
	f, err := s.findCaptured(ctx, addresses, at, kind != "")
	if err != nil {
		return err
	}
	h := w.Header()
	if err := f.mementos.headers(r, h, f.place); err != nil {
		return err
	}
	h.Set("X-Frame-Options", "SAMEORIGIN")
	switch {
	case kind == "" && f.capture.State == capture.Gone && f.capture.Digest == "":
		return s.wasGone(w, r, f.capture)
	case form == "id_":
		return s.sendBody(w, r, f.site, f.capture.Number)
	case kind == "" && !sites.IsAsset(f.capture.Page):
		if err := s.sendInert(w, r, f.site, f.mementos.view, f.capture); !isFile(err) {
			return err
		}
	}
	return s.sendAsset(w, r, f, kind, at)
}

// wasGone answers for a memento of what was gone: as the newspaper did.
func (s *Server) wasGone(w http.ResponseWriter, r *http.Request, c capture.Capture) error {
	code := http.StatusNotFound
	if c.Status == http.StatusGone {
		code = c.Status
	}
	return s.renderAs(w, r, code, "error", problem{Code: code, Word: "aswas.was"})
}

// isFile reports whether a page turned out to be none.
func isFile(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.word == "aswas.file"
}

// findCaptured finds the capture of an address that stands for a moment: the one of that very
// millisecond, else the one that Memento chooses; for a page that wants an asset the nearest that shows
// something. An address may be both: an asset is looked for first where one is wanted.
func (s *Server) findCaptured(ctx context.Context, addresses []string, at time.Time, asset bool) (f holding, err error) {
	missing := archive.ErrNoPage
	for _, find := range s.finders(asset) {
		if f, err = find(ctx, addresses, at); err == nil {
			return f, nil
		}
		missing = worse(missing, err)
	}
	return holding{}, missing
}

type finder func(ctx context.Context, addresses []string, at time.Time) (holding, error)

func (s *Server) finders(asset bool) []finder {
	if asset {
		return []finder{s.nearestAsset, s.chosenPage}
	}
	return []finder{s.chosenPage, s.chosenAsset}
}

// chosenAsset is chosenPage of an asset, by its address.
func (s *Server) chosenAsset(ctx context.Context, addresses []string, at time.Time) (holding, error) {
	f, err := s.chosenPage(ctx, []string{sites.AssetPage(addresses[0])}, at)
	f.mementos.original = addresses[0]
	return f, err
}

func (s *Server) chosenPage(ctx context.Context, addresses []string, at time.Time) (f holding, err error) {
	site, view, info, err := s.findAddress(ctx, addresses)
	if err != nil {
		return f, err
	}
	all, err := view.Moments(ctx, info.Page)
	if err != nil {
		return f, err
	}
	f = holding{site: site, mementos: newMementos(view, addresses[0])}
	f.mementos.all = all
	if n := f.mementos.until(at); n > 0 && all[n-1].Time.Equal(at) {
		f.place = n - 1
	} else if f.place, err = f.mementos.choose(ctx, at); err != nil {
		return f, err
	}
	if f.place < 0 {
		return f, archive.ErrNoPage
	}
	f.capture, err = f.mementos.capture(ctx, f.place)
	return f, err
}

// nearestAsset finds the nearest capture of an asset, whichever newspaper has it: those first whose
// host it is. One of the very moment is looked no further for.
func (s *Server) nearestAsset(ctx context.Context, addresses []string, at time.Time) (f holding, err error) {
	names, err := s.Archive.Newspapers()
	if err != nil {
		return f, err
	}
	if u, err := url.Parse(addresses[0]); err == nil {
		serves := func(name string) int {
			if site, ok := sites.ByName(name); ok && site.ServesAssets(u.Hostname()) {
				return 0
			}
			return 1
		}
		slices.SortStableFunc(names, func(a, b string) int { return serves(a) - serves(b) })
	}
	missing := archive.ErrNoPage
	for _, name := range names {
		view, err := s.Archive.View(ctx, name)
		if err != nil {
			missing = worse(missing, err)
			continue
		}
		for _, address := range addresses {
			page := sites.AssetPage(address)
			c, err := view.Nearest(ctx, page, at)
			if err != nil {
				missing = worse(missing, err)
				continue
			}
			if f.site != "" && distance(c.Time, at) >= distance(f.capture.Time, at) {
				continue
			}
			f = holding{site: name, mementos: newMementos(view, address), capture: c}
			f.mementos.read[c.Number] = c
			if c.Time.Equal(at) {
				return s.placed(ctx, f)
			}
		}
	}
	if f.site == "" {
		return f, missing
	}
	return s.placed(ctx, f)
}

func distance(a, b time.Time) time.Duration { return a.Sub(b).Abs() }

// placed finds the place of an asset's capture among all of them.
func (s *Server) placed(ctx context.Context, f holding) (holding, error) {
	var err error
	if f.mementos.all, err = f.mementos.view.Moments(ctx, f.capture.Page); err != nil {
		return f, err
	}
	f.place = slices.IndexFunc(f.mementos.all, func(m archive.Moment) bool { return m.Number == f.capture.Number })
	if f.place < 0 {
		return f, archive.ErrNoPage
	}
	return f, nil
}

// assetPolicy is that of an asset that is looked at by itself: the style in a drawing is what was
// written anew, and loads nothing.
const assetPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

// sendAsset answers with an asset of a kind, "" of any, by what its bytes are. A style sheet is
// written anew, a drawing too.
func (s *Server) sendAsset(w http.ResponseWriter, r *http.Request, f holding, want assets.Kind, at time.Time) error {
	ctx, c := r.Context(), f.capture
	body, err := f.mementos.view.Body(ctx, c.Number)
	if err != nil {
		return err
	}
	mime, kind, ok := sniffed(body, c)
	if !ok || want != "" && kind != want {
		return notFound("aswas.asset")
	}
	h := w.Header()
	h.Set("Content-Security-Policy", assetPolicy)
	if kind == assets.Style { // what it names may come later
		sheet, err := s.sheet(ctx, f, body)
		if err != nil {
			return err
		}
		return s.sendMade(w, r, "text/css; charset=utf-8", sheet)
	}
	if mime == "image/svg+xml" {
		if body, ok = inert.Drawing(body); !ok {
			return notFound("aswas.asset")
		}
	}
	if at.Equal(c.Time) {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	s.send(w, r, mime, body)
	return nil
}

// sheet is a stored style sheet, written anew, with what it names as it was at its time.
func (s *Server) sheet(ctx context.Context, f holding, body []byte) (*made, error) {
	c := f.capture
	return s.madeOf(ctx, madeKey{f.site, c.Number, c.Digest, "css"}, f.mementos.view, c, func(a *asking) (inert.Page, error) {
		i := importing{server: s, ctx: ctx, view: f.mementos.view, known: map[string]int{}}
		css, imports := readSheet(c, body, a.asset)
		if i.count(c, imports) > mostImported {
			css, _ = readSheet(c, body, func(address string, k assets.Kind) string {
				if k == assets.Style {
					return ""
				}
				return a.assetPath(address, k)
			})
		}
		return inert.Page{HTML: css}, nil
	})
}

// sniffed tells what an asset is by its bytes; a picture with too many pixels is none. A sheet may begin with what no sheet begins with: then
// the header counts, where it names one and the bytes are no page.
func sniffed(body []byte, c capture.Capture) (mime string, k assets.Kind, ok bool) {
	if inert.IsHuge(body) {
		return "", "", false
	}
	if mime, k, ok = assets.Sniff(body); ok {
		return mime, k, true
	}
	if strings.HasPrefix(strings.ToLower(c.ContentType), "text/css") && strings.HasPrefix(http.DetectContentType(body), "text/plain") {
		return "text/css", assets.Style, true
	}
	return "", "", false
}

// assetKinds remembers what bodies are, by their digests.
type assetKinds struct {
	mu    sync.Mutex
	kinds map[string]assets.Kind
}

const mostKinds = 20_000

func (a *assetKinds) of(digest string) (assets.Kind, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, ok := a.kinds[digest]
	return k, ok && digest != ""
}

func (a *assetKinds) put(digest string, k assets.Kind) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kinds == nil || len(a.kinds) >= mostKinds {
		a.kinds = map[string]assets.Kind{}
	}
	a.kinds[digest] = k
}
