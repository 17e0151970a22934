package inert

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"baoluu/cleaner/assets"

	"golang.org/x/net/html"
	charsets "golang.org/x/net/html/charset"
)

const (
	svgType  = "image/svg+xml"
	svgSpace = "http://www.w3.org/2000/svg"

	maxDrawing  = 1 << 20 // bytes
	maxShapes   = 50_000  // elements and texts of a drawing
	maxSVGDepth = 200
	maxDrawn    = 200_000 // of them, with what is drawn again where it is named
)

// Drawing writes a stored SVG anew, of elements and attributes on a list: what runs, moves, leads
// elsewhere or asks for anything is left out. It is not ok where it is no SVG, is too large, or
// would be drawn without an end: what is written is read again, to be weighed. Entities are those of
// XML alone: what a document declares by itself stands for nothing.
func Drawing(body []byte) (svg []byte, ok bool) {
	root := treeOf(body)
	if root == nil {
		return nil, false
	}
	var d drawing
	d.element(root)
	if root = treeOf(d.out.Bytes()); root == nil || root.FirstChild == nil || !bearable(root) {
		return nil, false
	}
	return d.out.Bytes(), true
}

// treeOf reads an SVG; nil where it is none, or too large.
func treeOf(body []byte) (root *html.Node) {
	if len(body) > maxDrawing {
		return nil
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = charsets.NewReaderLabel
	var at *html.Node
	for depth, nodes := 0, 0; nodes < maxShapes; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root != nil && root.Namespace == "svg" && root.Data == "svg" {
			return root
		} else if err != nil {
			return nil
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := elementOf(t)
			if depth++; depth > maxSVGDepth || at == nil && root != nil { // a second one
				return nil
			}
			if at != nil {
				at.AppendChild(n)
			} else {
				root = n
			}
			at = n
			nodes++
		case xml.EndElement:
			if depth--; at == nil {
				return nil
			}
			at = at.Parent
		case xml.CharData:
			if at != nil {
				at.AppendChild(&html.Node{Type: html.TextNode, Data: string(t)})
				nodes++
			}
		}
	}
	return nil
}

func elementOf(t xml.StartElement) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: t.Name.Local, Namespace: "svg"}
	if t.Name.Space != svgSpace && t.Name.Space != "" && t.Name.Space != "svg" {
		n.Namespace = "other"
	}
	for _, a := range t.Attr {
		if a.Name.Space == "http://www.w3.org/1999/xlink" {
			a.Name.Space = "xlink"
		}
		n.Attr = append(n.Attr, html.Attribute{Namespace: a.Name.Space, Key: a.Name.Local, Val: a.Value})
	}
	return n
}

// drawing writes one SVG.
type drawing struct{ out bytes.Buffer }

func (d *drawing) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			_ = xml.EscapeText(&d.out, []byte(c.Data)) // a buffer fails never
		case c.Type != html.ElementNode || c.Namespace != "svg":
		case c.Data == "style":
			d.sheet(c)
		case c.Data == "a" || c.Data == "switch":
			d.children(c)
		case shapes[c.Data]:
			if (c.Data != "use" && c.Data != "image" && c.Data != "feImage") || slices.ContainsFunc(c.Attr, func(a html.Attribute) bool { _, ok := valueOf(c, a); return ok && a.Key == "href" }) {
				d.element(c)
			}
		}
	}
}

func (d *drawing) element(n *html.Node) {
	d.out.WriteString("<" + n.Data)
	if n.Data == "svg" {
		d.out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	seen := map[string]bool{}
	for _, a := range n.Attr {
		value, ok := valueOf(n, a)
		if !ok || seen[a.Key] {
			continue
		}
		seen[a.Key] = true
		d.out.WriteString(" " + a.Key + `="`)
		_ = xml.EscapeText(&d.out, []byte(value))
		d.out.WriteString(`"`)
	}
	d.out.WriteString(">")
	d.children(n)
	d.out.WriteString("</" + n.Data + ">")
}

// dead is what becomes of each address in a drawing.
func dead(string, assets.Kind) string { return "" }

// sheet writes a drawing's style sheet.
func (d *drawing) sheet(n *html.Node) {
	text := standing(string(assets.RewriteSheet([]byte(textOf(n)), "", dead)))
	if text == "" || strings.Contains(strings.ToLower(text), "animation") {
		return
	}
	d.out.WriteString("<style>")
	_ = xml.EscapeText(&d.out, []byte(text))
	d.out.WriteString("</style>")
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// ownPlace is a value that names a place of the drawing and nothing else.
var ownPlace = regexp.MustCompile(`^url\(["']?#[^"'()\\]+["']?\)( *[#A-Za-z0-9]+)?$`).MatchString

// valueOf is an attribute's value as it is written.
func valueOf(n *html.Node, a html.Attribute) (value string, ok bool) {
	switch {
	case a.Key == "href" && (a.Namespace == "" || a.Namespace == "xlink"):
		if n.Data == "image" || n.Data == "feImage" {
			value = dataPicture(a.Val)
			return value, value != "" && !strings.HasPrefix(value, "data:"+svgType) // none in the other
		}
		value = strings.TrimSpace(a.Val)
		return value, strings.HasPrefix(value, "#")
	case a.Namespace != "" || len(a.Val) > maxDrawing:
		return "", false
	case a.Key == "style":
		value = standing(assets.RewriteStyle(a.Val, "", dead))
		return value, value != "" && !strings.ContainsAny(value, "{}")
	case !strokes[a.Key]:
		return "", false
	case a.Key == "id" || a.Key == "class":
		return a.Val, true
	}
	low := strings.ToLower(a.Val)
	return a.Val, !strings.ContainsRune(low, '\\') && !strings.Contains(low, "/*") && !strings.Contains(low, "image") && (!strings.Contains(low, "url") || ownPlace(a.Val))
}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// shapes are the elements of a drawing. None moves, runs, holds HTML or leads anywhere.
var shapes = words("svg g defs symbol title desc path rect circle ellipse line polyline polygon text tspan textPath linearGradient radialGradient stop " +
	"clipPath mask pattern marker use image filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap " +
	"feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight " +
	"feSpecularLighting feSpotLight feTile feTurbulence")

// strokes are the attributes of a drawing, but for addresses and style.
var strokes = words("id class x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d dx dy width height viewBox preserveAspectRatio points transform gradientTransform gradientUnits " +
	"spreadMethod offset patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits filterUnits primitiveUnits markerUnits markerWidth markerHeight " +
	"refX refY orient rotate textLength lengthAdjust startOffset method spacing pathLength version fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap " +
	"stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity clip-path clip-rule mask filter marker-start marker-mid marker-end " +
	"display visibility overflow font-family font-size font-style font-weight font-variant text-anchor text-decoration letter-spacing word-spacing dominant-baseline " +
	"alignment-baseline baseline-shift writing-mode direction unicode-bidi shape-rendering text-rendering image-rendering color-interpolation color-interpolation-filters " +
	"flood-color flood-opacity lighting-color vector-effect paint-order mix-blend-mode isolation in in2 result mode type values operator k1 k2 k3 k4 kernelMatrix order divisor bias " +
	"targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant scale xChannelSelector yChannelSelector azimuth elevation stdDeviation " +
	"tableValues slope intercept amplitude exponent radius specularConstant specularExponent pointsAtX pointsAtY pointsAtZ z limitingConeAngle baseFrequency numOctaves seed stitchTiles")
