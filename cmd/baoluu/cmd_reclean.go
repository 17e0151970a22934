package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/sites"
)

// recleanOptions are the flags of reclean.
type recleanOptions struct {
	accept, dryRun, force, all, asJSON bool
	since, until, layout, html         string
	limits                             reclean.Limits
}

func (a *app) recleanCommand() *cobra.Command {
	var o recleanOptions
	cmd := &cobra.Command{
		Use:   "reclean [SITE…]",
		Short: "Clean the stored captures again, and report what comes out different",
		Long: `Reclean cleans again what is stale: what another cleaner than this program's has
cleaned (with --force all). It compares the result with the stored articles, and
reports for each layout and field how many are the same, filled (it was empty), lost,
longer, shorter or changed.

Without --accept everything reads as before: the new articles stand beside the
present ones. With --accept they take their place in one step; what stands beside
already, cleaned by the same cleaner with the same flags, is not cleaned again. A
run that was interrupted goes on where it was; one with another --since, --until,
--layout or --force takes the place of what stands beside. --dry-run writes nothing
at all.

A gate stops --accept where more than 1 % of the bodies lose more than a fifth of
their text, or where the share of the articles that have a field falls by more than
2 percentage points; --max-loss and --max-drop set that. The report names the layout,
the field and the first article that lost it. A page that no layout of the newspaper
fits any more has lost "layout". Of few articles the gate holds as well: one body of
three is 33 %.

The history stays the newspaper's own: what a cleaner reads better is never a
version. After a redesign, once the program knows the new layout, this rebuilds the
history: "layout" is gone from it, and of what was "unsure" the edits are left. A
version that was none, such as a notice that came in an article's place, is taken
back; its captures stay. "baoluu log" says what became of a page's versions.

--html writes the report as one page that needs nothing else: the gate's verdict,
layouts and fields, the largest losses and changes, and how often each field is there
and how long it is, month by month, before and after.

--since and --until are the days of captures.

` + daysHelp + `

` + selectHelp,
		Example: `  baoluu reclean
  baoluu reclean dantri --accept
  baoluu reclean --dry-run --since 2026-11 --layout generic dantri
  baoluu reclean --html report.html
  baoluu reclean --json --force vov`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error { return a.reclean(ctx, names, o) })
	f := cmd.Flags()
	f.BoolVar(&o.accept, "accept", false, "give the new articles the place of the present ones")
	f.BoolVar(&o.dryRun, "dry-run", false, "write nothing, report only")
	f.BoolVar(&o.force, "force", false, "clean again what this program's cleaner has cleaned, too")
	f.StringVar(&o.since, "since", "", "only captures made from this `day` on")
	f.StringVar(&o.until, "until", "", "only captures made up to this `day`")
	f.StringVar(&o.layout, "layout", "", "only captures whose stored article this `layout` has read; \"refused\" for those without one")
	f.Float64Var(&o.limits.MaxLoss, "max-loss", reclean.DefaultMaxLoss, "with --accept, so many `percent` of the bodies may lose more than a fifth of their text")
	f.Float64Var(&o.limits.MaxDrop, "max-drop", reclean.DefaultMaxDrop, "with --accept, the share of articles that have a field may fall by so many percentage `points`")
	f.BoolVar(&o.all, "all", false, "print all fields, and all of the largest differences")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each newspaper")
	f.StringVar(&o.html, "html", "", "write the report as one page with pictures to this `file`, too")
	a.completeLater(cmd, "layout", allLayouts)
	return cmd
}

// check refuses flags that do not go together, and gives what they ask for.
func (o recleanOptions) check() (reclean.Options, error) {
	days, err := readPeriod("--since", o.since, "--until", o.until, readDays)
	within := func(x float64) bool { return x >= 0 && x <= 100 }
	switch {
	case err != nil:
	case o.dryRun && o.accept:
		err = errors.New("--dry-run writes nothing, --accept does: give one")
	case !within(o.limits.MaxLoss):
		err = errors.New("--max-loss is a percentage: 0 to 100")
	case !within(o.limits.MaxDrop):
		err = errors.New("--max-drop is in percentage points: 0 to 100")
	case o.layout != "":
		err = oneOf("layout", o.layout, allLayouts()...)
	}
	return reclean.Options{
		DryRun: o.dryRun, Accept: o.accept, Force: o.force, Since: days.from, Until: days.after, Layout: o.layout, Limits: o.limits,
	}, err
}

// allLayouts are those that may have read a stored article, of any newspaper.
func allLayouts() (names []string) {
	for _, s := range sites.All() {
		for _, l := range s.Layouts {
			names = append(names, l.Name)
		}
	}
	return append(names, cleaner.GenericLayout, cleaner.DumpLayout, reclean.Refused)
}

func (a *app) reclean(ctx context.Context, args []string, o recleanOptions) error {
	want, err := o.check()
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	boundMemory()
	talk := a.talker(o.asJSON)
	shown := &recleanPage{file: o.html}
	if err := shown.check(); err != nil {
		return err
	}
	err = eachSite(ctx, arch, args, func(name string) error {
		want.Progress = func(capture, last uint64) { talk("%s: capture %d of %d", name, capture, last) }
		report, err := reclean.Run(ctx, arch, name, want)
		if err != nil && !errors.Is(err, reclean.ErrStopped) {
			return err
		}
		shown.add(name, report)
		if report.Accepted {
			a.indexed(ctx, arch, name)
		}
		switch {
		case o.asJSON:
			if perr := printJSON(a.out, newRecleanLine(name, report)); perr != nil {
				return perr
			}
		case report.Captures == 0 && o.layout != "":
			printf(a.out, "%s: nothing of layout %s to clean again\n", name, o.layout)
		case report.Captures == 0:
			printf(a.out, "%s: nothing to clean again\n", name)
		default:
			if perr := printReclean(a.out, name, report, o.all); perr != nil {
				return perr
			}
			a.printRecleanEnd(name, report, o)
		}
		if err != nil {
			return withHint("the report says where, and an example; what was cleaned stands beside, and is accepted with a higher --max-loss or --max-drop if it is right", "%w", err)
		}
		return nil
	})
	if ctx.Err() != nil {
		return err
	}
	if werr := shown.write(); werr != nil {
		return errors.Join(err, werr)
	}
	return err
}

// printRecleanEnd says what the gate makes of the result, and what became of it.
func (a *app) printRecleanEnd(site string, r reclean.Report, o recleanOptions) {
	printGate(a.out, site, r, o.accept)
	switch {
	case r.Accepted:
		printf(a.out, "accepted: these articles are in force now (%s before, %d after)\n", plural(r.VersionsBefore, "version", "versions"), r.VersionsAfter)
	case r.Staged && !o.accept:
		printf(a.out, "nothing reads differently yet: what was cleaned stands beside, and is accepted by\n  %s\n", shellLine(a.acceptCommand(site, o)))
	}
}

// acceptCommand is the command that accepts what stands beside.
func (a *app) acceptCommand(site string, o recleanOptions) []string {
	words := []string{"baoluu", "reclean"}
	for _, f := range []struct{ flag, value string }{{"--config", a.configFile}, {"--archive", a.archiveFlag}, {"--since", o.since}, {"--until", o.until}, {"--layout", o.layout}} {
		if f.value != "" {
			words = append(words, f.flag, f.value)
		}
	}
	if o.force {
		words = append(words, "--force")
	}
	return append(words, "--accept", site)
}

// printGate says whether the gate lets a re-clean through, and what of it. accept says that it was to be
// accepted.
func printGate(w io.Writer, site string, r reclean.Report, accept bool) {
	g := r.Gate
	if !g.Passed {
		stops := "would stop it"
		if accept {
			stops = "stops it"
		}
		printf(w, "the gate %s:\n", stops)
		printStops(w, site, g)
		return
	}
	said := []string{fmt.Sprintf("%s %% of %s lose more than a fifth of their text (at most %g %%)", figure(g.Loss()), plural(g.Bodies, "body", "bodies"), g.MaxLoss)}
	if len(g.Drops) > 0 {
		d := g.Drops[0]
		said = append(said, fmt.Sprintf("no field falls by more than %s's %s points (at most %g)", d.Field, figure(d.Points()), g.MaxDrop))
	} else {
		said = append(said, "no field falls")
	}
	what := "the gate would let it through"
	if r.Accepted {
		what = "the gate let it through"
	}
	printf(w, "%s: %s\n", what, strings.Join(said, "; "))
	if above := aboveDefaults(g); r.Accepted && len(above) > 0 {
		printf(w, "above the defaults: %s\n", strings.Join(above, "; "))
	}
}

// aboveDefaults is what went through the gate by what --max-loss and --max-drop say.
func aboveDefaults(g reclean.Gate) (list []string) {
	usual := g
	usual.Limits = reclean.DefaultLimits()
	if usual.TooMuchLoss() {
		list = append(list, fmt.Sprintf("%s %% of the bodies, by --max-loss %g", figure(g.Loss()), g.MaxLoss))
	}
	for _, d := range g.Drops {
		if usual.TooDeep(d) {
			list = append(list, fmt.Sprintf("%s falls by %s points, by --max-drop %g", d.Field, figure(d.Points()), g.MaxDrop))
		}
	}
	return list
}

// maxStops is how many fields are named that the gate stops at.
const maxStops = 5

// printStops says at what the gate stops: for each field from where to where it falls, in which layout, and the
// first article that lost it.
func printStops(w io.Writer, site string, g reclean.Gate) {
	if g.TooMuchLoss() {
		printf(w, "  body: %d of %s lose more than a fifth of their text: %s %% (at most %g)\n", g.Losing, plural(g.Bodies, "body", "bodies"), figure(g.Loss()), g.MaxLoss)
		printFirst(w, site, g.FirstLosing)
	}
	stops := 0
	for _, d := range g.Drops {
		if !g.TooDeep(d) {
			continue
		}
		if stops++; stops > maxStops {
			continue
		}
		share := func(n int) string { return figure(100 * float64(n) / float64(d.Of)) }
		printf(w, "  %s: from %s %% to %s %% of %s, %s points less (at most %g); most in layout %s: from %d to %d of %d\n", d.Field, share(d.Before), share(d.After),
			plural(d.Of, "article", "articles"), figure(d.Points()), g.MaxDrop, cell(d.Layout), d.LayoutBefore, d.LayoutAfter, d.LayoutOf)
		printFirst(w, site, d.First)
	}
	if stops > maxStops {
		printf(w, "  and at %d fields more (--json names each)\n", stops-maxStops)
	}
}

// printFirst names the first capture that lost something.
func printFirst(w io.Writer, site string, e *reclean.Example) {
	if e == nil {
		return
	}
	printf(w, "    first: %s/%s  %s  capture %d of %s, layout %s, before %s\n      -%s\n", site, e.Page, e.URL, e.Capture, e.Day, cell(e.Now), cell(e.Was), cell(e.Old))
	if e.New != "" {
		printf(w, "      +%s\n", cell(e.New))
	}
}

// figure is a share for people: two digits behind the point at most.
func figure(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}
