package picture

import "math"

// Likeness is how much two pictures are alike.
type Likeness int

// The answers.
const (
	Other Likeness = iota // they show other things
	Akin                  // one may be made of the other: cut, turned, with a mark on it, lighter; or it was exchanged for one much like it
	Alike                 // one picture, in another size, quality or format
)

// Pictures of the tests that are encoded again (JPEG of quality 30, PNG, GIF) or scaled differ by 19
// of 255 in the worst cell, and by 3.2 on the mean; those with a mark on them by 67 in a cell.
const (
	maxMean  = 4.
	maxCell  = 24
	maxShape = 1.03 // scaled sides are whole points

	akinCell   = 12   // a cell that is the same
	akinShare  = .6   // of the cells
	mostlyAkin = .9   // correlation of the light of these, or of all
	cutAkin    = .965 // of the best of some thousand parts
)

// Likeness compares two prints; that of none is [Other] than any.
func (p Print) Likeness(o Print) Likeness {
	if !p.Known() || !o.Known() {
		return Other
	}
	if p.Alike(o) {
		return Alike
	}
	a, b := p.compared(o)
	var was, is grid // where they are the same
	for i := range a {
		if apart(a[i], b[i]) <= akinCell {
			was, is = append(was, float64(a[i][0])), append(is, float64(b[i][0]))
		}
	}
	switch {
	case float64(len(was)) >= akinShare*float64(len(a)) && was.correlation(is) >= mostlyAkin, p.light().correlation(o.light()) >= mostlyAkin,
		p.turned(o), p.cutOf(o), o.cutOf(p):
		return Akin
	}
	return Other
}

// Alike reports whether the likeness of two prints is [Alike]; it takes a hundredth of the time.
func (p Print) Alike(o Print) bool {
	if !p.Known() || !o.Known() || max(p.shape/o.shape, o.shape/p.shape) > maxShape {
		return false
	}
	a, b := p.compared(o)
	sum := 0
	for i := range a {
		d := apart(a[i], b[i])
		if sum += d; d > maxCell {
			return false
		}
	}
	return float64(sum) <= maxMean*float64(len(a))
}

// compared are the cells of both that are compared: where there are few points in each, what has
// edges depends on how the picture was scaled.
func (p Print) compared(o Print) (a, b [][3]uint8) {
	if p.small || o.small {
		return halved(p.cells[:]), halved(o.cells[:])
	}
	return p.cells[:], o.cells[:]
}

// apart is how far two cells are apart: in light or colour, what is more.
func apart(a, b [3]uint8) (d int) {
	for c := range a {
		d = max(d, int(a[c])-int(b[c]), int(b[c])-int(a[c]))
	}
	return d
}

// halved makes one cell of four.
func halved(cells [][3]uint8) [][3]uint8 {
	var list [][3]uint8
	for y := 0; y < side; y += 2 {
		for x := 0; x < side; x += 2 {
			var cell [3]uint8
			at := y*side + x
			for c := range cell {
				cell[c] = uint8((int(cells[at][c]) + int(cells[at+1][c]) + int(cells[at+side][c]) + int(cells[at+side+1][c]) + 2) / 4)
			}
			list = append(list, cell)
		}
	}
	return list
}

// grid is the light of some cells, row by row.
type grid []float64

func (p Print) light() grid {
	g := make(grid, len(p.cells))
	for i, c := range p.cells {
		g[i] = float64(c[0])
	}
	return g
}

// correlation is that of the light of two pictures, from -1 to 1: 0 where one of them is of one
// light all over.
func (g grid) correlation(o grid) float64 {
	var a, b, aa, bb, ab float64
	for i := range g {
		a, b = a+g[i], b+o[i]
		aa, bb, ab = aa+g[i]*g[i], bb+o[i]*o[i], ab+g[i]*o[i]
	}
	n := float64(len(g))
	const plain = 4 // variance that tells nothing
	va, vb := aa-a*a/n, bb-b*b/n
	if va < plain*n || vb < plain*n {
		return 0
	}
	return (ab - a*b/n) / math.Sqrt(va*vb)
}

// turned reports whether one is the other turned, or in a mirror.
func (p Print) turned(o Print) bool {
	a, b := p.light(), o.light()
	for way := 1; way < 8; way++ {
		g := make(grid, len(b))
		for i := range g {
			x, y := i%side, i/side
			if way&4 != 0 {
				x, y = y, x
			}
			if way&2 != 0 {
				x = side - 1 - x
			}
			if way&1 != 0 {
				y = side - 1 - y
			}
			g[i] = b[y*side+x]
		}
		if a.correlation(g) >= mostlyAkin {
			return true
		}
	}
	return false
}

// cutOf reports whether p may be cut out of o: a part of at least half of its width or height
// looks like it.
func (p Print) cutOf(o Print) bool {
	const coarse, fine, worthy = 5, 16, .85 // cells that are compared at first, in each direction, and where so alike
	whole, mine := sumsOf(o.light()), sumsOf(p.light())
	first, then := mine.sample(nil, 0, 0, side, side, coarse), mine.sample(nil, 0, 0, side, side, fine)
	var part grid
	for long := side; long >= side/2; long-- {
		w, h := float64(long), float64(long)
		if r := p.shape / o.shape; r < 1 {
			w *= r
		} else {
			h /= r
		}
		if min(w, h) < side/4 || w == side && h == side {
			continue
		}
		for y := 0.; y+h <= side; y++ {
			for x := 0.; x+w <= side; x++ {
				part = whole.sample(part[:0], x, y, w, h, coarse)
				if first.correlation(part) < worthy {
					continue
				}
				if then.correlation(whole.sample(nil, x, y, w, h, fine)) >= cutAkin {
					return true
				}
			}
		}
	}
	return false
}

// sums are the sums of the light of all cells above and left of each border.
type sums [(side + 1) * (side + 1)]float64

func sumsOf(g grid) *sums {
	s := new(sums)
	for y := range side {
		for x := range side {
			at := (y+1)*(side+1) + x + 1
			s[at] = g[y*side+x] + s[at-1] + s[at-side-1] - s[at-side-2]
		}
	}
	return s
}

// at is the sum above and left of a point, which may be within a cell.
func (s *sums) at(x, y float64) float64 {
	i, j := min(int(x), side-1), min(int(y), side-1)
	fx, fy := x-float64(i), y-float64(j)
	o := j*(side+1) + i
	return (s[o]*(1-fx)+s[o+1]*fx)*(1-fy) + (s[o+side+1]*(1-fx)+s[o+side+2]*fx)*fy
}

// sample adds the mean light of n × n equal parts of a part.
func (s *sums) sample(g grid, x, y, w, h float64, n int) grid {
	dx, dy := w/float64(n), h/float64(n)
	for j := range n {
		for i := range n {
			l, t := x+float64(i)*dx, y+float64(j)*dy
			r, b := l+dx, t+dy
			g = append(g, (s.at(r, b)-s.at(l, b)-s.at(r, t)+s.at(l, t))/(dx*dy))
		}
	}
	return g
}
