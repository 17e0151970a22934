package reclean

import (
	"fmt"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner"
)

// article is one with a body of ten words of two letters, of which so many are left, and a byline.
func article(layout string, left int, byline cleaner.Text) *cleaner.Article {
	words := []string{"an", "bà", "cô", "đi", "em", "gà", "hè", "im", "kẻ", "là"}
	a := &cleaner.Article{Title: "Tít", Byline: byline, Layout: layout}
	for _, w := range words[:left] {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: w})
	}
	return a
}

// tallied counts n articles, of which some lose text, byline or all.
func tallied(n int, now func(i int) *cleaner.Article) *tally {
	t := newTally()
	for i := range n {
		c := capture.Capture{Number: uint64(i + 1), Page: fmt.Sprint(i), Time: time.Date(2024, 3, 1, 0, 0, i, 0, time.UTC)}
		old, is := article("a", 10, "Mai"), now(i)
		o := compareArticles(c, c.Page, old, is, false)
		o.was, o.is = layoutOf(true, old), layoutOf(true, is)
		t.add(o)
	}
	return t
}

// TestGate: its edges. What is just as much as may be lost goes through.
func TestGate(t *testing.T) {
	losing := func(n, left int) func(int) *cleaner.Article {
		return func(i int) *cleaner.Article {
			if i < n {
				return article("b", left, "Mai")
			}
			return article("a", 10, "Mai")
		}
	}
	unsigned := func(n int) func(int) *cleaner.Article {
		return func(i int) *cleaner.Article {
			if i < n {
				return article("b", 10, "")
			}
			return article("a", 10, "Mai")
		}
	}
	refused := func(n int) func(int) *cleaner.Article {
		return func(i int) *cleaner.Article {
			if i < n {
				return nil
			}
			return article("a", 10, "Mai")
		}
	}
	usual := DefaultLimits()
	for _, c := range []struct {
		name   string
		of     int
		now    func(int) *cleaner.Article
		limits Limits
		passed bool
		losing int
	}{
		{"all is the same", 3, losing(0, 0), usual, true, 0},
		{"a fifth of the text", 3, losing(3, 8), usual, true, 0},
		{"one of a hundred bodies", 100, losing(1, 5), usual, true, 1},
		{"two of a hundred bodies", 100, losing(2, 5), usual, false, 2},
		{"one of three bodies", 3, losing(1, 5), usual, false, 1},
		{"one of three, allowed", 3, losing(1, 5), Limits{34, 0}, true, 1},
		{"no loss at all allowed", 1000, losing(1, 5), Limits{0, 2}, false, 1},
		{"two of a hundred bylines", 100, unsigned(2), usual, true, 0},
		{"three of a hundred bylines", 100, unsigned(3), usual, false, 0},
		{"five of a hundred, allowed", 100, unsigned(5), Limits{1, 5}, true, 0},
		{"no drop at all allowed", 1000, unsigned(1), Limits{1, 0}, false, 0},
		{"one of a hundred is no article", 100, refused(1), usual, true, 1},
		{"two of a hundred are no articles", 100, refused(2), usual, false, 2},
		{"nothing", 0, losing(0, 0), Limits{}, true, 0},
	} {
		tl := tallied(c.of, c.now)
		g := tl.gate(tl.finish(), c.limits)
		if g.Passed != c.passed || g.Losing != c.losing || g.Bodies != c.of {
			t.Errorf("%s: passed %v, %d of %d bodies lose text, %+v", c.name, g.Passed, g.Losing, g.Bodies, g.Drops)
		}
	}
}

// TestGateNamesTheCause: the field, the layout that lost it most, from where to where, and the first.
func TestGateNamesTheCause(t *testing.T) {
	tl := tallied(50, func(i int) *cleaner.Article {
		switch {
		case i < 10:
			return article("a", 10, "")
		case i < 30:
			return article("b", 10, "")
		}
		return article("b", 10, "Mai")
	})
	g := tl.gate(tl.finish(), DefaultLimits())
	if g.Passed || len(g.Drops) != 1 {
		t.Fatalf("%+v", g)
	}
	d := g.Drops[0]
	if d.Field != "byline" || d.Of != 50 || d.Before != 50 || d.After != 20 || d.Points() != 60 || d.Layout != "b" || d.LayoutOf != 40 || d.LayoutBefore != 40 || d.LayoutAfter != 20 {
		t.Errorf("%+v", d)
	}
	if d.First.Capture != 11 || d.First.Was != "a" || d.First.Now != "b" || d.First.Old != "Mai" {
		t.Errorf("%+v", d.First)
	}
}

// TestGateAndNewArticles: articles that are new do not make up for those that lose a field.
func TestGateAndNewArticles(t *testing.T) {
	tl := tallied(100, func(i int) *cleaner.Article {
		if i < 5 {
			return article("a", 10, "")
		}
		return article("a", 10, "Mai")
	})
	for i := range 50 {
		o := compareArticles(capture.Capture{Number: uint64(200 + i)}, fmt.Sprint(200+i), nil, article("a", 10, "Mai"), false)
		o.was, o.is = Refused, "a"
		tl.add(o)
	}
	g := tl.gate(tl.finish(), DefaultLimits())
	if g.Passed || len(g.Drops) != 1 {
		t.Fatalf("%+v", g)
	}
	if d := g.Drops[0]; d.Of != 100 || d.Before != 100 || d.After != 95 || d.LayoutOf != 100 || d.LayoutBefore != 100 || d.LayoutAfter != 95 {
		t.Errorf("%+v", d)
	}
}

// TestResults: what became of a field.
func TestResults(t *testing.T) {
	for _, c := range []struct {
		measure  measure
		old, now []string
		want     result
	}{
		{letters, nil, nil, same},
		{letters, []string{"a"}, []string{"a"}, same},
		{letters, nil, []string{"a"}, filled},
		{letters, []string{"a"}, nil, lost},
		{letters, []string{"Mưa lũ"}, []string{"Mưa lũ lớn"}, longer},
		{letters, []string{"Mưa lũ lớn"}, []string{"lũ lớn"}, shorter},
		{letters, []string{"0123456789"}, []string{"abcdefghijkl"}, longer}, // a fifth more
		{letters, []string{"0123456789"}, []string{"abcdefghijk"}, changed},
		{letters, []string{"abcdefghijkl"}, []string{"0123456789"}, shorter},
		{letters, []string{"một", "hai"}, []string{"một", "rưỡi", "hai"}, longer},
		{letters, []string{"một", "hai"}, []string{"hai", "một"}, changed},
		{entries, []string{"a", "b"}, []string{"a"}, shorter},
		{entries, []string{"a"}, []string{"b"}, changed},
		{entries, []string{"a"}, []string{"b", "c"}, longer},
		{exact, []string{"vi"}, []string{"vi-VN"}, changed},
	} {
		if got := c.measure.compare(c.old, c.now, c.measure.length(c.old), c.measure.length(c.now)); got != c.want {
			t.Errorf("%v, %q to %q: %v, want %v", c.measure, c.old, c.now, got, c.want)
		}
	}
}

// TestLargest: of a page and field the largest counts, and of all the twenty largest, whatever order they
// come in.
func TestLargest(t *testing.T) {
	var up, down []Difference
	size := func(d Difference) int { return d.Gone }
	put := func(list *[]Difference, i int) {
		keepLargest(list, Difference{Capture: uint64(1 + i), Page: fmt.Sprint(i % 30), Field: "body", Gone: i / 2}, size, func(*Difference) {})
	}
	for i := range 90 {
		put(&up, i)
		put(&down, 89-i)
	}
	if len(up) != maxLargest || fmt.Sprint(up) != fmt.Sprint(down) || up[0].Gone != 44 || up[0].Capture != 89 || up[19].Gone != 35 {
		t.Errorf("%+v\n%+v", up, down)
	}
}
