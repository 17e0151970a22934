// Barecolly fetches the addresses in the file URLS with nothing but Colly, which parses
// each page, and throws all away: what is left of a crawl when nothing is kept. It
// prints the addresses that it got. crawl.sh runs it.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"github.com/gocolly/colly/v2"
)

func main() {
	if err := fetch(os.Getenv("URLS")); err != nil {
		fmt.Fprintln(os.Stderr, "barecolly:", err)
		os.Exit(1)
	}
}

func fetch(list string) error {
	f, err := os.Open(list)
	if err != nil {
		return err
	}
	defer f.Close()
	c := colly.NewCollector(colly.Async(true))
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: 4}); err != nil {
		return err
	}
	c.OnHTML("title", func(*colly.HTMLElement) {}) // has Colly parse the page
	c.OnScraped(func(r *colly.Response) { fmt.Println(r.Request.URL) })
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		err = errors.Join(err, c.Visit(lines.Text()))
	}
	c.Wait()
	return errors.Join(err, lines.Err())
}
