package naming

import (
	"strings"
	"unicode"

	"baoluu/sites"
)

// Claim is what a page says that it is.
type Claim int

// The claims.
const (
	ClaimsNothing Claim = iota
	ClaimsItself
	ClaimsAnother // page of the newspaper
)

// ClaimBy tells what a page says by the addresses that it gives as its own. One that names
// itself and others names itself.
func ClaimBy(site *sites.Site, own sites.Address, addresses []string) Claim {
	said := ClaimsNothing
	for _, address := range addresses {
		a, err := site.Address(address)
		switch {
		case err != nil || a.Kind == sites.Foreign:
		case a.Page == own.Page:
			return ClaimsItself
		default:
			said = ClaimsAnother
		}
	}
	return said
}

// ClaimOf tells which page of its newspaper a page says it is: by the addresses that it gives
// as its own, and the newspaper's number of the article, "" where it carries none. address is
// where the page was found.
func ClaimOf(name, address string, addresses []string, number string) Claim {
	site, ok := sites.ByName(name)
	if !ok {
		return ClaimsNothing
	}
	own, err := site.Address(address)
	if err != nil || own.Kind != sites.Article {
		return ClaimsNothing
	}
	said := ClaimBy(site, own, addresses)
	switch {
	case number == "" || said == ClaimsItself:
		return said
	case strings.TrimLeftFunc(own.ID, unicode.IsLetter) == number:
		return ClaimsItself
	}
	return ClaimsAnother
}
