package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// snapshot is one version of one page, found.
type snapshot struct {
	view     *archive.View
	site     string
	page     archive.PageInfo
	versions []archive.Version // all that the page has, or had at --at
	version  archive.Version
}

const pageHelp = `PAGE is SITE/ID (dantri/20221224083224103) or any address seen for it.`

const atHelp = "as it stood at a `moment`: 2026-07-16 (the end of that day), \"2026-07-16 08:46\", 2026-07-16T08:46:00+07:00"

// parseAt reads the moment of --at, "" for none. A day means its end, and so does
// a second: moments are printed without fractions, and one that was
// copied from "log" has to find what it was printed of.
func parseAt(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := parseTime(text)
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("--at %w", err)
	case len(text) == len(time.DateOnly):
		t = t.AddDate(0, 0, 1).Add(-time.Millisecond)
	case t.Nanosecond() == 0:
		t = t.Add(time.Second - time.Millisecond)
	}
	return t, nil
}

// chosenSnapshot reads --version and --at, one of which may choose a snapshot: the moment, zero
// where none is named.
func chosenSnapshot(cmd *cobra.Command, version int, at string) (time.Time, error) {
	if cmd.Flags().Changed("version") && version < 1 {
		return time.Time{}, errors.New("--version counts from 1")
	}
	if version != 0 && at != "" {
		return time.Time{}, errors.New("--version and --at both choose a snapshot: give one")
	}
	return parseAt(at)
}

// viewAt is the view of a newspaper, as it stood at a moment where there is one.
func viewAt(ctx context.Context, arch *archive.Archive, site string, at time.Time) (*archive.View, error) {
	view, err := arch.View(ctx, site)
	if err == nil && !at.IsZero() {
		view = view.At(at)
	}
	return view, err
}

// findPage finds the page that a person names, and the view to read it with: as
// it stood at a moment, where there is one.
func findPage(ctx context.Context, arch *archive.Archive, ref string, at time.Time) (*archive.View, string, archive.PageInfo, error) {
	name, id, err := siteOfPage(ref)
	if err != nil {
		return nil, "", archive.PageInfo{}, err
	}
	view, err := viewAt(ctx, arch, name, at)
	if err != nil {
		return nil, "", archive.PageInfo{}, err
	}
	page, err := view.Page(ctx, id)
	return view, name, page, err
}

// webAddress completes an address as people write it: vov.vn/xa-hoi. What is none stays.
func webAddress(text string) string {
	if host, _, _ := strings.Cut(text, "/"); strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return "https://" + text
	}
	return text
}

// siteOfPage splits the page that a person names into the newspaper and what the archive
// finds the page by.
func siteOfPage(ref string) (name, id string, err error) {
	ref = webAddress(ref)
	id = ref
	if u, err := url.Parse(ref); err == nil && u.Host != "" {
		s, ok := sites.ByURL(u)
		if !ok {
			return "", "", withHint(pageHelp, "%s is an address of no known newspaper", ref)
		}
		return s.Name, id, nil
	}
	name, id, ok := strings.Cut(ref, "/")
	if !ok {
		return "", "", withHint(pageHelp, "%q is no page", ref)
	}
	_, err = siteNamed(name)
	return name, id, err
}

// findSnapshot finds a page's version: by its number, else the newest of the page
// as it stood at a moment, or stands.
func findSnapshot(ctx context.Context, arch *archive.Archive, ref string, number int, at time.Time) (snapshot, error) {
	var s snapshot
	var err error
	if s.view, s.site, s.page, err = findPage(ctx, arch, ref, at); err != nil {
		return s, err
	}
	if s.versions, err = s.view.Versions(ctx, s.page.Page); err != nil {
		return s, err
	}
	switch n := len(s.versions); {
	case n == 0:
		return s, withHint(`"baoluu log" lists its captures; "baoluu show --view page" (or html) prints the newest`, "no article came out of any capture of %s", ref)
	case number > n:
		return s, fmt.Errorf("%s has %s, not number %d", ref, plural(n, "version", "versions"), number)
	case number != 0:
		s.version = s.versions[number-1]
	default:
		s.version = s.versions[n-1]
	}
	return s, nil
}

// live refuses a snapshot of a page that was gone, and offers the last that could
// be read.
func (s snapshot) live() error {
	if s.version.State == capture.Live {
		return nil
	}
	hint := ""
	if last, ok := archive.NewestLive(s.versions[:s.version.Number]); ok {
		hint = fmt.Sprintf("--version %d is the last that could be read before", last.Number)
	}
	return withHint(hint, "%s/%s was gone at %s (version %d)", s.site, s.page.Page, local(s.version.Captured), s.version.Number)
}

// article is the snapshot's article.
func (s snapshot) article(ctx context.Context) (cleaner.Article, error) {
	return s.view.Article(ctx, s.version.Capture)
}

// eachSite does something with each of the newspapers (none: all that the archive
// has). It goes on after a newspaper that fails; the error is a [partlyError] where
// some were done.
func eachSite(ctx context.Context, arch *archive.Archive, names []string, do func(name string) error) error {
	held, err := arch.Newspapers()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		names = held
	}
	var errs []error
	for _, name := range names {
		if !slices.Contains(held, name) {
			errs = append(errs, fmt.Errorf("%w: %s", archive.ErrNoNewspaper, name))
			continue
		}
		err := do(name)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		errs = append(errs, ofWhat(name, err))
	}
	if len(errs) > 0 && len(errs) < len(names) {
		return &partlyError{errors.Join(errs...)}
	}
	return errors.Join(errs...)
}

// readable is an article for people: its fields, then its text.
func readable(a cleaner.Article) string {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			printf(&b, "%-10s %s\n", name, value)
		}
	}
	field("title", string(a.Title))
	field("kicker", string(a.Kicker))
	field("dateline", string(a.Dateline))
	field("byline", string(a.Byline))
	field("source", string(a.Source))
	if !a.Published.IsZero() {
		field("published", fmt.Sprintf("%s (%s)", local(a.Published.Time), a.PublishedFrom))
	}
	if !a.Modified.IsZero() {
		field("modified", local(a.Modified.Time))
	}
	field("section", strings.Join(a.Section, " › "))
	field("tags", strings.Join(a.Tags, ", "))
	field("address", a.URL)
	field("read by", a.Cleaner+", layout "+a.Layout)
	for _, n := range a.Notes {
		field("note", n)
	}
	b.WriteString("\n" + strings.TrimRight(a.Text, "\n") + "\n")
	for _, c := range a.Captions {
		printf(&b, "\n[caption] %s\n", c)
	}
	return b.String()
}
