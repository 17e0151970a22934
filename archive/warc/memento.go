package warc

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/cleaner/assets"
	"baoluu/sites"
)

// Copy is a web archive's copy of a newspaper's page, as a Wayback Machine or pywb
// shows it: under an address that wraps the page's own, with a toolbar and with
// links rewritten to lead back into the web archive.
type Copy struct {
	URL      string    // of the copy: "https://web.archive.org/web/20160410011223/http://…"
	Original string    // of the page
	Time     time.Time // when the web archive captured it, UTC
	exact    bool      // asked for as it was captured (id_): nothing was rewritten
	prefix   string    // before the time: "https://web.archive.org/web/"
}

// copyURL parts the address of a copy: what stands before the time, the time, how
// it is to be shown, the page's own address.
var copyURL = regexp.MustCompile(`^(https?://[^/?#\s]+/(?:[^?#\s]*?/)??)(\d{14})([a-z]{2}_)?/(https?:/{1,2}[^/\s].*)$`)

// CopyAt reads the address of a copy; ok is false for any other address.
func CopyAt(address string) (c Copy, ok bool) {
	m := copyURL.FindStringSubmatch(strings.TrimSpace(address))
	if m == nil {
		return Copy{}, false
	}
	at, err := time.Parse("20060102150405", m[2])
	if err != nil {
		return Copy{}, false
	}
	scheme, rest, _ := strings.Cut(m[4], ":")
	return Copy{
		URL: strings.TrimSpace(address), Original: scheme + "://" + strings.TrimLeft(rest, "/"),
		Time: at.UTC(), exact: m[3] == "id_", prefix: m[1],
	}, true
}

var (
	// A browser notes where it saved a page from.
	savedFrom = regexp.MustCompile(`<!--\s*saved from url=\(\d+\)(\S+)\s*-->`)
	// The Wayback Machine tells its script what it shows.
	wombat = regexp.MustCompile(`__wm\.wombat\("(https?:[^"]+)","(\d{14})"`)
	// Its toolbar links to the page at other times.
	toolbarLink = regexp.MustCompile(`/web/(\d{14})(?:[a-z]{2}_)?/(https?:/{1,2}[^"'<>\s]+)`)
	archivedOn  = regexp.MustCompile(`FILE ARCHIVED ON (\d\d:\d\d:\d\d [A-Z][a-z]{2} \d{1,2}, \d{4})`)
)

// wayback is the Wayback Machine's own prefix, for a copy that does not name its.
const wayback = "https://web.archive.org/web/"

// FindCopy looks whether a saved page is a web archive's copy. address is where it
// is known to come from, canonical what the page itself says its address is; either
// may be empty. A page that only links to a web archive is none.
func FindCopy(body []byte, address, canonical string) (Copy, bool) {
	if c, ok := CopyAt(address); ok {
		return c, true
	}
	if m := savedFrom.FindSubmatch(body); m != nil {
		if c, ok := CopyAt(string(m[1])); ok {
			return c, true
		}
	}
	if c, ok := CopyAt(canonical); ok {
		return c, true
	}
	if m := wombat.FindSubmatch(body); m != nil {
		if c, ok := CopyAt(wayback + string(m[2]) + "/" + string(m[1])); ok {
			return c, true
		}
	}
	m := archivedOn.FindSubmatch(body)
	bar := toolbar.begin.FindIndex(body)
	if m == nil || bar == nil {
		return Copy{}, false
	}
	at, err := time.Parse("15:04:05 Jan 2, 2006", string(m[1]))
	if err != nil {
		return Copy{}, false
	}
	if address == "" {
		link := toolbarLink.FindSubmatch(body[bar[0]:])
		if link == nil {
			return Copy{}, false
		}
		address = string(link[2])
	}
	return CopyAt(wayback + at.Format("20060102150405") + "/" + address)
}

// inserted is what web archives put into a page, by the comments around it.
type inserted struct{ begin, end *regexp.Regexp }

var (
	toolbar = inserted{regexp.MustCompile(`<!-- BEGIN WAYBACK TOOLBAR INSERT -->`), regexp.MustCompile(`<!-- END WAYBACK TOOLBAR INSERT -->\n?`)}

	insertions = []inserted{
		toolbar,
		{regexp.MustCompile(`<!-- WB Insert -->`), regexp.MustCompile(`<!-- End WB Insert -->\n?`)},
		{regexp.MustCompile(`<!--\s*FILE ARCHIVED ON \d\d:`), regexp.MustCompile(`-->\n?`)},
		{regexp.MustCompile(`<!--\s*playback timings \(ms\):`), regexp.MustCompile(`-->\n?`)},
		// The scripts before the page's own head; they begin with the head itself.
		{regexp.MustCompile(`<script[^>]*(?:/_static/js/|/static/js/|archive\.org/includes/|athena\.js)`), regexp.MustCompile(`<!-- End Wayback Rewrite JS Include -->\n?`)},
	}
)

// Page is the page as the newspaper sent it, as far as that can be known: without
// what the web archive put in, links leading where they led. A link that the page
// wrote relative to itself comes out absolute. The notes say what was decoded.
func (c Copy) Page(body []byte) (page []byte, notes []string) {
	notes = []string{"from a web archive's copy: " + c.URL}
	if c.exact {
		return body, notes
	}
	taken := 0
	for _, in := range insertions {
		var n int
		body, n = in.takenOut(body)
		taken += n
	}
	if taken > 0 {
		notes = append(notes, "web archive's toolbar and scripts taken out")
	}
	rewritten := c.rewritten()
	if links := len(rewritten.FindAllIndex(body, -1)); links > 0 {
		notes = append(notes, fmt.Sprintf("web archive's rewriting of %d links undone", links))
		body = rewritten.ReplaceAll(body, []byte("$1$2"))
	}
	return body, notes
}

// takenOut is a page without what was inserted, and how often it was.
func (in inserted) takenOut(page []byte) ([]byte, int) {
	var out []byte
	n := 0
	for rest := page; ; n++ {
		from := in.begin.FindIndex(rest)
		var to []int
		if from != nil {
			to = in.end.FindIndex(rest[from[1]:])
		}
		switch {
		case to != nil:
			out = append(out, rest[:from[0]]...)
			rest = rest[from[1]+to[1]:]
		case n == 0:
			return page, 0
		default:
			return append(out, rest...), n
		}
	}
}

// rewritten matches the wrapper before an address in the page: a link to the copy
// of what is linked, absolute, without a scheme or without a host, with slashes as
// in HTML or as in JSON. The first group is what stands before it, the second
// begins the address itself.
func (c Copy) rewritten() *regexp.Regexp {
	u, err := url.Parse(c.prefix)
	if err != nil || !utf8.ValidString(u.Host+u.Path) {
		u = &url.URL{Host: "web.archive.org", Path: "/web/"}
	}
	slashes := strings.NewReplacer("/", `\\?/`)
	host := regexp.QuoteMeta(u.Host)
	if strings.HasSuffix(u.Host, "archive.org") {
		host = `(?:[a-z-]+\.)?archive\.org`
	}
	return regexp.MustCompile(`(["'(=\s,;>]|^)(?:(?:https?:)?` + slashes.Replace("//") + host + `)?` +
		slashes.Replace(regexp.QuoteMeta(u.Path)) + `\d{14}(?:[a-z]{2}_)?` + slashes.Replace("/") + `(https?:|mailto:)`)
}

// mementoOf is the copy that a response is, by the web archive's own headers
// (RFC 7089): its time and the address of what it is a copy of. An address that
// wraps the page's is enough where there are none.
func mementoOf(address string, fields []capture.Field) (Copy, bool) {
	c, wrapped := CopyAt(address)
	at, err := parseHTTPDate(warcfile.Header(fields).Get("Memento-Datetime"))
	if err != nil {
		return c, wrapped
	}
	if !wrapped {
		original := originalLink(warcfile.Header(fields).All("Link"))
		if original == "" || original == address {
			return Copy{}, false
		}
		c = Copy{URL: address, Original: original, exact: true}
	}
	c.Time = at
	return c, true
}

func parseHTTPDate(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC1123, s)
	return t.UTC(), err
}

var linkOriginal = regexp.MustCompile(`<([^<>]+)>\s*;[^<]*\brel="?[^"<]*\boriginal\b`)

// originalLink is the address that a Link header calls the original.
func originalLink(values []string) string {
	for _, v := range values {
		if m := linkOriginal.FindStringSubmatch(v); m != nil {
			return m[1]
		}
	}
	return ""
}

// original is the capture that the web archive made, as far as its copy tells: the
// header fields under the names that they had (X-Archive-Orig-…).
func (c Copy) original(kept capture.Kept) capture.Kept {
	page := kept
	page.Header = nil
	for _, f := range kept.Header {
		if name, ok := cutPrefixFold(f.Name, renamePrefix); ok {
			page.Header = append(page.Header, capture.Field{Name: name, Value: f.Value})
		} else if strings.EqualFold(f.Name, "Content-Type") {
			page.Header = append(page.Header, f)
		}
	}
	page.URL, page.Time = c.Original, c.Time
	var notes []string
	page.Body, notes = c.Page(kept.Body)
	page.Notes = append(append([]string(nil), kept.Notes...), notes...)
	return page
}

// refusedCopy is why a copy, kept as it was saved beside the page that was made of
// it, is no article.
const refusedCopy = "a web archive's copy, kept as it was saved"

// ownAssetCopy has what a record says be the newspaper's, where it is a web archive's copy of a
// picture, style sheet or font from one of its hosts: a page is taken twice, as it was saved and as
// it was, an asset once.
func (d *described) ownAssetCopy(body []byte) {
	c, ok := mementoOf(d.URL, d.Header)
	if _, _, is := assets.Sniff(body); ok && is && d.Status == 200 {
		if d.site = siteOf(c.Original); d.site != nil {
			d.place()
		}
	}
}

// AsSaved is the capture that keeps a copy as it was saved, beside the page that is
// made of it: under its own address, among those of the newspaper.
func (c Copy) AsSaved(page capture.Kept, body []byte) capture.Kept {
	page.URL, page.Page, page.Time = c.URL, sites.SURT(c.URL), c.Time
	page.Body, page.Article, page.Refused = body, nil, refusedCopy
	return page
}
