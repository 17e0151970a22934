package lines

import (
	"maps"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

// Page is one page.
type Page struct {
	Type      string  `json:"type"`
	Site      string  `json:"site"`
	ID        *string `json:"id"`   // the newspaper's own, as its address prints it
	Page      string  `json:"page"` // SITE/KEY, as the commands take it
	URL       string  `json:"url"`
	Title     *string `json:"title"`
	Published *string `json:"published"`
	FirstSeen *string `json:"first_seen"` // when it was there to be read; null where no article ever came
	LastSeen  *string `json:"last_seen"`
	Captured  string  `json:"captured"` // the newest capture
	Versions  int     `json:"versions"`
	Captures  int     `json:"captures"`
	State     string  `json:"state"`
	Edits     int     `json:"edits"`  // versions that the newsroom made, for sure
	Unsure    int     `json:"unsure"` // versions that may be no edits
}

// NewPage is the line of a page with these versions.
func NewPage(site string, p archive.PageInfo, versions []archive.Version) Page {
	first, last := archive.Seen(versions)
	return Page{
		Type: "page", Site: site, ID: Optional(p.ID), Page: site + "/" + p.Page, URL: p.URL, Title: Optional(p.Title),
		Captured: Local(p.Captured), Versions: p.Versions, Edits: p.Edits, Unsure: p.Unsure, Captures: p.Captures, State: string(p.State),
		Published: OptionalTime(p.Published), FirstSeen: OptionalTime(first), LastSeen: OptionalTime(last),
	}
}

// Version is one version of a page.
type Version struct {
	Type     string   `json:"type"`
	Site     string   `json:"site"`
	Page     string   `json:"page"`
	Version  int      `json:"version"`
	State    string   `json:"state"` // live, gone
	Captured string   `json:"captured"`
	LastSeen string   `json:"last_seen"`
	Capture  uint64   `json:"capture"` // the one that it is read from: that with the most in it
	Cause    *string  `json:"cause"`   // edit, unsure, state; null of the first
	Digest   *string  `json:"digest"`  // null where it is gone; so is the cleaner
	Changed  []string `json:"changed"`
	Cleaner  *string  `json:"cleaner"`
}

// NewVersion is the line of a version; page is the page's key.
func NewVersion(site, page string, v archive.Version) Version {
	return Version{
		"version", site, site + "/" + page, v.Number, string(v.State), Local(v.Captured), Local(v.LastSeen), v.Capture, Optional(string(v.Cause)), Optional(v.Digest),
		append([]string{}, v.Changed...), Optional(v.Cleaner),
	}
}

// Reading is a version that another layout read: the page got a new layout and said the same.
type Reading struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Page     string `json:"page"`
	Version  int    `json:"version"`
	Captured string `json:"captured"`
	Layout   string `json:"layout"`
	Cause    string `json:"cause"` // layout
}

// NewReading is the line of a reading of a version.
func NewReading(site, page string, v archive.Version, r archive.Reading) Reading {
	return Reading{"reading", site, site + "/" + page, v.Number, Local(r.Captured), r.Layout, string(compare.Relaid)}
}

// Capture is one capture of a page.
type Capture struct {
	Type     string  `json:"type"`
	Site     string  `json:"site"`
	Page     string  `json:"page"`
	URL      string  `json:"url"`
	Captured string  `json:"captured"`
	State    string  `json:"state"`
	Status   *int    `json:"status"` // null where none is known, as of a text dump
	Size     int64   `json:"bytes"`
	Digest   *string `json:"digest"`
}

// NewCapture is the line of a capture of the page of that key.
func NewCapture(site, page string, c capture.Capture) Capture {
	line := Capture{"capture", site, site + "/" + page, c.URL, Local(c.Time), string(c.State), nil, c.Size, Optional(c.Digest)}
	if c.Status != 0 {
		line.Status = &c.Status
	}
	return line
}

// Edit is one passage that differs between two versions.
type Edit struct {
	Type  string   `json:"type"`
	Page  string   `json:"page"`
	From  int      `json:"from"`
	To    int      `json:"to"`
	Field string   `json:"field"`
	Block int      `json:"block,omitempty"` // in body and captions, from 1
	Old   []string `json:"old"`
	New   []string `json:"new"`
	Cause string   `json:"cause,omitempty"` // unsure: it may be an edit; else missing
	// Of images Old and New are their addresses; these are what stood under them.
	OldCaption string `json:"old_caption,omitempty"`
	NewCaption string `json:"new_caption,omitempty"`
}

// NewEdit is the line of an edit between two versions of a page.
func NewEdit(site, page string, from, to int, e compare.Edit, why compare.Cause) Edit {
	line := Edit{
		Type: "edit", Page: site + "/" + page, From: from, To: to, Field: e.Field, Block: e.Block,
		Old: append([]string{}, e.Old...), New: append([]string{}, e.New...),
	}
	if p := e.Picture; p != nil {
		line.OldCaption, line.NewCaption = p.Captions()
	}
	if why == compare.Doubtful || e.Picture != nil && e.Picture.Unsure {
		line.Cause = string(compare.Doubtful)
	}
	return line
}

// Change is one change of a page: why one version is not the one before.
type Change struct {
	Type     string  `json:"type"`
	Site     string  `json:"site"`
	Page     string  `json:"page"`
	URL      string  `json:"url"`
	Title    *string `json:"title"`
	Kind     string  `json:"kind"` // edit, unsure, gone, back
	Back     bool    `json:"back"` // the page had been gone before
	Captured string  `json:"captured"`
	From     int     `json:"from"` // the version before that could be read
	To       int     `json:"to"`
	State    string  `json:"state"` // of the page now
}

// NewChange is the line of a change that the catalog lists, of a page as it is now.
func NewChange(e catalog.Entry, p archive.PageInfo) Change {
	return Change{
		"change", e.Site, e.Site + "/" + e.Page, p.URL, Optional(p.Title), e.Kind.String(), e.Back, Local(e.Time), e.From, e.To, string(p.State),
	}
}

// Run is one run over a newspaper.
type Run struct {
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
	Gaps     []Count           `json:"gaps"`
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
	Assets   *RunAssets        `json:"assets"`    // null where none were wanted
}

// RunAssets is what a run took of the files that pages need.
type RunAssets struct {
	Asked   int     `json:"asked"`
	Kept    int     `json:"kept"`      // that brought a new body
	Same    int     `json:"unchanged"` // that brought what was there
	Bytes   int64   `json:"bytes"`     // as sent
	Missing []Count `json:"missing"`
	Waiting int     `json:"waiting"` // left to a later run
	Spent   bool    `json:"spent"`   // the day's budget was used up
}

func newRunAssets(a *capture.Assets) *RunAssets {
	if a == nil {
		return nil
	}
	return &RunAssets{a.Asked, a.Kept, a.Same, a.Bytes, Counts(a.Missing), a.Waiting, a.Spent}
}

// Count is how often something was so.
type Count struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// NewRun is the line of a run.
func NewRun(site string, r capture.Run) Run {
	return Run{
		Type: "run", Site: site, Started: Local(r.Started), Ended: Local(r.Ended), Listed: r.Listed, Fetched: r.Fetched, Kept: r.Kept,
		New: r.New, Changed: r.Changed, Unsure: r.Unsure, Relaid: r.Relaid, Revisits: r.Revisits, Cleaned: r.Cleaned, Failed: r.Failed, Requests: r.Requests, Bytes: r.Bytes, Resting: r.Resting,
		Gaps: Counts(r.Gaps), Drift: append([]capture.Drift{}, r.Drift...), End: r.End,
		Sources: r.Sources, Read: r.Read, Vanished: r.Vanished, Came: r.Came, Recent: r.Recent, NoLayout: r.NoLayout, Redesign: r.Redesign, Assets: newRunAssets(r.Assets),
	}
}

// Counts are counts by reason, sorted; never null in JSON.
func Counts(counts map[string]int) []Count {
	list := []Count{}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, Count{reason, counts[reason]})
	}
	return list
}

// Local is a moment in Vietnam, "-" for none.
func Local(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(sites.Zone).Format("2006-01-02T15:04:05-07:00")
}

// OptionalTime is a moment, nil for none.
func OptionalTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return Optional(Local(t))
}

// Optional is null in JSON for a field that is not there.
func Optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
