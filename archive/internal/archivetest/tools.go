package archivetest

import (
	"context"
	"testing"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/forget"
	"baoluu/archive/merge"
)

// ForgetPage takes a page out.
func ForgetPage(t testing.TB, a *archive.Archive, ref string) forget.Report {
	t.Helper()
	r, err := forget.Run(context.Background(), a, Site, ref, forget.Options{Reason: "Quyết định 12/QĐ", At: At(1000), Accept: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// MergeInto merges an archive into another.
func MergeInto(t testing.TB, a, from *archive.Archive) merge.Report {
	t.Helper()
	report, err := merge.Run(context.Background(), a, Site, from, merge.Options{Damaged: func(n uint64, err error) { t.Errorf("capture %d: %v", n, err) }})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// BackUp brings the backup in a folder up to date.
func BackUp(t testing.TB, a *archive.Archive, dir string) backup.Report {
	t.Helper()
	report, err := backup.Run(context.Background(), a, Site, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}
