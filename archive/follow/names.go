package follow

import (
	"context"
	"encoding/binary"
	"hash/fnv"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// A joined page leaves its name behind, which leads to the page that it is now, and no number says
// when. So a mark has a hash of all names in each of 128 drawers: those of a drawer whose hash is
// another are told, a hundredth of all names for each new one.

const (
	drawers    = 128
	drawerSize = 4
)

// names is the hashes of all drawers; nil where there is no name.
type names []byte

// same reports whether a drawer has the same names in both.
func (n names) same(o names, drawer int) bool { return n.hash(drawer) == o.hash(drawer) }

func (n names) hash(drawer int) uint32 {
	if len(n) != drawers*drawerSize {
		return 0
	}
	return binary.LittleEndian.Uint32(n[drawer*drawerSize:])
}

// with is the names and one more; the order in which they come does not matter.
func (n names) with(name string) names {
	if n == nil {
		n = make(names, drawers*drawerSize)
	}
	drawer, hash := drawerOf(name)
	binary.LittleEndian.PutUint32(n[drawer*drawerSize:], n.hash(drawer)+hash)
	return n
}

func drawerOf(name string) (drawer int, hash uint32) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	sum := h.Sum64()
	return int(sum % drawers), uint32(sum >> 32)
}

// joined reads all names of joined pages; came has those that may be new since, each with the page
// that it leads to.
func joined(ctx context.Context, file *store.File, since names) (now names, came map[string]string, err error) {
	all := map[string]string{}
	err = store.Each(ctx, file, schema.Aliases, func(r schema.Reader, name string, _ schema.Alias) error {
		page, err := schema.LoadAlias(r, name)
		now = now.with(name)
		all[name] = page
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for name := range all {
		if drawer, _ := drawerOf(name); now.same(since, drawer) {
			delete(all, name)
		}
	}
	return now, all, nil
}
