package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
)

// notifyCommand is for whoever sets up notices.
func (a *app) notifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "Try the notices of crawls that need a person",
		Long: `Who is notified is set under "notify" in config.yaml: "webhook", an address that gets
each notice by POST, and "command", a program that gets it on its standard input.
"baoluu notify test" sends a notice by each of them.

A notice is one JSON object on one line:

  type   "notice"
  event  what it is about:
           blocked      the newspaper refuses us
           unreachable  the newspaper does not answer
           nothing      none of its lists, or of the articles asked for, could be read
           drift        its pages come out differently than they used to
           failures     as many addresses failed as "failures" says, or more
           disk         there is too little room; sent once for all newspapers
           test         of "baoluu notify test"
  site   the newspaper, null where it is of no one newspaper
  time   when, RFC 3339, of Vietnam
  text   all of it in a sentence: "Bảo Lưu, vov: blocked by the site"
  run    the run that "baoluu crawl --json" prints, null where none began

The program also has BAOLUU_EVENT, BAOLUU_SITE, BAOLUU_TIME and BAOLUU_TEXT in its
environment. A notice of the same problem is sent once in "every" (a day), and at
once when the problem was over and comes again.`,
		Example: "  baoluu notify test",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var asJSON bool
	test := &cobra.Command{
		Use:   "test",
		Short: "Send a notice by every way that the settings name",
		Long: `Test sends a notice by the webhook and the command that the settings name, and says
of each whether it went well. Exit 1: one of them failed, or none is named.`,
		Example: "  baoluu notify test\n  baoluu notify test --config /etc/baoluu.yaml --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.notifyTest(cmd.Context(), asJSON) },
	}
	test.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each way")
	cmd.AddCommand(test)
	return cmd
}

type wayLine struct {
	Type   string  `json:"type"`
	Way    string  `json:"way"`    // "webhook", "command"
	Target string  `json:"target"` // the webhook's host, the program
	Sent   bool    `json:"told"`
	Error  *string `json:"error"` // null where it went well
}

func (a *app) notifyTest(ctx context.Context, asJSON bool) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	if !c.Notify.isSet() {
		return withHint(`set "webhook" or "command" under notify: in config.yaml; "baoluu help notify" says what they get`, "nobody is notified: the settings name neither a webhook nor a command")
	}
	n := newNotifier(c)
	ways, err := n.ways(newNotice(eventTest, "", "a test: whoever reads this is notified when a crawl needs a person", time.Now()))
	if err != nil {
		return err
	}
	failed := 0
	for i, err := range n.try(ctx, ways) {
		line := wayLine{Type: "notify_test", Way: ways[i].name, Target: ways[i].target, Sent: err == nil}
		if err != nil {
			failed++
			text := err.Error()
			line.Error = &text
		}
		switch {
		case asJSON:
			err = printJSON(a.out, line)
		case line.Sent:
			_, err = printf(a.out, "%s %s: sent\n", line.Way, line.Target)
		default:
			_, err = printf(a.out, "%s %s: not sent: %s\n", line.Way, line.Target, *line.Error)
		}
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed > 0 {
		return errors.New("the notice did not go through by " + plural(failed, "way", "ways"))
	}
	return nil
}
