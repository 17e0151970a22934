package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/lines"
	"baoluu/cmd/internal/redline"
	"baoluu/cmd/internal/screen"
)

// movedLine is the JSON line of paragraphs that stand elsewhere now; by their numbers.
type movedLine struct {
	Type   string `json:"type"`
	Page   string `json:"page"`
	From   int    `json:"from"`
	To     int    `json:"to"`
	Field  string `json:"field"`
	Old    []int  `json:"old"`
	New    []int  `json:"new"`
	Edited bool   `json:"edited"` // "edit" lines say how
}

// sumLine is the JSON line that ends a comparison.
type sumLine struct {
	Type string `json:"type"`
	Page string `json:"page"`
	From int    `json:"from"`
	To   int    `json:"to"`
	sizeLine
}

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
between, what differs by the layout alone is left out.

Pictures that were exchanged, added or taken out are shown by their addresses and
captions, where the archive has the bytes of both; with "?" where one may be made of
the other. What only moved, or was encoded or scaled again, is no change.

On a terminal it shows paragraphs instead, word by word: what went, what came, numbers
and names among it the other way round, paragraphs that were moved told as moved.
Where the environment has NO_COLOR, [-what went-] and {+what came+} say so. Section,
tags and published time, which change without an editor's hand, are shown, too.

With --json there is a line "edit" for each passage, "moved" for paragraphs that stand
elsewhere, by their numbers, and last a line "size".

"baoluu log --patch" prints all changes of a page, or of newspapers.

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
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each changed passage and moved paragraph, and one of how much changed")
	for _, flag := range []string{"from", "to"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, a.offerVersions) // fails where there is no such flag
	}
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
	c := &change{earlier.version, later.version, d.Cause, d.Edits(old, now), redline.Of(d, old, now)}
	if asJSON {
		return a.printLines(append(c.lines(later.site, later.page.Page), c.sum(later.site, later.page.Page)))
	}
	switch c.cause {
	case compare.Doubtful:
		fmt.Fprintln(a.err, "the page got a new layout in between: this may be an edit, or come from the layout")
	case compare.Relaid, compare.Same:
		fmt.Fprintln(a.err, "no word was changed between the two")
	}
	if a.tty == nil {
		a.unified(c.earlier, c.later, c.edits)
		return nil
	}
	_ = a.tty.wrapped(screen.Text(cell(later.page.Title), screen.Bold), nil, nil) // a.tty.w remembers
	_ = a.tty.put(
		screen.Text(fmt.Sprintf("--- version %d  ", c.earlier.Number), screen.Red).And(local(c.earlier.Captured), screen.Faint),
		screen.Text(fmt.Sprintf("+++ version %d  ", c.later.Number), screen.Green).And(local(c.later.Captured), screen.Faint),
	)
	if size := sizeWords(c.redline.Size); size != "" {
		_ = a.tty.put(screen.Text(size, screen.Plain))
	}
	a.tty.redline(c.redline, nil)
	return nil
}

// lines are the JSON lines of a change of the page of that key: one for each passage, and for
// each paragraph that was moved.
func (c *change) lines(site, page string) (list []any) {
	for _, e := range c.edits {
		list = append(list, lines.NewEdit(site, page, c.earlier.Number, c.later.Number, e, c.cause))
	}
	for _, row := range c.redline.Rows {
		if row.Kind == redline.Moved {
			list = append(list, movedLine{"moved", site + "/" + page, c.earlier.Number, c.later.Number, row.Field, row.Old, row.New, row.Edited})
		}
	}
	return list
}

// sum is the JSON line that says how much changed.
func (c *change) sum(site, page string) sumLine {
	return sumLine{"size", site + "/" + page, c.earlier.Number, c.later.Number, *newSizeLine(c.redline.Size)}
}

// unified prints passages as programs and people read them: what went behind "-", what came
// behind "+".
func (a *app) unified(earlier, later archive.Version, edits []compare.Edit) {
	printf(a.out, "--- version %d, captured %s\n+++ version %d, captured %s\n",
		earlier.Number, local(earlier.Captured), later.Number, local(later.Captured))
	for _, e := range edits {
		where := e.Field
		if e.Block > 0 {
			where = fmt.Sprintf("%s %d", e.Field, e.Block)
		}
		var captions [2]string
		if p := e.Picture; p != nil {
			where = pictureName(*p)
			captions[0], captions[1] = p.Captions()
		}
		printf(a.out, "@@ %s @@\n", where)
		for _, s := range e.Old {
			printf(a.out, "-%s\n", joined(s, captions[0]))
		}
		for _, s := range e.New {
			printf(a.out, "+%s\n", joined(s, captions[1]))
		}
	}
}

// joined is the address of a picture with its caption.
func joined(address, caption string) string {
	if caption == "" {
		return address
	}
	return address + "  " + caption
}

// pictureName says what became of a picture.
func pictureName(p compare.PictureEdit) string {
	what := "exchanged"
	switch {
	case p.Old == nil:
		what = "new"
	case p.New == nil:
		what = "taken out"
	}
	if p.Unsure {
		what += "?"
	}
	return "images: " + what
}

// printLines prints JSON lines.
func (a *app) printLines(lines []any) error {
	for _, line := range lines {
		if err := printJSON(a.out, line); err != nil {
			return err
		}
	}
	return nil
}
