package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cmd/internal/screen"
	"baoluu/sites"
)

// What a shell offers where the TAB key is pressed. It follows from what the commands
// say of themselves: the names of arguments in the line of use, and the words in back
// quotes in what is said of a flag.

const (
	completePages = 50                     // of a newspaper, at most
	completeTime  = 120 * time.Millisecond // nobody waits longer for a TAB: what was found by then is offered
	completeTitle = 70                     // columns of a title beside its page
)

// offerWords makes all commands and flags offer what fits, and file names nowhere else.
func (a *app) offerWords(root *cobra.Command) {
	for _, c := range allCommands(root) {
		a.offerOf(c)
	}
}

func (a *app) offerOf(c *cobra.Command) {
	names, _, _ := takes(c)
	if c.ValidArgsFunction == nil && (!c.HasSubCommands() || len(names) > 0) {
		c.ValidArgsFunction = func(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			switch name := append(names, "")[min(len(args), max(len(names)-1, 0))]; {
			case name == "SITE":
				return a.offerSites(args, typed)
			case len(args) >= len(names) && !strings.Contains(c.Use, "…"):
			case name == "PAGE":
				return a.offerPages(c.Context(), typed)
			case name == "OUT", name == "FROM":
				return nil, cobra.ShellCompDirectiveFilterDirs
			case strings.HasPrefix(name, "FILE"):
				return nil, cobra.ShellCompDirectiveDefault
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
	}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, ok := c.GetFlagCompletionFunc(f.Name); ok || f.NoOptDefVal != "" {
			return
		}
		if f.Name == "section" {
			_ = c.RegisterFlagCompletionFunc(f.Name, a.offerSections)
			return
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		var only []cobra.Completion
		switch what, _ := pflag.UnquoteUsage(f); {
		case what == "folder":
			directive = cobra.ShellCompDirectiveFilterDirs
		case f.Name == "config":
			only, directive = []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		case strings.HasPrefix(what, "file") || what == "FILE":
			directive = cobra.ShellCompDirectiveDefault
		}
		_ = c.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(only, directive))
	})
}

// offerSites offers the newspapers that are not named yet, also after a comma.
func (a *app) offerSites(args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	_, _ = a.config() // what newspapers there are, where that can be read
	before := typed[:strings.LastIndex(typed, ",")+1]
	named := "," + strings.Join(append(args, before), ",") + ","
	var offers []cobra.Completion
	for _, s := range sites.All() {
		if !strings.Contains(named, ","+s.Name+",") && strings.HasPrefix(before+s.Name, typed) {
			title := s.Title
			if before != "" {
				title = "" // bash loses words with a comma where something is said of them
			}
			offers = append(offers, cobra.CompletionWithDesc(before+s.Name, title))
		}
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

// offerPages offers newspapers, and after their slash pages of the archive.
func (a *app) offerPages(ctx context.Context, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const noSpace = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	site, begin, ok := strings.Cut(typed, "/")
	if !ok {
		offers, _ := a.offerSites(nil, typed)
		for i, o := range offers {
			name, title, _ := strings.Cut(o, "\t")
			offers[i] = cobra.CompletionWithDesc(name+"/", title)
		}
		return offers, noSpace
	}
	arch, err := a.openArchive()
	if _, known := sites.ByName(site); err != nil || !known {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, stop := inTime(ctx)
	defer stop()
	var offers []cobra.Completion
	if view, err := arch.View(ctx, site); err == nil {
		_ = view.PagesWith(ctx, begin, func(p archive.PageInfo) error {
			offers = append(offers, cobra.CompletionWithDesc(site+"/"+p.Page, screen.Cut(cell(p.Title), completeTitle)))
			if len(offers) == completePages {
				return errEnough
			}
			return nil
		})
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeLater lets a shell complete the values that a flag may have, which the newspapers say.
func (a *app) completeLater(cmd *cobra.Command, flag string, words func() []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		_, _ = a.config()
		return words(), cobra.ShellCompDirectiveNoFileComp
	})
}

// inTime ends what looks for offers when nobody waits any longer.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx == nil {
		ctx = context.Background()
	}
	return context.WithTimeout(ctx, completeTime)
}

// offerVersions offers the versions of the page that a command is given.
func (a *app) offerVersions(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	arch, err := a.openArchive()
	if err != nil || len(args) == 0 {
		return nil, directive
	}
	ctx, stop := inTime(c.Context())
	defer stop()
	view, _, page, err := findPage(ctx, arch, args[0], time.Time{})
	if err != nil {
		return nil, directive
	}
	versions, _ := view.Versions(ctx, page.Page) // none where it fails
	var offers []cobra.Completion
	for _, v := range slices.Backward(versions) {
		if number := strconv.Itoa(v.Number); strings.HasPrefix(number, typed) {
			what := "first seen"
			switch {
			case v.State == capture.Gone:
				what = "gone"
			case v.Number > 1:
				what = cell(string(v.Cause) + " " + strings.Join(v.Changed, ", "))
			}
			offers = append(offers, cobra.CompletionWithDesc(number, shortTime(v.Captured)+" "+what))
		}
	}
	return offers, directive
}

// offerSections offers the sections of the articles that came last, of the newspapers that a
// command is given or of all.
func (a *app) offerSections(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp
	arch, err := a.openArchive()
	if err != nil {
		return nil, directive
	}
	given, _ := c.Flags().GetStringArray("site")
	names, err := namedSites(args, given)
	if err == nil && len(names) == 0 {
		names, err = arch.Newspapers()
	}
	if err != nil {
		return nil, directive
	}
	ctx, stop := inTime(c.Context())
	defer stop()
	found := map[string]string{} // by their names in lower case
	for i, name := range names {
		until, _ := ctx.Deadline()
		part, done := context.WithTimeout(ctx, time.Until(until)/time.Duration(len(names)-i))
		newestSections(part, arch, name, found)
		done()
	}
	var offers []cobra.Completion
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if strings.HasPrefix(key, strings.ToLower(typed)) {
			offers = append(offers, found[key])
		}
	}
	return offers, directive
}

// completeArticles is how many captures are looked at for their sections.
const completeArticles = 2000

// newestSections adds the sections of a newspaper's newest articles.
func newestSections(ctx context.Context, arch *archive.Archive, name string, found map[string]string) {
	view, err := arch.View(ctx, name)
	if err != nil {
		return
	}
	counters, _ := arch.Counters(ctx, name) // none where it fails
	for n := counters.Captures; n > max(0, counters.Captures-completeArticles) && ctx.Err() == nil; n-- {
		article, err := view.Article(ctx, uint64(n))
		if err != nil {
			continue // a list, a page that is gone
		}
		for _, section := range article.Section {
			if name, key := cell(section), strings.ToLower(cell(section)); found[key] == "" {
				found[key] = name
			}
		}
	}
}

// plainUsage removes the back quotes from the help of flags: a shell would show them.
func plainUsage(root *cobra.Command) {
	for _, c := range allCommands(root) {
		for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
			flags.VisitAll(func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "`", "") })
		}
	}
}

// allCommands are a command and all below it.
func allCommands(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, c := range root.Commands() {
		all = append(all, allCommands(c)...)
	}
	return all
}
