package archive_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/rescue"
	"baoluu/sites"
)

// titles are those of the descriptions that an archive keeps, the oldest first; each is read back.
func titles(t testing.TB, a *archive.Archive) (list []string) {
	t.Helper()
	kept, err := a.Descriptions(ctx, archivetest.Site, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range kept {
		s, err := sites.Read("copy", d.Text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s.Title)
		if d.Program == "" || i > 0 && !d.At.After(kept[i-1].At) {
			t.Errorf("description %d: %q, %v", i, d.Program, d.At)
		}
	}
	return list
}

// retitle has the newspaper of these tests described otherwise.
func retitle(t testing.TB, title string) {
	t.Helper()
	archivetest.Use(t, archivetest.Described(t, archivetest.Site, func(d *sites.Description) { d.Title = title }))
}

// described is an archive that was filled by three descriptions, one of them twice.
func described(t testing.TB) *archive.Archive {
	t.Helper()
	a := archivetest.Fresh(t)
	for i, title := range []string{"Một", "Hai", "Hai", "Ba"} {
		retitle(t, title)
		archivetest.Commit(t, a, archivetest.Page("100", "A\n"+title, i))
		archivetest.Commit(t, a, archivetest.Page("200", "B\n"+title, i))
	}
	return a
}

var asDescribed = []string{"Một", "Hai", "Ba"}

// TestDescriptions: an archive keeps a copy of what the newspaper was described as, each time that
// something is stored and it is another.
func TestDescriptions(t *testing.T) {
	a := described(t)
	if got := titles(t, a); !slices.Equal(got, asDescribed) {
		t.Errorf("%q", got)
	}
	s, _ := sites.ByName(archivetest.Site)
	want, err := s.Describe().YAML(nil)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := a.Descriptions(ctx, archivetest.Site, nil)
	if err != nil || string(kept[2].Text) != string(want) {
		t.Errorf("%s, %v", kept[2].Text, err)
	}
	// Whoever knows the newspaper by the copy alone describes it as that does.
	copied, err := sites.Read("copy", kept[2].Text)
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Use(t, copied)
	archivetest.Commit(t, archivetest.OpenAt(t, a.Dir()), archivetest.Page("300", "C\nx", 9))
	retitle(t, "Một") // as it was at first
	archivetest.Commit(t, archivetest.OpenAt(t, a.Dir()), archivetest.Page("300", "C\nx", 10))
	if got := titles(t, a); !slices.Equal(got, append(slices.Clone(asDescribed), "Một")) {
		t.Errorf("%q", got)
	}
}

// TestDescriptionsComeAlong: with a backup, also one that is made again, a merge, a rescue and a
// takedown.
func TestDescriptionsComeAlong(t *testing.T) {
	a := described(t)
	backups, rescued, merged := t.TempDir(), archivetest.Another(t), archivetest.Another(t)
	archivetest.BackUp(t, a, backups)
	if got := titles(t, archivetest.OpenAt(t, backups)); !slices.Equal(got, asDescribed) {
		t.Errorf("the backup has %q", got)
	}
	if _, err := rescue.Run(ctx, a, archivetest.Site, rescued.Dir(), rescue.Options{}); err != nil {
		t.Fatal(err)
	}
	archivetest.MergeInto(t, merged, a)
	before := archivetest.ReadFile(t, merged)
	archivetest.MergeInto(t, merged, a)
	if string(before) != string(archivetest.ReadFile(t, merged)) {
		t.Error("the second merge has changed something")
	}
	// Both note what they are filled by, beside what came along.
	for what, to := range map[string]*archive.Archive{"rescue": rescued, "merge": merged} {
		if got := titles(t, to); !slices.Equal(got, append(slices.Clone(asDescribed), "Ba")) {
			t.Errorf("the %s brought %q", what, got)
		}
	}
	retitle(t, "Bốn")
	archivetest.Commit(t, a, archivetest.Page("300", "C\nx", 9))
	archivetest.ForgetPage(t, a, "100")
	archivetest.BackUp(t, a, backups)
	now := append(slices.Clone(asDescribed), "Bốn")
	for what, to := range map[string]*archive.Archive{"archive": a, "backup": archivetest.OpenAt(t, backups)} {
		if got := titles(t, to); !slices.Equal(got, now) {
			t.Errorf("after a takedown the %s has %q", what, got)
		}
	}
	archivetest.MergeInto(t, merged, a)
	if got := titles(t, merged); got[len(got)-1] != "Bốn" {
		t.Errorf("%q", got)
	}
}

// TestDamagedDescription: a copy that does not hold is told, the others are read, and what is
// stored goes on.
func TestDamagedDescription(t *testing.T) {
	whole := described(t)
	kept, err := whole.Descriptions(ctx, archivetest.Site, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := schema.BucketDescriptions.Key(schema.Key{At: kept[2].At.UnixMilli()})
	a := archivetest.Holding(t, archivetest.Losing(t, archivetest.ReadFile(t, whole), schema.BucketDescriptions, key))
	var wrong []error
	if kept, err = a.Descriptions(ctx, archivetest.Site, func(err error) { wrong = append(wrong, err) }); err != nil || len(kept) != 2 || len(wrong) != 1 || !errors.Is(wrong[0], archive.ErrCorrupt) {
		t.Errorf("%d, %v, %v", len(kept), wrong, err)
	}
	verified := func() (found []archive.Problem) {
		if _, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { found = append(found, p) }, nil); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := verified(); len(found) != 1 || found[0].Loss != archive.LossIndex || !strings.HasPrefix(found[0].Name, "the description of 20") {
		t.Errorf("%+v", found)
	}
	archivetest.Commit(t, a, archivetest.Page("300", "C\nx", 9)) // keeps the present one again
	if kept, err = a.Descriptions(ctx, archivetest.Site, nil); err != nil || len(kept) != 3 || !strings.Contains(string(kept[2].Text), "title: Ba\n") {
		t.Errorf("%d, %v", len(kept), err)
	}
	to := archivetest.Another(t)
	if r, err := rescue.Run(ctx, a, archivetest.Site, to.Dir(), rescue.Options{}); err != nil || !strings.Contains(r.Doubts, "descriptions of the newspaper may be lost") {
		t.Errorf("%+v, %v", r, err)
	}
	if got := titles(t, to); !slices.Equal(got, append(slices.Clone(asDescribed), "Ba")) {
		t.Errorf("%q", got)
	}
}

// TestFormat5: a file of an older format keeps no description, and the next who stores
// something adds the present one.
func TestFormat5(t *testing.T) {
	a := ofFormat(t, 5)
	listedAs(t, a, 5)
	archivetest.Sound(t, a)
	if kept, err := a.Descriptions(ctx, "vov", nil); err != nil || len(kept) != 0 {
		t.Errorf("%d, %v", len(kept), err)
	}
	if _, err := a.Commit(ctx, "vov", capture.Batch{}); err != nil {
		t.Fatal(err)
	}
	if kept, err := a.Descriptions(ctx, "vov", nil); err != nil || len(kept) != 1 {
		t.Errorf("%d, %v", len(kept), err)
	}
	listedAs(t, a, 5)
	archivetest.Sound(t, a)
}

// TestAHundredNewspapers: an archive of a hundred, of names that look like other files'.
func TestAHundredNewspapers(t *testing.T) {
	names := archivetest.Names(100)
	archivetest.Use(t, archivetest.Newspapers(t, names...)...)
	a := archivetest.Fresh(t)
	for i, name := range names {
		release, err := a.Lock(name, "crawl")
		if err != nil {
			t.Fatal(err)
		}
		k := archivetest.Page("100", "A\n"+name, i)
		k.URL = "https://" + name + ".example.vn/bai-100.html"
		if _, err := a.Commit(ctx, name, capture.Batch{Kept: []capture.Kept{k}}); err != nil {
			t.Fatal(err)
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := a.Newspapers()
	if slices.Sort(names); err != nil || !slices.Equal(got, names) {
		t.Errorf("%q, %v", got, err)
	}
	for _, name := range names {
		if kept, err := a.Descriptions(ctx, name, nil); err != nil || len(kept) != 1 || !strings.HasPrefix(string(kept[0].Text), "name: "+name+"\n") {
			t.Errorf("%s: %d, %v", name, len(kept), err)
		}
	}
}
