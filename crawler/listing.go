package crawler

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	letters "unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"baoluu/cleaner/coding"
	"baoluu/sites"
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

// listed is one address that a listing names, with the time it gives for it.
type listed struct {
	url  string
	time time.Time // published, or last changed; zero where it says nothing
	// modified: the time is when the page was last changed, as a sitemap's
	// lastmod says.
	modified bool
}

// listing is what one feed or sitemap says.
type listing struct {
	articles []listed // of a feed or an urlset
	sitemaps []listed // of a sitemap index
}

var errNoListing = errors.New("neither a feed nor a sitemap")

// errEnough ends the reading of a listing that names as much as is taken of one.
var errEnough = errors.New("enough")

// maxGzip is how often one listing may be packed: by the newspaper, and once more by its
// server, which does not say so.
const maxGzip = 2

var gzipMagic = []byte{0x1f, 0x8b}

// parseListing reads a feed (RSS, RDF, Atom, JSON) or a sitemap (urlset, index, plain
// text), packed by gzip or not, whatever its address and content type promised. What it
// names is resolved against the address it came from, nil where nobody knows. A listing
// that breaks off gives what came before the break, and the error.
func parseListing(body []byte, contentType string, address *url.URL) (listing, error) {
	var broken error
	for range maxGzip {
		if !bytes.HasPrefix(body, gzipMagic) {
			break
		}
		plain, err := coding.Undo(body, []string{"gzip"}, maxSitemapBytes)
		if errors.Is(err, coding.ErrTooLarge) {
			return listing{}, err
		}
		body, broken = plain.Body, errors.Join(broken, err)
	}
	switch {
	case len(body) > maxSitemapBytes:
		return listing{}, coding.ErrTooLarge
	case bytes.HasPrefix(body, gzipMagic):
		return listing{}, fmt.Errorf("gzip more than %d times: %w", maxGzip, errNoListing)
	}
	from := origin{address, charsetOf(body, contentType)}
	l, err := from.parse(plainLetters(body))
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

// plainLetters turns UTF-16 into UTF-8. All other charsets have the letters of markup and
// of addresses in one place: there what is to be decoded are a few fields ([origin.text]), and
// not megabytes of titles that nobody reads.
func plainLetters(body []byte) []byte {
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

func (o origin) parse(text []byte) (listing, error) {
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

// walker reads feeds and sitemaps alike: it knows the elements that stand for one address
// each, and of what is in them the few fields that matter. Names are matched without their
// namespaces, for many newspapers get those wrong, and wherever they stand within: an
// element that is never closed, or is closed in the wrong place, costs nothing beside it.
type walker struct {
	origin
	listing
	sitemap bool      // not a feed
	open    []element // those that tokens have opened, up to maxXMLDepth
	entry   string    // the open one: item, entry, url, sitemap
	depth   int       // of the entry
	entries int       // begun until now
	fields  int       // begun since the last entry began
	listed
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
func (o origin) parseMarkup(text []byte) (l listing, found bool, err error) {
	w := walker{origin: o}
	for t := range tokens(text) {
		if t.kind == textBetween {
			w.read(t)
			continue
		}
		w.endField() // markup follows: its text is whole
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
			return w.listing, true, nil
		}
	}
	cut := len(w.open) > 0
	w.finish()
	if cut {
		err = fmt.Errorf("listing: %w", io.ErrUnexpectedEOF)
	}
	return w.listing, found, err
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
	if raw := t.attr("xml:base"); raw != "" && len(raw) <= maxBase && w.takesField() {
		if of, err := url.Parse(strings.TrimSpace(raw)); err == nil {
			if base != nil {
				of = base.ResolveReference(of)
			}
			if len(of.String()) <= maxBase {
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
		w.guess = resolve(base, t.attr("rdf:about"))
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
			w.propose(resolve(base, t.attr("href")), w.weak)
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

// maxBase bounds the base of addresses, in bytes: it is gone through for each of them.
const maxBase = 512

// isNested tells whether what is open within the entry speaks of something else: where an
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

// finish takes down the open entry.
func (w *walker) finish() {
	if w.url = cmp.Or(w.url, w.guess); w.entry != "" && w.url != "" {
		if w.time.IsZero() {
			w.time = w.updated
		}
		if w.entry == "sitemap" {
			w.sitemaps = append(w.sitemaps, w.listed)
		} else {
			w.articles = append(w.articles, w.listed)
		}
	}
	w.entry, w.listed, w.guess, w.updated = "", listed{}, "", time.Time{}
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

// endField takes down the field that is open.
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
		w.propose(resolve(w.base(), value), field == "link" && w.weak)
	case "origlink":
		w.url = resolve(w.base(), value)
	case "guid", "id":
		if isAddress(value) {
			w.propose(resolve(w.base(), value), true)
		}
	case "lastmod":
		if w.time.IsZero() {
			w.time = parseW3CTime(value)
			w.modified = !w.time.IsZero()
		}
	case "publication_date": // a news sitemap's; the better one
		if at := parseW3CTime(value); !at.IsZero() {
			w.time, w.modified = at, false
		}
	case "updated", "modified":
		w.updated = parseFeedTime(value)
	default:
		if w.time.IsZero() {
			w.time = parseFeedTime(value)
		}
	}
}

// propose names an entry's address; the first one counts.
func (w *walker) propose(address string, weak bool) {
	if weak {
		w.guess = cmp.Or(w.guess, address)
	} else {
		w.url = cmp.Or(w.url, address)
	}
}

// isAddress tells what is meant as an address from what only names something.
func isAddress(s string) bool {
	lower := strings.ToLower(s[:min(len(s), len("https://"))])
	return strings.HasPrefix(s, "/") || strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// resolve makes an address absolute, also one that begins with the host's name. What cannot
// be read is left as it is, for whoever asks for it to refuse; what gets too long is "".
func resolve(base *url.URL, ref string) string {
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
	if address := u.String(); len(address) <= maxAddress {
		return address
	}
	return ""
}

// maxAddress bounds an address in bytes, as [sites.Site.Address] does: letters beyond ASCII
// grow when they are escaped.
const maxAddress = 2 << 10

// parseTextSitemap reads a text with one address a line. Some lines may be none, but no
// more than those that are: else it is a text that names an address.
func (o origin) parseTextSitemap(text []byte) (listing, error) {
	var l listing
	bad := 0
	for line := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = bytes.Trim(line, "\ufeff \t")
		switch {
		case len(line) == 0 || line[0] == '#':
		case len(line) > maxField || bytes.ContainsAny(line, " \t<>\"") || !isAddress(string(line)):
			bad++
		default:
			if found := resolve(o.address, o.text(string(line))); found != "" {
				l.articles = append(l.articles, listed{url: found})
			}
		}
		if len(l.articles) >= maxEntries {
			break
		}
	}
	if len(l.articles) == 0 || bad > len(l.articles) {
		return listing{}, errNoListing
	}
	return l, nil
}

// parseJSONFeed reads the items of a JSON feed one by one.
func parseJSONFeed(text []byte, address *url.URL) (listing, error) {
	var l listing
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return l, fmt.Errorf("JSON feed: %w", err)
	}
	found := false
	for d.More() {
		key, err := d.Token()
		if err == nil && key == "items" {
			found = true
			err = l.readItems(d, address)
		} else if err == nil {
			err = d.Decode(&json.RawMessage{})
		}
		switch {
		case errors.Is(err, errEnough):
			return l, nil
		case err != nil:
			return l, fmt.Errorf("JSON feed: %w", err)
		}
	}
	if !found {
		return l, errNoListing
	}
	if _, err := d.Token(); err != nil {
		return l, fmt.Errorf("JSON feed: %w", err)
	}
	return l, nil
}

func (l *listing) readItems(d *json.Decoder, address *url.URL) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return cmp.Or(err, errNoListing)
	}
	for n := 0; d.More(); n++ {
		if n == maxEntries {
			return errEnough
		}
		var item struct {
			URL       jsonField `json:"url"`
			ID        jsonField `json:"id"`
			Published jsonField `json:"date_published"`
			Modified  jsonField `json:"date_modified"`
		}
		var wrong *json.UnmarshalTypeError
		if err := d.Decode(&item); err != nil && !errors.As(err, &wrong) { // what is no object is no item
			return err
		}
		raw := string(item.URL)
		if raw == "" && isAddress(string(item.ID)) {
			raw = string(item.ID)
		}
		found := resolve(address, raw)
		if found == "" {
			continue
		}
		at := parseFeedTime(string(item.Published))
		if at.IsZero() {
			at = parseFeedTime(string(item.Modified))
		}
		l.articles = append(l.articles, listed{url: found, time: at})
	}
	_, err := d.Token()
	return err
}

// jsonField is a text. Of a value that is none, or longer than one can be, nothing is built.
type jsonField string

func (f *jsonField) UnmarshalJSON(value []byte) error {
	var text string
	if len(value) <= maxField && value[0] == '"' {
		if err := json.Unmarshal(value, &text); err != nil {
			return err
		}
	}
	*f = jsonField(text)
	return nil
}

const (
	// recentSitemaps is how far back a run follows the children of an index:
	// what is older, earlier runs have read or a backfill will.
	recentSitemaps = 62 * 24 * time.Hour
	// maxSitemaps bounds the children that one index may lead to in one run.
	maxSitemaps = 16
)

var monthInURL = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)(?:[-_/]?(0?[1-9]|1[0-2]))?(?:\D|$)`)

// monthsOf is the time that a child of an index is about, from its first day to its
// last; what is not known is zero. Its lastmod bounds the end alone. The month in the name is believed before lastmod: many sites stamp every child
// with the time at which the index was made.
func monthsOf(c listed) (from, to time.Time) {
	path := c.url
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, path, _ = strings.Cut(rest, "/")
	}
	m := monthInURL.FindStringSubmatch(path)
	if m == nil {
		return time.Time{}, c.time
	}
	form, text := "2006", m[1]
	if m[2] != "" {
		form, text = "2006-1", m[1]+"-"+strings.TrimPrefix(m[2], "0")
	}
	begin, err := time.ParseInLocation(form, text, sites.Zone)
	if err != nil {
		return time.Time{}, c.time
	}
	if m[2] == "" {
		return begin, begin.AddDate(1, 0, -1)
	}
	return begin, begin.AddDate(0, 1, -1)
}

// recentChildren are the children of an index worth reading, newest first:
// those of the last two months, and those that do not say of when they are.
// Where all are older, as on a newspaper that has closed, the two newest.
func recentChildren(children []listed, now time.Time) []listed {
	var recent, older []listed
	for _, c := range children {
		_, c.time = monthsOf(c)
		if c.time.IsZero() || c.time.After(now.Add(-recentSitemaps)) {
			recent = append(recent, c)
		} else {
			older = append(older, c)
		}
	}
	newestFirst := func(a, b listed) int {
		if a.time.IsZero() != b.time.IsZero() {
			return cmp.Compare(btoi(a.time.IsZero()), btoi(b.time.IsZero()))
		}
		return b.time.Compare(a.time)
	}
	slices.SortStableFunc(recent, newestFirst)
	if len(recent) == 0 {
		slices.SortStableFunc(older, newestFirst)
		recent = older[:min(len(older), 2)]
	}
	return recent[:min(len(recent), maxSitemaps)]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
