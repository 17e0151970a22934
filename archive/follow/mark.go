package follow

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"baoluu/archive/internal/schema"
)

// Mark is how far a follower has come in a newspaper's file. It is JSON of some hundred bytes, and
// is kept as it is: only its follower may read more out of it than that two are equal. The zero
// Mark is before everything.
type Mark struct {
	Format     int    `json:"format"` // of the file; 0 while that is being brought up to date
	Last       uint64 `json:"last"`   // number of the newest capture
	Newest     string `json:"newest"` // what tells that capture from another of its number; "" where it was forgotten
	Generation uint32 `json:"generation"`
	Forgets    int    `json:"forgets,omitempty"`
	Repairs    int    `json:"repairs,omitempty"`
	Joins      int    `json:"joins,omitempty"` // pages that were found to be others
	Names      names  `json:"names,omitempty"` // which ones, by their hashes
	// What follows from the captures; the same captures with another count are of another file.
	Versions int   `json:"versions"`
	Bytes    int64 `json:"bytes"`
	Assets   int   `json:"assets,omitempty"` // captures of assets, which are nothing to follow
}

// since is how many captures of pages came after m, of those that now counts.
func (m Mark) since(now Mark) int { return int(now.Last-m.Last) - max(now.Assets-m.Assets, 0) }

// sameFile reports whether m, but for its Names, can be a mark of the file of which now is one,
// made before: then only captures and joins have come since.
func (m Mark) sameFile(now Mark, newest string) bool {
	same := m.Format == now.Format && m.Format > 0 && m.Generation == now.Generation && m.Forgets == now.Forgets && m.Repairs == now.Repairs &&
		m.Last <= now.Last && m.Newest == newest
	if m.Last == now.Last && m.Joins == now.Joins {
		same = same && m.Versions == now.Versions && m.Bytes == now.Bytes
	}
	return same
}

// read reads the mark of a file's present state, without Names.
func read(r schema.Reader) (m Mark, err error) {
	format, _, err := schema.MetaFormat.Load(r)
	if err != nil {
		return m, err
	}
	state, err := schema.MetaState.Must(r)
	if err != nil {
		return m, err
	}
	m = Mark{
		Last: state.Last, Generation: state.Generation, Forgets: state.Forgets, Repairs: state.Repairs, Joins: state.Joins,
		Versions: state.Versions, Bytes: state.RawBytes, Assets: state.AssetCaptures,
	}
	if format.Step == nil {
		m.Format = format.Version
	}
	m.Newest, err = captureTold(r, m.Last)
	return m, err
}

// captureTold tells a capture from any other that a file may have under its number: what is never
// changed in it. It is "" where there is none.
func captureTold(r schema.Reader, n uint64) (string, error) {
	c, ok, err := schema.Captures.Load(r, n)
	if err != nil || !ok {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%q\n%q\n%d\n%s\n", n, c.Page, c.URL, c.Time.UnixMilli(), c.Digest)
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
