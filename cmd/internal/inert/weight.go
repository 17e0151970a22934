package inert

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// weighing tells how much a browser draws for a drawing that was written here: a file of a
// kilobyte can name a billion shapes.
type weighing struct {
	ids      map[string]*html.Node
	classes  map[string][]place // what the style sheets have a class name
	costs    map[*html.Node]int
	points   int  // of the longest line, at most
	inherits bool // what an element names, those in it may name, too
	unclear  bool // it names something in a way that is not understood
}

// place is an element of the drawing that a property names.
type place struct{ property, id string }

// bearable reports whether a drawing is drawn of no more than maxDrawn elements.
func bearable(root *html.Node) bool {
	w := weighing{ids: map[string]*html.Node{}, classes: map[string][]place{}, costs: map[*html.Node]int{}}
	w.look(root)
	return w.cost(root) <= maxDrawn && !w.unclear
}

// look finds what can be named, and what may name.
func (w *weighing) look(n *html.Node) {
	if id := attr(n, "id"); id != "" && w.ids[id] == nil {
		w.ids[id] = n
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "d", "points":
			w.points = max(w.points, len(a.Val)/2)
		case "style", "clip-path", "mask", "filter", "fill", "stroke":
			w.notice(a.Val)
		}
	}
	if n.Data == "style" {
		w.sheet(textOf(n))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.look(c)
	}
}

// notice looks for what makes of one reference many.
func (w *weighing) notice(css string) {
	css = strings.ToLower(css)
	w.inherits = w.inherits || strings.Contains(css, "inherit") || strings.Contains(css, "--")
	w.unclear = w.unclear || strings.Contains(css, "context-")
}

var (
	plainStrings = regexp.MustCompile(`"[^"\\{}]*"`)
	styleRules   = regexp.MustCompile(`([^{}]*)\{([^{}]*)\}`)
	classNames   = regexp.MustCompile(`^\s*\.([A-Za-z_-][\w-]*)\s*$`)
	urls         = regexp.MustCompile(`(?i)url\(["']?([^"'()]*)["']?\)`)
)

// sheet finds what classes name. Selectors of other things may name gradients alone.
func (w *weighing) sheet(css string) {
	w.notice(css)
	all, ok := w.places("", css)
	if w.unclear = w.unclear || !ok; len(all) == 0 || w.unclear {
		return
	}
	if strings.Contains(plainStrings.ReplaceAllString(css, ""), `"`) {
		w.unclear = true // a brace may stand in a string
		return
	}
	found := 0
	for _, rule := range styleRules.FindAllStringSubmatch(css, -1) {
		var list []place
		for declaration := range strings.SplitSeq(rule[2], ";") {
			property, value, _ := strings.Cut(declaration, ":")
			places, _ := w.places(property, value)
			list = append(list, places...)
		}
		found += len(list)
		for selector := range strings.SplitSeq(rule[1], ",") {
			if m := classNames.FindStringSubmatch(selector); m != nil {
				w.classes[m[1]] = append(w.classes[m[1]], list...)
			} else if len(list) > 0 {
				w.classes["*"] = append(w.classes["*"], list...)
			}
		}
	}
	w.unclear = w.unclear || found != len(all) // of rules in rules
}

// places are those that a value names; not ok where browsers may read a name otherwise.
func (w *weighing) places(property, value string) (list []place, ok bool) {
	found := urls.FindAllStringSubmatch(value, -1)
	for _, m := range found {
		name, inside := strings.CutPrefix(m[1], "#")
		if !inside {
			continue // dead
		}
		id, plain := placeName(name)
		if !plain {
			return nil, false
		}
		list = append(list, place{strings.ToLower(strings.TrimSpace(property)), id})
	}
	return list, len(found) == strings.Count(strings.ToLower(value), "url(")
}

// placeName is the id that a reference names. Only one of letters and digits is understood: browsers
// undo the escapes of all others, each in its own way.
func placeName(name string) (id string, plain bool) {
	id, err := url.PathUnescape(name)
	return id, err == nil && utf8.ValidString(id) && !strings.ContainsFunc(id, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("_-.:", r)
	})
}

// cost is how many elements are drawn for one, with those that it names, and those that they
// name. What names itself costs too much.
func (w *weighing) cost(n *html.Node) int {
	if known, ok := w.costs[n]; ok {
		return known
	}
	const most = maxDrawn + 1
	w.costs[n] = most // until it is known: it names itself
	inside, once, each := 1, 0, 1
	for c := n.FirstChild; c != nil && inside < most; c = c.NextSibling {
		inside += w.cost(c)
	}
	for _, p := range w.named(n) {
		target := w.ids[p.id]
		if target == nil || target.Data == "linearGradient" || target.Data == "radialGradient" {
			continue
		}
		cost := w.cost(target)
		switch {
		case p.property == "href":
			inside += cost
		case p.property == "marker" || p.property == "marker-mid": // drawn at each point
			each += cost * max(1, w.points)
		case !w.inherits && (p.property == "clip-path" || p.property == "mask" || p.property == "filter"):
			once += cost
		default: // those in it have it, too
			each += cost
		}
		inside, once, each = min(inside, most), min(once, most), min(each, most)
	}
	w.costs[n] = min(inside*each+once, most)
	return w.costs[n]
}

// named are the places that an element names.
func (w *weighing) named(n *html.Node) (list []place) {
	if n.Type != html.ElementNode || n.Data == "style" {
		return nil
	}
	add := func(property, value string) {
		places, ok := w.places(property, value)
		list, w.unclear = append(list, places...), w.unclear || !ok
	}
	list = append(list, w.classes["*"]...)
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for name := range strings.FieldsSeq(a.Val) {
				list = append(list, w.classes[name]...)
			}
		case "href":
			if name, ok := strings.CutPrefix(a.Val, "#"); ok {
				add("href", "url(#"+name+")")
			}
		case "style":
			for declaration := range strings.SplitSeq(a.Val, ";") {
				property, value, _ := strings.Cut(declaration, ":")
				add(property, value)
			}
		case "id":
		default:
			if strings.Contains(a.Val, "(") {
				add(a.Key, a.Val)
			}
		}
	}
	return list
}
