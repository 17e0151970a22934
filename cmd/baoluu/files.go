package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"baoluu/archive/warc"
	"baoluu/cleaner"
	"baoluu/cleaner/contentcoding"
	"baoluu/cleaner/turn"
	"baoluu/sites"

	"github.com/klauspost/compress/gzip"
	"github.com/spf13/cobra"
)

// pageFiles lists the pages that the arguments name (.html, .htm, .txt).
func pageFiles(args []string) (files, empty []string, err error) {
	return namedFiles(args, func(name string) bool { return contentType(name) != "" })
}

// nothingIn is the error of folders that hold nothing to read: often a wrong folder was
// named.
func nothingIn(empty []string, kinds string) error {
	if len(empty) == 0 {
		return nil
	}
	return &partlyError{fmt.Errorf("nothing to read in %s: no file ends in %s", strings.Join(empty, ", "), kinds)}
}

// namedFiles lists the files that the arguments name: a file as it is, a folder
// with all below it that are wanted, in the order of their names; empty are the folders
// without any. Links are not followed out of a folder.
func namedFiles(args []string, wanted func(name string) bool) (files, empty []string, err error) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, nil, err
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && wanted(path) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		if len(files) == before {
			empty = append(empty, arg)
		}
	}
	return files, empty, nil
}

// contentType is what a file's name says it is, "" where it says nothing that
// could be a page.
func contentType(file string) string {
	name, _ := strings.CutSuffix(strings.ToLower(file), gzipped)
	switch filepath.Ext(name) {
	case ".html", ".htm", ".xhtml":
		return "text/html"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return ""
}

// gzipped ends the name of a page that was packed to be stored: page.html.gz.
const gzipped = ".gz"

// pageFile is one file, read and understood as far as its name, its flags and
// its own head go.
type pageFile struct {
	name string
	page cleaner.Page
	doc  *cleaner.Document
	site *sites.Site // nil: none known, or generic asked for
	turn turn.Turn   // to read it, if it is large
}

// fileFlags are --site, --url and --time, or a table's cells, for what a file does not say.
type fileFlags struct {
	site, url, time string
	row             bool // of a table
}

// missing is the error of what neither the file nor the caller says.
func (f fileFlags) missing(what, flag string) error {
	if f.row {
		return fmt.Errorf("neither the page nor the table says %s", what)
	}
	return fmt.Errorf("the page does not say %s: give %s, or --table for many files", what, flag)
}

// genericSite asks for the cleaner that knows no newspaper.
const genericSite = "generic"

// read reads one file. An unknown newspaper is no error here: site stays nil. The caller leaves the page's turn
// when it is done with it.
func (f fileFlags) read(ctx context.Context, name string) (*pageFile, error) {
	return f.readFrom(ctx, name, func() (*os.File, error) { return os.Open(name) })
}

// readFrom is [fileFlags.read] for a file that open opens.
func (f fileFlags) readFrom(ctx context.Context, name string, open func() (*os.File, error)) (*pageFile, error) {
	kind := contentType(name)
	if kind == "" {
		kind = "text/html"
	}
	body, err := readBounded(name, open)
	if err != nil {
		return nil, err
	}
	p := &pageFile{name: name, page: cleaner.Page{Body: body, ContentType: kind, URL: f.url}}
	if err := p.turn.Take(ctx, turn.Weight(body)); err != nil {
		return nil, err
	}
	if err := p.parse(f); err != nil {
		p.turn.Leave()
		return nil, err
	}
	return p, nil
}

// parse reads the page.
func (p *pageFile) parse(f fileFlags) (err error) {
	if f.time != "" {
		if p.page.Captured, err = parseTime(f.time); err != nil {
			if !f.row {
				err = fmt.Errorf("--time %w", err)
			}
			return err
		}
	}
	if p.doc, err = cleaner.Read(p.page); err != nil {
		return err
	}
	if p.page.URL == "" {
		if own := p.doc.Canonical(); own != "" {
			p.page.URL = own
			if p.doc, err = cleaner.Read(p.page); err != nil {
				return err
			}
		}
	}
	p.site, err = f.newspaper(p.page.URL)
	return err
}

// newspaper is the one that --site names, else the one that owns the address.
func (f fileFlags) newspaper(address string) (*sites.Site, error) {
	if f.site != "" {
		if f.site == genericSite {
			return nil, nil
		}
		s, err := siteNamed(f.site)
		own := f.url
		if c, ok := warc.CopyAt(own); ok {
			own = c.Original
		}
		if u, perr := url.Parse(own); err == nil && f.url != "" && (perr != nil || !s.Owns(u.Hostname())) {
			err = fmt.Errorf("%s is no address of %s", f.url, s.Title)
		}
		return s, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", address, err)
	}
	if s, ok := sites.ByURL(u); ok {
		return s, nil
	}
	return nil, nil
}

func readBounded(name string, open func() (*os.File, error)) ([]byte, error) {
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	body, err := readAll(name, file, cleaner.MaxBody)
	if err == nil && strings.HasSuffix(strings.ToLower(name), gzipped) {
		body, err = unpacked(body)
	}
	if err == nil && len(bytes.TrimSpace(body)) == 0 {
		err = &cleaner.NotArticleError{Reason: "the file is empty"}
	}
	return body, err
}

// unpacked is what was packed with gzip, all of it.
func unpacked(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	body, err := io.ReadAll(&contentcoding.Bounded{R: z, Left: cleaner.MaxBody})
	switch {
	case errors.Is(err, contentcoding.ErrTooLarge):
		return nil, fmt.Errorf("unpacks to more than %s, the most that is read of a page", size(cleaner.MaxBody))
	case err != nil:
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return body, nil
}

// readAtMost reads a file, or a pipe or device, that has a number of bytes at most.
func readAtMost(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(name, f, most)
}

func readAll(name string, r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s is larger than %s, the most that is read of it", name, size(most))
	}
	return b, err
}

// parseTime reads a moment as a person writes it: RFC 3339, or a day with or
// without a time, which is then meant in the newspapers' zone.
func parseTime(text string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 0 {
			return t, nil
		}
	}
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(form, text, sites.Zone); err == nil && t.Year() > 0 {
			return t, nil
		}
	}
	return time.Time{}, withHint(`write it like 2016-04-12, "2016-04-12 21:36" (+07:00) or 2016-04-12T21:36:00+07:00`, "%q is no date", text)
}

// refused is the JSON line for a file that gave no article.
type refused struct {
	Type   string `json:"type"`
	File   string `json:"file"`
	URL    string `json:"url"`
	Reason string `json:"reason"`
	tablePlace
}

// refusal makes the line for a file that gave no article, whatever the reason:
// one bad file never ends the work on the others.
func refusal(file, address string, err error) refused {
	return refused{Type: "refused", File: file, URL: address, Reason: words(err)}
}

// outcome is how a command over many files ends: all well, some refused, none
// read; some are other problems, which concern no single file.
func outcome(read, refused int, some ...error) error {
	switch {
	case refused == 0:
		return errors.Join(some...)
	case read == 0:
		return fmt.Errorf("%s refused, none taken", plural(refused, "file", "files"))
	}
	return errors.Join(append([]error{&partlyError{fmt.Errorf("%d of %s refused", refused, plural(read+refused, "file", "files"))}}, some...)...)
}

// counted is ", 5 refused", and nothing for none.
func counted(n int, what string) string {
	if n == 0 {
		return ""
	}
	return ", " + count(n) + " " + what
}

// oneOf refuses a flag's value that is none of those allowed.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return withHint(offer(alike(value, allowed), ""), "--%s %q: there are %s", flag, value, strings.Join(allowed, ", "))
}

// completeFlag lets a shell complete the values that a flag may have.
func completeFlag(cmd *cobra.Command, flag string, allowed []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp)) // fails where there is no such flag
}
