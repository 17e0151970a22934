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
	"baoluu/archive/corpus"
	"baoluu/archive/corpus/textform"
	"baoluu/archive/export"
	"baoluu/archive/warc"
	"baoluu/sites"
)

type exportOptions struct {
	format, out              string
	compress                 string
	shard                    int
	with                     []string
	textForm, split          string
	from, to                 string
	capturedFrom, capturedTo string
	at, version, state       string
	languages, sections      []string
	minChars, maxChars       int
	topics, where            []string
	dedup                    string
	manifest                 string
	since                    []string
	asJSON                   bool
}

var (
	exportFormats  = []string{"txt", "jsonl", "parquet", "warc", "wacz"}
	exportPackings = []string{"gz", "zst"}
	exportVersions = []string{"latest", "first", "all"}
	exportDedups   = []string{"keep=all", "keep=earliest", "keep=longest"}
)

func (a *app) exportCommand() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export [SITE…] --out FOLDER",
		Short: "Write the articles as a corpus, or the captures as WARC or WACZ",
		Long: `Export writes the newest version of every article that could be read, also of one
that the newspaper took down later (--state live leaves those out). The same archive
and selection give the same files, and crawls may go on meanwhile. docs/corpus.md
explains it all.

  txt      OUT/SITE/YYYY/MM/ID.txt: title, lead and paragraphs, a blank line
           between; the month is that of publication, else of the first capture
  jsonl    OUT/SITE.jsonl: one JSON object a line, all fields; with --compress
           SITE.jsonl.gz or .zst
  parquet  OUT/SITE.parquet: the same fields as a table, for DuckDB, pandas and
           the like

Or every capture, in the formats of web archives; "baoluu import" takes them back
without loss:

  warc     OUT/SITE-00001.warc.gz, a new file after each GB, and OUT/SITE.cdxj
  wacz     OUT/SITE.wacz: the same in one file, with the articles' titles and texts

--from and --to select by day of publication, an article without a date by its first
capture; of WARC and WACZ they select by day of capture. A condition of --where is a
label (what is doubtful about an article), as generic or '!generic'; a number, as
'chars>=500'; or a text, as text_language=vi or topic!=sport.

--dedup finds articles that are the same, in one newspaper or several: keep=all says
which page printed each first, keep=earliest or keep=longest keeps one of them.
--split 90/5/5 makes OUT/SITE/train.jsonl, validation and test; what is the same
stands in one part, and each article stays in its part when others come.

OUT holds exactly this export afterwards: what is the same is not touched, and what no
longer belongs is deleted. So each export needs a folder of its own; one that holds
anything else is refused. OUT/README.md is a dataset card, for people and for Hugging
Face. OUT/manifest.json lists the files, and each article with its capture and cleaner;
"baoluu corpus verify OUT" looks whether all is as it was written. Interrupted at any
moment, OUT holds complete files only, and the next export finishes the rest. A
newspaper that cannot be read keeps its earlier files (exit 3). Where nothing is
selected OUT stays as it was (exit 3), or is emptied if the same selection had made it.

--manifest FILE makes the corpus of a manifest again, to the byte, from this archive
or another one with the same captures, whatever was stored since. Where that cannot
be it says which captures are missing, forgotten or read by another cleaner, and
writes nothing. --since-manifest FILE writes only what is new or changed since a
corpus of the same form; the manifest then lists what of that one holds no more.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu export --format txt --out corpus/
  baoluu export --format jsonl --out corpus/ --site vov,dantri --from 2026-01 --to 2026-06 --lang vi
  baoluu export --format jsonl --out taken-down/ --state gone
  baoluu export --out society/ --section 'xã hội' --section society
  baoluu export --format jsonl --out train/ --where '!boilerplate' --where 'words>=100' --dedup keep=earliest --split 90/5/5
  baoluu export --format parquet --out - dantri > dantri.parquet
  baoluu export --manifest published/manifest.json --out again/
  baoluu export --format wacz --out for-the-library/ dantri`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error {
		if o.manifest == "" {
			return a.export(ctx, names, o)
		}
		if err := nothingBeside(cmd, names); err != nil {
			return err
		}
		return a.rebuild(ctx, o)
	})
	o.flags(a, cmd)
	return cmd
}

func (o *exportOptions) flags(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "txt", "`form`: "+strings.Join(exportFormats, ", "))
	f.StringVar(&o.out, "out", "", "`folder` to write into; made if needed. - is standard output")
	f.StringVar(&o.compress, "compress", "", "pack JSON lines: `gz` or zst")
	f.IntVar(&o.shard, "shard", 0, "begin a new file after so `many` articles")
	f.StringSliceVar(&o.with, "with", nil, "add to the text: `captions`, byline, source")
	f.StringVar(&o.from, "from", "", "only what was published (captured) in these `days` or later: 2026, 2026-11, 2026-11-22")
	f.StringVar(&o.to, "to", "", "only what was published (captured) in these `days` or before")
	f.StringVar(&o.capturedFrom, "captured-from", "", "only versions first captured in these `days` or later")
	f.StringVar(&o.capturedTo, "captured-to", "", "only versions first captured in these `days` or before")
	f.StringSliceVar(&o.languages, "lang", nil, "only these `languages`, such as vi, en, fr")
	f.StringArrayVar(&o.sections, "section", nil, "only articles of this `section`; may be repeated")
	f.StringSliceVar(&o.topics, "topic", nil, "only articles on these `topics`: "+strings.Join(topicNames(), ", "))
	f.StringArrayVar(&o.where, "where", nil, "only articles that meet this `condition`, as '!generic' or 'chars>=500'; may be repeated")
	f.StringVar(&o.dedup, "dedup", "", "find articles that are the same: `keep=all`, keep=earliest or keep=longest")
	f.StringVar(&o.split, "split", "", "part the corpus for training, validation and test: `90/5/5`")
	f.StringVar(&o.textForm, "text-form", string(textform.NFC), "write texts in this `form`: "+strings.Join(textForms(), ", "))
	f.IntVar(&o.minChars, "min-chars", 0, "only articles whose text has so `many` characters or more")
	f.IntVar(&o.maxChars, "max-chars", 0, "only articles whose text has so `many` characters or fewer")
	f.StringVar(&o.state, "state", "", "only articles whose page is in this `state` now: "+strings.Join(pageStates, ", "))
	f.StringVar(&o.version, "version", "latest", "which `versions` of a page: "+strings.Join(exportVersions, ", "))
	f.StringVar(&o.at, "at", "", atHelp)
	f.StringVar(&o.manifest, "manifest", "", "make the corpus of this manifest `file` again")
	f.StringArrayVar(&o.since, "since-manifest", nil, "only what is new or changed since the corpus of this manifest `file`; may be repeated")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each newspaper")
	completeFlag(cmd, "format", exportFormats)
	completeFlag(cmd, "compress", exportPackings)
	completeFlag(cmd, "topic", topicNames())
	completeFlag(cmd, "dedup", exportDedups)
	completeFlag(cmd, "text-form", textForms())
	completeFlag(cmd, "with", corpus.Withs)
	a.completeLater(cmd, "lang", sites.Languages)
	completeFlag(cmd, "state", pageStates)
	completeFlag(cmd, "version", exportVersions)
	_ = cmd.MarkFlagRequired("out")
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
	Articles int            `json:"articles"`
	LeftOut  map[string]int `json:"left_out,omitempty"` // by each filter
	counts   corpus.Counts
}

func articlesOf(c corpus.Counts) exported {
	return exported{articles: &articles{c.Count, c.LeftOut, c}}
}

// tally is what the manifest says of it.
func (e exported) tally() export.Tally {
	if e.Exported != nil {
		return export.Tally{Count: e.Captures}
	}
	return export.Tally(e.counts)
}

// count is how many there are, and words what of.
func (e exported) count() (n int, words string) {
	if e.Exported != nil {
		return e.Captures, plural(e.Captures, "capture", "captures")
	}
	return e.Articles, plural(e.Articles, "article", "articles")
}

// exportWriter writes the files of one newspaper.
type exportWriter func(ctx context.Context, view *archive.View, name string, to files) (exported, error)

// files takes the files of a newspaper, and the manifest's lines of its articles.
type files interface {
	corpus.Files
	Article(line any) error
}

func (a *app) export(ctx context.Context, names []string, o exportOptions) error {
	what, want, err := o.read(names)
	if err != nil {
		return err
	}
	if o.out == stdoutName {
		return a.exportStream(ctx, names, want, o)
	}
	e := exporting{app: a, names: names, o: o, what: what, want: want}
	if e.at, err = parseAt(o.at); err != nil {
		return err
	}
	if len(o.since) > 0 {
		if err := e.since(); err != nil {
			return err
		}
	}
	if e.write, err = e.writer(); err != nil {
		return err
	}
	return e.run(ctx)
}

// writer is how a format is written.
func (e *exporting) writer() (exportWriter, error) {
	if e.o.ofCaptures() {
		return e.webArchiveWriter(e.want, e.o)
	}
	form := e.o.form()
	e.card = newCards(form)
	return func(ctx context.Context, view *archive.View, name string, to files) (exported, error) {
		w := form.Writer(name, to)
		counts, err := corpus.Choose(ctx, view, name, e.want, func(r corpus.Record) error {
			e.card.add(r)
			return errors.Join(w.Put(r), to.Article(r.Chosen))
		})
		if err == nil {
			err = w.Close()
		}
		return articlesOf(counts), err
	}, nil
}

// exporting is an export to a folder.
type exporting struct {
	*app
	names  []string
	o      exportOptions
	at     time.Time
	what   export.Manifest
	want   corpus.Selection
	last   []corpus.Filter // asked after all others, once it is known what is the same
	views  map[string]*archive.View
	card   *cards // nil: a format without articles has none
	write  exportWriter
	folder *export.Folder
	// finish is called when the newspapers that are done are written, before the folder is
	// switched; nil is nothing to do. With it, an export without an article is one, too.
	finish func(ctx context.Context, arch *archive.Archive, done map[string]exported) error
}

// run brings the folder up to date, and prints what it did to it.
func (e *exporting) run(ctx context.Context) error {
	arch, err := e.openArchive()
	if err != nil {
		return err
	}
	if e.folder, err = openExport(arch, e.what, e.o); err != nil {
		return err
	}
	err = e.apart()
	if err == nil {
		err = e.narrow(ctx, arch)
	}
	if err != nil {
		return errors.Join(err, e.folder.Close())
	}
	done, total, err := e.newspapers(ctx, arch)
	if ctx.Err() != nil || e.folder.Err() != nil || err != nil && len(done) == 0 {
		return errors.Join(err, e.folder.Close())
	}
	if e.finish != nil {
		if failed := e.finish(ctx, arch, done); failed != nil {
			return errors.Join(failed, e.folder.Close())
		}
	}
	if e.card != nil {
		if failed := e.writeCard(done); failed != nil {
			return errors.Join(failed, e.folder.Close())
		}
	}
	changes := map[string]export.Changes{}
	if total > 0 || e.folder.Again() || e.finish != nil {
		var failed error
		if changes, failed = e.folder.Commit(); failed != nil {
			return errors.Join(fmt.Errorf("export to %s: %w", e.o.out, failed), e.folder.Close())
		}
	}
	if failed := e.folder.Close(); failed != nil {
		return failed
	}
	if failed := e.printExported(done, changes, e.o); failed != nil {
		return failed
	}
	if total == 0 && err == nil && e.finish == nil {
		err = nothingExported(e.folder, changes, e.o)
	}
	return err
}

// openExport opens the folder of an export, or says why it cannot be one.
func openExport(arch *archive.Archive, what export.Manifest, o exportOptions) (*export.Folder, error) {
	const elsewhere = "name a folder that is empty, or not there yet: each export wants one of its own"
	if err := arch.Apart(o.out); err != nil {
		return nil, withHint(elsewhere, "--out %s: %w", o.out, err)
	}
	folder, err := export.Open(o.out, what)
	if errors.Is(err, export.ErrForeign) {
		return nil, withHint(elsewhere+"; an export made by an older baoluu has no manifest.json: move it away", "--out: %w", err)
	}
	return folder, err
}

// newspapers writes the newspapers' files. It goes on after a newspaper that cannot be
// read, and ends where the folder cannot be written.
func (e *exporting) newspapers(ctx context.Context, arch *archive.Archive) (map[string]exported, int, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done, total := map[string]exported{}, 0
	talk := e.talker(e.o.asJSON)
	err := eachSite(ctx, arch, e.names, func(name string) error {
		var out exported
		err := e.folder.Write(name, func(to export.Sink) (export.Tally, error) {
			view, err := e.view(ctx, arch, name)
			if err != nil {
				return export.Tally{}, err
			}
			if err := e.noteForgotten(ctx, view, name); err != nil {
				return export.Tally{}, err
			}
			if out, err = e.write(ctx, view, name, &talkingFiles{files: to, site: name, talk: talk}); err != nil {
				e.card.drop(name)
				return export.Tally{}, err
			}
			return out.tally(), nil
		})
		if e.folder.Err() != nil {
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
	for _, name := range e.names { // also one that the archive has not, or no longer
		if _, ok := done[name]; !ok {
			e.folder.Keep(name)
		}
	}
	return done, total, err
}

// talkingFiles prints how much has been written.
type talkingFiles struct {
	files
	site  string
	talk  func(format string, args ...any)
	bytes int64
}

func (f *talkingFiles) Create(path string) (io.Writer, error) {
	w, err := f.files.Create(path)
	return talkingFile{f, w, nil}, err
}

func (f *talkingFiles) Open(path string) (io.WriteCloser, error) {
	w, err := f.files.Open(path)
	return talkingFile{f, w, w}, err
}

type talkingFile struct {
	files *talkingFiles
	io.Writer
	io.Closer
}

func (f talkingFile) Write(b []byte) (int, error) {
	n, err := f.Writer.Write(b)
	f.files.bytes += int64(n)
	f.files.talk("%s: %s written", f.files.site, size(f.files.bytes))
	return n, err
}

// printExported prints of each newspaper what was written, and what that did to the
// folder; also of those that are no longer in it.
func (a *app) printExported(done map[string]exported, changes map[string]export.Changes, o exportOptions) error {
	names := slices.Sorted(maps.Keys(done))
	for name := range changes {
		if _, ok := done[name]; !ok && name != "" { // "" has the files of the whole corpus
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
			if o.ofCaptures() {
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
		if _, err := printf(a.err, "%s: %s%s%s%s\n", name, what, to, inFiles(changes[name], o.format), out.leftOut(o)); err != nil {
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

// leftOut says how many articles each filter took, in the order in which they are asked.
func (e exported) leftOut(o exportOptions) string {
	if e.articles == nil || len(e.LeftOut) == 0 {
		return ""
	}
	var list []string
	for _, filter := range filterNames(o.where) {
		if n := e.LeftOut[filter]; n > 0 {
			list = append(list, fmt.Sprintf("%d by %s", n, filter))
		}
	}
	return "; left out: " + strings.Join(list, ", ")
}

// nothingExported says that nothing was selected, and what that did to the folder.
func nothingExported(folder *export.Folder, changes map[string]export.Changes, o exportOptions) error {
	what := "article"
	if o.ofCaptures() {
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
