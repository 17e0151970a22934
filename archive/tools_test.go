package archive_test

import (
	"testing"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/merge"
)

// forgetPage takes a page out.
func forgetPage(t testing.TB, a *archive.Archive, ref string) forget.Report {
	t.Helper()
	r, err := forget.Run(ctx, a, archivetest.Site, ref, forget.Options{Reason: "Quyết định 12/QĐ", At: archivetest.At(1000), Accept: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mergeInto merges an archive into another.
func mergeInto(t testing.TB, a, from *archive.Archive) merge.Report {
	t.Helper()
	report, err := merge.Run(ctx, a, archivetest.Site, from, merge.Options{Damaged: func(n uint64, err error) { t.Errorf("capture %d: %v", n, err) }})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// backUp brings the backup in a folder up to date.
func backUp(t testing.TB, a *archive.Archive, dir string) backup.Report {
	t.Helper()
	report, err := backup.Run(ctx, a, archivetest.Site, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}
