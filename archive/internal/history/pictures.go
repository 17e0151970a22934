package history

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/assets"
	"baoluu/cleaner/compare"
	"baoluu/cleaner/picture"
	"baoluu/sites"
)

// The pictures of an article are what was captured of them nearest to the moment at which the page
// was: so a picture that was exchanged under its old address is another one from the next capture
// of the page on. Only what the capture needs counts: then each asset knows by the index "needed"
// whose histories its captures may change.

const (
	// maxPictures is how many pictures of an article are looked at; of one with more nothing is known.
	maxPictures = 64
	// maxDecoded bounds the points that are decoded for one comparison: what is beyond has no print.
	maxDecoded = 48 << 20
	// maxPrints is how many prints are kept in mind, some kilobytes each.
	maxPrints = 1 << 10
	// maxAlike is how many addresses are looked up that may be of one picture.
	maxAlike = 32
)

// At is an article at a moment at which its page was captured.
type At struct {
	Number uint64 // of the capture of which the article was made
	Time   time.Time
}

// sameAt reports whether nothing says that two articles have other pictures, by the digests alone:
// then none of them is to be looked at.
func (r *Reader) sameAt(old, now At, oldDigest, nowDigest string) (bool, error) {
	if old == now {
		return true, nil
	}
	if needed, err := r.assets(); err != nil || !needed {
		return true, err
	}
	was, err := r.imagesOf(old.Number, oldDigest)
	if err != nil {
		return false, err
	}
	is, err := r.imagesOf(now.Number, nowDigest)
	if err != nil {
		return false, err
	}
	before, _, err := r.picturesAt(old, was)
	if err != nil {
		return false, err
	}
	after, _, err := r.picturesAt(now, is)
	return sameBytes(before, after), err
}

// Pictures tells what was kept of an article's pictures, as far as anything is known of them.
func (r *Reader) Pictures(at At) ([]compare.Picture, error) {
	if needed, err := r.assets(); err != nil || !needed || at.Number == 0 {
		return nil, err
	}
	if head, ok, err := r.head(at.Number); err != nil || !ok || head.Refused != "" {
		return nil, err
	}
	art, err := r.article(at.Number)
	if err != nil {
		return nil, err
	}
	list, _, err := r.picturesAt(at, art.Images)
	return list, err
}

// sameBytes reports whether all pictures of which something is known are in both lists.
func sameBytes(a, b []compare.Picture) bool {
	within := func(list, other []compare.Picture) bool {
		return !slices.ContainsFunc(list, func(p compare.Picture) bool {
			return p.Digest != "" && !slices.ContainsFunc(other, func(o compare.Picture) bool { return o.Digest == p.Digest })
		})
	}
	return within(a, b) && within(b, a)
}

// assets reports whether the file knows of any capture what it needs.
func (r *Reader) assets() (bool, error) {
	if r.needs == nil {
		there := false
		for _, err := range schema.Needs.Keys(r.file) {
			if err != nil {
				return false, err
			}
			there = true
			break
		}
		r.needs = &there
	}
	return *r.needs, nil
}

// imagesOf gives the pictures of article n, whose digest is known.
func (r *Reader) imagesOf(n uint64, digest string) ([]cleaner.Image, error) {
	of := article{n, digest}
	if r.Cache != nil {
		if list, ok := r.Cache.images[of]; ok {
			return list, nil
		}
	}
	art, err := r.article(n)
	if err == nil && r.Cache != nil {
		put(&r.Cache.images, of, art.Images)
	}
	return art.Images, err
}

// picturesAt tells what was kept of an article's pictures at a moment; named are the assets that its page
// needs. Without any of either there are none.
func (r *Reader) picturesAt(at At, images []cleaner.Image) (list []compare.Picture, named []string, err error) {
	c, err := schema.LoadCapture(r.file, at.Number)
	if err != nil {
		return nil, nil, err
	}
	if named, err = schema.LoadNeeds(r.file, c); err != nil {
		return nil, nil, err
	}
	for _, image := range images {
		p := compare.Picture{URL: image.URL, Caption: string(image.Caption)}
		if len(images) <= maxPictures {
			if p.Page, p.Digest, err = r.needed(named, image.URL, at.Time); err != nil {
				return nil, nil, err
			}
		}
		list = append(list, p)
	}
	return list, named, nil
}

// needed finds a picture among what a page needs, and the digest of what was kept of it at a moment:
// by its address, else by the last part of its path, for the addresses of one picture differ in what
// is before. Of several such the one that was kept is meant, where only one was.
func (r *Reader) needed(named []string, address string, at time.Time) (page, digest string, err error) {
	asset := sites.AssetPage(address)
	last := func(asset string) string {
		before, _, _ := strings.Cut(asset, "?")
		return path.Base(before)
	}
	var alike []string
	for _, n := range named {
		switch {
		case n == asset:
			kept, ok, err := r.nearest(n, at)
			if err != nil || ok {
				return n, kept.Digest, err
			}
			page = n
		case last(n) == last(asset):
			alike = append(alike, n)
		}
	}
	if page == "" && len(alike) == 1 {
		page = alike[0]
	}
	found := ""
	for _, n := range alike[:min(len(alike), maxAlike)] {
		kept, ok, err := r.nearest(n, at)
		switch {
		case err != nil:
			return "", "", err
		case ok && digest != "":
			return page, "", nil
		case ok:
			found, digest = n, kept.Digest
		}
	}
	return cmp.Or(found, page), digest, nil
}

// nearest finds the capture of an asset that is nearest to a moment and has a body, as
// archive.View.Nearest does.
func (r *Reader) nearest(asset string, at time.Time) (best capture.Capture, ok bool, err error) {
	positions, err := schema.Positions(r.file, asset, r.Within)
	if err != nil {
		return best, false, err
	}
	away := func(p schema.Position) int64 { return max(p.At-at.UnixMilli(), at.UnixMilli()-p.At) }
	slices.SortStableFunc(positions, func(a, b schema.Position) int { return cmp.Compare(away(a), away(b)) })
	for _, p := range positions {
		c, err := schema.LoadCapture(r.file, p.Number)
		switch {
		case errors.Is(err, schema.ErrCorrupt):
		case err != nil:
			return best, false, err
		case c.State == capture.Live && schema.Source(c) != 0:
			return c, true, nil
		}
	}
	return best, false, nil
}

// look adds to two readings what is known of their articles' pictures; where some are others by
// their bytes, all are looked at.
func (r *Reader) look(old, now At, was, is *compare.Reading) (err error) {
	if needed, err := r.assets(); err != nil || !needed || old == now {
		return err
	}
	if was.Pictures, was.Named, err = r.picturesAt(old, was.Article.Images); err != nil {
		return err
	}
	if is.Pictures, is.Named, err = r.picturesAt(now, is.Article.Images); err != nil || sameBytes(was.Pictures, is.Pictures) {
		return err
	}
	left := maxDecoded
	for _, list := range [][]compare.Picture{was.Pictures, is.Pictures} {
		for i := range list {
			if err := r.lookAt(&list[i], &left); err != nil {
				return err
			}
		}
	}
	return nil
}

// lookAt makes the print of a picture. What is no picture, or damaged, is not known.
func (r *Reader) lookAt(p *compare.Picture, left *int) error {
	if p.Digest == "" {
		return nil
	}
	if seen, ok := r.prints[p.Digest]; ok {
		if p.Print = seen.print; seen.none {
			p.Digest = ""
		}
		return nil
	}
	n, err := schema.BodyNumber(r.file, p.Digest)
	if err != nil || n == 0 {
		p.Digest = ""
		return err
	}
	body, err := r.bodies.Get(r.file, n)
	if err != nil && !errors.Is(err, schema.ErrCorrupt) {
		return err
	}
	if _, kind, ok := assets.Sniff(body); err != nil || !ok || kind != assets.Image {
		r.prints[p.Digest] = seen{none: true}
		p.Digest = ""
		return nil
	}
	if w, h, ok := picture.Size(body); ok && w > 0 && h > 0 && w <= *left/h {
		*left -= w * h
		p.Print, _ = picture.Of(body)
	} else if ok {
		return nil // too much for one comparison
	}
	if len(r.prints) >= maxPrints {
		clear(r.prints)
	}
	r.prints[p.Digest] = seen{print: p.Print}
	return nil
}

// seen is what was seen of a picture's bytes.
type seen struct {
	print picture.Print
	none  bool // they are no picture
}
