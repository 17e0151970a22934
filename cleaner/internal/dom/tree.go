package dom

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// IsWithin reports whether a node is another one or lies in it.
func IsWithin(n, ancestor *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == ancestor {
			return true
		}
	}
	return false
}

// SetAside tells an element that sets its text to the right or to the centre,
// and which of them.
func SetAside(n *html.Node) (aside, centred bool) {
	style := Attr(n, "style")
	if len(style) > len("text-align") {
		style = strings.ToLower(style)
		if i := strings.Index(style, "text-align"); i >= 0 { // an older attribute beside it says nothing
			v := strings.TrimLeft(style[i+len("text-align"):], " :")
			switch {
			case strings.HasPrefix(v, "right"), strings.HasPrefix(v, "end"):
				return true, false
			case strings.HasPrefix(v, "center"):
				return true, true
			}
			return false, false
		}
	}
	if FloatsRight(n) {
		return true, false
	}
	switch strings.ToLower(Attr(n, "align")) {
	case "right":
		return true, false
	case "center":
		return true, true
	}
	switch class := Attr(n, "class"); {
	case class == "":
	case strings.Contains(class, "text-right"), strings.Contains(class, "text-end"), strings.Contains(class, "align-right"):
		return true, false
	case strings.Contains(class, "text-center"), strings.Contains(class, "align-center") && n.DataAtom == atom.P:
		return true, true
	}
	return false, false
}

// Atom is an element's name; AMP's picture is one as any.
func Atom(n *html.Node) atom.Atom {
	if n.DataAtom == 0 && n.Data == "amp-img" {
		return atom.Img
	}
	return n.DataAtom
}

// FloatsRight tells a part of a line that its own style sets apart from the line, to the right.
func FloatsRight(n *html.Node) bool {
	style := Attr(n, "style")
	if n.DataAtom != atom.Span || len(style) < len("float:right") {
		return false
	}
	_, after, found := strings.Cut(strings.ToLower(style), "float")
	return found && strings.HasPrefix(strings.TrimLeft(after, " :"), "right")
}

// HasBoldStyle recognizes an element whose own style sets it bold.
func HasBoldStyle(n *html.Node) bool {
	style := Attr(n, "style")
	if len(style) < len("font-weight:700") {
		return false
	}
	style = strings.ToLower(style)
	i := strings.Index(style, "font-weight")
	if i < 0 {
		return false
	}
	v := strings.TrimLeft(style[i+len("font-weight"):], " :")
	return strings.HasPrefix(v, "bold") || strings.HasPrefix(v, "700") || strings.HasPrefix(v, "600")
}

// Text is the text of an element, blocks and breaks parted by a blank.
func Text(n *html.Node) string {
	if c := n.FirstChild; c != nil && c.NextSibling == nil && c.Type == html.TextNode {
		return c.Data
	}
	var b strings.Builder
	Walk(n, func(c *html.Node) bool {
		switch c.Type {
		case html.TextNode:
			b.WriteString(c.Data)
		case html.ElementNode:
			switch c.DataAtom {
			case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Button, atom.Iframe:
				return false
			}
			if text, ok := Spelled(c); ok {
				b.WriteString(text)
				return false
			}
			if !IsInline(c) {
				b.WriteByte(' ')
			}
		}
		return true
	}, func(c *html.Node) {
		if c.Type == html.ElementNode && !IsInline(c) {
			b.WriteByte(' ')
		}
	})
	return b.String()
}

// Each calls f for every element below n; f says whether to go into it.
func Each(n *html.Node, f func(*html.Node) bool) {
	Walk(n, func(c *html.Node) bool { return c.Type == html.ElementNode && f(c) }, nil)
}

// Find is the first element below n that is wanted, nil if there is none.
func Find(n *html.Node, wanted func(*html.Node) bool) *html.Node {
	for c := n.FirstChild; c != nil; {
		if c.Type == html.ElementNode && wanted(c) {
			return c
		}
		if c.FirstChild != nil {
			c = c.FirstChild
			continue
		}
		for c != n && c.NextSibling == nil {
			c = c.Parent
		}
		if c == n {
			break
		}
		c = c.NextSibling
	}
	return nil
}

// Walk calls enter for every node below n, and leave behind what is inside
// those that enter goes into. It does not recurse, so that no depth of nesting
// can exhaust the stack.
func Walk(n *html.Node, enter func(*html.Node) bool, leave func(*html.Node)) {
	for c := n.FirstChild; c != nil; {
		if inside := enter(c); inside && c.FirstChild != nil {
			c = c.FirstChild
			continue
		} else if inside && leave != nil {
			leave(c)
		}
		for c.NextSibling == nil {
			if c = c.Parent; c == n {
				return
			}
			if leave != nil {
				leave(c)
			}
		}
		c = c.NextSibling
	}
}

// IsHidden recognizes an element that its own attributes hide.
func IsHidden(n *html.Node) bool {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "hidden":
			return true
		case "style":
			if hides(n.Attr[i].Val) {
				return true
			}
		}
	}
	return false
}

func hides(style string) bool {
	if len(style) < len("display:none") {
		return false
	}
	squeezed := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\f', '\r':
			return -1
		}
		return r
	}, style)
	return strings.Contains(strings.ToLower(squeezed), "display:none")
}

// holds reports whether an element of that name stands anywhere inside n.
func holds(n *html.Node, a atom.Atom) bool {
	return Find(n, func(c *html.Node) bool { return c.DataAtom == a }) != nil
}

// Attr is the value of an attribute, "" where it is missing.
func Attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}

// HasAttr reports whether an element has an attribute, be it empty.
func HasAttr(n *html.Node, key string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return true
		}
	}
	return false
}

// IsSilent recognizes what says nothing to a reader, with all that it holds.
func IsSilent(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Math, atom.Textarea, atom.Select:
		return true
	}
	return IsHidden(n)
}
