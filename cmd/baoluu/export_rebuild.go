package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/archive/corpus/textform"
	"baoluu/archive/export"
)

// Corpora made again from their manifests.

// manifestFile is a manifest on disk.
type manifestFile struct {
	name string
	export.Manifest
	digest export.Digest
	files  []export.File
}

// readManifest reads all of a manifest but for its articles. One that is not of a corpus that
// is complete is an error.
func readManifest(name string) (*manifestFile, error) {
	m := &manifestFile{name: name}
	file, err := openManifest(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	m.Manifest, m.digest, err = export.ReadWhole(bufio.NewReader(file), export.Each{File: func(f export.File) error {
		m.files = append(m.files, f)
		return nil
	}})
	if err != nil {
		return nil, fmt.Errorf("%s is no manifest of an export: %w", name, err)
	}
	o := exportOptions{format: m.Format}
	switch {
	case o.ofCaptures():
		return nil, fmt.Errorf("%s is of captures, and lists none of them: the same command exports them again", name)
	case !m.Complete:
		return nil, fmt.Errorf("%s says that its folder is not complete: export to it again first", name)
	}
	for _, n := range m.Newspapers {
		if _, err := siteNamed(n.Site); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if n.Earlier != nil {
			return nil, fmt.Errorf("%s has %s from an earlier export, for it could not be read: export again first", name, n.Site)
		}
	}
	return m, nil
}

// openManifest opens a manifest, which is read more than once.
func openManifest(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = withHint("write it to a file first", "%s is a pipe, or the like: a manifest is read more than once", name)
	}
	if err != nil {
		return nil, err
	}
	return os.Open(name)
}

// withdrawn hands over what it says of earlier corpora.
func (m *manifestFile) withdrawn(each func(json.RawMessage) error) error {
	file, err := openManifest(m.name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = export.Read(bufio.NewReader(file), export.Each{Withdrawn: each})
	return err
}

// articles goes through the lines of its articles, as they stand there and read.
func (m *manifestFile) articles() iter.Seq2[manifestArticle, error] {
	return func(yield func(manifestArticle, error) bool) {
		file, err := openManifest(m.name)
		if err != nil {
			yield(manifestArticle{}, err)
			return
		}
		defer file.Close()
		stopped := errors.New("stopped")
		_, err = export.Read(bufio.NewReader(file), export.Each{Article: func(line json.RawMessage) error {
			of := manifestArticle{line: line}
			if err := json.Unmarshal(line, &of.Chosen); err != nil {
				return err
			}
			if !yield(of, nil) {
				return stopped
			}
			return nil
		}})
		if err != nil && !errors.Is(err, stopped) {
			yield(manifestArticle{}, fmt.Errorf("%s: %w", m.name, err))
		}
	}
}

type manifestArticle struct {
	corpus.Chosen
	line json.RawMessage
}

// rebuild makes a corpus of its manifest.
func (a *app) rebuild(ctx context.Context, o exportOptions) error {
	m, err := readManifest(o.manifest)
	if err != nil {
		return err
	}
	again := rebuilding{app: a, m: m, asJSON: o.asJSON}
	split, err := corpus.ParseSplit(m.Options.Split)
	again.form = corpus.Form{
		Format: m.Format, Compress: m.Options.Compress, Shard: m.Options.Shard, With: m.Options.With, Versions: m.Selection.Version == "all",
		Text: cmp.Or(textform.Form(m.Options.TextForm), textform.NFC), Split: split,
	}
	if err := errors.Join(err, again.form.Check()); err != nil {
		return fmt.Errorf("%s: %w: a later baoluu wrote it", m.name, err)
	}
	if again.arch, err = a.openArchive(); err != nil {
		return err
	}
	o.format, o.where = m.Format, m.Selection.Where
	if o.out == stdoutName {
		return again.toStream(ctx, o)
	}
	return again.toFolder(ctx, o)
}

// rebuilding is a corpus that is being made again.
type rebuilding struct {
	*app
	arch   *archive.Archive
	m      *manifestFile
	form   corpus.Form
	asJSON bool
	total  int
	lacks  int
}

// lackLine is the JSON line of an article that cannot be made again.
type lackLine struct {
	Type    string            `json:"type"`
	Why     corpus.LackReason `json:"why"`
	Message string            `json:"message"`
	Of      corpus.Chosen     `json:"of"` // the manifest's line
}

// newspaper hands over the records of one newspaper, and prints which of them cannot be given.
// next gives the manifest's next article.
func (b *rebuilding) newspaper(ctx context.Context, n export.Newspaper, next func() (manifestArticle, error, bool), each func(corpus.Record, manifestArticle) error) error {
	view, err := viewOf(ctx, b.arch, n.Site)
	if err != nil {
		return err
	}
	articles := func(_ context.Context, put func(manifestArticle) error) error {
		for range n.Count {
			of, err, ok := next()
			switch {
			case err != nil:
				return err
			case !ok || of.Site() != n.Site:
				return fmt.Errorf("%s counts %d articles of %s, and lists others", b.m.name, n.Count, n.Site)
			}
			if err := put(of); err != nil {
				return err
			}
		}
		return nil
	}
	type rebuilt struct {
		corpus.Record
		of   manifestArticle
		lack *corpus.Lack
		err  error
	}
	return corpus.Ordered(ctx, articles, func(ctx context.Context, of manifestArticle) rebuilt {
		r, lack, err := corpus.Rebuild(ctx, b.arch, view, of.Chosen)
		return rebuilt{r, of, lack, err}
	}, func(r rebuilt) error {
		b.total++
		switch {
		case r.err != nil:
			return r.err
		case r.lack != nil:
			b.lacks++
			return b.say(*r.lack)
		}
		return each(r.Record, r.of)
	})
}

// say prints an article that cannot be made again.
func (b *rebuilding) say(l corpus.Lack) error {
	if b.asJSON {
		return printJSON(b.out, lackLine{"lack", l.Why, words(l.Err), l.Chosen})
	}
	_, err := printf(b.err, "%s, version %d: %s\n", l.Page, l.Version, l.Err)
	return err
}

// lacking is the error of a corpus that cannot be made again.
func (b *rebuilding) lacking() error {
	if b.lacks == 0 {
		return nil
	}
	return fmt.Errorf("%d of %s cannot be made again: nothing was written", b.lacks, plural(b.total, "article", "articles"))
}

// all hands over the records of all newspapers; newspaper is called for each of them.
func (b *rebuilding) all(newspaper func(export.Newspaper, func() (manifestArticle, error, bool)) error) error {
	next, stop := iter.Pull2(b.m.articles())
	defer stop()
	for _, n := range b.m.Newspapers {
		if err := newspaper(n, next); err != nil {
			return err
		}
	}
	if of, _, more := next(); more {
		return fmt.Errorf("%s lists articles that it does not count: %s", b.m.name, of.Page)
	}
	return nil
}

// toFolder makes the corpus in a folder.
func (b *rebuilding) toFolder(ctx context.Context, o exportOptions) error {
	folder, err := openExport(b.arch, b.m.Manifest, o)
	if err != nil {
		return err
	}
	folder.Want(b.m.files)
	if err := b.m.withdrawn(func(line json.RawMessage) error { return folder.Withdraw(line) }); err != nil {
		return errors.Join(err, folder.Close())
	}
	done, talk, card := map[string]exported{}, b.talker(o.asJSON), newCards(b.form)
	err = b.all(func(n export.Newspaper, next func() (manifestArticle, error, bool)) error {
		return folder.Write(n.Site, func(to export.Sink) (export.Tally, error) {
			w := b.form.Writer(n.Site, &talkingFiles{files: to, site: n.Site, talk: talk})
			err := b.newspaper(ctx, n, next, func(r corpus.Record, of manifestArticle) error {
				card.add(r)
				return errors.Join(w.Put(r), to.Article(of.line))
			})
			done[n.Site] = articlesOf(corpus.Counts(n.Tally))
			return n.Tally, errors.Join(err, w.Close())
		})
	})
	if err == nil {
		err = b.lacking()
	}
	if err == nil {
		err = card.write(folder, b.m.Manifest, b.m.Newspapers)
	}
	var changes map[string]export.Changes
	if err == nil {
		changes, err = folder.Commit()
	}
	if errors.Is(err, export.ErrOtherwise) {
		err = withHint("a later or earlier baoluu writes it so: that one is named in the manifest, as program",
			"%w than %s says (made by %s, this is baoluu/%s): nothing was written", err, b.m.name, b.m.Program, version())
	}
	if err := errors.Join(err, folder.Close()); err != nil {
		return err
	}
	if folder.Digest() != b.m.digest {
		if _, err := printf(b.err, "all files are as %s says; manifest.json itself is not: that one was changed, or another baoluu wrote it\n", b.m.name); err != nil {
			return err
		}
	}
	return b.printExported(done, changes, o)
}

// toStream writes the corpus to standard output, once it is known that all of it can be made.
func (b *rebuilding) toStream(ctx context.Context, o exportOptions) error {
	if err := o.checkStream(); err != nil {
		return err
	}
	w, err := b.stream(b.form)
	if err != nil {
		return err
	}
	for _, each := range []func(corpus.Record, manifestArticle) error{
		func(corpus.Record, manifestArticle) error { return nil },
		func(r corpus.Record, _ manifestArticle) error { return w.Put(r) },
	} {
		err := b.all(func(n export.Newspaper, next func() (manifestArticle, error, bool)) error {
			return b.newspaper(ctx, n, next, each)
		})
		if err == nil {
			err = b.lacking()
		}
		if err != nil {
			return err
		}
	}
	return w.Close()
}
