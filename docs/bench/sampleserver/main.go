// Sampleserver serves the sample web over loopback as a proxy, so that the
// program, or another crawler, can be measured against it from outside:
//
//	go run ./docs/bench/sampleserver -site dantri -grow 10000 -fill 126000
//
// It prints the lines of a shell that sets the proxy and its CA, and serves
// until it is interrupted or terminated; the requests it answered are counted on
// stderr then. With -keep it makes all of the grown newspaper's articles first, 150 MB
// for a thousand of them, and sends them as they are, so that its own work is small
// beside that of who asks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

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
	list := flag.Bool("list", false, "print the addresses of its articles instead of serving")
	flag.Parse()

	web := sampleweb.New()
	web.Fill(*fill)
	if err := web.Grow(*site, *grow); err != nil {
		return err
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
	fmt.Fprintf(os.Stderr, "%d requests\n", len(web.Log()))
	return nil
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
