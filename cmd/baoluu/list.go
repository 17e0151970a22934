package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner/capture"
)

// pageLine is the JSON line of one page.
type pageLine struct {
	Type      string  `json:"type"`
	Site      string  `json:"site"`
	ID        *string `json:"id"`   // the newspaper's own, as its address prints it
	Page      string  `json:"page"` // SITE/KEY, as the other commands take it
	URL       string  `json:"url"`
	Title     *string `json:"title"`
	Published *string `json:"published"`
	Captured  string  `json:"captured"` // the newest capture
	Versions  int     `json:"versions"`
	Captures  int     `json:"captures"`
	State     string  `json:"state"`
}

func newPageLine(site string, p archive.PageInfo) pageLine {
	line := pageLine{
		Type: "page", Site: site, ID: optional(p.ID), Page: site + "/" + p.Page, URL: p.URL, Title: optional(p.Title),
		Captured: local(p.Captured), Versions: p.Versions, Captures: p.Captures, State: string(p.State),
	}
	if !p.Published.IsZero() {
		line.Published = optional(local(p.Published))
	}
	return line
}

// optional is null in JSON for a field that is not there.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (a *app) listCommand() *cobra.Command {
	var o struct {
		site   string
		limit  int
		asJSON bool
	}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the pages that are kept",
		Example: `  baoluu list
  baoluu list --site dantri --json --limit 10`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.limit < 0 {
				return errors.New("--limit cannot be negative")
			}
			return a.list(cmd.Context(), o.site, o.limit, o.asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.site, "site", "", "only this `newspaper`")
	f.IntVar(&o.limit, "limit", 0, "at most this `many` pages (default all)")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each page")
	return cmd
}

// errEnough ends a walk early.
var errEnough = errors.New("enough")

func (a *app) list(ctx context.Context, site string, limit int, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	if !asJSON {
		// Columns of fixed width and the title last: rows can be printed as they
		// come, however many there are.
		fmt.Fprintf(a.out, "%-36s  %-16s  %3s  %-7s  %s\n", "PAGE", "PUBLISHED", "VER", "STATE", "TITLE")
	}
	printed := 0
	err = eachSite(ctx, arch, named(site), func(name string) error {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		return view.Pages(ctx, func(p archive.PageInfo) error {
			if p.Versions == 0 && p.State != capture.Live {
				return nil // an address that never gave a page
			}
			if limit > 0 && printed == limit {
				return errEnough
			}
			printed++
			if asJSON {
				return printJSON(a.out, newPageLine(name, p))
			}
			return printPageRow(a.out, name, p)
		})
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func printPageRow(w io.Writer, site string, p archive.PageInfo) error {
	published := "-"
	if !p.Published.IsZero() {
		published = local(p.Published)[:16]
	}
	_, err := fmt.Fprintf(w, "%-36s  %-16s  %3d  %-7s  %s\n", site+"/"+p.Page, published, p.Versions, p.State, cell(p.Title))
	return err
}

// named is the list of one name, or none.
func named(site string) []string {
	if site == "" {
		return nil
	}
	return []string{site}
}
