package web

import (
	"context"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/cleaner/assets"
	"baoluu/cleaner/compare"
	"baoluu/cleaner/picture"
)

// shownPicture is a picture that the archive has, as a page of ours shows it.
type shownPicture struct {
	Src           string // of its capture, under /at/
	Alt           string
	Width, Height int // in points; 0 where they are not known
}

// mostShown is how many pictures are shown of an article; the others are in the page as it was.
const mostShown = 32

// shown finds the capture of a picture that is nearest to a moment; nil where none can be shown.
func shown(ctx context.Context, view *archive.View, p *compare.Picture, at time.Time) *shownPicture {
	if p == nil || p.Digest == "" {
		return nil
	}
	c, err := view.Nearest(ctx, p.Page, at)
	if err != nil {
		return nil
	}
	body, err := view.Body(ctx, c.Number)
	if err != nil {
		return nil
	}
	if _, kind, ok := sniffed(body, c); !ok || kind != assets.Image {
		return nil
	}
	s := &shownPicture{Src: formPath(c.Time, formOf[assets.Image], c.URL), Alt: p.Caption}
	if w, h, ok := picture.Size(body); ok {
		s.Width, s.Height = w, h
	}
	return s
}

// illustrations are the captions of an article, with the pictures that the archive has, and then the
// pictures without a caption.
func illustrations(ctx context.Context, view *archive.View, number uint64, at time.Time, a cleaner.Article) ([]caption, error) {
	list := captionsOf(a)
	pictures, err := view.Pictures(ctx, number, at)
	if err != nil {
		return nil, err
	}
	for _, p := range pictures[:min(len(pictures), mostShown)] {
		s := shown(ctx, view, &p, at)
		if s == nil {
			continue
		}
		placed := false
		for i := range list {
			if placed = p.Caption != "" && list[i].Text == p.Caption && list[i].Picture == nil; placed {
				s.Alt, list[i].Picture = "", s // the caption stands below
				break
			}
		}
		if !placed {
			list = append(list, caption{Picture: s})
		}
	}
	return list, nil
}

// Pictured reports whether any picture is shown.
func (p articlePage) Pictured() bool {
	return slices.ContainsFunc(p.Captions, func(c caption) bool { return c.Picture != nil })
}

// picturePair is a picture that was exchanged, added or taken out, as a comparison shows it.
type picturePair struct {
	compare.PictureEdit
	Before, After *shownPicture
}

// pairsOf finds what is kept of pictures that differ between two versions.
func pairsOf(ctx context.Context, view *archive.View, list []compare.PictureEdit, from, to archive.Version) (pairs []picturePair) {
	for _, e := range list[:min(len(list), mostShown)] {
		pairs = append(pairs, picturePair{e, shown(ctx, view, e.Old, from.LastSeen), shown(ctx, view, e.New, to.Captured)})
	}
	return pairs
}
