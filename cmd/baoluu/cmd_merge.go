package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/merge"
)

func (a *app) mergeCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "merge FROM",
		Short: "Bring another archive's captures into this one, without doubles",
		Long: `Merge brings the captures of the archive in the folder FROM into this one, as if
all had been captured here. A capture that is here already (page, address, time and
bytes are the same) is passed over, or repaired where its body is missing here: after
a rescue, merging a backup gives everything back. Histories are rebuilt where
needed, and what was forgotten here stays forgotten. FROM is only read.

It may be stopped at any time; called again it goes on. Addresses that the crawler
is to fetch come along; where both archives know one, the newer fetch counts.`,
		Example: `  baoluu merge /mnt/other/archive
  baoluu merge ../old --site dantri --json
  baoluu merge --archive ../archive-rescued /mnt/disk/news   # what a rescue could not read comes back`,
	}
	a.onFolder(cmd, func(ctx context.Context, from string, names []string) error { return a.merge(ctx, from, names, asJSON) })
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

type mergeLine struct {
	Type       string `json:"type"`
	Site       string `json:"site"`
	Captures   int    `json:"captures"`
	Added      int    `json:"added"`
	Known      int    `json:"known"`
	Mended     int    `json:"mended"` // repaired: they were here without their body, or without what they repeat
	Pages      int    `json:"pages"`  // new here
	Revisits   int    `json:"revisits"`
	Forgotten  int    `json:"forgotten"`  // of pages that are forgotten here
	Unreadable int    `json:"unreadable"` // damaged in FROM
}

func (a *app) merge(ctx context.Context, dir string, only []string, asJSON bool) error {
	from, err := archive.Open(dir)
	if err != nil {
		return err
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	arch, err := archive.Create(c.Archive)
	if err != nil {
		return err
	}
	if err := arch.Elsewhere(dir); err != nil {
		if sameFolder(dir, c.Archive) {
			return withHint("name the folder of another archive", "%s cannot be merged with itself", archive.Path(dir))
		}
		return err
	}
	talk := a.talker(asJSON)
	return eachSite(ctx, from, only, func(name string) error {
		r, err := merge.Run(ctx, arch, name, from, merge.Options{
			Progress: func(r merge.Report) {
				talk("%s: %d of %d captures, %d new", name, r.Captures, r.Of, r.Added)
			},
			Damaged: func(n uint64, err error) {
				printf(a.err, "%s: %v: it is left out\n", name, ofWhat(fmt.Sprintf("capture %d", n), err))
			},
		})
		if err != nil {
			return err
		}
		a.indexed(ctx, arch, name)
		if asJSON {
			err = printJSON(a.out, mergeLine{"merge", name, r.Captures, r.Added, r.Known, r.Repaired, r.Pages, r.Revisits, r.Forgotten, r.Unreadable})
		} else {
			_, err = printf(a.out, "%s: %s, %s, %d here already%s\n", name, plural(r.Added, "new capture", "new captures"),
				plural(r.Pages, "new page", "new pages"), r.Known, alsoMerged(r))
		}
		if err == nil && r.Unreadable > 0 {
			err = &partlyError{withHint(fmt.Sprintf(`"baoluu rescue OUT --archive %s" brings back what can be, merge that`, dir),
				"%s in %s cannot be read, the rest is here", plural(r.Unreadable, "capture", "captures"), dir)}
		}
		return err
	})
}

func sameFolder(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// alsoMerged says what does not come with every merge.
func alsoMerged(r merge.Report) (text string) {
	if r.Repaired > 0 {
		text += fmt.Sprintf(", %s repaired", plural(r.Repaired, "capture", "captures"))
	}
	if r.Forgotten > 0 {
		text += fmt.Sprintf(", %d of forgotten pages left out", r.Forgotten)
	}
	return text
}
