package main

import (
	"context"

	"github.com/spf13/cobra"

	"baoluu/archive/backup"
)

func (a *app) backupCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backup OUT",
		Short: "Copy what is new since the last backup into another folder, and read it back",
		Long: `Backup brings the folder OUT up to date. The first backup copies everything, later
ones only what is new. Crawls may go on meanwhile. OUT is an archive that every
command reads (--archive OUT): it holds each newspaper up to a certain capture,
whenever the backup is stopped, and the next one goes on from there. What was
written is read back. To check all of it: baoluu verify --archive OUT.

A newspaper is copied again from the start when a page of it was forgotten since, so
that the page is gone from OUT, too, and when a merge repaired captures that a
rescue could not read. The archive remembers its backups, and "forget" names those
that still hold a page.`,
		Example: `  baoluu backup /mnt/disk/news
  baoluu backup /mnt/disk/news --site vov --json
  baoluu list --archive /mnt/disk/news`,
	}
	a.onFolder(cmd, func(ctx context.Context, out string, names []string) error { return a.backup(ctx, out, names, asJSON) })
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

type backupLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Out      string `json:"out"`
	Captures int    `json:"captures"` // new
	Bytes    int64  `json:"bytes"`    // of their bodies, as stored
	Last     uint64 `json:"last"`     // number of the newest capture in the backup
	Renewed  bool   `json:"renewed"`
}

func (a *app) backup(ctx context.Context, out string, only []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	if err := outFolder(arch, out); err != nil {
		return err
	}
	talk := a.talker(asJSON)
	return eachSite(ctx, arch, only, func(name string) error {
		r, err := backup.Run(ctx, arch, name, out, func(r backup.Report) {
			talk("%s: %d of %d captures, %s", name, r.Last, r.Of, size(r.Bytes))
		})
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(a.out, backupLine{"backup", name, out, r.Captures, r.Bytes, r.Last, r.Renewed})
		}
		what := ""
		if r.Renewed {
			what = ", copied again from the start: something was forgotten or repaired"
		}
		_, err = printf(a.out, "%s: %s, %s%s\n", name, plural(r.Captures, "new capture", "new captures"), size(r.Bytes), what)
		return err
	})
}
