package sampleweb

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Fault is something that goes wrong: it answers a request instead of next, or
// spoils what next answers. [Both] puts two together.
type Fault func(rw http.ResponseWriter, r *http.Request, next http.Handler)

type rule struct {
	choose func(*http.Request) Fault
}

// Fault makes f answer for all addresses that match pattern: host and path,
// where * stands for anything ("dantri.com.vn/*", "*/robots.txt"). A pattern
// with a question mark is compared with the query too. The newest rule that
// matches wins. The function returned takes the rule back.
func (w *Web) Fault(pattern string, f Fault) (remove func()) {
	withQuery := strings.Contains(pattern, "?")
	return w.FaultFunc(func(r *http.Request) Fault {
		address := hostOf(r) + r.URL.Path
		if withQuery {
			address += question(r.URL.RawQuery)
		}
		if matches(pattern, address) {
			return f
		}
		return nil
	})
}

// FaultFunc is [Web.Fault] with a function that chooses; nil lets a request
// through to older rules and the page.
func (w *Web) FaultFunc(choose func(*http.Request) Fault) (remove func()) {
	added := &rule{choose}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, added)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.faults = slices.DeleteFunc(slices.Clone(w.faults), func(r *rule) bool { return r == added })
	}
}

// fault is the fault for a request, or nil.
func (w *Web) fault(r *http.Request) Fault {
	w.mu.RLock()
	rules := w.faults
	w.mu.RUnlock()
	for _, rule := range slices.Backward(rules) {
		if f := rule.choose(r); f != nil {
			return f
		}
	}
	return nil
}

// matches reports whether s fits a pattern in which * stands for any run.
func matches(pattern, s string) bool {
	first, rest, ok := strings.Cut(pattern, "*")
	if !ok {
		return s == pattern
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	for s = s[len(first):]; ; s = s[1:] {
		if matches(rest, s) {
			return true
		}
		if s == "" {
			return false
		}
	}
}

// Both spoils with a what b has spoiled.
func Both(a, b Fault) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		a(rw, r, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { b(rw, r, next) }))
	}
}

// Times is f for the first n requests; later ones get the page.
func Times(n int64, f Fault) Fault {
	var seen atomic.Int64
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if seen.Add(1) > n {
			next.ServeHTTP(rw, r)
			return
		}
		f(rw, r, next)
	}
}

// Status answers with a status and a short page: 403, 429, 500, 503.
func Status(status int) Fault { return RetryAfter(status, "") }

// RetryAfter is [Status] with a Retry-After header: seconds, or a date as
// http.TimeFormat writes it.
func RetryAfter(status int, after string) Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		if after != "" {
			rw.Header().Set("Retry-After", after)
		}
		shortAnswer(rw, status, fmt.Sprintf("<html><head><title>%d %s</title></head><body><center><h1>%[1]d %[2]s</h1></center><hr><center>nginx</center></body></html>\n", status, http.StatusText(status)))
	}
}

// Reset breaks the connection after the header and n bytes of the body; n < 0
// breaks it before the header.
func Reset(n int) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if n >= 0 {
			part(rw, r, next, n)
		}
		panic(http.ErrAbortHandler)
	}
}

// Cut ends the body after half of the bytes that Content-Length promised.
func Cut() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) { part(rw, r, next, -1) }
}

// part sends the header of the page and the first n bytes of its body, half of
// them for n < 0.
func part(rw http.ResponseWriter, r *http.Request, next http.Handler, n int) {
	page := record(r, next)
	page.head(rw)
	if body := page.body.Bytes(); n < 0 || n > len(body) {
		n = len(body) / 2
	}
	rw.Write(page.body.Bytes()[:n])
	http.NewResponseController(rw).Flush()
}

// Slow waits before it answers, or until the client gives up.
func Slow(d time.Duration) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if !wait(r, d) {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(rw, r)
	}
}

// Trickle sends the body in pieces of n bytes with a pause before each.
func Trickle(n int, pause time.Duration) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		page := record(r, next)
		page.head(rw)
		for piece := range slices.Chunk(page.body.Bytes(), n) {
			if !wait(r, pause) {
				panic(http.ErrAbortHandler)
			}
			if _, err := rw.Write(piece); err != nil {
				return
			}
			http.NewResponseController(rw).Flush()
		}
	}
}

// wait is false if the client gave up meanwhile.
func wait(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// ContentType gives the page another Content-Type, or none for "".
func ContentType(value string) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		page := record(r, next)
		page.header["Content-Type"] = nil // none, not a guess of net/http's
		if value != "" {
			page.header.Set("Content-Type", value)
		}
		page.head(rw)
		rw.Write(page.body.Bytes())
	}
}

// Windows1258 sends the page in the Vietnamese code page of old, named in header
// and meta; [ContentType] over it makes the header lie.
func Windows1258() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding")
		page := record(r, next)
		text := metaCharset.ReplaceAllString(page.body.String(), "${1}windows-1258")
		body := windows1258(text)
		if page.header.Get("Content-Type") == htmlType {
			page.header.Set("Content-Type", "text/html; charset=windows-1258")
		}
		page.header.Set("Content-Length", strconv.Itoa(len(body)))
		page.head(rw)
		rw.Write(body)
	}
}

var metaCharset = regexp.MustCompile(`(?i)(<meta[^>]*charset="?)utf-8`)

// tones are the marks that the code page writes after a letter.
const tones = "\u0300\u0301\u0303\u0309\u0323"

func windows1258(s string) []byte {
	var b []byte
	write := func(r rune) bool {
		c, ok := charmap.Windows1258.EncodeRune(r)
		if ok {
			b = append(b, c)
		}
		return ok
	}
	for _, r := range norm.NFC.String(s) {
		if write(r) {
			continue
		}
		var letter, tone []rune
		for _, part := range norm.NFD.String(string(r)) {
			if strings.ContainsRune(tones, part) {
				tone = append(tone, part)
			} else {
				letter = append(letter, part)
			}
		}
		ok := len(tone) == 1
		for _, part := range norm.NFC.String(string(letter)) {
			ok = ok && write(part)
		}
		if ok {
			write(tone[0])
			continue
		}
		b = fmt.Appendf(b, "&#%d;", r)
	}
	return b
}

// RedirectLoop sends the client from an address to itself with a query and back,
// for ever.
func RedirectLoop() Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		to := r.URL.EscapedPath()
		if r.URL.RawQuery == "" {
			to += "?r=1"
		}
		http.Redirect(rw, r, to, http.StatusFound)
	}
}

// Redirect sends the client elsewhere; to "/" it is how some newspapers say
// that an article is gone.
func Redirect(status int, to string) Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) { http.Redirect(rw, r, to, status) }
}

// Challenge answers 200 with a script that sets a cookie and reloads, as
// newspapers do against robots, until the cookie comes back.
func Challenge() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if _, err := r.Cookie("D1N"); err == nil {
			next.ServeHTTP(rw, r)
			return
		}
		shortAnswer(rw, http.StatusOK, `<html><body><script>document.cookie="D1N=6f1c2e9a0b7d4c35"+"; expires=Fri, 31 Dec 2099 23:59:59 GMT; path=/";window.location.reload(true);</script></body></html>`)
	}
}

// Bomb is a page that gzip makes about a thousand times smaller: n bytes once
// unpacked.
func Bomb(n int64) Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Type", htmlType)
		rw.Header().Set("Content-Encoding", "gzip")
		rw.WriteHeader(http.StatusOK)
		z, _ := gzip.NewWriterLevel(rw, gzip.BestCompression)
		io.WriteString(z, "<html><body><p>")
		blank := bytes.Repeat([]byte(" "), 64<<10)
		for left := n; left > 0; left -= int64(len(blank)) {
			if _, err := z.Write(blank[:min(left, int64(len(blank)))]); err != nil {
				return
			}
		}
		z.Close()
	}
}

// Endless is a page that does not end before the client leaves.
func Endless() Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Type", htmlType)
		rw.WriteHeader(http.StatusOK)
		chunk := bytes.Repeat([]byte("<p>Và câu chuyện cứ thế tiếp diễn.</p>\n"), 200)
		for r.Context().Err() == nil {
			if _, err := rw.Write(chunk); err != nil {
				return
			}
		}
	}
}

// EndlessList is a list in which every page has a next page and links that go
// ever deeper.
func EndlessList() Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		dir := strings.TrimSuffix(strings.TrimSuffix(r.URL.EscapedPath(), ".htm"), "/")
		base, n := dir, 1
		if i := strings.LastIndex(dir, "/trang-"); i >= 0 {
			base = dir[:i]
			n, _ = strconv.Atoi(dir[i+len("/trang-"):])
		}
		var b strings.Builder
		b.WriteString("<html><head><title>Lịch</title></head><body><ul>")
		for i := range 10 {
			fmt.Fprintf(&b, `<li><a href="%s/ngay-%d.htm">Ngày %d</a></li>`, base, n*10+i, n*10+i)
		}
		fmt.Fprintf(&b, `<li><a href="%s/xem-them/trang-1.htm">Xem thêm</a></li></ul><a rel="next" href="%s/trang-%d.htm">Trang sau</a></body></html>`, base, base, n+1)
		shortAnswer(rw, http.StatusOK, b.String())
	}
}

// HugeHeaders adds n bytes of header lines to the page.
func HugeHeaders(n int) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		line := strings.Repeat("x", 4000)
		for i := 0; i < n; i += len(line) {
			rw.Header().Add("X-Padding", line[:min(len(line), n-i)])
		}
		next.ServeHTTP(rw, r)
	}
}

// Missing answers 200 with the newspaper's page for what it does not have: a
// soft 404.
func Missing() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		servePath(rw, r, next, "/khong-co-trang-nay")
	}
}

// FrontPage answers 200 with the newspaper's front page.
func FrontPage() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) { servePath(rw, r, next, "/") }
}

// servePath answers 200 with what stands at another path of the host, whatever the
// client has of the page already.
func servePath(rw http.ResponseWriter, r *http.Request, next http.Handler, path string) {
	other := r.Clone(r.Context())
	other.URL.Path, other.URL.RawPath, other.URL.RawQuery = path, "", ""
	other.Header.Del("If-None-Match")
	other.Header.Del("If-Modified-Since")
	rec := record(other, next)
	rec.status = http.StatusOK
	rec.head(rw)
	rw.Write(rec.body.Bytes())
}

// Raw answers with these bytes as they are, status line and header included, and
// closes the connection. In memory, where there is none, it answers what
// net/http reads in them.
func Raw(answer string) Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		if c, _, err := http.NewResponseController(rw).Hijack(); err == nil {
			io.WriteString(c, answer)
			c.Close()
			return
		}
		res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), r)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer res.Body.Close()
		for name, values := range res.Header {
			rw.Header()[name] = values
		}
		rw.WriteHeader(res.StatusCode)
		if _, err := io.Copy(rw, res.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// shortAnswer answers with a short HTML page.
func shortAnswer(rw http.ResponseWriter, status int, body string) {
	rw.Header().Set("Content-Type", htmlType)
	rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
	rw.WriteHeader(status)
	io.WriteString(rw, body)
}

// recorder keeps an answer instead of sending it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func record(r *http.Request, next http.Handler) *recorder {
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(rec, r)
	return rec
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// head sends the header kept.
func (r *recorder) head(rw http.ResponseWriter) {
	for name, values := range r.header {
		rw.Header()[name] = values
	}
	rw.WriteHeader(r.status)
}
