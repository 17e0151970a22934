package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/rescue"
)

func (a *app) rescueCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rescue OUT",
		Short: "Bring what can be read of a damaged archive into a new one",
		Long: `Rescue reads a damaged archive page by page, without its indexes, and brings every
capture that can still be read into a new archive in the folder OUT; the SHA-256 of
each body is checked. Indexes, articles and versions are rebuilt. The first losses
are printed, all of them are listed in OUT/SITE.lost.jsonl (the lines of --json), and
it is exit 3; also where more may be lost than could be counted, as where the file is
cut off. The damaged archive is only read.

Captures get new numbers. A capture whose body is lost is kept without it. If there
is a backup, or a WARC file, merge or import it into OUT: every capture and every
body that it has comes back. Check OUT with "baoluu verify --archive OUT", and then
use it instead.

A newspaper appears in OUT when it is complete. Stopped before, even by kill -9, the
same command goes on; if something was written to the damaged archive since, it
starts again.`,
		Example: `  baoluu rescue ../archive-rescued
  baoluu rescue ../archive-rescued --site dantri --json
  baoluu merge --archive ../archive-rescued /mnt/disk/news   # the backup fills in what was lost
  baoluu verify --archive ../archive-rescued`,
	}
	a.onFolder(cmd, func(ctx context.Context, out string, names []string) error { return a.rescue(ctx, out, names, asJSON) })
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
		lost := newLosses(name, out)
		r, err := rescue.Run(ctx, arch, name, out, rescue.Options{
			Progress: func(r rescue.Report) { talk("%s: %d of %d captures", name, r.Captures, r.Of) },
			Lost: func(l rescue.Lost) {
				line := lost.add(l)
				if asJSON {
					_ = printJSON(a.out, line) // a.out remembers
				}
			},
		})
		if err = errors.Join(err, lost.close(err == nil)); err != nil {
			return err
		}
		doubts := strings.FieldsFunc(r.Doubts, func(c rune) bool { return c == '\n' })
		if asJSON {
			err = printJSON(a.out, rescueLine{"rescue", name, out, r.Captures, r.Resumed, r.Of, r.Pages, r.Versions, r.Lost, r.Bodiless, r.Already, append([]string{}, doubts...)})
		} else {
			_, err = printf(a.out, "%s: %d of %s, %s, %s%s\n", name, r.Captures, plural(r.Of, "capture", "captures"),
				plural(r.Pages, "page", "pages"), plural(r.Versions, "version", "versions"), wentOn(r))
			for _, line := range append(doubts, lost.lines()...) {
				printf(a.out, "%s: %s\n", name, line)
			}
		}
		if err != nil {
			return err
		}
		var reasons []string
		if r.Lost > 0 {
			reasons = append(reasons, plural(r.Lost, "capture is", "captures are")+" lost")
		}
		if r.Bodiless > 0 {
			reasons = append(reasons, plural(r.Bodiless, "capture is", "captures are")+" without body")
		}
		if text := strings.Join(doubts, "; "); strings.Contains(text, "may be lost") {
			reasons = append(reasons, text)
		} else if text != "" {
			reasons = append(reasons, "more may be lost: "+text)
		}
		if len(reasons) > 0 {
			return &partlyError{errors.New(strings.Join(reasons, "; "))}
		}
		return nil
	})
}

// wentOn says what an earlier rescue had done.
func wentOn(r rescue.Report) string {
	switch {
	case r.Already:
		return "; an earlier rescue brought it, and nothing was changed"
	case r.Resumed > 0:
		return fmt.Sprintf("; it went on from a rescue that was stopped after %s", plural(r.Resumed, "capture", "captures"))
	}
	return ""
}

// maxLostPrinted is how many losses of known pages are printed for a person, and how many
// ranges of numbers of unknown ones.
const maxLostPrinted = 10

// losses are what a rescue could not bring back. All of it is written to a file beside
// the rescued newspaper, for there may be many.
type losses struct {
	site, path string
	file       *os.File
	err        error
	first      []string
	more       int
	unknown    int
	ranges     [][2]uint64 // numbers of captures of unknown pages
}

func newLosses(site, out string) *losses {
	return &losses{site: site, path: filepath.Join(out, site+".lost.jsonl")}
}

// add notes one thing.
func (o *losses) add(l rescue.Lost) lostLine {
	page := ""
	if l.Page != "" {
		page = o.site + "/" + l.Page
	}
	line := lostLine{"lost", o.site, l.Capture, optional(page), optional(l.URL), optionalTime(l.Time), l.Body, l.What}
	if o.file == nil && o.err == nil {
		o.file, o.err = os.Create(o.path + ".new")
	}
	if o.err == nil {
		o.err = printJSON(o.file, line)
	}
	switch {
	case l.Page == "":
		o.unknown++
		if n := len(o.ranges); n > 0 && o.ranges[n-1][1]+1 == l.Capture {
			o.ranges[n-1][1] = l.Capture
		} else {
			o.ranges = append(o.ranges, [2]uint64{l.Capture, l.Capture})
		}
	case len(o.first) == maxLostPrinted:
		o.more++
	default:
		what := "capture %d is lost"
		if l.Body {
			what = "the body of capture %d is lost"
		}
		o.first = append(o.first, fmt.Sprintf("%s, captured %s: "+what+": %s", page, local(l.Time), l.Capture, l.What))
	}
	return line
}

// close gives the file its name, where the rescue came to its end.
func (o *losses) close(done bool) error {
	if o.file == nil {
		return o.err
	}
	err := errors.Join(o.err, o.file.Close())
	if err == nil && done {
		return os.Rename(o.file.Name(), o.path)
	}
	return errors.Join(err, os.Remove(o.file.Name()))
}

// lines say what is lost, and where all of it is listed.
func (o *losses) lines() []string {
	list := o.first
	if o.more > 0 {
		list = append(list, "… and "+plural(o.more, "more", "more"))
	}
	if o.unknown > 0 {
		var numbers []string
		for _, r := range o.ranges[:min(len(o.ranges), maxLostPrinted)] {
			text := fmt.Sprint(r[0])
			if r[1] > r[0] {
				text += fmt.Sprintf(" to %d", r[1])
			}
			numbers = append(numbers, text)
		}
		if len(o.ranges) > maxLostPrinted {
			numbers = append(numbers, "…")
		}
		list = append(list, fmt.Sprintf("%s of unknown pages: %s", plural(o.unknown, "lost capture", "lost captures"), strings.Join(numbers, ", ")))
	}
	if len(list) > 0 {
		list = append(list, "all that is lost is listed in "+archive.Path(o.path))
	}
	return list
}
