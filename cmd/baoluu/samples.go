package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warc"
	"baoluu/archive/warcfile"
	"baoluu/cleaner"
)

// Pages that a newspaper is learnt from or tested on: of files, of WARC and WACZ files, of an archive.

// sampled is one of them.
type sampled struct {
	cleaner.Page
	name string // the file, or where it lies in the archive; for people
}

// sampleSource is where samples come from, and how many of them.
type sampleSource struct {
	paths    []string // files, folders of such, archives; none: archive
	archive  string   // folder
	site     string   // of an archive this newspaper, "" all of it
	lists    bool     // of an archive lists and the like, too
	limit    int      // pages of an archive
	unread   []string // what could not be read, in words
	archived bool     // some came from an archive
}

// each calls fn with each sample.
func (s *sampleSource) each(ctx context.Context, fn func(sampled) error) error {
	if len(s.paths) == 0 {
		return s.ofArchive(ctx, s.archive, fn)
	}
	for _, path := range s.paths {
		if isArchive(path) {
			if err := s.ofArchive(ctx, path, fn); err != nil {
				return err
			}
			continue
		}
		if isTable(path) {
			if err := s.ofTable(ctx, path, fn); err != nil {
				return err
			}
			continue
		}
		files, _, err := namedFiles([]string{path}, func(name string) bool { return contentType(name) != "" || isWebArchive(name) })
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			read := s.ofFile
			if isWebArchive(file) {
				read = s.ofWebArchive
			}
			err := read(ctx, file, fn)
			if bad, ok := errors.AsType[sampleError](err); ok {
				s.leave(file, bad.error)
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// sampleError is of a file that cannot be read, rather than of what is done with its pages.
type sampleError struct{ error }

// isArchive reports whether a folder is an archive of this program.
func isArchive(path string) bool {
	found, err := filepath.Glob(filepath.Join(path, "*.db"))
	return err == nil && len(found) > 0
}

// isTable reports whether a file is one of files and addresses, as import takes with --table.
func isTable(file string) bool {
	return slices.Contains([]string{".csv", ".tsv"}, strings.ToLower(filepath.Ext(file)))
}

// ofTable takes the files that a table names, with their addresses and times.
func (s *sampleSource) ofTable(ctx context.Context, file string, fn func(sampled) error) error {
	t, err := openTable(file)
	if err != nil {
		return err
	}
	defer t.close()
	for {
		row, err := t.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", file, err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		if err := s.ofRow(t, row, fn); err != nil {
			return err
		}
	}
}

func (s *sampleSource) ofRow(t *pageTable, row tableRow, fn func(sampled) error) error {
	item, err := t.item(row)
	page := cleaner.Page{URL: item.given.url}
	if err == nil && item.given.time != "" {
		page.Captured, err = parseTime(item.given.time)
	}
	if err != nil {
		s.leave(fmt.Sprintf("%s, line %d", t.name, row.line), err)
		return nil
	}
	err = s.ofPage(page, item.file, item.open, fn)
	if bad, ok := errors.AsType[sampleError](err); ok {
		s.leave(item.file, bad.error)
		return nil
	}
	return err
}

// leave notes what could not be read.
func (s *sampleSource) leave(what string, err error) {
	s.unread = append(s.unread, fmt.Sprintf("%s: %v", what, words(err)))
}

func (s *sampleSource) ofFile(_ context.Context, file string, fn func(sampled) error) error {
	return s.ofPage(cleaner.Page{}, file, func() (*os.File, error) { return os.Open(file) }, fn)
}

// ofPage takes a file of which some things may be known already.
func (s *sampleSource) ofPage(page cleaner.Page, file string, open func() (*os.File, error), fn func(sampled) error) error {
	body, err := readBounded(file, open)
	if err != nil {
		return sampleError{err}
	}
	page.Body, page.ContentType = body, cmp.Or(contentType(file), "text/html")
	if doc, err := cleaner.Read(page); err == nil && page.URL == "" {
		page.URL = doc.Canonical()
	}
	if c, ok := warc.FindCopy(body, "", page.URL); ok {
		page.URL, page.Captured = c.Original, c.Time
		page.Body, _ = c.Page(body)
	}
	return fn(sampled{page, file})
}

func (s *sampleSource) ofWebArchive(ctx context.Context, file string, fn func(sampled) error) error {
	f, err := os.Open(file)
	if err != nil {
		return sampleError{err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return sampleError{err}
	}
	var stop error // of fn
	take := func(p cleaner.Page) error {
		stop = fn(sampled{p, p.URL})
		return stop
	}
	if warc.IsWACZ(file) {
		err = warc.PagesOfWACZ(ctx, f, info.Size(), take)
	} else {
		err = warc.Pages(ctx, f, take)
	}
	if err != nil && stop == nil && ctx.Err() == nil && (importable(err) || errors.Is(err, warcfile.ErrDamaged)) {
		return sampleError{err}
	}
	return err
}

// ofArchive takes the newest captures of articles, spread evenly over sections and years, and of lists.
func (s *sampleSource) ofArchive(ctx context.Context, folder string, fn func(sampled) error) error {
	arch, err := archive.Open(folder)
	if err != nil {
		return err
	}
	s.archived = true
	names := []string{s.site}
	if s.site == "" {
		if names, err = arch.Newspapers(); err != nil {
			return err
		}
	}
	for _, name := range names {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		chosen, err := s.choose(ctx, view)
		if err != nil {
			return err
		}
		for _, page := range chosen {
			found, ok, err := newestOf(ctx, view, page.Page)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := fn(sampled{found, name + "/" + page.Page}); err != nil {
				return err
			}
		}
	}
	return nil
}

// shelfSize is how many pages of one section and year are looked at.
const shelfSize = 400

// choose picks pages: of each section and year one after the other, the newest first.
func (s *sampleSource) choose(ctx context.Context, view *archive.View) ([]archive.PageInfo, error) {
	shelves := map[string][]archive.PageInfo{}
	pages := view.Pages
	if s.lists {
		pages = view.AllPages
	}
	newest := func(a, b archive.PageInfo) int {
		return cmp.Or(b.Captured.Compare(a.Captured), cmp.Compare(a.Page, b.Page))
	}
	err := pages(ctx, func(p archive.PageInfo) error {
		if p.State != capture.Live {
			return nil
		}
		shelf := shelfOf(p)
		list := append(shelves[shelf], p)
		if len(list) == 2*shelfSize {
			slices.SortFunc(list, newest)
			list = list[:shelfSize]
		}
		shelves[shelf] = list
		return nil
	})
	if err != nil {
		return nil, err
	}
	var chosen []archive.PageInfo
	for _, list := range shelves {
		slices.SortFunc(list, newest)
	}
	for round := 0; len(shelves) > 0 && len(chosen) < s.limit; round++ {
		var row []archive.PageInfo
		for name, list := range shelves {
			if round == len(list) {
				delete(shelves, name)
				continue
			}
			row = append(row, list[round])
		}
		slices.SortFunc(row, newest)
		chosen = append(chosen, row[:min(len(row), s.limit-len(chosen))]...)
	}
	return chosen, nil
}

// shelfOf is a page's section, as its address says it, and the year of its publication.
func shelfOf(p archive.PageInfo) string {
	year := p.Published
	if year.IsZero() {
		year = p.First
	}
	section := ""
	if u, err := url.Parse(p.URL); err == nil {
		section, _, _ = strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
		if u.Path == "/"+section { // all that the address says
			section = ""
		}
	}
	return fmt.Sprintf("%d %t %s", year.Year(), p.Article(), section)
}

// newestOf is the newest capture of a page that brought a body.
func newestOf(ctx context.Context, view *archive.View, page string) (p cleaner.Page, ok bool, err error) {
	var newest capture.Capture
	err = view.Captures(ctx, page, func(c capture.Capture) error {
		if c.State == capture.Live && c.Kind != capture.Revisit && c.Size > 0 {
			newest = c
		}
		return nil
	})
	if err != nil || newest.Number == 0 {
		return p, false, err
	}
	body, err := view.Body(ctx, newest.Number)
	return cleaner.Page{Body: body, ContentType: newest.ContentType, URL: newest.URL, Captured: newest.Time, Answer: newest.Status != 0}, true, err
}
