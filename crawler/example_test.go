package crawler_test

import (
	"context"
	"fmt"
	"os"

	"baoluu/archive"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// One run over a newspaper of the sample web, and another after an article was published.
func Example() {
	dir, err := os.MkdirTemp("", "baoluu-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	store, err := archive.Create(dir)
	if err != nil {
		panic(err)
	}
	web := sampleweb.New()
	site, _ := sites.ByName("vov")
	options := crawler.Options{Transport: web.RoundTripper()}

	run, err := crawler.Crawl(context.Background(), store, site, options)
	fmt.Println(run.End, err)
	fmt.Println(run.New, "articles are new")

	if _, err := web.Publish("vov"); err != nil {
		panic(err)
	}
	run, err = crawler.Crawl(context.Background(), store, site, options)
	fmt.Println(run.End, err)
	fmt.Println(run.New, "is new")
	// Output:
	// done <nil>
	// 10 articles are new
	// done <nil>
	// 1 is new
}
