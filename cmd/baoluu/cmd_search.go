package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/search"
	"baoluu/cmd/internal/lines"
	"baoluu/cmd/internal/screen"
	"baoluu/sites"
)

type searchOptions struct {
	sections  []string
	languages []string
	from, to  string
	state     string
	ever      bool
	sort      string
	limit     int
	index     string
	rebuild   bool
	asJSON    bool
}

// searchSorts are the orders of hits.
var searchSorts = []string{"relevance", "newest", "oldest"}

const (
	searchHits = 10
	// searchWaits is how many captures are taken into an index after an answer, while its reader waits
	// for the prompt.
	searchWaits = 2000
)

func (a *app) searchCommand() *cobra.Command {
	var o searchOptions
	cmd := &cobra.Command{
		Use:   "search [WORDS…]",
		Short: "Find articles by their words",
		Long: `Search prints the articles that have all of the words, the best first: how many
there are, in which newspapers, years and sections, and of each the passages that
say it.

Words without any mark find them with and without marks ("nghe an" finds Nghệ An; d
is đ, too); those in which they stand together come first. Words with marks are
found as they are typed; where nothing has them so, what has them with other marks
is shown, and that is said. Marks of tones may stand in their old or new place.

  "cầu gỗ"       words that stand together; quote the quotation marks for the shell
  title:cầu      in one field: title, lead, body, caption, byline, tag, section
  -cầu           must not be there; put -- before it: baoluu search -- gỗ -cầu

With --ever, what earlier versions said is found, too, where it was edited away; the
version is named. An article that is gone is found by what it said last.

The index lies in the folder "search" of the archive, is made from it at the first
search and kept current by the commands that change the archive. It may be deleted
at any time. --rebuild makes it anew; without words that is all it does. An archive
that cannot be written to is searched with --index, a folder elsewhere.

` + daysHelp,
		Example: `  baoluu search nghe an
  baoluu search '"cầu gỗ"' --site dantri --from 2026-11
  baoluu search title:lũ section:'xã hội' --sort newest --limit 50
  baoluu search --ever --state gone "đấu giá"
  baoluu search --json thủy điện | jq -r 'select(.type=="hit").page'
  baoluu search --rebuild`,
	}
	only := a.siteFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		names, err := namedSites(nil, *only)
		if err != nil {
			return err
		}
		if err := o.check(args); err != nil {
			return err
		}
		return a.search(cmd.Context(), strings.Join(args, " "), names, o)
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "only what was published in these `days` or later: 2026, 2026-11, 2026-11-22")
	f.StringVar(&o.to, "to", "", "only what was published in these `days` or before")
	f.StringArrayVar(&o.sections, "section", nil, "only articles of this `section`, as the newspaper prints it; may be repeated")
	f.StringSliceVar(&o.languages, "lang", nil, "only these `languages`, such as vi, en, fr")
	f.StringVar(&o.state, "state", "", "only pages in this `state`: "+strings.Join(pageStates, ", "))
	f.BoolVar(&o.ever, "ever", false, "also what earlier versions said")
	f.StringVar(&o.sort, "sort", "relevance", "sort by this `key`: "+strings.Join(searchSorts, ", "))
	f.IntVar(&o.limit, "limit", searchHits, "at most this `many` articles, 10000 at most")
	f.StringVar(&o.index, "index", "", "the index is in this `folder` (default: search in the archive)")
	f.BoolVar(&o.rebuild, "rebuild", false, "make the index anew first")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for the search, and one for each article")
	completeFlag(cmd, "state", pageStates)
	completeFlag(cmd, "sort", searchSorts)
	a.completeLater(cmd, "lang", sites.Languages)
	return cmd
}

// check refuses options that mean nothing.
func (o *searchOptions) check(words []string) error {
	switch {
	case o.limit < 1 || o.limit > search.MostOffset:
		return fmt.Errorf("--limit is 1 to %d", search.MostOffset)
	case len(words) == 0 && !o.rebuild && o.from == "" && o.to == "" && len(o.sections) == 0 && o.state == "":
		return withHint(`"baoluu list" lists all pages`, "no words to search for")
	}
	if o.state != "" {
		if err := checkState(o.state); err != nil {
			return err
		}
	}
	if err := oneOf("sort", o.sort, searchSorts...); err != nil {
		return err
	}
	return checkLanguages(o.languages)
}

func (a *app) search(ctx context.Context, text string, names []string, o searchOptions) error {
	published, err := readPeriod("--from", o.from, "--to", o.to, readDays)
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	index := search.Open(arch, o.index)
	defer index.Close()
	made := a.makeIndex(ctx, index, arch, names, o)
	if partly := (*partlyError)(nil); made != nil && !errors.As(made, &partly) || o.rebuild && strings.TrimSpace(text) == "" {
		return made
	}
	q := search.Query{
		Text: text, Ever: o.ever, Sites: names, Langs: o.languages, Sections: o.sections, From: published.from, To: published.after,
		Facets: true, Limit: min(o.limit, search.MostHits),
	}
	if o.state != "" {
		q.States = []string{o.state}
	}
	if o.sort != searchSorts[0] {
		q.Sort = search.Sort(o.sort)
	}
	r, err := index.Search(ctx, q)
	if err != nil {
		return err
	}
	if err := cmp.Or(a.printResult(ctx, index, q, r, o), made); err != nil {
		return err // made: of other newspapers
	}
	return a.catchUp(ctx, index, arch, names, r)
}

// makeIndex makes the indexes that are not there or cannot be read, or all anew.
func (a *app) makeIndex(ctx context.Context, index *search.Index, arch *archive.Archive, names []string, o searchOptions) error {
	talk := a.talker(o.asJSON)
	return eachSite(ctx, arch, names, func(name string) (err error) {
		progress := func(done, all int) { talk("%s: %d of %d pages are indexed", name, done, max(done, all)) }
		switch {
		case o.rebuild:
			err = index.Rebuild(ctx, name, progress)
		default:
			var s search.Status
			if s, err = index.Status(ctx, name); err == nil && !s.Built {
				err = index.Update(ctx, name, progress)
			}
		}
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
			return withHint("name a folder for it by --index", "the index cannot be written: %w", err)
		}
		if err == nil && o.rebuild && !o.asJSON {
			var s search.Status
			if s, err = index.Status(ctx, name); err == nil {
				printf(a.err, "%s: %s in the index, %s\n", name, plural(s.Pages, "page", "pages"), size(s.Bytes))
			}
		}
		return err
	})
}

// catchUp brings indexes up to date where that is short.
func (a *app) catchUp(ctx context.Context, index *search.Index, arch *archive.Archive, names []string, r search.Result) error {
	switch {
	case r.Stale:
		fmt.Fprintln(a.err, `the index is of an earlier state of the archive: "baoluu search --rebuild" makes it anew`)
		return nil
	case r.Behind == 0:
		return nil
	}
	printf(a.err, "%s not in the index yet\n", plural(r.Behind, "capture is", "captures are"))
	if r.Behind > searchWaits {
		return nil
	}
	return eachSite(ctx, arch, names, func(name string) error {
		err := index.Update(ctx, name, nil)
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
			return nil // it stays as it is
		}
		return err
	})
}

// printResult prints what was found, page after page.
func (a *app) printResult(ctx context.Context, index *search.Index, q search.Query, r search.Result, o searchOptions) (err error) {
	if o.asJSON {
		if err := printJSON(a.out, lines.NewSearch(q.Text, r)); err != nil {
			return err
		}
	} else if r.Total > 0 {
		if err := a.printCounts(r); err != nil {
			return err
		}
	}
	for printed := 0; ; {
		for _, h := range r.Hits {
			if o.asJSON {
				err = printJSON(a.out, lines.NewHit(h))
			} else {
				err = a.printHit(h)
			}
			if err != nil {
				return err
			}
		}
		printed += q.Limit
		if printed >= min(o.limit, r.Total) {
			break
		}
		q.Offset, q.Limit, q.Facets = printed, min(o.limit-printed, search.MostHits), false
		more, err := index.Search(ctx, q)
		if err != nil {
			return err
		}
		r.Hits = more.Hits
	}
	if r.Cut {
		printf(a.err, "only the first %d words, of at most %d bytes, were looked for\n", search.MostWords, search.MostText)
	}
	if r.Total == 0 && !o.asJSON {
		fmt.Fprintln(a.err, "nothing found")
	}
	return nil
}

// printCounts prints how much was found, and where.
func (a *app) printCounts(r search.Result) error {
	found := count(r.Total) + " articles"
	if r.Total == 1 {
		found = "1 article"
	}
	if r.Forgiving {
		found += ", none of them with these marks"
	}
	const most = 5
	for _, name := range []string{"site", "year", "section"} {
		var values []string
		for _, c := range r.Facets[name][:min(most, len(r.Facets[name]))] {
			if c.Value != "" {
				values = append(values, cell(c.Value)+" "+count(c.Count))
			}
		}
		if n := len(r.Facets[name]); n > most {
			values = append(values, fmt.Sprintf("%d more", n-most))
		}
		if len(values) > 1 || len(r.Facets["site"]) > 1 && len(values) > 0 {
			found += "\n" + screen.Pad(name, 9) + strings.Join(values, " · ")
		}
	}
	return a.putLines(func(columns int) (list []screen.Line) {
		for line := range strings.SplitSeq(found, "\n") {
			list = append(list, screen.Wrap(screen.Text(line, screen.Faint), columns, nil, screen.Text(strings.Repeat(" ", 9), screen.Plain))...)
		}
		return append(list, nil)
	})
}

// printHit prints one article that was found.
func (a *app) printHit(h search.Hit) error {
	about := []string{h.Site + "/" + h.Info.Page}
	if !h.Info.Published.IsZero() {
		about = append(about, shortTime(h.Info.Published))
	}
	about = append(about, slices.Clone(h.Section)...)
	if h.Info.State != "live" {
		about = append(about, string(h.Info.State))
	}
	if h.Version > 0 {
		about = append(about, fmt.Sprintf("said by version %d", h.Version))
	}
	title := markedLine(search.Snippet{Spans: []search.Span{{Text: h.Info.Title}}}, screen.Bold)
	for _, s := range h.Snippets {
		if s.Field == "title" && h.Version == 0 {
			title = markedLine(s, screen.Bold)
		}
	}
	return a.putLines(func(columns int) (list []screen.Line) {
		list = append(list, screen.Wrap(title, columns, nil, nil)...)
		list = append(list, screen.Wrap(screen.Text(cell(strings.Join(about, " · ")), screen.Faint), columns, nil, nil)...)
		in := screen.Text("  ", screen.Plain)
		for _, s := range h.Snippets {
			if s.Field == "title" && h.Version == 0 {
				continue
			}
			list = append(list, screen.Wrap(markedLine(s, screen.Plain), columns, in, in)...)
		}
		return append(list, nil)
	})
}

// markedLine is a passage with its marks.
func markedLine(s search.Snippet, style screen.Style) (line screen.Line) {
	for _, span := range s.Spans {
		text := strings.Map(func(r rune) rune {
			if r == '\n' || r == '\t' {
				return ' '
			}
			return r
		}, span.Text)
		if span.Mark {
			line = line.And(text, style.And(screen.Bold).And(screen.Yellow))
		} else {
			line = line.And(text, style)
		}
	}
	return line
}

// putLines prints lines set for the terminal, or without styles and in lines of any length.
func (a *app) putLines(set func(columns int) []screen.Line) error {
	if a.tty != nil {
		return a.tty.put(set(a.tty.text())...)
	}
	for _, l := range set(1 << 20) {
		if _, err := printf(a.out, "%s\n", l.Paint(false)); err != nil {
			return err
		}
	}
	return nil
}
