package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"baoluu/archive/reclean"
)

// The room of a chart, in the units of its picture.
const (
	chartWidth, chartHeight   = 300, 120
	chartLeft, chartBottom    = 46, 20
	chartTop, chartRight      = 8, 8
	plotRight, plotFoot       = chartWidth - chartRight, chartHeight - chartBottom
	mostLabels, yearLabelEach = 6, 12
)

// fieldCharts are the pictures of one field.
type fieldCharts struct {
	Name          string
	Fill, Length  *chart // Length is nil of a field that has none
	Before, After int    // articles that have it
}

// chart is one measure, month by month, before and after.
type chart struct {
	Title         string
	Width, Height int
	Left, Right   int
	Foot, Top     int
	Max           string // the label on top
	Months        []label
	Before, After line
}

// label is a text at a place of the axis.
type label struct {
	X      string
	Text   string
	Anchor string
}

// line is drawn: months that follow one another are joined, and one that stands alone is a dot.
type line struct {
	Paths []string // of an SVG polyline
	Dots  []dot
}

type dot struct{ X, Y string }

// newFieldCharts draws field i of the months.
func newFieldCharts(f reclean.Field, months []reclean.Month, i int) fieldCharts {
	c := fieldCharts{Name: f.Name, Before: f.Before, After: f.After}
	var fill, length [2][]float64 // NaN where there is none
	long := false
	for _, m := range months {
		v := m.Fields[i]
		fill[0] = append(fill[0], share(v.Before, m.Before))
		fill[1] = append(fill[1], share(v.After, m.After))
		length[0] = append(length[0], mean(v.LengthBefore, v.Before))
		length[1] = append(length[1], mean(v.LengthAfter, v.After))
		long = long || v.LengthBefore > 0 || v.LengthAfter > 0
	}
	c.Fill = newChart(f.Name+": % of articles that have it", months, fill, 100, "100 %")
	if long {
		most := 0.0
		for _, side := range length {
			for _, v := range side {
				most = math.Max(most, zero(v))
			}
		}
		most = roundUp(most)
		c.Length = newChart(f.Name+": mean length in "+unit(f.Name), months, length, most, strconv.FormatFloat(most, 'f', -1, 64))
	}
	return c
}

// unit is what a field's length is counted in.
func unit(field string) string {
	switch field {
	case "section", "tags", "captions", "images", "related":
		return "entries"
	}
	return "letters"
}

func share(n, of int) float64 {
	if of == 0 {
		return math.NaN()
	}
	return 100 * float64(n) / float64(of)
}

func mean(length float64, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	return length
}

func zero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// roundUp is the next of 1, 1.5, 2, 3, 4, 6, 8, 10, 15, …
func roundUp(v float64) float64 {
	for unit := 1.0; ; unit *= 10 {
		for _, n := range []float64{1, 1.5, 2, 3, 4, 6, 8} {
			if v <= n*unit {
				return n * unit
			}
		}
	}
}

func newChart(title string, months []reclean.Month, values [2][]float64, most float64, label string) *chart {
	c := &chart{Title: title, Width: chartWidth, Height: chartHeight, Left: chartLeft, Right: plotRight, Foot: plotFoot, Top: chartTop, Max: label}
	if len(months) == 0 {
		return c
	}
	first, last := number(months[0].Month), number(months[len(months)-1].Month)
	x := func(month int) float64 {
		if first == last {
			return (chartLeft + plotRight) / 2
		}
		return chartLeft + float64(month-first)/float64(last-first)*(plotRight-chartLeft)
	}
	c.Months = labels(months, first, last, x)
	for side, to := range []*line{&c.Before, &c.After} {
		var path []dot
		at := 0
		end := func() {
			switch len(path) {
			case 0:
			case 1:
				to.Dots = append(to.Dots, path[0])
			default:
				to.Paths = append(to.Paths, joined(path))
			}
			path = nil
		}
		for i, m := range months {
			v := values[side][i]
			if math.IsNaN(v) {
				end()
				continue
			}
			if len(path) > 0 && number(m.Month) != at+1 {
				end()
			}
			at = number(m.Month)
			path = append(path, dot{place(x(at)), place(plotFoot - v/most*(plotFoot-chartTop))})
		}
		end()
	}
	return c
}

// labels are the first and the last month, or the years between them.
func labels(months []reclean.Month, first, last int, x func(int) float64) (list []label) {
	if last-first < 2*yearLabelEach {
		list = append(list, label{place(x(first)), months[0].Month, "start"})
		if first == last {
			list[0].Anchor = "middle"
			return list
		}
		return append(list, label{place(x(last)), months[len(months)-1].Month, "end"})
	}
	years := (last-first)/yearLabelEach + 1
	each := (years + mostLabels - 1) / mostLabels
	for month := (first + yearLabelEach - 1) / yearLabelEach * yearLabelEach; month <= last; month += each * yearLabelEach {
		list = append(list, label{place(x(month)), strconv.Itoa(month / yearLabelEach), "middle"})
	}
	return list
}

// number counts months: 2024-03 is 24290.
func number(month string) int {
	year, m, _ := strings.Cut(month, "-")
	y, _ := strconv.Atoi(year)
	n, _ := strconv.Atoi(m)
	return 12*y + n - 1
}

func place(v float64) string { return strconv.FormatFloat(math.Round(10*v)/10, 'f', -1, 64) }

func joined(path []dot) string {
	var b strings.Builder
	for i, d := range path {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s,%s", d.X, d.Y)
	}
	return b.String()
}
