package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"baoluu/archive"
	"baoluu/archive/warc"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// isWebArchive reports by its name whether a file holds captures of its own. An ARC file
// does, though it is not read: it is reported, not passed over.
func isWebArchive(name string) bool {
	return warcfile.IsWARC(name) || warc.IsWACZ(name) || warcfile.IsARC(name)
}

// importable reports whether an error is of the file, so that the others are imported, and
// not of the archive.
func importable(err error) bool {
	var path *os.PathError
	return errors.Is(err, warcfile.ErrNotWARC) || errors.Is(err, warc.ErrNotWACZ) || errors.Is(err, warcfile.ErrDamaged) || errors.Is(err, warcfile.ErrTooMuch) || errors.Is(err, warcfile.ErrARC) || errors.As(err, &path) && path.Op != "write"
}

// warcLine is the JSON line of one WARC or WACZ file.
type warcLine struct {
	Type string `json:"type"`
	File string `json:"file"`
	warc.Imported
}

// warcProblem is the JSON line of what is not right in one.
type warcProblem struct {
	Type   string `json:"type"`
	File   string `json:"file"`
	Offset int64  `json:"offset"`
	What   string `json:"what"`
	Lost   bool   `json:"lost"`
}

// importWebArchive imports one WARC or WACZ file; options has its place in the book.
func (a *app) importWebArchive(ctx context.Context, open func() (*archive.Archive, error), item importItem, o importOptions, options warc.ImportOptions, said *excerpt) (warc.Imported, error) {
	var n warc.Imported
	name := item.file
	file, err := item.open()
	if err != nil {
		return n, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return n, err
	}
	options.File, options.Assets = filepath.Base(name), warc.Assets(o.assets)
	if item.given.site != "" {
		options.Site, _ = sites.ByName(item.given.site) // looked at before
	}
	options.Problem = func(p warcfile.Problem) {
		if o.asJSON {
			_ = printJSON(a.out, warcProblem{"problem", name, p.Offset, p.What, p.Lost}) // a.out remembers
		} else if said.first(kindProblem, maxPrinted) {
			printf(a.err, "%s: at byte %d: %s\n", name, p.Offset, p.What)
		}
	}
	talk := a.talker(o.asJSON)
	options.Read = func(read int64) { talk("%s: %s of %s", name, size(read), size(info.Size())) }
	if warc.IsWACZ(name) {
		n, err = warc.ImportWACZ(ctx, open, file, info.Size(), options)
	} else {
		n, err = warc.Import(ctx, open, file, options)
	}
	if warcfile.IsARC(name) && errors.Is(err, warcfile.ErrNotWARC) { // cut, or one without its first record
		err = warcfile.ErrARC
	}
	if err != nil {
		return n, err
	}
	return n, a.sayWebArchive(name, n, o.asJSON, options.Again != 0)
}

// sayWebArchive says what came of a file, or by what that differs now that it was read again.
func (a *app) sayWebArchive(name string, n warc.Imported, asJSON, again bool) error {
	kind := "warc"
	if again {
		kind = "again"
	}
	if asJSON {
		return printJSON(a.out, warcLine{kind, name, n})
	}
	of := plural(n.Articles, "article", "articles")
	if n.Assets > 0 {
		of += ", " + plural(n.Assets, "asset", "assets")
	}
	if again {
		_, err := printf(a.out, "%s: read again for what pages of later files need: %s kept (%s)\n", name, plural(n.Captures, "capture", "captures"), of)
		return err
	}
	more := unneeded(n.Unneeded)
	if n.Forgotten > 0 {
		more += fmt.Sprintf(", %d of forgotten pages left out", n.Forgotten)
	}
	_, err := printf(a.out, "%s: %s kept (%s), %d there already, %d of no known newspaper, %d broken%s\n",
		name, plural(n.Captures, "capture", "captures"), of, n.Duplicates, n.Foreign, n.Broken, more)
	return err
}
