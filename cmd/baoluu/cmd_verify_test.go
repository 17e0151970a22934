package main

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/rescue"
)

func TestFollowers(t *testing.T) {
	f := newFollowers()
	var told []string
	for _, p := range []archive.Problem{
		{Where: "the file", Cause: "page 7", CauseName: "page 7 of the file", Loss: archive.LossFile},
		{Where: "captures 1", Cause: "page 7", CauseName: "page 7 of the file"},
		{Where: "captures 2"},
		{Where: "bodies 3", Cause: "bodies 3"},
		{Where: "bucket times", Cause: "page 7", CauseName: "page 7 of the file", Loss: archive.LossFile},
		{Where: "bodies 4", Cause: "bodies 3"},
		{Where: "bodies 5", Cause: "bodies 4"},
		{Where: "bodies 9", Cause: "bodies 8"}, // which is missing
		{Where: "bodies 10", Cause: "bodies 8"},
		{Where: "times 8", Cause: "captures 2"},
		{Where: "captures 2b"},
	} {
		if !f.follows(p) {
			told = append(told, p.Where)
		}
	}
	if want := []string{"the file", "captures 2", "bodies 3", "bodies 9", "captures 2b"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	want := []string{
		"page 7 of the file: … and 2 more problems because of it; --json prints each",
		"bodies 3: … and 2 more problems because of it; --json prints each",
		"bodies 8: … and 1 more problem because of it; --json prints each",
		"captures 2: … and 1 more problem because of it; --json prints each",
	}
	if got := f.lines(); !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

// What is not known of a problem, or of what was lost, is null.
func TestUnknownIsNull(t *testing.T) {
	var out bytes.Buffer
	a := &app{out: &out, err: io.Discard}
	a.printProblem("vov", archive.Problem{Where: "the file"}, true)
	lost := newLosses("vov", t.TempDir())
	if err := printJSON(&out, lost.add(rescue.Lost{Capture: 7})); err != nil {
		t.Fatal(err)
	}
	if err := lost.close(true); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if !strings.Contains(line, `"page":null`) || !strings.Contains(line, `"captured":null`) {
			t.Error(line)
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines", n)
	}
}
