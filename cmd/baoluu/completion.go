package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"baoluu/archive"
	"baoluu/sites"
)

// What a shell offers where the TAB key is pressed. It follows from what the commands
// say of themselves: the names of arguments in the line of use, and the words in back
// quotes in what is said of a flag.

const (
	completePages = 50                     // of a newspaper, at most
	completeTime  = 500 * time.Millisecond // nobody waits longer for a TAB
)

// offerWords makes all commands and flags offer what fits, and file names nowhere else.
func (a *app) offerWords(root *cobra.Command) {
	for _, c := range allCommands(root) {
		a.offerOf(c)
	}
}

func (a *app) offerOf(c *cobra.Command) {
	names, _, _ := takes(c)
	if c.ValidArgsFunction == nil && !c.HasSubCommands() {
		c.ValidArgsFunction = func(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			switch name := append(names, "")[min(len(args), max(len(names)-1, 0))]; {
			case name == "SITE":
				return offerSites(args, typed)
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
func offerSites(args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
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
		offers, _ := offerSites(nil, typed)
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
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := context.WithTimeout(ctx, completeTime)
	defer stop()
	var offers []cobra.Completion
	if view, err := arch.View(ctx, site); err == nil {
		_ = view.PagesWith(ctx, begin, func(p archive.PageInfo) error { // what was found by then is offered
			offers = append(offers, cobra.CompletionWithDesc(site+"/"+p.Page, cell(p.Title)))
			if len(offers) == completePages {
				return errEnough
			}
			return nil
		})
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
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
