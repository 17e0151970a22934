package history

import (
	"cmp"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

// Effect is what one capture does to a page's versions.
type Effect int

// The effects.
const (
	SaysNothing Effect = iota // nothing: it has no article
	StandsIn                  // nothing: what came is not the page's article
	CarriesOn                 // the newest version goes on
	Begins                    // a version begins
	TakesBack                 // the newest version is none: it was not the page's article
)

// Extended is what became of a page's newest version by one capture.
type Extended struct {
	Effect   Effect
	Version  schema.Version // the newest now, where the effect is CarriesOn or Begins
	Cause    compare.Cause  // why the capture reads otherwise than the version before
	Enriched bool           // another article stands for the version now
}

// Extend adds a capture that is the page's newest to its versions: last is the
// newest version so far, nil where it has none.
func (r *Reader) Extend(page string, last *schema.Version, c capture.Capture) (Extended, error) {
	if c.State == capture.Gone {
		return r.extendGone(page, last, c)
	}
	n, head, err := r.ArticleOf(c)
	switch {
	case err != nil:
		return Extended{}, err
	case n == 0 && last != nil && c.State == capture.Live && head.Refused != "":
		return Extended{Effect: StandsIn}, nil
	case n == 0:
		return Extended{Effect: SaysNothing}, nil
	}
	v := schema.Version{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		Digest: head.Digest, Cleaner: head.Cleaner, Article: n, Newest: n,
	}
	if last == nil {
		return Extended{Effect: Begins, Version: v}, nil
	}
	now, err := r.against(*last, c, n, head.Digest)
	if err != nil {
		return Extended{}, err
	}
	edited := now.Cause == compare.Edited || now.Cause == compare.Doubtful
	switch {
	case now.StandIn == compare.LaterStandsIn:
		return Extended{Effect: StandsIn}, nil
	case now.StandIn == compare.EarlierStandIn:
		return Extended{Effect: TakesBack}, nil
	case !edited && !last.Gone():
		return r.carryOn(*last, c, now, head)
	}
	v.Changed, v.Cause = now.Changed, now.Cause
	if last.Gone() {
		v.Changed = append([]string{schema.FieldState}, now.Changed...)
		if !edited {
			v.Cause = schema.ChangedState
		}
	}
	return Extended{Effect: Begins, Version: v, Cause: now.Cause}, nil
}

// comparison is what became of a version's article.
type comparison struct {
	compare.Difference                // none where the version has an article that is alike to the letter
	of                 uint64         // number of the version's article
	reading            schema.Reading // the capture's article, which it was compared with; without a layout where it is alike to the letter
}

// against compares an article that a capture has with a version: with the article of it
// that is alike to the letter, of which only the pictures can be others, else with that by the
// same layout.
func (r *Reader) against(v schema.Version, c capture.Capture, n uint64, digest string) (comparison, error) {
	now := comparison{reading: schema.Reading{First: c.Number, Captured: c.Time, Article: n, Digest: digest}}
	var err error
	if now.of, err = r.alike(v, digest); err != nil {
		return now, err
	}
	if now.of == 0 {
		g, err := r.gist(n, digest)
		if err != nil {
			return now, err
		}
		now.reading.Layout, now.of = g.layout, v.Nearest(g.layout)
	}
	now.Difference, err = r.difference(At{now.of, v.Seen}, At{n, c.Time})
	return now, err
}

// carryOn has a version go on with a capture that says the same.
func (r *Reader) carryOn(v schema.Version, c capture.Capture, now comparison, head schema.ArticleHead) (Extended, error) {
	if err := r.readAgain(&v, now); err != nil {
		return Extended{}, err
	}
	richer, err := r.enrich(&v, now.reading.Article, head)
	if err != nil {
		return Extended{}, err
	}
	v.Last, v.Seen, v.Newest = c.Number, c.Time, now.reading.Article
	return Extended{Effect: CarriesOn, Version: v, Cause: now.Cause, Enriched: richer}, nil
}

// enrich has article n stand for a version, where it tells more than the one that does: a
// text dump says less of an article than its page.
func (r *Reader) enrich(v *schema.Version, n uint64, head schema.ArticleHead) (bool, error) {
	if n == v.Newest || n == v.Article {
		return false, nil
	}
	if v.Richness == 0 {
		was, err := r.gist(v.Article, v.Digest)
		if err != nil {
			return false, err
		}
		v.Richness = was.richness
	}
	is, err := r.gist(n, head.Digest)
	if err != nil || is.richness <= v.Richness {
		return false, err
	}
	v.Article, v.Digest, v.Cleaner, v.Richness = n, head.Digest, head.Cleaner, is.richness
	return true, nil
}

// alike finds the article of a version that has this digest, 0 where none has.
func (r *Reader) alike(v schema.Version, digest string) (uint64, error) {
	newest, _, err := r.head(v.Newest)
	if err != nil || newest.Digest == digest {
		return v.Newest, err
	}
	for _, known := range v.Readings {
		if known.Digest == digest {
			return known.Article, nil
		}
	}
	return 0, nil
}

// readAgain notes the reading that a capture brought of a version: where the version has one by
// the same layout, that is replaced; a reading by another layout ([compare.Relaid]) is added.
func (r *Reader) readAgain(v *schema.Version, now comparison) error {
	of, reading := now.of, now.reading
	at := slices.IndexFunc(v.Readings, func(o schema.Reading) bool { return o.Article == of })
	switch {
	case now.Cause == compare.Same && at >= 0:
		v.Readings = slices.Clone(v.Readings)
		v.Readings[at].Article, v.Readings[at].Digest = reading.Article, reading.Digest
	case now.Cause == compare.Relaid:
		if len(v.Readings) == 0 {
			first, err := r.article(of)
			if err != nil {
				return err
			}
			head, _, err := r.head(of)
			if err != nil {
				return err
			}
			v.Readings = []schema.Reading{{Layout: first.Layout, First: v.First, Captured: v.Captured, Article: of, Digest: head.Digest}}
		}
		if len(v.Readings) < schema.MaxReadings {
			v.Readings = append(slices.Clone(v.Readings), reading)
		}
	}
	return nil
}

// extendGone is [Reader.Extend] by an answer that the page is gone. A page of which
// nothing could ever be read has no version that could end.
func (r *Reader) extendGone(page string, last *schema.Version, c capture.Capture) (Extended, error) {
	switch {
	case last == nil:
		return Extended{}, nil
	case last.Gone():
		v := *last
		v.Last, v.Seen = c.Number, c.Time
		return Extended{Effect: CarriesOn, Version: v}, nil
	}
	counts, err := r.ends(page, *last, c)
	if err != nil || !counts {
		return Extended{}, err
	}
	return Extended{Effect: Begins, Version: schema.Version{
		First: c.Number, Last: c.Number, Captured: c.Time, Seen: c.Time,
		State: capture.Gone, Changed: []string{schema.FieldState}, Cause: schema.ChangedState, Newest: last.Newest,
	}}, nil
}

// ends reports whether a gone answer ends a version: it does at the address where
// the page was read last, and at one that led there by a redirect of the day (a
// permanent one gives the address up).
func (r *Reader) ends(page string, last schema.Version, gone capture.Capture) (bool, error) {
	read, err := schema.LoadCapture(r.file, last.Last)
	if err != nil {
		return false, err
	}
	address := sites.SURT(gone.URL)
	if sites.SURT(read.URL) == address {
		return true, nil
	}
	positions, err := schema.Positions(r.file, page, r.Within)
	if err != nil {
		return false, err
	}
	now := schema.PositionOf(gone)
	for _, p := range slices.Backward(positions) {
		if !p.Before(now) {
			continue
		}
		c, err := schema.LoadCapture(r.file, p.Number)
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

// Versions derives a page's versions from its captures.
func (r *Reader) Versions(page string) ([]schema.Version, error) {
	positions, err := schema.Positions(r.file, page, r.Within)
	if err != nil {
		return nil, err
	}
	var list []schema.Version
	for _, p := range positions {
		c, err := schema.LoadCapture(r.file, p.Number)
		if err != nil {
			return nil, err
		}
		if list, err = r.extendList(page, list, c); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// extendList adds a capture to all versions of a page, some of which it may take back.
func (r *Reader) extendList(page string, list []schema.Version, c capture.Capture) ([]schema.Version, error) {
	for {
		var last *schema.Version
		if len(list) > 0 {
			last = &list[len(list)-1]
		}
		e, err := r.Extend(page, last, c)
		switch {
		case err != nil:
			return nil, err
		case e.Effect == TakesBack:
			list = list[:len(list)-1]
			continue
		case e.Effect == Begins:
			list = append(list, e.Version)
		case e.Effect == CarriesOn:
			list[len(list)-1] = e.Version
		}
		return list, nil
	}
}

// Head is what a list shows of a page with these versions.
func (r *Reader) Head(list []schema.Version) (schema.Head, error) {
	for _, v := range slices.Backward(list) {
		if v.Gone() {
			continue
		}
		art, err := r.article(v.Article)
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
