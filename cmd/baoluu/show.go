package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/cleaner/capture"
)

type showOptions struct {
	view    string
	version int
	at      string
	asJSON  bool
}

func (a *app) showCommand() *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:   "show PAGE",
		Short: "Show a page: its article, its text, its HTML",
		Long: `Show prints one snapshot of a page: the newest, or the one that --version or
--at names. --view article is the article with its fields, page is all that a
reader of the page saw, html is what was captured, byte for byte, json is one
JSON line.

` + pageHelp,
		Example: `  baoluu show dantri/20221224083224103
  baoluu show --view page --version 1 https://vov.vn/the-gioi/x-post1.vov
  baoluu show --json --at 2026-07-16 vov/post1315698`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.asJSON {
				o.view = "json"
			}
			if err := oneOf("view", o.view, "article", "page", "html", "json"); err != nil {
				return err
			}
			if o.version != 0 && o.at != "" {
				return errors.New("--version and --at both choose a snapshot: give one")
			}
			return a.show(cmd.Context(), args[0], o)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.version, "version", 0, "`number` of the version (default the newest)")
	f.StringVar(&o.at, "at", "", "the page as it stood at a `moment`: 2026-07-16, \"2026-07-16 08:46\"")
	f.StringVar(&o.view, "view", "article", "`what` to print: article, page, html, json")
	f.BoolVar(&o.asJSON, "json", false, "the same as --view json")
	return cmd
}

func (a *app) show(ctx context.Context, ref string, o showOptions) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	if o.view == "html" && o.version == 0 && o.at == "" {
		return a.showNewestBody(ctx, arch, ref)
	}
	s, err := findSnapshot(ctx, arch, ref, o.version, o.at)
	if err != nil {
		return err
	}
	switch o.view {
	case "page":
		doc, _, err := s.document(ctx)
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.out, doc.PageText())
		return err
	case "html":
		body, err := s.view.Body(ctx, s.version.Capture)
		if err != nil {
			return err
		}
		_, err = a.out.Write(body)
		return err
	}
	article, err := s.article(ctx)
	if err != nil {
		return err
	}
	if o.view == "json" {
		return printJSON(a.out, corpus.NewLine(s.site, s.page.Page, s.version, article))
	}
	_, err = io.WriteString(a.out, readable(article))
	return err
}

// showNewestBody prints the newest body of a page, an article or not.
func (a *app) showNewestBody(ctx context.Context, arch *archive.Archive, ref string) error {
	view, _, page, err := findPage(ctx, arch, ref)
	if err != nil {
		return err
	}
	var newest uint64
	err = view.Captures(ctx, page.Page, func(c capture.Capture) error {
		if c.Digest != "" {
			newest = c.Number
		}
		return nil
	})
	if err != nil {
		return err
	}
	if newest == 0 {
		return errors.New("no capture of " + ref + " has a body")
	}
	body, err := view.Body(ctx, newest)
	if err != nil {
		return err
	}
	_, err = a.out.Write(body)
	return err
}
