package search

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"baoluu/archive/follow"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"golang.org/x/sync/errgroup"
)

// mostPages is how many pages a segment has at most that is made of others: a search asks several at
// a time, and no merge takes long.
const mostPages = 1 << 16

// publish has the next state take the place of the present one. Where purge is set, no file of it holds
// a page that was dropped.
func (b *builder) publish(ctx context.Context, mark follow.Mark, purge bool) error {
	list, err := b.segments(ctx, purge)
	if err != nil {
		return err
	}
	defer b.closeFresh(list)
	s := state{Format: format, Analyzer: analyzer, Bleve: plugin.Version(), Mark: mark, Segments: []segmentInfo{}}
	for _, o := range list {
		info := o.segmentInfo
		info.Dropped = nil
		if o.dropped != nil && !o.dropped.IsEmpty() {
			if info.Dropped, err = o.dropped.ToBytes(); err != nil {
				return err
			}
		}
		s.Segments = append(s.Segments, info)
	}
	s.Next = b.next
	return s.publish(b.dir)
}

// publish writes a state, durably and at once.
func (s state) publish(dir string) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, stateName)
	f, err := os.Create(path + stateNew)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// segments is the segments of the next state: the small ones merged.
func (b *builder) segments(ctx context.Context, purge bool) ([]*opened, error) {
	var list []*opened
	for _, o := range b.from.segments {
		o := &opened{o.segmentInfo, o.file, o.seg, b.dropped[o]}
		if o.live() > 0 {
			list = append(list, o)
		}
	}
	for _, info := range b.fresh {
		o, err := info.open(b.dir, nil)
		if err != nil {
			b.closeFresh(list)
			return nil, err
		}
		list = append(list, o)
	}
	groups, alone := plan(list, purge)
	b.fresh = nil
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, group := range groups {
		g.Go(func() (err error) {
			defer broken(&err)
			return b.merge(ctx, group)
		})
	}
	err := g.Wait()
	for _, group := range groups {
		b.closeFresh(group)
	}
	for _, info := range b.fresh {
		o, e := info.open(b.dir, nil)
		if err = cmp.Or(err, e); e == nil {
			alone = append(alone, o)
		}
	}
	if err != nil {
		b.closeFresh(alone)
	}
	return alone, err
}

// closeFresh closes segments that are not of the present state.
func (b *builder) closeFresh(list []*opened) {
	for _, o := range list {
		if !slices.ContainsFunc(b.from.segments, func(p *opened) bool { return p.seg == o.seg }) {
			_ = o.seg.Close() // it was only read
		}
	}
}

// plan says which segments become one, and which stay. A segment is merged with all that are smaller
// where those together have half as many pages as it, so that each page is merged some few times; and
// one of which a third was dropped, or with purge any page, is written again.
func plan(list []*opened, purge bool) (groups [][]*opened, alone []*opened) {
	slices.SortStableFunc(list, func(a, b *opened) int { return cmp.Compare(a.live(), b.live()) })
	for len(list) > 0 {
		n, pages := 1, list[0].live()
		for n < len(list) && list[n].live() <= 2*pages && pages+list[n].live() <= mostPages {
			pages += list[n].live()
			n++
		}
		group := list[:n]
		list = list[n:]
		dropped := group[0].Pages - group[0].live()
		if n > 1 || dropped*3 > group[0].Pages || purge && dropped > 0 {
			groups = append(groups, group)
		} else {
			alone = append(alone, group...)
		}
	}
	return groups, alone
}

// merge makes one segment of several, without the pages that were dropped.
func (b *builder) merge(ctx context.Context, group []*opened) error {
	var segs []segment.Segment
	var drops []*roaring.Bitmap
	pages := uint64(0)
	for _, o := range group {
		segs, drops, pages = append(segs, o.seg), append(drops, o.dropped), pages+o.live()
	}
	name, path := b.file()
	_, _, err := plugin.Merge(segs, drops, path, stopped(ctx), nil)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("merge the index: %w", err)
	}
	return b.made(name, pages)
}

// stopped is closed when ctx is done.
func stopped(ctx context.Context) chan struct{} {
	c := make(chan struct{})
	context.AfterFunc(ctx, func() { close(c) })
	return c
}
