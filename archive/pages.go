package archive

import (
	"cmp"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// What is kept of a page: its record, the names that lead to it, its captures in order of time.

// pageRecord is what is kept of a page: facts, all of them countable again from
// its captures.
type pageRecord struct {
	ID       string        `json:"id,omitempty"` // the newspaper's own
	URL      string        `json:"url"`          // of the newest capture
	Captures int           `json:"captures"`
	First    moment        `json:"first"`
	Newest   moment        `json:"newest"`
	Last     uint64        `json:"last"` // the highest number
	State    capture.State `json:"state"`
	StateAt  moment        `json:"state_at"`
	// Live is the newest live capture that has a body of its own.
	Live   uint64 `json:"live,omitempty"`
	LiveAt moment `json:"live_at,omitzero"`
	// Base is the body that the page's next one is packed against.
	Base uint64 `json:"base,omitempty"`
}

// rank orders states by what they say of a page: a server's trouble says nothing
// of it, a redirect little.
func rank(s capture.State) int {
	switch s {
	case capture.Broken:
		return 0
	case capture.Moved:
		return 1
	}
	return 2
}

// count adds one capture, in whatever order captures come.
func (p *pageRecord) count(c capture.Capture, m moment) {
	if p.Captures == 0 || m.before(p.First) {
		p.First = m
	}
	if p.Captures == 0 || p.Newest.before(m) {
		p.Newest, p.URL = m, c.URL
	}
	if p.Captures == 0 || rank(c.State) > rank(p.State) || rank(c.State) == rank(p.State) && p.StateAt.before(m) {
		p.State, p.StateAt = c.State, m
	}
	p.countLive(c, m)
	p.Captures++
	p.Last = max(p.Last, c.Number)
}

// identify gives the page the newspaper's own id: of pages that were joined, that of
// the one that they are now, whichever was captured first.
func (p *pageRecord) identify(site, page, url string) {
	if p.ID == page {
		return
	}
	if id := idOf(site, url); id == page || p.ID == "" {
		p.ID = id
	}
}

// countLive is count of a capture that was counted before it had its body.
func (p *pageRecord) countLive(c capture.Capture, m moment) {
	if c.State == capture.Live && c.Kind != capture.Revisit && c.Digest != "" && p.LiveAt.before(m) {
		p.Live, p.LiveAt = c.Number, m
	}
}

// shown is the state that a list shows. Where the page has versions they say
// whether it is there: what a server answers at an address that the page has
// left is no news of it.
func (p *pageRecord) shown(head headRecord) capture.State {
	if p.State == capture.Live || p.State == capture.Gone {
		return cmp.Or(head.State, p.State)
	}
	return p.State
}

// join adds another page's captures.
func (p *pageRecord) join(o pageRecord) {
	if o.First.before(p.First) {
		p.First = o.First
	}
	if p.Newest.before(o.Newest) {
		p.Newest, p.URL = o.Newest, o.URL
	}
	if rank(o.State) > rank(p.State) || rank(o.State) == rank(p.State) && p.StateAt.before(o.StateAt) {
		p.State, p.StateAt = o.State, o.StateAt
	}
	if p.LiveAt.before(o.LiveAt) {
		p.Live, p.LiveAt = o.Live, o.LiveAt
	}
	p.Captures += o.Captures
	p.Last = max(p.Last, o.Last)
}

// isPage tells whether something was stored of a page, or of one that it was joined
// to.
func isPage(r reader, page string) (bool, error) {
	joined, err := aliasesTable.has(r, page)
	if err != nil || joined {
		return joined, err
	}
	return pagesTable.has(r, page)
}

type aliasRecord struct {
	Of  string `json:"of"`
	Why string `json:"why,omitempty"`
}

// loadAlias finds the page that a page is: itself, unless it is an alias.
func loadAlias(r reader, page string) (string, error) {
	for range maxAliases {
		to, ok, err := aliasesTable.load(r, page)
		if err != nil || !ok {
			return page, err
		}
		page = to.Of
	}
	return "", amiss("too many other names lead to the page %s", page)
}

// maxAliases is how many aliases may lead from one to the next.
const maxAliases = 1000

// namesOf are a page and the aliases that lead to it.
func namesOf(r reader, page string) ([]string, error) {
	names := []string{page}
	for name, err := range aliasesTable.keys(r) {
		if err != nil {
			return nil, err
		}
		of, err := loadAlias(r, name)
		if err != nil {
			return nil, err
		}
		if of == page {
			names = append(names, name)
		}
	}
	return names, nil
}

// bounds are a part of all captures.
type bounds struct {
	last  uint64 // the highest number
	until int64  // and the latest time
}

// unbounded is all captures.
func unbounded() bounds { return bounds{^uint64(0), maxMilli} }

// upTo is the captures up to a number.
func upTo(last uint64) bounds { return bounds{last, maxMilli} }

func (b bounds) hold(m moment) bool { return m.Number <= b.last && m.At <= b.until }

// momentsOf lists a page's captures in order of time.
func momentsOf(r reader, page string, within bounds) ([]moment, error) {
	var list []moment
	for m, err := range timesTable(page).keys(r) {
		if err != nil {
			return nil, err
		}
		if within.hold(m) {
			list = append(list, m)
		}
	}
	return list, nil
}

// idOf is the newspaper's own id of an address, "" where it has none.
func idOf(site, url string) string {
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
