package corpus

import (
	"context"
	"errors"
	"fmt"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// Lack is a record of a manifest that this archive cannot give.
type Lack struct {
	Chosen
	Why LackReason
	Err error // the words for it
}

// LackReason is why a record cannot be given.
type LackReason string

// The reasons.
const (
	Missing      LackReason = "missing"       // the archive has no such capture, or not its body
	Damaged      LackReason = "damaged"       // what the archive stores of it cannot be read
	Forgotten    LackReason = "forgotten"     // the page was taken out by law
	OtherCleaner LackReason = "other cleaner" // neither the archive nor the program has what that cleaner made
	Otherwise    LackReason = "otherwise"     // the cleaner makes something else of the capture
)

// Rebuild finds the record of a manifest's line in the archive; view is of its newspaper, nil where the archive has none. Where the
// archive cannot give it lack says why; err is any other failure.
func Rebuild(ctx context.Context, arch *archive.Archive, view *archive.View, c Chosen) (r Record, lack *Lack, err error) {
	r.Chosen = c
	lacks := func(why LackReason, err error) (Record, *Lack, error) { return r, &Lack{c, why, err}, nil }
	list, err := arch.At(ctx, c.Site(), c.Key(), c.Capture.Time.Time, c.Capture.Time.Time)
	if err != nil {
		return r, nil, err
	}
	var found *capture.Capture
	for i := range list {
		if list[i].URL == c.Capture.URL && list[i].Digest == c.Capture.Digest {
			found = &list[i]
		}
	}
	if found == nil {
		err := archive.ErrNoPage
		if view != nil {
			_, err = view.Page(ctx, c.Key())
		}
		var forgotten *archive.ForgottenError
		switch {
		case errors.As(err, &forgotten):
			return lacks(Forgotten, errors.New(forgotten.Said()))
		case err != nil && !errors.Is(err, archive.ErrNoPage):
			return r, nil, err
		}
		return lacks(Missing, fmt.Errorf("missing: no capture of %s at %s with this body", c.Capture.URL, c.Capture.Time.In(sites.Zone).Format(millis)))
	}
	r.Article, err = view.CleanedBy(ctx, found.Number, c.Cleaner)
	switch not := (*cleaner.NotArticleError)(nil); {
	case errors.Is(err, archive.ErrOtherCleaner):
		return lacks(OtherCleaner, err)
	case errors.As(err, &not):
		return lacks(Otherwise, fmt.Errorf("reads otherwise: %w", err))
	case errors.Is(err, archive.ErrNoPage): // it repeats what never came here
		return lacks(Missing, fmt.Errorf("missing: %w", err))
	case errors.Is(err, archive.ErrCorrupt):
		return lacks(Damaged, err)
	case err != nil:
		return r, nil, err
	case r.Article.Digest() != c.Digest:
		return lacks(Otherwise, fmt.Errorf("reads otherwise: %s makes another article of it", c.Cleaner))
	}
	r.Quality() // here, for several may be made again at a time
	return r, nil, nil
}
