package archive

import (
	"context"
	"time"
)

// Description is a newspaper's description, as it stood when something was stored.
type Description struct {
	At      time.Time // UTC, when it was noted
	Program string    // version of the program that noted it
	Text    []byte    // a newspaper's file, YAML, for [sites.Read]
}

// Descriptions lists what a newspaper's file keeps of how the newspaper was described, the oldest
// first: a copy was added by whoever stored something while the description was another. Copies
// that are damaged are left out, and given to damaged, which may be nil. Older files have none.
func (a *Archive) Descriptions(ctx context.Context, site string, damaged func(error)) ([]Description, error) {
	kept, err := a.Newspaper(site).Descriptions(ctx, damaged)
	list := make([]Description, len(kept))
	for i, d := range kept {
		list[i] = Description{d.Key, d.Value.Program, []byte(d.Value.Text)}
	}
	return list, err
}
