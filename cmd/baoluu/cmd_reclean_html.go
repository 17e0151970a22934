package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"baoluu/archive/reclean"
	"baoluu/archive/reclean/page"
	"baoluu/cleaner"
	"baoluu/sites"
)

// recleanPage gathers what a re-clean found for the page of --html.
type recleanPage struct {
	file   string // "" where none is wanted
	papers []page.Newspaper
}

// check refuses a file that cannot be written, before the work.
func (p *recleanPage) check() error {
	if p.file == "" {
		return nil
	}
	if info, err := os.Stat(p.file); err == nil && info.IsDir() {
		return fmt.Errorf("--html %s is a folder: name a file", p.file)
	}
	if err := writableFolder(filepath.Dir(p.file)); err != nil {
		return ofWhat("--html", err)
	}
	return nil
}

func (p *recleanPage) add(name string, r reclean.Report) {
	site, ok := sites.ByName(name)
	if !ok {
		return // an archive's newspapers are known
	}
	p.papers = append(p.papers, page.Newspaper{Name: name, Title: site.Title, Cleaner: cleaner.Name(site), Report: r})
}

// write writes the page, whole or not at all.
func (p *recleanPage) write() error {
	if p.file == "" || len(p.papers) == 0 {
		return nil
	}
	var b bytes.Buffer
	if err := page.Write(&b, "baoluu "+thisBuild().String(), p.papers); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o755); err != nil {
		return err
	}
	return writeAtomically(p.file, b.Bytes())
}
