package main

import (
	"context"
	"errors"

	"baoluu/archive"
	"baoluu/archive/warc"
)

// webArchiveLine is the JSON line of what was written of one newspaper.
type webArchiveLine struct {
	Type   string `json:"type"`
	Site   string `json:"site"`
	Format string `json:"format"`
	Out    string `json:"out"`
	warc.Exported
}

// exportWebArchive writes captures, not articles: as WARC files with their index,
// or as one WACZ a newspaper.
func (a *app) exportWebArchive(ctx context.Context, names []string, captured period, o exportOptions) error {
	if len(o.languages) > 0 {
		return errors.New("--lang chooses among articles: a WARC holds captures")
	}
	if o.state != "" {
		return errors.New("--state chooses among articles: a WARC holds captures, also those that say that a page is gone")
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	arch, err := archive.Open(c.Archive)
	if err != nil {
		return err
	}
	options := warc.ExportOptions{From: captured.from, To: captured.after, Software: "baoluu/" + version(), Operator: c.Contact}
	write := warc.Export
	if o.format == "wacz" {
		write = warc.ExportWACZ
	}
	return eachSite(ctx, arch, names, func(name string) error {
		site, err := siteNamed(name)
		if err != nil {
			return err
		}
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		if err := a.noteForgotten(ctx, view, name); err != nil {
			return err
		}
		n, err := write(ctx, view, site, o.out, options)
		if err != nil {
			return err
		}
		if o.asJSON {
			return printJSON(a.out, webArchiveLine{"export", name, o.format, o.out, n})
		}
		_, err = printf(a.err, "%s: %s to %s\n", name, plural(n.Captures, "capture", "captures"), o.out)
		return err
	})
}
