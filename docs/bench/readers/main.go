// Command readers asks a running "baoluu serve" for its pages as many readers at once do,
// who follow links from the first page on, and search. It prints, for each kind of page, how
// long answers took, how many bytes the largest had, and what was no answer:
//
//	baoluu serve --archive ARCHIVE &
//	go run ./docs/bench/readers -n 200 -for 20s http://127.0.0.1:8080/
//
// It asks no other server than the one that is named, which has to be on this machine, by its
// number, and it ends by itself.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// seen is what became of the requests for one kind of page.
type seen struct {
	took  []time.Duration
	bytes int
	wrong map[int]int // by status, 0 for none
}

// town is what the readers share.
type town struct {
	start  *url.URL
	client *http.Client
	words  []string

	mu    sync.Mutex
	kinds map[string]*seen
	links []string // paths that pages led to
	known map[string]bool
}

// maxLinks is how many addresses are remembered.
const maxLinks = 50_000

func main() {
	n := flag.Int("n", 200, "how many `readers` at once")
	span := flag.Duration("for", 20*time.Second, "how long")
	queries := flag.String("words", "", "`file` with a query in each line")
	flag.Parse()
	start, err := url.Parse(flag.Arg(0))
	if ip := net.ParseIP(hostOf(start)); err != nil || ip == nil || !ip.IsLoopback() { // it is a load: for a server of one's own
		fmt.Fprintln(os.Stderr, "usage: readers [-n 200] [-for 20s] [-words FILE] http://127.0.0.1:8080/")
		os.Exit(1)
	}
	t := &town{
		start: start, kinds: map[string]*seen{}, known: map[string]bool{}, links: []string{"/"},
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: *n},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       time.Minute,
		},
		words: []string{"cây cầu gỗ", "hoc sinh", `"người dân"`, "nghe an", "tàu khách"},
	}
	if *queries != "" {
		t.words = linesOf(*queries)
	}
	t.ask("/") // the first links
	var wg sync.WaitGroup
	until := time.Now().Add(*span)
	for range *n {
		wg.Go(func() {
			for time.Now().Before(until) {
				t.ask(t.next())
			}
		})
	}
	wg.Wait()
	t.report(*span)
}

// hostOf is the host of an address, without a port.
func hostOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Hostname()
}

// linesOf are the lines of a file that hold anything.
func linesOf(name string) (lines []string) {
	f, err := os.Open(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// next is where a reader goes: one time in eight a search, else some link.
func (t *town) next() string {
	if rand.IntN(8) == 0 {
		return "/search?q=" + url.QueryEscape(t.words[rand.IntN(len(t.words))])
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.links[rand.IntN(len(t.links))]
}

var href = regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)

// ask asks for a path, and notes what its page leads to.
func (t *town) ask(path string) {
	began := time.Now()
	res, err := t.client.Get(t.start.Scheme + "://" + t.start.Host + path)
	status, body := 0, []byte(nil)
	if err == nil {
		status = res.StatusCode
		body, _ = io.ReadAll(res.Body)
		res.Body.Close()
	}
	took := time.Since(began)
	t.mu.Lock()
	defer t.mu.Unlock()
	kind := kindOf(path)
	k := t.kinds[kind]
	if k == nil {
		k = &seen{wrong: map[int]int{}}
		t.kinds[kind] = k
	}
	k.took = append(k.took, took)
	k.bytes = max(k.bytes, len(body))
	if status == 0 || status >= 400 {
		k.wrong[status]++
	}
	if kind == "/raw" {
		return // the links of a page as it was sent are the newspaper's
	}
	for _, m := range href.FindAllSubmatch(body, -1) {
		path, _, _ := strings.Cut(html.UnescapeString(string(m[1])), "#")
		if !t.known[path] && len(t.links) < maxLinks && !strings.HasPrefix(path, "/language/") {
			t.known[path] = true
			t.links = append(t.links, path)
		}
	}
}

// kindOf is the kind of page that a path names.
func kindOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case parts[0] == "p" && len(parts) > 3:
		return "/p/…/" + parts[3]
	case parts[0] == "":
		return "/"
	case strings.HasPrefix(parts[0], "style-"), strings.HasPrefix(parts[0], "script-"), strings.HasPrefix(parts[0], "icon-"):
		return "/style, script"
	}
	return "/" + parts[0]
}

// report prints a line for each kind.
func (t *town) report(span time.Duration) {
	var names []string
	all := 0
	for name, k := range t.kinds {
		names = append(names, name)
		all += len(k.took)
	}
	slices.Sort(names)
	fmt.Printf("%-16s %8s %10s %10s %10s %9s  %s\n", "PAGE", "ANSWERS", "HALF", "95 %", "ALL", "BYTES", "NO ANSWER")
	for _, name := range names {
		k := t.kinds[name]
		slices.Sort(k.took)
		at := func(of100 int) time.Duration { return k.took[(len(k.took)-1)*of100/100].Round(100 * time.Microsecond) }
		wrong := ""
		for status, times := range k.wrong {
			wrong += fmt.Sprintf("%d: %d times ", status, times)
		}
		fmt.Printf("%-16s %8d %10v %10v %10v %9d  %s\n", name, len(k.took), at(50), at(95), at(100), k.bytes, wrong)
	}
	fmt.Printf("%d answers, %.0f a second, of %d addresses\n", all, float64(all)/span.Seconds(), len(t.links))
}
