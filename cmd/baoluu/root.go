package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner/plain"
)

// app is what every command needs: where to talk, and the settings.
type app struct {
	in io.Reader
	// out is for data and err for talk; nothing that is written to them acts on a
	// terminal, wherever they lead.
	out, err io.Writer
	// bytes is where out goes, as it is, where that is no terminal: for the bytes of a
	// body alone.
	bytes io.Writer
	// tty is the terminal that out is; nil where it is none.
	tty *tty
	// pager is what out goes through on its way there; nil where that is no terminal.
	pager *pager
	// terminal is where err goes, as it is, where that is a terminal: for
	// progress bars alone. nil otherwise.
	terminal io.Writer
	// talkEvery is how often a person at that terminal hears of a work of one file.
	talkEvery time.Duration

	configFile  string // --config
	archiveFlag string // --archive
	papersFlag  string // --newspapers

	settings *Config // as they were read; nil before
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	data := &faithful{w: out}
	a := &app{in: in, out: plain.Writer(data), err: plain.Writer(errw), talkEvery: 2 * time.Second}
	a.bytes = data
	if a.tty = terminalOf(out, data); a.tty != nil {
		a.bytes = a.out
		a.pager = &pager{out: out, columns: a.tty.columns, rows: a.tty.rows}
		data.w = a.pager
	}
	if isTerminal(errw) {
		a.terminal = errw
		if a.pager != nil && sameFile(out, errw) {
			a.err = plain.Writer(beside{a.pager, errw})
		}
	}
	root := a.root()
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		plainUsage(root)
	}
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out) // help that was asked for is data
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err == nil && data.err != nil && !errors.Is(data.err, errPagerClosed) {
		err = fmt.Errorf("write the output: %w", data.err)
	}
	a.report(err)
	return exitCode(err)
}

func (a *app) root() *cobra.Command {
	var ofVersion bool
	root := &cobra.Command{
		Use:   "baoluu",
		Short: "Archive of Vietnamese newspapers: crawl, keep, clean, export",
		Long: `Bảo Lưu crawls Vietnamese newspapers, keeps every capture of every article for
good, tells how an article changed, and turns the archive into clean text.

Nothing has to be set up: "baoluu demo" shows the whole path without a network,
"baoluu crawl dantri --limit 20" makes an archive in ./archive.

Exit codes: 0 done, 1 failed or wrong use, 3 part of it done, 4 a
newspaper's layout has drifted, 5 blocked by the site, 10 no archive there, 11 in
use by another process, 130 interrupted (what was finished is kept).`,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if ofVersion {
				return a.sayVersion()
			}
			return cmd.Help()
		},
	}
	root.Flags().BoolVar(&ofVersion, "version", false, "the same as \"baoluu version\"")
	root.PersistentFlags().StringVar(&a.configFile, "config", "", "settings `file` (default ./config.yaml where there is one)")
	root.PersistentFlags().StringVar(&a.archiveFlag, "archive", "", "archive `folder` (default: as the settings say, else ./archive)")
	root.PersistentFlags().StringVar(&a.papersFlag, "newspapers", "", "`folder` of newspapers' files (default: as the settings say, else ./newspapers)")
	root.PersistentPreRunE = a.knowNewspapers
	root.AddCommand(
		a.demoCommand(), a.crawlCommand(), a.importCommand(), a.cleanCommand(), a.recleanCommand(), a.driftCommand(), a.fixtureCommand(),
		a.paged(a.searchCommand()), a.paged(a.listCommand()), a.paged(a.showCommand()), a.paged(a.logCommand()), a.paged(a.diffCommand()),
		a.exportCommand(), a.corpusCommand(), a.verifyCommand(), a.rescueCommand(), a.backupCommand(), a.mergeCommand(),
		a.statsCommand(), a.ledgerCommand(), a.forgetCommand(),
		a.sitesCommand(), a.configCommand(), a.cronCommand(), a.notifyCommand(), a.serveCommand(), a.versionCommand(),
	)
	explainUse(root)
	a.offerWords(root)
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Example = "  baoluu help\n  baoluu help export"
		case "completion":
			c.Example = "  baoluu completion bash > /etc/bash_completion.d/baoluu\n  baoluu completion zsh > ~/.zsh/completions/_baoluu"
		}
	}
	return root
}

// knowNewspapers reads the settings, and with them the newspapers, before a command that may ask
// for one begins. The others need none, or read them when they know which file is meant.
func (a *app) knowNewspapers(cmd *cobra.Command, _ []string) error {
	words := strings.Fields(cmd.CommandPath())
	switch {
	case len(words) == 1, strings.HasPrefix(words[1], cobra.ShellCompRequestCmd), cmd.CommandPath() == "baoluu sites test",
		slices.Contains([]string{"completion", "config", "demo", "help", "notify", "version"}, words[1]):
		return nil
	}
	c, err := a.config()
	a.sayUnread(c.Own)
	return err
}

// config reads the newspapers and the settings once for a command.
func (a *app) config() (Config, error) {
	if a.settings == nil {
		c, err := loadConfig(a.configFile, a.papersFlag, a.archiveFlag)
		if err != nil {
			return Config{}, err
		}
		a.settings = &c
	}
	c := *a.settings
	if a.archiveFlag != "" {
		c.Archive = a.archiveFlag
	}
	return c, nil
}

// openArchive opens the archive that is there.
func (a *app) openArchive() (*archive.Archive, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	return archive.Open(c.Archive)
}
