package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"baoluu/archive/reclean"
)

func (a *app) recleanCommand() *cobra.Command {
	var accept, all, asJSON bool
	cmd := &cobra.Command{
		Use:   "reclean [SITE…]",
		Short: "Clean the stored captures again, and report what comes out different",
		Long: `Reclean cleans every stored capture with the cleaner of this program and
compares the result with the stored articles, field by field: how many are the
same, were empty and are filled, were filled and are lost, or read differently.

Nothing changes without --accept. With it the new articles take the place of
the old ones in one step. The history stays the newspaper's own: what a cleaner
reads better is never a version. After a redesign, once the program knows the new
layout, this rebuilds the history: "layout" is gone from it, and of what was
"unsure" the edits are left. A version that was none, such as a notice that came in
an article's place, is taken back; its captures stay.

` + selectHelp,
		Example: `  baoluu reclean
  baoluu reclean dantri --accept
  baoluu reclean --json vov`,
	}
	onSites(cmd, func(ctx context.Context, names []string) error { return a.reclean(ctx, names, accept, all, asJSON) })
	cmd.Flags().BoolVar(&accept, "accept", false, "keep the new articles")
	cmd.Flags().BoolVar(&all, "all", false, "print all fields, and all of the largest differences")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

func (a *app) reclean(ctx context.Context, args []string, accept, all, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	boundMemory()
	talk := a.talker(asJSON)
	return eachSite(ctx, arch, args, func(name string) error {
		report, err := reclean.Run(ctx, arch, name, reclean.Options{Accept: accept, Force: true, Limits: reclean.DefaultLimits(), Progress: func(capture, last uint64) {
			talk("%s: capture %d of %d", name, capture, last)
		}})
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(a.out, newRecleanLine(name, report))
		}
		if err := printReclean(a.out, name, report, all); err != nil {
			return err
		}
		printRecleanEnd(a.out, report)
		return nil
	})
}

// printRecleanEnd says what became of the result.
func printRecleanEnd(w io.Writer, r reclean.Report) {
	switch {
	case r.Accepted:
		printf(w, "accepted: these articles are in force now (%s before, %d after)\n", plural(r.VersionsBefore, "version", "versions"), r.VersionsAfter)
	case r.Differs():
		fmt.Fprintln(w, "nothing was changed: --accept keeps the new articles")
	}
}
