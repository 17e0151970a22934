package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/lines"
)

func (a *app) diffCommand() *cobra.Command {
	var o struct {
		from, to int
		at       string
		asJSON   bool
	}
	cmd := &cobra.Command{
		Use:   "diff PAGE",
		Short: "Show what changed between two versions of a page",
		Long: `Diff prints the sentences that changed between two versions of a page, and
nothing else: by default the newest that could be read and the one before it,
with --at the page as it stood then and the newest. Where different cleaners had
read them, both are read by this program's. Where the page got a new layout in
between, what differs by the layout alone is left out. On a terminal the words that
changed are marked, unless the environment has NO_COLOR.

All changes of a newspaper, passage by passage:

  baoluu list --changed --json dantri | jq -r .page |
    while read -r page; do baoluu diff --json "$page"; done

` + pageHelp,
		Example: `  baoluu diff dantri/20221224083224103
  baoluu diff --from 1 --to 3 --json vov/post1315698
  baoluu diff --at '2026-07-16 10:00' vov/post1315698`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.from < 0 || o.to < 0 {
				return errors.New("--from and --to count from 1")
			}
			if o.at != "" && o.from != 0 {
				return errors.New("--from and --at both choose the earlier version: give one")
			}
			at, err := parseAt(o.at)
			if err != nil {
				return err
			}
			return a.diff(cmd.Context(), args[0], o.from, o.to, at, o.asJSON)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.from, "from", 0, "the earlier `version` (default the one before --to)")
	f.IntVar(&o.to, "to", 0, "the later `version` (default the newest)")
	f.StringVar(&o.at, "at", "", "instead of --from, the page "+atHelp)
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each changed passage")
	return cmd
}

func (a *app) diff(ctx context.Context, ref string, from, to int, at time.Time, asJSON bool) error {
	boundMemory()
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	later, err := findSnapshot(ctx, arch, ref, to, time.Time{})
	if err != nil {
		return err
	}
	if last, ok := archive.NewestLive(later.versions); ok && to == 0 {
		later.version = last
	}
	earlier := later
	switch {
	case from > len(later.versions):
		return fmt.Errorf("%s has %s, not number %d", ref, plural(len(later.versions), "version", "versions"), from)
	case from != 0:
		earlier.version = later.versions[from-1]
	case !at.IsZero():
		if earlier, err = findSnapshot(ctx, arch, ref, 0, at); err != nil {
			return err
		}
	default:
		before, ok := archive.NewestLive(later.versions[:later.version.Number-1])
		switch {
		case ok:
			earlier.version = before
		case len(later.versions) == 1:
			printf(a.err, "%s has one version: nothing has changed\n", ref)
			return nil
		default:
			printf(a.err, "%s has one version that could be read, so there is nothing to compare; \"baoluu log\" shows when it was gone\n", ref)
			return nil
		}
	}
	if err := errors.Join(earlier.live(), later.live()); err != nil {
		return err
	}
	switch {
	case earlier.version.Number != later.version.Number:
	case at.IsZero():
		return errors.New("--from and --to are the same version: there is nothing to compare")
	default:
		printf(a.err, "%s reads as it did then (version %d)\n", ref, later.version.Number)
		return nil
	}
	d, old, now, err := later.view.Difference(ctx, earlier.version, later.version)
	if err != nil {
		return err
	}
	if asJSON {
		return a.diffJSON(earlier, later, d.Edits(old, now), d.Cause)
	}
	a.printDiff(earlier, later, d.Edits(old, now), d.Cause)
	return nil
}

func (a *app) diffJSON(earlier, later snapshot, edits []compare.Edit, why compare.Cause) error {
	for _, e := range edits {
		line := lines.NewEdit(later.site, later.page.Page, earlier.version.Number, later.version.Number, e, why)
		if err := printJSON(a.out, line); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printDiff(earlier, later snapshot, edits []compare.Edit, why compare.Cause) {
	printf(a.out, "--- version %d, captured %s\n+++ version %d, captured %s\n",
		earlier.version.Number, local(earlier.version.Captured), later.version.Number, local(later.version.Captured))
	switch why {
	case compare.Doubtful:
		fmt.Fprintln(a.err, "the page got a new layout in between: this may be an edit, or come from the layout")
	case compare.Relaid, compare.Same:
		fmt.Fprintln(a.err, "no word was changed between the two")
	}
	for _, e := range edits {
		where := e.Field
		if e.Block > 0 {
			where = fmt.Sprintf("%s %d", e.Field, e.Block)
		}
		printf(a.out, "@@ %s @@\n", where)
		if a.colour != nil {
			_, _ = io.WriteString(a.colour, coloured(e)) // a.colour remembers
			continue
		}
		for _, s := range e.Old {
			printf(a.out, "-%s\n", s)
		}
		for _, s := range e.New {
			printf(a.out, "+%s\n", s)
		}
	}
}
