package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// Memento (RFC 7089): a program asks for an address as it was at a time. The words are the RFC's:
// the original is the address itself, a memento what was captured of it, the TimeGate
// chooses among the mementos of an address, a TimeMap lists them.

func (s *Server) mementoRoutes() {
	s.handle("GET /timegate", s.timeGate)
	s.handle("GET /timemap/{form}", s.timeMap)
	s.handle("GET /timemap/{form}/{part}", s.timeMap)
}

const (
	linkFormat = "application/link-format"
	// mapSize is how many captures a TimeMap goes through; what is more stands in further ones.
	mapSize = 1000
	// mostPassed is how many captures in a row are passed over to find a memento.
	mostPassed = 20_000
)

// mementos are the captures of one page, for who asked for it by one of its addresses.
type mementos struct {
	view     *archive.View
	original string                     // the address that was asked for
	all      []archive.Moment           // of all captures, by time: not each is a memento
	read     map[uint64]capture.Capture // of these, by their numbers
}

func newMementos(view *archive.View, original string) mementos {
	return mementos{view: view, original: original, read: map[uint64]capture.Capture{}}
}

// capture reads the capture at a place.
func (m mementos) capture(ctx context.Context, place int) (capture.Capture, error) {
	number := m.all[place].Number
	if c, ok := m.read[number]; ok {
		return c, nil
	}
	c, err := m.view.Capture(ctx, number)
	if err == nil && len(m.read) < mapSize {
		m.read[number] = c
	}
	return c, err
}

// mementosOf finds what there is of an address: of a page, else of a picture, style sheet or font.
func (s *Server) mementosOf(ctx context.Context, addresses []string) (m mementos, err error) {
	if len(addresses) == 0 {
		return m, notFound("aswas.address")
	}
	_, view, info, err := s.findAddress(ctx, addresses)
	if errors.Is(err, archive.ErrNoPage) && !errors.Is(err, archive.ErrForgotten) {
		_, view, info, err = s.findAddress(ctx, []string{sites.AssetPage(addresses[0])})
	}
	if err != nil {
		return m, err
	}
	m = newMementos(view, addresses[0])
	if m.all, err = view.Moments(ctx, info.Page); err == nil && len(m.all) == 0 {
		err = archive.ErrNoPage
	}
	return m, err
}

// tells reports whether a capture is a memento: it says what the address showed, or that it
// showed nothing any more, rather than that we were refused or led elsewhere. A revisit of
// what is not known says nothing.
func tells(c capture.Capture) bool {
	return c.State == capture.Gone || c.State == capture.Live && (c.Kind != capture.Revisit || c.Digest != "")
}

// from is the place of the first memento at place or beyond it, in steps of 1 or -1; -1 where
// there is none.
func (m mementos) from(ctx context.Context, place, step int) (int, error) {
	for range mostPassed {
		if place < 0 || place >= len(m.all) {
			break
		}
		c, err := m.capture(ctx, place)
		if err != nil || tells(c) {
			return place, err
		}
		place += step
	}
	return -1, nil
}

// until is how many captures came until a moment.
func (m mementos) until(at time.Time) int {
	n, _ := slices.BinarySearchFunc(m.all, at, func(one archive.Moment, at time.Time) int {
		if one.Time.After(at) {
			return 1
		}
		return -1
	})
	return n
}

// choose is the place of the memento that stands for a moment: the last one until then, else
// the first that there is; of a zero moment the newest. It is -1 where there is none.
func (m mementos) choose(ctx context.Context, at time.Time) (int, error) {
	behind := len(m.all)
	if !at.IsZero() {
		behind = m.until(at)
	}
	place, err := m.from(ctx, behind-1, -1)
	if err == nil && place < 0 {
		place, err = m.from(ctx, behind, 1)
	}
	return place, err
}

// digits writes a moment as all web archives do, in UTC.
const digits = "20060102150405"

// path is the address here of a memento. Its second is enough to find it, unless another
// capture came soon after: later in it, or, of an asset, nearer to its end.
func (m mementos) path(place int) string {
	at := m.all[place].Time.UTC()
	moment := at.Format(digits)
	if place+1 < len(m.all) && m.all[place+1].Time.Sub(at) < 2*time.Second {
		moment = at.Format(exactTime)
	}
	return "/at/" + moment + "if_/" + inLink(m.original)
}

// inLink is an address as it may stand between the brackets of a Link header.
func inLink(address string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"\\^`{|}", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// httpDate is a moment in the form of RFC 1123, as HTTP has it: the second that it is in.
func httpDate(at time.Time) string { return at.UTC().Format(http.TimeFormat) }

// parseHTTPDate reads a moment in that form and no other; its second's end is meant.
func parseHTTPDate(text string) (time.Time, bool) {
	at, err := time.Parse(http.TimeFormat, text)
	return at.Add(time.Second - time.Millisecond), err == nil && httpDate(at) == text
}

// link is one value of a Link header, or one line of a TimeMap.
type link struct {
	to, rel, mediaType string
	at                 time.Time // of a memento
	from, until        time.Time // of a TimeMap
}

func (l link) String() string {
	text := fmt.Sprintf(`<%s>; rel="%s"`, l.to, l.rel)
	if l.mediaType != "" {
		text += fmt.Sprintf(`; type="%s"`, l.mediaType)
	}
	for _, one := range []struct {
		name string
		at   time.Time
	}{{"datetime", l.at}, {"from", l.from}, {"until", l.until}} {
		if !one.at.IsZero() {
			text += fmt.Sprintf(`; %s="%s"`, one.name, httpDate(one.at))
		}
	}
	return text
}

func (m mementos) originalLink() link { return link{to: inLink(m.original), rel: "original"} }

func (m mementos) gateLink(r *http.Request) link {
	return link{to: origin(r) + "/timegate/" + inLink(m.original), rel: "timegate"}
}

// mapLink leads to the TimeMap of this number, from 1; the first is that of the address itself.
func (m mementos) mapLink(r *http.Request, form string, part int) link {
	path := "/timemap/" + form + "/"
	if part > 1 {
		path += strconv.Itoa(part) + "/"
	}
	first, behind := (part-1)*mapSize, min(part*mapSize, len(m.all))
	return link{
		to: origin(r) + path + inLink(m.original), rel: "timemap", mediaType: mapForms[form],
		from: m.all[first].Time, until: m.all[behind-1].Time,
	}
}

// links are what the answer for a memento at place, or the way to it, tells of the others.
func (m mementos) links(r *http.Request, place int) ([]link, error) {
	rels := map[int][]string{}
	for _, one := range []struct {
		rel         string
		place, step int
	}{{"first", 0, 1}, {"last", len(m.all) - 1, -1}, {"prev", place - 1, -1}, {"next", place + 1, 1}} {
		at, err := m.from(r.Context(), one.place, one.step)
		if err != nil {
			return nil, err
		}
		if at >= 0 {
			rels[at] = append(rels[at], one.rel)
		}
	}
	if _, said := rels[place]; !said {
		rels[place] = nil
	}
	list := []link{m.originalLink(), m.gateLink(r), m.mapLink(r, "link", 1)}
	for _, at := range slices.Sorted(maps.Keys(rels)) {
		list = append(list, link{to: origin(r) + m.path(at), rel: strings.Join(append(rels[at], "memento"), " "), at: m.all[at].Time})
	}
	return list, nil
}

// around are what the page around the frame tells: it is no memento, and leads to the one in it.
func (m mementos) around(r *http.Request, place int, shown capture.Capture) []link {
	list := []link{m.originalLink(), m.gateLink(r), m.mapLink(r, "link", 1)}
	if tells(shown) {
		list = append(list, link{to: origin(r) + m.path(place), rel: "memento", at: shown.Time})
	}
	return list
}

func joined(list []link, by string) string {
	lines := make([]string, len(list))
	for i, l := range list {
		lines[i] = l.String()
	}
	return strings.Join(lines, by)
}

// headers has an answer say that it is a memento: when it was captured, of what, and
// where the others are. place is that of the capture among m.all.
func (m mementos) headers(r *http.Request, h http.Header, place int) error {
	list, err := m.links(r, place)
	if err != nil {
		return err
	}
	h.Set("Memento-Datetime", httpDate(m.all[place].Time))
	h.Set("Link", joined(list, ", "))
	return nil
}

// timeGate leads to the memento that stands for the time which the request names.
func (s *Server) timeGate(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Add("Vary", "Accept-Datetime")
	var at time.Time
	if asked := r.Header.Values("Accept-Datetime"); len(asked) > 0 {
		var ok bool
		if at, ok = parseHTTPDate(asked[0]); !ok || len(asked) > 1 {
			return badRequest("memento.datetime")
		}
	}
	m, err := s.mementosOf(r.Context(), addressesOf(r.PathValue("address")))
	if err != nil {
		return err
	}
	h.Set("Link", m.originalLink().String())
	place, err := m.choose(r.Context(), at)
	if err != nil {
		return err
	}
	if place < 0 {
		return notFound("memento.none")
	}
	list, err := m.links(r, place)
	if err != nil {
		return err
	}
	h.Set("Link", joined(list, ", "))
	h.Set("Location", origin(r)+m.path(place))
	w.WriteHeader(http.StatusFound)
	return nil
}

// mapForms are the forms of a TimeMap, and the media types of each.
var mapForms = map[string]string{"link": linkFormat, "json": "application/json"}

// timeMap lists the mementos of an address.
func (s *Server) timeMap(w http.ResponseWriter, r *http.Request) error {
	form := r.PathValue("form")
	if mapForms[form] == "" {
		return notFound("error.404")
	}
	m, err := s.mementosOf(r.Context(), addressesOf(r.PathValue("address")))
	if err != nil {
		return err
	}
	part := 1
	if text := r.PathValue("part"); text != "" {
		part, _ = strconv.Atoi(text) // what is no number is part 0
	}
	parts := (len(m.all) + mapSize - 1) / mapSize
	if part < 1 || part > parts {
		return notFound("error.404")
	}
	t := timeMap{mementos: m, part: part, parts: parts}
	if err := t.read(r.Context()); err != nil {
		return err
	}
	if form == "json" {
		body, err := apiJSON(t.json(r))
		if err == nil {
			s.send(w, r, mapForms[form], body)
		}
		return err
	}
	s.send(w, r, linkFormat, []byte(joined(t.links(r), ",\n")+"\n"))
	return nil
}

// timeMap is one TimeMap of a page: its mementos by their places.
type timeMap struct {
	mementos
	part, parts int // its number, from 1, and how many there are
	places      []int
	first, last int // of all mementos, wherever they stand
}

// read finds which captures it lists.
func (t *timeMap) read(ctx context.Context) (err error) {
	for i := (t.part - 1) * mapSize; i < min(t.part*mapSize, len(t.all)); i++ {
		c, err := t.capture(ctx, i)
		if err != nil {
			return err
		}
		if tells(c) {
			t.places = append(t.places, i)
		}
	}
	if t.first, err = t.from(ctx, 0, 1); err != nil {
		return err
	}
	if t.last, err = t.from(ctx, len(t.all)-1, -1); err == nil && (t.first < 0 || t.last < 0) {
		err = notFound("memento.none")
	}
	return err
}

// links are its lines.
func (t timeMap) links(r *http.Request) []link {
	list := []link{t.originalLink(), t.gateLink(r)}
	for part := 1; part <= t.parts; part++ {
		one := t.mapLink(r, "link", part)
		if part == t.part {
			one.rel = "self"
		}
		list = append(list, one)
	}
	for _, place := range t.places {
		rel := "memento"
		if place == t.last {
			rel = "last " + rel
		}
		if place == t.first {
			rel = "first " + rel
		}
		list = append(list, link{to: origin(r) + t.path(place), rel: rel, at: t.all[place].Time})
	}
	return list
}

// jsonMap is a TimeMap as MemGator and other aggregators write it.
type jsonMap struct {
	Original string        `json:"original_uri"`
	Self     string        `json:"self"`
	Mementos jsonMementos  `json:"mementos"`
	Maps     jsonForms     `json:"timemap_uri"`
	Gate     string        `json:"timegate_uri"`
	Index    []jsonMapPart `json:"timemap_index,omitempty"` // all of them, where there are several
}

type jsonMementos struct {
	List  []jsonMemento `json:"list"`
	First jsonMemento   `json:"first"`
	Last  jsonMemento   `json:"last"`
}

type jsonMemento struct {
	At  string `json:"datetime"` // the second, in UTC
	URI string `json:"uri"`
}

type jsonForms struct {
	Link string `json:"link_format"`
	JSON string `json:"json_format"`
}

type jsonMapPart struct {
	URI   string `json:"uri"`
	From  string `json:"from"`
	Until string `json:"until"`
}

func (t timeMap) json(r *http.Request) jsonMap {
	second := func(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
	one := func(place int) jsonMemento {
		return jsonMemento{second(t.all[place].Time), origin(r) + t.path(place)}
	}
	j := jsonMap{
		Original: inLink(t.original), Self: t.mapLink(r, "json", t.part).to, Gate: t.gateLink(r).to,
		Mementos: jsonMementos{List: []jsonMemento{}, First: one(t.first), Last: one(t.last)},
		Maps:     jsonForms{Link: t.mapLink(r, "link", 1).to, JSON: t.mapLink(r, "json", 1).to},
	}
	for _, place := range t.places {
		j.Mementos.List = append(j.Mementos.List, one(place))
	}
	for part := 1; t.parts > 1 && part <= t.parts; part++ {
		l := t.mapLink(r, "json", part)
		j.Index = append(j.Index, jsonMapPart{l.to, second(l.from), second(l.until)})
	}
	return j
}
