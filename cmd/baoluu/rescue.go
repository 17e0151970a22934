package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

func (a *app) rescueCommand() *cobra.Command {
	var only []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rescue OUT",
		Short: "Bring what can be read of a damaged archive into a new one",
		Long: `Rescue reads a damaged archive page by page, whatever its indexes say, and brings
every capture that can still be read into a new archive in the folder OUT; each
body is held against its SHA-256. Indexes, articles and versions are made anew.
What is lost is a line each, and exit 3; and so is why more may be lost than could
be counted, as where the file is cut. The damaged archive is only read.

Captures get new numbers. A capture whose body is lost is kept without it; where
there is a backup, or a WARC file, merge or import it into OUT: every capture and
every body that it has comes back. Look what came back with "baoluu verify
--archive OUT", and then use OUT instead.

A newspaper appears in OUT when it is whole. Stopped before, even by kill -9, the
same command goes on; or begins anew, if something was written to the damaged
archive since.`,
		Example: `  baoluu rescue ../archive-rescued
  baoluu rescue ../archive-rescued --site dantri --json
  baoluu merge --archive ../archive-rescued /mnt/disk/news   # the backup fills in what was lost
  baoluu verify --archive ../archive-rescued`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := namedSites(nil, only)
			if err != nil {
				return err
			}
			return a.rescue(cmd.Context(), args[0], names, asJSON)
		},
	}
	siteFlag(cmd, &only)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON lines")
	return cmd
}

type lostLine struct {
	Type     string  `json:"type"`
	Site     string  `json:"site"`
	Capture  uint64  `json:"capture"`
	Page     *string `json:"page"` // null where it is not known; so are the next two
	URL      *string `json:"url"`
	Captured *string `json:"captured"`
	Body     bool    `json:"body"` // its body only
	What     string  `json:"what"`
}

type rescueLine struct {
	Type     string   `json:"type"`
	Site     string   `json:"site"`
	Out      string   `json:"out"`
	Captures int      `json:"captures"`
	Resumed  int      `json:"resumed"` // of them, by an earlier rescue that was stopped
	Of       int      `json:"of"`
	Pages    int      `json:"pages"`
	Versions int      `json:"versions"`
	Lost     int      `json:"lost"`
	Bodiless int      `json:"bodiless"`
	Already  bool     `json:"already"` // an earlier rescue had brought it: nothing was done
	Doubts   []string `json:"doubts"`  // why more may be lost than was counted
}

func (a *app) rescue(ctx context.Context, out string, only []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	if err := outFolder(arch, out); err != nil {
		return err
	}
	talk := a.talker(asJSON)
	return eachSite(ctx, arch, only, func(name string) error {
		r, err := arch.Rescue(ctx, name, out, archive.RescueOptions{
			Progress: func(r archive.RescueReport) { talk("%s: %d of %d captures", name, r.Captures, r.Of) },
			Lost:     func(l archive.Lost) { a.printLost(name, l, asJSON) },
		})
		if err != nil {
			return err
		}
		doubts := strings.FieldsFunc(r.Doubts, func(c rune) bool { return c == '\n' })
		if asJSON {
			err = printJSON(a.out, rescueLine{"rescue", name, out, r.Captures, r.Resumed, r.Of, r.Pages, r.Versions, r.Lost, r.Bodiless, r.Already, append([]string{}, doubts...)})
		} else {
			for _, doubt := range doubts {
				printf(a.out, "%s: %s\n", name, doubt)
			}
			_, err = printf(a.out, "%s: %d of %s, %s, %s%s\n", name, r.Captures, plural(r.Of, "capture", "captures"),
				plural(r.Pages, "page", "pages"), plural(r.Versions, "version", "versions"), wentOn(r))
		}
		if err != nil {
			return err
		}
		var reasons []string
		if r.Lost+r.Bodiless > 0 {
			reasons = append(reasons, fmt.Sprintf("%s lost, %s without body", plural(r.Lost, "capture", "captures"), plural(r.Bodiless, "capture", "captures")))
		}
		if len(doubts) > 0 {
			reasons = append(reasons, "more may be lost: "+strings.Join(doubts, "; "))
		}
		if len(reasons) > 0 {
			return &partlyError{errors.New(strings.Join(reasons, "; "))}
		}
		return nil
	})
}

// wentOn says what an earlier rescue had done.
func wentOn(r archive.RescueReport) string {
	switch {
	case r.Already:
		return "; an earlier rescue brought it, and nothing was changed"
	case r.Resumed > 0:
		return fmt.Sprintf("; it went on from a rescue that was stopped after %s", plural(r.Resumed, "capture", "captures"))
	}
	return ""
}

func (a *app) printLost(site string, l archive.Lost, asJSON bool) {
	page := ""
	if l.Page != "" {
		page = site + "/" + l.Page
	}
	if asJSON {
		_ = printJSON(a.out, lostLine{"lost", site, l.Capture, optional(page), optional(l.URL), optionalTime(l.Time), l.Body, l.What}) // a.out remembers
		return
	}
	what := "lost"
	if l.Body {
		what = "its body is lost"
	}
	if page == "" {
		page = "of an unknown page"
	}
	printf(a.out, "%s: capture %d, %s, %s: %s: %s\n", site, l.Capture, page, local(l.Time), what, l.What)
}
