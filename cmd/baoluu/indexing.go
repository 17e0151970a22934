package main

import (
	"context"
	"time"

	"baoluu/archive"
	"baoluu/archive/search"
)

// How commands that change the archive keep search indexes current. They make none: who never
// searches pays nothing. What goes wrong with an index fails no command.

// indexEvery is how long lies between two updates of an index while a newspaper is crawled.
const indexEvery = 2 * time.Minute

// updateIndex brings a newspaper's index up to date, where there is one.
func updateIndex(ctx context.Context, arch *archive.Archive, name string) error {
	index := search.Open(arch, "")
	defer index.Close()
	if !index.Has(name) || ctx.Err() != nil {
		return nil
	}
	err := index.Update(ctx, name, nil)
	if ctx.Err() != nil {
		return nil // the next one goes on
	}
	return err
}

// indexed is updateIndex that says what went wrong.
func (a *app) indexed(ctx context.Context, arch *archive.Archive, name string) {
	if err := updateIndex(ctx, arch, name); err != nil {
		printf(a.err, "%s: the search index is not up to date: %v\n", name, err)
	}
}

// unindexWaits is how long is waited for an index that another one writes, and then for its folder.
const unindexWaits = 5 * time.Minute

// unindex takes what was forgotten out of a newspaper's index: at once, or with all of it.
func (a *app) unindex(ctx context.Context, arch *archive.Archive, name string) error {
	index := search.Open(arch, "")
	defer index.Close()
	within := func(do func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), unindexWaits)
		defer cancel()
		return do(ctx)
	}
	var err error
	if index.Has(name) {
		if err = within(func(ctx context.Context) error { return index.Update(ctx, name, nil) }); err == nil {
			return nil
		}
	}
	// What is there without being an index was left by one that was being made.
	if err := within(func(ctx context.Context) error { return index.Drop(ctx, name) }); err != nil {
		return withHint("delete the folder", "the page is forgotten, but its words may be in the search index %s: %w", archive.Path(index.Folder(name)), err)
	}
	if err != nil {
		printf(a.err, "%s: the search index was deleted, for it could not be brought up to date: %v\n", name, err)
	}
	return nil
}

// indexing brings a newspaper's index up to date now and then, until it is told to stop, and then
// once more. No commit waits for it.
func indexing(ctx context.Context, arch *archive.Archive, name string, failed func(error)) (stop func()) {
	every, end := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(indexEvery)
		defer tick.Stop()
		for {
			select {
			case <-every.Done():
				return
			case <-tick.C:
				if err := updateIndex(every, arch, name); err != nil {
					failed(err)
				}
			}
		}
	}()
	return func() {
		end()
		<-done
		if err := updateIndex(ctx, arch, name); err != nil {
			failed(err)
		}
	}
}
