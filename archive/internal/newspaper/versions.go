package newspaper

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// How a commit carries the history of a page on, rebuilds it, and joins two.

// Extend has a page's history take in a capture: at once where it is the page's newest, else
// when all of the batch is stored. put says what it did to the history, and nothing else.
func (t *Tx) Extend(page string, c capture.Capture, newest bool) (put capture.Put, err error) {
	if err := t.assetCame(page, c); err != nil || sites.IsAsset(page) && newest {
		return put, err // an asset has no history; one that came late may bring what others repeat
	}
	if _, stale := t.stale[page]; stale || !newest {
		t.RewriteLater(page, c.Number)
		return put, nil
	}
	head, last, err := t.newest(page)
	if err != nil {
		return put, err
	}
	e, err := t.History.Extend(page, last, c)
	if err != nil {
		return put, err
	}
	put = capture.Put{Version: head.Versions, Cause: e.Cause, StandsIn: e.Effect == history.StandsIn}
	switch e.Effect {
	case history.Begins:
		t.State.Versions++
		put.Version++
		put.NewVersion, put.Changed, put.Cause = true, e.Version.Changed, e.Version.Why()
	case history.TakesBack:
		t.RewriteLater(page, c.Number)
		return put, nil
	case history.CarriesOn:
	default:
		return put, nil
	}
	if put.NewVersion || e.Enriched {
		if err := t.extendHead(page, head, e.Version, put.NewVersion); err != nil {
			return put, err
		}
	}
	return put, schema.Versions(t.State.Generation, page).Save(t.Store, put.Version, e.Version)
}

// newest reads the newest version of a page, nil where it has none, with what a list shows
// of it.
func (t *Tx) newest(page string) (head schema.Head, last *schema.Version, err error) {
	if head, _, err = schema.Heads(t.State.Generation).Load(t.Store, page); err != nil || head.Versions == 0 {
		return head, nil, err
	}
	v, err := schema.Versions(t.State.Generation, page).Must(t.Store, head.Versions)
	return head, &v, err
}

// RewriteLater has a page's history rebuilt when all of the batch is stored: once, however many
// of its captures are not the page's newest. captures are the numbers of those for which it is.
func (t *Tx) RewriteLater(page string, captures ...uint64) {
	waiting := t.stale[page]
	for _, n := range captures {
		waiting = append(waiting, len(t.late))
		t.late = append(t.late, n)
	}
	t.stale[page] = waiting
}

// assetCame has the histories rebuilt in which a new capture of an asset may have a part, which came
// after the captures of their pages.
func (t *Tx) assetCame(asset string, c capture.Capture) error {
	if !sites.IsAsset(asset) {
		return nil
	}
	may, err := schema.Exchanges(t.Store, asset, c)
	if err != nil || !may {
		return err
	}
	pages, err := schema.Needing(t.Store, t.State.Generation, asset)
	for _, page := range pages {
		t.RewriteLater(page)
	}
	return err
}

// rebuilt is what became of a capture when its page's history was rebuilt.
type rebuilt struct {
	version           int             // the page's newest
	began             *schema.Version // that the capture began, nil for none
	rebuilt, compared int             // as in [capture.Put]
}

// addTo has a Put say so.
func (r rebuilt) addTo(put *capture.Put) {
	put.Version, put.Rebuilt, put.Compared = r.version, r.rebuilt, r.compared
	if r.began != nil {
		put.NewVersion, put.Changed, put.Cause = true, r.began.Changed, r.began.Why()
	}
}

// rewriteStale rebuilds those histories, and gives what became of the captures for which it did,
// by their places in [Tx.late], and how many versions more those have that are rebuilt for assets alone.
func (t *Tx) rewriteStale() (all map[int]rebuilt, more int, err error) {
	all = map[int]rebuilt{}
	for _, page := range slices.Sorted(maps.Keys(t.stale)) {
		if is, err := schema.LoadAlias(t.Store, page); err != nil {
			return nil, 0, err
		} else if is != page {
			continue // joined to another since, which is stale, too
		}
		if err := t.repairRevisits(page, t.back[page]); err != nil {
			return nil, 0, err
		}
		if sites.IsAsset(page) {
			continue
		}
		compared, versions := t.History.Compared(), t.State.Versions
		list, err := t.rewrite(page)
		if err != nil {
			return nil, 0, err
		}
		if len(t.stale[page]) == 0 {
			more += max(0, t.State.Versions-versions)
		}
		rec, _, err := schema.Pages.Load(t.Store, page)
		if err != nil {
			return nil, 0, err
		}
		for i, place := range t.stale[page] {
			r := rebuilt{version: len(list)}
			if at := slices.IndexFunc(list, func(v schema.Version) bool { return v.First == t.late[place] }); at >= 0 {
				r.began = &list[at]
			}
			if i == len(t.stale[page])-1 {
				r.rebuilt, r.compared = rec.Captures+4*len(list), t.History.Compared()-compared
			}
			all[place] = r
		}
	}
	clear(t.stale)
	t.late = nil
	return all, more, nil
}

// Rewrite rebuilds a page's history from its captures.
func (t *Tx) Rewrite(page string) error {
	_, err := t.rewrite(page)
	return err
}

// rewrite is Rewrite that gives the page's versions.
func (t *Tx) rewrite(page string) ([]schema.Version, error) {
	list, err := t.History.Versions(page)
	if err != nil {
		return nil, err
	}
	head, err := t.History.Head(list)
	if err != nil {
		return nil, err
	}
	return list, t.putHistory(page, list, head)
}

// putHistory writes a page's versions in place of those that there are, and what a list shows of
// them.
func (t *Tx) putHistory(page string, list []schema.Version, head schema.Head) error {
	old, err := schema.StoredVersions(t.Store, t.State.Generation, page)
	if err != nil {
		return err
	}
	stored := schema.Versions(t.State.Generation, page)
	for i := len(list); i < len(old); i++ {
		if err := stored.Drop(t.Store, i+1); err != nil {
			return err
		}
	}
	t.State.Versions += len(list) - len(old)
	for i, v := range list {
		if err := stored.Save(t.Store, i+1, v); err != nil {
			return err
		}
	}
	was, _, err := schema.Heads(t.State.Generation).Load(t.Store, page)
	if err != nil {
		return err
	}
	return t.putHead(page, was, head)
}

// clearHistory removes a page's versions, where it has any.
func (t *Tx) clearHistory(page string) error {
	there, err := schema.Heads(t.State.Generation).Has(t.Store, page)
	if err != nil || !there {
		return err
	}
	return t.putHistory(page, nil, schema.Head{})
}

// extendHead writes what a list shows of a page by its newest version: one that begins, or one
// for which another article stands now. A page that is gone is shown as it was to be read last.
func (t *Tx) extendHead(page string, old schema.Head, v schema.Version, begins bool) error {
	now := old
	if !v.Gone() {
		var err error
		if now, err = t.History.Head([]schema.Version{v}); err != nil {
			return err
		}
	}
	now.Versions, now.Unsure, now.States, now.State = old.Versions, old.Unsure, old.States, old.State
	if begins {
		now.State = cmp.Or(v.State, capture.Live)
		now.Count(v)
	}
	return t.putHead(page, old, now)
}

// putHead writes what a list shows of a page, and under which day it stands.
func (t *Tx) putHead(page string, old, now schema.Head) error {
	heads := schema.Heads(t.State.Generation)
	if day := old.Day(); day != "" && day != now.Day() {
		if err := schema.Days(t.State.Generation, day).Drop(t.Store, page); err != nil {
			return err
		}
	}
	if now.Versions == 0 {
		return heads.Drop(t.Store, page)
	}
	if day := now.Day(); day != "" {
		if err := schema.Days(t.State.Generation, day).Add(t.Store, page); err != nil {
			return err
		}
	}
	if now.Recleaned == nil {
		now.Recleaned = old.Recleaned
	}
	return heads.Save(t.Store, page, now)
}

// leadsTo is [schema.LoadAlias] that knows the joins of this change, too, which are not stored
// yet. From then on they lead to the page directly.
func (t *Tx) leadsTo(page string) (string, error) {
	var past []string
	for {
		if al, ok := t.joined[page]; ok {
			past = append(past, page)
			page = al.Of
			continue
		}
		to, err := schema.LoadAlias(t.Store, page)
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
func (t *Tx) saveAliases() error {
	for page := range t.joined {
		if _, err := t.leadsTo(page); err != nil {
			return err
		}
	}
	for page, al := range t.joined {
		if err := schema.Aliases.Save(t.Store, page, al); err != nil {
			return err
		}
	}
	clear(t.joined)
	return nil
}

// Join makes one page of two: all that page has goes to of. Nothing is
// renumbered, and no capture is changed: what it says of its page is what was
// known when it came.
func (t *Tx) Join(al capture.Alias) error {
	of, err := t.leadsTo(al.Of)
	if err != nil {
		return err
	}
	page, err := t.leadsTo(al.Page)
	if err != nil || page == of || page != al.Page {
		return err // one page already, or joined to another before
	}
	t.joined[page] = schema.Alias{Of: of, Why: al.Why}
	t.State.Joins++
	if err := t.moveEntry(page, of); err != nil {
		return err
	}
	from, moves, err := schema.Pages.Load(t.Store, page)
	if err != nil || !moves {
		return err
	}
	positions, err := schema.Positions(t.Store, page, schema.Unbounded())
	if err != nil {
		return err
	}
	for _, p := range positions {
		if err := errors.Join(schema.Times(page).Drop(t.Store, p), schema.Times(of).Add(t.Store, p)); err != nil {
			return err
		}
	}
	to, known, err := schema.Pages.Load(t.Store, of)
	if err != nil {
		return err
	}
	if known {
		to.Join(from)
		t.State.Pages--
	} else {
		to = from
	}
	if err := errors.Join(schema.Pages.Drop(t.Store, page), schema.Pages.Save(t.Store, of, to)); err != nil {
		return err
	}
	t.RewriteLater(of)
	return t.Rewrite(page) // it has no captures left, and so no versions
}

// refuseAlias reports whether an alias cannot be joined because one of the two was
// forgotten. A page that is found to be a forgotten one, and of which nothing was
// stored yet, is forgotten with it, and so are the aliases that lead to it: none
// leads to what was forgotten.
func (t *Tx) refuseAlias(al capture.Alias) (bool, error) {
	if _, forgotten, err := t.State.IsForgotten(t.Store, al.Page); err != nil || forgotten {
		return forgotten, err
	}
	if _, forgotten, err := t.State.IsForgotten(t.Store, al.Of); err != nil || !forgotten {
		return false, err
	}
	known, err := schema.IsPage(t.Store, al.Page)
	if err != nil || known {
		return true, err
	}
	of, _, err := schema.Tombstones.Load(t.Store, schema.NameOf(al.Of))
	if err != nil {
		return true, err
	}
	to := schema.Tombstone{Of: cmp.Or(of.Of, schema.NameOf(al.Of).String())}
	names, err := schema.NamesOf(t.Store, al.Page)
	if err != nil {
		return true, err
	}
	for _, name := range names {
		err := errors.Join(
			t.DropEntry(name), schema.Aliases.Drop(t.Store, name), schema.Tombstones.Save(t.Store, schema.NameOf(name), to))
		if err != nil {
			return true, err
		}
	}
	t.State.Joins -= len(names) - 1
	return true, nil
}
