package main

import (
	"maps"
	"slices"

	"baoluu/archive/capture"
)

type runLine struct {
	Type     string            `json:"type"`
	Site     string            `json:"site"`
	Started  string            `json:"started"`
	Ended    string            `json:"ended"`
	Listed   int               `json:"listed"`
	Fetched  int               `json:"fetched"`
	Kept     int               `json:"kept"`
	New      int               `json:"new"`
	Changed  int               `json:"changed"`
	Revisits int               `json:"revisits"`
	Cleaned  int               `json:"cleaned"`
	Failed   int               `json:"failed"`
	Requests int               `json:"requests"`
	Bytes    int64             `json:"bytes"`
	Resting  int               `json:"resting"`
	Gaps     []gapLine         `json:"gaps"`
	Drift    []capture.Drift   `json:"drift"`
	End      string            `json:"end"`
	Sources  int               `json:"sources"`   // lists, feeds and sitemaps that were asked, those that are not due yet included
	Read     int               `json:"read"`      // of these: read
	Vanished int               `json:"vanished"`  // sources that are gone, and were not when they were last asked
	Came     int               `json:"came"`      // articles asked for of which the newspaper gave what there is
	Recent   int               `json:"recent"`    // articles of the last weeks that came for the first time
	NoLayout int               `json:"no_layout"` // of these: fit no known layout
	Redesign *capture.Redesign `json:"redesign"`  // null where nothing looks like one
	Unsure   int               `json:"unsure"`    // perhaps changed: another layout, or nothing tells what is the page's own
	Relaid   int               `json:"relaid"`    // of another layout, and not changed
}

type gapLine struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

func newRunLine(site string, r capture.Run) runLine {
	line := runLine{
		Type: "run", Site: site, Started: local(r.Started), Ended: local(r.Ended), Listed: r.Listed, Fetched: r.Fetched, Kept: r.Kept,
		New: r.New, Changed: r.Changed, Unsure: r.Unsure, Relaid: r.Relaid, Revisits: r.Revisits, Cleaned: r.Cleaned, Failed: r.Failed, Requests: r.Requests, Bytes: r.Bytes, Resting: r.Resting,
		Gaps: countLines(r.Gaps), Drift: append([]capture.Drift{}, r.Drift...), End: r.End,
		Sources: r.Sources, Read: r.Read, Vanished: r.Vanished, Came: r.Came, Recent: r.Recent, NoLayout: r.NoLayout, Redesign: r.Redesign,
	}
	return line
}

// countLines are counts by reason, sorted; never null in JSON.
func countLines(counts map[string]int) []gapLine {
	lines := []gapLine{}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, gapLine{reason, counts[reason]})
	}
	return lines
}
