package archive

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// A newspaper's ledger says, for each day, what became of the articles that were
// first listed on that day. It is made of facts each time it is read: the
// frontier's entries, of which there is one for each address that was ever
// listed, the pages and their heads. Nothing is counted along, so nothing can
// miscount, and a killed run leaves it right.

// LedgerDay is one newspaper's articles that were first listed on one day, as
// they stand now. Each is counted in exactly one of Cleaned, Missed and Gaps;
// those three add up to Listed.
type LedgerDay struct {
	Day     time.Time // its midnight in [sites.Zone]
	Listed  int       // articles first listed, or named by a person, on that day
	Fetched int       // of those: asked for at least once
	Kept    int       // of those: at least one capture is kept
	Cleaned int       // of those: at least one clean article
	Changed int       // of the clean ones: edited since
	Unsure  int       // of those that were not: edited since, or only laid out otherwise
	Gone    int       // of all: taken down by now
	Missed  int       // of the gone ones: no clean article, they were gone before the first look
	Gaps    []LedgerGap

	Runs  int            // that began on the day
	Blind int            // of those: could not see what was new, see [capture.Run.Blind]
	Seers int            // of those over the newspaper: could, or are at work
	Ended map[string]int // why runs ended before all was done: "blocked" → how many
	// Of the articles of the last weeks that those runs brought for the first time: how many
	// there were, and how many fit no known layout.
	Recent, NoLayout int

	// Assets are the pictures, style sheets and fonts that were first named on the day; the
	// other counts leave them out.
	Assets LedgerAssets
}

// LedgerAssets counts assets: of those listed, Kept are kept, and Gaps has why the others are not.
type LedgerAssets struct {
	Listed, Kept int
	Gaps         []LedgerGap
}

// LedgerGap is a reason for which listed articles have no clean article.
type LedgerGap struct {
	Reason   string
	Count    int
	Examples []string // up to three of their addresses
}

// atMost is the most that is believed of a day on which a run could not read its sources.
const atMost = 0.9999

// Complete is the share of the listed articles that have a clean article, those
// apart that were gone before the first look. ok is false where there is none to
// have a share of, and where nobody knows what there was: no run could read its
// sources. Where some could not, what they would have seen may be missing, and the share is the
// most that there can be: it is below 1 then, and [LedgerDay.Unsighted].
func (d LedgerDay) Complete() (share float64, ok bool) {
	if d.Listed == d.Missed || d.Blind > 0 && d.Seers == 0 {
		return 0, false
	}
	share = float64(d.Cleaned) / float64(d.Listed-d.Missed)
	if d.Unsighted() {
		share = min(share, atMost)
	}
	return share, true
}

// Unsighted reports whether a run could not read its sources.
func (d LedgerDay) Unsighted() bool { return d.Blind > 0 }

// Add adds another day's counts, to sum up days and newspapers.
func (d *LedgerDay) Add(o LedgerDay) {
	d.Listed += o.Listed
	d.Fetched += o.Fetched
	d.Kept += o.Kept
	d.Cleaned += o.Cleaned
	d.Changed += o.Changed
	d.Unsure += o.Unsure
	d.Gone += o.Gone
	d.Missed += o.Missed
	d.Runs += o.Runs
	d.Blind += o.Blind
	d.Seers += o.Seers
	d.Recent += o.Recent
	d.NoLayout += o.NoLayout
	for reason, n := range o.Ended {
		d.end(reason, n)
	}
	d.Assets.Listed += o.Assets.Listed
	d.Assets.Kept += o.Assets.Kept
	for _, g := range o.Gaps {
		d.Gaps = addGap(d.Gaps, g.Reason, g.Count, g.Examples...)
	}
	for _, g := range o.Assets.Gaps {
		d.Assets.Gaps = addGap(d.Assets.Gaps, g.Reason, g.Count, g.Examples...)
	}
	d.sortGaps()
}

func (d *LedgerDay) end(reason string, n int) {
	if d.Ended == nil {
		d.Ended = map[string]int{}
	}
	d.Ended[reason] += n
}

const maxGapExamples = 3

func addGap(gaps []LedgerGap, reason string, n int, examples ...string) []LedgerGap {
	i := slices.IndexFunc(gaps, func(g LedgerGap) bool { return g.Reason == reason })
	if i < 0 {
		i = len(gaps)
		gaps = append(gaps, LedgerGap{Reason: reason})
	}
	g := &gaps[i]
	g.Count += n
	g.Examples = append(g.Examples, examples[:min(len(examples), maxGapExamples-len(g.Examples))]...)
	return gaps
}

// sortGaps puts what is missed most first.
func (d *LedgerDay) sortGaps() {
	for _, gaps := range [][]LedgerGap{d.Gaps, d.Assets.Gaps} {
		slices.SortStableFunc(gaps, func(a, b LedgerGap) int { return b.Count - a.Count })
	}
}

// WaitingGap is the reason of an article that was listed and not asked for yet.
const WaitingGap = "not asked for yet"

// Ledger gives the days in [sites.Zone] from the one that holds from to the last
// one that begins before to. A day before anything was listed has no line; one on
// which nothing was listed, later, has a line of zeros, for it is worth a look.
// It goes once through all addresses that are known. It counts as of now, not as
// of the View.
func (v *View) Ledger(ctx context.Context, from, to time.Time) ([]LedgerDay, error) {
	from = dayOf(from)
	days := map[time.Time]*LedgerDay{}
	outside := func(t time.Time) bool { return t.Before(from) || !t.Before(to) }
	at := func(t time.Time) *LedgerDay {
		if outside(t) {
			return nil
		}
		day := dayOf(t)
		if days[day] == nil {
			days[day] = &LedgerDay{Day: day}
		}
		return days[day]
	}
	skip := elsewhen(from, to)
	err := store.Each(ctx, v.paper.File, schema.Raw(schema.BucketFrontier), func(r schema.Reader, key, payload []byte) error {
		if skip(payload) {
			return nil
		}
		_, e, err := schema.Frontier.Read(key, payload)
		if err != nil {
			return err
		}
		if e.Kind != sites.Article && e.Kind != sites.Asset {
			return nil
		}
		switch day := at(e.Listed); {
		case day == nil:
		case e.Kind == sites.Asset:
			day.Assets.enter(e)
		default:
			return v.enter(r, day, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	first := to
	for day := range days {
		if day.Before(first) {
			first = day
		}
	}
	err = store.Each(ctx, v.paper.File, schema.Runs.From(from), func(_ schema.Reader, _ time.Time, run capture.Run) error {
		day := at(run.Started)
		if day == nil {
			return nil
		}
		day.Runs++
		switch {
		case run.Blind():
			day.Blind++
		case run.Seeds == 0:
			day.Seers++
		}
		day.Recent += run.Recent
		day.NoLayout += run.NoLayout
		switch run.End {
		case "done", "limit", "time":
		case "":
			day.end("unfinished", 1)
		default:
			day.end(run.End, 1)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for day := first; day.Before(to); day = day.AddDate(0, 0, 1) {
		at(day)
	}
	list := make([]LedgerDay, 0, len(days))
	for _, day := range slices.SortedFunc(maps.Keys(days), time.Time.Compare) {
		days[day].sortGaps()
		list = append(list, *days[day])
	}
	return list, nil
}

var listedField = []byte(`"listed":"`)

// elsewhen reports of an entry's JSON, by its date alone, that it was listed on none of
// the days from one moment to another: most of a million were, and reading all of them
// takes most of a ledger's time. A zone may move a date by a day. Within a string, a
// quotation mark would have a backslash before it.
func elsewhen(from, to time.Time) func(payload []byte) bool {
	first, last := from.AddDate(0, 0, -1).Format(time.DateOnly), to.AddDate(0, 0, 1).Format(time.DateOnly)
	return func(payload []byte) bool {
		_, date, ok := bytes.Cut(payload, listedField)
		if !ok || len(date) < len(time.DateOnly) {
			return false
		}
		date = date[:len(time.DateOnly)]
		return string(date) < first || string(date) > last
	}
}

// enter counts one listed article.
func (v *View) enter(r schema.Reader, day *LedgerDay, e capture.Entry) error {
	var head schema.Head
	page, kept, err := schema.Pages.Load(r, e.Page)
	if err == nil && kept {
		head, _, err = schema.Heads(v.generation).Load(r, e.Page)
	}
	if err != nil {
		return err
	}
	gone := page.State == capture.Gone
	day.Listed++
	if kept || !e.Fetched.IsZero() {
		day.Fetched++
	}
	if kept {
		day.Kept++
	}
	if gone {
		day.Gone++
	}
	switch {
	case head.Edits() > 0:
		day.Changed++
	case head.Unsure > 0:
		day.Unsure++
	}
	switch {
	case head.Versions > 0:
		day.Cleaned++
	case gone:
		day.Missed++
	default:
		day.Gaps = addGap(day.Gaps, gapReason(e, page.State, kept), 1, e.URL)
	}
	return nil
}

// enter counts one asset: its entry says whether a body of it is kept.
func (a *LedgerAssets) enter(e capture.Entry) {
	a.Listed++
	if e.Capture != 0 {
		a.Kept++
		return
	}
	a.Gaps = addGap(a.Gaps, gapReason(e, capture.Broken, false), 1, e.URL)
}

// gapReason is why a listed article has no clean article.
func gapReason(e capture.Entry, state capture.State, kept bool) string {
	switch {
	case e.Gap != "":
		return e.Gap
	case kept && state == capture.Live:
		return "no article in it"
	case kept:
		return string(state) // a page that only redirects
	case e.Fetched.IsZero() && e.Tries == 0:
		return WaitingGap
	}
	return "no answer"
}

// dayOf is the midnight of t's day in [sites.Zone].
func dayOf(t time.Time) time.Time {
	year, month, day := t.In(sites.Zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, sites.Zone)
}
