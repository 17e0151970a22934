package inert

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/assets"
	"baoluu/cleaner/plain"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxBody is the largest body that is shown, in bytes. The newspapers' largest pages are near
// 0.5 MB.
const MaxBody = 4 << 20

// Errors of [Read], beside those of [cleaner.Read].
var (
	// ErrTooLarge is returned for a body over [MaxBody].
	ErrTooLarge = errors.New("page too large to be shown")
)

// Options say what a page alone does not tell.
type Options struct {
	// Link gives the path under which the archive shows an address (http or https, absolute),
	// "" where it does not hold it. It is asked once for each address.
	Link func(address string) (path string)
	// Asset gives the path under which the archive shows an asset of the page's time, "" where it
	// holds none of that kind. It is asked once for each.
	Asset func(address string, k assets.Kind) (path string)
	Words Words
}

// Words stand in the document for what is missing there.
type Words struct {
	Language  string // of these words: "vi"
	Picture   string // "picture not kept"
	Recording string
	Frame     string
	Link      string // in the title of a link to what is not kept, before its address
}

// Page is a document that does nothing.
type Page struct {
	HTML  []byte // UTF-8, complete
	Style string // the style sheets in it, as sources of style-src: "'sha256-…' …"
	Text  bool   // only the text is shown: of a text dump, or of markup that no two parsers read alike
	Lost  []Loss // what is not shown, the kinds in the order of [Losses]
}

// Loss is how often something of one kind was left out.
type Loss struct {
	Kind  LossKind
	Count int
}

// LossKind is what was left out.
type LossKind string

// The kinds of loss.
const (
	Script    LossKind = "script"    // with event handlers and javascript: addresses
	Sheet     LossKind = "style"     // style sheets, in the page or named by it
	Picture   LossKind = "picture"   // images, drawings
	Recording LossKind = "recording" // audio and video
	Frame     LossKind = "frame"     // frames, objects
	Field     LossKind = "field"     // of forms
	Link      LossKind = "link"      // to what the archive does not hold
	Refresh   LossKind = "refresh"   // that would have led elsewhere
	Hidden    LossKind = "hidden"    // templates, and what is for browsers without scripts
	Rest      LossKind = "rest"      // the page is too large: its end
)

// Losses are all kinds, in the order in which they are told.
func Losses() []LossKind {
	return []LossKind{Script, Sheet, Picture, Recording, Frame, Field, Link, Refresh, Hidden, Rest}
}

// baseSheet sets a page of which no style sheet is kept, ownSheet what we put into any page.
var (
	//go:embed base.css
	baseSheet string
	//go:embed own.css
	ownSheet string
)

// Read makes a stored page inert. Of a text dump it shows the text. What is no page (a
// picture, JSON, a PDF) is a [*cleaner.NotArticleError]; [ErrTooLarge] and
// [cleaner.ErrMarkup] are the limits.
func Read(p cleaner.Page, o Options) (Page, error) {
	if len(p.Body) > MaxBody {
		return Page{}, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(p.Body), MaxBody)
	}
	whole := p
	var found code
	p.Body, found = marked(p.Body)
	doc, err := cleaner.Read(p)
	if err == nil && doc.Tree() == nil && len(found) > 0 {
		doc, err = cleaner.Read(whole) // a text that shows markup
	}
	if err != nil {
		return Page{}, err
	}
	root := doc.Tree()
	if root == nil {
		return assemble(frontMatter{doctype: doctype, viewport: ownViewport}, []sheet{{text: baseSheet + ownSheet}}, textOnly(doc.PageText()), nil, true), nil
	}
	c := newCleaning(p, root, o, found)
	body := c.page(root)
	if markup, ok := settled(c.front.doctype, body, len(p.Body)); ok {
		return assemble(c.front, c.allSheets(), markup, c.lost(), false), nil
	}
	return assemble(frontMatter{doctype: doctype, title: c.front.title, lang: c.front.lang, dir: c.front.dir, viewport: ownViewport}, []sheet{{text: baseSheet + ownSheet}}, textOnly(doc.PageText()), c.lost(), true), nil
}

// doctype has browsers set the document by the rules of today. A page without any was set by
// older ones, and is again where its own style sheets are kept.
const doctype = `<!doctype html>`

// ownViewport is how wide a page is set that our own style sheet sets.
const ownViewport = "width=device-width, initial-scale=1"

// frontMatter is what stands before the body.
type frontMatter struct{ doctype, title, lang, dir, id, class, viewport string }

func assemble(f frontMatter, sheets []sheet, body []byte, lost []Loss, text bool) Page {
	var head bytes.Buffer
	var hashes []string
	for _, one := range sheets {
		media := ""
		if one.media != "" {
			media = ` media="` + template.HTMLEscapeString(one.media) + `"`
		}
		if one.path != "" {
			fmt.Fprintf(&head, `<link rel="stylesheet" href="%s"%s>`, template.HTMLEscapeString(one.path), media)
			continue
		}
		sum := sha256.Sum256([]byte(one.text))
		hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		fmt.Fprintf(&head, `<style%s>%s</style>`, media, one.text)
	}
	style := strings.Join(hashes, " ")
	var b bytes.Buffer
	b.Grow(len(body) + head.Len() + 4<<10)
	b.WriteString(f.doctype + `<html`)
	for _, a := range [][2]string{{"lang", f.lang}, {"dir", f.dir}, {"id", f.id}, {"class", f.class}} {
		if a[1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, a[0], template.HTMLEscapeString(a[1]))
		}
	}
	// The policy stands here, too, for whoever saves the document.
	fmt.Fprintf(&b, `><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; font-src 'self' data:; style-src 'self' %s">`, style)
	if f.viewport != "" {
		fmt.Fprintf(&b, `<meta name="viewport" content="%s">`, template.HTMLEscapeString(f.viewport))
	}
	fmt.Fprintf(&b, `<title>%s</title>%s</head>`, template.HTMLEscapeString(plain.Line(f.title)), head.Bytes())
	b.Write(body)
	b.WriteString(`</html>`)
	return Page{HTML: b.Bytes(), Style: style, Text: text, Lost: lost}
}

// textOnly is a body of nothing but text: there is nothing that parsers could disagree about.
func textOnly(text string) []byte {
	return []byte(`<body><div class="bl-text">` + html.EscapeString(plain.Text(strings.ReplaceAll(text, "\r\n", "\n"))) + `</div></body>`)
}

// maxRounds is how often a document is written and parsed until it stays the same. Most
// do at once; a paragraph in a paragraph takes two.
const maxRounds = 4

// settled writes a body such that parsing it gives the tree that was written. ok is false
// where none is found, or where the parser made something of it that is not allowed. Size is
// about how long it will be, in bytes.
func settled(doctype string, body *html.Node, size int) (markup []byte, ok bool) {
	for range maxRounds {
		document, err := written(doctype, body, size)
		if err != nil {
			return nil, false
		}
		reader, err := cleaner.Markup(document)
		if err != nil {
			return nil, false
		}
		root, err := html.Parse(reader)
		if err != nil {
			return nil, false
		}
		again := bodyOf(root)
		if again == nil || !sound(again) {
			return nil, false
		}
		if alike(body, again) {
			return document[len(doctype):], true
		}
		body, size = again, len(document)
	}
	return nil, false
}

// written is a document of a body, in text that is fit to be shown.
func written(doctype string, body *html.Node, size int) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(doctype) + size + size/8)
	b.WriteString(doctype)
	err := html.Render(plain.Writer(&b), body)
	return b.Bytes(), err
}

// alike reports whether two trees are the same, node by node: whatever writes them, writes the same.
func alike(a, b *html.Node) bool {
	if a.Type != b.Type || a.DataAtom != b.DataAtom || a.Data != b.Data || a.Namespace != b.Namespace || !slices.Equal(a.Attr, b.Attr) {
		return false
	}
	a, b = a.FirstChild, b.FirstChild
	for ; a != nil && b != nil; a, b = a.NextSibling, b.NextSibling {
		if !alike(a, b) {
			return false
		}
	}
	return a == nil && b == nil
}

func bodyOf(root *html.Node) *html.Node {
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.DataAtom != atom.Html {
			continue
		}
		for b := n.FirstChild; b != nil; b = b.NextSibling {
			if b.DataAtom == atom.Body {
				return b
			}
		}
	}
	return nil
}

// absolute parses an absolute http address; nil for any other.
func absolute(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || !isWeb(u) {
		return nil
	}
	return u
}

func isWeb(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }
