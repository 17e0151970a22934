package cleaner

import (
	"strings"
	"unicode"

	"baoluu/sites"
)

// naming is what a page says that it is.
type naming int

const (
	namesNothing naming = iota
	namesItself
	namesAnother // page of the newspaper
)

// names tells which page of the newspaper it says it is.
func (r Reading) names() naming {
	site, ok := sites.ByName(r.Article.Site)
	if !ok {
		return namesNothing
	}
	own, err := site.Address(r.Article.URL)
	if err != nil || own.Kind != sites.Article {
		return namesNothing
	}
	said := namedBy(site, own, r.Page.addresses)
	switch {
	case r.Page.number == "" || said == namesItself:
		return said
	case strings.TrimLeftFunc(own.ID, unicode.IsLetter) == r.Page.number:
		return namesItself
	}
	return namesAnother
}

// namedBy tells what a page says by the addresses that it gives as its own. One that names
// itself and others names itself.
func namedBy(site *sites.Site, own sites.Address, addresses []string) naming {
	said := namesNothing
	for _, address := range addresses {
		a, err := site.Address(address)
		switch {
		case err != nil || a.Kind == sites.Foreign:
		case a.Page == own.Page:
			return namesItself
		default:
			said = namesAnother
		}
	}
	return said
}

// maxNamed is how many addresses of a page's JSON-LD are looked at. Of 676 sound pages
// the worst has 33.
const maxNamed = 1000

// addresses are those that the page gives as its own.
func (d *Document) addresses() []string {
	var list []string
	linked := d.head.linked.Addresses
	for _, ref := range append([]string{d.head.canonical, d.head.first("og:url")}, linked[:min(len(linked), maxNamed)]...) {
		if u := d.absolute(ref); u != "" {
			list = append(list, u)
		}
	}
	return list
}
