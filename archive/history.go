package archive

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
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
// cleaners, both are read again, by the present one.

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
	if c.State == capture.Live && c.Kind != capture.Revisit && c.Digest != "" && p.LiveAt.before(m) {
		p.Live, p.LiveAt = c.Number, m
	}
	p.Captures++
	p.Last = max(p.Last, c.Number)
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
	from, to := h.Part[0], h.Part[1]
	switch {
	case h.Dict == 0:
		return nil, nil
	case from == 0 && to == 0:
		return body, nil
	case from < 0 || to <= from || to > len(body):
		return nil, fmt.Errorf("%w: the part %d to %d of a body of %d bytes", ErrCorrupt, from, to, len(body))
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
	Cleaner  string        `json:"cleaner,omitempty"`
	Article  uint64        `json:"article,omitempty"` // number of the article that stands for the version
	Newest   uint64        `json:"newest"`            // number of the article that was compared last, before the page was gone or after
}

func (v versionRecord) gone() bool { return v.State == capture.Gone }

// changedState is what a version changes that says that a page is gone, or back.
const changedState = "state"

// headRecord is what a list shows of a page: of its newest version that could be
// read, and how many there are.
type headRecord struct {
	Title     string        `json:"title,omitempty"`
	Language  string        `json:"language,omitempty"`
	Published time.Time     `json:"published,omitzero"`
	Versions  int           `json:"versions"`
	State     capture.State `json:"state,omitempty"` // of the newest version; format 1 has none
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
}

func (a *Archive) historian(r reader, site string, generation uint32) *historian {
	return &historian{a, r, site, generation, unbounded(), map[uint64]cleaner.Article{}, map[uint64]*cleaner.Article{}}
}

// head reads the beginning of an article's record.
func (h *historian) head(n uint64) (head articleHead, frame []byte, ok bool, err error) {
	payload, err := loadPayload(h.reader, bucketArticles, articleKey(h.generation, n))
	if err != nil || payload == nil {
		return articleHead{}, nil, false, err
	}
	frame, err = splitBlob(payload, &head)
	if err != nil {
		return articleHead{}, nil, false, fmt.Errorf("%s %d: %w", bucketArticles, n, err)
	}
	return head, frame, true, nil
}

// of is the number of the article that a capture has, 0 for none, with its head.
func (h *historian) of(c capture.Capture) (uint64, articleHead, error) {
	for _, n := range []uint64{c.Number, c.RevisitOf} {
		if n == 0 {
			continue
		}
		head, _, ok, err := h.head(n)
		if err != nil {
			return 0, articleHead{}, err
		}
		if ok && head.Refused == "" {
			return n, head, nil
		}
	}
	return 0, articleHead{}, nil
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
			return cleaner.Article{}, fmt.Errorf("%s %d: %w", bucketArticles, n, err)
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
		return cleaner.Article{}, fmt.Errorf("%w: %s %d: %w", ErrCorrupt, bucketArticles, n, err)
	}
	return art, nil
}

// articleText unpacks the JSON of an article.
func (a *Archive) articleText(n uint64, head articleHead, frame, body []byte) ([]byte, error) {
	dictionary, err := head.dictionary(body)
	if err != nil {
		return nil, fmt.Errorf("%s %d: %w", bucketArticles, n, err)
	}
	b, err := a.packer.unpack(frame, dictionary, head.Size)
	if err != nil {
		return nil, fmt.Errorf("%s %d: %w", bucketArticles, n, err)
	}
	return b, nil
}

// reread reads the body of capture n again with the present cleaner; nil where
// that refuses it.
func (h *historian) reread(n uint64) (*cleaner.Article, error) {
	if art, ok := h.again[n]; ok {
		return art, nil
	}
	c, err := loadCapture(h.reader, n)
	if err != nil {
		return nil, err
	}
	number, err := bodyNumber(h.reader, c.Digest)
	if err != nil {
		return nil, err
	}
	body, err := h.archive.body(h.reader, h.site, number)
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
	made, err := a.clean(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time}, s)
	var not *cleaner.NotArticleError
	switch {
	case errors.As(err, &not):
		return nil, not.Reason, nil
	case err != nil:
		return nil, err.Error(), nil // the page's fault: too deep, too large
	}
	return &made, "", nil
}

// compare tells whether two articles read the same, and what differs.
func (h *historian) compare(old, now uint64) (same bool, changed []string, err error) {
	if old == now {
		return true, nil, nil
	}
	oldHead, _, _, err := h.head(old)
	if err != nil {
		return false, nil, err
	}
	nowHead, _, _, err := h.head(now)
	if err != nil {
		return false, nil, err
	}
	if oldHead.Digest == nowHead.Digest {
		return true, nil, nil
	}
	before, err := h.byPresent(old, oldHead, nowHead.Cleaner)
	if err != nil {
		return false, nil, err
	}
	after, err := h.byPresent(now, nowHead, oldHead.Cleaner)
	if err != nil {
		return false, nil, err
	}
	if before == nil || after == nil {
		return true, nil, nil // nothing to compare: better no edit than a false one
	}
	changed = cleaner.Changed(*before, *after)
	return len(changed) == 0, changed, nil
}

// byPresent gives article n for a comparison with one made by another cleaner.
func (h *historian) byPresent(n uint64, head articleHead, other string) (*cleaner.Article, error) {
	if head.Cleaner == other || head.Cleaner == h.archive.cleanerName {
		art, err := h.article(n)
		return &art, err
	}
	return h.reread(n)
}

// extend adds a capture that is the page's newest to its versions: last is the
// newest version so far. began tells whether the capture begins another.
func (h *historian) extend(page string, last versionRecord, has bool, c capture.Capture) (v versionRecord, began, any bool, err error) {
	if c.State == capture.Gone {
		return h.extendGone(page, last, has, c)
	}
	n, head, err := h.of(c)
	if err != nil || n == 0 {
		return last, false, false, err
	}
	var changed []string
	if has {
		same, differ, err := h.compare(last.Newest, n)
		switch {
		case err != nil:
			return versionRecord{}, false, false, err
		case last.gone():
			changed = append([]string{changedState}, differ...)
		case same:
			last.Last, last.Seen, last.Newest = c.Number, c.Time, n
			return last, false, true, nil
		default:
			changed = differ
		}
	}
	return versionRecord{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		Digest: head.Digest, Cleaner: head.Cleaner, Changed: changed, Article: n, Newest: n,
	}, true, true, nil
}

// extendGone is extend by an answer that the page is gone. A page of which
// nothing could ever be read has no version that could end.
func (h *historian) extendGone(page string, last versionRecord, has bool, c capture.Capture) (v versionRecord, began, any bool, err error) {
	switch {
	case !has:
		return last, false, false, nil
	case last.gone():
		last.Last, last.Seen = c.Number, c.Time
		return last, false, true, nil
	}
	counts, err := h.ends(page, last, c)
	if err != nil || !counts {
		return last, false, false, err
	}
	return versionRecord{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		State: capture.Gone, Changed: []string{changedState}, Newest: last.Newest,
	}, true, true, nil
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
		var last versionRecord
		if len(list) > 0 {
			last = list[len(list)-1]
		}
		v, began, any, err := h.extend(page, last, len(list) > 0, c)
		switch {
		case err != nil:
			return nil, err
		case began:
			list = append(list, v)
		case any:
			list[len(list)-1] = v
		}
	}
	return list, nil
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
		return headRecord{
			Title: string(art.Title), Language: string(art.Language), Published: art.Published.Time,
			Versions: len(list), State: cmp.Or(list[len(list)-1].State, capture.Live),
		}, nil
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
	key := numberKey(n)
	payload, err := loadPayload(r, bucketCaptures, key)
	if err != nil {
		return capture.Capture{}, err
	}
	if payload == nil {
		return capture.Capture{}, fmt.Errorf("%w: capture %d", ErrNoPage, n)
	}
	c, err := decodeCapture(payload)
	if err != nil {
		return capture.Capture{}, fmt.Errorf("%s %d: %w", bucketCaptures, n, err)
	}
	return c, nil
}

// storedVersions reads a page's versions as they were written.
func storedVersions(r reader, generation uint32, page string) ([]versionRecord, error) {
	var list []versionRecord
	err := each(r, bucketVersions, versionPrefix(generation, page), func(key, payload []byte) error {
		var v versionRecord
		if err := json.Unmarshal(payload, &v); err != nil {
			return recordError(bucketVersions, key, err.Error())
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
	return "", fmt.Errorf("%w: too many aliases lead to the page %s", ErrCorrupt, page)
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
