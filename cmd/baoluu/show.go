package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/corpus"
	"baoluu/cleaner"
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
  baoluu show --view page --version 1 https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov
  baoluu show --json --at 2026-07-16 vov/post1315698`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.asJSON {
				if cmd.Flags().Changed("view") && o.view != "json" {
					return errors.New("--json and --view " + o.view + " contradict each other")
				}
				o.view = "json"
			}
			if err := oneOf("view", o.view, "article", "page", "html", "json"); err != nil {
				return err
			}
			if cmd.Flags().Changed("version") && o.version < 1 {
				return errors.New("--version counts from 1")
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
	if o.view == "page" || o.view == "html" {
		n, view, err := findBody(ctx, arch, ref, o.version, o.at)
		if err != nil {
			return err
		}
		return a.showCaptured(ctx, view, n, o.view)
	}
	s, err := findSnapshot(ctx, arch, ref, o.version, o.at)
	if err != nil {
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

// showCaptured prints the body of a capture as it came, or the text that a
// reader of it saw.
func (a *app) showCaptured(ctx context.Context, view *archive.View, n uint64, as string) error {
	body, err := view.Body(ctx, n)
	if err != nil {
		return err
	}
	if as == "html" {
		_, err = a.out.Write(body)
		return err
	}
	c, err := view.Capture(ctx, n)
	if err != nil {
		return err
	}
	doc, err := cleaner.Read(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time})
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.out, doc.PageText())
	return err
}

// findBody finds the capture behind a snapshot. Of a page that has none (a list,
// a feed) it is the newest with a body.
func findBody(ctx context.Context, arch *archive.Archive, ref string, version int, at string) (uint64, *archive.View, error) {
	view, _, page, err := findPage(ctx, arch, ref)
	if err != nil {
		return 0, nil, err
	}
	if page.Versions > 0 || version != 0 || at != "" {
		s, err := findSnapshot(ctx, arch, ref, version, at)
		return s.version.Capture, s.view, err
	}
	var newest uint64
	err = view.Captures(ctx, page.Page, func(c capture.Capture) error {
		if c.Digest != "" {
			newest = c.Number
		}
		return nil
	})
	if err == nil && newest == 0 {
		err = errors.New("no capture of " + ref + " has a body")
	}
	return newest, view, err
}
