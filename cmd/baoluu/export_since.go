package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/archive/export"
)

// Exports of what is new or changed since other exports.

// since has the export leave out what the corpora of --since-manifest have.
func (e *exporting) since() error {
	before := corpus.NewEarlier()
	var manifests []*manifestFile
	e.what.Since = &export.Since{}
	for _, name := range e.o.since {
		m, err := readManifest(name)
		if err == nil {
			err = e.follows(m)
		}
		if err == nil {
			err = m.addTo(before)
		}
		if err != nil {
			return err
		}
		manifests = append(manifests, m)
		e.what.Since.Manifests = append(e.what.Since.Manifests, m.digest)
	}
	e.last = append(e.last, before.Filter())
	e.finish = func(ctx context.Context, arch *archive.Archive, done map[string]exported) error {
		for _, m := range manifests {
			if err := e.withdraw(ctx, arch, done, before, m); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// apart refuses the folder of a corpus that is named to be the earlier one: only what is new would be
// left of it.
func (e *exporting) apart() error {
	if e.what.Since == nil || !slices.Contains(e.what.Since.Manifests, e.folder.Before()) {
		return nil
	}
	return withHint("name another folder: the two together are the corpus of today",
		"--out %s is the folder of an earlier corpus that --since-manifest names: it would hold nothing but what is new since", e.o.out)
}

// follows refuses a manifest whose articles this export would write otherwise, and one that
// itself follows one that was not named before it.
func (e *exporting) follows(m *manifestFile) error {
	if m.Format != e.what.Format || !reflect.DeepEqual(m.Options, e.what.Options) {
		return withHint("give the same --format, --compress, --shard, --with, --text-form and --split", "%s is of a corpus in another form: all of its articles would be other ones", m.name)
	}
	if m.Since == nil {
		return nil
	}
	for _, digest := range m.Since.Manifests {
		if !slices.Contains(e.what.Since.Manifests, digest) {
			return withHint("name the manifests of all of them, the oldest first: --since-manifest A --since-manifest B",
				"%s has only what is new since another corpus, whose manifest (SHA-256 %x) is not named before it", m.name, digest)
		}
	}
	return nil
}

// addTo adds what the manifest says of a corpus.
func (m *manifestFile) addTo(before *corpus.Earlier) error {
	err := m.withdrawn(func(line json.RawMessage) error {
		var w corpus.Withdrawn
		if err := json.Unmarshal(line, &w); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		before.Withdraw(w)
		return nil
	})
	if err != nil {
		return err
	}
	for of, err := range m.articles() {
		if err != nil {
			return err
		}
		before.Add(of.Chosen)
	}
	return nil
}

// withdraw lists in the new manifest what of an earlier corpus does not hold any more, of the
// newspapers that could be read.
func (e *exporting) withdraw(ctx context.Context, arch *archive.Archive, done map[string]exported, before *corpus.Earlier, m *manifestFile) error {
	views := map[string]*archive.View{} // as of now
	for of, err := range m.articles() {
		if err != nil {
			return err
		}
		if _, read := done[of.Site()]; !read {
			continue
		}
		w, ok := before.Withdrawn(of.Chosen)
		if !ok {
			continue
		}
		if w.Why == corpus.Unselected {
			var err error
			if views[of.Site()] == nil {
				views[of.Site()], err = arch.View(ctx, of.Site())
			}
			if err == nil {
				_, err = views[of.Site()].Page(ctx, of.Key())
			}
			switch {
			case errors.Is(err, archive.ErrForgotten):
				w.Why = corpus.TakenOut
			case err != nil && !errors.Is(err, archive.ErrNoPage):
				return err
			}
		}
		if err := e.folder.Withdraw(w); err != nil {
			return err
		}
	}
	return nil
}
