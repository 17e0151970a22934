package transport

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// rawServer answers every connection, directly or through CONNECT, by http or https, with
// one answer as it is, and closes it: with TLS's goodbye, or without.
type rawServer struct {
	answer  string
	goodbye bool
	address string
	ca      *x509.CertPool
}

// rawHost is the name that the certificate is for.
const rawHost = "example.com"

func serveRaw(t *testing.T, answer string, goodbye bool) *rawServer {
	t.Helper()
	log.SetOutput(io.Discard) // net/http tells there of bytes behind an answer
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	secure := httptest.NewTLSServer(nil)
	t.Cleanup(secure.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &rawServer{answer: answer, goodbye: goodbye, address: l.Addr().String(), ca: x509.NewCertPool()}
	s.ca.AddCert(secure.Certificate())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c, &tls.Config{Certificates: secure.TLS.Certificates})
		}
	}()
	return s
}

func (s *rawServer) serve(c net.Conn, config *tls.Config) {
	defer c.Close()
	for {
		r := bufio.NewReader(c)
		if first, err := r.Peek(1); err != nil {
			return
		} else if first[0] == 22 { // a handshake
			c = tls.Server(&peeked{Conn: c, r: r}, config)
			continue
		}
		req, err := http.ReadRequest(r)
		switch {
		case err != nil:
			return
		case req.Method == http.MethodConnect:
			io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			continue
		}
		io.WriteString(c, s.answer)
		if secured, ok := c.(*tls.Conn); ok && s.goodbye {
			secured.Close()
		} else if ok {
			secured.NetConn().Close()
		} else {
			c.Close()
		}
		return
	}
}

// peeked is a connection of which a reader took some already.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// ways are the ways in which an answer of the server can be had.
func (s *rawServer) ways() map[string]Options {
	return map[string]Options{
		"direct": {RootCAs: s.ca, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, s.address)
		}},
		"proxy":          {RootCAs: s.ca, Proxy: "http://" + s.address},
		"proxy over TLS": {RootCAs: s.ca, Proxy: "https://" + rawHost + s.address[strings.LastIndexByte(s.address, ':'):]},
	}
}

const wholePage = "<!DOCTYPE html><html lang=\"vi\"><body><p>Nước sông dâng cao trong đêm.</p></body></html>"

// TestCutBodies: what the wire says of a body's end is believed, unless the body itself says
// that it is whole.
func TestCutBodies(t *testing.T) {
	noProxy(t)
	half := wholePage[:len(wholePage)/2]
	long := strings.Repeat(wholePage, 60)
	zip := string(encode(t, "gzip", []byte(long)))
	for _, tt := range []struct {
		name, head, body string
		abrupt           bool
		want             string
		gap              string // by https
		plain            string // by http: "=" for the same
		note             string
	}{
		{"whole", "Content-Length: %d\r\n", wholePage, false, wholePage, "", "=", ""},
		{"whole, no goodbye", "Content-Length: %d\r\n", wholePage, true, wholePage, "", "=", ""},
		{"less than its length", "Content-Length: 5000\r\n", half, false, half, "short body", "=", "body cut after"},
		{"less than its length, no goodbye", "Content-Length: 5000\r\n", half, true, half, "short body", "=", "body cut after"},
		{"less than its length, but the page ends", "Content-Length: 5000\r\n", wholePage, false, wholePage, "short body", "=", "body cut after"},
		{"the length twice", "Content-Length: %[1]d\r\nContent-Length: %[1]d\r\n", wholePage, false, wholePage, "", "=", ""},
		{"more than its length", "Content-Length: %d\r\n", wholePage + "\r\n\r\n", false, wholePage + "\r\n\r\n", "", "=", ""},
		{"no last chunk", "Transfer-Encoding: chunked\r\n", "5\r\n<p>ab\r\n", false, "<p>ab", "short body", "=", "body cut after"},
		{"a chunk cut", "Transfer-Encoding: chunked\r\n", "15\r\n<p>ab", false, "<p>ab", "short body", "=", "body cut after"},
		{"a last chunk, and no end of the trailer", "Transfer-Encoding: chunked\r\n", "5\r\n<p>ab\r\n0\r\n", false, "<p>ab", "", "=", ""},
		{"chunked, no goodbye", "Transfer-Encoding: chunked\r\n", "5\r\n<p>ab\r\n0\r\n\r\n", true, "<p>ab", "", "=", ""},
		{"until the connection ends", "Connection: close\r\n", half, false, half, "", "=", ""},
		{"until the connection ends, no goodbye", "Connection: close\r\n", half, true, half, "short body", "", "body cut after"},
		{"a page, no goodbye", "Connection: close\r\n", wholePage + "\n<!-- cached -->\n", true, wholePage + "\n<!-- cached -->\n", "", "=", "close_notify"},
		{"a sitemap, no goodbye", "", "<?xml version=\"1.0\"?>\n<urlset><url/></urlset>\n", true, "<?xml version=\"1.0\"?>\n<urlset><url/></urlset>\n", "", "=", "close_notify"},
		{"half a sitemap, no goodbye", "", "<?xml version=\"1.0\"?>\n<urlset><url/>", true, "<?xml version=\"1.0\"?>\n<urlset><url/>", "short body", "", "body cut after"},
		{"rules, no goodbye", "", "User-agent: *\nDisallow: /in/", true, "User-agent: *\nDisallow: /in/", "", "=", "close_notify"},
		{"JSON, no goodbye", "", `{"a": [1, 2]}`, true, `{"a": [1, 2]}`, "", "=", "close_notify"},
		{"half of JSON, no goodbye", "", `{"a": [1, 2`, true, `{"a": [1, 2`, "short body", "", "body cut after"},
		{"gzip, no goodbye", "Content-Encoding: gzip\r\n", zip, true, long, "", "=", "whole by its coding"},
		{"gzip that is less than its length", "Content-Encoding: gzip\r\nContent-Length: 9999\r\n", zip, false, long, "", "", "whole by its coding"},
		{"gzip without a last chunk", "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n", len(zip), zip), false, long, "", "", "whole by its coding"},
		{"half of gzip, no goodbye", "Content-Encoding: gzip\r\n", zip[:len(zip)/2], true, "", "short body", "=", "body cut after"},
		{"half of gzip, of its length", "Content-Encoding: gzip\r\nContent-Length: %d\r\n", zip[:len(zip)/2], false, "", "short body", "=", "body cut after"},
	} {
		if strings.Contains(tt.head, "%") {
			n := len(tt.body)
			if strings.HasPrefix(tt.name, "more") {
				n, tt.want = len(wholePage), wholePage
			}
			tt.head = fmt.Sprintf(tt.head, n)
		}
		s := serveRaw(t, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"+tt.head+"\r\n"+tt.body, !tt.abrupt)
		for way, o := range s.ways() {
			if way == "proxy over TLS" { // there is no such name
				o.Proxy, o.Dial = "", func(ctx context.Context, network, _ string) (net.Conn, error) {
					d := &dialer{tls: &tls.Config{RootCAs: s.ca}}
					c, err := new(net.Dialer).DialContext(ctx, network, s.address)
					if err == nil {
						c, err = d.handshake(ctx, c, rawHost+":443")
					}
					if err == nil {
						err = d.askThrough(ctx, c, nil, rawHost+":443")
					}
					return c, err
				}
			}
			for _, scheme := range []string{"http", "https"} {
				wantGap, note := tt.gap, tt.note
				if scheme == "http" {
					if way == "proxy over TLS" {
						continue // never by a tunnel
					}
					if tt.abrupt && tt.plain != "=" {
						wantGap = tt.plain
					}
					if tt.abrupt && wantGap == "" {
						note = ""
					}
				}
				x := askBy(t, o, scheme+"://"+rawHost+"/")
				if got := Gap(x.Err); got != wantGap {
					t.Errorf("%s, %s, %s: gap %q, want %q: %v", tt.name, way, scheme, got, wantGap, x.Err)
				}
				if body := string(x.Body); body != tt.want && (tt.want != "" || body == "" || !strings.HasPrefix(long, body)) {
					t.Errorf("%s, %s, %s: body %.100q", tt.name, way, scheme, body)
				}
				if notes := strings.Join(x.Notes, "\n"); note != "" && !strings.Contains(notes, note) || note == "" && strings.Contains(notes, "body cut") {
					t.Errorf("%s, %s, %s: notes %q, want %q", tt.name, way, scheme, notes, note)
				}
			}
		}
	}
}

// A redirect or an error says by its status what there is to say.
func TestNoGoodbyeOfOthers(t *testing.T) {
	for _, status := range []string{"301 Moved", "404 Not Found", "304 Not Modified", "204 No Content"} {
		s := serveRaw(t, "HTTP/1.1 "+status+"\r\nConnection: close\r\nLocation: /x\r\n\r\n", false)
		if x := askBy(t, s.ways()["direct"], "https://"+rawHost+"/"); x.Err != nil {
			t.Errorf("%s: %v", status, x.Err)
		}
	}
}

// TestChunkLines: what browsers read of chunks is read, and of what they refuse nothing is made up.
func TestChunkLines(t *testing.T) {
	for _, tt := range []struct {
		name, chunks, want string
		refused            bool
	}{
		{"sound", "5\r\nabcde\r\n0\r\n\r\n", "abcde", false},
		{"extensions", "5;a=b\r\nabcde\r\n0;last\r\n\r\n", "abcde", false},
		{"a quoted extension", "5;a=\"b;c\"\r\nabcde\r\n0\r\n\r\n", "abcde", false},
		{"a blank before the extension", "5 ;a=b\r\nabcde\r\n0 ;x\r\n\r\n", "abcde", false},
		{"tabs and blanks", "5 \t ; a = b \r\nabcde\r\n0\t\r\n\r\n", "abcde", false},
		{"blanks behind", "5    \r\nabcde\r\n0   \r\n\r\n", "abcde", false},
		{"zeros before", "00000005\r\nabcde\r\n000\r\n\r\n", "abcde", false},
		{"capital digits", "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", false},
		{"newlines alone", "5\nabcde\n3;x\nfgh\n0\n\n", "abcdefgh", false},
		{"newlines within data", "4\r\n\r\n\r\n\r\n1\r\n\n\r\n0\r\n\r\n", "\r\n\r\n\n", false},
		{"a trailer", "5\r\nabcde\r\n0\r\nX-Trailer: 1\r\nY: 2\r\n\r\n", "abcde", false},
		{"a trailer that is no header", "5\r\nabcde\r\n0\r\n!! done\r\n\r\n", "abcde", false},
		{"no end of the trailer", "5\r\nabcde\r\n0\r\nX: 1\r\n", "abcde", false},
		{"no trailer", "5\r\nabcde\r\n0\r\n", "abcde", false},
		{"bytes behind", "5\r\nabcde\r\n0\r\n\r\nmore", "abcde", false},
		{"a long extension", "5;" + strings.Repeat("x", 5000) + "\r\nabcde\r\n0\r\n\r\n", "abcde", false},

		{"two numbers", "5 5\r\nabcde\r\n0\r\n\r\n", "5 5\r\nabcde\r\n0\r\n\r\n", true},
		{"a return within", "5\r5\r\nabcde\r\n0\r\n\r\n", "5\r5\r\nabcde\r\n0\r\n\r\n", true},
		{"no number", ";x\r\nabcde\r\n0\r\n\r\n", ";x\r\nabcde\r\n0\r\n\r\n", true},
		{"a sign", "+5\r\nabcde\r\n0\r\n\r\n", "+5\r\nabcde\r\n0\r\n\r\n", true},
		{"0x", "0x5\r\nabcde\r\n0\r\n\r\n", "0x5\r\nabcde\r\n0\r\n\r\n", true},
		{"too large a number", "10000000000000005\r\nabcde\r\n0\r\n\r\n", "10000000000000005\r\nabcde\r\n0\r\n\r\n", true},
		{"blanks before the size", " 5\r\nabcde\r\n\t 5 \r\nfghij\r\n 0\r\n\r\n", "abcdefghij", false},
		{"more zeros than a size has digits", strings.Repeat("0", 30) + "5\r\nabcde\r\n" + strings.Repeat("0", 30) + "\r\n\r\n", "abcde", false},
		{"no number behind a chunk", "5\r\nabcde\r\nx\r\n", "abcdex\r\n", true},
		{"an extension without end", "5;" + strings.Repeat("x", maxHeader+10), "", true},
		{"blanks without end", "5" + strings.Repeat(" ", 300), "5" + strings.Repeat(" ", 300), true},
		{"no newline behind data", "5\r\nabcdefg\r\n0\r\n\r\n", "abcdefg\r\n0\r\n\r\n", true},
		{"never chunked", "<html><body>abcde</body></html>", "<html><body>abcde</body></html>", true},
		{"never chunked, and digits first", "abc <p>", "abc <p>", true},
		{"a chunk cut", "5\r\nabc", "abc", true},
		{"no last chunk", "5\r\nabcde\r\n", "abcde", true},
		{"a last chunk cut", "5\r\nabcde\r\n0", "abcde", true},
	} {
		answer := "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"HTTP/1.1 200 OK\r\nTransfer-encoding:  Chunked \r\nContent-Type: text/plain\r\n\r\n" + tt.chunks
		for _, scheme := range []string{"http", "https"} {
			x := askBy(t, serveRaw(t, answer, true).ways()["direct"], scheme+"://"+rawHost+"/")
			if string(x.Body) != tt.want || (x.Err != nil) != tt.refused || x.Status != 200 {
				t.Errorf("%s, %s: %d, %q, %v", tt.name, scheme, x.Status, x.Body, x.Err)
			}
		}
	}
}

// TestFraming: where an answer ends is read as browsers read it, and its head is kept as it came.
func TestFraming(t *testing.T) {
	const body = "<p>abcde</p>"
	chunks := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	zip := string(encode(t, "gzip", []byte(body)))
	for _, tt := range []struct {
		head, sent string
		refused    bool
	}{
		{"Transfer-Encoding: identity\r\nContent-Length: 12\r\n", body, false},
		{"Transfer-Encoding: identity\r\n", body, false},
		{"Transfer-Encoding: chunked\r\nTransfer-Encoding: Chunked\r\n", chunks, false},
		{"Transfer-Encoding: chunked, chunked\r\n", chunks, false},
		{"Transfer-Encoding: identity, chunked\r\n", chunks, false},
		{"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunks, false},
		{"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", chunks, false},
		{"Transfer-Encoding: gzip, chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(zip), zip), false},
		{"Transfer-Encoding: gzip\r\n", zip, false},
		{"Transfer-Encoding:\r\n chunked\r\n", chunks, false},
		{"Content-Length: 12\r\ncontent-length: 12\r\n", body + "more", false},
		{"Content-Length: 12, 12\r\n", body + "more", false},
		{"Content-Length: 012\r\n", body + "more", false},
		{"Content-Length:\r\n", body, false},
		{"Content-Length: \r\nContent-Length: 12\r\n", body + "more", false},
		{"Content-Length: -1\r\n", body, false},
		{"Content-Length: +12\r\n", body, false},
		{"Content-Length: twelve\r\n", body, false},
		{"Content-Length: 99999999999999999999\r\n", body, false},
		{"X-Long: " + strings.Repeat("Content-Length: 5;", 500) + "\r\nContent-Length: 12\r\n", body + "more", false},
		{"Content-Length: 12\r\nContent-Length: 5\r\n", body, true},
		{"Content-Length: 12, 5\r\n", body, true},
	} {
		s := serveRaw(t, "HTTP/1.1 103 Early Hints\r\nContent-Length: 4\r\n\r\nHTTP/1.1 200 OK\r\n"+tt.head+"Content-Type: text/html\r\n\r\n"+tt.sent, true)
		for _, scheme := range []string{"http", "https"} {
			x := askBy(t, s.ways()["direct"], scheme+"://"+rawHost+"/")
			if (x.Err != nil) != tt.refused || !tt.refused && string(x.Body) != body {
				t.Errorf("%.60q, %s: %q, %v", tt.head, scheme, x.Body, x.Err)
			}
			var got string
			for _, f := range x.Head.Fields {
				got += f.Name + ": " + f.Value + "\r\n"
			}
			if !tt.refused && strings.ReplaceAll(got, ": ", ":") != strings.NewReplacer("\r\n ", "", ": ", ":").Replace(tt.head)+"Content-Type:text/html\r\n" {
				t.Errorf("head %q", got)
			}
		}
	}
}

// What is not chunked passes as it is, whatever it looks like.
func TestChunkLinesPass(t *testing.T) {
	const like = "5 ;x\nabcde\n0\n\n"
	for _, head := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nX-Transfer-Encoding: chunked\r\nTransfer-Encodings: chunked\r\n\r\n",
	} {
		x := askBy(t, serveRaw(t, head+like, true).ways()["direct"], "https://"+rawHost+"/")
		if string(x.Body) != like || x.Err != nil {
			t.Errorf("%q: %q, %v", head, x.Body, x.Err)
		}
	}
}

// FuzzFraming: an answer that net/http reads is read the same when it is rewritten, in whatever
// pieces it comes; what is rewritten does not grow beyond a newline for each byte.
func FuzzFraming(f *testing.F) {
	const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, s := range []string{"5\r\nabcde\r\n0\r\n\r\n", "5 ;a=b\r\nabcde\r\n0\r\nX: 1\r\n\r\n", "1\nx\n0\n", "x", "5;\r\nab"} {
		f.Add([]byte(head + s))
	}
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\ncontent-length:3\r\nTransfer-Encoding: gzip\r\n\r\nabc"))
	f.Add([]byte("HTTP/1.0 200\nTransfer-Encoding:\n chunked\nContent-Length: x\n\nabc"))
	read := func(r io.Reader) (string, error) {
		res, err := http.ReadResponse(bufio.NewReader(r), nil)
		for err == nil && res.StatusCode < 200 {
			return "", errors.New("not the final one")
		}
		if err != nil {
			return "", err
		}
		body, err := io.ReadAll(res.Body)
		return string(body), err
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var whole, bytewise framing
		rewritten := whole.end(whole.rewrite(nil, raw))
		if len(rewritten) > 2*len(raw)+20 {
			t.Fatalf("%d bytes of %d", len(rewritten), len(raw))
		}
		var pieces []byte
		for i := range raw {
			if bytewise.passes(1) {
				pieces = append(pieces, raw[i])
			} else {
				pieces = bytewise.rewrite(pieces, raw[i:i+1])
			}
		}
		got, err2 := read(iotest.OneByteReader(bytes.NewReader(rewritten)))
		if body, err := read(bytes.NewReader(bytewise.end(pieces))); body != got || (err == nil) != (err2 == nil) {
			t.Fatalf("%q, %v at once; %q, %v byte by byte", got, err2, body, err)
		}
		want, err := read(bytes.NewReader(raw))
		if err == nil && (got != want || err2 != nil) {
			t.Fatalf("net/http reads %q; rewritten it is %q, %v", want, got, err2)
		}
	})
}

// Heads that cost more than they say: over a connection as in memory they are read at once, or
// refused as too large.
func TestHostileHeadsOverAConnection(t *testing.T) {
	for name, tt := range map[string]struct{ head, gap string }{
		"folded":       {"A: b\r\n" + strings.Repeat(" x\r\n", 50_000), ""},
		"folded empty": {"A: b\n" + strings.Repeat(" \n", 120_000), ""},
		"many fields":  {strings.Repeat("a:\n", maxHeadFields+1), "too large"},
		"endless":      {strings.Repeat("A: b\r\n", maxHeader), "too large"},
	} {
		x := askBy(t, serveRaw(t, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"+tt.head+"\r\nbody", true).ways()["direct"], "https://"+rawHost+"/")
		if Gap(x.Err) != tt.gap || tt.gap == "" && (string(x.Body) != "body" || len(x.Head.Fields) != 2) {
			t.Errorf("%s: %q, %d fields, %v", name, x.Body, len(x.Head.Fields), x.Err)
		}
	}
}
