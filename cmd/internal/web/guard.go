package web

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// answerTime is how long an answer may take, its turn included.
	answerTime = 20 * time.Second
	// maxWaiting is how many requests may be at work or wait for their turn.
	maxWaiting = 1024
	// maxPath and maxQuery are the longest that an address may have, in bytes as sent.
	maxPath, maxQuery = 4096, 2048
)

// policy is what our own pages may load: our style sheet, our script, our pictures.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'"

// guard lets through what may be asked, and says on every answer what browsers may do with it.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		switch {
		case !s.knows(r.Host):
			http.Error(w, `this server does not answer to that name: see "serve: hosts" in config.yaml`, http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "this server only reads", http.StatusMethodNotAllowed)
		case len(r.URL.EscapedPath()) > maxPath || len(r.URL.RawQuery) > maxQuery:
			http.Error(w, "the address is too long", http.StatusRequestURITooLong)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// knows reports whether a request's Host is a name of ours. A page elsewhere can have
// its own name lead to this machine (DNS rebinding), but the browser then still sends
// that name. An IP address cannot be rebound.
func (s *Server) knows(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil || u.Host != host { // no host and port as an address has them
		return false
	}
	name := u.Hostname()
	if net.ParseIP(name) != nil || strings.EqualFold(name, "localhost") {
		return true
	}
	return slices.ContainsFunc(s.Hosts, func(own string) bool { return strings.EqualFold(own, name) })
}
