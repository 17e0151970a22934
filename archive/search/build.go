package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"baoluu/archive"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"golang.org/x/sync/errgroup"
)

const (
	// batchPages and batchBytes bound what is made into a segment at once, and with it memory.
	batchPages = 2000
	batchBytes = 12 << 20
)

// builder makes another state of a newspaper's index from the present one and the archive.
type builder struct {
	index    *Index
	dir      string
	from     *snapshot
	view     *archive.View
	progress Progress
	dropped  map[*opened]*roaring.Bitmap // pages of the present state that are not in the next

	mu    sync.Mutex
	next  uint64
	fresh []segmentInfo // segments that were made
	done  int
	all   int
}

func newBuilder(x *Index, dir string, sn *snapshot, progress Progress) *builder {
	b := &builder{index: x, dir: dir, from: sn, progress: progress, dropped: map[*opened]*roaring.Bitmap{}, next: sn.Next}
	for _, n := range segmentsIn(dir) {
		b.next = max(b.next, n+1) // bleve writes over what is there
	}
	if b.progress == nil {
		b.progress = func(int, int) {}
	}
	for _, o := range sn.segments {
		b.dropped[o] = roaring.New()
		if o.dropped != nil {
			b.dropped[o].Or(o.dropped)
		}
	}
	return b
}

// segmentEnd is what the names of segments end in, behind their numbers.
const segmentEnd = ".zap"

func segmentName(n uint64) string { return fmt.Sprintf("%08d%s", n, segmentEnd) }

// segmentsIn are the numbers of the segments in a folder. What has another name is no file of an index.
func segmentsIn(dir string) (list []uint64) {
	entries, _ := os.ReadDir(dir) // what can be read of it
	for _, e := range entries {
		n, err := strconv.ParseUint(strings.TrimSuffix(e.Name(), segmentEnd), 10, 63)
		if err == nil && e.Name() == segmentName(n) {
			list = append(list, n)
		}
	}
	return list
}

// clean removes the files of an index that are not of the published state, and nothing else.
func clean(dir string) error {
	s, err := present(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errBroken) {
		return err
	}
	err = nil
	old := []string{stateName + stateNew}
	for _, n := range segmentsIn(dir) {
		name := segmentName(n)
		if !slices.ContainsFunc(s.Segments, func(i segmentInfo) bool { return i.File == name }) {
			old = append(old, name)
		}
	}
	for _, name := range old {
		if e := os.Remove(filepath.Join(dir, name)); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// touched takes in pages of which something came, and drops those that are pages no more.
func (b *builder) touched(ctx context.Context, pages []string) (err error) {
	if b.view, err = b.index.archive.View(ctx, b.from.site); err != nil {
		return err
	}
	b.all = len(pages)
	return b.work(ctx, 1+len(pages)/batchPages, func(ctx context.Context, take func(history) error) error {
		for _, page := range pages {
			h := history{}
			h.page, err = b.view.Page(ctx, page)
			switch {
			case errors.Is(err, archive.ErrNoPage), errors.Is(err, archive.ErrForgotten):
			case err != nil:
				return err
			case h.page.Page == page: // and not what it was joined to
				if h.versions, err = b.view.Versions(ctx, page); err != nil {
					return err
				}
			}
			o, n, known, err := b.from.find(page)
			if err != nil {
				return err
			}
			if known {
				if same, err := b.same(o, n, h); err != nil || same {
					b.step()
					if err != nil {
						return err
					}
					continue
				}
				b.dropped[o].Add(n)
			}
			if err := take(h); err != nil {
				return err
			}
		}
		return nil
	})
}

// everything holds all pages of the archive against the index.
func (b *builder) everything(ctx context.Context) (err error) {
	if b.view, err = b.index.archive.View(ctx, b.from.site); err != nil {
		return err
	}
	if stats, err := b.index.archive.Counters(ctx, b.from.site); err == nil {
		b.all = stats.Pages
	}
	kept := map[*opened]*roaring.Bitmap{}
	for _, o := range b.from.segments {
		kept[o] = roaring.New()
	}
	err = b.work(ctx, runtime.GOMAXPROCS(0), func(ctx context.Context, take func(history) error) error {
		return b.view.Histories(ctx, func(p archive.PageInfo, versions []archive.Version) error {
			h := history{p, versions}
			o, n, known, err := b.from.find(p.Page)
			if err != nil {
				return err
			}
			if known {
				same, err := b.same(o, n, h)
				if err != nil {
					return err
				}
				if same {
					kept[o].Add(n)
					b.step()
					return nil
				}
			}
			return take(h)
		})
	})
	for o, stay := range kept {
		all := roaring.New()
		all.AddRange(0, o.Pages)
		all.AndNot(stay)
		b.dropped[o].Or(all)
	}
	return err
}

// same reports whether a page is in the index as the archive has it.
func (b *builder) same(o *opened, n uint32, h history) (bool, error) {
	r, err := o.reader()
	if err != nil {
		return false, err
	}
	f, err := r.read(n)
	if err != nil {
		return false, err
	}
	s, err := h.stamp()
	return h.readable() && f.stamp() == s, err
}

// step counts a page.
func (b *builder) step() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	if b.done%64 == 0 || b.done == b.all {
		b.progress(b.done, b.all)
	}
}

// work makes segments of the pages that give has taken in, by so many workers.
func (b *builder) work(ctx context.Context, workers int, give func(ctx context.Context, take func(history) error) error) error {
	pages := make(chan history)
	g, ctx := errgroup.WithContext(ctx)
	for range min(workers, runtime.GOMAXPROCS(0)) {
		g.Go(func() (err error) {
			defer broken(&err)
			return b.worker(ctx, pages)
		})
	}
	g.Go(func() error {
		defer close(pages)
		return give(ctx, func(h history) error {
			select {
			case pages <- h:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	return g.Wait()
}

func (b *builder) worker(ctx context.Context, pages <-chan history) error {
	m := maker{words{}}
	var docs []index.Document
	bytes := 0
	for h := range pages {
		b.step()
		if !h.readable() {
			continue
		}
		t, err := read(ctx, b.view, h)
		if errors.Is(err, archive.ErrCorrupt) || err == nil && t.now.Title == "" && t.now.Text == "" {
			continue // verify tells; all else is found
		} else if err != nil {
			return err
		}
		d, err := m.document(h, t)
		if err != nil {
			return err
		}
		docs = append(docs, d)
		if bytes += len(t.now.Text); len(docs) >= batchPages || bytes >= batchBytes {
			if err := b.segment(docs); err != nil {
				return err
			}
			docs, bytes = nil, 0
		}
	}
	if len(docs) == 0 {
		return ctx.Err()
	}
	return b.segment(docs)
}

// segment makes a segment of documents.
func (b *builder) segment(docs []index.Document) error {
	seg, _, err := plugin.New(docs)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	name, path := b.file()
	if err := seg.(segment.UnpersistedSegment).Persist(path); err != nil {
		return errors.Join(err, seg.Close())
	}
	if err := seg.Close(); err != nil {
		return err
	}
	return b.made(name, uint64(len(docs)))
}

// file is a name for another segment.
func (b *builder) file() (name, path string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name = segmentName(b.next)
	b.next++
	return name, filepath.Join(b.dir, name)
}

// made notes a segment that was made.
func (b *builder) made(name string, pages uint64) error {
	path := filepath.Join(b.dir, name)
	if err := os.Chmod(path, 0o644); err != nil { // bleve's are their owner's alone; who may read the archive may search it
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fresh = append(b.fresh, segmentInfo{File: name, Bytes: info.Size(), Pages: pages})
	return nil
}
