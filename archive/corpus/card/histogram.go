package card

import (
	"bytes"
	"fmt"
	"strings"
)

// The picture's sizes, in pixels.
const (
	barWidth, barGap  = 44, 6
	chartHeight       = 160
	top, bottom, side = 48, 40, 16
)

// histogram draws how many articles have how many words, as SVG.
func histogram(title string, lengths [len(edges) + 1]int) []byte {
	most := 1
	for _, n := range lengths {
		most = max(most, n)
	}
	width, height := 2*side+len(lengths)*(barWidth+barGap), top+chartHeight+bottom
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="11" text-anchor="middle">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	fmt.Fprintf(&b, `<text x="%d" y="22" font-size="14" text-anchor="start">%s</text>`+"\n", side, escape(title))
	for i, n := range lengths {
		x, h := side+i*(barWidth+barGap), n*chartHeight/most
		if n > 0 {
			h = max(h, 1)
		}
		middle := x + barWidth/2
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#3a6ea5"/>`+"\n", x, top+chartHeight-h, barWidth, h)
		if n > 0 {
			fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", middle, top+chartHeight-h-4, grouped(n))
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", middle, top+chartHeight+16, barName(i))
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="start">words</text>`+"\n</svg>\n", side, top+chartHeight+32)
	return b.Bytes()
}

// barName is from which number of words on a bar counts.
func barName(bar int) string {
	if bar == 0 {
		return "0"
	}
	if bar == len(edges) {
		return grouped(edges[bar-1]) + "+"
	}
	return grouped(edges[bar-1])
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(text string) string { return escapes.Replace(text) }

// grouped writes a number with a comma before each three digits.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
