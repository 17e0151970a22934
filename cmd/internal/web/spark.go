package web

import "time"

// Spark is a small picture of counts, one bar each: an SVG of Width × Height.
type Spark struct {
	Bars          []Bar
	Width, Height int
	Most, Last    int // the highest count, and that of the last bar
	Days          int
}

// Bar is one of its bars, from the top left.
type Bar struct{ X, Y, Height, Count int }

const (
	barWidth    = 4 // of it one is the gap
	sparkHeight = 24
)

// sparkOf draws counts. What is not zero is at least a pixel high.
func sparkOf(counts []int) Spark {
	s := Spark{Width: len(counts) * barWidth, Height: sparkHeight, Days: len(counts)}
	for _, n := range counts {
		s.Most, s.Last = max(s.Most, n), n
	}
	for i, n := range counts {
		if n > 0 {
			h := max(1, n*sparkHeight/s.Most)
			s.Bars = append(s.Bars, Bar{X: i * barWidth, Y: sparkHeight - h, Height: h, Count: n})
		}
	}
	return s
}

// spark draws how many articles of a newspaper were published on each of the last days.
func (s *Server) spark(site string, now time.Time) Spark {
	from, to := lastDays(now, pulseDays)
	counts := make([]int, pulseDays)
	for _, d := range s.Catalog.Days(from, to, site) {
		if i := int(d.Day.Sub(from) / (24 * time.Hour)); i < len(counts) { // no daylight saving in Vietnam
			counts[i] = d.Pages
		}
	}
	return sparkOf(counts)
}
