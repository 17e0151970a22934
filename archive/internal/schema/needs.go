package schema

import (
	"cmp"
	"errors"
	"slices"

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

// maxNeeding is how many captures are looked at that need an asset: what more of them need is the
// template's, and no article's picture.
const maxNeeding = 1 << 12

// Exchanges reports whether a capture of an asset may have another asset be the nearest to some
// moment than before it came: of the same bytes as those before and after it, it does not.
func Exchanges(r Reader, asset string, c capture.Capture) (bool, error) {
	if c.State != capture.Live || Source(c) == 0 {
		return false, nil
	}
	positions, err := Positions(r, asset, Unbounded())
	if err != nil {
		return false, err
	}
	at, _ := slices.BinarySearchFunc(positions, PositionOf(c), func(a, b Position) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Number, b.Number)) })
	beside := 0
	for _, list := range [][]Position{backward(positions[:at]), positions[min(at+1, len(positions)):]} {
		for _, p := range list {
			o, err := LoadCapture(r, p.Number)
			if err != nil && !errors.Is(err, ErrCorrupt) {
				return false, err
			}
			if err != nil || o.State != capture.Live || Source(o) == 0 {
				continue
			}
			if beside++; o.Digest != c.Digest {
				return true, nil
			}
			break
		}
	}
	return beside == 0, nil
}

func backward(list []Position) []Position {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// Needing gives the pages whose histories the captures of an asset have a part in: those with an
// article that need it, and were captured more than once. Of a template's picture there is none.
func Needing(r Reader, generation uint32, asset string) (pages []string, err error) {
	seen, most := map[string]bool{}, maxNeeding
	for n, err := range Needed(asset).Keys(r) {
		if most--; err != nil || most < 0 {
			return nil, err
		}
		c, err := LoadCapture(r, n)
		if err != nil {
			return nil, err
		}
		page, err := LoadAlias(r, c.Page)
		if err != nil {
			return nil, err
		}
		if seen[page] {
			continue
		}
		seen[page] = true
		rec, _, err := Pages.Load(r, page)
		if err != nil {
			return nil, err
		}
		if has, err := Heads(generation).Has(r, page); err != nil {
			return nil, err
		} else if has && rec.Captures > 1 {
			pages = append(pages, page)
		}
	}
	return pages, nil
}
