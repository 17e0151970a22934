package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/sites"
)

func (a *app) sitesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "sites [SITE…]",
		Short: "List the newspapers, show what is known of each, add and test one",
		Long: `Sites lists the newspapers that the program knows, and the settings of each. FROM is
where a newspaper is described: built in, or in a file of the folder that "newspapers"
names in the settings; "archive" is the copy that the archive keeps of a file that is gone.

` + selectHelp,
		Example: `  baoluu sites
  baoluu sites --json dantri vov
  baoluu sites show dantri > newspapers/dantri.yaml`,
	}
	cmd.AddCommand(a.sitesShowCommand(), a.sitesAddCommand(), a.sitesTestCommand(), a.sitesLearnCommand())
	a.onSites(cmd, func(_ context.Context, names []string) error { return a.sites(names, asJSON) })
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

func (a *app) sites(names []string, asJSON bool) error {
	list := slices.DeleteFunc(sites.All(), func(s *sites.Site) bool { return len(names) > 0 && !slices.Contains(names, s.Name) })
	c, err := a.crawlConfig()
	if err != nil {
		return err
	}
	if asJSON {
		for _, s := range list {
			if err := printJSON(a.out, newSiteLine(s, c)); err != nil {
				return err
			}
		}
		return nil
	}
	return table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "NAME\tNEWSPAPER\tCRAWLED\tFROM\tPACE\tLANGUAGES\tSOURCES\tLAYOUTS\tHOSTS")
		for _, s := range list {
			own := c.Sites[s.Name]
			crawled := "yes"
			if !*own.Enabled {
				crawled = "no"
			}
			printf(w, "%s\t%s\t%s\t%s\t%v\t%s\t%d\t%d\t%s\n", s.Name, s.Title, crawled, describedIn(s, c), own.pace(),
				strings.Join(s.Languages, ","), len(s.Sources), len(s.Layouts), strings.Join(s.Hosts, " "))
		}
	})
}

// describedIn says where a newspaper is described.
func describedIn(s *sites.Site, c Config) string {
	if sites.OnlyKept(s) {
		return "archive"
	}
	return cmp.Or(c.Own.Files[s.Name], "built in")
}

func (a *app) sitesShowCommand() *cobra.Command {
	var whole, asJSON bool
	cmd := &cobra.Command{
		Use:   "show SITE",
		Short: "Print what is known of a newspaper, as the file that describes it",
		Long: `Show prints the file of a newspaper, be it built in or your own, as YAML that can be
read back: into newspapers/SITE.yaml, to change what is known of it. docs/newspapers.md
explains the file.

A layout that names a family has the family's selectors behind its own. With --whole
they are written out; comments are not.`,
		Example: `  baoluu sites show dantri
  baoluu sites show dantri > newspapers/dantri.yaml
  baoluu sites show --whole vov`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if whole && asJSON {
				return errors.New("--whole and --json contradict each other")
			}
			s, err := siteNamed(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return a.sites([]string{s.Name}, true)
			}
			text := s.Source
			if whole || text == nil {
				if text, err = s.Describe().YAML(nil); err != nil {
					return err
				}
			}
			_, err = a.out.Write(text)
			return err
		},
	}
	cmd.Flags().BoolVar(&whole, "whole", false, "with what families say, written out")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the JSON line that \"baoluu sites --json\" prints")
	return cmd
}

type siteLine struct {
	Type      string       `json:"type"`
	Name      string       `json:"name"`
	Site      string       `json:"site"` // the same, as all other lines call it
	Title     string       `json:"title"`
	Home      string       `json:"home"`
	Hosts     []string     `json:"hosts"`
	Languages []string     `json:"languages"`
	Closed    bool         `json:"closed"`
	Off       bool         `json:"off"`
	File      *string      `json:"file"` // null where there is none: it is built in, or
	Kept      bool         `json:"kept"` // only the archive describes it
	Enabled   bool         `json:"enabled"`
	Pace      string       `json:"pace"`
	Schedule  string       `json:"schedule"`
	Sources   []siteSource `json:"sources"`
	Layouts   []siteLayout `json:"layouts"`
}

type siteSource struct {
	Kind  sites.SourceKind `json:"kind"`
	URL   string           `json:"url"`
	Guess bool             `json:"guess"`
}

type siteLayout struct {
	Name  string  `json:"name"`
	Since *string `json:"since"` // null for the oldest
}

func newSiteLine(s *sites.Site, all Config) siteLine {
	c := all.Sites[s.Name]
	line := siteLine{
		Type: "site", Site: s.Name, Name: s.Name, Title: s.Title, Home: s.Home, Hosts: s.Hosts, Languages: s.Languages, Closed: s.Closed, Off: s.Off, File: optional(all.Own.Files[s.Name]), Kept: sites.OnlyKept(s),
		Enabled: *c.Enabled, Pace: c.pace().String(), Schedule: *c.Schedule, Sources: []siteSource{}, Layouts: []siteLayout{},
	}
	for _, src := range s.Sources {
		line.Sources = append(line.Sources, siteSource{src.Kind, src.URL, src.Guess})
	}
	for _, l := range s.Layouts {
		own := siteLayout{Name: l.Name}
		if !l.Since.IsZero() {
			day := l.Since.In(sites.Zone).Format("2006-01-02")
			own.Since = &day
		}
		line.Layouts = append(line.Layouts, own)
	}
	return line
}
