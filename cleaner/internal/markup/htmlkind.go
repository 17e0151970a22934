package markup

import "bytes"

// LooksLikeHTML judges a body of no known type by its first 4 kB.
func LooksLikeHTML(body []byte) bool {
	sample := bytes.ToLower(body[:min(len(body), 4096)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<div", "<p>", "<p ", "<article", "<h1"} {
		if bytes.Contains(sample, []byte(tag)) {
			return true
		}
	}
	return false
}
