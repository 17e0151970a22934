package rescue

import (
	"bytes"
	"testing"

	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/store"
	"baoluu/cleaner/hostile"
)

// Looking for records in a file that is made to look like nothing but records costs time in
// proportion to its size.
func TestHostileFiles(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Varied(t, a)
	whole := archivetest.ReadFile(t, a)
	unit := func(key, value byte) string { // an element, and the mark of a small bucket
		return string(inlineMark) + "\x00\x00" + string([]byte{value, key, 0, 0})
	}
	g := hostile.Grammar{
		Begin: string(whole[:4*store.PageSize]),
		Tokens: []string{
			string(inlineMark), "\x00\x00\x00\x00", unit(1, 0), unit(11, 200), unit(0, 9), "\x00", "\xff", "\n{}", "{\"a\":", "[", "meta", "captures", "frontier",
			"\x01\x00\x00\x00\x10\x00\x00\x00\x08\x00\x00\x00\x00\x04\x00\x00", "\x00\x00\x00\x00\x00\x00\x00%d", "\x00\x00\x00\x00\x10\x00\x00\x00\x08\x00\x00\x00\x00\x00\x01\x00",
		},
		Pairs: [][2]string{{string(whole[4*store.PageSize : 4*store.PageSize+64]), string(whole[5*store.PageSize : 5*store.PageSize+200])}},
	}
	salvage := func(doc []byte) {
		if _, err := salvageOf(ctx, bytes.NewReader(doc), int64(len(doc))); err != nil {
			t.Error(err)
		}
	}
	t.Run("salvage", func(t *testing.T) { hostile.Check(t, g, salvage) })
	t.Run("salvage of small buckets", func(t *testing.T) {
		hostile.Check(t, hostile.Grammar{Tokens: []string{unit(1, 0), unit(0, 9)}}, salvage)
	})
}
