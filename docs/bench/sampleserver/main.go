// Sampleserver serves the sample web over loopback as a proxy, so that the
// program, or another crawler, can be measured against it from outside:
//
//	go run ./docs/bench/sampleserver -site dantri -grow 10000 -fill 126000
//
// It prints the lines of a shell that sets the proxy and its CA, and serves
// until it is interrupted; the requests it answered are counted on stderr then.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	<-ctx.Done()
	fmt.Fprintf(os.Stderr, "%d requests\n", len(web.Log()))
	return nil
}
