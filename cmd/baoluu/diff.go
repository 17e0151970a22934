package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"baoluu/cleaner"
)

// editLine is the JSON line of one changed passage.
type editLine struct {
	Type  string   `json:"type"`
	Page  string   `json:"page"`
	From  int      `json:"from"`
	To    int      `json:"to"`
	Field string   `json:"field"`
	Block int      `json:"block,omitempty"` // in body and captions, from 1
	Old   []string `json:"old"`
	New   []string `json:"new"`
}

func (a *app) diffCommand() *cobra.Command {
	var o struct {
		from, to int
		asJSON   bool
	}
	cmd := &cobra.Command{
		Use:   "diff PAGE",
		Short: "Show what changed between two versions of a page",
		Long: `Diff prints the sentences that changed between two versions of a page, and
nothing else: by default the newest and the one before it.

` + pageHelp,
		Example: `  baoluu diff dantri/20221224083224103
  baoluu diff --from 1 --to 3 --json vov/post1315698`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.diff(cmd.Context(), args[0], o.from, o.to, o.asJSON)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.from, "from", 0, "the earlier `version` (default the one before --to)")
	f.IntVar(&o.to, "to", 0, "the later `version` (default the newest)")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each changed passage")
	return cmd
}

func (a *app) diff(ctx context.Context, ref string, from, to int, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	later, err := findSnapshot(ctx, arch, ref, to, "")
	if err != nil {
		return err
	}
	if from == 0 {
		from = later.version.Number - 1
	}
	if from == 0 {
		fmt.Fprintf(a.err, "%s has one version: there is nothing to compare\n", ref)
		return nil
	}
	if from == later.version.Number {
		return errors.New("--from and --to are the same version")
	}
	earlier, err := findSnapshot(ctx, arch, ref, from, "")
	if err != nil {
		return err
	}
	old, err := earlier.article(ctx)
	if err != nil {
		return err
	}
	now, err := later.article(ctx)
	if err != nil {
		return err
	}
	edits := cleaner.Edits(old, now)
	if asJSON {
		for _, e := range edits {
			line := editLine{"edit", later.site + "/" + later.page.Page, earlier.version.Number, later.version.Number,
				e.Field, e.Block, append([]string{}, e.Old...), append([]string{}, e.New...)}
			if err := printJSON(a.out, line); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(a.out, "--- version %d, captured %s\n+++ version %d, captured %s\n",
		earlier.version.Number, local(earlier.version.Captured), later.version.Number, local(later.version.Captured))
	for _, e := range edits {
		where := e.Field
		if e.Block > 0 {
			where = fmt.Sprintf("%s %d", e.Field, e.Block)
		}
		fmt.Fprintf(a.out, "@@ %s @@\n", where)
		for _, s := range e.Old {
			fmt.Fprintf(a.out, "-%s\n", s)
		}
		for _, s := range e.New {
			fmt.Fprintf(a.out, "+%s\n", s)
		}
	}
	return nil
}
