package warc

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

const (
	// A batch is committed when it is this large.
	batchCount = 64
	batchBytes = 8 << 20
)

// batch is what waits to be committed for one newspaper.
type batch struct {
	items []item
	bytes int
}

// add puts a capture into its newspaper's batch.
func (im *importer) add(ctx context.Context, it item) error {
	b := im.batches[it.site]
	if b == nil {
		b = &batch{}
		im.batches[it.site] = b
	}
	if len(it.Body) > 0 {
		it.Capture.Digest = sha256Of(it.Body)
	}
	im.needed(&it)
	im.meter.Spend(priceCapture)
	if it.Kind != capture.Revisit {
		delete(im.missing, seenBy(it.site, it.Page))
	}
	if len(b.items) >= batchCount || b.bytes >= batchBytes { // not before: what goes with the last may come right behind it
		if err := im.flush(ctx, it.site); err != nil {
			return err
		}
	}
	b.items = append(b.items, it)
	b.bytes += it.size()
	return nil
}

// size is how much memory an item takes, about.
func (it *item) size() int {
	const field = 64 // what each takes beside its bytes
	n := len(it.Body) + len(it.URL) + len(it.Reason) + len(it.Request)
	for _, f := range it.Header {
		n += field + len(f.Name) + len(f.Value)
	}
	for _, note := range it.Notes {
		n += field + len(note)
	}
	return n
}

func (im *importer) flushAll(ctx context.Context) error {
	for _, s := range sites.All() {
		if err := im.flush(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// flush commits what waits for a newspaper.
func (im *importer) flush(ctx context.Context, site *sites.Site) error {
	b := im.batches[site]
	if b == nil || len(b.items) == 0 {
		return nil
	}
	im.meter.Spend(priceCommit)
	items := b.items
	*b = batch{}
	if err := im.opened(); err != nil {
		return err
	}
	kept := make([]capture.Kept, len(items))
	for i, it := range items {
		kept[i] = it.Kept
	}
	numbers, err := im.archive.Known(ctx, site.Name, kept)
	if err != nil {
		return err
	}
	var fresh []item
	for i, it := range items {
		if numbers[i] != 0 {
			im.count.Duplicates++
			im.there(it, numbers[i])
		} else {
			fresh = append(fresh, it)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range fresh {
		g.Go(func() error { return fresh[i].clean(ctx) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return im.store(ctx, site, fresh)
}

// store commits captures together or, where the archive refuses one of them, one
// by one.
func (im *importer) store(ctx context.Context, site *sites.Site, items []item) error {
	kept := make([]capture.Kept, len(items))
	for i, it := range items {
		kept[i] = it.Kept
	}
	err := im.commit(ctx, site, capture.Batch{Kept: kept}, func(puts []capture.Put) {
		for i, p := range puts {
			im.meter.Spend(priceRebuilt*int64(p.Rebuilt) + priceCompared*int64(p.Compared))
			switch it := items[i]; {
			case p.Forgotten != "" || p.Unneeded:
				im.refused(it, p)
				continue
			case p.Duplicate:
				im.count.Duplicates++
			default:
				im.count.Captures++
				if it.Article != nil {
					im.count.Articles++
				}
				if it.isAsset {
					im.count.Assets++
				}
			}
			im.there(items[i], p.Number)
		}
	})
	if !errors.Is(err, archive.ErrInvalid) {
		return err
	}
	if len(items) == 1 {
		im.recount(items[0].own, items[0].as, asNothing)
		im.problem(warcfile.Problem{What: fmt.Sprintf("capture of %.200q left out: %v", items[0].URL, err), Lost: true})
		return nil
	}
	for i := range items {
		if err := im.store(ctx, site, items[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// there notes a capture that is in the archive now, and its number.
func (im *importer) there(it item, number uint64) {
	im.recount(it.own, it.as, asNothing)
	im.names(it) // also what was refused before, for nothing needed it
	im.remember(it, number)
	im.awaits(it, number)
}

// opened opens the archive when it is needed first.
func (im *importer) opened() (err error) {
	if im.archive == nil {
		im.archive, err = im.open()
	}
	return err
}

func (im *importer) commit(ctx context.Context, site *sites.Site, b capture.Batch, done func([]capture.Put)) error {
	if err := im.opened(); err != nil {
		return err
	}
	puts, err := im.archive.Commit(ctx, site.Name, b)
	if err == nil {
		done(puts)
	}
	return err
}
