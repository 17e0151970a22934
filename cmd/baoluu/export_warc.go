package main

import (
	"context"
	"errors"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/archive/warc"
)

// webArchiveWriter writes captures, not articles: as WARC files with their index,
// or as one WACZ a newspaper.
func (a *app) webArchiveWriter(want corpus.Selection, o exportOptions) (exportWriter, error) {
	if len(o.sections) > 0 {
		return nil, errors.New("--section chooses among articles: a WARC holds captures")
	}
	if len(o.languages) > 0 {
		return nil, errors.New("--lang chooses among articles: a WARC holds captures")
	}
	if o.state != "" {
		return nil, errors.New("--state chooses among articles: a WARC holds captures, also those that say that a page is gone")
	}
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	options := warc.ExportOptions{From: want.From, To: want.To, Software: "baoluu/" + version(), Operator: c.Contact}
	write := warc.Export
	if o.format == "wacz" {
		write = warc.ExportWACZ
	}
	return func(ctx context.Context, view *archive.View, name string, to corpus.Files) (exported, error) {
		site, err := siteNamed(name)
		if err != nil {
			return exported{}, err
		}
		n, err := write(ctx, view, site, to, options)
		return exported{Exported: &n}, err
	}, nil
}
