package main

import (
	"context"
	"errors"

	"baoluu/archive"
	"baoluu/archive/corpus"
)

// An export to standard output: one file of all newspapers, without a manifest.

// exportStream writes the articles of all newspapers one after another.
func (a *app) exportStream(ctx context.Context, names []string, want corpus.Selection, o exportOptions) error {
	at, err := parseAt(o.at)
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	w, err := a.stream(o.form())
	if err != nil {
		return err
	}
	e := exporting{app: a, names: names, o: o, at: at, want: want}
	if err := e.narrow(ctx, arch); err != nil {
		return err
	}
	total := 0
	err = eachSite(ctx, arch, names, func(name string) error {
		view, err := e.view(ctx, arch, name)
		if err != nil {
			return err
		}
		counts, err := corpus.Choose(ctx, view, name, e.want, w.Put)
		if err == nil {
			_, err = printf(a.err, "%s: %s%s\n", name, plural(counts.Count, "article", "articles"), articlesOf(counts).leftOut(o))
		}
		total += counts.Count
		return err
	})
	if ctx.Err() == nil { // what came of a newspaper that cannot be read to its end is complete lines
		err = errors.Join(err, w.Close())
	}
	if err == nil && total == 0 {
		err = &partlyError{errors.New("no article is selected")}
	}
	return err
}

// stream writes to standard output.
func (a *app) stream(form corpus.Form) (corpus.Writer, error) {
	if a.bytes == a.out && (form.Compress != "" || form.Format == "parquet") {
		return nil, errors.New("--out -: standard output is a terminal, and what would be written no text")
	}
	return form.Stream(talkingFile{&talkingFiles{site: "standard output", talk: a.talker(false)}, a.bytes, nil}), nil
}

// viewOf is the view of a newspaper, nil where the archive has none of that name.
func viewOf(ctx context.Context, arch *archive.Archive, name string) (*archive.View, error) {
	view, err := arch.View(ctx, name)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return nil, nil
	}
	return view, err
}
