package sampleweb

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Server is the web on a loopback port that speaks http, https and the language
// of a proxy, all on that one port. Its certificates are made on demand under an
// authority of its own that dies with it. End it with [Server.Close].
type Server struct {
	handler  http.Handler
	has      func(host string) bool // whom a proxied connection may ask for
	listener *listener
	http     *http.Server
	ca       *authority
	wait     sync.WaitGroup
}

// Listen opens the web on a free port of 127.0.0.1.
func (w *Web) Listen() (*Server, error) { return listen(w, w.has) }

// Listen opens a handler on a free port of 127.0.0.1, as the server of whatever host
// is asked for. [Scheme] tells it how a request came. A connection that it takes over
// by [http.Hijacker] has a method NetConn, which gives what is below TLS.
func Listen(h http.Handler) (*Server, error) {
	return listen(h, func(string) bool { return true })
}

func listen(h http.Handler, has func(host string) bool) (*Server, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, fmt.Errorf("sample web: %w", err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sample web: %w", err)
	}
	s := &Server{handler: h, has: has, ca: ca, listener: &listener{Listener: tcp, conns: make(chan net.Conn), closed: make(chan struct{})}}
	s.http = &http.Server{
		Handler: http.HandlerFunc(s.serve),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, wayKey{}, c.(*conn).way)
		},
		// Close waits for every connection. The first state is reported before
		// Serve can return, so the count never rises from zero during a Wait.
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.wait.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.wait.Done()
			}
		},
		// Broken connections are what some tests are about.
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: 30 * time.Second,
	}
	s.wait.Go(s.accept)
	s.wait.Go(func() { s.http.Serve(s.listener) }) // ends with http.ErrServerClosed
	return s, nil
}

// CA is the authority to trust.
func (s *Server) CA() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.ca.cert)
	return pool
}

// CAPEM is the authority as a file for SSL_CERT_FILE holds it.
func (s *Server) CAPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.ca.cert.Raw})
}

// Addr is where the server listens, "127.0.0.1:40123".
func (s *Server) Addr() string { return s.listener.Addr().String() }

// DialContext dials the server, whatever address is asked for.
func (s *Server) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, s.Addr())
}

// ProxyURL is the proxy through which the web's hosts can be reached: for
// HTTP_PROXY and HTTPS_PROXY.
func (s *Server) ProxyURL() *url.URL { return &url.URL{Scheme: "http", Host: s.Addr()} }

// Close ends the server and every connection, and waits until all is over.
func (s *Server) Close() error {
	err := s.http.Close()
	s.wait.Wait()
	return err
}

// accept hands the connections that come in to the http server.
func (s *Server) accept() {
	for {
		c, err := s.listener.Listener.Accept()
		if err != nil {
			return // closed
		}
		if !s.listener.give(s.newConn(c, false)) {
			return
		}
	}
}

func (s *Server) serve(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		s.handler.ServeHTTP(rw, r)
		return
	}
	if !s.has(hostOf(r)) {
		http.Error(rw, "only the sample newspapers", http.StatusForbidden)
		return
	}
	inner, buffered, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	if _, err := inner.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		inner.Close()
		return
	}
	// What follows is a connection like any other.
	s.listener.give(s.newConn(&unread{Conn: inner, r: buffered.Reader}, true))
}

// has reports whether a host is one of the newspapers'.
func (w *Web) has(host string) bool {
	for _, p := range w.papers {
		if slices.Contains(p.assetHosts, host) || slices.Contains(p.aliases, host) || len(p.onHost(host)) > 0 {
			return true
		}
	}
	return false
}

// listener gives out the connections that accept and CONNECT hand to it.
type listener struct {
	net.Listener
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// give hands a connection over; where the listener is closed it closes it.
func (l *listener) give(c net.Conn) bool {
	select {
	case l.conns <- c:
		return true
	case <-l.closed:
		c.Close()
		return false
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// conn is a connection that finds out from its first byte whether it speaks TLS.
type conn struct {
	net.Conn // the one below, until the first byte is read
	server   *Server
	proxied  bool

	once   sync.Once
	mu     sync.Mutex
	spoken net.Conn // what http reads: Conn, or TLS over it
	secure bool
}

func (s *Server) newConn(c net.Conn, proxied bool) *conn {
	return &conn{Conn: c, server: s, proxied: proxied, spoken: c}
}

// way says how requests on the connection came in.
func (c *conn) way() way {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secure {
		return way{"https", c.proxied}
	}
	return way{"http", c.proxied}
}

// recordHandshake is the first byte of every TLS connection (RFC 8446, 5.1).
const recordHandshake = 22

func (c *conn) Read(b []byte) (int, error) {
	c.once.Do(func() {
		r := bufio.NewReader(c.Conn)
		first, err := r.Peek(1)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.spoken = &unread{Conn: c.Conn, r: r}
		if err == nil && first[0] == recordHandshake {
			c.secure = true
			c.spoken = tls.Server(c.spoken, &tls.Config{GetCertificate: c.server.ca.certificate, NextProtos: []string{"http/1.1"}})
		}
	})
	return c.current().Read(b)
}

// NetConn is the connection below TLS: whoever closes it drops the line without
// TLS's goodbye.
func (c *conn) NetConn() net.Conn { return c.Conn }

func (c *conn) Write(b []byte) (int, error) { return c.current().Write(b) }

func (c *conn) Close() error { return c.current().Close() }

func (c *conn) current() net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spoken
}

// unread is a connection of which some bytes were read ahead.
type unread struct {
	net.Conn
	r *bufio.Reader
}

func (u *unread) Read(b []byte) (int, error) { return u.r.Read(b) }

// authority signs certificates for any host.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	mu    sync.Mutex
	hosts map[string]*tls.Certificate
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	a := &authority{key: key, hosts: map[string]*tls.Certificate{}}
	t := template509("sample web")
	t.IsCA, t.BasicConstraintsValid, t.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("read the certificate made: %w", err)
	}
	return a, nil
}

func template509(name string) *x509.Certificate {
	now := time.Now()
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62)) // never fails since Go 1.24
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(30 * 24 * time.Hour),
	}
}

// certificate is the certificate of the host asked for.
func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.hosts[hello.ServerName]; c != nil {
		return c, nil
	}
	t := template509(hello.ServerName)
	t.DNSNames, t.ExtKeyUsage = []string{hello.ServerName}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, &a.key.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", hello.ServerName, err)
	}
	c := &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: a.key}
	a.hosts[hello.ServerName] = c
	return c, nil
}
