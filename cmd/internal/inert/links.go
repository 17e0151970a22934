package inert

import (
	"net/url"
	"strings"

	"baoluu/cleaner/assets"
)

const (
	// maxReference bounds a reference of a page, in bytes.
	maxReference = 2048
	// maxLinks bounds the addresses of one page that the archive is asked for.
	maxLinks = 20_000
	// maxTried bounds the references of one page that are made absolute, each time that they stand
	// there: a long base makes a long address of two letters.
	maxTried = 30_000
)

// links are those of one page.
type links struct {
	page, base *url.URL // nil where the page has no address
	rebased    bool     // the page has a base of its own
	known      map[string]string
	assets     map[string]string // by kind and address
	tried      int
}

// spent counts references, and reports whether there were too many.
func (l *links) spent(n int) bool {
	l.tried += n
	return l.tried > maxTried
}

// resolve makes a reference absolute; nil where it is no http address.
func (l *links) resolve(ref string) *url.URL {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxReference || l.spent(1) {
		return nil
	}
	if l.base == nil {
		return absolute(ref)
	}
	u, err := l.base.Parse(ref)
	if err != nil || !isWeb(u) {
		return nil
	}
	return u
}

// isOwn reports whether an address is the page's, fragments apart.
func (l *links) isOwn(u *url.URL) bool {
	if l.page == nil {
		return false
	}
	a, b := *l.page, *u
	a.Fragment, a.RawFragment, b.Fragment, b.RawFragment = "", "", "", ""
	return a.String() == b.String()
}

// path is where the archive shows an address.
func (l *links) path(address string, ask func(string) string) string {
	path, ok := l.known[address]
	if !ok && ask != nil && len(l.known) < maxLinks {
		if path = ask(address); !hrefValue(path) {
			path = ""
		}
		if l.known == nil {
			l.known = map[string]string{}
		}
		l.known[address] = path
	}
	return path
}

// isHarmless recognizes a reference that runs nothing: another place of the page, or one
// that a program of the reader's would open.
func isHarmless(ref string) bool {
	scheme, _, has := strings.Cut(strings.ToLower(ref), ":")
	switch scheme {
	case "mailto", "tel", "sms", "http", "https", "ftp":
		return true
	}
	return !has || strings.HasPrefix(ref, "#")
}

// asset is where the archive shows an asset.
func (l *links) asset(address string, k assets.Kind, ask func(string, assets.Kind) string) string {
	if l.spent(1) {
		return ""
	}
	key := string(k) + address
	path, ok := l.assets[key]
	if !ok && ask != nil && len(l.assets) < maxLinks {
		path = ask(address, k)
		if l.assets == nil {
			l.assets = map[string]string{}
		}
		l.assets[key] = path
	}
	return path
}
