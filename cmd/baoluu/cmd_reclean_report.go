package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"baoluu/archive/reclean"
	"baoluu/cleaner/compare"
)

// What reclean says of a newspaper, for programs and for people.

// recleanLine is the JSON line of one newspaper.
type recleanLine struct {
	Type     string         `json:"type"`
	Site     string         `json:"site"`
	Captures int            `json:"captures"`
	Articles int            `json:"articles"`
	Gained   int            `json:"gained"`
	Gone     int            `json:"gone"`
	Accepted bool           `json:"accepted"`
	Fields   []recleanField `json:"fields"`
	Before   int            `json:"versions_before"` // of the whole newspaper
	After    int            `json:"versions_after"`
	// TakenBack are versions that are none any more, Found those that come new; Pages name some.
	TakenBack int                 `json:"versions_taken_back"`
	Found     int                 `json:"versions_found"`
	Pages     []recleanedPage     `json:"pages"`
	Current   int                 `json:"current"` // captures left alone
	Layouts   []recleanLayout     `json:"layouts"`
	Months    []recleanMonth      `json:"months"`
	Losses    []recleanDifference `json:"losses"` // the largest first
	Changes   []recleanDifference `json:"changes"`
	Notes     []recleanCount      `json:"notes"` // the most frequent first
	Refusals  []recleanCount      `json:"refusals"`
	Gate      recleanGate         `json:"gate"`
	Staged    bool                `json:"staged"` // it stands beside, and is not accepted
}

type recleanedPage struct {
	Page      string   `json:"page"`
	Title     string   `json:"title"`
	Before    int      `json:"versions_before"`
	After     int      `json:"versions_after"`
	TakenBack []string `json:"taken_back"` // when their first captures were made
}

type recleanField struct {
	Field    string           `json:"field"`
	Same     int              `json:"same"`
	Filled   int              `json:"filled"`
	Lost     int              `json:"lost"`
	Changed  int              `json:"changed"` // neither longer nor shorter
	Examples []recleanExample `json:"examples,omitempty"`
	Longer   int              `json:"longer"`
	Shorter  int              `json:"shorter"`
	Before   int              `json:"before"` // articles that have it
	After    int              `json:"after"`
	// FirstLost is the first that was lost, null where none was.
	FirstLost *recleanExample `json:"first_lost"`
}

type recleanExample struct {
	Page    string `json:"page"`
	Capture uint64 `json:"capture"`
	Old     string `json:"old"`
	New     string `json:"new"`
	URL     string `json:"url"`
	Day     string `json:"day"`    // of the capture
	Was     string `json:"was"`    // layouts, before and after
	Layout  string `json:"layout"` // "refused" where there is no article
}

type recleanLayout struct {
	Layout   string         `json:"layout"`
	Captures int            `json:"captures"`
	Was      map[string]int `json:"was"` // captures by the layout that read them before; "" where none had
	Fields   []recleanField `json:"fields"`
}

type recleanMonth struct {
	Month  string        `json:"month"`
	Before int           `json:"articles_before"`
	After  int           `json:"articles_after"`
	Fields []recleanFill `json:"fields"`
}

type recleanFill struct {
	Field        string  `json:"field"`
	Before       int     `json:"before"` // articles that have it
	After        int     `json:"after"`
	LengthBefore float64 `json:"length_before"` // mean, in letters, of lists in entries
	LengthAfter  float64 `json:"length_after"`
}

type recleanDifference struct {
	Page    string            `json:"page"`
	URL     string            `json:"url"`
	Capture uint64            `json:"capture"`
	Day     string            `json:"day"` // of the capture
	Field   string            `json:"field"`
	Was     string            `json:"was"` // layouts, before and after
	Layout  string            `json:"layout"`
	Gone    int               `json:"gone"` // letters of words that are gone
	Came    int               `json:"came"`
	Diff    []compare.Passage `json:"diff"`
}

type recleanCount struct {
	Text   string `json:"text"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

type recleanGate struct {
	Passed  bool    `json:"passed"`
	MaxLoss float64 `json:"max_loss"` // percent
	MaxDrop float64 `json:"max_drop"` // percentage points
	Bodies  int     `json:"bodies"`
	Losing  int     `json:"bodies_losing"` // that lose more than a fifth of their text
	// FirstLosing is the first of them, null where there is none.
	FirstLosing *recleanExample `json:"first_losing"`
	Drops       []recleanDrop   `json:"drops"` // the deepest first
}

type recleanDrop struct {
	Field  string          `json:"field"`
	Of     int             `json:"articles"`
	Before int             `json:"before"` // of them, that have it
	After  int             `json:"after"`
	Points float64         `json:"points"`
	Stops  bool            `json:"stops"`
	Layout string          `json:"layout"` // that lost it most often
	First  *recleanExample `json:"first"`
}

func newRecleanLine(site string, r reclean.Report) recleanLine {
	line := recleanLine{
		Type: "reclean", Site: site, Captures: r.Captures, Articles: r.Articles, Gained: r.Gained, Gone: r.Lost,
		Accepted: r.Accepted, Fields: recleanFields(site, r.Fields), Before: r.VersionsBefore, After: r.VersionsAfter,
		TakenBack: r.TakenBack, Found: r.Found, Pages: []recleanedPage{}, Current: r.Current,
		Layouts: []recleanLayout{}, Months: []recleanMonth{}, Losses: recleanDifferences(site, r.Losses), Changes: recleanDifferences(site, r.Changes),
		Notes: recleanCounts(r.Notes), Refusals: recleanCounts(r.Refusals), Gate: newRecleanGate(site, r.Gate), Staged: r.Staged,
	}
	for _, p := range r.Pages {
		page := recleanedPage{Page: site + "/" + p.Page, Title: p.Title, Before: p.Before, After: p.After, TakenBack: takenBack(p)}
		line.Pages = append(line.Pages, page)
	}
	for _, l := range r.Layouts {
		layout := recleanLayout{l.Name, l.Captures, map[string]int{}, recleanFields(site, l.Fields)}
		for _, w := range l.Was {
			layout.Was[w.Name] = w.Captures
		}
		line.Layouts = append(line.Layouts, layout)
	}
	for _, m := range r.Months {
		month := recleanMonth{m.Month, m.Before, m.After, []recleanFill{}}
		for _, f := range m.Fields {
			month.Fields = append(month.Fields, recleanFill{f.Name, f.Before, f.After, f.LengthBefore, f.LengthAfter})
		}
		line.Months = append(line.Months, month)
	}
	return line
}

// takenBack is when the first captures were made of the versions that are none any more.
func takenBack(p reclean.PageVersions) []string {
	times := []string{}
	for _, v := range p.TakenBack {
		times = append(times, local(v.Captured))
	}
	return times
}

func recleanFields(site string, list []reclean.Field) []recleanField {
	lines := []recleanField{}
	for _, f := range list {
		line := recleanField{
			Field: f.Name, Same: f.Same, Filled: f.Filled, Lost: f.Lost, Changed: f.Changed, Longer: f.Longer, Shorter: f.Shorter,
			Before: f.Before, After: f.After, Examples: []recleanExample{}, FirstLost: newRecleanExample(site, f.FirstLost),
		}
		for _, e := range f.Examples {
			line.Examples = append(line.Examples, *newRecleanExample(site, &e))
		}
		lines = append(lines, line)
	}
	return lines
}

func newRecleanExample(site string, e *reclean.Example) *recleanExample {
	if e == nil {
		return nil
	}
	return &recleanExample{site + "/" + e.Page, e.Capture, e.Old, e.New, e.URL, e.Day, e.Was, e.Now}
}

func recleanDifferences(site string, list []reclean.Difference) []recleanDifference {
	lines := []recleanDifference{}
	for _, d := range list {
		lines = append(lines, recleanDifference{site + "/" + d.Page, d.URL, d.Capture, d.Day, d.Field, d.Was, d.Now, d.Gone, d.Came, append([]compare.Passage{}, d.Diff...)})
	}
	return lines
}

func recleanCounts(list []reclean.Count) []recleanCount {
	counts := []recleanCount{}
	for _, c := range list {
		counts = append(counts, recleanCount(c))
	}
	return counts
}

func newRecleanGate(site string, g reclean.Gate) recleanGate {
	gate := recleanGate{g.Passed, g.MaxLoss, g.MaxDrop, g.Bodies, g.Losing, newRecleanExample(site, g.FirstLosing), []recleanDrop{}}
	for _, d := range g.Drops {
		gate.Drops = append(gate.Drops, recleanDrop{d.Field, d.Of, d.Before, d.After, d.Points(), g.TooDeep(d), d.Layout, newRecleanExample(site, d.First)})
	}
	return gate
}

// printReclean prints a report for people: of fields that differ, and a few of the largest
// differences, with long all of both.
func printReclean(w io.Writer, site string, r reclean.Report, long bool) error {
	printf(w, "%s: %s cleaned, %s", site, plural(r.Captures, "capture", "captures"), plural(r.Articles, "article", "articles"))
	if r.Gained+r.Lost > 0 {
		printf(w, " (%d new, %d no longer)", r.Gained, r.Lost)
	}
	fmt.Fprintln(w)
	if err := printRecleanFields(w, r, long); err != nil {
		return err
	}
	if long {
		if err := printRecleanMonths(w, r.Months); err != nil {
			return err
		}
	}
	printRecleanCounts(w, "note", r.Notes, long)
	printRecleanCounts(w, "refused", r.Refusals, long)
	most := 3
	if long {
		most = len(r.Losses) + len(r.Changes)
	}
	printRecleanDifferences(w, site, "largest losses", r.Losses, most)
	printRecleanDifferences(w, site, "largest changes", r.Changes, most)
	printRecleanVersions(w, site, r)
	return nil
}

// printRecleanFields prints the fields of each layout, those that are all the same only with long.
func printRecleanFields(w io.Writer, r reclean.Report, long bool) error {
	began := false
	err := table(w, func(w io.Writer) {
		for _, l := range r.Layouts {
			for _, f := range l.Fields {
				if !long && f.Differ() == 0 {
					continue
				}
				if !began {
					fmt.Fprintln(w, "LAYOUT\tFIELD\tSAME\tFILLED\tLOST\tLONGER\tSHORTER\tCHANGED")
					began = true
				}
				printf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", cell(l.Name), f.Name, f.Same, f.Filled, f.Lost, f.Longer, f.Shorter, f.Changed)
			}
		}
	})
	if !began {
		fmt.Fprintln(w, "all fields are the same")
	}
	return err
}

// printRecleanMonths prints in which months fields are found, or long, otherwise than before.
func printRecleanMonths(w io.Writer, months []reclean.Month) error {
	return table(w, func(w io.Writer) {
		began := false
		for _, m := range months {
			for _, f := range m.Fields {
				if f.Before == f.After && f.LengthBefore == f.LengthAfter {
					continue
				}
				if !began {
					fmt.Fprintln(w, "MONTH\tFIELD\tARTICLES\tNOW\tHAVE IT\tNOW\tLENGTH\tNOW")
					began = true
				}
				printf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\n", m.Month, f.Name, m.Before, m.After, f.Before, f.After, figure(f.LengthBefore), figure(f.LengthAfter))
			}
		}
	})
}

// printRecleanCounts prints how often something is said that is not said as often as before.
func printRecleanCounts(w io.Writer, what string, list []reclean.Count, long bool) {
	for _, c := range list {
		if long || c.Before != c.After {
			printf(w, "%s: %s: %d before, %d now\n", what, cell(c.Text), c.Before, c.After)
		}
	}
}

func printRecleanDifferences(w io.Writer, site, what string, list []reclean.Difference, most int) {
	if len(list) > 0 {
		printf(w, "%s:\n", what)
	}
	for _, d := range list[:min(most, len(list))] {
		printf(w, "  %s/%s  %s  capture %d of %s\n    %s", site, d.Page, d.URL, d.Capture, d.Day, d.Field)
		if d.Was != d.Now {
			printf(w, " (layout %s, before %s)", cell(d.Now), cell(cmp.Or(d.Was, "none")))
		}
		printf(w, ", %d letters gone, %d new: %s\n", d.Gone, d.Came, cell(asWdiff(d.Diff)))
	}
	if n := len(list) - most; n > 0 {
		printf(w, "  … and %d more (--all, --json)\n", n)
	}
}

// asWdiff writes differences as wdiff does.
func asWdiff(passages []compare.Passage) string {
	var parts []string
	for _, p := range passages {
		if p.Same != "" {
			parts = append(parts, p.Same)
		}
		if p.Old != "" {
			parts = append(parts, "[-"+p.Old+"-]")
		}
		if p.New != "" {
			parts = append(parts, "{+"+p.New+"+}")
		}
	}
	return strings.Join(parts, " ")
}

func printRecleanVersions(w io.Writer, site string, r reclean.Report) {
	if r.TakenBack+r.Found > 0 {
		tense := "would be"
		if r.Accepted {
			tense = "were"
		}
		printf(w, "history: %s %s taken back, %d found\n", plural(r.TakenBack, "version", "versions"), tense, r.Found)
	}
	for _, p := range r.Pages {
		printf(w, "%s/%s  %s: %s, now %d", site, p.Page, cell(p.Title), plural(p.Before, "version", "versions"), p.After)
		if len(p.TakenBack) > 0 {
			printf(w, "; taken back: %s", strings.Join(takenBack(p), ", "))
		}
		fmt.Fprintln(w)
	}
}
