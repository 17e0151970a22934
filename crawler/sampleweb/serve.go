package sampleweb

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// ServeHTTP answers as the newspaper of the request's Host does, or as a fault
// says.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	hit := w.record(r)
	out := &statusWriter{ResponseWriter: rw, hit: hit, web: w}
	answer := http.Handler(http.HandlerFunc(w.serve))
	if fault := w.fault(r); fault != nil {
		fault(out, r, answer)
		return
	}
	answer.ServeHTTP(out, r)
}

// resource is what stands at one address.
type resource struct {
	status      int
	contentType string
	location    string // of a redirect
	etag        string
	modified    time.Time
	write       func(io.Writer) error
}

const htmlType = "text/html; charset=utf-8"

func (w *Web) serve(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		rw.Header().Set("Allow", "GET, HEAD")
		http.Error(rw, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	res := w.resource(hostOf(r), cmp.Or(r.URL.Path, "/"), r.URL.RawQuery)
	h := rw.Header()
	h.Set("Server", "nginx")
	if res.location != "" {
		h.Set("Location", res.location)
		h.Set("Content-Type", htmlType)
		body := "<html><head><title>Moved</title></head><body><a href=\"" + res.location + "\">moved</a></body></html>\n"
		h.Set("Content-Length", strconv.Itoa(len(body)))
		rw.WriteHeader(res.status)
		if r.Method == http.MethodGet {
			io.WriteString(rw, body)
		}
		return
	}
	zipped := !strings.HasPrefix(res.contentType, "image/") && !strings.HasPrefix(res.contentType, "font/") && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	h.Set("Vary", "Accept-Encoding")
	if res.etag != "" {
		h.Set("ETag", etag(res.etag, zipped))
		h.Set("Last-Modified", res.modified.UTC().Format(http.TimeFormat))
		h.Set("Cache-Control", "max-age=60")
		if fresh(r, res) {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", res.contentType)
	if strings.HasPrefix(res.contentType, "font/") {
		h.Set("Access-Control-Allow-Origin", "*") // else browsers take no font from another host
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	body := w.body(res, zipped)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	rw.WriteHeader(res.status)
	if r.Method == http.MethodGet {
		rw.Write(body)
	}
}

// body is what is sent of a resource.
func (w *Web) body(res resource, zipped bool) []byte {
	keep := res.etag != "" && w.keep.Load()
	if keep {
		if kept, ok := w.kept.Load(etag(res.etag, zipped)); ok {
			return kept.([]byte)
		}
	}
	var body bytes.Buffer
	var err error
	if zipped {
		z := w.gzips.Get().(*gzip.Writer)
		z.Reset(&body)
		if err = res.write(z); err == nil {
			err = z.Close()
		}
		w.gzips.Put(z)
	} else {
		err = res.write(&body)
	}
	if err != nil {
		// A template that does not fit its data is a fault of ours; the tests
		// visit every page.
		panic(err)
	}
	if keep {
		w.kept.Store(etag(res.etag, zipped), bytes.Clone(body.Bytes()))
	}
	return body.Bytes()
}

// etag marks a compressed body's as weak, as nginx does.
func etag(tag string, zipped bool) string {
	if zipped {
		return "W/" + tag
	}
	return tag
}

// fresh reports whether the client's copy is the newest (RFC 9110, 13.2.2).
func fresh(r *http.Request, res resource) bool {
	if known := r.Header.Get("If-None-Match"); known != "" {
		for tag := range strings.SplitSeq(known, ",") {
			if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == res.etag {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !res.modified.Truncate(time.Second).After(since)
}

// tag is an entity tag for all that a body follows from.
func tag(parts ...string) string { return fmt.Sprintf(`"%x"`, hash(parts...)) }

// hostOf is the host asked for, in lower case and without a port.
func hostOf(r *http.Request) string {
	host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	return host
}

// resource finds what stands at an address.
func (w *Web) resource(host, p, query string) resource {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for _, s := range w.state {
		if slices.Contains(s.assetHosts, host) {
			return w.assetHost(s, host, p, query)
		}
		for _, alias := range s.aliases {
			if host == alias {
				return moved(s.origin(s.editions[0]) + p + question(query))
			}
		}
		for _, e := range s.editions {
			if host == e.host {
				return w.inside(s, e, p, query)
			}
		}
	}
	return resource{status: http.StatusMisdirectedRequest, contentType: "text/plain; charset=utf-8", write: text("no such newspaper\n")}
}

// inside finds what stands at an address of the newspaper's own hosts; e is any
// edition on that host.
func (w *Web) inside(s *state, e *edition, p, query string) resource {
	if res, ok := w.asset(s, e.host, p, query); ok {
		return res
	}
	if res, ok := w.listing(s, e.host, p, query); ok {
		return res
	}
	if a := s.lookup(e.host, p); a != nil {
		if junk := s.junk != "" && strings.HasPrefix(query, s.junk+"=") && !strings.Contains(query, "&"); a.path() != p || query != "" && !junk {
			return moved(a.url())
		}
		redesign := s.redesign && s.anew == ""
		return resource{
			status: http.StatusOK, contentType: htmlType, modified: a.lastChange(),
			etag: tag(s.name, a.key(), strconv.Itoa(a.revision), strconv.Itoa(w.fill), strconv.FormatBool(s.redesign)),
			write: func(out io.Writer) error {
				w.mu.RLock()
				whole, filling := s.whole(a), w.fillers[s.name].filling(a.section, a.key(), a.Published)
				w.mu.RUnlock()
				page := newArticlePage(whole, filling)
				if !redesign {
					return w.pages.render(out, s.paper, whole.layout(), page)
				}
				var old bytes.Buffer
				if err := w.pages.render(&old, s.paper, whole.layout(), page); err != nil {
					return err
				}
				_, err := out.Write(redesigned(old.Bytes()))
				return err
			},
		}
	}
	missing := &listPage{page: w.page(s, e, "Không tìm thấy trang", p)}
	return resource{status: http.StatusNotFound, contentType: htmlType, write: func(out io.Writer) error {
		return w.pages.render(out, s.paper, "missing", missing)
	}}
}

var (
	metadata = regexp.MustCompile(`(?s)<meta (?:name|property|itemprop)=[^>]*>|<script type="application/ld\+json">.*?</script>`)
	names    = regexp.MustCompile(`(class|id)="([^"]*)"`)
)

// redesigned is a page with all classes and ids renamed and no metadata.
func redesigned(html []byte) []byte {
	return names.ReplaceAll(metadata.ReplaceAll(html, nil), []byte(`$1="moi-$2"`))
}

// page is the part of a page that is not an article.
func (w *Web) page(s *state, e *edition, title, address string) page {
	return page{paper: s.paper, edition: e, filling: w.fillers[s.name].filling(section{}, address, s.paper.newest), Title: title, Language: e.lang, URL: s.origin(e) + address}
}

func moved(to string) resource { return resource{status: http.StatusMovedPermanently, location: to} }

func question(query string) string {
	if query == "" {
		return ""
	}
	return "?" + query
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}
