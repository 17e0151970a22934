package warc

import (
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

const (
	// maxSeen bounds how many records are remembered for the revisits that name
	// them; what is older is found by address and time, through the archive.
	maxSeen = 1 << 18
	// maxLate bounds the revisits that wait for an original further on, in bytes.
	maxLate  = 8 << 20
	lateItem = 2 << 10 // each, but for its header
	// maxCompared is how many of a page's bodies are hashed to find the one that
	// a revisit names by a digest of another kind.
	maxCompared = 8
	// maxMissing bounds the digests of a page that are known to be of none of its bodies.
	maxMissing = 16
)

// seenKey is the beginning of a hash: of newspaper and record id, or of newspaper
// and payload digest.
type seenKey [16]byte

func seenBy(site *sites.Site, what string) seenKey {
	sum := sha256.Sum256([]byte(site.Name + " " + what))
	return seenKey(sum[:])
}

// takeRevisit finds what a revisit repeats. One whose original is not found waits
// for the end of the file, if last is false.
func (im *importer) takeRevisit(ctx context.Context, it item, last bool) error {
	if it.site == nil {
		return nil
	}
	n, err := im.originalOf(ctx, it)
	if err != nil {
		return err
	}
	it.RevisitOf = n
	names := it.refersTo != "" || it.refers.Original != "" || it.digest != "" && it.Digest == ""
	switch {
	case n != 0:
	case names && !last && im.waiting < maxLate:
		im.late = append(im.late, it)
		im.waiting += it.size() + lateItem
		return nil
	case it.Digest == "" && it.Profile == capture.SamePayload && !it.ours:
		it.Notes = append(it.Notes, "what it repeats is not in the archive")
	}
	if it.State == capture.Live && !it.ours {
		if broken, err := im.repeatsBroken(ctx, it); err != nil {
			return err
		} else if broken {
			it.State, it.Notes = capture.Broken, append(it.Notes, "what it repeats is broken")
		}
	}
	return im.add(ctx, it)
}

// repeatsBroken reports whether a revisit repeats what is no page: a body that was cut.
// A 304 that names nothing repeats the page's capture before it.
func (im *importer) repeatsBroken(ctx context.Context, it item) (broken bool, err error) {
	if it.RevisitOf == 0 && it.Profile != capture.NotModified {
		return false, nil
	}
	if it.RevisitOf == 0 {
		var from time.Time // that of the last of these that waits to be committed
		if b := im.batches[it.site]; b != nil {
			for _, o := range b.items {
				if o.Page == it.Page && !o.Time.After(it.Time) && !o.Time.Before(from) {
					from, broken = o.Time, o.State == capture.Broken
				}
			}
		}
		err = im.before(ctx, it, from, func(c capture.Capture) (more bool, err error) {
			if c.Digest == "" && c.Kind != capture.Revisit { // it had no body to repeat
				return true, nil
			}
			broken = c.State == capture.Broken
			return false, nil
		})
		return broken, err
	}
	view, err := im.archive.View(ctx, it.site.Name)
	if err != nil {
		return false, err
	}
	c, err := view.Capture(ctx, it.RevisitOf)
	return c.State == capture.Broken, err
}

// before goes through the page's captures in the archive that came before a revisit, the
// newest first, while fn wants more. It looks a minute back first, then ever further, for a
// page may have very many.
func (im *importer) before(ctx context.Context, it item, from time.Time, fn func(capture.Capture) (more bool, err error)) error {
	const further = 16
	to := it.Time
	for back := time.Minute; ; back *= further {
		begin := it.Time.Add(-back)
		last := begin.Before(from) || begin.Before(time.Unix(0, 0)) || back > math.MaxInt64/further
		if last {
			begin = from
		}
		list, err := im.archive.At(ctx, it.site.Name, it.Page, begin, to)
		if err != nil {
			return err
		}
		im.meter.Spend(priceFound * int64(1+len(list)))
		for _, c := range slices.Backward(list) {
			if more, err := fn(c); err != nil || !more {
				return err
			}
		}
		if last {
			return nil
		}
		to = begin.Add(-time.Millisecond)
	}
}

// waits reports whether what a revisit repeats may wait to be committed.
func (im *importer) waits(it item) bool {
	b := im.batches[it.site]
	return b != nil && slices.ContainsFunc(b.items, func(o item) bool {
		return o.Kind != capture.Revisit && (o.Page == it.Page || o.URL == it.refers.Original || o.id != "" && o.id == it.refersTo || o.digest != "" && o.digest == it.digest)
	})
}

// originalOf is the number of the capture that a revisit repeats, 0 where it is
// not found: by address and time, by record id, by digest, and by hashing the
// page's bodies where the digest is of a kind that the archive does not keep.
func (im *importer) originalOf(ctx context.Context, it item) (uint64, error) {
	if err := im.opened(); err != nil {
		return 0, err
	}
	if im.waits(it) {
		if err := im.flush(ctx, it.site); err != nil {
			return 0, err
		}
	}
	if it.refers.Original != "" && !it.refers.Time.IsZero() {
		if n, err := im.originalAt(ctx, it); n != 0 || err != nil {
			return n, err
		}
	}
	for _, what := range []string{it.refersTo, it.digest} {
		if n := im.seen[seenBy(it.site, what)]; n != 0 && what != "" {
			return n, nil
		}
	}
	if _, _, known := parseDigest(it.digest); !known || it.Digest != "" {
		return 0, nil
	}
	return im.originalByBody(ctx, it)
}

func (im *importer) originalAt(ctx context.Context, it item) (uint64, error) {
	pages := []string{it.Page}
	if it.refersPage != "" {
		pages = []string{it.refersPage}
	} else if it.isAsset {
		pages = append(pages, sites.AssetPage(it.refers.Original))
	} else if a, err := it.site.Address(it.refers.Original); err == nil && a.Page != it.Page {
		pages = append(pages, a.Page)
	}
	at := it.refers.Time
	to := at
	if at.Nanosecond() == 0 {
		to = at.Add(time.Second - time.Millisecond) // WARC 1.0 knows seconds only
	}
	for _, page := range pages {
		list, err := im.archive.At(ctx, it.site.Name, page, at, to)
		if err != nil {
			return 0, err
		}
		for _, c := range list {
			if c.Digest != "" && writableURL(c.URL) == it.refers.Original && (it.Digest == "" || it.Digest == c.Digest) {
				return c.Number, nil
			}
		}
	}
	return 0, nil
}

func (im *importer) originalByBody(ctx context.Context, it item) (n uint64, err error) {
	page := seenBy(it.site, it.Page)
	if slices.Contains(im.missing[page], it.digest) {
		return 0, nil
	}
	defer func() {
		if n == 0 && err == nil && len(im.missing) < maxSeen && len(im.missing[page]) < maxMissing {
			im.missing[page] = append(im.missing[page], it.digest)
		}
	}()
	view, err := im.archive.View(ctx, it.site.Name)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	compared := 0
	err = im.before(ctx, it, time.Time{}, func(c capture.Capture) (more bool, err error) {
		if c.Kind == capture.Revisit || c.Digest == "" {
			return true, nil
		}
		body, err := view.Body(ctx, c.Number)
		if err != nil {
			return false, err
		}
		im.meter.Spend(priceBodyByte * int64(len(body)))
		if digestIs(it.digest, body) {
			n = c.Number
			return false, nil
		}
		compared++
		return compared < maxCompared, nil
	})
	return n, err
}

// remember keeps where a record went, for revisits that name it.
func (im *importer) remember(it item, number uint64) {
	if it.Kind == capture.Revisit || len(im.seen) >= maxSeen {
		return
	}
	for _, what := range []string{it.id, it.digest} {
		if what != "" {
			im.seen[seenBy(it.site, what)] = number
		}
	}
}
