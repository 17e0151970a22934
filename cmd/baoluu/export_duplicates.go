package main

import (
	"context"
	"strings"

	"baoluu/archive"
	"baoluu/archive/corpus"
)

// Articles that are the same, looked for among all that are selected.

// narrow adds the filters that can be asked only when all others are known: of duplicates, and
// of what earlier corpora have.
func (e *exporting) narrow(ctx context.Context, arch *archive.Archive) error {
	if e.o.dedup != "" {
		same, err := e.duplicates(ctx, arch)
		if err != nil {
			return err
		}
		keep := strings.TrimPrefix(e.o.dedup, keepPrefix)
		e.want.Filters = append(e.want.Filters, same.Filter(corpus.Keep(keep)))
	}
	e.want.Filters = append(e.want.Filters, e.last...)
	return nil
}

// duplicates goes over all articles that are selected so far. A newspaper that cannot be read is
// passed over here: it fails again when it is written.
func (e *exporting) duplicates(ctx context.Context, arch *archive.Archive) (*corpus.Duplicates, error) {
	same, compared, talk := &corpus.Duplicates{}, 0, e.talker(e.o.asJSON)
	e.views = map[string]*archive.View{}
	//nolint:errcheck // see above
	eachSite(ctx, arch, e.names, func(name string) error {
		view, err := e.view(ctx, arch, name)
		if err != nil {
			return err
		}
		e.views[name] = view // so that what is written is what was compared
		_, err = corpus.Choose(ctx, view, name, e.want, func(r corpus.Record) error {
			same.Add(r)
			compared++
			talk("%s looked at for duplicates", plural(compared, "article", "articles"))
			return nil
		})
		return err
	})
	return same, ctx.Err()
}

// view is a newspaper as it stood when the export first looked at it.
func (e *exporting) view(ctx context.Context, arch *archive.Archive, name string) (*archive.View, error) {
	if view, ok := e.views[name]; ok {
		return view, nil
	}
	return viewAt(ctx, arch, name, e.at)
}
