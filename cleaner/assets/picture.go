package assets

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// bestWidth is what a picture's largest size may be, in pixels: twice the columns of these
// newspapers, which are 560 to 800 wide. What is larger is for whoever zooms, and costs many times
// the bytes.
const bestWidth = 1600

// Pictures are the addresses of the picture that an element shows, absolute, the best first:
// that of an image (with the sources of the picture element around it), of a video before it plays,
// of a drawing's image, of a background that stands in an attribute. Placeholders and counters (of
// one pixel) are none. Base is what addresses are relative to.
func Pictures(n *html.Node, base *url.URL) []string {
	var found []candidate
	switch {
	case n.DataAtom == atom.Img, n.Data == "amp-img", n.DataAtom == atom.Input && strings.EqualFold(attr(n, "type"), "image"):
		if isPixel(n) {
			return nil
		}
		found = ofImage(n)
	case n.DataAtom == atom.Video, n.Data == "amp-video":
		found = first(n, "data-poster", "poster")
	case n.Data == "image" || n.Data == "feimage" || n.Data == "feImage" || n.Data == "use":
		found = first(n, "href", "xlink:href")
	case (n.DataAtom == atom.Object || n.DataAtom == atom.Embed) && strings.HasPrefix(strings.ToLower(attr(n, "type")), "image/"):
		found = first(n, "data", "src")
	case slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.HasPrefix(a.Key, "data-b") || a.Key == "background" }):
		found = append(fromSrcset(attr(n, "data-bgset")), first(n, "data-bg", "data-background", "data-background-image", "data-bg-src", "background")...)
	}
	slices.SortStableFunc(found, byWorth)
	var addresses, tried []string
	for _, c := range found {
		if len(addresses) > maxOthers || len(tried) == maxCandidates {
			break
		}
		ref, _, _ := strings.Cut(unwrapped(c.url), "#")
		if isPlaceholder(ref) || slices.Contains(tried, ref) {
			continue
		}
		tried = append(tried, ref)
		if address := resolve(base, ref); address != "" && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// The attributes that scripts of the newspapers, and of those who sell them, take an image's address
// from, best first. What is zoomed is of a size for whoever zooms, where another says what is shown.
var (
	lazySets = []string{"data-srcset", "data-lazy-srcset", "data-original-set"}
	lazy     = []string{"data-src", "data-lazy-src", "data-lazy", "data-original-src", "data-echo", "data-url", "data-image", "data-img", "data-thumb"}
	zoomed   = []string{"data-original", "data-large-src", "data-src-large", "rel"}
)

// ofImage are the candidates of an image, its sources' before its own.
func ofImage(n *html.Node) []candidate {
	var found []candidate
	for _, s := range sources(n) {
		found = append(found, ofSource(s)...)
	}
	found = append(found, fromSrcset(attr(n, "srcset"))...)
	for _, name := range lazySets {
		found = append(found, fromSrcset(attr(n, name))...)
	}
	shown, zoomed := first(n, lazy...), first(n, zoomed...)
	src, waiting := attr(n, "src"), slices.Concat(shown, zoomed)
	isSize := func(c candidate) bool { return stem(c.url) == stem(src) }
	if src == "" || isDataAddress(src) || len(waiting) > 0 && !slices.ContainsFunc(waiting, isSize) {
		return append(found, waiting...) // what else stands there while a picture is waited for is no size of it
	}
	return slices.Concat(found, shown, []candidate{{url: src}}, zoomed)
}

// sources are those of the picture element around an image, which has one image: its first.
func sources(n *html.Node) (list []*html.Node) {
	if n.Parent == nil || n.Parent.DataAtom != atom.Picture {
		return nil
	}
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		switch s.DataAtom {
		case atom.Source:
			list = append(list, s)
		case atom.Img:
			return nil
		}
	}
	slices.Reverse(list)
	return list
}

// ofSource are the candidates of a picture's source, where a wide screen would take it.
func ofSource(s *html.Node) []candidate {
	found := fromSrcset(attr(s, "srcset"))
	for _, name := range lazySets {
		found = append(found, fromSrcset(attr(s, name))...)
	}
	if !isForWide(attr(s, "media")) {
		for i := range found {
			found[i].narrow = true
		}
	}
	return found
}

// screen is the width of the screen that pages are kept for.
const screen = 1280

// isForWide reports whether a media query holds for a wide screen. What is not understood holds.
func isForWide(media string) bool {
	media = strings.ToLower(media)
	for _, bound := range []struct {
		name string
		ok   func(width float64) bool
	}{
		{"max-width", func(w float64) bool { return screen <= w }},
		{"min-width", func(w float64) bool { return screen >= w }},
	} {
		_, value, found := strings.Cut(media, bound.name)
		if !found {
			continue
		}
		value = strings.TrimLeft(value, ": ")
		digits := strings.IndexFunc(value, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if digits < 1 || !strings.HasPrefix(value[digits:], "px") {
			continue
		}
		if w, err := strconv.ParseFloat(value[:digits], 64); err == nil && !bound.ok(w) {
			return false
		}
	}
	return true
}

func first(n *html.Node, names ...string) []candidate {
	var found []candidate
	for _, name := range names {
		if value := strings.TrimSpace(value(n, name)); isAddress(name, value) {
			found = append(found, candidate{url: value})
		}
	}
	return found
}

// value is an attribute's, also of one with a namespace ("xlink:href").
func value(n *html.Node, name string) string {
	if v := attr(n, name); v != "" {
		return v
	}
	space, key, ok := strings.Cut(name, ":")
	if !ok {
		return ""
	}
	for _, a := range n.Attr {
		if a.Namespace == space && a.Key == key {
			return a.Val
		}
	}
	return ""
}

// isAddress tells an address from the other things that attributes of these names say.
func isAddress(name, v string) bool {
	switch {
	case v == "" || isDataAddress(v) || strings.ContainsAny(v, "{}<>"):
		return false
	case name == "data-bg" || name == "data-background" || name == "rel" || name == "data-lazy" || name == "data-image" || name == "data-url" || name == "data-thumb" || name == "data-img":
		return strings.Contains(v, "/") && (pictureName(v) || strings.HasPrefix(v, "url("))
	}
	return true
}

func isDataAddress(v string) bool {
	return len(v) >= 5 && strings.EqualFold(v[:5], "data:")
}

// pictureName reports whether an address ends as those of pictures do.
func pictureName(v string) bool {
	v, _, _ = strings.Cut(v, "?")
	switch strings.ToLower(path.Ext(strings.Trim(v, `'") `))) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".bmp":
		return true
	}
	return false
}

// unwrapped takes an address out of "url(…)", as some backgrounds have it.
func unwrapped(v string) string {
	if inner, ok := strings.CutPrefix(strings.TrimSpace(v), "url("); ok {
		return strings.Trim(strings.TrimSuffix(strings.TrimSpace(inner), ")"), `'" `)
	}
	return v
}

// stem is the name of a picture's file, without its ending.
func stem(address string) string {
	address, _, _ = strings.Cut(address, "?")
	name := path.Base(address)
	return strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
}

// isPixel recognizes an image that is there to be counted, or to keep room.
func isPixel(n *html.Node) bool { return isTiny(attr(n, "width")) && isTiny(attr(n, "height")) }

func isTiny(length string) bool {
	length = strings.TrimSuffix(strings.TrimSpace(length), "px")
	return length == "0" || length == "1"
}

// isPlaceholder recognizes by its name what stands for a picture that is not there yet.
func isPlaceholder(address string) bool { return placeholders[stem(address)] }

var placeholders = set("1x1 1px blank pixel pixel-1x1 spacer transparent trans clear clear1x1 dot empty grey gray lazy lazyload lazy-load lazy-loading placeholder loading loader no-image noimage")

// byWorth orders candidates: for wide screens, the widest up to bestWidth, narrower ones, wider
// ones; by density; else as they stand.
func byWorth(a, b candidate) int {
	if a.narrow != b.narrow {
		if a.narrow {
			return 1
		}
		return -1
	}
	if a.width > 0 && b.width > 0 {
		aFits, bFits := a.width <= bestWidth, b.width <= bestWidth
		switch {
		case aFits != bFits && aFits:
			return -1
		case aFits != bFits:
			return 1
		case aFits:
			return cmp.Compare(b.width, a.width)
		}
		return cmp.Compare(a.width, b.width)
	}
	if (a.width > 0) != (b.width > 0) {
		return cmp.Compare(b.width, a.width)
	}
	return cmp.Compare(b.density, a.density)
}
