package sampleweb

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
)

// drawing is a picture of ours: a landscape that its seed says all of, with a number by which a
// person tells it from others.
type drawing struct {
	seed    string
	quality int // of the JPEG
}

// draw draws it in a width, in pixels, three to two.
func (d drawing) draw(width int) *image.RGBA {
	height := width * 2 / 3
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	r := dice("picture", d.seed)
	hue := r.Float64()
	sky, land := [2]color.RGBA{tint(hue, 0.55, 0.95), tint(hue+0.12, 0.25, 1)}, [3]color.RGBA{tint(hue+0.35, 0.35, 0.75), tint(hue+0.4, 0.5, 0.55), tint(hue+0.45, 0.6, 0.35)}
	sunX, sunY, sunR := int((0.15+0.7*r.Float64())*float64(width)), int((0.12+0.25*r.Float64())*float64(height)), int((0.05+0.05*r.Float64())*float64(width))
	var hills [3][]int // of each, from where on down it stands at a place
	for i := range hills {
		hills[i] = ridge(r, width, height, 0.45+0.18*float64(i))
	}
	noise := uint32(hash(d.seed)) | 1
	for y := range height {
		row := m.Pix[y*m.Stride:]
		back := mix(sky[0], sky[1], float64(y)/float64(height))
		for x := range width {
			c := back
			switch dx, dy := x-sunX, y-sunY; {
			case y > hills[2][x]:
				c = land[2]
			case y > hills[1][x]:
				c = land[1]
			case y > hills[0][x]:
				c = land[0]
			case dx*dx+dy*dy < sunR*sunR:
				c = color.RGBA{255, 244, 214, 255}
			}
			noise ^= noise << 13
			noise ^= noise >> 17
			noise ^= noise << 5
			grain := int(noise>>28) - 8 // as of a film: without it a JPEG of so little would have no size
			p := row[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2], p[3] = shade(c.R, grain), shade(c.G, grain), shade(c.B, grain), 255
		}
	}
	number(m, int(hash(d.seed, "number")%10000), width/40)
	return m
}

// ridge is the upper edge of hills.
func ridge(r *rand.Rand, width, height int, level float64) []int {
	high, near, wide := 0.04+0.05*r.Float64(), 2+6*r.Float64(), 10*r.Float64()
	edge := make([]int, width)
	for x := range edge {
		u := float64(x) / float64(width)
		edge[x] = int((level + high*math.Sin(near*u+wide) + high/2*math.Sin(3.1*near*u+2*wide)) * float64(height))
	}
	return edge
}

// segments are those of a seven-segment digit that are lit, from the upper one clockwise, the middle
// one last.
var segments = [10]string{"abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgcde", "abc", "abcdefg", "abcdfg"}

// number writes four digits at the lower right, each of 6 by 11 units.
func number(m *image.RGBA, n, unit int) {
	unit = max(unit/2, 1)
	left, top := m.Rect.Dx()-34*unit, m.Rect.Dy()-15*unit
	fill(m, image.Rect(left-2*unit, top-2*unit, left+32*unit, top+13*unit), color.RGBA{250, 250, 245, 255})
	boxes := map[rune]image.Rectangle{
		'a': image.Rect(0, 0, 6, 1), 'b': image.Rect(5, 0, 6, 6), 'c': image.Rect(5, 5, 6, 11), 'd': image.Rect(0, 10, 6, 11),
		'e': image.Rect(0, 5, 1, 11), 'f': image.Rect(0, 0, 1, 6), 'g': image.Rect(0, 5, 6, 6),
	}
	for place, digit := range []int{n / 1000, n / 100 % 10, n / 10 % 10, n % 10} {
		for _, s := range segments[digit] {
			b := boxes[s]
			at := image.Pt(left+8*unit*place, top)
			fill(m, image.Rectangle{b.Min.Mul(unit).Add(at), b.Max.Mul(unit).Add(at)}, color.RGBA{30, 30, 40, 255})
		}
	}
}

func fill(m *image.RGBA, r image.Rectangle, c color.RGBA) {
	r = r.Intersect(m.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			m.SetRGBA(x, y, c)
		}
	}
}

// jpeg and png are the picture in a format.
func (d drawing) jpeg(width int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, d.draw(width), &jpeg.Options{Quality: d.quality}) // into memory
	return b.Bytes()
}

func (d drawing) png(width int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, d.draw(width)) // into memory
	return b.Bytes()
}

// tint is a colour by hue, saturation and value, each of 0 to 1.
func tint(h, s, v float64) color.RGBA {
	channel := func(n float64) uint8 {
		k := math.Mod(n+6*h, 6)
		return uint8(255 * (v - v*s*max(0, min(k, 4-k, 1))))
	}
	return color.RGBA{channel(5), channel(3), channel(1), 255}
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	part := func(a, b uint8) uint8 { return uint8(float64(a)*(1-t) + float64(b)*t) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 255}
}

func shade(c uint8, by int) uint8 { return uint8(min(255, max(0, int(c)+by))) } //nolint:gosec // bounded
