package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"baoluu/archive"
)

// forgottenLine is the JSON line of a page that was taken out.
type forgottenLine struct {
	Type      string   `json:"type"`
	Site      string   `json:"site"`
	Page      *string  `json:"page"` // null for a page that was known by its address
	Forgotten string   `json:"forgotten"`
	Reason    string   `json:"reason"`
	Captures  []uint64 `json:"captures"`
	Bodies    []string `json:"bodies"`
	Backups   []string `json:"backups"` // folders of backups that still hold it
}

// listForgotten prints what was taken out, the oldest first.
func (a *app) listForgotten(ctx context.Context, names []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	found := 0
	err = eachSite(ctx, arch, names, func(name string) error {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		list, err := view.Forgotten(ctx)
		found += len(list)
		if err != nil {
			return err
		}
		slices.SortStableFunc(list, func(a, b archive.Forgotten) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Page, b.Page)) })
		for _, f := range list {
			backups, err := arch.StillIn(name, f)
			if err != nil {
				return err
			}
			page := name + "/" + f.Page
			if f.Page == "" {
				page = name + ", a page without an id"
			}
			if asJSON {
				line := forgottenLine{"forgotten", name, nil, local(f.At), f.Reason, append([]uint64{}, f.Captures...), append([]string{}, f.Bodies...), paths(backups)}
				if f.Page != "" {
					line.Page = &page
				}
				err = printJSON(a.out, line)
			} else {
				_, err = printf(a.out, "%s: %s (%s)\n", page, cell(f.Said()), plural(len(f.Captures), "capture", "captures"))
				for _, line := range a.inBackups(name, backups) {
					printf(a.out, "  %s\n", line)
				}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && found == 0 {
		fmt.Fprintln(a.err, "no page was forgotten")
	}
	return err
}

// noteForgotten prints how many pages of a newspaper were forgotten.
func (a *app) noteForgotten(ctx context.Context, view *archive.View, name string) error {
	list, err := view.Forgotten(ctx)
	if err == nil && len(list) > 0 {
		printf(a.err, "%s: %s forgotten (\"baoluu list --forgotten\")\n", name, plural(len(list), "page was", "pages were"))
	}
	return err
}

// inBackups says which backups hold a page, and how it leaves them.
func (a *app) inBackups(site string, backups []archive.BackupInfo) (lines []string) {
	for _, b := range backups {
		command := []string{"baoluu", "backup"}
		if a.archiveFlag != "" {
			command = append(command, "--archive", a.archiveFlag)
		}
		command = append(command, "--site", site, b.Path)
		lines = append(lines, fmt.Sprintf("still in the backup of %s; once the page is forgotten this takes it out: %s", local(b.Time), shellLine(command)))
	}
	return lines
}

func paths(backups []archive.BackupInfo) []string {
	list := []string{}
	for _, b := range backups {
		list = append(list, b.Path)
	}
	return list
}
