package dom

import "strings"

// MaxReference bounds a reference of the page in bytes. One around many elements is resolved
// for each of them.
const MaxReference = 4096

// HostOf is the host of an absolute address, without "www."; "" for any other.
func HostOf(address string) string {
	_, rest, ok := strings.Cut(address, "//")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.TrimPrefix(rest, "www.")
}
