package listing

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"
	letters "unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"baoluu/cleaner/contentcoding"
	"baoluu/cleaner/turn"
)

// The limits of one listing. Those of a sitemap are the protocol's own. What is read of it
// beside its letters is bounded by their product: so many entries, whether they name
// something or not, with so many fields each.
const (
	maxEntries      = 50_000
	maxSitemapBytes = 50 << 20
	maxEntryFields  = 32
	maxXMLDepth     = 100
)

// Item is one address that a listing names, with the time it gives for it.
type Item struct {
	URL  string
	Time time.Time // published, or last changed; zero where it says nothing
	// Modified: the time is when the page was last changed, as a sitemap's
	// lastmod says.
	Modified bool
}

// Listing is what one feed or sitemap says.
type Listing struct {
	Articles []Item // of a feed or an urlset
	Sitemaps []Item // of a sitemap index
}

var errNoListing = errors.New("neither a feed nor a sitemap")

// errEnough ends the reading of a listing that names as much as is taken of one.
var errEnough = errors.New("enough")

// maxGzip is how often one listing may be packed: by the newspaper, and once more by its
// server, which does not say so.
const maxGzip = 2

var gzipMagic = []byte{0x1f, 0x8b}

// Weight is what reading a listing may take of memory, in bytes: see [turn.Weight].
func Weight(body []byte) int {
	if bytes.HasPrefix(body, gzipMagic) {
		return maxSitemapBytes // at least
	}
	return turn.Weight(body)
}

// Parse reads a feed (RSS, RDF, Atom, JSON) or a sitemap (urlset, index, plain
// text), packed by gzip or not, whatever its address and content type promised. What it
// names is resolved against the address it came from, nil where nobody knows. A listing
// that breaks off gives what came before the break, and the error.
func Parse(body []byte, contentType string, address *url.URL) (Listing, error) {
	var broken error
	for range maxGzip {
		if !bytes.HasPrefix(body, gzipMagic) {
			break
		}
		plain, err := contentcoding.Decode(body, []string{"gzip"}, maxSitemapBytes)
		if errors.Is(err, contentcoding.ErrTooLarge) {
			return Listing{}, err
		}
		body, broken = plain.Body, errors.Join(broken, err)
	}
	switch {
	case len(body) > maxSitemapBytes:
		return Listing{}, contentcoding.ErrTooLarge
	case bytes.HasPrefix(body, gzipMagic):
		return Listing{}, fmt.Errorf("gzip more than %d times: %w", maxGzip, errNoListing)
	}
	from := origin{address, charsetOf(body, contentType)}
	l, err := from.parse(PlainText(body))
	return l, errors.Join(err, broken)
}

// origin is what is known of a listing beside its text.
type origin struct {
	address *url.URL          // nil where nobody knows
	charset encoding.Encoding // nil is UTF-8
}

var xmlEncoding = regexp.MustCompile(`<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)`)

// charsetOf is the charset that a listing declares. One that is declared again further on
// changes nothing.
func charsetOf(body []byte, contentType string) encoding.Encoding {
	var name string
	if m := xmlEncoding.FindSubmatch(body[:min(len(body), 4<<10)]); m != nil {
		name = string(m[1])
	} else if _, params, err := mime.ParseMediaType(contentType); err == nil {
		name = params["charset"]
	}
	enc, name := charset.Lookup(name)
	if name == "utf-8" || strings.HasPrefix(name, "utf-16") || name == "replacement" {
		return nil
	}
	return enc
}

// PlainText turns UTF-16 into UTF-8. All other charsets have the letters of markup and
// of addresses in one place: there what is to be decoded are a few fields ([origin.text]), and
// not megabytes of titles that nobody reads.
func PlainText(body []byte) []byte {
	if order, mark := utf16Order(body); order != nil {
		// What cannot be read is replaced; an error is a cut end.
		body, _, _ = transform.Bytes(order.NewDecoder(), body[mark:])
	}
	if bytes.IndexByte(body, 0) >= 0 {
		body = bytes.ReplaceAll(body, []byte{0}, nil)
	}
	return bytes.TrimLeft(body, "\ufeff \t\r\n")
}

// utf16Order tells UTF-16 by its byte order mark, which takes mark bytes, or by the zeros
// in every other place of its beginning.
func utf16Order(body []byte) (order encoding.Encoding, mark int) {
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return little, 2
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return big, 2
	}
	sample := body[:min(len(body), 512)&^1]
	var zeros [2]int
	for i, c := range sample {
		if c == 0 {
			zeros[i&1]++
		}
	}
	switch most := len(sample) / 4; {
	case zeros[1] > most && zeros[0] < most/2:
		return little, 0
	case zeros[0] > most && zeros[1] < most/2:
		return big, 0
	}
	return nil, 0
}

// text is a field as UTF-8.
func (o origin) text(field string) string {
	if utf8.ValidString(field) {
		return field
	}
	if o.charset != nil {
		if text, err := o.charset.NewDecoder().String(field); err == nil {
			return text
		}
	}
	return strings.ToValidUTF8(field, "\ufffd")
}

func (o origin) parse(text []byte) (Listing, error) {
	if bytes.HasPrefix(text, []byte("{")) {
		return parseJSONFeed(text, o.address)
	}
	l, found, err := o.parseMarkup(text)
	if !found && escapedRoot.Match(text) {
		l, found, err = o.parseMarkup(textOf(text))
	}
	if found {
		return l, err
	}
	return o.parseTextSitemap(text)
}

// escapedRoot finds a listing that a page shows as text, as a browser shows a source.
var escapedRoot = regexp.MustCompile(`&lt;(?:urlset|sitemapindex|rss|feed|rdf:RDF)\b`)

// textOf is what a page shows.
func textOf(page []byte) []byte {
	var b bytes.Buffer
	for t := range tokens(page) {
		switch {
		case t.cdata:
			b.Write(t.text)
		case t.kind == textBetween:
			b.WriteString(unescape(t.text))
		}
	}
	return b.Bytes()
}

// isAddress tells what is meant as an address from what only names something.
func isAddress(s string) bool {
	lower := strings.ToLower(s[:min(len(s), len("https://"))])
	return strings.HasPrefix(s, "/") || strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// Resolve makes an address absolute, also one that begins with the host's name. What cannot
// be read is left as it is, for whoever asks for it to refuse; what gets too long is "".
func Resolve(base *url.URL, ref string) string {
	ref = strings.TrimSpace(strings.Map(func(r rune) rune {
		if letters.IsControl(r) || letters.Is(letters.Cf, r) {
			return -1 // a byte order mark, say
		}
		return r
	}, ref))
	if ref == "" || base == nil {
		return ref
	}
	if host, _, ok := strings.Cut(ref, "/"); ok && host != "" && strings.EqualFold(host, base.Host) {
		ref = "//" + ref
	}
	u, err := base.Parse(ref)
	if err != nil {
		return ref
	}
	if address := u.String(); len(address) <= MaxAddress {
		return address
	}
	return ""
}

// MaxAddress bounds an address in bytes, as [sites.Site.Address] does: letters beyond ASCII
// grow when they are escaped.
const MaxAddress = 2 << 10

// parseTextSitemap reads a text with one address a line. Some lines may be none, but no
// more than those that are: else it is a text that names an address.
func (o origin) parseTextSitemap(text []byte) (Listing, error) {
	var l Listing
	bad := 0
	for line := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = bytes.Trim(line, "\ufeff \t")
		switch {
		case len(line) == 0 || line[0] == '#':
		case len(line) > maxField || bytes.ContainsAny(line, " \t<>\"") || !isAddress(string(line)):
			bad++
		default:
			if found := Resolve(o.address, o.text(string(line))); found != "" {
				l.Articles = append(l.Articles, Item{URL: found})
			}
		}
		if len(l.Articles) >= maxEntries {
			break
		}
	}
	if len(l.Articles) == 0 || bad > len(l.Articles) {
		return Listing{}, errNoListing
	}
	return l, nil
}
