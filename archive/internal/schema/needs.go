package schema

import (
	"cmp"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// Which pictures, style sheets and fonts a capture needs to be shown as it was. They are named by
// their pages (sites.AssetPage), and kept with the number of the capture that brought the body:
// what repeats it needs the same, and joining pages moves nothing.

// MaxNeeds is how many assets a capture can need.
const MaxNeeds = 10_000

// NeedsList is what is kept of a capture's needs.
type NeedsList struct {
	Assets []string `json:"assets"` // their pages, in the order in which the page names them, each once
}

// CheckNeed refuses what is no asset's page. The error is an [ErrInvalid].
func CheckNeed(asset string) error {
	if err := CheckPage(asset); err != nil {
		return err
	}
	if !sites.IsAsset(asset) {
		return Say(ErrInvalid, "%.200q is no asset", asset)
	}
	return nil
}

// SaveNeeds notes what the capture of a number needs.
func SaveNeeds(w Writer, number uint64, assets []string) error {
	for _, page := range assets {
		if err := Needed(page).Add(w, number); err != nil {
			return err
		}
	}
	return Needs.Save(w, number, NeedsList{assets})
}

// LoadNeeds lists the assets that a capture needs, by their pages: of a revisit, those of what it
// repeats. None where nobody noted any.
func LoadNeeds(r Reader, c capture.Capture) ([]string, error) {
	list, _, err := Needs.Load(r, holder(c))
	return list.Assets, err
}

// holder is the number under which it is noted what a capture needs.
func holder(c capture.Capture) uint64 { return cmp.Or(Source(c), c.Number) }

// HasNeeds reports whether it is noted what a capture needs.
func HasNeeds(r Reader, c capture.Capture) (bool, error) { return Needs.Has(r, holder(c)) }

// Unnoted is what is to be noted of what a stored capture needs, and under which number: nothing
// where something is noted there, or the capture has no body. Assets that nothing may name any
// more are left out.
func (s State) Unnoted(r Reader, c capture.Capture, assets []string) (n uint64, left []string, err error) {
	n = holder(c)
	if len(assets) == 0 || c.Digest == "" {
		return n, nil, nil
	}
	if noted, err := Needs.Has(r, n); err != nil || noted {
		return n, nil, err
	}
	for _, page := range assets {
		barred, err := s.bars(r, page)
		if err != nil {
			return n, nil, err
		}
		if !barred {
			left = append(left, page)
		}
	}
	return n, left, nil
}
