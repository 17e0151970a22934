package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/cmd/internal/lines"
	"baoluu/sites"
)

type listOptions struct {
	sections  []string
	languages []string
	from, to  string
	sort      string
	reverse   bool
	limit     int
	at        string
	state     string
	changed   bool
	forgotten bool
	asJSON    bool
}

func (a *app) listCommand() *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:   "list [SITE…]",
		Short: "List the pages that are kept",
		Long: `List prints a line for each article that is kept: how many versions it has, its
newest title, and whether it is live, gone, or refused to us. With --at it shows the
newspaper as it stood then: pages captured later are not there, and the others have
the versions and the state that they had. --state shows only those of one state,
--changed those that the newsroom edited, or may have edited in a new layout.

--from and --to select by day of publication, an article without a date by its first
capture. --section shows the articles of one section, as the newspaper prints it or
in other case; for that each article is read.

The order is that of the newspapers' names, then of the pages' keys. --sort newest
begins with what was published last, over all newspapers that are listed; with
--limit it shows the newest few.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu list
  baoluu list dantri vov --json --limit 10
  baoluu list --sort newest --limit 10
  baoluu list --from 2026-11 --to 2026-11-22 --section 'xã hội'
  baoluu list --at 2026-07-16
  baoluu list --state gone
  baoluu list --changed
  baoluu list --forgotten`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error {
		if o.limit < 0 {
			return errors.New("--limit cannot be negative")
		}
		if o.forgotten {
			if others := otherFlags(cmd, "forgotten", "site", "json"); len(others) > 0 {
				return fmt.Errorf("--forgotten lists what was taken out: %s cannot choose among that", strings.Join(others, ", "))
			}
			return a.listForgotten(ctx, names, o.asJSON)
		}
		if err := cmp.Or(checkState(o.state), oneOf("sort", o.sort, sortKeys...), checkLanguages(o.languages)); err != nil {
			return err
		}
		return a.list(ctx, names, o)
	})
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "only what was published in these `days` or later: 2026, 2026-11, 2026-11-22")
	f.StringVar(&o.to, "to", "", "only what was published in these `days` or before")
	f.StringArrayVar(&o.sections, "section", nil, "only articles of this `section`; may be repeated")
	f.StringSliceVar(&o.languages, "lang", nil, "only these `languages`, such as vi, en, fr")
	f.StringVar(&o.sort, "sort", "page", "sort by this `key`: "+strings.Join(sortKeys, ", "))
	f.BoolVar(&o.reverse, "reverse", false, "the other way round")
	f.IntVar(&o.limit, "limit", 0, "at most this `many` pages (default all)")
	f.StringVar(&o.at, "at", "", "the pages "+atHelp)
	f.StringVar(&o.state, "state", "", "only pages in this `state`: "+strings.Join(pageStates, ", "))
	f.BoolVar(&o.changed, "changed", false, "only pages that were edited, or may have been")
	f.BoolVar(&o.forgotten, "forgotten", false, "instead, what was taken out by \"baoluu forget\"")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each page")
	completeFlag(cmd, "state", pageStates)
	completeFlag(cmd, "sort", sortKeys)
	a.completeLater(cmd, "lang", sites.Languages)
	return cmd
}

// otherFlags are the flags that a command was given, without those that but names.
func otherFlags(cmd *cobra.Command, but ...string) (given []string) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && !slices.Contains(but, f.Name) {
			given = append(given, "--"+f.Name)
		}
	})
	return given
}

func (a *app) list(ctx context.Context, names []string, o listOptions) (err error) {
	published, err := readPeriod("--from", o.from, "--to", o.to, readMoments)
	if err != nil {
		return err
	}
	at, err := parseAt(o.at)
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	// A row has nothing of versions; JSON and selections by day need them.
	histories := o.asJSON || published != (period{}) || len(o.sections) > 0 || o.sort == "published" || o.sort == "newest"
	printed, table := 0, pageList{tty: a.tty}
	put := func(line []byte) error {
		printed++
		if a.tty != nil && !o.asJSON {
			return table.add(string(line))
		}
		if printed == 1 && !o.asJSON {
			// Columns of fixed width and the title last: rows can be printed as they
			// come, however many there are.
			printf(a.out, "%-36s  %-16s  %3s  %-7s  %s\n", "PAGE", "PUBLISHED", "VER", "STATE", "TITLE")
		}
		_, err := a.out.Write(line)
		return err
	}
	order := ranking{reverse: o.reverse != (o.sort == "newest"), limit: o.limit}
	defer func() { err = errors.Join(err, order.close()) }()
	key, found := sorter(o.sort), 0
	sorted := o.sort != "page" || o.reverse
	err = eachSite(ctx, arch, names, func(name string) error {
		view, err := viewAt(ctx, arch, name, at)
		if err != nil {
			return err
		}
		if err := a.noteForgotten(ctx, view, name); err != nil {
			return err
		}
		page := func(p archive.PageInfo, versions []archive.Version) error {
			if wanted, err := o.wants(ctx, view, p, versions, published); err != nil || !wanted {
				return err
			}
			if !sorted && o.limit > 0 && found == o.limit {
				return errEnough
			}
			found++
			var line bytes.Buffer
			switch {
			case o.asJSON:
				err = printJSON(&line, lines.NewPage(name, p, versions))
			case a.tty != nil:
				line.WriteString(listRow(name, p))
			default:
				err = printPageRow(&line, name, p)
			}
			switch {
			case err != nil:
				return err
			case sorted:
				return order.add(key(name, p, versions), found, line.Bytes())
			}
			return put(line.Bytes())
		}
		if histories {
			return view.Histories(ctx, page)
		}
		return view.Pages(ctx, func(p archive.PageInfo) error { return page(p, nil) })
	})
	if errors.Is(err, errEnough) {
		return table.flush()
	}
	if perr := cmp.Or(order.each(put), table.flush()); perr != nil {
		return errors.Join(perr, err)
	}
	if err == nil && printed == 0 {
		fmt.Fprintln(a.err, "no page to list")
	}
	return err
}

// wants reports whether a page is to be listed.
func (o listOptions) wants(ctx context.Context, view *archive.View, p archive.PageInfo, versions []archive.Version, published period) (bool, error) {
	switch {
	case p.Versions == 0 && p.State != capture.Live, // an address that never gave a page
		o.changed && p.Edits+p.Unsure == 0,
		o.state != "" && string(p.State) != o.state,
		len(o.languages) > 0 && !slices.Contains(o.languages, p.Language),
		published != (period{}) && !published.holds(corpus.Day(p, versions)):
		return false, nil
	case len(o.sections) == 0:
		return true, nil
	}
	newest, ok := archive.NewestLive(versions)
	if !ok {
		return false, nil
	}
	article, err := view.Article(ctx, newest.Capture)
	return err == nil && corpus.InSection(article, o.sections), err
}

func printPageRow(w io.Writer, site string, p archive.PageInfo) error {
	published := "-"
	if !p.Published.IsZero() {
		published = local(p.Published)[:16]
	}
	_, err := printf(w, "%-36s  %-16s  %3d  %-7s  %s\n", site+"/"+p.Page, published, p.Versions, p.State, cell(p.Title))
	return err
}
