package archive

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
)

// How a commit carries the history of a page on, rebuilds it, and joins two.

// extend carries a page's history on with its newest capture.
func (t *transaction) extend(page string, c capture.Capture, put *capture.Put) error {
	head, last, err := t.newest(page)
	if err != nil {
		return err
	}
	put.Version = head.Versions
	e, err := t.history.Extend(page, last, c)
	if err != nil {
		return err
	}
	put.Cause = e.Cause
	versions := head.Versions
	switch e.Effect {
	case history.StandsIn:
		put.StandsIn = true
		return nil
	case history.TakesBack:
		t.rewriteLater(page, c.Number, put)
		return nil
	case history.Begins:
		versions++
		t.state.Versions++
		put.NewVersion, put.Changed, put.Cause = true, e.Version.Changed, e.Version.Why()
		if err := t.extendHead(page, head, e.Version); err != nil {
			return err
		}
	case history.CarriesOn:
		if e.Enriched {
			if err := t.enrichHead(page, head, e.Version); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	put.Version = versions
	return schema.Versions(t.state.Generation, page).Save(t.store, versions, e.Version)
}

// newest reads the newest version of a page, nil where it has none, with what a list shows
// of it.
func (t *transaction) newest(page string) (head schema.Head, last *schema.Version, err error) {
	if head, _, err = schema.Heads(t.state.Generation).Load(t.store, page); err != nil || head.Versions == 0 {
		return head, nil, err
	}
	v, err := schema.Versions(t.state.Generation, page).Must(t.store, head.Versions)
	return head, &v, err
}

// stale is a capture for which its page's history is to be rebuilt.
type stale struct {
	number uint64
	put    *capture.Put
}

// rewriteLater has a page's history rebuilt when all of the batch is stored: once,
// however many of its captures are not the page's newest, or whatever is joined to it.
func (t *transaction) rewriteLater(page string, number uint64, put *capture.Put) {
	if t.stale == nil {
		t.stale = map[string][]stale{}
	}
	t.stale[page] = append(t.stale[page], stale{number, put})
}

// rewriteStale rebuilds those histories.
func (t *transaction) rewriteStale() error {
	for _, page := range slices.Sorted(maps.Keys(t.stale)) {
		if is, err := schema.LoadAlias(t.store, page); err != nil {
			return err
		} else if is != page {
			continue // joined to another since, which is stale, too
		}
		if err := t.reunite(page, t.back[page]); err != nil {
			return err
		}
		if err := t.rewrite(page, t.stale[page]...); err != nil {
			return err
		}
	}
	t.stale = nil
	return nil
}

// rewrite rebuilds a page's history, and says what became of the captures for which it is.
func (t *transaction) rewrite(page string, captures ...stale) error {
	compared := t.history.Compared()
	list, err := t.history.Versions(page)
	if err != nil {
		return err
	}
	old, err := schema.StoredVersions(t.store, t.state.Generation, page)
	if err != nil {
		return err
	}
	stored := schema.Versions(t.state.Generation, page)
	for i := len(list); i < len(old); i++ {
		if err := stored.Drop(t.store, i+1); err != nil {
			return err
		}
	}
	t.state.Versions += len(list) - len(old)
	began := map[uint64]schema.Version{}
	for i, v := range list {
		began[v.First] = v
		if err := stored.Save(t.store, i+1, v); err != nil {
			return err
		}
	}
	if len(captures) > 0 {
		rec, _, err := schema.Pages.Load(t.store, page)
		if err != nil {
			return err
		}
		last := captures[len(captures)-1].put
		last.Anew, last.Compared = rec.Captures+4*len(list), t.history.Compared()-compared
	}
	for _, s := range captures {
		s.put.Version = len(list)
		if v, begins := began[s.number]; begins {
			s.put.NewVersion, s.put.Changed, s.put.Cause = true, v.Changed, v.Why()
		}
	}
	head, _, err := schema.Heads(t.state.Generation).Load(t.store, page)
	if err != nil {
		return err
	}
	now, err := t.history.Head(list)
	if err != nil {
		return err
	}
	return t.putHead(page, head, now)
}

// extendHead writes what a list shows of a page whose history a version carries
// on: one that is gone is shown as it was to be read last.
func (t *transaction) extendHead(page string, old schema.Head, v schema.Version) error {
	now := old
	if !v.Gone() {
		var err error
		if now, err = t.history.Head([]schema.Version{v}); err != nil {
			return err
		}
	}
	now.Versions, now.Unsure, now.States, now.State = old.Versions, old.Unsure, old.States, cmp.Or(v.State, capture.Live)
	now.Count(v)
	return t.putHead(page, old, now)
}

// enrichHead writes what a list shows of a page of whose newest version another article
// tells more.
func (t *transaction) enrichHead(page string, old schema.Head, v schema.Version) error {
	now, err := t.history.Head([]schema.Version{v})
	if err != nil {
		return err
	}
	now.Versions, now.Unsure, now.States, now.State = old.Versions, old.Unsure, old.States, old.State
	return t.putHead(page, old, now)
}

// putHead writes what a list shows of a page, and under which day it stands.
func (t *transaction) putHead(page string, old, now schema.Head) error {
	heads := schema.Heads(t.state.Generation)
	if day := old.Day(); day != "" && day != now.Day() {
		if err := schema.Days(t.state.Generation, day).Drop(t.store, page); err != nil {
			return err
		}
	}
	if now.Versions == 0 {
		return heads.Drop(t.store, page)
	}
	if day := now.Day(); day != "" {
		if err := schema.Days(t.state.Generation, day).Add(t.store, page); err != nil {
			return err
		}
	}
	return heads.Save(t.store, page, now)
}

// leadsTo is [schema.LoadAlias] that knows what this batch has joined. What it went past leads
// there directly from then on.
func (t *transaction) leadsTo(page string) (string, error) {
	var past []string
	for {
		if al, ok := t.joined[page]; ok {
			past = append(past, page)
			page = al.Of
			continue
		}
		to, err := schema.LoadAlias(t.store, page)
		if err != nil {
			return "", err
		}
		if to == page {
			break
		}
		page = to
	}
	for _, p := range past {
		al := t.joined[p]
		al.Of = page
		t.joined[p] = al
	}
	return page, nil
}

// saveAliases stores what was joined: each page leads to where it leads in the end, so that
// no batch makes the way to any page longer than by one step.
func (t *transaction) saveAliases() error {
	for page := range t.joined {
		if _, err := t.leadsTo(page); err != nil {
			return err
		}
	}
	for page, al := range t.joined {
		if err := schema.Aliases.Save(t.store, page, al); err != nil {
			return err
		}
	}
	t.joined = nil
	return nil
}

// join makes one page of two: all that page has goes to of. Nothing is
// renumbered, and no capture is changed: what it says of its page is what was
// known when it came.
func (t *transaction) join(al capture.Alias) error {
	of, err := t.leadsTo(al.Of)
	if err != nil {
		return err
	}
	page, err := t.leadsTo(al.Page)
	if err != nil || page == of || page != al.Page {
		return err // one page already, or joined to another before
	}
	if t.joined == nil {
		t.joined = map[string]schema.Alias{}
	}
	t.joined[page] = schema.Alias{Of: of, Why: al.Why}
	t.state.Joins++
	if err := t.moveEntry(page, of); err != nil {
		return err
	}
	from, moves, err := schema.Pages.Load(t.store, page)
	if err != nil || !moves {
		return err
	}
	positions, err := schema.Positions(t.store, page, schema.Unbounded())
	if err != nil {
		return err
	}
	for _, p := range positions {
		if err := errors.Join(schema.Times(page).Drop(t.store, p), schema.Times(of).Add(t.store, p)); err != nil {
			return err
		}
	}
	to, known, err := schema.Pages.Load(t.store, of)
	if err != nil {
		return err
	}
	if known {
		to.Join(from)
		t.state.Pages--
	} else {
		to = from
	}
	if err := errors.Join(schema.Pages.Drop(t.store, page), schema.Pages.Save(t.store, of, to)); err != nil {
		return err
	}
	if err := t.dropHistory(page); err != nil {
		return err
	}
	t.rewriteLater(of, 0, new(capture.Put))
	return nil
}

// dropHistory takes away a page's versions and its place in lists.
func (t *transaction) dropHistory(page string) error {
	g := t.state.Generation
	old, err := schema.StoredVersions(t.store, g, page)
	if err != nil {
		return err
	}
	for i := range old {
		if err := schema.Versions(g, page).Drop(t.store, i+1); err != nil {
			return err
		}
	}
	t.state.Versions -= len(old)
	head, _, err := schema.Heads(g).Load(t.store, page)
	if err != nil {
		return err
	}
	return t.putHead(page, head, schema.Head{})
}
