package listing

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
)

// walker reads feeds and sitemaps alike: it knows the elements that stand for one address
// each, and of what is in them the few fields that matter. Names are matched without their
// namespaces, for many newspapers get those wrong, and wherever they stand within: an
// element that is never closed, or is closed in the wrong place, costs nothing beside it.
type walker struct {
	origin
	Listing
	sitemap bool      // not a feed
	open    []element // those that tokens have opened, up to maxXMLDepth
	entry   string    // the open one: item, entry, url, sitemap
	depth   int       // of the entry
	entries int       // begun until now
	fields  int       // begun since the last entry began
	Item
	guess   string    // an address that stands where none need be
	updated time.Time // of a feed's entry, which may be without any other time
	field   string    // whose text is being read
	weak    bool      // the field is a guess
	text    strings.Builder
}

type element struct {
	name string
	base *url.URL // of the addresses in it; nil is the document's own
}

// maxField is more than an address or a day can have, in bytes.
const maxField = 8 << 10

// parseMarkup reads the listings in a text, which may stand behind or within anything
// else: what a server said before, a page. found tells whether there was any.
func (o origin) parseMarkup(text []byte) (l Listing, found bool, err error) {
	w := walker{origin: o}
	for t := range tokens(text) {
		if t.kind == textBetween {
			w.read(t)
			continue
		}
		w.endField() // markup follows: its text is complete
		if t.kind == endTag {
			w.close(t.name)
		} else {
			switch t.name {
			case "urlset", "sitemapindex", "rss", "feed", "rdf":
				found, w.sitemap = true, t.name == "urlset" || t.name == "sitemapindex"
			}
			if found {
				w.start(t)
			}
		}
		if w.entries > maxEntries {
			return w.Listing, true, nil
		}
	}
	cut := len(w.open) > 0
	w.finish()
	if cut {
		err = fmt.Errorf("listing: %w", io.ErrUnexpectedEOF)
	}
	return w.Listing, found, err
}

// base is that of the innermost open element.
func (w *walker) base() *url.URL {
	for _, e := range slices.Backward(w.open) {
		if e.base != nil {
			return e.base
		}
	}
	return w.address
}

func (w *walker) start(t token) {
	switch t.name {
	case "item", "entry":
		if !w.sitemap {
			w.begin(t)
		}
	case "url", "sitemap":
		if w.sitemap {
			w.begin(t)
		}
	}
	e := element{name: t.name}
	base := w.base()
	if raw := t.attr("xml:base"); raw != "" && len(raw) <= MaxBase && w.takesField() {
		if of, err := url.Parse(strings.TrimSpace(raw)); err == nil {
			if base != nil {
				of = base.ResolveReference(of)
			}
			if len(of.String()) <= MaxBase {
				base, e.base = of, of
			}
		}
	}
	// The entry's own element is always there to be found by its end.
	if t.kind == startTag && (len(w.open) < maxXMLDepth || w.entry != "" && w.depth == len(w.open)) {
		w.open = append(w.open, e)
	}
	if w.entry == "" || w.isNested() {
		return
	}
	switch t.name {
	case w.entry:
		w.guess = Resolve(base, t.attr("rdf:about"))
	case "link":
		if w.sitemap {
			return
		}
		rel, kind := strings.ToLower(t.attr("rel")), t.attr("type")
		if rel = rel[strings.LastIndexByte(rel, '/')+1:]; rel != "" && rel != "alternate" {
			return
		}
		if w.takesField() {
			w.weak = kind != "" && !strings.Contains(kind, "html")
			w.propose(Resolve(base, t.attr("href")), w.weak)
			w.field = t.name
		}
	case "guid":
		w.begins(t.name)
		w.weak = !strings.EqualFold(t.attr("ispermalink"), "true")
	case "origlink": // FeedBurner's: its link leads to itself
		w.begins(t.name)
	case "loc", "lastmod", "publication_date":
		if w.sitemap {
			w.begins(t.name)
		}
	case "id", "pubdate", "published", "issued", "date", "created", "updated", "modified":
		if !w.sitemap {
			w.begins(t.name)
		}
	}
}

// begins begins a field, whose text follows.
func (w *walker) begins(field string) {
	if w.takesField() {
		w.field = field
	}
}

// takesField counts a field. Of one entry, or between two of them, no more than a sound
// one can have are read.
func (w *walker) takesField() bool {
	w.fields++
	return w.fields <= maxEntryFields
}

// MaxBase bounds the base of addresses, in bytes: it is gone through for each of them.
const MaxBase = 512

// isNested reports whether what is open within the entry speaks of something else: where an
// article was taken from, its pictures.
func (w *walker) isNested() bool {
	return slices.ContainsFunc(w.open[min(w.depth, len(w.open)):], func(e element) bool {
		return e.name == "source" || e.name == "image" || e.name == "video"
	})
}

// begin opens an entry; whatever entry was left open ends here.
func (w *walker) begin(t token) {
	if w.entry != "" {
		w.open = w.open[:min(w.depth, len(w.open))]
		w.finish()
	}
	w.entries++
	w.fields = 0
	if t.kind == startTag {
		w.entry, w.depth = t.name, len(w.open)
	}
}

// close closes the innermost element of a name, and all that was left open in it.
func (w *walker) close(name string) {
	for i, e := range slices.Backward(w.open) {
		if e.name != name {
			continue
		}
		w.open = w.open[:i]
		if w.entry != "" && i <= w.depth {
			w.finish()
		}
		return
	}
}

// finish ends the open entry and adds it to the listing.
func (w *walker) finish() {
	if w.URL = cmp.Or(w.URL, w.guess); w.entry != "" && w.URL != "" {
		if w.Time.IsZero() {
			w.Time = w.updated
		}
		if w.entry == "sitemap" {
			w.Sitemaps = append(w.Sitemaps, w.Item)
		} else {
			w.Articles = append(w.Articles, w.Item)
		}
	}
	w.entry, w.Item, w.guess, w.updated = "", Item{}, "", time.Time{}
}

// read takes text of the field that is open.
func (w *walker) read(t token) {
	switch {
	case w.field == "" || w.text.Len() > maxField:
	case t.cdata:
		w.text.Write(t.text)
	default:
		w.text.WriteString(unescape(t.text[:min(len(t.text), maxField+1)]))
	}
}

// endField ends the open field and sets it in the entry.
func (w *walker) endField() {
	if w.field == "" {
		return
	}
	field, value := w.field, strings.TrimSpace(w.origin.text(w.text.String()))
	w.field = ""
	w.text.Reset()
	if value == "" || len(value) > maxField {
		return
	}
	switch field {
	case "loc", "link":
		w.propose(Resolve(w.base(), value), field == "link" && w.weak)
	case "origlink":
		w.URL = Resolve(w.base(), value)
	case "guid", "id":
		if isAddress(value) {
			w.propose(Resolve(w.base(), value), true)
		}
	case "lastmod":
		if w.Time.IsZero() {
			w.Time = parseW3CTime(value)
			w.Modified = !w.Time.IsZero()
		}
	case "publication_date": // a news sitemap's; the better one
		if at := parseW3CTime(value); !at.IsZero() {
			w.Time, w.Modified = at, false
		}
	case "updated", "modified":
		w.updated = parseFeedTime(value)
	default:
		if w.Time.IsZero() {
			w.Time = parseFeedTime(value)
		}
	}
}

// propose names an entry's address; the first one counts.
func (w *walker) propose(address string, weak bool) {
	if weak {
		w.guess = cmp.Or(w.guess, address)
	} else {
		w.URL = cmp.Or(w.URL, address)
	}
}
