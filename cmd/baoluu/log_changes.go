package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"baoluu/archive"
	"baoluu/archive/catalog"
	"baoluu/cmd/internal/lines"
	"baoluu/cmd/internal/screen"
)

// changeKinds are what --cause takes; state is gone and back.
var changeKinds = []string{"edit", "unsure", "gone", "back", "state"}

// changeLine is the JSON line of one change of a page, among those of many.
type changeLine struct {
	lines.Change
	Changed []string  `json:"changed"`
	Cleaner *string   `json:"cleaner"` // null of a page that is gone
	Size    *sizeLine `json:"size"`    // null where nothing was compared
}

// pageChange is one change of a page, with what is shown of it.
type pageChange struct {
	catalog.Entry
	page     archive.PageInfo
	versions []archive.Version
	change   *change // nil where nothing was compared
}

func (c *pageChange) name() string             { return c.Site + "/" + c.Page }
func (c *pageChange) version() archive.Version { return c.versions[c.To-1] }

// chooses makes a filter of changes of the flags.
func (o logOptions) chooses() (f catalog.Filter, err error) {
	days, err := readPeriod("--since", o.since, "--until", o.until, readMoments)
	f = catalog.Filter{From: days.from, To: days.after, Oldest: o.reverse}
	for _, name := range o.causes {
		switch name {
		case "state":
			f.Kinds = append(f.Kinds, catalog.Gone, catalog.Back)
		default:
			kind, kerr := catalog.ParseKind(name)
			if kerr != nil {
				return f, cmp.Or(err, oneOf("cause", name, changeKinds...))
			}
			f.Kinds = append(f.Kinds, kind)
		}
	}
	return f, err
}

// changesAtOnce is how many changes are read side by side, and printed in their order then.
const changesAtOnce = 24

// logChanges lists what changed in newspapers.
func (a *app) logChanges(ctx context.Context, names []string, o logOptions) error {
	boundMemory()
	filter, err := o.chooses()
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	all, views := catalog.New(arch), map[string]*archive.View{}
	if len(names) == 0 {
		_ = all.Update(ctx) // side by side; what fails fails again below
	}
	unread := eachSite(ctx, arch, names, func(name string) (err error) {
		if views[name], err = arch.View(ctx, name); err == nil {
			err = all.UpdateOf(ctx, name)
		}
		return err
	})
	var partly *partlyError
	if unread != nil && !errors.As(unread, &partly) {
		return unread
	}
	printer := &changePrinter{app: a, options: o}
	for cursor, n := "", 0; ; {
		list, err := all.Changes(filter, cursor, changesAtOnce)
		if err != nil {
			return err
		}
		if o.limit > 0 && n+len(list.Entries) >= o.limit {
			list.Entries, list.Next = list.Entries[:o.limit-n], ""
		}
		n += len(list.Entries)
		changes, err := readChanges(ctx, views, list.Entries)
		for _, c := range changes {
			if perr := printer.print(c); perr != nil {
				return errors.Join(unread, perr)
			}
		}
		if err != nil {
			return errors.Join(unread, err)
		}
		if cursor = list.Next; cursor == "" {
			break
		}
	}
	if !printer.printed && !o.asJSON {
		fmt.Fprintln(a.err, "nothing changed")
	}
	return unread
}

// changePrinter prints changes as they come.
type changePrinter struct {
	app     *app
	options logOptions
	printed bool
	day     string // of the change before
}

// readChanges reads what is shown of changes; beside an error, of those before it.
func readChanges(ctx context.Context, views map[string]*archive.View, entries []catalog.Entry) (list []*pageChange, err error) {
	read, errs := make([]*pageChange, len(entries)), make([]error, len(entries))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, e := range entries {
		work.Go(func() error {
			read[i], errs[i] = readChange(ctx, views[e.Site], e)
			return nil
		})
	}
	_ = work.Wait()
	for i, c := range read {
		if errs[i] != nil {
			return list, errs[i]
		}
		if c != nil {
			list = append(list, c)
		}
	}
	return list, nil
}

// readChange reads what is shown of a change; nil of a page that was forgotten meanwhile.
func readChange(ctx context.Context, view *archive.View, e catalog.Entry) (*pageChange, error) {
	c := &pageChange{Entry: e}
	var err error
	if c.page, err = view.Page(ctx, e.Page); err == nil {
		c.versions, err = view.Versions(ctx, e.Page)
	}
	switch {
	case errors.Is(err, archive.ErrNoPage), errors.Is(err, archive.ErrForgotten), err == nil && len(c.versions) < e.To:
		return nil, nil
	case err != nil:
		return nil, err
	}
	c.change, err = changeOf(ctx, view, c.versions, e.To)
	return c, err
}

// print prints a change.
func (p *changePrinter) print(c *pageChange) error {
	defer func() { p.printed = true }()
	switch a := p.app; {
	case p.options.asJSON:
		return p.json(c)
	case a.tty != nil:
		return p.screen(c)
	}
	return p.row(c)
}

func (p *changePrinter) json(c *pageChange) error {
	v := c.version()
	line := changeLine{lines.NewChange(c.Entry, c.page), append([]string{}, v.Changed...), optional(v.Cleaner), nil}
	if c.change == nil {
		return printJSON(p.app.out, line)
	}
	line.Size = newSizeLine(c.change.redline.Size)
	list := []any{line}
	if p.options.passages {
		list = append(list, c.change.lines(c.Site, c.Page)...)
	}
	return p.app.printLines(list)
}

// row prints a change for programs, the passages below it.
func (p *changePrinter) row(c *pageChange) error {
	out := p.app.out
	if !p.printed && !p.options.passages {
		printf(out, "%-25s  %-6s  %-36s  %-9s  %-11s  %-20s  %s\n", "CAPTURED", "WHY", "PAGE", "VERSIONS", "WORDS", "CHANGED", "TITLE")
	}
	words := "-"
	if c.change != nil {
		words = fmt.Sprintf("-%d +%d", c.change.redline.Size.Gone, c.change.redline.Size.Came)
	}
	if p.options.passages && p.printed {
		fmt.Fprintln(out)
	}
	_, err := printf(out, "%-25s  %-6s  %-36s  %-9s  %-11s  %-20s  %s\n", local(c.Time), c.Kind.String(), c.name(),
		fmt.Sprintf("%d..%d", c.From, c.To), words, strings.Join(c.version().Changed, ","), cell(c.page.Title))
	if p.options.passages && c.change != nil {
		p.app.unified(c.change.earlier, c.change.later, c.change.edits)
	}
	return err
}

// screen prints a change on a terminal, below the day that it is of.
func (p *changePrinter) screen(c *pageChange) error {
	t := p.app.tty
	day := local(c.Time)[:len("2006-01-02")]
	if p.printed && (p.options.passages || day != p.day) {
		_ = t.put(nil)
	}
	if day != p.day {
		_ = t.put(screen.Text(c.Time.Format("Monday ")+day, screen.Bold))
		p.day = day
	}
	kind := c.Kind.String()
	_ = t.put(screen.Text(c.Time.Format("15:04  "), screen.Faint).And(screen.Pad(kind, 8), kindStyle(kind)).And(screen.Cut(cell(c.page.Title), t.columns-15), screen.Plain))
	about := []string{fmt.Sprintf("%s %d..%d", c.name(), c.From, c.To), fieldsChanged(c.version())}
	if c.change != nil {
		about = append(about, sizeWords(c.change.redline.Size))
	}
	for _, line := range t.together(about, t.columns-15) {
		_ = t.put(screen.Text(strings.Repeat(" ", 15)+line, screen.Faint))
	}
	if p.options.passages && c.change != nil {
		t.redline(c.change.redline, screen.Text("  ", screen.Plain))
	}
	return nil // t.w remembers
}

// fieldsChanged are the fields that a version changed, but for the state, which its kind tells.
func fieldsChanged(v archive.Version) string {
	var fields []string
	for _, f := range v.Changed {
		if f != string(archive.ChangedState) {
			fields = append(fields, f)
		}
	}
	return strings.Join(fields, ", ")
}
