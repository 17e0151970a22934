package sites

import (
	"fmt"
	"hash/maphash"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Kind is what an address looks like, before anything is fetched.
type Kind string

// The kinds of address.
const (
	Article     Kind = "article"
	List        Kind = "list"
	FeedPage    Kind = "feed"
	SitemapPage Kind = "sitemap"
	Robots      Kind = "robots"
	Utility     Kind = "utility" // looks like an article, is none
	Other       Kind = "other"   // of the newspaper, of no known form
	Foreign     Kind = "foreign" // of another host
	// Asset is a picture, style sheet or font. What is one is said by the page that needs it,
	// never by its address alone: [Site.Address] does not return it.
	Asset Kind = "asset"
)

// AddressForm is one form of an article's address.
type AddressForm struct {
	// Path matches the whole path; its group "id" is the newspaper's own id, as
	// printed ("post1315698", "20221224083224103"). A group "day", where the
	// number alone is not enough, comes before it with a hyphen.
	Path *Expression
	// Query is the parameter that holds the id where the path has none ("id" of /news.aspx?id=123), else "".
	Query string
	Since string   // when the form came, for the reader: "2023"
	Hosts []string // only on these hosts; nil is all of the newspaper's
}

// Address is one address, understood.
type Address struct {
	URL  string // as it is fetched and stored: host in lower case, junk query and fragment dropped
	Kind Kind
	ID   string // the newspaper's own id of an article, else ""
	// Page is the key under which its captures are kept: the id, with
	// ".en" or ".fr" added for a translated edition; for what has no id, its SURT.
	Page string
	// Language is that of the edition the address names ("en"), "" for the
	// newspaper's main one.
	Language string
}

// maxAddress bounds an address in bytes. Longer ones are crawler traps; the
// newspapers' longest are near 250.
const maxAddress = 2048

// maxHost bounds a host name: DNS has no longer ones.
const maxHost = 253

// Address understands one absolute address. An address of another host is
// [Foreign]. The error, [ErrAddress], is for what is no http or https address
// at all.
func (s *Site) Address(raw string) (Address, error) {
	place := &s.known[maphash.String(seed, raw)%uint64(len(s.known))]
	if k := place.Load(); k != nil && k.raw == raw {
		return k.Address, nil
	}
	a, err := s.understand(raw)
	if err == nil {
		place.Store(&understood{strings.Clone(raw), a}) // raw may be a piece of a page
	}
	return a, err
}

// understood is an address that was asked about of late, and may be again: an article's
// is several times in a row, a menu's for each page. Each has one place, by its hash, and
// the next one of that place drives it out.
type understood struct {
	raw string
	Address
}

var seed = maphash.MakeSeed()

func (s *Site) understand(raw string) (Address, error) {
	u, err := parseAddress(raw)
	if err != nil {
		return Address{}, err
	}
	host := u.Hostname()
	if !s.Owns(host) {
		u.RawQuery = dropQuery(u.RawQuery, nil)
		full := u.String()
		return Address{URL: full, Kind: Foreign, Page: SURT(full)}, nil
	}

	a := Address{Language: s.edition(host, u.Path)}
	form := (*AddressForm)(nil)
	a.Kind, a.ID, form = s.kind(host, u)
	if a.Kind == Article {
		// An id alone chooses an article; whatever else the query says, it is tracking.
		u.RawQuery, u.ForceQuery = "", false
		if form.Query != "" {
			u.RawQuery = form.Query + "=" + a.ID
		}
	} else {
		u.RawQuery, u.ForceQuery = dropQuery(u.RawQuery, s.JunkQuery), false
	}
	a.URL = u.String()
	switch {
	case a.ID == "":
		a.Page = SURT(a.URL)
	case a.Language != "" && s.Editions[a.Language] != "":
		a.Page = a.ID + "." + a.Language
	default:
		a.Page = a.ID
	}
	return a, nil
}

// Begun is when an article was begun, to the minute, where its id says so. That is no time
// of publication: it lies some minutes before that, hours where an article waited for its
// day, and after it where an article was dated back.
func (s *Site) Begun(id string) (t time.Time, ok bool) {
	if s.IDTime == "" || len(id) < len(s.IDTime) {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(s.IDTime, id[:len(s.IDTime)], Zone)
	if err != nil || t.Year() < firstYear {
		return time.Time{}, false
	}
	return t.Truncate(time.Minute), true
}

// firstYear is that of the first newspaper on Vietnam's web.
const firstYear = 1997

// Owns reports whether host (any case, no port) is the newspaper's.
func (s *Site) Owns(host string) bool {
	return slices.Contains(s.Hosts, strings.TrimRight(strings.ToLower(host), "."))
}

// ServesAssets reports whether the newspaper's pictures, style sheets and fonts come from host
// (any case, no port): one of its own, or of [Site.AssetHosts].
func (s *Site) ServesAssets(host string) bool {
	return s.Owns(host) || slices.Contains(s.AssetHosts, strings.TrimRight(strings.ToLower(host), "."))
}

// AssetPrefix begins the keys of assets, which are one range so. No page's key has a colon before
// its first bracket but for a port, and no newspaper's host is named so.
const AssetPrefix = "asset:"

// AssetPage is the key under which captures of the asset at address are kept: a namespace of
// its own, so that an article which some page names as a picture is never mixed up with it. It is the
// address's [SURT], but with path and query in the case that they have: "IMG_1.JPG" and "img_1.jpg" may
// be two pictures, and one must not be shown for the other.
func AssetPage(address string) string {
	return AssetPrefix + surt(address, func(text string) string { return text })
}

// IsAsset reports whether page is the key of an asset.
func IsAsset(page string) bool { return strings.HasPrefix(page, AssetPrefix) }

// Section is the part of the newspaper that an address names: its host, where that is not
// the main one, and the first segment of its path, where there are more. It is a
// name to tell sections apart by, not one to show as the newspaper's own.
func (s *Site) Section(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if home, err := url.Parse(s.Home); host == s.Hosts[0] || err == nil && strings.TrimPrefix(host, "www.") == strings.TrimPrefix(home.Hostname(), "www.") {
		host = ""
	}
	first, _, more := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if !more {
		first = ""
	}
	return host + "/" + first
}

// edition is the language of the translated edition that an address is in.
func (s *Site) edition(host, path string) string {
	if lang := s.HostLanguages[host]; lang != "" {
		return lang
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return s.Editions[strings.ToLower(first)]
}

// kind tells what is at an address, and of an article its id and form.
func (s *Site) kind(host string, u *url.URL) (Kind, string, *AddressForm) {
	path := u.Path
	lower := strings.ToLower(path)
	switch {
	case lower == "/robots.txt":
		return Robots, "", nil
	case strings.HasSuffix(lower, ".xml") || strings.HasSuffix(lower, ".xml.gz"):
		if strings.HasPrefix(lower, "/rss") {
			return FeedPage, "", nil
		}
		return SitemapPage, "", nil
	case strings.HasSuffix(lower, ".rss"), strings.HasPrefix(lower, "/rss/"):
		return FeedPage, "", nil
	case path == "/" && u.RawQuery == "":
		return List, "", nil
	}
	if matchAny(s.Utilities, path) {
		return Utility, "", nil
	}
	if matchAny(s.Lists, path) {
		return List, "", nil
	}
	for i := range s.Articles {
		if f := &s.Articles[i]; f.Hosts == nil || slices.Contains(f.Hosts, host) {
			if id := f.id(u); id != "" {
				return Article, id, f
			}
		}
	}
	if path == "/" || matchAny(s.Sections, path) {
		return List, "", nil
	}
	return Other, "", nil
}

// id is that of the article at an address, "" where the form is another.
func (f *AddressForm) id(u *url.URL) string {
	re := f.Path.Regexp()
	m := re.FindStringSubmatch(u.Path)
	switch {
	case m == nil:
		return ""
	case f.Query != "":
		for arg := range strings.SplitSeq(u.RawQuery, "&") {
			if name, value, _ := strings.Cut(arg, "="); name == f.Query && queryID.MatchString(value) {
				return value
			}
		}
		return ""
	}
	id := m[re.SubexpIndex("id")]
	if day := re.SubexpIndex("day"); day > 0 {
		id = m[day] + "-" + id
	}
	return id
}

// queryID is what an id in a query may be: no more than systems count with.
var queryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

func matchAny(list []*Expression, path string) bool {
	return slices.ContainsFunc(list, func(e *Expression) bool { return e.MatchString(path) })
}

// parseAddress reads an absolute address and brings it to the spelling under
// which it is kept: scheme and host in lower case, no default port, no
// fragment, a path that begins with a slash and has no dot segments.
func parseAddress(raw string) (*url.URL, error) {
	raw = strings.Trim(raw, " \t\r\n\f") // as a browser reads an href
	if len(raw) > maxAddress {
		return nil, fmt.Errorf("%w: %d bytes long", ErrAddress, len(raw))
	}
	if strings.ContainsFunc(raw, unicode.IsControl) {
		return nil, fmt.Errorf("%w: control characters in %q", ErrAddress, raw)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrAddress, raw)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" {
		return nil, fmt.Errorf("%w: %q", ErrAddress, raw)
	}
	if u.User != nil {
		return nil, fmt.Errorf("%w: credentials in %q", ErrAddress, u.Redacted())
	}
	u.RawQuery = escapeQuery(u.RawQuery)
	if strings.ContainsFunc(u.Path, unicode.IsControl) {
		return nil, fmt.Errorf("%w: control characters in %q", ErrAddress, raw)
	}

	host, port := strings.TrimRight(strings.ToLower(u.Hostname()), "."), u.Port()
	if host == "" || len(host) > maxHost || strings.ContainsAny(host, " %") {
		return nil, fmt.Errorf("%w: %q", ErrAddress, raw)
	}
	switch {
	case port != "" && !(u.Scheme == "http" && port == "80") && !(u.Scheme == "https" && port == "443"):
		u.Host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		u.Host = "[" + host + "]"
	default:
		u.Host = host
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if strings.Contains(u.Path, "/.") {
		u = u.ResolveReference(&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery})
	}
	if n := len(u.String()); n > maxAddress { // letters beyond ASCII grow when they are escaped
		return nil, fmt.Errorf("%w: %d bytes long", ErrAddress, n)
	}
	return u, nil
}

// dropQuery leaves out the parameters that do not choose a page, and keeps the
// others as they are spelled and ordered.
func dropQuery(query string, junk []string) string {
	if query == "" || slices.Contains(junk, "*") {
		return ""
	}
	var kept []string
	for arg := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(arg, "=")
		name = strings.ToLower(name)
		if arg == "" || strings.HasPrefix(name, "utm_") || name == "fbclid" || slices.Contains(junk, name) {
			continue
		}
		kept = append(kept, arg)
	}
	return strings.Join(kept, "&")
}

// escapeQuery escapes blanks and letters beyond ASCII, which url.URL leaves as
// they are in a query.
func escapeQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
