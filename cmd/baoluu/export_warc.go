package main

import (
	"context"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/archive/warc"
)

// webArchiveWriter writes captures, not articles: as WARC files with their index,
// or as one WACZ a newspaper.
func (a *app) webArchiveWriter(want corpus.Selection, o exportOptions) (exportWriter, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	options := warc.ExportOptions{From: want.Published.From, To: want.Published.Before, Software: "baoluu/" + version(), Operator: c.Contact}
	write := warc.Export
	if o.format == "wacz" {
		write = warc.ExportWACZ
	}
	return func(ctx context.Context, view *archive.View, name string, to files) (exported, error) {
		site, err := siteNamed(name)
		if err != nil {
			return exported{}, err
		}
		n, err := write(ctx, view, site, to, options)
		return exported{Exported: &n}, err
	}, nil
}
