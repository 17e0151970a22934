package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/cleaner/capture"
)

type exportOptions struct {
	format, out string
	sites       []string
	from, to    string
	languages   []string
	state       string
	asJSON      bool
}

var (
	exportFormats   = []string{"txt", "jsonl", "warc", "wacz"}
	exportLanguages = []string{"vi", "en", "fr"}
)

func (a *app) exportCommand() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export [SITE…] --out FOLDER",
		Short: "Write the articles as a corpus, or the captures as WARC or WACZ",
		Long: `Export writes the newest version of every article that could be read, also of one
that the newspaper took down later: --state live leaves those out, --state gone
writes no others.

  txt    OUT/SITE/YYYY/MM/ID.txt: title, lead and paragraphs, a blank line
         between; the month is that of publication, else of the first capture
  jsonl  OUT/SITE.jsonl: one JSON object a line, all fields; docs/corpus.md
         explains each

Or every capture, in the formats of web archives; "baoluu import" takes them back
without loss:

  warc   OUT/SITE-00001.warc.gz, a new file after each GB, and OUT/SITE.cdxj
  wacz   OUT/SITE.wacz: the same in one file, with the articles' titles and texts

--from and --to are of publication, and an article without a date counts by its
first capture; of WARC and WACZ they are of capture. The same
archive and selection give the same files. Crawls may go on meanwhile: what they
bring is not in this export.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu export --format txt --out corpus/
  baoluu export --format jsonl --out corpus/ --site vov,dantri --from 2026-01 --to 2026-06 --lang vi
  baoluu export --format jsonl --out taken-down/ --state gone
  baoluu export --format wacz --out for-the-library/ dantri`,
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := namedSites(args, o.sites)
			if err != nil {
				return err
			}
			return a.export(cmd.Context(), names, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "txt", "`form`: txt, jsonl, warc, wacz")
	f.StringVar(&o.out, "out", "", "`folder` to write into; made if needed")
	siteFlag(cmd, &o.sites)
	f.StringVar(&o.from, "from", "", "only what was published (captured) in these `days` or later: 2026, 2026-11, 2026-11-22")
	f.StringVar(&o.to, "to", "", "only what was published (captured) in these `days` or before")
	f.StringSliceVar(&o.languages, "lang", nil, "only these `languages`: vi, en, fr")
	f.StringVar(&o.state, "state", "", "only articles whose page is in this `state` now: "+strings.Join(pageStates, ", "))
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each newspaper")
	completeFlag(cmd, "format", exportFormats)
	completeFlag(cmd, "lang", exportLanguages)
	completeFlag(cmd, "state", pageStates)
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

// exportLine is the JSON line of what was written of one newspaper.
type exportLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Format   string `json:"format"`
	Out      string `json:"out"`
	Articles int    `json:"articles"`
}

func (a *app) export(ctx context.Context, names []string, o exportOptions) error {
	if err := oneOf("format", o.format, exportFormats...); err != nil {
		return err
	}
	if err := checkState(o.state); err != nil {
		return err
	}
	days, err := readPeriod("--from", o.from, "--to", o.to, readMoments)
	if err != nil {
		return err
	}
	want := corpus.Selection{From: days.from, To: days.after, Languages: o.languages, State: capture.State(o.state)}
	if err := checkLanguages(o.languages); err != nil {
		return err
	}
	if o.format == "warc" || o.format == "wacz" {
		return a.exportWebArchive(ctx, names, days, o)
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	return eachSite(ctx, arch, names, func(name string) error {
		n, err := a.exportSite(ctx, arch, name, want, o)
		if err != nil {
			return err
		}
		if o.asJSON {
			return printJSON(a.out, exportLine{"export", name, o.format, o.out, n})
		}
		_, err = printf(a.err, "%s: %s to %s\n", name, plural(n, "article", "articles"), o.out)
		return err
	})
}

func (a *app) exportSite(ctx context.Context, arch *archive.Archive, name string, want corpus.Selection, o exportOptions) (int, error) {
	view, err := arch.View(ctx, name)
	if err != nil {
		return 0, err
	}
	if err := a.noteForgotten(ctx, view, name); err != nil {
		return 0, err
	}
	if o.format == "txt" {
		sink, err := corpus.NewText(o.out)
		if err != nil {
			return 0, err
		}
		n, err := corpus.Write(ctx, view, name, want, sink)
		return n, errors.Join(err, sink.Close())
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return 0, err
	}
	// A file under its own name is a whole export; one that failed leaves none.
	whole := filepath.Join(o.out, name+".jsonl")
	file, err := os.Create(whole + ".part")
	if err != nil {
		return 0, err
	}
	buffer := bufio.NewWriter(file)
	n, err := corpus.Write(ctx, view, name, want, corpus.NewJSONLines(buffer))
	if err == nil {
		err = errors.Join(buffer.Flush(), file.Sync())
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), whole)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(file.Name()))
	}
	return n, nil
}
