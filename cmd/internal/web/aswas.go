package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

func (s *Server) aswasRoutes() {
	s.handle("GET /at/{moment}", s.asWas)
	s.handle("GET /raw/{site}/{capture}", s.raw)
	s.handle("GET /raw/{site}/{capture}/body", s.rawBody)
}

// atPath is the permanent link of an address as it was at a moment.
func atPath(at time.Time, address string) string {
	return "/at/" + at.In(sites.Zone).Format(exactTime) + "/" + address
}

// formPath is where what was captured of an address at a moment stands itself, in a form
// of [forms].
func formPath(at time.Time, form, address string) string {
	return "/at/" + at.In(sites.Zone).Format(exactTime) + form + "/" + address
}

// framePath is that of a page, for its frame.
func framePath(at time.Time, address string) string { return formPath(at, "if_", address) }

// atDayPath is that of an address as it was at the end of a day.
func atDayPath(at time.Time, address string) string { return "/at/" + isoDay(at) + "/" + address }

// exactTime writes a moment as the archive keeps it, to the millisecond.
const exactTime = "2006-01-02T15:04:05.000Z07:00"

// addressKey is where a request keeps its own address while one with a page's is routed.
type addressKey struct{}

// addressed are the paths that the address of a page follows: what they begin with, and how
// many parts stand between. The number of a TimeMap may stand there, too.
var addressed = []struct {
	begin string
	parts int
}{{"/at/", 1}, {"/timegate/", 0}, {"/timemap/", 1}}

var mapNumber = regexp.MustCompile(`^[0-9]{1,6}/`)

// cutAddress parts a path, as it was sent, into what is routed and the address behind it.
func cutAddress(path string) (routed, address string, ok bool) {
	for _, a := range addressed {
		rest, is := strings.CutPrefix(path, a.begin)
		if !is {
			continue
		}
		routed = strings.TrimSuffix(a.begin, "/")
		for range a.parts {
			part, after, has := strings.Cut(rest, "/")
			if !has {
				return "", "", false
			}
			routed, rest = routed+"/"+clean(part), after
		}
		if number := mapNumber.FindString(rest); number != "" && a.begin == "/timemap/" {
			routed, rest = routed+"/"+strings.TrimSuffix(number, "/"), rest[len(number):]
		}
		return routed, rest, true
	}
	return "", "", false
}

// withAddress takes the address of a page out of a request's path, before that is cleaned:
// it has two slashes in a row, dots, and a query of its own.
func withAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, address, ok := cutAddress(r.URL.EscapedPath())
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		if r.URL.RawQuery != "" {
			address += "?" + r.URL.RawQuery
		}
		asked := r.URL
		routed := r.Clone(context.WithValue(r.Context(), addressKey{}, asked))
		routed.URL = &url.URL{Path: path}
		routed.SetPathValue("address", address)
		next.ServeHTTP(w, routed)
	})
}

// askedURL is a request's own address: that in front of which a page's was taken out, too.
func askedURL(r *http.Request) *url.URL {
	if asked, ok := r.Context().Value(addressKey{}).(*url.URL); ok {
		return asked
	}
	return r.URL
}

// clean is a part of a path without what the router would read in it.
func clean(part string) string {
	if text, err := url.PathUnescape(part); err == nil && !strings.ContainsAny(text, "/\x00") && text != "." && text != ".." && text != "" {
		return text
	}
	return "-"
}

// momentForms are how a moment may be written in an address, and how long it lasts: its end
// counts.
var momentForms = []struct {
	layout string
	end    func(time.Time) time.Time
}{
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02T15:04:05.000", func(t time.Time) time.Time { return t.Add(time.Millisecond) }},
	{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
}

// digitForms are those of all web archives, in UTC. Four digits are a year here.
var digitForms = []struct {
	layout string
	end    func(time.Time) time.Time
}{
	{"200601", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"20060102", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006010215", func(t time.Time) time.Time { return t.Add(time.Hour) }},
	{"200601021504", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{digits, func(t time.Time) time.Time { return t.Add(time.Second) }},
}

// parseMoment reads a moment: a year, a month, a day or a time of day, with an offset or by
// the hours of Vietnam, or in digits alone, by UTC. Its end is meant, to the millisecond.
func parseMoment(text string) (time.Time, bool) {
	for _, form := range momentForms {
		at, err := time.ParseInLocation(form.layout, text, sites.Zone)
		if err != nil && strings.Contains(form.layout, "T") {
			at, err = time.Parse(form.layout+"Z07:00", text)
		}
		if err == nil && isYear(at) {
			return form.end(at).Add(-time.Millisecond), true
		}
	}
	for _, form := range digitForms {
		if len(text) != len(form.layout) {
			continue
		}
		if at, err := time.Parse(form.layout, text); err == nil && isYear(at) {
			return form.end(at).Add(-time.Millisecond), true
		}
	}
	return time.Time{}, false
}

func isYear(at time.Time) bool { return at.Year() >= 1900 && at.Year() <= 2999 }

var (
	scheme        = regexp.MustCompile(`^(?i)(https?):/+`)
	escapedScheme = regexp.MustCompile(`^(?i)https?(?::|%3a)(?:%2f|/)`)
	foreignScheme = regexp.MustCompile(`^(?i)[a-z][a-z0-9+.-]*:[^0-9]`)
)

// addressesOf are what an address behind /at/ may mean: without a scheme both are tried. A
// slash that a proxy took out is put back.
func addressesOf(text string) []string {
	if escapedScheme.MatchString(text) && !scheme.MatchString(text) {
		if plain, err := url.PathUnescape(text); err == nil {
			text = plain
		}
	}
	if scheme.MatchString(text) {
		return []string{scheme.ReplaceAllString(text, "$1://")}
	}
	if text = strings.TrimLeft(text, "/"); text == "" || foreignScheme.MatchString(text) {
		return nil
	}
	return []string{"https://" + text, "http://" + text}
}

// asWasPage is what the page as it was shows around it.
type asWasPage struct {
	mementos mementos
	Site     string
	Info     archive.PageInfo
	Article  bool // it has a page of its own
	Asked    time.Time
	Address  string // that was asked for
	Shown    capture.Capture
	Before   bool // nothing was captured until then: what is shown came later
	Refused  int  // captures between the shown one and the moment that brought no page

	Number, Captures int // the shown one's place, from 1
	First, Earlier   *capture.Capture
	Later, Newest    *capture.Capture

	What rendering
}

func (s *Server) asWas(w http.ResponseWriter, r *http.Request) error {
	moment, form := cutForm(r.PathValue("moment"))
	at, ok := parseMoment(moment)
	if !ok {
		return notFound("aswas.moment")
	}
	addresses := addressesOf(r.PathValue("address"))
	if len(addresses) == 0 {
		return notFound("aswas.address")
	}
	if form != "" {
		return s.asCaptured(w, r, form, at, addresses)
	}
	p, err := s.findAsWas(r.Context(), addresses, at)
	if err != nil {
		return err
	}
	if p.What, err = s.shownOf(r.Context(), p, chosen(r)); err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", policy+"; frame-src 'self'")
	w.Header().Set("Link", joined(p.mementos.around(r, p.Number-1, p.Shown), ", "))
	return s.render(w, r, "aswas", p)
}

// findAsWas finds which capture of an address stands for a moment.
func (s *Server) findAsWas(ctx context.Context, addresses []string, at time.Time) (*asWasPage, error) {
	site, view, info, err := s.findAddress(ctx, addresses)
	if err != nil {
		return nil, err
	}
	info.Title = brief(info.Title, mostTitle)
	p := &asWasPage{mementos: newMementos(view, addresses[0]), Site: site, Info: info, Article: info.Article(), Asked: at, Address: addresses[0]}
	all, err := view.Moments(ctx, info.Page)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, archive.ErrNoPage
	}
	i, err := p.choose(ctx, view, all, at)
	if err != nil {
		return nil, err
	}
	p.Number, p.Captures, p.mementos.all = i+1, len(all), all
	for _, one := range []struct {
		there bool
		place int
		to    **capture.Capture
	}{{i > 1, 0, &p.First}, {i > 0, i - 1, &p.Earlier}, {i+1 < len(all), i + 1, &p.Later}, {i+2 < len(all), len(all) - 1, &p.Newest}} {
		if !one.there {
			continue
		}
		c, err := view.Capture(ctx, all[one.place].Number)
		if err != nil {
			return nil, err
		}
		*one.to = &c
	}
	p.Shown, err = view.Capture(ctx, all[i].Number)
	return p, err
}

// maxRefused is how many captures in a row that brought no page are passed over.
const maxRefused = 1000

// choose is the place of the capture that stands for a moment: the one of that very
// millisecond; else the last until then that told of the page, rather than that we were
// refused; else the last; else the first that there is.
func (p *asWasPage) choose(ctx context.Context, view *archive.View, all []archive.Moment, at time.Time) (int, error) {
	behind, _ := slices.BinarySearchFunc(all, at, func(m archive.Moment, at time.Time) int {
		if m.Time.After(at) {
			return 1
		}
		return -1
	})
	if p.Before = behind == 0; p.Before {
		return 0, nil
	}
	if all[behind-1].Time.Equal(at) {
		return behind - 1, nil
	}
	for i := behind - 1; i >= max(0, behind-maxRefused); i-- {
		c, err := view.Capture(ctx, all[i].Number)
		if err != nil {
			return 0, err
		}
		if c.State == capture.Live || c.State == capture.Gone {
			return i, nil
		}
		p.Refused++
	}
	p.Refused = 0
	return behind - 1, nil
}

// findAddress finds the page of an address: in the newspaper whose host it has, else in
// whichever has it.
func (s *Server) findAddress(ctx context.Context, addresses []string) (site string, view *archive.View, info archive.PageInfo, err error) {
	names, err := s.Archive.Newspapers()
	if err != nil {
		return "", nil, info, err
	}
	if u, err := url.Parse(addresses[0]); err == nil {
		if own, ok := sites.ByURL(u); ok {
			slices.SortStableFunc(names, func(a, b string) int {
				switch own.Name {
				case a:
					return -1
				case b:
					return 1
				}
				return 0
			})
		}
	}
	missing := archive.ErrNoPage
	for _, name := range names {
		view, err := s.Archive.View(ctx, name)
		if err != nil {
			missing = worse(missing, err)
			continue
		}
		for _, address := range addresses {
			info, err := view.Page(ctx, address)
			if err == nil {
				return name, view, info, nil
			}
			missing = worse(missing, err)
		}
	}
	return "", nil, info, missing
}

// worse is the error that says more than that a page is not there.
func worse(a, b error) error {
	if errors.Is(a, archive.ErrNoPage) && !errors.Is(b, archive.ErrInvalid) && !errors.Is(b, archive.ErrNoNewspaper) {
		return b
	}
	return a
}

// rendering says what there is to show of a capture.
type rendering struct {
	Framed bool   // the page is shown in a frame
	Word   string // why it is not, or what is shown in its place: a key of the words
	Detail string // of a file: what it is
	Body   bool   // there is a body to download
	Lost   []lostWord
}

type lostWord struct {
	Kind  string
	Count int
}

// shownOf makes the page inert once, to say what becomes of it.
func (s *Server) shownOf(ctx context.Context, p *asWasPage, lang string) (rendering, error) {
	if p.Shown.Digest == "" {
		return rendering{Word: "aswas.nothing"}, nil
	}
	page, err := s.inertPage(ctx, p.Site, p.mementos.view, p.Shown, lang)
	var not *cleaner.NotArticleError
	switch {
	case errors.Is(err, errNoBody):
		return rendering{Word: "aswas.elsewhere"}, nil // it repeats what never came here
	case errors.As(err, &not):
		return rendering{Word: "aswas.file", Detail: not.Reason, Body: true}, nil
	case isHostile(err):
		return rendering{Word: "aswas.hostile", Body: true}, nil
	case isTooLarge(err):
		return rendering{Word: "aswas.large", Body: true}, nil
	case err != nil:
		return rendering{}, err
	}
	shown := rendering{Framed: true, Body: true}
	if page.Text {
		shown.Word = "aswas.text"
	}
	for _, l := range page.Lost {
		shown.Lost = append(shown.Lost, lostWord{string(l.Kind), l.Count})
	}
	return shown, nil
}
