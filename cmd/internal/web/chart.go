package web

import "strconv"

// Chart is bars that stand on one another, drawn as SVG: a column for each day, run or month.
// Its numbers stand below it as a table, for whoever does not see it. A chart stretches to
// the width there is: nothing in it has a shape that this would spoil.
type Chart struct {
	ID            string
	Title         string   // a key of the words
	Series        []string // of the bars, from the bottom: keys of the words
	Width, Height int
	Bars          []ChartBar
	Columns       []ChartColumn
	Full          bool   // there are as many columns as places
	Most          string // what the highest column counts, as text
	Bytes         bool   // the numbers are bytes
}

// ChartBar is one bar, from the top left.
type ChartBar struct {
	X, Y, Width, Height int
	Series              int    // whose it is, from 1
	Says                string // of the whole column, when pointed at
}

// ChartColumn is one column's numbers.
type ChartColumn struct {
	Label  string
	Counts []int64
}

const (
	chartHeight = 1000
	columnWidth = 100 // of it a fifth is the gap
)

// chartOf draws columns. What is not zero is seen. Where there are fewer than places, they
// stand at the right.
func (t *texts) chartOf(id, title string, series []string, columns []ChartColumn, places int, bytes bool) Chart {
	places = max(places, len(columns))
	c := Chart{ID: id, Title: title, Series: series, Width: places * columnWidth, Height: chartHeight, Columns: columns, Bytes: bytes, Full: places > 1 && len(columns) == places}
	most := int64(0)
	for _, col := range columns {
		most = max(most, sumOf(col.Counts))
	}
	c.Most = t.count(most, bytes)
	for i, col := range columns {
		says, y := col.Label+":", chartHeight
		for j, n := range col.Counts {
			says += " " + t.count(n, bytes)
			if j+1 < len(col.Counts) {
				says += " ·"
			}
		}
		for j, n := range col.Counts {
			if n <= 0 {
				continue
			}
			h := max(chartHeight/100, int(float64(n)/float64(most)*chartHeight))
			y = max(0, y-h)
			c.Bars = append(c.Bars, ChartBar{X: (places-len(columns)+i)*columnWidth + columnWidth/10, Y: y, Width: columnWidth * 4 / 5, Height: h, Series: j + 1, Says: says})
		}
	}
	return c
}

func sumOf(counts []int64) (sum int64) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// count is a number, or a count of bytes.
func (t *texts) count(n int64, bytes bool) string {
	if bytes {
		return t.size(n)
	}
	return t.num(int(n))
}

// Class is the bar's class in the style sheet.
func (b ChartBar) Class() string { return "bar" + strconv.Itoa(b.Series) }
