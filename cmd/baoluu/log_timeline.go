package main

import (
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/screen"
)

// timePoint is one point of a page's timeline.
type timePoint struct {
	at   time.Time
	mark string
	head screen.Line
	more []string // lines below
	of   *change
}

// timeline prints a page's history on a terminal, the oldest first, each version with what
// changed where passages is set.
func (a *app) timeline(h history, passages bool) error {
	t := a.tty
	_ = t.wrapped(screen.Text(cell(h.page.Title), screen.Bold), nil, nil)
	_ = t.wrapped(screen.Text(h.name, screen.Plain).And(": ", screen.Plain).And(string(h.page.State), stateStyle(string(h.page.State))).
		And(", "+plural(len(h.versions), "version", "versions")+", "+plural(h.page.Captures, "capture", "captures"), screen.Faint), nil, nil)
	_ = t.put(screen.Text(h.page.URL, screen.Faint))
	events := timelineOf(h)
	for i, e := range events {
		rail := screen.Text("│  ", screen.Faint)
		if i == len(events)-1 {
			rail = screen.Text("   ", screen.Plain)
		}
		if i == 0 {
			_ = t.put(nil)
		}
		head := screen.Text(e.mark+"  ", screen.Plain).And(local(e.at)[:len("2006-01-02T15:04:05")], screen.Plain).And("  ", screen.Plain)
		head[1].Text = head[1].Text[:10] + " " + head[1].Text[11:]
		below := slices.Clone(rail)
		if t.columns >= textColumns/2 {
			below = below.And(strings.Repeat(" ", head.Width()-rail.Width()), screen.Plain)
		}
		_ = t.wrapped(e.head, head, below)
		for _, line := range e.more {
			_ = t.wrapped(screen.Text(line, screen.Faint), rail, rail)
		}
		if passages && e.of != nil {
			t.redline(e.of.redline, rail)
		}
		if i < len(events)-1 {
			_ = t.put(rail)
		}
	}
	if len(h.addresses) > 1 {
		_ = t.put(nil, screen.Text("asked for at", screen.Faint))
		for _, s := range h.addresses {
			_ = t.put(screen.Text(shortTime(s.First)+" to "+shortTime(s.Last)+"  "+plural(s.Captures, "capture", "captures"), screen.Faint), screen.Text(s.URL, screen.Plain))
		}
	}
	return nil // t.w remembers
}

// timelineOf puts the versions of a page, its layouts and the re-cleans in the order of time.
func timelineOf(h history) []timePoint {
	var events []timePoint
	for i, v := range h.versions {
		events = append(events, versionEvent(h, i))
		for _, r := range relaid(v) {
			events = append(events, timePoint{at: r.Captured, mark: "·", head: screen.Text("another layout ("+cell(r.Layout)+"): no edit", screen.Faint)})
		}
	}
	for _, c := range h.cleanings {
		e := timePoint{at: c.At, mark: "·", head: screen.Text(h.site+" was cleaned again by "+c.Cleaner+": no edit", screen.Faint)}
		for _, r := range h.regrouped(c) {
			e.more = append(e.more, regroupWords(r))
		}
		events = append(events, e)
	}
	slices.SortStableFunc(events, func(a, b timePoint) int { return a.at.Compare(b.at) })
	return events
}

// versionEvent is a version: what it is, what changed, how long it stood, and who read it.
func versionEvent(h history, i int) timePoint {
	v := h.versions[i]
	e := timePoint{at: v.Captured, mark: "●", of: h.changes[i], head: screen.Text("version "+count(v.Number), screen.Bold).And(", ", screen.Plain)}
	switch {
	case v.Number == 1:
		e.head = e.head.And("first seen", screen.Plain)
	case v.State == capture.Gone:
		e.mark = "○"
		e.head = e.head.And("gone", screen.Red)
	default:
		e.head = e.head.And(string(v.Cause), kindStyle(string(v.Cause)))
		if v.Cause == archive.ChangedState {
			e.head[len(e.head)-1] = screen.Span{Text: "back", Style: kindStyle("back")}
		}
		if fields := fieldsChanged(v); fields != "" {
			e.head = e.head.And(": "+fields, screen.Plain)
		}
	}
	if c := h.changes[i]; c != nil {
		if size := sizeWords(c.redline.Size); size != "" {
			e.more = append(e.more, size)
		}
		if c.cause == compare.Doubtful {
			e.more = append(e.more, "the page got a new layout: this may be an edit, or come from the layout")
		}
	}
	stood, stands, seen := "stood ", "stands", "last seen "
	if v.State == capture.Gone {
		stood, stands, seen = "gone for ", "gone since", "last asked for "
	}
	if i+1 < len(h.versions) {
		stands = stood + span(max(time.Second, h.versions[i+1].Captured.Sub(v.Captured)))
	}
	e.more = append(e.more, stands+", "+seen+shortTime(v.LastSeen))
	if v.Cleaner != "" && (i == 0 || v.Cleaner != h.versions[i-1].Cleaner) {
		e.more = append(e.more, "read by "+v.Cleaner)
	}
	return e
}

// kindStyle is how a kind of change, or a cause, looks.
func kindStyle(kind string) screen.Style {
	switch kind {
	case catalog.Edit.String():
		return screen.Yellow
	case catalog.Gone.String():
		return screen.Red
	case catalog.Back.String():
		return screen.Green
	}
	return screen.Magenta
}
