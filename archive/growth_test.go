package archive

import (
	"testing"

	"baoluu/archive/capture"

	"github.com/google/go-cmp/cmp"
)

func TestGrowth(t *testing.T) {
	a := fresh(t)
	const month = 31 * 24 * 60
	commit(t, a,
		page("1", "A\nx", -8*60), // 1 March, 00:00 UTC, is 07:00 here; this is 29 February, 23:00
		page("1", "A\ny", 0), page("1", "A\ny", 1), page("2", "B\nx", 2),
		page("3", "list", 3*month), status("2", capture.Gone, 404, 3*month))
	got, err := view(t, a).Growth(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := view(t, a).Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var stored int64
	for i := range got {
		stored += got[i].StoredBytes
		got[i].StoredBytes = 0
	}
	want := []Month{{"2024-02", 1, 1, 3, 0}, {"2024-03", 3, 1, 6, 0}, {"2024-06", 2, 1, 4, 0}}
	if diff := cmp.Diff(want, got); diff != "" || stored != stats.StoredBytes {
		t.Errorf("%s, %d bytes of %d", diff, stored, stats.StoredBytes)
	}
}
