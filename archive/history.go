package archive

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/capture"
	"baoluu/sites"
)

// A page's history is derived from its captures, in order of time, and their
// articles. A capture's article is its own or, where it is a revisit without one,
// that of the capture it repeats. Captures without an article (a list, an answer
// that says nothing) make no version. That a page is gone is a version of its own,
// and that it is back again another one, even where it reads as before: but only
// an answer at the address where the page was to be read last says so, for old
// addresses of a page die while it lives on under a new one.
//
// Only articles made by one cleaner are compared, for a cleaner's fix must not
// look like a newspaper's edit: where two captures were read by different
// cleaners, both are read again, by the present one. And what only another layout
// reads otherwise, as after a redesign, is no edit either: it is another reading
// of the same version. See [cleaner.Compare] and docs/decisions/0022-redesigns.md.

// pageRecord is what is kept of a page: facts, all of them countable again from
// its captures.
type pageRecord struct {
	ID       string        `json:"id,omitempty"` // the newspaper's own
	URL      string        `json:"url"`          // of the newest capture
	Captures int           `json:"captures"`
	First    moment        `json:"first"`
	Newest   moment        `json:"newest"`
	Last     uint64        `json:"last"` // the highest number
	State    capture.State `json:"state"`
	StateAt  moment        `json:"state_at"`
	// Live is the newest live capture that has a body of its own.
	Live   uint64 `json:"live,omitempty"`
	LiveAt moment `json:"live_at,omitzero"`
	// Base is the body that the page's next one is packed against.
	Base uint64 `json:"base,omitempty"`
}

// MarshalJSON writes a moment as [milliseconds, number].
func (m moment) MarshalJSON() ([]byte, error) { return json.Marshal([2]int64{m.At, int64(m.Number)}) }

// UnmarshalJSON reads it.
func (m *moment) UnmarshalJSON(b []byte) error {
	var v [2]int64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	m.At, m.Number = v[0], uint64(v[1])
	return nil
}

// rank orders states by what they say of a page: a server's trouble says nothing
// of it, a redirect little.
func rank(s capture.State) int {
	switch s {
	case capture.Broken:
		return 0
	case capture.Moved:
		return 1
	}
	return 2
}

// count adds one capture, in whatever order captures come.
func (p *pageRecord) count(c capture.Capture, m moment) {
	if p.Captures == 0 || m.before(p.First) {
		p.First = m
	}
	if p.Captures == 0 || p.Newest.before(m) {
		p.Newest, p.URL = m, c.URL
	}
	if p.Captures == 0 || rank(c.State) > rank(p.State) || rank(c.State) == rank(p.State) && p.StateAt.before(m) {
		p.State, p.StateAt = c.State, m
	}
	p.countLive(c, m)
	p.Captures++
	p.Last = max(p.Last, c.Number)
}

// identify gives the page the newspaper's own id: of pages that were joined, that of
// the one that they are now, whichever was captured first.
func (p *pageRecord) identify(site, page, url string) {
	if p.ID == page {
		return
	}
	if id := idOf(site, url); id == page || p.ID == "" {
		p.ID = id
	}
}

// countLive is count of a capture that was counted before it had its body.
func (p *pageRecord) countLive(c capture.Capture, m moment) {
	if c.State == capture.Live && c.Kind != capture.Revisit && c.Digest != "" && p.LiveAt.before(m) {
		p.Live, p.LiveAt = c.Number, m
	}
}

// shown is the state that a list shows. Where the page has versions they say
// whether it is there: what a server answers at an address that the page has
// left is no news of it.
func (p *pageRecord) shown(head headRecord) capture.State {
	if p.State == capture.Live || p.State == capture.Gone {
		return cmp.Or(head.State, p.State)
	}
	return p.State
}

// join adds another page's captures.
func (p *pageRecord) join(o pageRecord) {
	if o.First.before(p.First) {
		p.First = o.First
	}
	if p.Newest.before(o.Newest) {
		p.Newest, p.URL = o.Newest, o.URL
	}
	if rank(o.State) > rank(p.State) || rank(o.State) == rank(p.State) && p.StateAt.before(o.StateAt) {
		p.State, p.StateAt = o.State, o.StateAt
	}
	if p.LiveAt.before(o.LiveAt) {
		p.Live, p.LiveAt = o.Live, o.LiveAt
	}
	p.Captures += o.Captures
	p.Last = max(p.Last, o.Last)
}

// articleHead begins the record of an article. A record without a frame says why
// there is no article.
type articleHead struct {
	Cleaner string `json:"cleaner,omitempty"`
	Digest  string `json:"digest,omitempty"` // [cleaner.Article.Digest]
	Refused string `json:"refused,omitempty"`
	Size    int64  `json:"size,omitempty"`
	Dict    uint64 `json:"dict,omitempty"` // number of the body that is the frame's dictionary
	Part    [2]int `json:"part,omitzero"`  // from and to: that part of the body alone
}

// dictionary is what of a body an article is packed against.
func (h articleHead) dictionary(body []byte) ([]byte, error) {
	if h.Dict == 0 {
		return nil, nil
	}
	return h.part(body)
}

// part is the part of a page that the article is packed against.
func (h articleHead) part(body []byte) ([]byte, error) {
	from, to := h.Part[0], h.Part[1]
	switch {
	case from == 0 && to == 0:
		return body, nil
	case from < 0 || to <= from || to > len(body):
		return nil, amiss("it names the bytes %d to %d of a body that has %d", from, to, len(body))
	}
	return body[from:to], nil
}

// versionRecord is a [Version] as it is written.
type versionRecord struct {
	First    uint64        `json:"first"`
	Last     uint64        `json:"last"`
	Captured time.Time     `json:"captured"`
	Seen     time.Time     `json:"seen"`
	State    capture.State `json:"state,omitempty"` // [capture.Gone], or empty for live
	Digest   string        `json:"digest,omitempty"`
	Changed  []string      `json:"changed,omitempty"`
	Cause    cleaner.Cause `json:"cause,omitempty"` // why it is not the version before; older records have none
	Cleaner  string        `json:"cleaner,omitempty"`
	Article  uint64        `json:"article,omitempty"`  // number of the article that stands for the version
	Newest   uint64        `json:"newest"`             // number of the article that was compared last, before the page was gone or after
	Richness int           `json:"richness,omitempty"` // of the article that stands for the version; older records have none
	// Readings are there where more than one layout read the version, in the order
	// in which they first did.
	Readings []readingRecord `json:"readings,omitempty"`
}

// readingRecord is a [Reading] as it is written.
type readingRecord struct {
	Layout   string    `json:"layout"`
	First    uint64    `json:"first"` // number of the first capture that was read so
	Captured time.Time `json:"captured"`
	Article  uint64    `json:"article"` // number of the newest article that was read so
	Digest   string    `json:"digest"`  // of that article
}

// maxReadings bounds how many layouts' articles a version remembers: a newspaper
// that shows a page in two ways by turns has two.
const maxReadings = 8

func (v versionRecord) gone() bool { return v.State == capture.Gone }

// cause is why the version is not the one before, also where the record is too old
// to say so; "" of a page's first.
func (v versionRecord) cause() cleaner.Cause {
	switch {
	case v.Cause != "" || len(v.Changed) == 0:
		return v.Cause
	case len(v.Changed) == 1 && v.Changed[0] == changedState:
		return ChangedState
	}
	return cleaner.Edited
}

// ChangedState is the cause of a version that says that a page is gone, or that it
// is back and reads as before.
const ChangedState cleaner.Cause = "state"

// changedState is what a version changes that says that a page is gone, or back.
const changedState = "state"

// headRecord is what a list shows of a page: of its newest version that could be
// read, and how many there are.
type headRecord struct {
	Title     string        `json:"title,omitempty"`
	Language  string        `json:"language,omitempty"`
	Published time.Time     `json:"published,omitzero"`
	Versions  int           `json:"versions"`
	Unsure    int           `json:"unsure,omitempty"` // versions that may be of the layout only
	States    int           `json:"states,omitempty"` // versions that say no more than that the page is gone, or back
	State     capture.State `json:"state,omitempty"`  // of the newest version; format 1 has none
}

// edits is how many versions the newsroom's edits made, for sure.
func (h headRecord) edits() int { return max(0, h.Versions-1-h.Unsure-h.States) }

// count adds a version.
func (h *headRecord) count(v versionRecord) {
	h.Versions++
	switch v.cause() {
	case cleaner.Doubtful:
		h.Unsure++
	case ChangedState:
		h.States++
	}
}

// day is the key of the day on which the page was published, "" for none.
func (h headRecord) day() string {
	if h.Published.IsZero() {
		return ""
	}
	return h.Published.In(sites.Zone).Format("20060102")
}

// historian reads and compares the articles of one newspaper in one generation.
type historian struct {
	archive    *Archive
	reader     reader
	site       string
	generation uint32
	within     bounds // captures beyond are not looked at
	// made are articles that need not be read: those of the commit itself, and
	// those that were read again by the present cleaner.
	made  map[uint64]cleaner.Article
	again map[uint64]*cleaner.Article // nil where the present cleaner refuses it
	// heads stand for those that are stored, where a re-clean tries what is not.
	heads    map[uint64]articleHead
	compared int // articles that had to be read for that
	// words are of pages that were compared; ready those that were read for it
	// before.
	words, ready map[uint64]cleaner.Words
	verdicts     *verdicts // of commits before; nil: none are kept
	bodiless     bool      // a page was looked for that is not there
}

func (a *Archive) historian(r reader, site string, generation uint32) *historian {
	return &historian{
		archive: a, reader: r, site: site, generation: generation, within: unbounded(),
		made: map[uint64]cleaner.Article{}, again: map[uint64]*cleaner.Article{}, words: map[uint64]cleaner.Words{}, ready: map[uint64]cleaner.Words{},
	}
}

// head reads the beginning of an article's record.
func (h *historian) head(n uint64) (head articleHead, frame []byte, ok bool, err error) {
	if head, ok := h.heads[n]; ok {
		return head, nil, true, nil
	}
	payload, err := loadPayload(h.reader, bucketArticles, articleKey(h.generation, n))
	if err != nil || payload == nil {
		return articleHead{}, nil, false, err
	}
	frame, err = splitBlob(payload, &head)
	if err != nil {
		return articleHead{}, nil, false, nameRecord(bucketArticles, articleKey(0, n), err)
	}
	return head, frame, true, nil
}

// of is the number of the article that a capture has, with its head; 0 for none, with
// the head that says why, where one does.
func (h *historian) of(c capture.Capture) (n uint64, head articleHead, err error) {
	for _, n := range []uint64{c.Number, c.RevisitOf} {
		if n == 0 {
			continue
		}
		found, _, ok, err := h.head(n)
		if err != nil {
			return 0, articleHead{}, err
		}
		if ok && found.Refused == "" {
			return n, found, nil
		}
		head.Refused = cmp.Or(head.Refused, found.Refused)
	}
	return 0, head, nil
}

// article reads article n.
func (h *historian) article(n uint64) (cleaner.Article, error) {
	if a, ok := h.made[n]; ok {
		return a, nil
	}
	head, frame, ok, err := h.head(n)
	switch {
	case err != nil:
		return cleaner.Article{}, err
	case !ok:
		return cleaner.Article{}, recordError(bucketArticles, articleKey(h.generation, n), "missing")
	case head.Refused != "":
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: head.Refused}
	}
	var body []byte
	if head.Dict != 0 {
		if body, err = h.archive.body(h.reader, h.site, head.Dict); err != nil {
			return cleaner.Article{}, nameRecord(bucketArticles, articleKey(0, n), err)
		}
	}
	return h.archive.unpackArticle(n, head, frame, body)
}

// unpackArticle unpacks an article; body is that of number Dict.
func (a *Archive) unpackArticle(n uint64, head articleHead, frame, body []byte) (cleaner.Article, error) {
	b, err := a.articleText(n, head, frame, body)
	if err != nil {
		return cleaner.Article{}, err
	}
	var art cleaner.Article
	if err := json.Unmarshal(b, &art); err != nil {
		return cleaner.Article{}, recordError(bucketArticles, articleKey(0, n), unreadable)
	}
	return art, nil
}

// articleText unpacks the JSON of an article.
func (a *Archive) articleText(n uint64, head articleHead, frame, body []byte) ([]byte, error) {
	dictionary, err := head.dictionary(body)
	if err != nil {
		return nil, nameRecord(bucketArticles, articleKey(0, n), err)
	}
	b, err := a.packer.unpack(frame, dictionary, head.Size)
	if err != nil {
		return nil, nameRecord(bucketArticles, articleKey(0, n), err)
	}
	return b, nil
}

// page reads the page of which article n was made.
func (h *historian) page(n uint64) (capture.Capture, []byte, error) {
	c, err := loadCapture(h.reader, n)
	if err != nil || c.Digest == "" {
		h.bodiless = true
		return c, nil, err
	}
	number, err := bodyNumber(h.reader, c.Digest)
	if err != nil || number == 0 {
		h.bodiless = true
		return c, nil, err
	}
	body, err := h.archive.body(h.reader, h.site, number)
	return c, body, err
}

// reread reads the body of capture n again with the present cleaner; nil where
// that refuses it.
func (h *historian) reread(n uint64) (*cleaner.Article, error) {
	if art, ok := h.again[n]; ok {
		return art, nil
	}
	c, body, err := h.page(n)
	if err != nil {
		return nil, err
	}
	art, _, err := h.archive.cleanCapture(h.site, c, body)
	if err != nil {
		return nil, err
	}
	h.again[n] = art
	return art, nil
}

// cleanCapture makes the article of a capture; refused says why there is none.
func (a *Archive) cleanCapture(site string, c capture.Capture, body []byte) (art *cleaner.Article, refused string, err error) {
	s, _ := sites.ByName(site)
	made, err := a.clean(pageOf(c, body), s)
	var not *cleaner.NotArticleError
	switch {
	case errors.As(err, &not):
		return nil, not.Reason, nil
	case err != nil:
		return nil, err.Error(), nil // the page's fault: too deep, too large
	}
	return &made, "", nil
}

// compare tells what became of an article.
func (h *historian) compare(old, now uint64) (cleaner.Difference, error) {
	if old == now {
		return cleaner.Difference{}, nil
	}
	oldHead, _, _, err := h.head(old)
	if err != nil {
		return cleaner.Difference{}, err
	}
	nowHead, _, _, err := h.head(now)
	if err != nil {
		return cleaner.Difference{}, err
	}
	if oldHead.Digest == nowHead.Digest {
		return cleaner.Difference{}, nil
	}
	of := pair{old, now, oldHead.Digest, nowHead.Digest}
	if d, ok := h.verdicts.of(of); ok {
		return d, nil
	}
	h.compared++
	h.bodiless = false
	before, after, err := h.both(old, now, oldHead, nowHead)
	var d cleaner.Difference
	switch {
	case err != nil:
	case after == nil: // an older cleaner took it for an article
		d.StandIn = cleaner.LaterStandsIn
	case before == nil:
		d.StandIn = cleaner.EarlierStandIn
	default:
		d, err = h.differ(old, now, *before, *after)
	}
	if err == nil && !h.bodiless { // it may come, and tell more
		h.verdicts.keep(of, d)
	}
	return d, err
}

// both gives two articles as one cleaner made them; nil for one that the present
// cleaner refuses.
func (h *historian) both(old, now uint64, oldHead, nowHead articleHead) (before, after *cleaner.Article, err error) {
	if before, err = h.byPresent(old, oldHead, nowHead.Cleaner); err != nil {
		return nil, nil, err
	}
	after, err = h.byPresent(now, nowHead, oldHead.Cleaner)
	return before, after, err
}

// differ compares two articles, with their pages where they differ.
func (h *historian) differ(old, now uint64, before, after cleaner.Article) (cleaner.Difference, error) {
	if len(cleaner.Changed(before, after)) == 0 {
		return cleaner.Difference{}, nil
	}
	was, err := h.wordsOf(old)
	if err != nil {
		return cleaner.Difference{}, err
	}
	is, err := h.wordsOf(now)
	if err != nil {
		return cleaner.Difference{}, err
	}
	return cleaner.Compare(cleaner.Reading{Article: before, Page: was}, cleaner.Reading{Article: after, Page: is}), nil
}

// byPresent gives article n for a comparison with one made by another cleaner.
func (h *historian) byPresent(n uint64, head articleHead, other string) (*cleaner.Article, error) {
	if head.Cleaner == other || head.Cleaner == h.archive.cleanerName {
		art, err := h.article(n)
		return &art, err
	}
	return h.reread(n)
}

// effect is what one capture does to a page's versions.
type effect int

// The effects.
const (
	saysNothing effect = iota // nothing: it has no article
	standsIn                  // nothing: what came is not the page's article
	carriesOn                 // the newest version goes on
	begins                    // a version begins
	takesBack                 // the newest version is none: it was not the page's article
)

// extended is what became of a page's newest version by one capture.
type extended struct {
	effect  effect
	version versionRecord // the newest now, where the effect is carriesOn or begins
	cause   cleaner.Cause // why the capture reads otherwise than the version before
	changed bool          // another article stands for the version now
}

// extend adds a capture that is the page's newest to its versions: last is the
// newest version so far, if it has one.
func (h *historian) extend(page string, last versionRecord, has bool, c capture.Capture) (extended, error) {
	if c.State == capture.Gone {
		return h.extendGone(page, last, has, c)
	}
	n, head, err := h.of(c)
	if err != nil || n == 0 {
		if has && c.State == capture.Live && head.Refused != "" {
			return extended{effect: standsIn}, err
		}
		return extended{}, err
	}
	v := versionRecord{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		Digest: head.Digest, Cleaner: head.Cleaner, Article: n, Newest: n,
	}
	if !has {
		return extended{effect: begins, version: v}, nil
	}
	reading := readingRecord{First: c.Number, Captured: c.Time, Article: n, Digest: head.Digest}
	var d cleaner.Difference
	of, err := h.alike(last, head.Digest)
	if err == nil && of == 0 {
		of, d, err = h.compareLast(last, n, &reading)
	}
	if err != nil {
		return extended{}, err
	}
	edited := d.Cause == cleaner.Edited || d.Cause == cleaner.Doubtful
	switch {
	case d.StandIn == cleaner.LaterStandsIn:
		return extended{effect: standsIn}, nil
	case d.StandIn == cleaner.EarlierStandIn:
		return extended{effect: takesBack}, nil
	case last.gone():
		v.Changed, v.Cause = append([]string{changedState}, d.Changed...), d.Cause
		if !edited {
			v.Cause = ChangedState
		}
		return extended{effect: begins, version: v, cause: d.Cause}, nil
	case edited:
		v.Changed, v.Cause = d.Changed, d.Cause
		return extended{effect: begins, version: v, cause: d.Cause}, nil
	}
	if err := h.readAgain(&last, of, reading, d.Cause); err != nil {
		return extended{}, err
	}
	richer, err := h.enrich(&last, n, head)
	if err != nil {
		return extended{}, err
	}
	last.Last, last.Seen, last.Newest = c.Number, c.Time, n
	return extended{effect: carriesOn, version: last, cause: d.Cause, changed: richer}, nil
}

// enrich has article n stand for a version, where it tells more than the one that does: a
// text dump says less of an article than its page.
func (h *historian) enrich(v *versionRecord, n uint64, head articleHead) (bool, error) {
	if n == v.Newest || n == v.Article {
		return false, nil
	}
	if v.Richness == 0 {
		was, err := h.gist(v.Article, v.Digest)
		if err != nil {
			return false, err
		}
		v.Richness = was.richness
	}
	is, err := h.gist(n, head.Digest)
	if err != nil || is.richness <= v.Richness {
		return false, err
	}
	v.Article, v.Digest, v.Cleaner, v.Richness = n, head.Digest, head.Cleaner, is.richness
	return true, nil
}

// compareLast compares article n with the newest version, and says with which of
// its articles, and by which layout n was read.
func (h *historian) compareLast(last versionRecord, n uint64, r *readingRecord) (of uint64, d cleaner.Difference, err error) {
	g, err := h.gist(n, r.Digest)
	if err != nil {
		return 0, d, err
	}
	r.Layout = g.layout
	of = last.nearest(r.Layout)
	d, err = h.compare(of, n)
	return of, d, err
}

// alike finds the article of a version that has this digest, 0 where none has.
func (h *historian) alike(v versionRecord, digest string) (uint64, error) {
	newest, _, _, err := h.head(v.Newest)
	if err != nil || newest.Digest == digest {
		return v.Newest, err
	}
	for _, r := range v.Readings {
		if r.Digest == digest {
			return r.Article, nil
		}
	}
	return 0, nil
}

// nearest is the article of the version that one of this layout is compared with:
// the newest that the same layout read, else the newest. A newspaper that shows a
// page in two ways by turns is compared with itself so.
func (v versionRecord) nearest(layout string) uint64 {
	for _, r := range slices.Backward(v.Readings) {
		if r.Layout == layout {
			return r.Article
		}
	}
	return v.Newest
}

// readAgain notes that a version was read again: alike by the layout that read
// article of, or, by the cause, otherwise.
func (h *historian) readAgain(v *versionRecord, of uint64, r readingRecord, cause cleaner.Cause) error {
	at := slices.IndexFunc(v.Readings, func(o readingRecord) bool { return o.Article == of })
	switch {
	case cause == cleaner.Same && at >= 0:
		v.Readings = slices.Clone(v.Readings)
		v.Readings[at].Article, v.Readings[at].Digest = r.Article, r.Digest
	case cause == cleaner.Relaid:
		if len(v.Readings) == 0 {
			first, err := h.article(of)
			if err != nil {
				return err
			}
			head, _, _, err := h.head(of)
			if err != nil {
				return err
			}
			v.Readings = []readingRecord{{Layout: first.Layout, First: v.First, Captured: v.Captured, Article: of, Digest: head.Digest}}
		}
		if len(v.Readings) < maxReadings {
			v.Readings = append(slices.Clone(v.Readings), r)
		}
	}
	return nil
}

// extendGone is extend by an answer that the page is gone. A page of which
// nothing could ever be read has no version that could end.
func (h *historian) extendGone(page string, last versionRecord, has bool, c capture.Capture) (extended, error) {
	switch {
	case !has:
		return extended{}, nil
	case last.gone():
		last.Last, last.Seen = c.Number, c.Time
		return extended{effect: carriesOn, version: last}, nil
	}
	counts, err := h.ends(page, last, c)
	if err != nil || !counts {
		return extended{}, err
	}
	return extended{effect: begins, version: versionRecord{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		State: capture.Gone, Changed: []string{changedState}, Cause: ChangedState, Newest: last.Newest,
	}}, nil
}

// ends tells whether a gone answer ends a version: it does at the address where
// the page was read last, and at one that led there by a redirect of the day (a
// permanent one gives the address up).
func (h *historian) ends(page string, last versionRecord, gone capture.Capture) (bool, error) {
	read, err := loadCapture(h.reader, last.Last)
	if err != nil {
		return false, err
	}
	address := sites.SURT(gone.URL)
	if sites.SURT(read.URL) == address {
		return true, nil
	}
	moments, err := momentsOf(h.reader, page, h.within)
	if err != nil {
		return false, err
	}
	now := moment{gone.Time.UnixMilli(), gone.Number}
	for _, m := range slices.Backward(moments) {
		if !m.before(now) {
			continue
		}
		c, err := loadCapture(h.reader, m.Number)
		if err != nil {
			return false, err
		}
		if sites.SURT(c.URL) != address {
			continue
		}
		switch c.State {
		case capture.Moved:
			return c.Status != movedPermanently && c.Status != permanentRedirect, nil
		case capture.Live, capture.Gone:
			return false, nil
		}
	}
	return false, nil
}

// The redirects by which a page gives an address up.
const movedPermanently, permanentRedirect = 301, 308

// versions derives a page's versions from its captures.
func (h *historian) versions(page string) ([]versionRecord, error) {
	moments, err := momentsOf(h.reader, page, h.within)
	if err != nil {
		return nil, err
	}
	var list []versionRecord
	for _, m := range moments {
		c, err := loadCapture(h.reader, m.Number)
		if err != nil {
			return nil, err
		}
		if list, err = h.extendList(page, list, c); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// extendList adds a capture to all versions of a page, some of which it may take back.
func (h *historian) extendList(page string, list []versionRecord, c capture.Capture) ([]versionRecord, error) {
	for {
		var last versionRecord
		if len(list) > 0 {
			last = list[len(list)-1]
		}
		e, err := h.extend(page, last, len(list) > 0, c)
		switch {
		case err != nil:
			return nil, err
		case e.effect == takesBack:
			list = list[:len(list)-1]
			continue
		case e.effect == begins:
			list = append(list, e.version)
		case e.effect == carriesOn:
			list[len(list)-1] = e.version
		}
		return list, nil
	}
}

// headOf is what a list shows of a page with these versions.
func (h *historian) headOf(list []versionRecord) (headRecord, error) {
	for _, v := range slices.Backward(list) {
		if v.gone() {
			continue
		}
		art, err := h.article(v.Article)
		if err != nil {
			return headRecord{}, err
		}
		head := headRecord{
			Title: string(art.Title), Language: string(art.Language), Published: art.Published.Time,
			State: cmp.Or(list[len(list)-1].State, capture.Live),
		}
		for _, v := range list {
			head.count(v)
		}
		return head, nil
	}
	return headRecord{}, nil
}

// bounds are a part of all captures.
type bounds struct {
	last  uint64 // the highest number
	until int64  // and the latest time
}

// unbounded is all captures.
func unbounded() bounds { return bounds{^uint64(0), maxMilli} }

// upTo is the captures up to a number.
func upTo(last uint64) bounds { return bounds{last, maxMilli} }

func (b bounds) hold(m moment) bool { return m.Number <= b.last && m.At <= b.until }

// momentsOf lists a page's captures in order of time.
func momentsOf(r reader, page string, within bounds) ([]moment, error) {
	var list []moment
	err := each(r, bucketTimes, momentPrefix(page), func(key, _ []byte) error {
		_, m, err := parseMomentKey(key)
		if err == nil && within.hold(m) {
			list = append(list, m)
		}
		return err
	})
	return list, err
}

// loadCapture reads a capture; that it is missing is [ErrNoPage].
func loadCapture(r reader, n uint64) (capture.Capture, error) {
	s, err := loadStored(r, n)
	return s.capture(), err
}

// loadStored reads a capture as it is stored; that it is missing is [ErrNoPage].
func loadStored(r reader, n uint64) (storedCapture, error) {
	payload, err := loadPayload(r, bucketCaptures, numberKey(n))
	if err != nil {
		return storedCapture{}, err
	}
	if payload == nil {
		return storedCapture{}, noCapture(n)
	}
	s, err := decodeStored(payload)
	if err != nil {
		return storedCapture{}, nameRecord(bucketCaptures, numberKey(n), err)
	}
	return s, nil
}

// storedVersions reads a page's versions as they were written.
func storedVersions(r reader, generation uint32, page string) ([]versionRecord, error) {
	var list []versionRecord
	err := each(r, bucketVersions, versionPrefix(generation, page), func(key, payload []byte) error {
		var v versionRecord
		if err := json.Unmarshal(payload, &v); err != nil {
			return recordError(bucketVersions, key, unreadable)
		}
		list = append(list, v)
		return nil
	})
	return list, err
}

// loadAlias finds the page that a page is: itself, unless it is an alias.
func loadAlias(r reader, page string) (string, error) {
	for range maxAliases {
		var to aliasRecord
		ok, err := load(r, bucketAliases, pageKey(page), &to)
		if err != nil || !ok {
			return page, err
		}
		page = to.Of
	}
	return "", amiss("too many other names lead to the page %s", page)
}

// maxAliases is how many aliases may lead from one to the next.
const maxAliases = 1000

type aliasRecord struct {
	Of  string `json:"of"`
	Why string `json:"why,omitempty"`
}

// idOf is the newspaper's own id of an address, "" where it has none.
func idOf(site, url string) string {
	s, ok := sites.ByName(site)
	if !ok {
		return ""
	}
	addr, err := s.Address(url)
	if err != nil {
		return ""
	}
	return addr.ID
}
