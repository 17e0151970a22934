package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

func (a *app) verifyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [SITE…]",
		Short: "Read everything that is kept and check that it is whole",
		Long: `Verify reads every record and every body of the archive: checksums, the SHA-256
of each body, every index against what it points to. It changes nothing. Exit 0
says that all is whole; each thing that is hurt is a line, and exit 1.`,
		Example: "  baoluu verify\n  baoluu verify dantri --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.verify(cmd.Context(), args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON lines")
	return cmd
}

type problemLine struct {
	Type  string `json:"type"`
	Site  string `json:"site"`
	Where string `json:"where"`
	What  string `json:"what"`
	Means string `json:"means"`
}

type verifyLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Pages    int    `json:"pages"`
	Captures int    `json:"captures"`
	Bodies   int    `json:"bodies"`
	Articles int    `json:"articles"`
	Versions int    `json:"versions"`
	Problems int    `json:"problems"`
}

func (a *app) verify(ctx context.Context, args []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	problems := 0
	err = eachSite(ctx, arch, args, func(name string) error {
		report, err := arch.Verify(ctx, name, func(p archive.Problem) {
			if asJSON {
				_ = printJSON(a.out, problemLine{"problem", name, p.Where, p.What, p.Means})
			} else {
				fmt.Fprintf(a.out, "%s: %s: %s: %s\n", name, p.Where, p.What, p.Means)
			}
		})
		if err != nil {
			return err
		}
		problems += report.Problems
		if asJSON {
			return printJSON(a.out, verifyLine{"verify", name, report.Pages, report.Captures, report.Bodies, report.Articles, report.Versions, report.Problems})
		}
		word := "whole"
		if report.Problems > 0 {
			word = plural(report.Problems, "problem", "problems")
		}
		_, err = fmt.Fprintf(a.out, "%s: %s: %s, %s, %s\n", name, word,
			plural(report.Pages, "page", "pages"), plural(report.Captures, "capture", "captures"), plural(report.Versions, "version", "versions"))
		return err
	})
	if problems > 0 {
		return errors.Join(fmt.Errorf("the archive is damaged: %s", plural(problems, "problem", "problems")), err)
	}
	return err
}
