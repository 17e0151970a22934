package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// A file that is watched is seen again when it is saved, also where it is away for a moment, and
// not before; the person ends it.
func TestWatchedFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "baomau.yaml")
		save := func(text string) {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Error(err)
			}
		}
		save("name: baomau\n")
		mark, begin := fileMarkOf(file), time.Now()
		go func() {
			time.Sleep(20 * time.Second)
			if err := os.Remove(file); err != nil {
				t.Error(err)
			}
			time.Sleep(20 * time.Second)
			save("name: baomau\ntitle: Báo Mẫu\n")
		}()
		if !mark.changed(t.Context(), file) {
			t.Error("it ended")
		}
		if waited := time.Since(begin); waited < 40*time.Second || waited > 41*time.Second {
			t.Errorf("seen after %v", waited)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		if fileMarkOf(file).changed(ctx, file) {
			t.Error("a file that nobody saved changed")
		}
	})
}

// Of an archive the newest pages of each section and year come first, however many another has.
func TestSamplesAreSpread(t *testing.T) {
	arch, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	vov, _ := sites.ByName("vov")
	var batch capture.Batch
	keep := func(section string, number int, at time.Time) {
		address := fmt.Sprintf("https://vov.vn/%s/mot-bai-post%d.vov", section, number)
		a, err := vov.Address(address)
		if err != nil {
			t.Fatal(err)
		}
		batch.Kept = append(batch.Kept, capture.Kept{
			Capture: capture.Capture{Page: a.Page, URL: address, Time: at, Kind: capture.Resource, State: capture.Live, ContentType: "text/html"},
			Body:    fmt.Appendf(nil, "<html><body><p>%s %d</p></body></html>", section, number), Refused: "no article",
		})
	}
	day := time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
	for i := range 30 {
		keep("kinh-te", 1300000+i, day.AddDate(0, 0, i))
	}
	keep("kinh-te", 1100000, day.AddDate(-2, 0, 0))
	keep("the-thao", 1200000, day.AddDate(-1, 0, 0))
	if _, err := arch.Commit(t.Context(), "vov", batch); err != nil {
		t.Fatal(err)
	}
	var got []string
	source := &sampleSource{archive: arch.Dir(), site: "vov", limit: 5}
	if err := source.each(t.Context(), func(s sampled) error {
		if _, err := cleaner.Read(s.Page); err != nil {
			t.Error(err)
		}
		got = append(got, s.name)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"vov/post1300029", "vov/post1200000", "vov/post1100000", "vov/post1300028", "vov/post1300027"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}
