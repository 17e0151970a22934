package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/forget"
)

// forgetLine is the JSON line of what goes, or went, with a page.
type forgetLine struct {
	Type      string   `json:"type"`
	Page      string   `json:"page"`
	Done      bool     `json:"done"`
	Title     *string  `json:"title"`
	Captures  int      `json:"captures"`
	Versions  int      `json:"versions"`
	Bodies    int      `json:"bodies"`
	Assets    int      `json:"assets"`   // pictures, style sheets and fonts that go with it
	Remain    int      `json:"remain"`   // of those that it needs, what others need, too
	Shared    int      `json:"shared"`   // bodies that stay, for other pages have the same bytes
	Repacked  int      `json:"repacked"` // bodies of other pages that were packed against removed ones
	Addresses []string `json:"addresses"`
	Aliases   []string `json:"aliases"`
	Before    int64    `json:"file_bytes"`
	After     *int64   `json:"file_bytes_after"` // null until it is done
	Backups   []string `json:"backups"`          // folders of backups that hold the page
}

func (a *app) forgetCommand() *cobra.Command {
	var o struct {
		reason      string
		yes, asJSON bool
	}
	cmd := &cobra.Command{
		Use:   "forget PAGE --reason TEXT",
		Short: "Take a page out of the archive for good, where the law demands it",
		Long: `Forget takes one page out: all its captures, bodies, articles, versions and
addresses, and its place among what is to be fetched. Without --yes it only prints
what would go. There is no way back.

The newspaper's file is written again without the page, so that no byte of it is
left. That takes room for a second copy, and a crawl or an accepted reclean of this
newspaper has to end first. Bodies of other pages that were packed against removed
ones are packed again; a body that another page has too is kept for that page.
Pictures, style sheets and fonts that the page needs go with it, but for those that
something else needs, too. What is left is a record: when, why, the numbers of the
captures and the digests of what went. A page that was forgotten is not stored again, by a crawl, an import or a
merge, and whoever asks for it learns when and why it went.

The search index in the archive's folder loses the page, too.

What forget does not touch: an index elsewhere (search --index); captures of
lists, feeds and other articles that name the page; backups (it names those that
hold the page, as far as they are known, and what takes it out of them); corpora
that were exported before; and what the disk keeps of files that were deleted.

` + pageHelp,
		Example: `  baoluu forget --reason "Quyết định 12/QĐ-TTTT" vov/post1315698
  baoluu forget --reason "Quyết định 12/QĐ-TTTT" --yes vov/post1315698
  baoluu list --forgotten`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.forget(cmd.Context(), args[0], forget.Options{Reason: o.reason, At: time.Now(), Accept: o.yes}, o.asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.reason, "reason", "", "why, for whoever asks later; kept in the archive")
	f.BoolVar(&o.yes, "yes", false, "do it")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

func (a *app) forget(ctx context.Context, ref string, o forget.Options, asJSON bool) error {
	site, id, err := siteOfPage(ref)
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	r, err := forget.Run(ctx, arch, site, id, o)
	if errors.Is(err, archive.ErrCorrupt) {
		return withHint(`nothing was changed: bring what is intact into a new archive with "baoluu rescue", and forget the page there`, "%w", err)
	}
	if o.Accept && (err == nil || errors.Is(err, archive.ErrForgotten)) { // one before may have been killed
		err = errors.Join(err, a.unindex(ctx, arch, site))
	}
	if err != nil {
		return err
	}
	name := site + "/" + r.Page.Page
	if asJSON {
		line := forgetLine{
			"forget", name, o.Accept, optional(r.Page.Title), r.Captures, r.Page.Versions, r.Bodies, r.Assets, r.Remain, r.Shared, r.Repacked,
			append([]string{}, r.Addresses...), append([]string{}, r.Aliases...), r.Before, nil, paths(r.Backups),
		}
		if o.Accept {
			line.After = &r.After
		}
		return printJSON(a.out, line)
	}
	verb := "would go"
	if o.Accept {
		verb = "went"
	}
	printf(a.out, "%s  %s\n", name, cell(r.Page.Title))
	printf(a.out, "%s: %s, %s, %s\n", verb, plural(r.Captures, "capture", "captures"), plural(r.Page.Versions, "version", "versions"), plural(r.Bodies, "body", "bodies"))
	if r.Assets > 0 {
		printf(a.out, "  among them %s that nothing else needs\n", plural(r.Assets, "asset", "assets"))
	}
	for _, url := range r.Addresses {
		printf(a.out, "  %s\n", url)
	}
	for _, page := range r.Aliases {
		printf(a.out, "  %s/%s, found to be this page\n", site, page)
	}
	if r.Shared > 0 {
		printf(a.out, "stays: %s that another page has too\n", plural(r.Shared, "body", "bodies"))
	}
	if r.Remain > 0 {
		printf(a.out, "stays: %s that it needs and others need, too\n", plural(r.Remain, "asset", "assets"))
	}
	if r.Repacked > 0 {
		printf(a.out, "packed again: %s of other pages\n", plural(r.Repacked, "body", "bodies"))
	}
	for _, line := range a.inBackups(site, r.Backups) {
		printf(a.out, "%s\n", line)
	}
	if o.Accept {
		_, err = printf(a.out, "forgotten; %s.db had %s and has %s\n", site, size(r.Before), size(r.After))
		return err
	}
	_, err = fmt.Fprintln(a.out, "nothing was changed: --yes forgets it for good")
	return err
}
