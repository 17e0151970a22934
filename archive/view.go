package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

// View reads one newspaper as it stood when the View was made, however long the
// reading takes and whatever is stored meanwhile. It never holds the file between
// calls, nor while it calls back, and is safe for use by many goroutines.
//
// One thing can end a View's life: a re-clean that is accepted twice meanwhile
// throws away the articles that it reads.
type View struct {
	paper      *newspaper.Newspaper
	within     schema.Bounds
	generation uint32
	mark       Mark
}

// Mark is what a newspaper held when a [View] was made: Views of the same mark say the same. It is
// to be compared, and holds for one process.
type Mark struct{ state schema.State }

// Mark is that of the newspaper when the View was made.
func (v *View) Mark() Mark { return v.mark }

// View fixes the present state of a newspaper.
func (a *Archive) View(ctx context.Context, site string) (*View, error) {
	v := &View{paper: a.Newspaper(site), within: schema.Unbounded()}
	return v, v.paper.File.Read(ctx, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		v.within.Last, v.generation, v.mark = state.Last, state.Generation, Mark{state}
		return err
	})
}

// At gives the newspaper as it stood at a moment, as far as the View knows: what
// was captured later is not there, and pages that were captured later only are
// not either.
func (v *View) At(moment time.Time) *View {
	then := *v
	then.within.Until = min(max(moment.UnixMilli(), -1), v.within.Until)
	return &then
}

// PageInfo is what a list shows of one page.
type PageInfo struct {
	ID        string // the newspaper's own; "" where it has none
	Page      string // the key
	URL       string // the address of its newest capture
	Title     string // of its newest version; so are language and published
	Language  string
	Published time.Time // zero where it is not known
	First     time.Time // the time of its oldest capture
	Captured  time.Time // and of its newest
	Versions  int
	Edits     int // of the versions: made by the newsroom's edits
	Unsure    int // of the versions: edits, or of another layout only
	Captures  int
	State     capture.State
}

// Article reports whether the page is an article, rather than a list, a feed or
// the like: the newspaper numbers it, or a cleaner made one of it.
func (p PageInfo) Article() bool { return p.ID != "" || p.Versions > 0 }

// Version is a run of captures of one page in which the article reads the same,
// or in which the page was gone.
type Version struct {
	Number   int           // from 1, by time
	State    capture.State // [capture.Live] or [capture.Gone]
	First    uint64        // number of its first capture
	Last     uint64        // and of its last
	Captured time.Time
	LastSeen time.Time
	Digest   string        // of the article: [cleaner.Article.Digest]; "" of a page that is gone
	Changed  []string      // fields that differ from the version before; "state" where it is gone, or back
	Cause    compare.Cause // why they differ: [compare.Edited], [compare.Doubtful] or [ChangedState]; "" of the first
	Cleaner  string        // that made the article; "" of a page that is gone
	Readings []Reading     // where more than one layout read it, in the order in which they first did
	// Capture is the capture whose body and article stand for the version; of a
	// page that is gone, the first that said so, which has no article.
	Capture uint64
}

// Reading is how a version was read from one of its captures on: by another layout,
// after a redesign, to the same words.
type Reading struct {
	Layout   string // "generic" where none fits
	First    uint64 // number of the first capture that was read so
	Captured time.Time
}

// ChangedState is the cause of a version that says that a page is gone, or that it
// is back and reads as before.
const ChangedState = schema.ChangedState

// NewestLive is the newest version that can be read. There is one wherever there
// is any version: a page that was never there is not gone.
func NewestLive(list []Version) (v Version, ok bool) {
	for _, v := range slices.Backward(list) {
		if v.State == capture.Live {
			return v, true
		}
	}
	return Version{}, false
}

// Seen gives, from a page's versions, when it was there to be read: the first capture
// that brought its article, and the newest that did, or that said that it is
// unchanged. That it was gone, or refused to us, is no seeing. Both are zero where
// there is no version.
func Seen(list []Version) (first, last time.Time) {
	newest, ok := NewestLive(list)
	if !ok {
		return first, last
	}
	return list[0].Captured, newest.LastSeen
}

// handing gives what a scan gives to fn.
func handing[T any](list iter.Seq2[T, error], fn func(T) error) error {
	for x, err := range list {
		if err == nil {
			err = fn(x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Pages goes through the articles in the order of their keys.
func (v *View) Pages(ctx context.Context, fn func(PageInfo) error) error {
	return v.PagesWith(ctx, "", fn)
}

// PagesWith goes through the articles whose keys begin like that.
func (v *View) PagesWith(ctx context.Context, begin string, fn func(PageInfo) error) error {
	return v.pages(ctx, begin, func(p PageInfo) error {
		if !p.Article() {
			return nil
		}
		return fn(p)
	})
}

// AllPages goes through all pages, lists and feeds included. [View.Assets] goes through the assets.
func (v *View) AllPages(ctx context.Context, fn func(PageInfo) error) error {
	return v.pages(ctx, "", fn)
}

func (v *View) pages(ctx context.Context, begin string, fn func(PageInfo) error) error {
	return handing(eachPage(ctx, v.paper.File, begin, v.pageInfo), fn)
}

func (v *View) pageInfo(r schema.Reader, page string, rec schema.Page) (PageInfo, bool, error) {
	info, _, ok, err := v.info(r, page, rec)
	return info, ok, err
}

// Histories goes through the articles in the order of their keys, each with its
// versions: faster than to ask for them one by one.
func (v *View) Histories(ctx context.Context, fn func(PageInfo, []Version) error) error {
	type history struct {
		page     PageInfo
		versions []Version
	}
	return handing(eachPage(ctx, v.paper.File, "", func(r schema.Reader, page string, rec schema.Page) (history, bool, error) {
		info, counted, ok, err := v.info(r, page, rec)
		if err != nil || !ok || !info.Article() {
			return history{}, false, err
		}
		if counted == nil && info.Versions > 0 {
			counted, err = schema.StoredVersions(r, v.generation, info.Page)
		}
		return history{info, VersionsOf(counted)}, true, err
	}), func(h history) error { return fn(h.page, h.versions) })
}

// info makes a page's PageInfo as of the View; ok is false where it was not there
// then. Where its versions had to be derived for that, they come along.
func (v *View) info(r schema.Reader, page string, rec schema.Page) (info PageInfo, counted []schema.Version, ok bool, err error) {
	var head schema.Head
	if v.knows(rec) {
		if head, _, err = schema.Heads(v.generation).Load(r, page); err != nil {
			return PageInfo{}, nil, false, err
		}
	} else {
		// Something came since: count again what was there before.
		if rec, head, counted, err = v.recount(r, page, rec.ID); err != nil || rec.Captures == 0 {
			return PageInfo{}, nil, false, err
		}
	}
	return PageInfo{
		ID: rec.ID, Page: page, URL: rec.URL, Title: head.Title, Language: head.Language, Published: schema.InZone(head.Published),
		First: rec.First.Time(), Captured: rec.Newest.Time(), Versions: head.Versions,
		Edits: head.Edits(), Unsure: head.Unsure, Captures: rec.Captures, State: rec.Shown(head),
	}, counted, true, nil
}

// knows reports whether the View sees all captures of a page.
func (v *View) knows(rec schema.Page) bool {
	return rec.Last <= v.within.Last && rec.Newest.At <= v.within.Until
}

func (v *View) recount(r schema.Reader, page, id string) (schema.Page, schema.Head, []schema.Version, error) {
	rec := schema.Page{ID: id}
	positions, err := schema.Positions(r, page, v.within)
	if err != nil {
		return schema.Page{}, schema.Head{}, nil, err
	}
	for _, m := range positions {
		c, err := schema.LoadCapture(r, m.Number)
		if err != nil {
			return schema.Page{}, schema.Head{}, nil, err
		}
		rec.Count(c, m)
	}
	h := v.history(r)
	versions, err := h.Versions(page)
	if err != nil {
		return schema.Page{}, schema.Head{}, nil, err
	}
	head, err := h.Head(versions)
	return rec, head, versions, err
}

func (v *View) history(r schema.Reader) *history.Reader {
	h := v.paper.History(r, v.generation)
	h.Within = v.within
	return h
}

// Page finds a page by its key, by the newspaper's own id where one edition only
// has it, or by any address seen for it. What is not there is [ErrNoPage], what
// was taken out a [*ForgottenError].
func (v *View) Page(ctx context.Context, ref string) (info PageInfo, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		page, err := v.resolve(r, ref)
		if err != nil {
			return err
		}
		rec, there, err := schema.Pages.Load(r, page)
		if err != nil {
			return err
		}
		ok := false
		if there {
			info, _, ok, err = v.info(r, page, rec)
		}
		if err == nil && !ok {
			err = v.notYet(ref, rec)
		}
		return err
	})
	return info, err
}

// notYet is the error for a page that was captured after the time of the View
// only, where that is why it is not there.
func (v *View) notYet(ref string, rec schema.Page) error {
	if rec.First.At > v.within.Until {
		return schema.Say(ErrNoPage, "%w then: %s was first captured %s", ErrNoPage, v.named(ref), rec.First)
	}
	return v.noPage(ref)
}

// missing is the error for a page that is not there: of one that was taken out,
// that it was.
func (v *View) missing(r schema.Reader, names ...string) error {
	f, forgotten, err := schema.LoadForgotten(r, names...)
	switch {
	case err != nil:
		return err
	case forgotten:
		return &ForgottenError{Site: v.paper.Name, Forgotten: f}
	}
	return v.noPage(names[0])
}

// resolve finds the key of a page.
func (v *View) resolve(r schema.Reader, ref string) (string, error) {
	keys := []string{ref, schema.SoundName(ref)}
	if page, ok, err := schema.Addresses.Load(r, ref); err != nil {
		return "", err
	} else if ok {
		keys = append(keys, page)
	}
	if s, ok := sites.ByName(v.paper.Name); ok && strings.Contains(ref, "/") {
		if addr, err := s.Address(ref); err == nil {
			keys = append(keys, addr.Page)
		}
	}
	for _, key := range keys {
		if schema.CheckPage(key) != nil {
			continue
		}
		page, err := schema.LoadAlias(r, key)
		if err != nil {
			return "", err
		}
		if known, err := schema.Pages.Has(r, page); err != nil || known {
			return page, err
		}
	}
	// The id of a translated edition's article: its key is the id with the edition.
	if ref == "" || schema.CheckPage(ref) != nil {
		return "", v.noPage(ref)
	}
	var editions []string
	for rec, err := range schema.Pages.StartingWith(ref + ".").All(r) {
		if err != nil {
			return "", err
		}
		if len(editions) > 8 {
			break
		}
		if rec.Value.ID == ref {
			editions = append(editions, rec.Key)
		}
	}
	switch {
	case len(editions) > 1:
		return "", schema.Say(ErrNoPage, "%s is several pages, name one: %s", v.named(ref), v.paper.Name+"/"+strings.Join(editions, ", "+v.paper.Name+"/"))
	case len(editions) == 0:
		return "", v.missing(r, keys...)
	}
	return editions[0], nil
}

// Versions lists a page's versions, the oldest first.
func (v *View) Versions(ctx context.Context, page string) (list []Version, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		page, err := schema.LoadAlias(r, page)
		if err != nil {
			return err
		}
		rec, ok, err := schema.Pages.Load(r, page)
		switch {
		case err != nil:
			return err
		case !ok:
			return v.missing(r, page)
		}
		var records []schema.Version
		if v.knows(rec) {
			records, err = schema.StoredVersions(r, v.generation, page)
		} else {
			records, err = v.history(r).Versions(page)
		}
		list = VersionsOf(records)
		return err
	})
	return list, err
}

// VersionsOf are all versions of a page as callers see them. Like [Archive.Newspaper] it is
// for the tools in the folders below.
func VersionsOf(records []schema.Version) (list []Version) {
	for i, v := range records {
		list = append(list, versionOf(v, i+1))
	}
	return list
}

// versionOf is the version of this number as callers see it.
func versionOf(v schema.Version, number int) Version {
	var readings []Reading
	for _, r := range v.Readings {
		readings = append(readings, Reading{r.Layout, r.First, r.Captured})
	}
	return Version{
		Cause: v.Why(), Readings: readings,
		Number: number, State: cmp.Or(v.State, capture.Live), First: v.First, Last: v.Last, Captured: v.Captured, LastSeen: v.Seen,
		Digest: v.Digest, Changed: v.Changed, Cleaner: v.Cleaner, Capture: cmp.Or(v.Article, v.First),
	}
}

// Difference compares two versions of a page that can be read, and gives the
// articles that it compared, made by one cleaner.
func (v *View) Difference(ctx context.Context, old, now Version) (d compare.Difference, before, after cleaner.Article, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		found, was, is, err := v.history(r).Compare(history.At{Number: old.Capture, Time: old.LastSeen}, history.At{Number: now.Capture, Time: now.Captured})
		if err != nil {
			return err
		}
		if was == nil || is == nil {
			return fmt.Errorf("versions %d and %d cannot be compared: %w", old.Number, now.Number, &cleaner.NotArticleError{Reason: "this program's cleaner finds no article in one of them"})
		}
		d, before, after = found, *was, *is
		return nil
	})
	return d, before, after, err
}

// Pictures tells of the pictures of the article that a capture has, in its order, what was kept of
// them nearest to a moment. There are none where nobody noted what the page needs.
func (v *View) Pictures(ctx context.Context, number uint64, at time.Time) (list []compare.Picture, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		list, err = v.history(r).Pictures(history.At{Number: number, Time: at})
		return err
	})
	return list, err
}

// AddressSeen is one address of a page.
type AddressSeen struct {
	URL         string
	First, Last time.Time // when it was asked for first and last
	Captures    int
}

// Addresses lists the addresses that a page was captured at, in the order in
// which they were first seen.
func (v *View) Addresses(ctx context.Context, page string) (list []AddressSeen, err error) {
	place := map[string]int{}
	err = v.Captures(ctx, page, func(c capture.Capture) error {
		i, ok := place[c.URL]
		if !ok {
			i = len(list)
			place[c.URL] = i
			list = append(list, AddressSeen{URL: c.URL, First: c.Time})
		}
		list[i].Last = c.Time
		list[i].Captures++
		return nil
	})
	return list, err
}

// Captures goes through a page's captures in order of time.
func (v *View) Captures(ctx context.Context, page string, fn func(capture.Capture) error) error {
	page, err := v.keyOf(ctx, page)
	if err != nil {
		return err
	}
	return handing(store.Scan(ctx, v.paper.File, schema.Times(page).Table, func(r schema.Reader, m schema.Position, _ struct{}) (c capture.Capture, ok bool, err error) {
		if v.within.Hold(m) {
			c, err = schema.LoadCapture(r, m.Number)
			ok = true
		}
		return c, ok, err
	}), fn)
}

// Moment is when a capture came, and its number.
type Moment struct {
	Time   time.Time // UTC
	Number uint64
}

// Moments lists when a page's captures came, in order of time, without reading them: a front page
// may have a hundred thousand.
func (v *View) Moments(ctx context.Context, page string) (list []Moment, err error) {
	all := false
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		if page, err = v.keyIn(r, page); err == nil {
			list, all, err = v.momentsOf(r, page)
		}
		return err
	})
	if err != nil || all {
		return list, err
	}
	err = handing(store.Scan(ctx, v.paper.File, schema.Times(page).Table, func(_ schema.Reader, m schema.Position, _ struct{}) (schema.Position, bool, error) {
		return m, v.within.Hold(m), nil
	}), func(m schema.Position) error {
		list = append(list, Moment{m.Time(), m.Number})
		return nil
	})
	return list, err
}

// keyOf is the key of a page that there is.
func (v *View) keyOf(ctx context.Context, page string) (key string, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		key, err = v.keyIn(r, page)
		return err
	})
	return key, err
}

func (v *View) keyIn(r schema.Reader, page string) (key string, err error) {
	if key, err = schema.LoadAlias(r, page); err != nil {
		return "", err
	}
	known, err := schema.Pages.Has(r, key)
	if err == nil && !known {
		err = v.missing(r, key)
	}
	return key, err
}

// All goes through every capture by its number; what was asked is not read.
func (v *View) All(ctx context.Context, fn func(capture.Capture) error) error {
	return v.all(ctx, func(_ schema.Reader, s schema.Capture) (capture.Capture, error) { return s.Plain(), nil }, fn)
}

// Last is the highest number that a capture has had when the View was made.
func (v *View) Last() uint64 { return v.within.Last }

// Between is [View.All] of the numbers from first to last, both included.
func (v *View) Between(ctx context.Context, first, last uint64, fn func(capture.Capture) error) error {
	return handing(store.Scan(ctx, v.paper.File, schema.Captures.From(first), func(_ schema.Reader, n uint64, s schema.Capture) (capture.Capture, bool, error) {
		if n > min(last, v.within.Last) {
			return capture.Capture{}, false, schema.ErrStop
		}
		c := s.Plain()
		return c, v.within.Hold(schema.Position{At: c.Time.UnixMilli(), Number: n}), nil
	}), fn)
}

// Exchanges goes through every capture by its number, each with what was asked.
func (v *View) Exchanges(ctx context.Context, fn func(capture.Capture) error) error {
	forms := schema.Forms{}
	return v.all(ctx, forms.Request, fn)
}

func (v *View) all(ctx context.Context, read func(schema.Reader, schema.Capture) (capture.Capture, error), fn func(capture.Capture) error) error {
	return handing(store.Scan(ctx, v.paper.File, schema.Captures, func(r schema.Reader, n uint64, s schema.Capture) (capture.Capture, bool, error) {
		if n > v.within.Last {
			return capture.Capture{}, false, schema.ErrStop
		}
		c, err := read(r, s)
		return c, v.within.Hold(schema.Position{At: c.Time.UnixMilli(), Number: n}), schema.Captures.Name(n, err)
	}), fn)
}

// Capture finds a capture by its number.
func (v *View) Capture(ctx context.Context, n uint64) (c capture.Capture, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		if n > v.within.Last {
			return schema.NoCapture(n)
		}
		c, err = schema.LoadCapture(r, n)
		return err
	})
	return c, err
}

// Exchange finds a capture by its number, with what was asked.
func (v *View) Exchange(ctx context.Context, n uint64) (c capture.Capture, err error) {
	if c, err = v.Capture(ctx, n); err != nil {
		return c, err
	}
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		s, err := schema.LoadStored(r, n)
		if err == nil {
			c, err = schema.Forms{}.Request(r, s)
		}
		return err
	})
	return c, err
}

// Body reads the body of a capture, its SHA-256 checked; of a revisit, the body
// that it repeats. A capture without a body gives nil.
func (v *View) Body(ctx context.Context, n uint64) ([]byte, error) {
	var c body.Chain
	err := v.paper.File.Read(ctx, func(r schema.Reader) (err error) {
		c, err = v.chainOf(r, n)
		return err
	})
	if err != nil || len(c.Parts) == 0 {
		return nil, err
	}
	return v.paper.Bodies.Unpack(c)
}

func (v *View) chainOf(r schema.Reader, n uint64) (body.Chain, error) {
	if n > v.within.Last {
		return body.Chain{}, schema.NoCapture(n)
	}
	// A body has the number of the capture that brought it: mostly this one.
	if c, brought, err := v.paper.Bodies.FindChain(r, n); err != nil || brought {
		return c, err
	}
	// All else that a capture says is not looked at: it takes as long as unpacking.
	switch c, ok, err := schema.Repeats.Load(r, n); {
	case err != nil:
		return body.Chain{}, err
	case !ok:
		return body.Chain{}, schema.NoCapture(n)
	case c.Digest == "":
		return body.Chain{}, nil
	default:
		number, err := schema.BodyNumber(r, c.Digest)
		switch {
		case err != nil:
			return body.Chain{}, err
		case number == 0 && c.Kind == capture.Revisit && c.RevisitOf == 0:
			return body.Chain{}, nil // it repeats what never came here
		case number == 0:
			return body.Chain{}, schema.MissingBody(n)
		}
		return v.paper.Bodies.Chain(r, number)
	}
}

// Article reads what the cleaner made of a capture; of a revisit, what it made of
// the capture that it repeats. Where that is no article the error is a
// [*cleaner.NotArticleError], or [ErrNoPage] where it was never cleaned.
func (v *View) Article(ctx context.Context, n uint64) (cleaner.Article, error) {
	_, art, err := v.Cleaned(ctx, n)
	return art, err
}

// Cleaned is [View.Article] with the capture.
func (v *View) Cleaned(ctx context.Context, n uint64) (capture.Capture, cleaner.Article, error) {
	var c capture.Capture
	var packed packedArticle
	err := v.paper.File.Read(ctx, func(r schema.Reader) (err error) {
		if n > v.within.Last {
			return schema.NoCapture(n)
		}
		if c, err = schema.LoadCapture(r, n); err != nil {
			return err
		}
		for _, at := range []uint64{n, c.RevisitOf} {
			var ok bool
			if packed, ok, err = v.packed(r, at); err != nil || ok {
				return err
			}
		}
		return schema.Say(ErrNoPage, "capture %d gave no article", n)
	})
	if err != nil {
		return c, cleaner.Article{}, err
	}
	art, err := v.unpack(packed)
	return c, art, err
}

// packedArticle is an article as it is stored, with the body that it is packed against.
type packedArticle struct {
	number uint64
	record schema.Article
	body   body.Chain
}

// packed reads the stored article of a capture; ok is false where there is none.
func (v *View) packed(r schema.Reader, n uint64) (p packedArticle, ok bool, err error) {
	if n == 0 {
		return p, false, nil
	}
	p.number = n
	if p.record, ok, err = schema.Articles(v.generation).Load(r, n); err != nil || !ok {
		return p, false, err
	}
	if p.record.Refused != "" {
		return p, true, &cleaner.NotArticleError{Reason: p.record.Refused}
	}
	if p.record.Dict != 0 {
		p.body, err = v.paper.Bodies.Chain(r, p.record.Dict)
	}
	return p, true, err
}

// packedBy reads the stored article of a capture, if the cleaner of that name made it.
func (v *View) packedBy(r schema.Reader, n uint64, name string) (p packedArticle, ok bool, err error) {
	p, ok, err = v.packed(r, n)
	if not := (*cleaner.NotArticleError)(nil); errors.As(err, &not) {
		return p, false, nil
	}
	return p, ok && p.record.Cleaner == name, err
}

func (v *View) unpack(p packedArticle) (cleaner.Article, error) {
	var dictionary []byte
	if len(p.body.Parts) > 0 {
		var err error
		if dictionary, err = v.paper.Bodies.Unpack(p.body); err != nil {
			return cleaner.Article{}, schema.Articles(0).Name(p.number, err)
		}
	}
	return v.paper.Pool.Article(p.number, p.record, dictionary)
}

// ErrOtherCleaner is returned for an article that only another cleaner than the one asked for
// can make.
var ErrOtherCleaner = errors.New("read by another cleaner")

// CleanedBy reads what the cleaner of that name made of a capture: as it is stored where it
// was that one, else made again where this program has it. Where neither can be the error is
// [ErrOtherCleaner] with the names.
func (v *View) CleanedBy(ctx context.Context, n uint64, name string) (cleaner.Article, error) {
	var own, repeated packedArticle
	var isOwn, isRepeated bool
	var c capture.Capture
	err := v.paper.File.Read(ctx, func(r schema.Reader) (err error) {
		if c, err = schema.LoadCapture(r, n); err != nil {
			return err
		}
		if own, isOwn, err = v.packedBy(r, n, name); err != nil || isOwn || c.RevisitOf == 0 {
			return err
		}
		of, err := schema.LoadCapture(r, c.RevisitOf)
		if err == nil && of.URL == c.URL { // else its article has another address
			repeated, isRepeated, err = v.packedBy(r, c.RevisitOf, name)
		}
		return err
	})
	switch {
	case err != nil:
		return cleaner.Article{}, err
	case isOwn:
		return v.unpack(own)
	case v.paper.CleanerName() == name:
		return v.clean(ctx, c)
	case isRepeated:
		return v.unpack(repeated)
	}
	return cleaner.Article{}, fmt.Errorf("%w: %s is wanted, this program has %s", ErrOtherCleaner, name, v.paper.CleanerName())
}

// clean has the present cleaner read a capture.
func (v *View) clean(ctx context.Context, c capture.Capture) (cleaner.Article, error) {
	page, err := v.Body(ctx, c.Number)
	if err == nil && page == nil {
		err = schema.Say(ErrNoPage, "capture %d has no body", c.Number)
	}
	if err != nil {
		return cleaner.Article{}, err
	}
	art, refused := v.paper.Cleaner.Read(v.paper.Name, c, page)
	if art == nil {
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: refused}
	}
	return v.paper.Pool.AsStored(*art)
}

// Cleaning is one re-clean of a newspaper that was accepted: from then on its
// articles are those that this cleaner made, and its versions follow from them.
type Cleaning = schema.Cleaning

// Cleanings lists the re-cleans that the View's articles went through, the oldest
// first.
func (v *View) Cleanings(ctx context.Context) (list []Cleaning, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		records, _, err := schema.MetaCleanings.Load(r)
		for _, c := range records {
			if c.Generation <= v.generation {
				list = append(list, c)
			}
		}
		return err
	})
	return list, err
}

// Staged is a re-clean of a newspaper that stands beside its articles and is not accepted.
type Staged struct {
	Cleaner string // its name
	Done    uint64 // up to the capture of this number it was cleaned again
	Last    uint64 // the newest capture
}

// Staged tells what stands beside the newspaper's articles now; ok is false where nothing does.
func (v *View) Staged(ctx context.Context) (s Staged, ok bool, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		var record schema.Staged
		if record, ok, err = schema.MetaStaged.Load(r); err != nil || !ok {
			return err
		}
		s = Staged{record.Cleaner, record.Done, v.within.Last}
		return nil
	})
	return s, ok, err
}

// Recleaned is what one accepted re-clean did to a page's versions, and Regroup some of them that
// became others.
type (
	Recleaned = schema.Recleaned
	Regroup   = schema.Regroup
)

// Recleaned is what those re-cleans did to a page's versions that made others of them, the oldest
// first: the newspaper had no part in it.
func (v *View) Recleaned(ctx context.Context, page string) (list []Recleaned, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		head, _, err := schema.Heads(v.generation).Load(r, page)
		list = head.Recleaned
		return err
	})
	return list, err
}

// Runs lists the runs over the newspaper, the oldest first.
func (v *View) Runs(ctx context.Context) (runs []capture.Run, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		for run, err := range schema.Runs.All(r) {
			if err != nil {
				return err
			}
			runs = append(runs, run.Value)
		}
		return nil
	})
	return runs, err
}

// Stats counts what a newspaper's file holds.
type Stats struct {
	Pages       int   `json:"pages"`    // lists, feeds and robots.txt included, assets not
	Articles    int   `json:"articles"` // pages with a version
	Captures    int   `json:"captures"`
	Versions    int   `json:"versions"`
	RawBytes    int64 `json:"raw_bytes"`    // of all bodies, each once, but for those of assets
	StoredBytes int64 `json:"stored_bytes"` // of the same, compressed; references included
	AssetStats
	CopyBytes int64 `json:"copy_bytes"` // of bodies that are stored twice, for others are packed against them: the second copies, not in StoredBytes
	FileBytes int64 `json:"file_bytes"`
}

// Stats counts as of now, not as of the View: but for the articles, which are
// gone through, it reads counters that each commit keeps.
func (v *View) Stats(ctx context.Context) (Stats, error) {
	s, err := countersOf(ctx, v.paper)
	if err != nil {
		return Stats{}, err
	}
	err = v.Pages(ctx, func(p PageInfo) error {
		if p.Versions > 0 {
			s.Articles++
		}
		return nil
	})
	return s, err
}

// Counters is a newspaper's Stats without the articles: nothing is gone through.
func (a *Archive) Counters(ctx context.Context, site string) (Stats, error) {
	return countersOf(ctx, a.Newspaper(site))
}

func countersOf(ctx context.Context, np *newspaper.Newspaper) (Stats, error) {
	state, err := np.State(ctx)
	if err != nil {
		return Stats{}, err
	}
	info, err := os.Stat(np.File.Path("db"))
	if err != nil {
		return Stats{}, err
	}
	assets := assetStats(state)
	return Stats{
		Pages: state.Pages - assets.Assets, Captures: state.Captures() - assets.AssetCaptures, Versions: state.Versions,
		RawBytes: state.RawBytes - assets.AssetRawBytes, StoredBytes: state.StoredBytes - assets.AssetStoredBytes, CopyBytes: state.CopyBytes, FileBytes: info.Size(),
		AssetStats: assets,
	}, nil
}
