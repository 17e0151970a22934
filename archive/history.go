package archive

import (
	"cmp"
	"errors"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
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
// of the same version. See [compare.Readings] and docs/decisions/0022-redesigns.md.

// historian reads and compares the articles of one newspaper in one generation.
type historian struct {
	archive    *Archive
	reader     schema.Reader
	site       string
	generation uint32
	within     schema.Bounds // captures beyond are not looked at
	// made are articles that need not be read: those of the commit itself, and
	// those that were read again by the present cleaner.
	made  map[uint64]cleaner.Article
	again map[uint64]*cleaner.Article // nil where the present cleaner refuses it
	// heads stand for those that are stored, where a re-clean tries what is not.
	heads    map[uint64]schema.ArticleHead
	compared int // articles that had to be read for that
	// words are of pages that were compared; ready those that were read for it
	// before.
	words, ready map[uint64]compare.Words
	verdicts     *verdicts // of commits before; nil: none are kept
	bodiless     bool      // a page was looked for that is not there
}

func (a *Archive) historian(r schema.Reader, site string, generation uint32) *historian {
	return &historian{
		archive: a, reader: r, site: site, generation: generation, within: schema.Unbounded(),
		made: map[uint64]cleaner.Article{}, again: map[uint64]*cleaner.Article{}, words: map[uint64]compare.Words{}, ready: map[uint64]compare.Words{},
	}
}

// head reads the beginning of an article's record.
func (h *historian) head(n uint64) (rec schema.Article, ok bool, err error) {
	if head, ok := h.heads[n]; ok {
		return schema.Article{ArticleHead: head}, true, nil
	}
	return schema.Articles(h.generation).Load(h.reader, n)
}

// of is the number of the article that a capture has, with its head; 0 for none, with
// the head that says why, where one does.
func (h *historian) of(c capture.Capture) (n uint64, head schema.ArticleHead, err error) {
	for _, n := range []uint64{c.Number, c.RevisitOf} {
		if n == 0 {
			continue
		}
		found, ok, err := h.head(n)
		if err != nil {
			return 0, schema.ArticleHead{}, err
		}
		if ok && found.Refused == "" {
			return n, found.ArticleHead, nil
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
	rec, ok, err := h.head(n)
	switch {
	case err != nil:
		return cleaner.Article{}, err
	case !ok:
		return cleaner.Article{}, schema.Articles(h.generation).Damaged(n, "missing")
	case rec.Refused != "":
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: rec.Refused}
	}
	var body []byte
	if rec.Dict != 0 {
		if body, err = h.archive.bodies(h.site).Get(h.reader, rec.Dict); err != nil {
			return cleaner.Article{}, schema.Articles(0).Name(n, err)
		}
	}
	return h.archive.pool.Article(n, rec, body)
}

// page reads the page of which article n was made.
func (h *historian) page(n uint64) (capture.Capture, []byte, error) {
	c, err := schema.LoadCapture(h.reader, n)
	if err != nil || c.Digest == "" {
		h.bodiless = true
		return c, nil, err
	}
	number, err := schema.BodyNumber(h.reader, c.Digest)
	if err != nil || number == 0 {
		h.bodiless = true
		return c, nil, err
	}
	body, err := h.archive.bodies(h.site).Get(h.reader, number)
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
func (h *historian) compare(old, now uint64) (compare.Difference, error) {
	if old == now {
		return compare.Difference{}, nil
	}
	oldHead, _, err := h.head(old)
	if err != nil {
		return compare.Difference{}, err
	}
	nowHead, _, err := h.head(now)
	if err != nil {
		return compare.Difference{}, err
	}
	if oldHead.Digest == nowHead.Digest {
		return compare.Difference{}, nil
	}
	of := pair{old, now, oldHead.Digest, nowHead.Digest}
	if d, ok := h.verdicts.of(of); ok {
		return d, nil
	}
	h.compared++
	h.bodiless = false
	before, after, err := h.both(old, now, oldHead, nowHead)
	var d compare.Difference
	switch {
	case err != nil:
	case after == nil: // an older cleaner took it for an article
		d.StandIn = compare.LaterStandsIn
	case before == nil:
		d.StandIn = compare.EarlierStandIn
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
func (h *historian) both(old, now uint64, oldHead, nowHead schema.Article) (before, after *cleaner.Article, err error) {
	if before, err = h.byPresent(old, oldHead, nowHead.Cleaner); err != nil {
		return nil, nil, err
	}
	after, err = h.byPresent(now, nowHead, oldHead.Cleaner)
	return before, after, err
}

// differ compares two articles, with their pages where they differ.
func (h *historian) differ(old, now uint64, before, after cleaner.Article) (compare.Difference, error) {
	if len(compare.Changed(before, after)) == 0 {
		return compare.Difference{}, nil
	}
	was, err := h.wordsOf(old)
	if err != nil {
		return compare.Difference{}, err
	}
	is, err := h.wordsOf(now)
	if err != nil {
		return compare.Difference{}, err
	}
	return compare.Readings(compare.Reading{Article: before, Page: was}, compare.Reading{Article: after, Page: is}), nil
}

// byPresent gives article n for a comparison with one made by another cleaner.
func (h *historian) byPresent(n uint64, head schema.Article, other string) (*cleaner.Article, error) {
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
	version schema.Version // the newest now, where the effect is carriesOn or begins
	cause   compare.Cause  // why the capture reads otherwise than the version before
	changed bool           // another article stands for the version now
}

// extend adds a capture that is the page's newest to its versions: last is the
// newest version so far, nil where it has none.
func (h *historian) extend(page string, last *schema.Version, c capture.Capture) (extended, error) {
	if c.State == capture.Gone {
		return h.extendGone(page, last, c)
	}
	n, head, err := h.of(c)
	switch {
	case err != nil:
		return extended{}, err
	case n == 0 && last != nil && c.State == capture.Live && head.Refused != "":
		return extended{effect: standsIn}, nil
	case n == 0:
		return extended{effect: saysNothing}, nil
	}
	v := schema.Version{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		Digest: head.Digest, Cleaner: head.Cleaner, Article: n, Newest: n,
	}
	if last == nil {
		return extended{effect: begins, version: v}, nil
	}
	now, err := h.against(*last, c, n, head.Digest)
	if err != nil {
		return extended{}, err
	}
	edited := now.Cause == compare.Edited || now.Cause == compare.Doubtful
	switch {
	case now.StandIn == compare.LaterStandsIn:
		return extended{effect: standsIn}, nil
	case now.StandIn == compare.EarlierStandIn:
		return extended{effect: takesBack}, nil
	case !edited && !last.Gone():
		return h.carryOn(*last, c, now, head)
	}
	v.Changed, v.Cause = now.Changed, now.Cause
	if last.Gone() {
		v.Changed = append([]string{schema.FieldState}, now.Changed...)
		if !edited {
			v.Cause = ChangedState
		}
	}
	return extended{effect: begins, version: v, cause: now.Cause}, nil
}

// comparison is what became of a version's article.
type comparison struct {
	compare.Difference                // none where the version has an article that is alike to the letter
	of                 uint64         // number of the version's article
	reading            schema.Reading // the one it was compared with; without a layout where it is alike to the letter
}

// against compares an article that a capture has with a version: with the article of it
// that is alike to the letter, else with that by the same layout.
func (h *historian) against(v schema.Version, c capture.Capture, n uint64, digest string) (comparison, error) {
	now := comparison{reading: schema.Reading{First: c.Number, Captured: c.Time, Article: n, Digest: digest}}
	var err error
	if now.of, err = h.alike(v, digest); err != nil || now.of != 0 {
		return now, err
	}
	g, err := h.gist(n, digest)
	if err != nil {
		return now, err
	}
	now.reading.Layout, now.of = g.layout, v.Nearest(g.layout)
	now.Difference, err = h.compare(now.of, n)
	return now, err
}

// carryOn has a version go on with a capture that says the same.
func (h *historian) carryOn(v schema.Version, c capture.Capture, now comparison, head schema.ArticleHead) (extended, error) {
	if err := h.readAgain(&v, now); err != nil {
		return extended{}, err
	}
	richer, err := h.enrich(&v, now.reading.Article, head)
	if err != nil {
		return extended{}, err
	}
	v.Last, v.Seen, v.Newest = c.Number, c.Time, now.reading.Article
	return extended{effect: carriesOn, version: v, cause: now.Cause, changed: richer}, nil
}

// enrich has article n stand for a version, where it tells more than the one that does: a
// text dump says less of an article than its page.
func (h *historian) enrich(v *schema.Version, n uint64, head schema.ArticleHead) (bool, error) {
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

// alike finds the article of a version that has this digest, 0 where none has.
func (h *historian) alike(v schema.Version, digest string) (uint64, error) {
	newest, _, err := h.head(v.Newest)
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

// readAgain notes that a version was read again: by a layout that is known, or, by the
// cause of the difference, by another one.
func (h *historian) readAgain(v *schema.Version, now comparison) error {
	of, r := now.of, now.reading
	at := slices.IndexFunc(v.Readings, func(o schema.Reading) bool { return o.Article == of })
	switch {
	case now.Cause == compare.Same && at >= 0:
		v.Readings = slices.Clone(v.Readings)
		v.Readings[at].Article, v.Readings[at].Digest = r.Article, r.Digest
	case now.Cause == compare.Relaid:
		if len(v.Readings) == 0 {
			first, err := h.article(of)
			if err != nil {
				return err
			}
			head, _, err := h.head(of)
			if err != nil {
				return err
			}
			v.Readings = []schema.Reading{{Layout: first.Layout, First: v.First, Captured: v.Captured, Article: of, Digest: head.Digest}}
		}
		if len(v.Readings) < schema.MaxReadings {
			v.Readings = append(slices.Clone(v.Readings), r)
		}
	}
	return nil
}

// extendGone is extend by an answer that the page is gone. A page of which
// nothing could ever be read has no version that could end.
func (h *historian) extendGone(page string, last *schema.Version, c capture.Capture) (extended, error) {
	switch {
	case last == nil:
		return extended{}, nil
	case last.Gone():
		v := *last
		v.Last, v.Seen = c.Number, c.Time
		return extended{effect: carriesOn, version: v}, nil
	}
	counts, err := h.ends(page, *last, c)
	if err != nil || !counts {
		return extended{}, err
	}
	return extended{effect: begins, version: schema.Version{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		State: capture.Gone, Changed: []string{schema.FieldState}, Cause: ChangedState, Newest: last.Newest,
	}}, nil
}

// ends tells whether a gone answer ends a version: it does at the address where
// the page was read last, and at one that led there by a redirect of the day (a
// permanent one gives the address up).
func (h *historian) ends(page string, last schema.Version, gone capture.Capture) (bool, error) {
	read, err := schema.LoadCapture(h.reader, last.Last)
	if err != nil {
		return false, err
	}
	address := sites.SURT(gone.URL)
	if sites.SURT(read.URL) == address {
		return true, nil
	}
	moments, err := schema.Positions(h.reader, page, h.within)
	if err != nil {
		return false, err
	}
	now := schema.PositionOf(gone)
	for _, m := range slices.Backward(moments) {
		if !m.Before(now) {
			continue
		}
		c, err := schema.LoadCapture(h.reader, m.Number)
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
func (h *historian) versions(page string) ([]schema.Version, error) {
	moments, err := schema.Positions(h.reader, page, h.within)
	if err != nil {
		return nil, err
	}
	var list []schema.Version
	for _, m := range moments {
		c, err := schema.LoadCapture(h.reader, m.Number)
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
func (h *historian) extendList(page string, list []schema.Version, c capture.Capture) ([]schema.Version, error) {
	for {
		var last *schema.Version
		if len(list) > 0 {
			last = &list[len(list)-1]
		}
		e, err := h.extend(page, last, c)
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
func (h *historian) headOf(list []schema.Version) (schema.Head, error) {
	for _, v := range slices.Backward(list) {
		if v.Gone() {
			continue
		}
		art, err := h.article(v.Article)
		if err != nil {
			return schema.Head{}, err
		}
		head := schema.Head{
			Title: string(art.Title), Language: string(art.Language), Published: art.Published.Time,
			State: cmp.Or(list[len(list)-1].State, capture.Live),
		}
		for _, v := range list {
			head.Count(v)
		}
		return head, nil
	}
	return schema.Head{}, nil
}
