package naming

import (
	"regexp"
	"strings"

	"baoluu/cleaner/internal/prose"
)

// IsHome recognizes the front page's name in a breadcrumb.
func IsHome(name string) bool {
	switch strings.ToLower(prose.Clean(name)) {
	case "trang chủ", "home", "accueil", "trang nhất", "":
		return true
	}
	return false
}

// SectionName is a breadcrumb's text without the marks of a way back; "" for a
// link that goes back and names no section.
func SectionName(name string) string {
	bare := strings.TrimSpace(strings.TrimLeft(name, "<«‹←⟵◄ "))
	if backLink.MatchString(bare) {
		return ""
	}
	return bare
}

var backLink = regexp.MustCompile(`(?i)^(?:(?:quay|trở) (?:lại|về|ra)|về) *(?:đầu trang|trang trước|trang chủ|trước|đầu)?$|^(?:go )?back(?: to (?:home|top|list))?$`)
