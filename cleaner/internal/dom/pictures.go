package dom

import (
	"path"
	"regexp"
	"strings"

	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// PictureBox is what an element is to the pictures in it.
type PictureBox uint8

// What an element may be to the pictures in it.
const (
	NoBox      PictureBox = iota // neither of the two
	FrameBox                     // its class says that it frames pictures
	CaptionBox                   // its class says that it is a caption, or frames picture and caption
)

// PictureBoxOf tells by its class what frames a picture, or is a caption.
func PictureBoxOf(n *html.Node) PictureBox {
	switch n.DataAtom {
	case atom.Div, atom.P, atom.Span, atom.Section, atom.Center, atom.Em, atom.Small, atom.Td, atom.Table, atom.Li, atom.Dt, atom.Dd, atom.Aside, atom.A, atom.I, atom.Figure:
	default:
		return NoBox
	}
	class, found := Attr(n, "class"), NoBox
	if len(class) < len("img") {
		return NoBox
	}
	framed, text := false, false
	for name := range wordsOfName(class) {
		switch name {
		case "caption", "captions", "figcaption", "imagecaption", "icaption", "legend":
			found = CaptionBox
		case "image", "images", "img", "photo", "photos", "picture", "pic", "figure", "fig", "anh", "hinh":
			framed = true
		case "text", "content", "body", "article", "story", "post", "entry", "news", "list", "item", "related", "card", "with":
			text = true
		}
	}
	if found == NoBox && framed && !text {
		return FrameBox
	}
	return found
}

// wordsOfName gives the words of a class in small letters: "PhotoCMS_Caption" is
// photo, cms and caption.
func wordsOfName(class string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i <= len(class); i++ {
			lower := i < len(class) && class[i] >= 'a' && class[i] <= 'z'
			upper := i < len(class) && class[i] >= 'A' && class[i] <= 'Z'
			if (lower || upper) && !(upper && i > start && class[i-1] >= 'a' && class[i-1] <= 'z') {
				continue
			}
			if i > start && !yield(strings.ToLower(class[start:i])) {
				return
			}
			start = i + 1
			if upper {
				start = i
			}
		}
	}
}

// LongestCaption is how long what stands in a box with a picture may be to be
// its caption, in characters.
const LongestCaption = 600

// LargestPicture is the address of the largest picture that an img names: the
// attributes by which the newspapers' scripts load the full size, the widest of
// a srcset, else src.
func LargestPicture(n *html.Node) string {
	for _, key := range []string{"data-photo-original-src", "data-original", "data-large-src", "data-full"} {
		if v := Attr(n, key); isPictureURL(v) {
			return v
		}
	}
	if v := Attr(n, "rel"); strings.HasPrefix(v, "http") {
		return v
	}
	for p, up := n.Parent, 0; p != nil && up < 6; p, up = p.Parent, up+1 {
		if v := Attr(p, "data-large-src"); isPictureURL(v) {
			return v
		}
		if href := Attr(p, "href"); p.DataAtom == atom.A && len(href) <= MaxReference && pictureName.MatchString(href) {
			return href
		}
		if p.DataAtom == atom.Figure {
			break
		}
	}
	for _, key := range []string{"srcset", "data-srcset"} {
		if v := widest(Attr(n, key)); isPictureURL(v) {
			return v
		}
	}
	for _, key := range []string{"data-src", "src"} {
		if v := Attr(n, key); isPictureURL(v) {
			return v
		}
	}
	return ""
}

var pictureName = regexp.MustCompile(`(?i)\.(?:jpe?g|png|gif|webp)(?:\?|$)`)

func isPictureURL(v string) bool {
	if len(v) > MaxReference {
		return false
	}
	v = strings.TrimSpace(v)
	return v != "" && !strings.HasPrefix(v, "data:") && !strings.HasPrefix(v, "about:")
}

// widest is the address with the greatest descriptor ("2x", "1360w").
func widest(srcset string) string {
	best, most := "", -1
	for candidate := range strings.SplitSeq(srcset, ", ") {
		fields := strings.Fields(candidate)
		if len(fields) == 0 {
			continue
		}
		size := 1
		if len(fields) > 1 {
			size = prose.Number(strings.TrimRight(fields[1], "xwh"))
		}
		if size > most {
			best, most = strings.TrimSuffix(fields[0], ","), size
		}
	}
	return best
}

// PictureKey is by what a picture is known in all its sizes: its file's name.
func PictureKey(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return path.Base(address)
}

// IsIcon recognizes a picture that is furniture by the size it gives itself.
func IsIcon(n *html.Node) bool {
	const least = 60
	for _, side := range []string{"width", "height"} {
		if v := strings.TrimSuffix(Attr(n, side), "px"); v != "" && len(v) < 5 && prose.IsASCIIDigits(v) && prose.Number(v) < least {
			return true
		}
	}
	return false
}

// SaysTime names what an attribute says a time in, "" where none.
func SaysTime(key string) bool {
	switch key {
	case "datetime", "content", "title":
		return true
	}
	rest, ok := strings.CutPrefix(key, "data-")
	return ok && (strings.Contains(rest, "time") || strings.Contains(rest, "date") || strings.Contains(rest, "publish") || strings.Contains(rest, "epoch"))
}

// IsUnread recognizes the elements whose text no reader sees as text of the page.
func IsUnread(a atom.Atom) bool {
	switch a {
	case atom.Head, atom.Title, atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg,
		atom.Textarea, atom.Select, atom.Option, atom.Datalist, atom.Object, atom.Canvas, atom.Audio, atom.Video, atom.Map,
		atom.Dialog, atom.Input, atom.Img:
		return true
	}
	return false
}
