package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"
)

// errProxy is returned where the proxy does not lead on to the newspaper.
var errProxy = errors.New("proxy")

// dialer makes the connections: to newspapers behind the address guard, and to
// the owner's proxies. TLS and tunnels are its own work and not
// [http.Transport]'s, so that a [tapConn] lies above them and sees what the
// newspaper sends in plain text.
type dialer struct {
	timeout   time.Duration // of a connection, with tunnel and handshake
	userAgent string
	tls       *tls.Config
	// listener, where set, is asked for every address: [Options.Dial].
	listener func(ctx context.Context, network, addr string) (net.Conn, error)
	// open dials proxies, guarded all else.
	open, guarded *net.Dialer
	proxies       []string // host:port of each
	proxyFor      func(*url.URL) (*url.URL, error)
}

func newDialer(o Options) (*dialer, error) {
	d := &dialer{
		timeout: o.Timeout, userAgent: o.UserAgent, listener: o.Dial,
		// Nothing but HTTP/1.1 is spoken: docs/decisions/0011-http1.md.
		tls:      &tls.Config{RootCAs: o.RootCAs, NextProtos: []string{"http/1.1"}},
		open:     &net.Dialer{},
		guarded:  &net.Dialer{Control: guardDial},
		proxyFor: func(*url.URL) (*url.URL, error) { return nil, nil },
	}
	var err error
	if d.tls.RootCAs == nil {
		if d.tls.RootCAs, err = trustedCAs(); err != nil {
			return nil, err
		}
	}
	if d.listener != nil {
		return d, nil // a listener of our own: no proxy knows it
	}
	settings := proxySettings(o.Proxy)
	if d.proxies, err = proxyAddresses(settings); err != nil {
		return nil, err
	}
	d.proxyFor = settings.ProxyFunc()
	return d, nil
}

// proxySettings are those of one address, else of the environment.
func proxySettings(address string) *httpproxy.Config {
	if address != "" {
		return &httpproxy.Config{HTTPProxy: address, HTTPSProxy: address}
	}
	return httpproxy.FromEnvironment()
}

// ProxyFor gives the proxy that an address is asked through, nil for none, where address names
// a proxy for all and the environment's settings hold where it is "".
func ProxyFor(address string) func(*url.URL) (*url.URL, error) {
	return proxySettings(address).ProxyFunc()
}

// proxyAddresses are the host:port of the configured proxies, spelt as
// [http.Transport] dials them. They are the owner's own choice and so may lie
// in the local network.
func proxyAddresses(c *httpproxy.Config) ([]string, error) {
	var addrs []string
	for _, raw := range []string{c.HTTPProxy, c.HTTPSProxy} {
		if raw == "" {
			continue
		}
		if !strings.Contains(raw, "://") {
			raw = "http://" + raw // as httpproxy reads it
		}
		u, err := url.Parse(raw)
		if err != nil || u.Hostname() == "" {
			return nil, errors.New("the proxy is no address") // it may hold a password
		}
		addrs = append(addrs, proxyAddress(u))
	}
	return addrs, nil
}

func proxyAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// forward is the proxy that a request is handed to whole: an HTTP proxy, for
// plain http. To all else the dialer makes its way itself.
func (d *dialer) forward(r *http.Request) (*url.URL, error) {
	p, err := d.proxyFor(r.URL)
	if err != nil || p == nil || r.URL.Scheme != "http" || isSocks(p) {
		return nil, err
	}
	return p, nil
}

func isSocks(p *url.URL) bool { return p.Scheme == "socks5" || p.Scheme == "socks5h" }

// plain is [http.Transport]'s DialContext: to a newspaper asked by http, or to
// the proxy for it.
func (d *dialer) plain(ctx context.Context, _, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	c, err := d.connect(ctx, "http", addr)
	if err != nil {
		return nil, err
	}
	return &tapConn{Conn: c}, nil
}

// secure is [http.Transport]'s DialTLSContext: to a newspaper asked by https, or
// to a proxy that wants TLS itself.
func (d *dialer) secure(ctx context.Context, _, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	c, err := d.connect(ctx, "https", addr)
	if err != nil {
		return nil, err
	}
	raw := &endConn{Conn: c}
	if c, err = d.handshake(ctx, raw, addr); err != nil {
		return nil, err
	}
	return &tapConn{Conn: c, below: raw}, nil
}

// connect opens a connection to addr, through a tunnel where a proxy is set for
// it.
func (d *dialer) connect(ctx context.Context, scheme, addr string) (net.Conn, error) {
	if d.listener != nil {
		return d.listener(ctx, "tcp", addr)
	}
	if slices.Contains(d.proxies, addr) {
		return d.open.DialContext(ctx, "tcp", addr)
	}
	p, err := d.proxyFor(&url.URL{Scheme: scheme, Host: addr})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProxy, err)
	}
	if p == nil {
		return d.guarded.DialContext(ctx, "tcp", addr)
	}
	return d.tunnel(ctx, p, addr)
}

// tunnel opens a connection to addr through a proxy.
func (d *dialer) tunnel(ctx context.Context, p *url.URL, addr string) (net.Conn, error) {
	if isSocks(p) {
		var auth *proxy.Auth
		if p.User != nil {
			auth = &proxy.Auth{User: p.User.Username()}
			auth.Password, _ = p.User.Password()
		}
		socks, err := proxy.SOCKS5("tcp", proxyAddress(p), auth, d.open)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errProxy, err)
		}
		return socks.(proxy.ContextDialer).DialContext(ctx, "tcp", addr)
	}
	c, err := d.open.DialContext(ctx, "tcp", proxyAddress(p))
	if err == nil && p.Scheme == "https" {
		c, err = d.handshake(ctx, c, proxyAddress(p))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProxy, err)
	}
	if err := d.askThrough(ctx, c, p.User, addr); err != nil {
		c.Close()
		return nil, fmt.Errorf("%w: %w", errProxy, err)
	}
	return c, nil
}

// askThrough has an HTTP proxy connect c with addr (RFC 9110, 9.3.6).
func (d *dialer) askThrough(ctx context.Context, c net.Conn, user *url.Userinfo, addr string) error {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) }) // wakes what reads
	defer stop()
	req := &http.Request{
		Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr,
		Header: http.Header{"User-Agent": {d.userAgent}},
	}
	if user != nil {
		password, _ := user.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := req.Write(c); err != nil {
		return errors.Join(err, ctx.Err())
	}
	// What is buffered beyond the answer is nothing: a TLS server does not speak
	// first.
	res, err := http.ReadResponse(bufio.NewReader(io.LimitReader(c, maxHeader)), req)
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answers %s", res.Status)
	}
	if !stop() {
		return ctx.Err()
	}
	return nil
}

// handshake begins TLS on c, which it closes where that fails.
func (d *dialer) handshake(ctx context.Context, c net.Conn, addr string) (net.Conn, error) {
	config := d.tls.Clone()
	config.ServerName, _, _ = net.SplitHostPort(addr)
	secured := tls.Client(c, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return secured, nil
}
