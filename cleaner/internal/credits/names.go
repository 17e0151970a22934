package credits

import (
	"regexp"
	"strings"
	"unicode"

	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
)

// othersBehind stands where a page shows one of several authors.
var othersBehind = regexp.MustCompile(`(?i)[\s,]*(?:và|and|&|\+)\s*(?:\d+|các|những|nhiều)\s+(?:(?:tác giả|người|cộng sự)(?: khác)?|others?|more)$`)

// IsNobody recognizes what metadata hold in a name's place: an address, a number, an
// account, a firm.
func IsNobody(name string) bool {
	if !strings.ContainsFunc(name, unicode.IsLetter) || strings.Contains(name, "://") || strings.ContainsRune(name, '@') || hostName.MatchString(name) {
		return true
	}
	lower := strings.ToLower(name)
	if lower == name && prose.IsASCII(name) && !strings.Contains(name, " ") {
		return true // "buoilt"
	}
	return accounts[strings.ReplaceAll(lower, " ", "")] || strings.HasPrefix(lower, "công ty ") || naming.SaysPaper(name)
}

var hostName = regexp.MustCompile(`(?i)^(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|info|edu|gov|tv|news|online|asia|co)(?:/\S*)?$`)

// accounts are names of accounts that nobody goes by.
var accounts = prose.WordSet(strings.Fields(`admin administrator adminstrator webmaster webadmin sysadmin superadmin editor root user guest test demo unknown anonymous
	none null undefined n/a na author tácgiả quảntrị quảntrịviên quảntrịweb`)...)

var authorLabel = regexp.MustCompile(`(?i)^(?:by|tác giả|người viết|bút danh|author|written by|von|par|por)(?:\s*:\s*|\s+)`)

// WithoutAuthorLabel leaves out what stands before an author's name: "Tác giả: Hà Linh".
func WithoutAuthorLabel(line string) string { return authorLabel.ReplaceAllString(line, "") }

// WithoutOthers leaves out what stands behind the first of several authors: "Hà Linh và 2 tác giả khác".
func WithoutOthers(line string) string {
	return strings.TrimSpace(othersBehind.ReplaceAllString(line, ""))
}
