package inert

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// fate is what becomes of an element.
type fate struct {
	as   atom.Atom // written so; 0: its tag is left out, what is in it stays
	drop LossKind  // it is left out with all that is in it, and counted so
}

// fates are those of the elements of HTML. What is not in it is left out, and what is in
// it stays: custom elements, and what HTML does not know yet.
var fates = map[atom.Atom]fate{
	atom.Script: {drop: Script}, atom.Style: {drop: Sheet}, atom.Noscript: {drop: Hidden}, atom.Template: {drop: Hidden},
	atom.Iframe: {drop: Frame}, atom.Frame: {drop: Frame}, atom.Object: {drop: Frame}, atom.Embed: {drop: Frame}, atom.Applet: {drop: Frame},
	atom.Noframes: {drop: Hidden}, atom.Noembed: {drop: Hidden}, atom.Math: {}, atom.Svg: {drop: Picture}, atom.Canvas: {drop: Picture},
	atom.Img: {drop: Picture}, atom.Image: {drop: Picture}, atom.Audio: {drop: Recording}, atom.Video: {drop: Recording}, atom.Bgsound: {drop: Recording},
	atom.Source: {drop: none}, atom.Track: {drop: none}, atom.Param: {drop: none}, atom.Map: {drop: none}, atom.Area: {drop: none},
	atom.Input: {drop: Field}, atom.Select: {drop: Field}, atom.Datalist: {drop: none}, atom.Keygen: {drop: Field},
	atom.Option: {drop: none}, atom.Optgroup: {drop: none}, atom.Progress: {drop: none}, atom.Meter: {drop: none},
	atom.Meta: {drop: none}, atom.Link: {drop: none}, atom.Base: {drop: none}, atom.Title: {drop: none}, atom.Head: {drop: none},
	atom.Textarea: {as: atom.Span}, atom.Button: {as: atom.Span}, atom.Label: {as: atom.Span}, atom.Output: {as: atom.Span}, atom.Data: {as: atom.Span},
	atom.Form: {as: atom.Div}, atom.Fieldset: {as: atom.Div}, atom.Legend: {as: atom.Div}, atom.Dialog: {as: atom.Div}, atom.Marquee: {as: atom.Div},
	atom.Menu: {as: atom.Ul}, atom.Dir: {as: atom.Ul}, atom.Listing: {as: atom.Pre}, atom.Xmp: {as: atom.Pre}, atom.Plaintext: {as: atom.Pre},
	atom.Nobr: {as: atom.Span}, atom.Blink: {as: atom.Span}, atom.Rb: {as: atom.Span}, atom.Acronym: {as: atom.Abbr},
}

// none is of what nobody misses.
const none LossKind = "-"

// elements are those that stand in a document of ours; each is written as it is.
var elements = map[atom.Atom]bool{}

func init() {
	for _, a := range []atom.Atom{
		atom.Body, atom.A, atom.Abbr, atom.Address, atom.Article, atom.Aside, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Blockquote, atom.Br, atom.Caption,
		atom.Center, atom.Cite, atom.Code, atom.Col, atom.Colgroup, atom.Dd, atom.Del, atom.Details, atom.Dfn, atom.Div, atom.Dl, atom.Dt, atom.Em, atom.Figcaption,
		atom.Figure, atom.Font, atom.Footer, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.I, atom.Ins, atom.Kbd,
		atom.Li, atom.Main, atom.Mark, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Q, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Section, atom.Small,
		atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Summary, atom.Sup, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Time,
		atom.Tr, atom.Tt, atom.U, atom.Ul, atom.Var, atom.Wbr, atom.Picture,
	} {
		elements[a] = true
		fates[a] = fate{as: a}
	}
	elements[atom.Img] = true // which the fate of none gives: it is made of what is kept
}

const (
	maxID    = 200
	maxTitle = 500
	maxClass = 2000
)

// attributes are those of every element.
var attributes = map[string]func(string) bool{
	"lang":   langValue,
	"dir":    oneOf("ltr", "rtl", "auto"),
	"id":     func(v string) bool { return v != "" && len(v) <= maxID },
	"title":  func(v string) bool { return len(v) <= maxTitle+100 },
	"hidden": oneOf(""),
	"class":  func(v string) bool { return len(v) <= maxClass },
	"align":  wordValue, "valign": wordValue, "width": wordValue, "bgcolor": wordValue,
}

// ownAttributes are those of one element.
var ownAttributes = map[atom.Atom]map[string]func(string) bool{
	atom.A:        {"href": hrefValue, "target": oneOf("_top"), "rel": oneOf("noopener noreferrer nofollow")},
	atom.Col:      {"span": upTo(100)},
	atom.Colgroup: {"span": upTo(100)},
	atom.Details:  {"open": oneOf("")},
	atom.Font:     {"color": wordValue, "size": wordValue},
	atom.Hr:       {"size": numberValue, "color": wordValue, "noshade": oneOf("")},
	atom.Img: {
		"src": sourceValue, "alt": func(v string) bool { return len(v) <= maxTitle+100 }, "height": wordValue,
		"border": numberValue, "hspace": numberValue, "vspace": numberValue,
	},
	atom.Li:    {"value": numberValue, "type": wordValue},
	atom.Ol:    {"start": numberValue, "type": wordValue, "reversed": oneOf("")},
	atom.Ul:    {"type": wordValue},
	atom.Table: {"border": wordValue, "cellpadding": wordValue, "cellspacing": wordValue},
	// A browser makes of a cell as many as it spans.
	atom.Td:   {"colspan": upTo(100), "rowspan": upTo(1000), "nowrap": oneOf("")},
	atom.Th:   {"colspan": upTo(100), "rowspan": upTo(1000), "nowrap": oneOf(""), "scope": oneOf("row", "col", "rowgroup", "colgroup")},
	atom.Time: {"datetime": timeValue},
}

// allows reports whether an attribute may stand in a document of ours.
func allows(element atom.Atom, name, value string) bool {
	check := ownAttributes[element][name]
	if check == nil {
		check = attributes[name]
	}
	return check != nil && check(value)
}

// sound reports whether a tree holds nothing but what is allowed.
func sound(n *html.Node) bool {
	for d := n.FirstChild; d != nil; d = d.NextSibling {
		if !sound(d) {
			return false
		}
	}
	return soundNode(n)
}

func soundNode(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		return true
	case html.ElementNode:
		if n.Namespace != "" || !elements[n.DataAtom] || n.DataAtom.String() != n.Data {
			return false
		}
		for _, a := range n.Attr {
			if a.Namespace != "" || !allows(n.DataAtom, a.Key, a.Val) {
				return false
			}
		}
		return true
	}
	return false
}
