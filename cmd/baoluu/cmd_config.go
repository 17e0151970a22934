package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os/exec"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"baoluu/sites"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check the settings, or print those in force",
		Long: `Config looks at the settings: those of --config, else ./config.yaml where there is
one, else the defaults. The config.yaml of the project has every setting with its
default.`,
		Example: "  baoluu config check\n  baoluu config show",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.configCheckCommand(), a.configShowCommand())
	return cmd
}

func (a *app) configCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Say whether the settings are right, and what they mean",
		Long: `Check reads the settings as every other command does, and prints what is in force:
which newspapers are crawled, when and at what pace, and who is notified when a crawl
needs a person. It warns of what the settings name and the machine does not have: a
program that is not there, a folder that cannot be written, a disk that is nearly
full. Nothing is asked of the network.

Exit 0: all that a crawl needs is there, warnings apart. Exit 1: the settings are
wrong; the line is shown.`,
		Example: "  baoluu config check\n  baoluu config check /etc/baoluu/config.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				a.configFile = args[0]
			}
			return a.configCheck(asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line")
	return cmd
}

func (a *app) configShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Print the settings in force, as YAML that can be read back",
		Long: `Show prints every setting with the value that is in force: that of the file, else
the default. Its output can be used as a settings file.`,
		Example: "  baoluu config show\n  baoluu config show > config.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := a.config()
			if err != nil {
				return err
			}
			text, err := yaml.Marshal(c)
			if err != nil {
				return fmt.Errorf("write the settings as YAML: %w", err)
			}
			_, err = a.out.Write(text)
			return err
		},
	}
}

type configLine struct {
	Type     string   `json:"type"`
	File     *string  `json:"file"` // null: the defaults alone
	Archive  string   `json:"archive"`
	Sites    []string `json:"sites"`    // that are crawled
	Notified []string `json:"notified"` // how people are notified
	Warnings []string `json:"warnings"`
}

// configCheck prints what is in force, and warns of what will not work.
func (a *app) configCheck(asJSON bool) error {
	c, err := a.crawlConfig()
	if err != nil {
		return err
	}
	file := cmp.Or(a.configFile, defaultConfigFile)
	warnings := configWarnings(c)
	var crawled []*sites.Site
	for _, s := range sites.All() {
		if *c.Sites[s.Name].Enabled {
			crawled = append(crawled, s)
		}
	}
	if asJSON {
		line := configLine{Type: "config", File: &file, Archive: c.Archive, Sites: []string{}, Notified: notified(c.Notify), Warnings: warnings}
		if c.Source == nil {
			line.File = nil
		}
		for _, s := range crawled {
			line.Sites = append(line.Sites, s.Name)
		}
		return printJSON(a.out, line)
	}
	if c.Source == nil {
		printf(a.out, "no %s here: the defaults are in force\n", file)
	} else {
		printf(a.out, "%s: all is well\n", file)
	}
	fmt.Fprintln(a.out)
	err = table(a.out, func(w io.Writer) {
		printf(w, "archive\t%s\n", c.Archive)
		if own := slices.Sorted(maps.Keys(c.Own.Files)); len(own) > 0 {
			printf(w, "newspapers\t%s in %s\n", strings.Join(own, ", "), c.Newspapers)
		}
		printf(w, "contact\t%s\n", cmp.Or(c.Contact, "none"))
		for i, s := range crawled {
			own := c.Sites[s.Name]
			printf(w, "%s\t%s\tat %s, a request each %v at most\n", []string{"crawled", ""}[min(i, 1)], s.Name, *own.Schedule, own.pace())
		}
		printf(w, "notified\t%s\n", cmp.Or(strings.Join(notified(c.Notify), ", "), "nobody"))
	})
	for _, w := range warnings {
		printf(a.err, "warning: %s\n", w)
	}
	return err
}

// notified lists how people are notified of a crawl; an address may hold a secret, its
// host does not.
func notified(c NotifyConfig) []string {
	ways := []string{}
	if u, err := url.Parse(c.Webhook); err == nil && u.Host != "" {
		ways = append(ways, "webhook at "+u.Host)
	}
	if len(c.Command) > 0 {
		ways = append(ways, "program "+c.Command[0])
	}
	return ways
}

// configWarnings is what the settings name and the machine does not have.
func configWarnings(c Config) []string {
	warnings := []string{}
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	warnings = slices.Concat(warnings, c.Renamed, c.Own.Ignored, c.Own.Unread)
	if err := writableFolder(c.Archive); err != nil {
		warn("archive: %v", err)
	}
	if err := newSpaceGuard(c).check(); err != nil {
		warn("min_free: %v", err)
	}
	if c.Contact == "" {
		warn("contact: none, so a newspaper cannot reach you")
	}
	if len(c.Notify.Command) > 0 {
		if _, err := exec.LookPath(c.Notify.Command[0]); err != nil {
			warn("notify.command: %v", err)
		}
	}
	enabled := false
	for _, s := range sites.All() {
		if !*c.Sites[s.Name].Enabled {
			continue
		}
		enabled = true
		if s.Closed {
			warn("sites.%s: %s is closed, and somebody else has its address now", s.Name, s.Title)
		}
		if _, err := onCalendar(*c.Sites[s.Name].Schedule); err != nil {
			warn("sites.%s.schedule: for systemd: %v", s.Name, err)
		}
	}
	if !enabled {
		warn("sites: none is enabled, nothing will be crawled")
	}
	return warnings
}
