package inert

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"baoluu/cleaner/assets"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/picture"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxSheets      = 60      // of a page
	maxDeclared    = 4000    // bytes of a style attribute
	maxDataPicture = 1 << 20 // bytes of a data: address
)

// sheet is a style sheet of the document that we write: one of the archive's, or one that
// stands in it.
type sheet struct{ path, text, media string }

// gatherSheets takes of a page's link and style elements the style sheets that are kept. Where the page names sheets and
// none of them is, those that stand in it are worth nothing by themselves: it is
// shown in our own.
func (c *cleaning) gatherSheets(list []*html.Node, hasDoctype bool) {
	named, kept, dropped := 0, 0, 0
	for _, n := range list {
		one, is := sheet{media: mediaOf(n)}, false
		switch n.DataAtom {
		case atom.Link:
			if is = isSheet(n); is {
				named++
				one.path = c.sheetPath(attr(n, "href"))
			}
		case atom.Style:
			if is = isCSS(n); is {
				one.text = c.inlineSheet(n)
			}
		}
		switch {
		case !is:
		case one.path == "" && one.text == "", len(c.sheets) == maxSheets, !mediaValue(one.media):
			dropped++
		default:
			c.sheets = append(c.sheets, one)
			if one.path != "" {
				kept++
			}
		}
	}
	c.styled = kept > 0 || named == 0 && len(c.sheets) > 0
	if !c.styled {
		dropped += len(c.sheets)
		c.sheets, c.front.viewport = nil, ownViewport
	} else if !hasDoctype {
		c.front.doctype = ""
	}
	if dropped > 0 {
		c.counts[Sheet] = dropped
	}
}

// isSheet recognizes a link to a style sheet, also one that a script would have made so.
func isSheet(n *html.Node) bool {
	rel := " " + strings.Join(strings.Fields(strings.ToLower(attr(n, "rel"))), " ") + " "
	if strings.Contains(rel, " alternate ") || !isCSS(n) {
		return false
	}
	return strings.Contains(rel, " stylesheet ") || strings.Contains(rel, " preload ") && strings.EqualFold(attr(n, "as"), "style") && attr(n, "onload") != ""
}

func isCSS(n *html.Node) bool {
	kind := strings.ToLower(strings.TrimSpace(attr(n, "type")))
	return kind == "" || kind == "text/css"
}

// mediaOf is what a sheet is for. "print", until a script says that it is there for all, is
// how some pages do not wait for it.
func mediaOf(n *html.Node) string {
	if strings.Contains(attr(n, "onload"), "media") {
		return ""
	}
	return strings.TrimSpace(attr(n, "media"))
}

func (c *cleaning) sheetPath(href string) string {
	u := c.links.resolve(href)
	if u == nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	if path := c.links.asset(u.String(), assets.Style, c.options.Asset); sheetValue(path) {
		return path
	}
	return ""
}

// inlineSheet is what stands in a style element, written anew.
func (c *cleaning) inlineSheet(n *html.Node) string {
	css := c.code.of(n)
	if len(css) == 0 || c.written > maxWritten || c.links.spent(0) {
		return ""
	}
	text := standing(string(StyleSheet(css, c.kind, c.baseAddress(), c.asset)))
	c.spend(len(text))
	return text
}

// standing is a sheet that may stand in a style element; "" where it may not. What writes sheets
// anew promises so: this is the second look.
func standing(css string) string {
	if strings.ContainsAny(css, "\r\x00") || strings.Contains(css, "</") || strings.Contains(css, "<!") {
		return ""
	}
	return css
}

func (c *cleaning) baseAddress() string {
	if c.links.base == nil {
		return ""
	}
	return c.links.base.String()
}

func (c *cleaning) asset(address string, k assets.Kind) string {
	if isData(address) {
		return dataPicture(address)
	}
	if k == assets.Style { // imported by one that stands in the page
		if c.imports++; c.imports > maxSheets {
			return ""
		}
	}
	return c.links.asset(address, k, c.options.Asset)
}

// pictures are the addresses of the picture that an element shows, the best first.
func (c *cleaning) pictures(n *html.Node) []string {
	if c.links.spent(1) {
		return nil
	}
	list := assets.Pictures(n, c.links.base)
	c.links.spent(len(list))
	return list
}

// allSheets are those of the document: the page's own or ours, what stands in any page, and the
// style attributes.
func (c *cleaning) allSheets() []sheet {
	own := ownSheet + c.styles.sheet()
	if !c.styled {
		return []sheet{{text: baseSheet + own}}
	}
	return append(c.sheets, sheet{text: own})
}

// declarations are those of a style attribute that may stand in a sheet of ours.
func (c *cleaning) declarations(style string) string {
	switch {
	case !c.styled:
		return kept(style)
	case len(style) > maxDeclared || c.written > maxWritten || c.links.spent(0):
		return ""
	}
	declared := standing(assets.RewriteStyle(style, c.baseAddress(), c.asset))
	if strings.ContainsAny(declared, "{}") {
		return ""
	}
	return declared
}

// background is a picture behind an element, that an attribute names.
func (c *cleaning) background(n *html.Node) string {
	for _, address := range c.pictures(n) {
		if path := c.asset(address, assets.Image); sourceValue(path) {
			return assets.RewriteStyle(`background-image:url("`+address+`")`, "", func(string, assets.Kind) string { return path })
		}
	}
	return ""
}

// classes are an element's, but for names that are ours.
func (c *cleaning) classes(n *html.Node) string {
	var list []string
	for name := range strings.FieldsSeq(attr(n, "class")) {
		if !strings.HasPrefix(name, "bl-") {
			list = append(list, name)
		}
	}
	if joined := strings.Join(list, " "); len(joined) <= maxClass/2 {
		return joined
	}
	return ""
}

// picture shows an image: the best of its addresses that is kept, the picture that stands in the
// page itself, or a word that there is none.
func (c *cleaning) picture(to, n *html.Node) {
	if isTiny(n) {
		return
	}
	addresses := c.pictures(n)
	if c.shown(to, n, addresses) {
		return
	}
	if source := dataPicture(attr(n, "src")); source != "" && len(addresses) == 0 {
		c.image(to, n, source)
		return
	}
	c.counts[Picture]++
	address := attr(n, "src")
	if len(addresses) > 0 {
		address = addresses[0]
	}
	box := c.missing(to, c.options.Words.Picture, attr(n, "alt"), address)
	c.put(box, "class", c.class(sizeOf(n)))
}

// sizeOf is the room that a missing picture took.
func sizeOf(n *html.Node) string {
	width, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(attr(n, "width")), "px"))
	height, err2 := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(attr(n, "height")), "px"))
	const most = 4000
	if err != nil || err2 != nil || width > most || height > most {
		return ""
	}
	return fmt.Sprintf("width:%dpx;min-height:%dpx;", width, height)
}

// shown shows the first of some addresses that is kept.
func (c *cleaning) shown(to, n *html.Node, addresses []string) bool {
	for _, address := range addresses {
		if path := c.asset(address, assets.Image); sourceValue(path) {
			c.image(to, n, path)
			return true
		}
	}
	return false
}

// image writes the image of an element, with what the page says of its look.
func (c *cleaning) image(to, n *html.Node, source string) {
	image := c.new(atom.Img)
	to.AppendChild(image)
	c.put(image, "src", source)
	c.attributes(image, n)
	c.put(image, "alt", short(strings.TrimSpace(attr(n, "alt")), maxTitle))
	if n.DataAtom == atom.Img && (attr(n, "src") == "" || attr(n, "data-src") != "" || attr(n, "loading") != "" || strings.Contains(attr(n, "class"), "lazy")) {
		c.put(image, "class", "bl-shown") // a script would have uncovered it
	}
}

func isData(address string) bool { return len(address) >= 5 && strings.EqualFold(address[:5], "data:") }

// dataPicture is a picture that stands in an address, "" where it is none.
func dataPicture(address string) string {
	address = strings.TrimSpace(address)
	if len(address) > maxDataPicture || !isData(address) {
		return ""
	}
	kind, data, ok := strings.Cut(address[5:], ",")
	if !ok {
		return ""
	}
	body := []byte(data)
	if plain, err := url.PathUnescape(data); err == nil {
		body = []byte(plain)
	}
	if strings.HasSuffix(strings.ToLower(strings.TrimSpace(kind)), ";base64") {
		decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(body)), ""))
		if err != nil {
			return ""
		}
		body = decoded
	}
	mime, k, ok := assets.Sniff(body)
	switch {
	case !ok || k != assets.Image || IsHuge(body):
		return ""
	case mime == svgType:
		if body, ok = Drawing(body); !ok {
			return ""
		}
	}
	return "data:" + mime + ";base64," + base64.StdEncoding.EncodeToString(body)
}

// maxPixels bounds a picture that is shown: a browser needs four bytes for each pixel, and a picture
// of a hundred kilobytes may have a billion. A newspaper's largest have some 25 million.
const maxPixels = 100_000_000

// IsHuge reports whether a picture has too many pixels to be shown.
func IsHuge(body []byte) bool {
	w, h, ok := picture.Size(body)
	return ok && h > 0 && w > maxPixels/h
}

// drawing shows an SVG that stands in the page, as an image.
func (c *cleaning) drawing(to, n *html.Node) {
	body, ok := Drawing(c.code.of(n))
	if !ok {
		c.counts[Picture]++
		return
	}
	c.image(to, n, "data:"+svgType+";base64,"+base64.StdEncoding.EncodeToString(body))
}

// StyleSheet writes a stored style sheet anew, as UTF-8: every address is what to says of it, and
// nothing in it runs. ContentType is what the header said.
func StyleSheet(body []byte, contentType, address string, to func(address string, k assets.Kind) string) []byte {
	text, _, _ := charset.UTF8(body, contentType)
	return assets.RewriteSheet(text, address, func(address string, k assets.Kind) string {
		if isData(address) {
			return dataPicture(address)
		}
		if path := to(address, k); strings.HasPrefix(path, "/at/") {
			return path
		}
		return ""
	})
}
