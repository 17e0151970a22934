package page

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"net/url"
	"strconv"
	"strings"

	"baoluu/archive/reclean"
	"baoluu/cleaner/plain"
)

// Newspaper is one newspaper's re-clean.
type Newspaper struct {
	Name    string // dantri
	Title   string // Dân trí
	Cleaner string // that read it now
	Report  reclean.Report
}

//go:embed page.html
var form string

//go:embed page.css
var style string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"count": count, "plain": plain.Line, "text": plain.Text, "link": link, "percent": percent,
	"plural": func(n int, one, many string) string {
		return count(n) + " " + map[bool]string{true: one, false: many}[n == 1]
	},
	"was": was, "join": func(list []string) string { return strings.Join(list, ", ") },
	"style": func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own
}).Parse(form))

// Write writes the page of some newspapers. program names the program that cleaned.
func Write(w io.Writer, program string, papers []Newspaper) error {
	list := make([]paper, len(papers))
	for i, p := range papers {
		list[i] = newPaper(p)
	}
	return page.Execute(w, struct {
		Program string
		Papers  []paper
	}{program, list})
}

// paper is a newspaper as the page has it.
type paper struct {
	Newspaper
	Rows   []row         // fields that come out differently
	Alike  []string      // the other fields
	Charts []fieldCharts // of fields that come out differently
	Same   []fieldCharts // of the others
	Closed []reclean.Drop
	Says   []said
}

func newPaper(n Newspaper) paper {
	r := n.Report
	p := paper{Newspaper: n}
	for _, d := range r.Gate.Drops {
		if r.Gate.TooDeep(d) {
			p.Closed = append(p.Closed, d)
		}
	}
	for i, f := range r.Fields {
		if f.Differ() > 0 {
			p.Rows = append(p.Rows, newRow(r, i))
		} else {
			p.Alike = append(p.Alike, f.Name)
		}
		switch c := newFieldCharts(f, r.Months, i); {
		case f.Name == "text": // title, lead and body once more
		case f.Differ() > 0:
			p.Charts = append(p.Charts, c)
		default:
			p.Same = append(p.Same, c)
		}
	}
	for _, c := range r.Notes {
		p.Says = append(p.Says, said{c, c.After - c.Before})
	}
	return p
}

// said is a note with how many articles more say it now.
type said struct {
	reclean.Count
	More int
}

// was names the layouts that had read what one reads now, where they are others.
func was(l reclean.Layout) string {
	var list []string
	for _, c := range l.Was {
		if c.Name != l.Name {
			list = append(list, fmt.Sprintf("%s by %s", count(c.Captures), cmp.Or(c.Name, "nobody")))
		}
	}
	return strings.Join(list, ", ")
}

// row is a field in the table of fields and layouts.
type row struct {
	Field         string
	Before, After int    // articles that have it
	Cells         []cell // of all layouts together, then of each
}

// cell is a field of a layout.
type cell struct {
	Worse, Better, Other int // lost or shorter; filled or longer; changed
	Title                string
	Class                string // how much of it is worse
}

// newRow is the row of field i.
func newRow(r reclean.Report, i int) row {
	all := r.Fields[i]
	list := row{Field: all.Name, Before: all.Before, After: all.After, Cells: []cell{newCell(all)}}
	for _, l := range r.Layouts {
		list.Cells = append(list.Cells, newCell(l.Fields[i]))
	}
	return list
}

func newCell(f reclean.Field) cell {
	c := cell{Worse: f.Lost + f.Shorter, Better: f.Filled + f.Longer, Other: f.Changed}
	c.Title = fmt.Sprintf("%d same, %d filled, %d lost, %d longer, %d shorter, %d changed", f.Same, f.Filled, f.Lost, f.Longer, f.Shorter, f.Changed)
	switch {
	case f.Differ() == 0:
	case 100*float64(c.Worse) > reclean.DefaultMaxDrop*float64(f.Same+f.Differ()):
		c.Class = "worst"
	case c.Worse > c.Better:
		c.Class = "worse"
	case c.Better > c.Worse:
		c.Class = "better"
	default:
		c.Class = "other"
	}
	return c
}

// link is an address that a browser may be led to, "" for one that is no web address.
func link(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// percent is a share for people: two digits behind the point at most, for 1.04 % is more than 1 %.
func percent(p float64) string { return strconv.FormatFloat(math.Round(100*p)/100, 'f', -1, 64) }

// count is a number for people: "1,240".
func count(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
