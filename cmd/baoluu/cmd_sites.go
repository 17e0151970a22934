package main

import (
	"context"
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
		Use:     "sites [SITE…]",
		Short:   "List the newspapers, and what is known of each",
		Long:    "Sites lists the newspapers that the program knows, and the settings of each.\n\n" + selectHelp,
		Example: "  baoluu sites\n  baoluu sites --json dantri vov",
	}
	onSites(cmd, func(_ context.Context, names []string) error { return a.sites(names, asJSON) })
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
			if err := printJSON(a.out, newSiteLine(s, c.Sites[s.Name])); err != nil {
				return err
			}
		}
		return nil
	}
	return table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "NAME\tNEWSPAPER\tCRAWLED\tPACE\tLANGUAGES\tSOURCES\tLAYOUTS\tHOSTS")
		for _, s := range list {
			own := c.Sites[s.Name]
			crawled := "yes"
			if !*own.Enabled {
				crawled = "no"
			}
			printf(w, "%s\t%s\t%s\t%v\t%s\t%d\t%d\t%s\n", s.Name, s.Title, crawled, own.pace(),
				strings.Join(s.Languages, ","), len(s.Sources), len(s.Layouts), strings.Join(s.Hosts, " "))
		}
	})
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

func newSiteLine(s *sites.Site, c SiteConfig) siteLine {
	line := siteLine{
		Type: "site", Site: s.Name, Name: s.Name, Title: s.Title, Home: s.Home, Hosts: s.Hosts, Languages: s.Languages, Closed: s.Closed,
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
