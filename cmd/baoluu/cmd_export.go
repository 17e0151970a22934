package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/export"
	"baoluu/archive/warc"
)

type exportOptions struct {
	format, out string
	from, to    string
	languages   []string
	sections    []string
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

--from and --to select by day of publication, an article without a date by its first
capture; of WARC and WACZ they select by day of capture. The same archive and
selection give the same files. Crawls may go on meanwhile: what they bring is not in
this export.

OUT holds exactly this export afterwards. Files of an earlier export that are the
same are not touched, others are replaced, and what no longer belongs is deleted:
what was forgotten, what is not selected now, another format's files. So each export
needs a folder of its own. OUT/manifest.json lists the files with their SHA-256. A
folder that holds anything else is refused before anything is written. Interrupted at
any moment, OUT holds complete files only, and the next export finishes the rest. A
newspaper that cannot be read keeps its earlier files (exit 3). Where nothing is
selected OUT stays as it was (exit 3), unless it was made by the same selection:
then it is empty now.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu export --format txt --out corpus/
  baoluu export --format jsonl --out corpus/ --site vov,dantri --from 2026-01 --to 2026-06 --lang vi
  baoluu export --format jsonl --out taken-down/ --state gone
  baoluu export --out society/ --section 'xã hội' --section society
  baoluu export --format wacz --out for-the-library/ dantri`,
	}
	onSites(cmd, func(ctx context.Context, names []string) error { return a.export(ctx, names, o) })
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "txt", "`form`: txt, jsonl, warc, wacz")
	f.StringVar(&o.out, "out", "", "`folder` to write into; made if needed")
	f.StringVar(&o.from, "from", "", "only what was published (captured) in these `days` or later: 2026, 2026-11, 2026-11-22")
	f.StringVar(&o.to, "to", "", "only what was published (captured) in these `days` or before")
	f.StringSliceVar(&o.languages, "lang", nil, "only these `languages`: vi, en, fr")
	f.StringArrayVar(&o.sections, "section", nil, "only articles of this `section`; may be repeated")
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
	Type   string `json:"type"`
	Site   string `json:"site"`
	Format string `json:"format"`
	Out    string `json:"out"`
	exported
	export.Changes // in files
}

// exported is what an export has of a newspaper: articles, or captures.
type exported struct {
	*articles
	*warc.Exported
}

type articles struct {
	Articles int `json:"articles"`
}

// count is how many there are, and words what of.
func (e exported) count() (n int, words string) {
	if e.Exported != nil {
		return e.Captures, plural(e.Captures, "capture", "captures")
	}
	return e.Articles, plural(e.Articles, "article", "articles")
}

// exportWriter writes the files of one newspaper.
type exportWriter func(ctx context.Context, view *archive.View, name string, to corpus.Files) (exported, error)

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
	want := corpus.Selection{From: days.from, To: days.after, Languages: o.languages, Sections: o.sections, State: capture.State(o.state)}
	if err := checkLanguages(o.languages); err != nil {
		return err
	}
	write, err := a.exportWriter(want, o)
	if err != nil {
		return err
	}
	return a.exportTo(ctx, names, want, o, write)
}

// exportWriter is how a format is written.
func (a *app) exportWriter(want corpus.Selection, o exportOptions) (exportWriter, error) {
	switch o.format {
	case "warc", "wacz":
		return a.webArchiveWriter(want, o)
	case "txt":
		return func(ctx context.Context, view *archive.View, name string, to corpus.Files) (exported, error) {
			n, err := corpus.Write(ctx, view, name, want, corpus.NewText(to))
			return exported{articles: &articles{n}}, err
		}, nil
	}
	return func(ctx context.Context, view *archive.View, name string, to corpus.Files) (exported, error) {
		w, err := to.Create(name + ".jsonl")
		if err != nil {
			return exported{}, err
		}
		n, err := corpus.Write(ctx, view, name, want, corpus.NewJSONLines(w))
		return exported{articles: &articles{n}}, err
	}, nil
}

// exportTo brings the folder up to date, and prints what it did to it.
func (a *app) exportTo(ctx context.Context, names []string, want corpus.Selection, o exportOptions, write exportWriter) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	folder, err := openExport(arch, names, want, o)
	if err != nil {
		return err
	}
	done, total, err := a.exportSites(ctx, arch, names, folder, write, o.asJSON)
	if ctx.Err() != nil || folder.Err() != nil || err != nil && len(done) == 0 {
		return errors.Join(err, folder.Close())
	}
	changes := map[string]export.Changes{}
	if total > 0 || folder.Again() {
		var failed error
		if changes, failed = folder.Commit(); failed != nil {
			return errors.Join(fmt.Errorf("export to %s: %w", o.out, failed), folder.Close())
		}
	}
	if failed := folder.Close(); failed != nil {
		return failed
	}
	if failed := a.printExported(done, changes, o); failed != nil {
		return failed
	}
	if total == 0 && err == nil {
		err = nothingExported(folder, changes, o)
	}
	return err
}

// openExport opens the folder of an export, or says why it cannot be one.
func openExport(arch *archive.Archive, names []string, want corpus.Selection, o exportOptions) (*export.Folder, error) {
	const elsewhere = "name a folder that is empty, or not there yet: each export wants one of its own"
	if o.out == "-" {
		return nil, withHint(elsewhere+"; one that is really called so is ./-", "--out -: an export is a folder, and is not written to standard output")
	}
	if err := arch.Apart(o.out); err != nil {
		return nil, withHint(elsewhere, "--out %s: %w", o.out, err)
	}
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return local(t)
	}
	folder, err := export.Open(o.out, export.Export{Format: o.format, Selection: export.Selection{
		Sites: names, From: moment(want.From), Before: moment(want.To), Languages: o.languages, Sections: o.sections, State: o.state,
	}})
	if errors.Is(err, export.ErrForeign) {
		return nil, withHint(elsewhere+"; an export made by an older baoluu has no manifest.json: move it away", "--out: %w", err)
	}
	return folder, err
}

// exportSites writes the newspapers' files. It goes on after a newspaper that cannot be
// read, and ends where the folder cannot be written.
func (a *app) exportSites(ctx context.Context, arch *archive.Archive, names []string, folder *export.Folder, write exportWriter, asJSON bool) (map[string]exported, int, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done, total := map[string]exported{}, 0
	talk := a.talker(asJSON)
	err := eachSite(ctx, arch, names, func(name string) error {
		var out exported
		err := folder.Write(name, func(to export.Sink) (int, error) {
			view, err := arch.View(ctx, name)
			if err != nil {
				return 0, err
			}
			if err := a.noteForgotten(ctx, view, name); err != nil {
				return 0, err
			}
			if out, err = write(ctx, view, name, &talkingFiles{Files: to, site: name, talk: talk}); err != nil {
				return 0, err
			}
			n, _ := out.count()
			return n, nil
		})
		if folder.Err() != nil {
			stop()
		}
		if err != nil {
			return err
		}
		n, _ := out.count()
		done[name] = out
		total += n
		return nil
	})
	for _, name := range names { // also one that the archive has not, or no longer
		if _, ok := done[name]; !ok {
			folder.Keep(name)
		}
	}
	return done, total, err
}

// talkingFiles prints how much has been written.
type talkingFiles struct {
	corpus.Files
	site  string
	talk  func(format string, args ...any)
	bytes int64
}

func (f *talkingFiles) Create(path string) (io.Writer, error) {
	w, err := f.Files.Create(path)
	if err != nil {
		return nil, err
	}
	return writerFunc(func(b []byte) (int, error) {
		n, err := w.Write(b)
		f.bytes += int64(n)
		f.talk("%s: %s written", f.site, size(f.bytes))
		return n, err
	}), nil
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// printExported prints of each newspaper what was written, and what that did to the
// folder; also of those that are no longer in it.
func (a *app) printExported(done map[string]exported, changes map[string]export.Changes, o exportOptions) error {
	names := slices.Sorted(maps.Keys(done))
	for name := range changes {
		if _, ok := done[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		out, selected := done[name]
		if !selected && changes[name].Removed == 0 {
			continue // it could not be read: the error says so
		}
		if !selected {
			out = exported{articles: &articles{}}
			if o.format == "warc" || o.format == "wacz" {
				out = exported{Exported: &warc.Exported{}}
			}
		}
		if o.asJSON {
			if err := printJSON(a.out, exportLine{"export", name, o.format, o.out, out, changes[name]}); err != nil {
				return err
			}
			continue
		}
		n, what := out.count()
		if !selected {
			what = "not selected"
		}
		to := ""
		if n > 0 {
			to = " to " + o.out
		}
		if _, err := printf(a.err, "%s: %s%s%s\n", name, what, to, inFiles(changes[name], o.format)); err != nil {
			return err
		}
	}
	return nil
}

// inFiles says what was done to a newspaper's files. In text each is an article.
func inFiles(c export.Changes, format string) string {
	var list []string
	for _, kind := range []struct {
		n    int
		what string
	}{{c.New, "new"}, {c.Changed, "changed"}, {c.Removed, "removed"}, {c.Same, "as before"}} {
		if kind.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", kind.n, kind.what))
		}
	}
	switch {
	case len(list) == 0:
		return ""
	case format == "txt":
		return " (" + strings.Join(list, ", ") + ")"
	}
	return " (files: " + strings.Join(list, ", ") + ")"
}

// nothingExported says that nothing was selected, and what that did to the folder.
func nothingExported(folder *export.Folder, changes map[string]export.Changes, o exportOptions) error {
	what := "article"
	if o.format == "warc" || o.format == "wacz" {
		what = "capture"
	}
	switch {
	case len(changes) > 0:
		return &partlyError{fmt.Errorf("no %s is selected any more: %s is empty now", what, o.out)}
	case folder.Holds():
		return &partlyError{withHint("to have it empty, delete it", "no %s is selected: %s stays as it was", what, o.out)}
	}
	return &partlyError{fmt.Errorf("no %s is selected: nothing was written to %s", what, o.out)}
}
