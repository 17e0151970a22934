package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/learn"
	"baoluu/sites"
)

type sitesLearnOptions struct {
	layout, write, asJSON bool
}

func (a *app) sitesLearnCommand() *cobra.Command {
	var o sitesLearnOptions
	cmd := &cobra.Command{
		Use:   "learn SITE --layout",
		Short: "Propose a layout for pages that a newspaper's layouts do not fit any more",
		Long: `Learn takes the newest articles in the archive that no layout of the newspaper fits, which
the generic cleaner reads for want of a better one, and drafts a layout from them, with the
day from which pages look so: after a redesign, say. It prints it as YAML, to be put into
the newspaper's file above the older ones, and how well each field comes out on pages
that it was not learnt from (see "baoluu help sites add").

With --write it is put into your file of the newspaper, in its place, and nothing else in
that file changes; a built-in newspaper gets a file.

The archive does not change. "baoluu reclean SITE" reads the pages again.`,
		Example: `  baoluu sites learn baomau --layout
  baoluu sites learn baomau --layout --write
  baoluu reclean baomau --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !o.layout {
				return withHint("--layout: a layout for pages that the others do not fit", "say what is to be learnt")
			}
			return a.sitesLearn(cmd.Context(), args[0], o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.layout, "layout", false, "a layout for pages that the others do not fit")
	f.BoolVar(&o.write, "write", false, "put it into your file of the newspaper")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each layout, and one of all")
	return cmd
}

// Of an archive so many captures are looked at, the newest first, and so many pages are learnt from.
const (
	unfitLooked = 50_000
	unfitPages  = 400
)

// unfit are articles of a newspaper that no layout of it fits.
type unfit struct {
	pages  []cleaner.Page // the newest first
	looked int            // articles that were looked at
}

func (a *app) sitesLearn(ctx context.Context, name string, o sitesLearnOptions) error {
	site, err := siteNamed(name)
	if err != nil {
		return err
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	arch, err := archive.Open(c.Archive)
	if err != nil {
		return err
	}
	boundMemory()
	found, err := unfitOf(ctx, arch, site)
	if err != nil {
		return err
	}
	if len(found.pages) == 0 {
		if o.asJSON {
			return printJSON(a.out, learntLine{Type: "site_learn", Site: site.Name, Looked: found.looked})
		}
		_, err := printf(a.out, "%s: its layouts fit all of the newest %s: there is nothing to learn\n", site.Name, plural(found.looked, "article", "articles"))
		return err
	}
	draft, err := learn.Draft(learn.Material{Name: site.Name, Home: site.Home, Pages: found.pages})
	if err != nil {
		return fmt.Errorf("%s that no layout fits: %w", plural(len(found.pages), "article", "articles"), err)
	}
	text, file := site.Source, c.Own.Files[site.Name]
	proposed, err := proposals(site, draft, found.pages)
	if err != nil {
		return err
	}
	if len(proposed) == 0 {
		return fmt.Errorf("no layout was found for %s that none fits: they have little in common", plural(len(found.pages), "article", "articles"))
	}
	for i := range proposed {
		if text, err = withLayout(text, &proposed[i]); err != nil {
			return err
		}
	}
	if _, err := sites.Read(cmp.Or(file, site.Name+newspaperEnding), text); err != nil {
		return showNewspaper(err, map[string][]byte{cmp.Or(file, site.Name+newspaperEnding): text})
	}
	if o.write {
		file = cmp.Or(file, filepath.Join(cmp.Or(c.Newspapers, defaultNewspapers), site.Name+newspaperEnding))
		if err := writeNewspaper(file, text); err != nil {
			return err
		}
	} else {
		file = ""
	}
	if o.asJSON {
		return a.learntJSON(site, draft, proposed, found, file)
	}
	return a.printLearnt(site, draft, proposed, found, file)
}

// unfitOf goes back through a newspaper's captures.
func unfitOf(ctx context.Context, arch *archive.Archive, site *sites.Site) (found unfit, err error) {
	view, err := arch.View(ctx, site.Name)
	if err != nil {
		return found, err
	}
	seen, size := map[string]bool{}, 0
	last := view.Last()
	for n := last; n > 0 && last-n < unfitLooked && len(found.pages) < unfitPages && size < learnBytes; n-- {
		c, err := view.Capture(ctx, n)
		if err != nil {
			if ctx.Err() != nil {
				return found, err
			}
			continue // a revisit's original, an asset, what is damaged: verify tells
		}
		if c.State != capture.Live || c.Kind == capture.Revisit || c.Size == 0 || seen[c.Page] {
			continue
		}
		if address, err := site.Address(c.URL); err != nil || address.Kind != sites.Article {
			continue
		}
		seen[c.Page] = true
		stored, err := view.Article(ctx, n)
		if err != nil {
			continue // it is none
		}
		found.looked++
		if stored.Layout != cleaner.GenericLayout {
			continue
		}
		body, err := view.Body(ctx, n)
		if err != nil {
			return found, err
		}
		page := cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time, Answer: c.Status != 0}
		if now, err := cleaner.Clean(page, site); err == nil && now.Layout == cleaner.GenericLayout {
			found.pages = append(found.pages, page)
			size += len(body)
		}
	}
	return found, ctx.Err()
}

// proposal is a layout that is to be put in.
type proposal struct {
	layout   sites.LayoutDescription
	comments []draftDoubt // by paths within it: "byline"
	pages    int          // that it reads, of those that no layout fitted
	place    int          // among the newspaper's layouts with those proposed before it
	text     []byte       // as it stands in the file
}

// proposals are the layouts of a draft that read pages, newest first, with the days of the first of
// these, and their places among the newspaper's.
func proposals(site *sites.Site, draft learn.Drafted, pages []cleaner.Page) (list []proposal, err error) {
	drafted, err := draft.Description.Site()
	if err != nil {
		return nil, err
	}
	first, reads := map[string]time.Time{}, map[string]int{}
	for _, p := range pages {
		article, err := cleaner.Clean(p, drafted)
		if err != nil {
			continue
		}
		if at, ok := first[article.Layout]; !ok || p.Captured.Before(at) {
			first[article.Layout] = p.Captured
		}
		reads[article.Layout]++
	}
	taken := map[string]bool{}
	type dated struct {
		name  string
		since string
	}
	var known []dated
	for _, l := range site.Describe().Layouts {
		taken[l.Name] = true
		known = append(known, dated{l.Name, l.Since})
	}
	for i, l := range draft.Description.Layouts {
		at, ok := first[l.Name]
		if !ok || at.IsZero() {
			continue
		}
		p := proposal{layout: l, pages: reads[l.Name]}
		for _, d := range doubts(draft.Comments) {
			if within, ok := strings.CutPrefix(d.Path, fmt.Sprintf("layouts[%d].", i)); ok {
				p.comments = append(p.comments, draftDoubt{within, d.Why})
			}
		}
		p.layout.Since = at.In(sites.Zone).Format(time.DateOnly)
		for n := 2; taken[p.layout.Name]; n++ {
			p.layout.Name = fmt.Sprintf("%s-%d", l.Name, n)
		}
		taken[p.layout.Name] = true
		p.place = slices.IndexFunc(known, func(d dated) bool { return d.since <= p.layout.Since })
		if p.place < 0 {
			p.place = len(known)
		}
		known = slices.Insert(known, p.place, dated{p.layout.Name, p.layout.Since})
		list = append(list, p)
	}
	return list, nil
}

// withLayout puts a layout into a newspaper's file, in its place, with all else as it is.
func withLayout(file []byte, p *proposal) ([]byte, error) {
	if !bytes.HasSuffix(file, []byte("\n")) {
		file = append(slices.Clip(file), '\n')
	}
	lines := bytes.SplitAfter(file, []byte("\n"))
	at, indent, err := placeOfLayout(file, p.place)
	if err != nil {
		return nil, err
	}
	comments := sites.Comments{}
	for _, c := range p.comments {
		path := strings.TrimSuffix("layouts[0]."+c.Path, ".name") // above the whole
		comments[path] = append(comments[path], "in doubt: "+c.Why)
	}
	whole, err := sites.Description{Layouts: []sites.LayoutDescription{p.layout}}.YAML(comments)
	if err != nil {
		return nil, err
	}
	_, block, _ := bytes.Cut(whole, []byte("\nlayouts:\n"))
	p.text = nil
	for line := range bytes.Lines(block) {
		p.text = append(p.text, strings.Repeat(" ", indent)+strings.TrimPrefix(string(line), "  ")...)
	}
	return bytes.Join([][]byte{bytes.Join(lines[:at], nil), p.text, bytes.Join(lines[at:], nil)}, nil), nil
}

// placeOfLayout is the line, from 0, above which a layout goes, and how far it is indented: above what
// is said of the layout below it.
func placeOfLayout(file []byte, place int) (line, indent int, err error) {
	byHand := errors.New("the layouts in the file are not written one below the other: put it in by hand")
	parsed, err := parser.ParseBytes(file, 0)
	if err != nil {
		return 0, 0, err
	}
	body, ok := parsed.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		return 0, 0, byHand
	}
	for i, value := range body.Values {
		if value.Key.GetToken().Value != "layouts" {
			continue
		}
		list, ok := value.Value.(*ast.SequenceNode)
		if !ok || list.IsFlowStyle || len(list.Values) == 0 {
			return 0, 0, byHand
		}
		indent = list.Start.Position.Column - 1
		switch {
		case place < len(list.Values):
			lines := bytes.Split(file, []byte("\n"))
			line = list.Values[place].GetToken().Position.Line - 1
			for dash := []byte(strings.Repeat(" ", indent) + "-"); line > 0 && !bytes.HasPrefix(lines[line], dash); {
				line-- // comments stand between it and the name
			}
			for line > 0 && bytes.HasPrefix(bytes.TrimSpace(lines[line-1]), []byte("#")) {
				line--
			}
			return line, indent, nil
		case i+1 < len(body.Values):
			return body.Values[i+1].Key.GetToken().Position.Line - 1, indent, nil
		}
		return bytes.Count(file, []byte("\n")), indent, nil
	}
	return 0, 0, byHand
}

// writeNewspaper writes a newspaper's file, in a folder that it makes.
func writeNewspaper(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return writeAtomically(file, text)
}

// learntLine is the JSON line of what was learnt.
type learntLine struct {
	Type    string       `json:"type"`
	Site    string       `json:"site"`
	Looked  int          `json:"looked"`  // articles, the newest
	Unfit   int          `json:"unfit"`   // of them those that no layout fits
	Layouts int          `json:"layouts"` // that are proposed
	Fields  []draftField `json:"fields"`  // on pages that were held out
	Unsure  []string     `json:"unsure"`
	File    *string      `json:"file"` // that they were put into; null for none
}

// learntLayout is the JSON line of a layout that is proposed.
type learntLayout struct {
	Type   string       `json:"type"`
	Site   string       `json:"site"`
	Layout string       `json:"layout"`
	Since  string       `json:"since"`
	Pages  int          `json:"pages"` // that it reads, of those that no layout fits
	YAML   string       `json:"yaml"`
	Doubts []draftDoubt `json:"doubts"`
}

func (a *app) learntJSON(site *sites.Site, draft learn.Drafted, proposed []proposal, found unfit, file string) error {
	for _, p := range proposed {
		line := learntLayout{"site_layout", site.Name, p.layout.Name, p.layout.Since, p.pages, string(p.text), append([]draftDoubt{}, p.comments...)}
		if err := printJSON(a.out, line); err != nil {
			return err
		}
	}
	whole := newDraftLine(draft, file, nil)
	return printJSON(a.out, learntLine{"site_learn", site.Name, found.looked, len(found.pages), len(proposed), whole.Fields, whole.Unsure, optional(file)})
}

func (a *app) printLearnt(site *sites.Site, draft learn.Drafted, proposed []proposal, found unfit, file string) error {
	printf(a.err, "%s: no layout fits %s of the newest %s\n", site.Name, count(len(found.pages)), plural(found.looked, "article", "articles"))
	for _, p := range proposed {
		printf(a.err, "%s, from %s on, reads %s of them\n", p.layout.Name, p.layout.Since, count(p.pages))
	}
	for _, why := range draft.Unsure {
		printf(a.err, "unsure: %s\n", why)
	}
	if draft.HeldOut > 0 {
		printf(a.err, "\nLearnt from %s, tested on %d that it had not seen:\n", plural(draft.Learnt, "article", "articles"), draft.HeldOut)
		if err := printDraftFields(a.err, draft.Fields); err != nil {
			return err
		}
	}
	for _, p := range proposed {
		if _, err := a.out.Write(p.text); err != nil {
			return err
		}
	}
	what := "put it among the layouts of newspapers/" + site.Name + newspaperEnding + ", or call this again with --write"
	if file != "" {
		what = "written into " + file
	}
	printf(a.err, "\n%s; then:\n  baoluu sites test %s\n  baoluu reclean %[2]s --dry-run\n", what, site.Name)
	return nil
}
