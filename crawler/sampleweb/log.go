package sampleweb

import (
	"net/http"
	"time"
)

// Hit is one request that the web received.
type Hit struct {
	Time            time.Time
	Scheme          string // http or https
	Method          string
	Host            string // lower case, without a port
	Path            string // with the query
	Status          int    // 0 while unanswered, or where the connection was broken first
	UserAgent       string
	Accept          string
	AcceptLanguage  string
	AcceptEncoding  string
	IfNoneMatch     string
	IfModifiedSince string
	Proxied         bool // came through [Server.ProxyURL]
}

// URL is the address asked for.
func (h Hit) URL() string { return h.Scheme + "://" + h.Host + h.Path }

// Log is every request since New or Reset, in the order in which they came.
func (w *Web) Log() []Hit {
	w.mu.RLock()
	defer w.mu.RUnlock()
	log := make([]Hit, len(w.hits))
	for i, h := range w.hits {
		log[i] = *h
	}
	return log
}

// Reset forgets the log and the faults; the newspapers stay as they are.
func (w *Web) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hits, w.faults = nil, nil
}

// way is how a request came in; the two ways put it into the context.
type way struct {
	scheme  string
	proxied bool
}

type wayKey struct{}

// Scheme is how a request came to a [Server]: http or https.
func Scheme(r *http.Request) string {
	if came, ok := r.Context().Value(wayKey{}).(func() way); ok {
		return came().scheme
	}
	return "http"
}

func (w *Web) record(r *http.Request) *Hit {
	h := &Hit{
		Time: time.Now(), Scheme: "http", Method: r.Method, Host: hostOf(r), Path: r.URL.RequestURI(),
		UserAgent: r.UserAgent(), Accept: r.Header.Get("Accept"), AcceptLanguage: r.Header.Get("Accept-Language"), AcceptEncoding: r.Header.Get("Accept-Encoding"),
		IfNoneMatch: r.Header.Get("If-None-Match"), IfModifiedSince: r.Header.Get("If-Modified-Since"),
	}
	if r.URL.IsAbs() { // a request to a proxy names the whole address
		h.Proxied = true
		h.Path = r.URL.EscapedPath() + question(r.URL.RawQuery)
	}
	if came, ok := r.Context().Value(wayKey{}).(func() way); ok {
		way := came()
		h.Scheme, h.Proxied = way.scheme, h.Proxied || way.proxied
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hits = append(w.hits, h)
	return h
}

// statusWriter notes the status in the log.
type statusWriter struct {
	http.ResponseWriter
	hit *Hit
	web *Web
}

func (s *statusWriter) WriteHeader(status int) {
	s.web.mu.Lock()
	s.hit.Status = status
	s.web.mu.Unlock()
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusWriter) Write(b []byte) (int, error) {
	if s.hit.Status == 0 { // only this goroutine writes it
		s.WriteHeader(http.StatusOK)
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
