package main

import (
	"context"
	"fmt"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/redline"
)

// sizeLine is how much changed, in JSON.
type sizeLine struct {
	Gone    int `json:"words_gone"`
	Came    int `json:"words_came"`
	Moved   int `json:"moved"`   // paragraphs
	Numbers int `json:"numbers"` // that changed
	Names   int `json:"names"`
	// Pictures that were exchanged, added or taken out.
	Pictures int `json:"pictures,omitempty"`
}

func newSizeLine(s redline.Size) *sizeLine {
	return &sizeLine{s.Gone, s.Came, s.Moved, s.Numbers, s.Names, s.Pictures}
}

// change is how a version differs from the one that could be read last before it.
type change struct {
	earlier, later archive.Version
	cause          compare.Cause
	edits          []compare.Edit
	redline        redline.Redline
}

// changeOf compares a version with the last before it that could be read; nil where there is
// none, or it cannot be read itself, or either is damaged: a history is shown all the same.
func changeOf(ctx context.Context, view *archive.View, versions []archive.Version, number int) (*change, error) {
	later := versions[number-1]
	earlier, ok := archive.NewestLive(versions[:number-1])
	if !ok || later.State != capture.Live {
		return nil, nil
	}
	d, old, now, err := view.Difference(ctx, earlier, later)
	switch {
	case ctx.Err() != nil:
		return nil, err
	case err != nil:
		return nil, nil
	}
	return &change{earlier, later, d.Cause, d.Edits(old, now), redline.Of(d, old, now)}, nil
}

// sizeWords says how much changed: "-3 +5 words, 1 number, 2 paragraphs moved".
func sizeWords(s redline.Size) string {
	var parts []string
	if s.Gone+s.Came > 0 {
		parts = append(parts, fmt.Sprintf("-%s +%s words", count(s.Gone), count(s.Came)))
	}
	for _, of := range []struct {
		n         int
		one, many string
	}{{s.Numbers, "number", "numbers"}, {s.Names, "name", "names"}, {s.Moved, "paragraph moved", "paragraphs moved"}, {s.Pictures, "picture", "pictures"}} {
		if of.n > 0 {
			parts = append(parts, plural(of.n, of.one, of.many))
		}
	}
	return strings.Join(parts, ", ")
}
