package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// side is how many cells a print has in each row and column.
const side = 32

// Print is what is left of a picture at a glance: the mean light and colour of 32 × 32 cells of
// it, and its shape. The zero Print is of none.
type Print struct {
	cells *[side * side][3]uint8 // Y, Cb, Cr
	shape float64                // width by height
	small bool                   // its cells have few points each
}

// Of gives the print of a picture; ok is false where its bytes are no picture that can be decoded
// within the bounds, or one too small to show anything. What shines through is white.
func Of(body []byte) (p Print, ok bool) {
	m := decode(body)
	if m == nil {
		return Print{}, false
	}
	b := m.Bounds()
	p = Print{cells: new([side * side][3]uint8), shape: float64(b.Dx()) / float64(b.Dy()), small: min(b.Dx(), b.Dy()) < 8*side}
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	across, down := cells(b.Dx()), cells(b.Dy())
	var sums [side * side][3]float64
	var line [side][3]float64
	for y, rows := range down {
		draw.Draw(row, row.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(row, row.Bounds(), m, image.Pt(b.Min.X, b.Min.Y+y), draw.Over)
		line = [side][3]float64{}
		for x, columns := range across {
			for _, in := range columns {
				for c := range 3 {
					line[in.cell][c] += in.share * float64(row.Pix[4*x+c])
				}
			}
		}
		for _, in := range rows {
			for x, v := range line {
				for c := range 3 {
					sums[in.cell*side+x][c] += in.share * v[c]
				}
			}
		}
	}
	for i, s := range sums {
		y, cb, cr := color.RGBToYCbCr(uint8(s[0]+.5), uint8(s[1]+.5), uint8(s[2]+.5))
		p.cells[i] = [3]uint8{y, cb, cr}
	}
	return p, true
}

// within is the share of a row or column of cells that is one row or column of points.
type within struct {
	cell  int
	share float64
}

// cells tells in which cells each of n rows or columns of points lies: in two, across a border.
func cells(n int) [][]within {
	list := make([][]within, n)
	for i := range list {
		for cell := i * side / n; cell < side && cell*n < (i+1)*side; cell++ {
			from, to := max(i*side, cell*n), min((i+1)*side, (cell+1)*n)
			list[i] = append(list[i], within{cell, float64(to-from) / float64(n)})
		}
	}
	return list
}

// Known reports whether there is a print.
func (p Print) Known() bool { return p.cells != nil }
