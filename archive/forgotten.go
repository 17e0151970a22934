package archive

import (
	"context"

	"baoluu/archive/internal/schema"
)

// What is left of a page that was forgotten, and how it keeps the page from being
// stored again.

// Forgotten is what is left of a page that was taken out.
type Forgotten = schema.Forgotten

// Forgotten lists what was taken out of a newspaper, in no order.
func (v *View) Forgotten(ctx context.Context) (list []Forgotten, err error) {
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		for rec, err := range schema.Tombstones.All(r) {
			if err != nil {
				return err
			}
			if rec.Value.Of == "" {
				list = append(list, rec.Value.Forgotten)
			}
		}
		return nil
	})
	return list, err
}
