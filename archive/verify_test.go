package archive_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"

	"github.com/google/go-cmp/cmp"
)

// TestVerifyGoesOn: stopped wherever it is, verify goes on, looks at all there is
// once, and reports all that is damaged.
func TestVerifyGoesOn(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Varied(t, a)
	archivetest.Spoil(t, a, schema.BucketBodies, schema.NumberKey(20))
	archivetest.Spoil(t, a, schema.BucketHeads, schema.BucketHeads.Key(schema.Key{Generation: 1, Page: "1009"}))
	look := func(ctx context.Context) (archive.VerifyReport, []string, error) {
		var found []string
		report, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { found = append(found, p.Where) }, nil)
		return report, found, err
	}
	want, problems, err := look(ctx)
	if err != nil || len(problems) == 0 {
		t.Fatalf("%+v, %v", want, err)
	}
	step := 7
	if testing.Short() {
		step = 28
	}
	for stop := 1; stop < 60; stop += step {
		stops := 0
		for {
			got, found, err := look(&archivetest.Counted{Context: ctx, Left: stop})
			if errors.Is(err, context.Canceled) {
				if stops++; stops > 500 {
					break // never gets on by so few steps: the last one looks at all
				}
				continue
			}
			if got.Resumed = false; err != nil || got != want {
				t.Errorf("stopped %d times: %+v, want %+v, %v", stops, got, want, err)
			}
			if diff := cmp.Diff(problems, found); diff != "" {
				t.Errorf("stopped %d times: %s", stops, diff)
			}
			break
		}
		if stops > 500 {
			if err := os.Remove(a.Newspaper(archivetest.Site).File.Path("verify")); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := os.Stat(a.Newspaper(archivetest.Site).File.Path("verify")); !errors.Is(err, os.ErrNotExist) {
		t.Error("how far it came is still kept:", err)
	}
}

// TestVerifyBeginsAgain: what was found sound before something was written is
// looked at again.
func TestVerifyBeginsAgain(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Varied(t, a)
	stop := func() {
		t.Helper()
		if _, err := a.Verify(&archivetest.Counted{Context: ctx, Left: 8}, archivetest.Site, func(archive.Problem) {}, nil); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	resumed := func() bool {
		t.Helper()
		report, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { t.Errorf("%+v", p) }, nil)
		if err != nil {
			t.Fatal(err)
		}
		return report.Resumed
	}
	if stop(); !resumed() {
		t.Error("nothing was written, and it began again")
	}
	stop()
	archivetest.Commit(t, a, archivetest.Page("1", "A\nx", 0))
	if resumed() {
		t.Error("something was written, and it went on")
	}
	stop()
	if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("verify"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if resumed() {
		t.Error("it went on from nonsense")
	}
}

// TestVerifySaysWhatItMeans: a body that is lost is reported with its page and version,
// and so is what is packed against it.
func TestVerifySaysWhatItMeans(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Commit(t, a, archivetest.Page("1", archivetest.NewsPage(1, 3), 0))
	archivetest.Commit(t, a, archivetest.Page("1", archivetest.NewsPage(1, 4), 1))
	archivetest.Commit(t, a, archivetest.Page("2", archivetest.NewsPage(2, 4), 2), archivetest.Status("2", capture.Gone, 404, 3))
	archivetest.Spoil(t, a, schema.BucketBodies, schema.NumberKey(1))
	archivetest.Spoil(t, a, schema.BucketCopies, schema.NumberKey(1))
	told := map[string]archive.Problem{}
	if _, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { told[p.Where] = p }, nil); err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]archive.Problem{
		"bodies 1": {Loss: archive.LossCapture, Page: "1", Captured: archivetest.At(0), Versions: []int{1}, Cause: "bodies 1"},
		"bodies 2": {Loss: archive.LossCapture, Page: "1", Captured: archivetest.At(1), Versions: []int{2}, Cause: "bodies 1"},
		"bodies 3": {Loss: archive.LossCapture, Page: "2", Captured: archivetest.At(2), Versions: []int{1}, Cause: "bodies 1"},
	} {
		got, ok := told[where]
		if !ok || got.What == "" || got.Means == "" || got.Name == "" || strings.Contains(got.What, archive.ErrCorrupt.Error()) {
			t.Errorf("%s: %+v", where, got)
		}
		got.Where, got.What, got.Means, got.Name, got.CauseName = "", "", "", "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", where, diff)
		}
	}
}
