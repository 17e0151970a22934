//go:build unix

// Hostile measures what documents that attack parsers cost the program: one of each
// trick that is known, 10 MB unpacked, given to the command that would meet it. It prints a table:
//
//	go run ./docs/bench/hostile                     # all of them, some minutes
//	go run ./docs/bench/hostile -only feed -size 200000
//	go run ./docs/bench/hostile -program OLD        # of another build
//
// Time is the processor's, memory the most that was resident. A command that takes longer than a
// minute is killed.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"baoluu/crawler/sampleweb"
)

func main() {
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
}

// trick is one document: begin, then the token over and over with a number in it that counts
// up, then end.
type trick struct {
	what              string
	begin, token, end string
	size              int // 0 is what the command line says
}

const (
	story = `<!doctype html><html><head><title>Tin</title></head><body><article class="singular-container"><h1 class="title-page">Tin</h1><h2 class="singular-sapo">Một câu mở đầu của bài.</h2><div class="singular-content">`
	rss   = `<rss version="2.0" xmlns:a="urn:a"><channel><item><title>x</title>`
	atom  = `<feed xmlns="http://www.w3.org/2005/Atom"><entry>`
	// set is a sitemap of one address a token.
	set = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
)

var pages = []trick{
	{what: "elements within one another", begin: story, token: "<div>"},
	{what: "formatting left open", begin: story + strings.Repeat("<b>", 300), token: "<p>x"},
	{what: "formatting with names left open", begin: story, token: "<b a%d><p>"},
	{what: "`<body aN=b>`", begin: story, token: "<body a%d=b>"},
	{what: "one tag of attributes", begin: story + "<p ", token: "a%d "},
	{what: "`x<br>`", begin: story, token: "x<br>"},
	{what: "as many `x<br>` as are read", begin: story, token: "x<br>", size: 1_900_000},
	{what: "as many `<table>x`", begin: story, token: "<table>x", size: 3_000_000},
	{what: "as many paragraphs", begin: story, token: "<p>Theo Nguyễn Văn A, ngày 12/3/2020 10:30. </p>"},
	{what: "one word", begin: story, token: "ế"},
	{what: "one word, by references", begin: story, token: "&#7871;"},
	{what: "text in a font (VNI)", begin: story, token: "n\xf6\xf4\xf9c "},
	{what: "text in a font (TCVN3)", begin: story, token: "Vi\xd6t "},
	{what: "JSON-LD nested", begin: story + `<script type="application/ld+json">`, token: `{"a":`, end: "</script>"},
	{what: "JSON-LD of `{}`", begin: story + `<script type="application/ld+json">[`, token: `{},`, end: "{}]</script>"},
	{what: "tags in the quotes of others", begin: story, token: `<q x='<b y="`},
	{what: "comments that do not end", begin: story, token: "<!--"},
	{what: "`<svg>` left open", begin: story, token: "<svg>"},
}

var feeds = []trick{
	{what: "elements of another namespace within one another", begin: rss, token: "<a:b>"},
	{what: "the same with text between", begin: rss + "<a:c>", token: "x<a:b/>"},
	{what: "`xml:base` within one another", begin: atom, token: `<a xml:base="aaaaaaaaaaaaaaaaaa/">`},
	{what: "encodings declared again and again", begin: `<?xml version="1.0" encoding="utf-7"?>`, token: `<?xml encoding="windows-1258"?>`},
	{what: "`<item/>`", begin: `<rss version="2.0"><channel>`, token: "<item/>"},
	{what: "items with an address each", begin: `<rss version="2.0"><channel>`, token: "<item><link>https://dantri.com.vn/x%d</link></item>"},
	{what: "entities", begin: `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">]>` + rss, token: "&a;"},
	{what: "attributes", begin: rss + "<link ", token: `a%d="b" `},
	{what: "JSON feed of `{}`", begin: `{"items":[`, token: "{},", end: "{}]}"},
	{what: "JSON feed nested", begin: `{"items":[`, token: `{"a":[`},
	{what: "JSON feed with an id of lists", begin: `{"items":[{"id":`, token: "[", end: ""},
	{what: "sitemap of one address again and again", begin: set, token: "<url><loc>https://dantri.com.vn/a-20260101.htm</loc></url>"},
	{what: "index of itself", begin: `<sitemapindex>`, token: "<sitemap><loc>https://dantri.com.vn/rss/home.rss?%d</loc></sitemap>"},
	{what: "text", begin: "", token: "https://dantri.com.vn/x y\n"},
}

var heads = []trick{
	{what: "folded lines", begin: "A: b\r\n", token: " x\r\n", size: 200_000},
	{what: "folded lines of a newline alone", begin: "A: b\r\n", token: " x\n", size: 200_000},
	{what: "fields", token: "a%d:b\r\n", size: 200_000},
	{what: "endless", token: "a%d:b\r\n"},
}

var warcs = []trick{
	{what: "folded lines in a record's header", begin: "WARC/1.1\r\nA: b\r\n", token: " x\n"},
	{what: "folded lines in an answer's head", begin: response + "HTTP/1.1 200 OK\r\nA: b\r\n", token: " x\n"},
	{what: "`WARC/1.1`", token: "WARC/1.1\r\n"},
	{what: "blank lines", begin: "WARC/1.1\r\n", token: "\r\n"},
	{what: "records without a block", token: "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"},
	{what: "fields", begin: "WARC/1.1\r\n", token: "a%d: b\r\n"},
}

const response = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://dantri.com.vn/a-20260101000000000.htm\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: 9000000\r\n\r\n"

// bombs are codings of blanks, so many bytes of them.
var bombs = []struct {
	coding string
	open   func(io.Writer) io.WriteCloser
}{
	{"gzip", func(w io.Writer) io.WriteCloser { z, _ := gzip.NewWriterLevel(w, gzip.BestCompression); return z }},
	{"br", func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, 9) }},
	{"zstd", func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z }},
}

// bench runs the program.
type bench struct {
	program, dir string
	only         string
	size         int
}

func measure() error {
	b := &bench{}
	flag.StringVar(&b.program, "program", "", "the program; \"\" builds it")
	flag.StringVar(&b.only, "only", "", "tricks whose name holds this")
	flag.IntVar(&b.size, "size", 10_000_000, "bytes of a document, unpacked")
	flag.Parse()
	var err error
	if b.dir, err = os.MkdirTemp("", "hostile-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if b.program == "" {
		b.program = filepath.Join(b.dir, "baoluu")
		if out, err := exec.Command("go", "build", "-o", b.program, "./cmd/baoluu").CombinedOutput(); err != nil {
			return fmt.Errorf("build the program: %w\n%s", err, out)
		}
	}
	fmt.Println("| trick | MB, kB as gzip | s | MiB | exit; what it says |\n|---|---|---|---|---|")
	for _, t := range pages {
		if err := b.file("page", t, ".html", "clean", "--json", "--site", "dantri"); err != nil {
			return err
		}
	}
	for _, t := range warcs {
		for _, packed := range []string{"", ".gz"} {
			if err := b.file("WARC"+packed, t, ".warc"+packed, "import", "--archive", filepath.Join(b.dir, "archive")); err != nil {
				return err
			}
		}
	}
	return b.crawls()
}

// write makes a document, and says how long it is and how long as gzip.
func (b *bench) write(t trick, path string) (size, packed int64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	z, err := os.Create(path + "-gzip")
	if err != nil {
		return 0, 0, err
	}
	defer z.Close()
	zip, _ := gzip.NewWriterLevel(z, gzip.BestCompression)
	w := bufio.NewWriter(io.MultiWriter(f, zip))
	length := t.size
	if length == 0 || length > b.size {
		length = b.size
	}
	written := 0
	for n, next := 0, t.begin; ; n++ {
		written += len(next)
		if _, err := w.WriteString(next); err != nil {
			return 0, 0, err
		}
		if next = strings.ReplaceAll(t.token, "%d", strconv.Itoa(n)); written+len(next)+len(t.end) > length {
			break
		}
	}
	if _, err := w.WriteString(t.end); err != nil {
		return 0, 0, err
	}
	if err := errors.Join(w.Flush(), zip.Close()); err != nil {
		return 0, 0, err
	}
	info, err := z.Stat()
	return int64(written + len(t.end)), info.Size(), err
}

// file gives a document to a command.
func (b *bench) file(kind string, t trick, extension string, args ...string) error {
	if !strings.Contains(kind+": "+t.what, b.only) {
		return nil
	}
	path := filepath.Join(b.dir, "x.raw")
	size, packed, err := b.write(t, path)
	if err != nil {
		return err
	}
	given := filepath.Join(b.dir, "x"+extension)
	from := path
	if strings.HasSuffix(extension, ".gz") {
		from = path + "-gzip"
	}
	if err := os.Rename(from, given); err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Join(b.dir, "archive"))
	b.run(kind+": "+t.what, size, packed, nil, append(args, given)...)
	return os.Remove(given)
}

func (b *bench) run(name string, size, packed int64, env []string, args ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.program, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	u, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	last := strings.ReplaceAll(lines[len(lines)-1], "|", "/")
	exit := strconv.Itoa(cmd.ProcessState.ExitCode())
	if err != nil && ctx.Err() != nil {
		exit, last = "killed", "after a minute"
	}
	fmt.Printf("| %s | %.1f, %.1f | %.2f | %d | %s; %.120s |\n", name, float64(size)/1e6, float64(packed)/1e3,
		(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), u.Maxrss>>10, exit, last)
}

// crawls has a sample newspaper serve each document in place of its feed, or of an article.
func (b *bench) crawls() error {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		return err
	}
	defer server.Close()
	ca := filepath.Join(b.dir, "ca.pem")
	if err := os.WriteFile(ca, server.CAPEM(), 0o644); err != nil {
		return err
	}
	proxy := server.ProxyURL().String()
	env := []string{"HTTP_PROXY=" + proxy, "HTTPS_PROXY=" + proxy, "SSL_CERT_FILE=" + ca}
	if err := os.WriteFile(filepath.Join(b.dir, "config.yaml"), []byte("sites: {dantri: {pace: 0}}\n"), 0o644); err != nil {
		return err
	}
	feed, article := "dantri.com.vn/rss/home.rss", web.Articles("dantri")[0]
	article = strings.TrimPrefix(article, "https://")
	crawl := func(name, address string, size, packed int64, f sampleweb.Fault) {
		if !strings.Contains(name, b.only) {
			return
		}
		defer os.RemoveAll(filepath.Join(b.dir, "archive"))
		defer web.Fault(address, f)()
		b.run(name, size, packed, env, "crawl", "dantri", "--quiet", "--archive", filepath.Join(b.dir, "archive"))
	}
	crawl("crawl: nothing hostile", "nowhere", 0, 0, sampleweb.Missing())
	path := filepath.Join(b.dir, "x.raw")
	for _, t := range feeds {
		name := "feed: " + t.what
		if !strings.Contains(name, b.only) {
			continue
		}
		size, packed, err := b.write(t, path)
		if err != nil {
			return err
		}
		crawl(name, feed, size, packed, send("gzip", "application/rss+xml", path+"-gzip"))
	}
	for _, t := range pages[:8] {
		name := "crawled page: " + t.what
		if !strings.Contains(name, b.only) {
			continue
		}
		size, packed, err := b.write(t, path)
		if err != nil {
			return err
		}
		crawl(name, article, size, packed, send("gzip", "text/html; charset=utf-8", path+"-gzip"))
	}
	for _, t := range heads {
		name := "head: " + t.what
		if !strings.Contains(name, b.only) {
			continue
		}
		size, packed, err := b.write(t, path)
		if err != nil {
			return err
		}
		crawl(name, article, size, packed, raw(path))
	}
	for _, bomb := range bombs {
		name := "bomb: " + bomb.coding + " of 1 GB"
		if !strings.Contains(name, b.only) {
			continue
		}
		packed, err := pack(path, bomb.open, 1_000_000_000)
		if err != nil {
			return err
		}
		crawl(name, article, 1_000_000_000, packed, send(bomb.coding, "text/html", path))
		crawl("feed "+name, feed, 1_000_000_000, packed, send(bomb.coding, "application/rss+xml", path))
	}
	return nil
}

// send answers with a file.
func send(coding, contentType, path string) sampleweb.Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		f, err := os.Open(path)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		defer f.Close()
		rw.Header().Set("Content-Type", contentType)
		rw.Header().Set("Content-Encoding", coding)
		io.Copy(rw, f)
	}
}

// raw answers with a head of which a file is a part.
func raw(path string) sampleweb.Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		c, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		defer c.Close()
		f, err := os.Open(path)
		if err != nil {
			return
		}
		defer f.Close()
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\n")
		io.Copy(c, f)
		io.WriteString(c, "\r\nx")
	}
}

// pack writes so many blanks in a coding.
func pack(path string, open func(io.Writer) io.WriteCloser, n int) (packed int64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w := open(f)
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for ; n > 0; n -= len(blank) {
		if _, err := w.Write(blank[:min(n, len(blank))]); err != nil {
			return 0, err
		}
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	return info.Size(), err
}
