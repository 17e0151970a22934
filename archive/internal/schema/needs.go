package schema

import (
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

// DropNeeds takes out what the capture of a number needs.
func DropNeeds(w Writer, number uint64) error {
	list, ok, err := Needs.Load(w, number)
	if err != nil || !ok {
		return err
	}
	for _, page := range list.Assets {
		if err := Needed(page).Drop(w, number); err != nil {
			return err
		}
	}
	return Needs.Drop(w, number)
}

// LoadNeeds lists the assets that a capture needs, by their pages: of a revisit, those of what it
// repeats. None where nobody noted any.
func LoadNeeds(r Reader, c capture.Capture) ([]string, error) {
	n := Source(c)
	if n == 0 {
		n = c.Number
	}
	list, _, err := Needs.Load(r, n)
	return list.Assets, err
}
