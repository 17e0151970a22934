package archive_test

import (
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"

	"github.com/google/go-cmp/cmp"
)

func TestGrowth(t *testing.T) {
	a := archivetest.Fresh(t)
	const month = 31 * 24 * 60
	archivetest.Commit(t, a,
		archivetest.Page("1", "A\nx", -8*60), // 1 March, 00:00 UTC, is 07:00 here; this is 29 February, 23:00
		archivetest.Page("1", "A\ny", 0), archivetest.Page("1", "A\ny", 1), archivetest.Page("2", "B\nx", 2),
		archivetest.Page("3", "list", 3*month), archivetest.Status("2", capture.Gone, 404, 3*month),
		archivetest.Asset("a.jpg", []byte("GIF89a"), 0), archivetest.Asset("a.jpg", []byte("GIF89a"), 3*month), archivetest.Asset("b.jpg", []byte("GIF89a"), 4*month))
	got, err := archivetest.View(t, a).Growth(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := archivetest.View(t, a).Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var stored int64
	for i := range got {
		stored += got[i].StoredBytes
		got[i].StoredBytes = 0
	}
	of := func(name string, captures, pages int, raw int64, assets archive.AssetStats) archive.Month {
		return archive.Month{Month: name, Captures: captures, Pages: pages, RawBytes: raw, AssetStats: assets}
	}
	want := []archive.Month{
		of("2024-02", 1, 1, 3, archive.AssetStats{}),
		of("2024-03", 3, 1, 6, archive.AssetStats{Assets: 1, AssetCaptures: 1, AssetRawBytes: 6, AssetStoredBytes: 19}),
		of("2024-06", 2, 1, 4, archive.AssetStats{AssetCaptures: 1}),
		of("2024-07", 0, 0, 0, archive.AssetStats{Assets: 1, AssetCaptures: 1}),
	}
	if diff := cmp.Diff(want, got); diff != "" || stored != stats.StoredBytes {
		t.Errorf("%s, %d bytes of %d", diff, stored, stats.StoredBytes)
	}
}
