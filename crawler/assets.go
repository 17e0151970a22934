package crawler

import (
	"maps"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner/assets"
	"baoluu/sites"
)

// Assets says which of the files that pages need are fetched. Scripts never are.
type Assets string

// What is fetched. The zero value is NoAssets.
const (
	NoAssets  Assets = "none"
	Images    Assets = "images" // the pictures of articles, posters of videos included
	AllAssets Assets = "all"    // of articles and lists: pictures, style sheets and what these name, fonts, icons
)

// AssetModes are the words for [Assets], the least first.
var AssetModes = []Assets{NoAssets, Images, AllAssets}

const (
	// maxSheet bounds the style sheets that are read for what they name; real ones have
	// some hundred kilobytes.
	maxSheet = 2 << 20
	// maxAssetTries is in how many runs in a row an asset may fail before it is let be.
	maxAssetTries = 5

	// What a page names again is asked for again, where it was asked for so long ago. The
	// picture at an address seldom becomes another; a style sheet does with each redesign.
	pictureAge = 30 * 24 * time.Hour
	sheetAge   = 24 * time.Hour
	// editedAge holds for the pictures of an article that was just found edited.
	editedAge = time.Hour
)

// Why an asset is not fetched, or is not kept as what it was to be.
const (
	manyGap = "too many on one page"
	deepGap = "imported too deep"
)

// notA are the gaps of what is not what the page wants it for.
var notA = map[assets.Kind]string{assets.Image: "not a picture", assets.Style: "not a style sheet", assets.Font: "not a font"}

func (a Assets) on() bool { return a == Images || a == AllAssets }

// takes reports whether assets of a kind are fetched.
func (a Assets) takes(k assets.Kind) bool { return a == AllAssets || a == Images && k == assets.Image }

// of reports whether the assets of a page of this kind are wanted.
func (a Assets) of(k sites.Kind) bool {
	switch k {
	case sites.Article, sites.Other:
		return a.on()
	case sites.List:
		return a == AllAssets
	}
	return false
}

// unread reports whether a page is known whose newest body was not read for the assets
// that are wanted: it is asked for in full then, once.
func (a Assets) unread(e capture.Entry) bool {
	return a.of(e.Kind) && e.Needs != string(a) && e.Needs != string(AllAssets)
}

// readNeeds notes what a page with a body needs: all of it with the capture, for whoever
// shows the page, and as entries what this run takes. p is nil where that is no HTML.
func (c *crawl) readNeeds(e capture.Entry, k *capture.Kept, p *page, r *result) {
	r.entry.Needs = ""
	if !c.o.Assets.of(e.Kind) {
		return
	}
	r.entry.Needs = string(c.o.Assets)
	if p != nil {
		c.need(assets.OfPage(k.Body, k.ContentType, k.URL), k, 0, r)
	}
}

// need notes what a capture needs; depth is how many style sheets led to it.
func (c *crawl) need(needs []assets.Need, k *capture.Kept, depth int, r *result) {
	now := time.Now()
	seen := make(map[string]bool)
	r.tooMany = len(needs) >= assets.MaxNeeds
	for _, n := range needs {
		page := sites.AssetPage(n.URL)
		if seen[page] {
			continue
		}
		seen[page] = true
		k.Needs = append(k.Needs, page)
		if !c.o.Assets.takes(n.Kind) {
			continue
		}
		e := capture.Entry{
			Page: page, URL: n.URL, Kind: sites.Asset, Class: capture.Asset, As: string(n.Kind),
			Listed: now, ListedBy: k.URL, Hops: depth,
		}
		if depth > maxHops {
			e.Gap = deepGap
		} else if _, _, gap := c.target(sites.Asset, n.URL); gap != "" {
			e.Gap = gap
		}
		r.needs = append(r.needs, e)
	}
}

// want puts the assets that a page needs into the frontier, with the page's own commit: those
// that are new, and those that were asked for so long ago that the answer may be another.
func (r *run) want(res result) error {
	if len(res.needs) == 0 {
		return nil
	}
	if res.tooMany {
		r.missing(manyGap, res.entry.URL)
	}
	q := r.assets
	due := q.nextDue()
	for _, n := range res.needs {
		if _, before, _ := q.seen.add(n.Page); before {
			continue
		}
		known, ok, err := r.commits.entry(n.Page)
		if err != nil {
			return err
		}
		switch {
		case !ok && n.Gap != "":
			r.missing(n.Gap, n.URL)
		case !ok:
			n.Due = due
		case q.ours && !known.Due.IsZero(), known.Due.IsZero() && isStale(known, time.Now()):
			known.Class, known.Due = capture.Asset, due
			n = known
		default:
			continue
		}
		r.commits.put(n)
	}
	return nil
}

// isStale reports whether an asset that a page names is worth another request.
func isStale(e capture.Entry, now time.Time) bool {
	age := pictureAge
	if e.As == string(assets.Style) {
		age = sheetAge
	}
	return now.Sub(latest(e.Fetched, e.Listed)) >= age
}

// edited has the pictures of an article asked for again that was just found edited: some
// newspapers put the new picture in the old one's place.
func (r *run) edited(k capture.Kept) error {
	if r.assets == nil {
		return nil
	}
	due := r.assets.nextDue()
	for _, page := range k.Needs {
		e, ok, err := r.commits.entry(page)
		if err != nil {
			return err
		}
		if ok && e.As == string(assets.Image) && e.Due.IsZero() && e.Capture != 0 && time.Since(e.Fetched) >= editedAge {
			e.Due = due
			r.commits.put(e)
		}
	}
	return nil
}

// missing counts why an asset is not there.
func (r *run) missing(why, address string) {
	if r.report.Assets.Missing == nil {
		r.report.Assets.Missing = make(map[string]int)
	}
	r.report.Assets.Missing[why]++
	r.log.Debug("no asset", "site", r.site.Name, "url", address, "err", why)
}

// handleAsset books what a worker brought for an asset.
func (r *run) handleAsset(res result) error {
	e, a, q := res.entry, r.report.Assets, r.assets
	q.under--
	a.Bytes += res.received
	q.budget.spend(res.received, time.Now())
	last := r.queue.last(e.Page)
	if res.aborted {
		if len(res.kept) == 0 {
			r.queue.done(e.Page)
			return nil
		}
		last.Gap = res.gap // the rest is as it was: it is still due
		e = last
	}
	if res.asked {
		a.Asked++
	}
	if res.gap != "" && (res.asked || e.Due.IsZero()) { // else it waits for another run
		r.missing(res.gap, e.URL)
	}
	q.heard(e.URL, res)
	r.commits.visited(e.Page)
	r.commits.put(e)
	return r.want(res)
}

// bookAsset counts what a commit made of one capture of an asset.
func (r *run) bookAsset(k capture.Kept, put capture.Put) {
	if r.report.Assets != nil {
		r.report.Assets.Exchanged += put.Exchanged
	}
	switch {
	case r.report.Assets == nil || k.State != capture.Live:
	case put.Revisit || k.Kind == capture.Revisit:
		r.report.Assets.Same++
	default:
		r.report.Assets.Kept++
	}
}

// copyOf is what of a report may be told while the run goes on.
func copyOf(a *capture.Assets) *capture.Assets {
	if a == nil {
		return nil
	}
	c := *a
	c.Missing = maps.Clone(a.Missing)
	return &c
}

// assetsLeft says, at the run's end, how many assets wait for another one.
func (r *run) assetsLeft() error {
	if r.assets == nil {
		return nil
	}
	n, err := r.store.Waiting(r.ctx, r.site.Name, latest(time.Now(), r.assets.last), capture.Asset)
	r.report.Assets.Waiting, r.report.Assets.Spent = n, r.assets.budget.left(time.Now()) <= 0
	return err
}
