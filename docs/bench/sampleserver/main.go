// Sampleserver serves the sample web over loopback as a proxy, so that the
// program, or another crawler, can be measured against it from outside:
//
//	go run ./docs/bench/sampleserver -site dantri -grow 10000 -fill 126000
//
// With -fault, addresses go wrong, as often as the flag is given; a star stands for
// anything, and a scheme may stand before an address:
//
//	-fault 'dantri.com.vn/xa-hoi.htm=status 503' -fault '*/robots.txt=hang'
//	-fault 'vov.vn/*=redirect http://169.254.169.254/'
//
// It prints the lines of a shell that sets the proxy and its CA, and serves
// until it is interrupted or terminated; the requests it answered are counted on
// stderr then, and with -log written to a file, one a line: time, address, status.
// With -keep it makes all of the grown newspaper's articles first, 150 MB for a
// thousand of them, and sends them as they are, so that its own work is small
// beside that of who asks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"baoluu/crawler/sampleweb"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "sampleserver:", err)
		os.Exit(1)
	}
}

func serve() error {
	site := flag.String("site", "dantri", "newspaper that grows")
	grow := flag.Int("grow", 0, "articles more")
	fill := flag.Int("fill", 0, "bytes of a page; 0 leaves pages short")
	keep := flag.Bool("keep", false, "make the articles before serving, and keep them")
	log := flag.String("log", "", "file for the log of requests")
	var faults []string
	flag.Func("fault", "ADDRESS=WHAT goes wrong there; ADDRESS is host and path, with or without https://, * for anything: "+strings.Join(slices.Sorted(maps.Keys(kinds())), ", "), func(s string) error {
		faults = append(faults, s)
		return nil
	})
	list := flag.Bool("list", false, "print the addresses of its articles instead of serving")
	flag.Parse()

	web := sampleweb.New()
	web.Fill(*fill)
	if err := web.Grow(*site, *grow); err != nil {
		return err
	}
	for _, f := range faults {
		if err := spoil(web, f); err != nil {
			return err
		}
	}
	if *list {
		for _, address := range web.Articles(*site) {
			fmt.Println(address)
		}
		return nil
	}
	if *keep {
		web.Keep()
		if err := visit(web, *site); err != nil {
			return err
		}
	}
	server, err := web.Listen()
	if err != nil {
		return err
	}
	defer server.Close()
	dir, err := os.MkdirTemp("", "sampleserver-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, server.CAPEM(), 0o644); err != nil {
		return err
	}
	fmt.Printf("export HTTP_PROXY=%[1]s HTTPS_PROXY=%[1]s SSL_CERT_FILE=%[2]s\n", server.ProxyURL(), ca)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	<-ctx.Done()
	hits := web.Log()
	fmt.Fprintf(os.Stderr, "%d requests\n", len(hits))
	if *log == "" {
		return nil
	}
	var b strings.Builder
	for _, h := range hits {
		fmt.Fprintf(&b, "%s %s %d\n", h.Time.Format(time.StampMicro), h.URL(), h.Status)
	}
	return os.WriteFile(*log, []byte(b.String()), 0o644)
}

// kinds are the faults by name; what follows the name is the argument.
func kinds() map[string]func(arg string) (sampleweb.Fault, error) {
	just := func(f func() sampleweb.Fault) func(string) (sampleweb.Fault, error) {
		return func(string) (sampleweb.Fault, error) { return f(), nil }
	}
	return map[string]func(string) (sampleweb.Fault, error){
		"altered":     just(sampleweb.Altered),
		"another":     func(path string) (sampleweb.Fault, error) { return sampleweb.Another(path), nil },
		"bomb":        just(func() sampleweb.Fault { return sampleweb.Bomb(100_000_000) }),
		"breakoff":    just(sampleweb.BreakOff),
		"challenge":   just(sampleweb.Challenge),
		"cut":         just(sampleweb.Cut),
		"database":    just(sampleweb.DatabaseError),
		"empty":       just(sampleweb.EmptyTemplate),
		"endless":     just(sampleweb.Endless),
		"framed":      just(sampleweb.Framed),
		"front":       just(sampleweb.FrontPage),
		"hang":        just(func() sampleweb.Fault { return sampleweb.Slow(time.Hour) }),
		"login":       just(sampleweb.LogIn),
		"loop":        just(sampleweb.RedirectLoop),
		"maintenance": just(sampleweb.Maintenance),
		"missing":     just(sampleweb.Missing),
		"parked":      just(sampleweb.Parked),
		"reset":       just(func() sampleweb.Fault { return sampleweb.Reset(-1) }),
		"store":       just(sampleweb.StoreError),
		"redirect":    func(to string) (sampleweb.Fault, error) { return sampleweb.Redirect(http.StatusFound, to), nil },
		"status": func(arg string) (sampleweb.Fault, error) { // "429 120": with a Retry-After
			code, after, _ := strings.Cut(arg, " ")
			n, err := strconv.Atoi(code)
			return sampleweb.RetryAfter(n, after), err
		},
	}
}

// spoil sets one fault of the command line.
func spoil(web *sampleweb.Web, flag string) error {
	pattern, name, arg, err := parseFault(flag)
	if err != nil {
		return err
	}
	fault, err := kinds()[name](arg)
	if err != nil {
		return fmt.Errorf("-fault %s: %w", flag, err)
	}
	web.Fault(pattern, fault)
	return nil
}

// parseFault parts "ADDRESS=WHAT ARGUMENT". An address may have its scheme and a query
// with "=", as it is copied.
func parseFault(flag string) (pattern, name, arg string, err error) {
	for i := range flag {
		if flag[i] != '=' {
			continue
		}
		name, arg, _ = strings.Cut(flag[i+1:], " ")
		if _, ok := kinds()[name]; ok {
			pattern = flag[:i]
			break
		}
	}
	if pattern == "" {
		return "", "", "", fmt.Errorf("-fault %s: want ADDRESS=WHAT, and WHAT is one of %s", flag, strings.Join(slices.Sorted(maps.Keys(kinds())), ", "))
	}
	if _, rest, ok := strings.Cut(pattern, "://"); ok {
		pattern = rest
	}
	if !strings.ContainsAny(pattern, "/*") {
		pattern += "/" // a host is its front page
	}
	return pattern, name, arg, nil
}

// visit asks for each article once, zipped and plain.
func visit(web *sampleweb.Web, site string) error {
	for _, address := range web.Articles(site) {
		for _, coding := range []string{"gzip", "identity"} {
			r, err := http.NewRequest(http.MethodGet, address, nil)
			if err != nil {
				return err
			}
			r.Header.Set("Accept-Encoding", coding)
			res, err := web.RoundTripper().RoundTrip(r)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, res.Body)
			if err = errors.Join(err, res.Body.Close()); err != nil {
				return err
			}
		}
	}
	web.Reset() // these were no requests
	return nil
}
