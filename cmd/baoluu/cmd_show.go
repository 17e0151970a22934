package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/cleaner"
)

type showOptions struct {
	view    string
	version int
	at      string
	asJSON  bool
}

var showViews = []string{"article", "page", "html", "http", "json"}

func (a *app) showCommand() *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:   "show PAGE",
		Short: "Show a page: its article, its text, its HTML",
		Long: `Show prints one snapshot of a page: the newest that could be read, or the one
that --version or --at names. Of a page that was gone at the time it says so, and
which version came before. The views:

  article   the article with its fields
  page      all that a reader of the page saw
  html      what was captured, byte for byte (on a terminal, without what would act
            on it)
  http      the request, and the head of the answer
  json      one JSON line, as "baoluu export" writes them (docs/corpus.md). Its
            "state" is that of the page now; with --version or --at, at that time

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
			if err := oneOf("view", o.view, showViews...); err != nil {
				return err
			}
			at, err := chosenSnapshot(cmd, o.version, o.at)
			if err != nil {
				return err
			}
			return a.show(cmd.Context(), args[0], o, at)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.version, "version", 0, "number of the `version` (default the newest)")
	f.StringVar(&o.at, "at", "", "the page "+atHelp)
	f.StringVar(&o.view, "view", "article", "`what` to print: "+strings.Join(showViews, ", "))
	f.BoolVar(&o.asJSON, "json", false, "the same as --view json")
	completeFlag(cmd, "view", showViews)
	_ = cmd.RegisterFlagCompletionFunc("version", a.offerVersions) // fails where there is no such flag
	return cmd
}

func (a *app) show(ctx context.Context, ref string, o showOptions, at time.Time) error {
	boundMemory()
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	if o.view == "page" || o.view == "html" || o.view == "http" {
		n, view, err := a.findBody(ctx, arch, ref, o.version, at)
		if err != nil {
			return err
		}
		if o.view == "http" {
			return a.showExchange(ctx, view, n, ref)
		}
		return a.showCaptured(ctx, view, n, o.view)
	}
	s, err := a.findReadable(ctx, arch, ref, o.version, at)
	if err != nil {
		return err
	}
	article, err := s.article(ctx)
	if err != nil {
		return err
	}
	if o.view == "json" {
		r := corpus.NewRecord(s.site, s.page, s.versions, s.version, capture.Capture{}, article)
		if o.version != 0 {
			r.State = s.version.State // of its time
		}
		return printJSON(a.out, corpus.NewLine(r))
	}
	if a.tty != nil {
		return a.tty.article(article)
	}
	_, err = io.WriteString(a.out, readable(article))
	return err
}

// findReadable finds a snapshot that can be shown. Where nobody asked for a
// certain one, a page that is gone now is shown as it was last.
func (a *app) findReadable(ctx context.Context, arch *archive.Archive, ref string, version int, at time.Time) (snapshot, error) {
	s, err := findSnapshot(ctx, arch, ref, version, at)
	if err != nil || s.version.State == capture.Live {
		return s, err
	}
	last, ok := archive.NewestLive(s.versions)
	if version != 0 || !at.IsZero() || !ok {
		return s, s.live()
	}
	printf(a.err, "%s is gone since %s: this is version %d, the last that could be read\n", ref, local(s.version.Captured), last.Number)
	s.version = last
	return s, nil
}

// showCaptured prints the body of a capture as it came, or the text that a
// reader of it saw.
func (a *app) showCaptured(ctx context.Context, view *archive.View, n uint64, as string) error {
	body, err := view.Body(ctx, n)
	if err != nil {
		return err
	}
	if as == "html" {
		_, err = a.bytes.Write(body)
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
	if a.tty != nil {
		return a.tty.pageText(doc.PageText())
	}
	_, err = io.WriteString(a.out, doc.PageText())
	return err
}

// showExchange prints the request of a capture, as it was sent, and the head of the answer,
// as it came.
func (a *app) showExchange(ctx context.Context, view *archive.View, n uint64, ref string) error {
	c, err := view.Exchange(ctx, n)
	if err != nil {
		return err
	}
	request := c.Request
	if request == "" {
		printf(a.err, "%s: the request of this capture is not known: it was imported without one, or an older baoluu made it\n", ref)
	} else {
		request = strings.TrimRight(strings.ReplaceAll(request, "\r\n", "\n"), "\n") + "\n\n"
	}
	if c.Status == 0 {
		printf(a.err, "%s: this capture is no answer of a server: it has no head\n", ref)
		_, err = io.WriteString(a.out, request)
		return err
	}
	var head strings.Builder
	fmt.Fprintln(&head, strings.TrimSpace(fmt.Sprintf("%s %d %s", cmp.Or(c.Proto, "HTTP"), c.Status, c.Reason)))
	for _, f := range c.Header {
		printf(&head, "%s: %s\n", f.Name, f.Value)
	}
	_, err = io.WriteString(a.out, request+head.String())
	return err
}

// findBody finds the capture behind a snapshot: of a version that is gone, what
// said so. Of a page that has no version (a list, a feed) it is the newest with a
// body.
func (a *app) findBody(ctx context.Context, arch *archive.Archive, ref string, version int, at time.Time) (uint64, *archive.View, error) {
	view, _, page, err := findPage(ctx, arch, ref, at)
	if err != nil {
		return 0, nil, err
	}
	if version != 0 {
		s, err := findSnapshot(ctx, arch, ref, version, at)
		return s.version.Capture, s.view, err
	}
	if page.Versions > 0 {
		s, err := a.findReadable(ctx, arch, ref, version, at)
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
