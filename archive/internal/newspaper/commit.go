package newspaper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Commit stores a batch: all of it, durably, or nothing. Captures come in any order of time;
// one that is there already is stored once. Where another process changed meanwhile what was
// prepared for, it prepares again.
func (np *Newspaper) Commit(ctx context.Context, b capture.Batch) ([]capture.Put, error) {
	if err := store.CheckSite(np.Name); err != nil {
		return nil, err
	}
	kept, err := checkBatch(&b)
	if err != nil {
		return nil, err
	}
	select {
	case np.turn <- struct{}{}:
		defer func() { <-np.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Another process may commit in between, and change what was prepared for:
	// prepare again, then.
	for range 3 {
		var works []work
		if works, err = np.prepare(ctx, b, kept); err != nil {
			return nil, err
		}
		var puts []capture.Put
		var used map[uint64]schema.Usage
		site, _ := sites.ByName(np.Name)
		err = np.Change(ctx, func(t *Tx) error {
			if err := np.describe(t.Store, site); err != nil {
				return err
			}
			t.History.Cache = np.compared.For(t.State)
			puts, used, err = t.apply(b, kept, works)
			return err
		})
		if err != nil {
			np.compared.Forget()
		}
		switch {
		case errors.Is(err, store.ErrChanged):
		case err != nil:
			return nil, err
		default:
			np.described.Store(site)
			np.references.Use(used)
			return puts, nil
		}
	}
	return nil, err
}

// checkBatch refuses what cannot be stored, and gives the captures as they will
// be.
func checkBatch(b *capture.Batch) ([]capture.Kept, error) {
	kept := slices.Clone(b.Kept)
	b.Entries, b.Aliases = slices.Clone(b.Entries), slices.DeleteFunc(slices.Clone(b.Aliases), ofAsset)
	for i := range kept {
		k := &kept[i]
		if err := schema.CheckTime(k.Time); err != nil {
			return nil, err
		}
		if err := checkNames(&k.Page, &k.URL); err != nil {
			return nil, err
		}
		if err := checkNeeds(k); err != nil {
			return nil, err
		}
		if len(k.Body) > body.MaxBody {
			return nil, schema.Say(schema.ErrInvalid, "%.200s has a body of %d bytes, more than is kept", k.URL, len(k.Body))
		}
		if len(k.Request) > schema.MaxRequest {
			return nil, schema.Say(schema.ErrInvalid, "%.200s has a request of %d bytes, more than is kept", k.URL, len(k.Request))
		}
		k.Time = k.Time.UTC().Truncate(time.Millisecond)
		k.Number = 0
		k.Location = schema.SoundName(strings.ToValidUTF8(k.Location, "�"))
		k.ContentType = strings.ToValidUTF8(k.ContentType, "�")
		if len(k.Body) > 0 {
			k.Digest, k.Size = schema.DigestOf(k.Body), int64(len(k.Body))
		} else if k.Kind != capture.Revisit {
			k.Digest, k.Size = "", 0
		} else if k.Digest != "" {
			if _, err := schema.ParseDigest(k.Digest); err != nil {
				return nil, err
			}
		}
	}
	for i := range b.Entries {
		if err := checkNames(&b.Entries[i].Page, &b.Entries[i].URL); err != nil {
			return nil, err
		}
	}
	for i := range b.Aliases {
		al := &b.Aliases[i]
		if err := soundNames(schema.CheckPage, &al.Page, schema.CheckPage, &al.Of); err != nil {
			return nil, err
		}
	}
	for host := range b.Hosts {
		if host == "" || len(host) > schema.MaxHost || schema.SoundName(host) != host {
			return nil, schema.Say(schema.ErrInvalid, "%.80q is no host", host)
		}
	}
	return kept, nil
}

// ofAsset tells the aliases that are passed over: an asset is joined to nothing, whatever a file says.
func ofAsset(al capture.Alias) bool { return sites.IsAsset(al.Page) || sites.IsAsset(al.Of) }

// checkNeeds makes what a capture needs what will be stored, each once. What cannot be the key of
// a page, an address of some kilobytes, will never be captured, and is passed over. An asset is
// never an article.
func checkNeeds(k *capture.Kept) error {
	if sites.IsAsset(k.Page) {
		k.Article, k.Refused = nil, ""
	}
	if len(k.Needs) > schema.MaxNeeds {
		return schema.Say(schema.ErrInvalid, "%.200s needs %d assets, more than can be noted", k.URL, len(k.Needs))
	}
	if len(k.Needs) == 0 {
		return nil
	}
	needs, known := make([]string, 0, len(k.Needs)), map[string]bool{}
	for _, page := range k.Needs {
		if !sites.IsAsset(page) {
			return schema.CheckNeed(page)
		}
		if page = schema.SoundName(page); known[page] || schema.CheckNeed(page) != nil {
			continue
		}
		known[page] = true
		needs = append(needs, page)
	}
	k.Needs = needs
	return nil
}

// checkNames refuses a page and an address that cannot be stored, and makes them what is.
func checkNames(page, url *string) error {
	return soundNames(schema.CheckPage, page, schema.CheckAddress, url)
}

// soundNames makes two names what is stored of them. An error says that one cannot be.
func soundNames(checkA func(string) error, a *string, checkB func(string) error, b *string) error {
	if err := errors.Join(checkA(*a), checkB(*b)); err != nil {
		return err
	}
	*a, *b = schema.SoundName(*a), schema.SoundName(*b)
	return errors.Join(checkA(*a), checkB(*b)) // they may be longer
}

// apply stores a prepared batch. used is what packing against references has come to, by their
// numbers.
func (t *Tx) apply(b capture.Batch, kept []capture.Kept, works []work) (puts []capture.Put, used map[uint64]schema.Usage, err error) {
	for _, al := range b.Aliases {
		refused, err := t.refuseAlias(al)
		if err == nil && !refused {
			err = t.Join(al)
		}
		if err != nil {
			return nil, nil, doing(fmt.Sprintf("join %s to %s", al.Page, al.Of), err)
		}
	}
	for i, k := range kept {
		if err := t.renamed(b.Kept[i].Page, k.Page); err != nil {
			return nil, nil, err
		}
	}
	if err := t.saveAliases(); err != nil {
		return nil, nil, err
	}
	if puts, err = t.keepAll(b, kept, works); err != nil {
		return nil, nil, err
	}
	captured := map[string]bool{}
	for _, k := range kept {
		captured[k.Page] = true
	}
	for _, e := range b.Entries {
		if err := t.entry(e, captured[e.Page]); err != nil {
			return nil, nil, doing("plan to fetch "+e.URL, err)
		}
	}
	for host, v := range b.Hosts {
		if err := schema.Hosts.Save(t.Store, host, v); err != nil {
			return nil, nil, err
		}
	}
	if b.Run != nil {
		if err := schema.Runs.Save(t.Store, b.Run.Started, *b.Run); err != nil {
			return nil, nil, err
		}
	}
	used, err = t.usages()
	return puts, used, err
}

// keepAll stores the captures of a batch, and rebuilds the histories of which they are not the
// newest.
func (t *Tx) keepAll(b capture.Batch, kept []capture.Kept, works []work) ([]capture.Put, error) {
	puts := make([]capture.Put, len(kept))
	var asset *capture.Put         // of the last one that was stored
	late := map[int]*capture.Put{} // by place in [Tx.late]; a number may be in two of the Puts: stored by one, repaired by the other
	for i, k := range kept {
		place := len(t.late)
		refused := false
		var err error
		if puts[i], refused, err = t.refuses(k, b.Kept[i]); err != nil {
			return nil, err
		}
		if !refused {
			if puts[i], err = t.keep(k, works[i]); err != nil {
				return nil, doing("keep "+k.URL, err)
			}
		}
		if len(t.late) > place {
			late[place] = &puts[i]
		}
		if sites.IsAsset(k.Page) && !refused && !puts[i].Duplicate {
			asset = &puts[i]
		}
	}
	rebuilt, more, err := t.rewriteStale()
	if asset != nil {
		asset.Exchanged = more
	}
	for place, r := range rebuilt {
		if put := late[place]; put != nil {
			r.addTo(put)
		}
	}
	return puts, err
}

// refuses tells what is not stored, and why. given is the capture under the names that it came with.
func (t *Tx) refuses(k, given capture.Kept) (put capture.Put, refused bool, err error) {
	names := []string{k.Page, k.URL, given.Page, given.URL}
	f, forgotten, err := t.State.IsForgotten(t.Store, names...)
	if err == nil && forgotten {
		put.Forgotten = f.Said()
		put.Unneeded, err = schema.OnlyUnneeded(t.Store, names...)
		return put, true, err
	}
	if err == nil && k.IfNeeded {
		needed, e := schema.IsNeeded(t.Store, k.Page)
		put.Unneeded, err = !needed, e
	}
	return put, put.Unneeded, err
}

// renamed joins a page that an older program stored under the name was to the page is, which is
// the same name as it is stored today ([schema.SoundName]): else it would be two pages.
func (t *Tx) renamed(was, is string) error {
	if was == is {
		return nil
	}
	if known, err := schema.Pages.Has(t.Store, was); err != nil || !known {
		return err
	}
	return t.Join(capture.Alias{Page: was, Of: is, Why: "name"})
}

// Tx is one change of a newspaper's file under way: it keeps counters, histories and lists in
// step with the captures. It ends with the store's transaction.
type Tx struct {
	Newspaper *Newspaper
	Store     schema.Writer
	State     schema.State    // as it will be: the change counts here
	History   *history.Reader // of the state's generation

	uses   map[uint64]use               // by number of the base body
	joined map[string]schema.Alias      // by page, until they are stored
	stale  map[string][]int             // by page whose history is to be rebuilt: the places in late of the captures for which it is
	late   []uint64                     // numbers of all those captures, in the order in which they came
	back   map[string]map[string]uint64 // numbers of captures that came back, by page and digest
}

// Begin begins a change of a newspaper's file. What is derived is of the state's generation.
// The caller saves [Tx.State] in the end; [Newspaper.Change] does it all.
func (np *Newspaper) Begin(s schema.Writer, state schema.State) *Tx {
	return &Tx{
		Newspaper: np, Store: s, State: state, History: np.History(s, state.Generation),
		uses: map[uint64]use{}, joined: map[string]schema.Alias{}, stale: map[string][]int{}, back: map[string]map[string]uint64{},
	}
}

// Change lets fn change a newspaper's file in one transaction, its histories and counters with it.
func (np *Newspaper) Change(ctx context.Context, fn func(*Tx) error) error {
	return np.Update(ctx, func(s schema.Writer) error { return np.change(s, fn) })
}

// change is Change within a transaction.
func (np *Newspaper) change(s schema.Writer, fn func(*Tx) error) error {
	state, err := schema.MetaState.Must(s)
	if err != nil {
		return err
	}
	t := np.Begin(s, state)
	if err := fn(t); err != nil {
		return err
	}
	if err := t.saveAliases(); err != nil {
		return err
	}
	if _, _, err := t.rewriteStale(); err != nil {
		return err
	}
	return schema.MetaState.Save(s, t.State)
}

// use is what a commit packs against one base body.
type use struct {
	frames   [][2]int // bytes of body and frame
	replaced bool     // a new reference takes its place
}

// usages stores what bodies came to that were packed against references.
func (t *Tx) usages() (map[uint64]schema.Usage, error) {
	used := map[uint64]schema.Usage{}
	for n, u := range t.uses {
		ref, ok, err := schema.References.Load(t.Store, n)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		for _, f := range u.frames {
			ref.Note(f[0], f[1])
		}
		if u.replaced {
			ref.Debt = 0
		}
		if err := schema.References.Save(t.Store, n, ref); err != nil {
			return nil, err
		}
		used[n] = ref.Usage
	}
	return used, nil
}

// Update lets fn change a newspaper's file in one transaction: all of it is
// durable when Update returns nil, and nothing of it is there when it does not.
// A file of an older format is brought up to date first.
func (np *Newspaper) Update(ctx context.Context, fn func(schema.Writer) error) error {
	for {
		err := np.File.Transact(ctx, func(s store.Tx, schema schema.Format) error {
			if schema.Old() {
				return store.ErrOldFormat
			}
			noting := notingStore{Writer: s}
			if err := fn(&noting); err != nil {
				return err
			}
			return np.moveCopies(s, noting.copied, false)
		})
		if !errors.Is(err, store.ErrOldFormat) {
			return err
		}
		if err := np.upgrade(ctx); err != nil {
			return err
		}
	}
}

// doing says what was being done, where an error does not say by itself what it is of.
func doing(what string, err error) error {
	if store.NamesItself(err) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}
