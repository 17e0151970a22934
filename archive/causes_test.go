package archive_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// TestCauses: a problem names what is damaged itself, so that what follows from one damaged
// page or body is known from what is damaged besides.
func TestCauses(t *testing.T) {
	for name, tt := range map[string]struct {
		hurt func(a *archive.Archive) string
		most int // problems that name no cause
	}{
		"a page": {func(a *archive.Archive) string {
			b := archivetest.ReadFile(t, a)
			tr, err := store.OpenTree(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			root, err := tr.Root(string(schema.BucketTimes))
			if err != nil {
				t.Fatal(err)
			}
			clear(b[root.ID*store.PageSize : (root.ID+1)*store.PageSize])
			if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("page %d", root.ID)
		}, 0},
		"a base body": {func(a *archive.Archive) string {
			archivetest.Spoil(t, a, schema.BucketBodies, schema.NumberKey(1))
			archivetest.Spoil(t, a, schema.BucketCopies, schema.NumberKey(1))
			return "bodies 1"
		}, 2}, // what else tells of digests that lead nowhere
	} {
		t.Run(name, func(t *testing.T) {
			a := archivetest.Another(t)
			archivetest.Varied(t, a)
			cause := tt.hurt(a)
			causes := map[string]string{}
			none := 0
			report, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) {
				causes[p.Where] = p.Cause
				if p.Cause == "" {
					none++
				}
			}, nil)
			if err != nil || report.Problems < 10 || none > tt.most {
				t.Errorf("%+v, %d of no cause, %v", report, none, err)
			}
			for where, of := range causes {
				for range schema.MaxSteps {
					if strings.HasPrefix(of, "bodies") && of != cause {
						of = causes[of]
					}
				}
				if of != cause && of != "" && where != "copies 1" {
					t.Errorf("%s is put down to %q, not to %s", where, of, cause)
				}
			}
		})
	}
}
