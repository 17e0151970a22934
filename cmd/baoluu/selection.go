package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pmezard/go-difflib/difflib"
	"github.com/spf13/cobra"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// How a command line names newspapers and days: alike in all commands.

// selectHelp ends the help of commands that take [SITE…] and --site.
const selectHelp = `Newspapers are named as arguments or by --site, several with commas or one by
one; both together are their union. Without any, it is all of them. They come in
the order of their names.`

// daysHelp ends the help of commands that take two ends of days.
const daysHelp = `Days are those of Vietnam: a year, a month or a day (2026, 2026-11, 2026-11-22),
both ends within.`

// onSites makes a command call do with the newspapers that its arguments and --site name,
// none where it is all of them.
func (a *app) onSites(cmd *cobra.Command, do func(ctx context.Context, names []string) error) {
	only := a.siteFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		names, err := namedSites(args, *only)
		if err != nil {
			return err
		}
		return do(cmd.Context(), names)
	}
}

// siteFlag adds --site to a command that works on newspapers.
func (a *app) siteFlag(cmd *cobra.Command) (only *[]string) {
	only = cmd.Flags().StringArray("site", nil, "only this `newspaper`; several with commas, or the flag again")
	_ = cmd.RegisterFlagCompletionFunc("site", func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return a.offerSites(nil, typed)
	})
	return only
}

// onFolder is [onSites] for a command whose one argument is a folder.
func (a *app) onFolder(cmd *cobra.Command, do func(ctx context.Context, folder string, names []string) error) {
	only := a.siteFlag(cmd)
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var there ownNewspapers
		there.useKept(args[0])
		a.sayUnread(there)
		names, err := namedSites(nil, *only)
		if err != nil {
			return err
		}
		return do(cmd.Context(), args[0], names)
	}
}

// pageSiteFlag adds --site to a command that asks whose a page is: one newspaper, or
// one of the other words.
func (a *app) pageSiteFlag(cmd *cobra.Command, to *string, usage string, others ...string) {
	cmd.Flags().Func("site", usage, func(text string) error {
		if strings.TrimSpace(text) == "" {
			return errors.New("--site is given empty")
		}
		if *to != "" || strings.Contains(text, ",") {
			return withHint("call it once for each newspaper", "--site names whose the pages are: one newspaper, not several")
		}
		*to = text
		return nil
	})
	a.completeLater(cmd, "site", func() []string { return slices.Concat(siteNames(), others) })
}

// namedSites are the newspapers that the arguments and --site name together: each
// once, in the order of their names. None is named where there are none.
func namedSites(args, flag []string) ([]string, error) {
	var names []string
	for _, text := range slices.Concat(args, flag) {
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name == "" {
				return nil, withHint(knownSites(), "%q names no newspaper, or has a comma too many", text)
			}
			if _, err := siteNamed(name); err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// knownSites says which newspapers there are, as far as one can read that.
func knownSites() string {
	const most = 20
	names := siteNames()
	if len(names) > most {
		return fmt.Sprintf("there are %d; \"baoluu sites\" lists them", len(names))
	}
	return "there are " + strings.Join(names, ", ")
}

func isSite(name string) bool {
	_, ok := sites.ByName(name)
	return ok
}

// siteNamed finds a newspaper by its name, and offers the one that may be meant.
func siteNamed(name string) (*sites.Site, error) {
	if s, ok := sites.ByName(name); ok {
		return s, nil
	}
	known := knownSites()
	if u, err := url.Parse(webAddress(name)); err == nil && u.Host != "" {
		s, ok := sites.ByURL(u)
		switch {
		case !ok:
			return nil, withHint(known, "%s is an address of no known newspaper", name)
		case strings.Trim(u.Path, "/") == "":
			return nil, withHint(offer([]string{s.Name}, known), "%q is an address: newspapers are named", name)
		}
		return nil, notSite(name)
	}
	if site, id, _ := strings.Cut(name, "/"); id != "" {
		if _, ok := sites.ByName(site); ok {
			return nil, notSite(name)
		}
	}
	return nil, withHint(offer(alike(name, siteNames()), known), "unknown newspaper %q", name)
}

// notSite is the error of a page where newspapers are asked for.
func notSite(page string) error {
	return withHint(fmt.Sprintf(`"baoluu show %s" prints it, "baoluu log %s" its history`, page, page), "%s is a page: here newspapers are named", page)
}

// enabledSites are those of the newspapers that are to be crawled (none: all) as the
// settings have it. It is an error to name one that is not.
func enabledSites(c Config, names []string) ([]*sites.Site, error) {
	var list []*sites.Site
	for _, s := range sites.All() {
		enabled := *c.Sites[s.Name].Enabled
		named := slices.Contains(names, s.Name)
		if named && sites.OnlyKept(s) {
			return nil, noFile(c, s)
		}
		if named && !enabled {
			return nil, withHint(fmt.Sprintf(`to crawl it all the same, set "enabled: true" under sites: %s: in config.yaml`, s.Name), "%s (%s) is not enabled", s.Name, s.Title)
		} else if named || len(names) == 0 && enabled {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil, withHint(`set "enabled: true" for one under sites: in config.yaml`, "no newspaper is enabled")
	}
	return list, nil
}

// alike are the words that a mistyped one may have been meant for, the likeliest
// first.
func alike(typed string, words []string) []string {
	const likely = 2.0 / 3 // of all letters in both, those that fit: "serve" is not near "speed"
	// The dashes of a flag are alike in all.
	letters := func(s string) []string { return strings.Split(strings.ToLower(strings.TrimLeft(s, "-")), "") }
	type match struct {
		word  string
		ratio float64
	}
	var found []match
	for _, w := range words {
		if r := difflib.NewMatcher(letters(typed), letters(w)).Ratio(); r >= likely {
			found = append(found, match{w, r})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.ratio, a.ratio) })
	var offers []string
	for _, m := range found {
		if m.ratio > found[0].ratio-0.05 {
			offers = append(offers, m.word)
		}
	}
	return offers
}

// offer begins a hint with what may have been meant.
func offer(alike []string, hint string) string {
	if len(alike) == 0 {
		return hint
	}
	return strings.TrimSpace("is it " + strings.Join(alike, " or ") + "? " + hint)
}

// period is the time between two ends that a command line names. A zero end is open.
type period struct {
	from  time.Time
	after time.Time // the first moment that is not within
}

// holds reports whether a moment lies within.
func (p period) holds(t time.Time) bool {
	return !t.Before(p.from) && (p.after.IsZero() || t.Before(p.after))
}

// readPeriod reads two flags that name the ends of a period, each by its name and
// value; "" is open. read is [readDays] or [readMoments].
func readPeriod(fromFlag, from, toFlag, to string, read func(flag, text string) (period, error)) (period, error) {
	first, err := read(fromFlag, from)
	if err != nil {
		return period{}, err
	}
	last, err := read(toFlag, to)
	if err != nil {
		return period{}, err
	}
	p := period{first.from, last.after}
	if !p.after.IsZero() && !p.from.Before(p.after) {
		return period{}, fmt.Errorf("%s %s is after %s %s", fromFlag, from, toFlag, to)
	}
	return p, nil
}

const daysHint = "write a year, a month or a day: 2026, 2026-11 or 2026-11-22"

// calendarForm is how a year, month or day looks, be there such a one or not.
var calendarForm = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d)?)?$`)

// readDays reads a year, a month or a day of Vietnam; "" is the zero period.
func readDays(flag, text string) (period, error) {
	if text == "" {
		return period{}, nil
	}
	for _, unit := range []struct {
		form               string
		years, months, day int
	}{{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {time.DateOnly, 0, 0, 1}} {
		if from, err := time.ParseInLocation(unit.form, text, sites.Zone); err == nil && from.Year() > 0 {
			return period{from, from.AddDate(unit.years, unit.months, unit.day)}, nil
		}
	}
	if calendarForm.MatchString(text) {
		return period{}, withHint(daysHint, "%s %s is not in the calendar", flag, text)
	}
	return period{}, withHint(daysHint, "%s %q is no year, month or day", flag, text)
}

// readMoments reads what [readDays] does, or a moment: the second that it names.
func readMoments(flag, text string) (period, error) {
	days, err := readDays(flag, text)
	if err == nil {
		return days, nil
	}
	if t, terr := parseTime(text); terr == nil {
		length := time.Second
		if t.Nanosecond() != 0 {
			length = time.Millisecond
		}
		return period{t, t.Add(length)}, nil
	}
	return period{}, err
}

// readDay reads a single day.
func readDay(flag, text string) (period, error) {
	day, err := readDays(flag, text)
	if err == nil && len(text) != len(time.DateOnly) {
		err = fmt.Errorf("%s %s is more than a day", flag, text)
	}
	if err != nil {
		return period{}, withHint("write it like 2026-11-22", "%w", err)
	}
	return day, nil
}

// pageStates are the states that a page with versions can be in: a later answer that is
// broken or moved says nothing of the page, and does not change its state.
var pageStates = []string{string(capture.Live), string(capture.Gone), string(capture.Blocked)}

// checkState refuses a --state that is none of these; "" is none.
func checkState(state string) error {
	if state == "" {
		return nil
	}
	return oneOf("state", state, pageStates...)
}

// checkLanguages refuses a --lang that no newspaper is in.
func checkLanguages(languages []string) error {
	for _, l := range languages {
		if err := oneOf("lang", l, sites.Languages()...); err != nil {
			return err
		}
	}
	return nil
}
