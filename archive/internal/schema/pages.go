package schema

import (
	"cmp"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// What is kept of a page: its record, the names that lead to it, its captures in order of time.

// Page is what is kept of a page: facts. All but Base can be counted again from its captures.
type Page struct {
	ID       string        `json:"id,omitempty"` // the newspaper's own
	URL      string        `json:"url"`          // of the newest capture
	Captures int           `json:"captures"`
	First    Position      `json:"first"`
	Newest   Position      `json:"newest"`
	Last     uint64        `json:"last"` // the highest number
	State    capture.State `json:"state"`
	StateAt  Position      `json:"state_at"`
	// Live is the newest live capture that has a body of its own.
	Live   uint64   `json:"live,omitempty"`
	LiveAt Position `json:"live_at,omitzero"`
	// Base is the body that the page's next one is packed against.
	Base uint64 `json:"base,omitempty"`
}

// Rank orders states by what they say of a page, the higher the more: a server's trouble says
// nothing of it, a redirect little.
func Rank(s capture.State) int {
	switch s {
	case capture.Broken:
		return 0
	case capture.Moved:
		return 1
	}
	return 2
}

// Count adds one capture, in whatever order captures come.
func (p *Page) Count(c capture.Capture, m Position) {
	one := Page{URL: c.URL, Captures: 1, First: m, Newest: m, Last: c.Number, State: c.State, StateAt: m}
	one.CountLive(c, m)
	p.Join(one)
}

// Join adds another page's captures. The page's own id and base stay.
func (p *Page) Join(o Page) {
	none := p.Captures == 0
	if none || o.First.Before(p.First) {
		p.First = o.First
	}
	if none || p.Newest.Before(o.Newest) {
		p.Newest, p.URL = o.Newest, o.URL
	}
	if none || Rank(o.State) > Rank(p.State) || Rank(o.State) == Rank(p.State) && p.StateAt.Before(o.StateAt) {
		p.State, p.StateAt = o.State, o.StateAt
	}
	if p.LiveAt.Before(o.LiveAt) {
		p.Live, p.LiveAt = o.Live, o.LiveAt
	}
	p.Captures += o.Captures
	p.Last = max(p.Last, o.Last)
}

// Identify gives the page the newspaper's own id: of pages that were joined, that of
// the one that they are now, whichever was captured first. An asset has none.
func (p *Page) Identify(site, page, url string) {
	if p.ID == page || sites.IsAsset(page) {
		return
	}
	if id := IdOf(site, url); id == page || p.ID == "" {
		p.ID = id
	}
}

// CountLive is [Page.Count] of a capture that was counted before it had its body.
func (p *Page) CountLive(c capture.Capture, m Position) {
	if c.State == capture.Live && c.Kind != capture.Revisit && c.Digest != "" && p.LiveAt.Before(m) {
		p.Live, p.LiveAt = c.Number, m
	}
}

// Shown is the state that a list shows. Where the page has versions they say
// whether it is there: what a server answers at an address that the page has
// left says nothing of it.
func (p *Page) Shown(head Head) capture.State {
	if p.State == capture.Live || p.State == capture.Gone {
		return cmp.Or(head.State, p.State)
	}
	return p.State
}

// IsPage reports whether something was stored of a page, or of one that it was joined
// to.
func IsPage(r Reader, page string) (bool, error) {
	joined, err := Aliases.Has(r, page)
	if err != nil || joined {
		return joined, err
	}
	return Pages.Has(r, page)
}

// Alias says which page another name leads to, and why.
type Alias struct {
	Of  string `json:"of"` // it may be an alias itself
	Why string `json:"why,omitempty"`
}

// LoadAlias finds the page that a page is: itself, unless it is an alias. That aliases lead on
// without end is an [ErrCorrupt].
func LoadAlias(r Reader, page string) (string, error) {
	for range MaxAliases {
		to, ok, err := Aliases.Load(r, page)
		if err != nil || !ok {
			return page, err
		}
		page = to.Of
	}
	return "", Corrupt("too many other names lead to the page %s", page)
}

// MaxAliases is how many aliases may lead from one to the next.
const MaxAliases = 1000

// NamesOf are a page and the aliases that lead to it.
func NamesOf(r Reader, page string) ([]string, error) {
	names := []string{page}
	for name, err := range Aliases.Keys(r) {
		if err != nil {
			return nil, err
		}
		of, err := LoadAlias(r, name)
		if err != nil {
			return nil, err
		}
		if of == page {
			names = append(names, name)
		}
	}
	return names, nil
}

// Bounds are a part of all captures.
type Bounds struct {
	Last  uint64 // the highest number
	Until int64  // and the latest time, in milliseconds since 1970 UTC
}

// Unbounded is all captures.
func Unbounded() Bounds { return Bounds{^uint64(0), MaxMilli} }

// UpTo is the captures up to a number.
func UpTo(last uint64) Bounds { return Bounds{last, MaxMilli} }

// Hold reports whether a capture is within the bounds.
func (b Bounds) Hold(m Position) bool { return m.Number <= b.Last && m.At <= b.Until }

// Positions lists a page's captures within bounds, in order of time.
func Positions(r Reader, page string, within Bounds) ([]Position, error) {
	var list []Position
	for m, err := range Times(page).Keys(r) {
		if err != nil {
			return nil, err
		}
		if within.Hold(m) {
			list = append(list, m)
		}
	}
	return list, nil
}

// IdOf is the newspaper's own id of an address, "" where it has none.
func IdOf(site, url string) string {
	s, ok := sites.ByName(site)
	if !ok {
		return ""
	}
	addr, err := s.Address(url)
	if err != nil {
		return ""
	}
	return addr.ID
}
