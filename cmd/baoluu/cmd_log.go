package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/lines"
)

// addressLine is the JSON line of one address of a page.
type addressLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Page     string `json:"page"`
	URL      string `json:"url"`
	First    string `json:"first"`
	Last     string `json:"last"`
	Captures int    `json:"captures"`
}

// cleaningLine is the JSON line of one re-clean of the newspaper that was
// accepted. The versions are those of the whole newspaper.
type cleaningLine struct {
	Type    string `json:"type"`
	Site    string `json:"site"`
	At      string `json:"at"`
	Cleaner string `json:"cleaner"`
	Before  int    `json:"versions_before"`
	After   int    `json:"versions_after"`
	// Page is which of the page's versions it made others of; missing where it did not.
	Page []regroupLine `json:"page_versions,omitempty"`
}

// regroupLine is versions of a page that became others, by their numbers: none of new are no
// versions any more, none of old were none before.
type regroupLine struct {
	Old []int `json:"old"`
	New []int `json:"new"`
}

func (a *app) logCommand() *cobra.Command {
	var at string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "log PAGE",
		Short: "Show how often a page changed, when, and in what",
		Long: `Log lists the versions of a page, oldest first: from when to when the article
read so, and which fields differ from the version before. That the page is gone
(404, 410, sent to the front page) is a version, and that it is back is another.
What a failing server or a refusal answers says nothing of the page, and neither
does what comes in its place: a notice, a log-in wall, another article.

WHY is "edit" where the newsroom changed the words, and "state" where the page is
gone, or back. A redesigned newspaper shows its articles in another layout: that is
no version, but a line of its own, "layout", below the version that was read so. A
version is "unsure" where it may be an edit: the layout changed, or a few other
words came in the article's place; "baoluu diff" shows what is in doubt. Once the
program knows the new layout, an accepted "reclean" rebuilds the history.

FROM is when the newspaper changed, CLEANER which cleaner read it: the two are never
mixed up. What a better cleaner reads differently is no version. An accepted
"reclean" rebuilds the history, and where the old cleaner had taken an ad for text,
or text for an ad, the number of versions changes. Such re-cleans of the newspaper
are listed below the versions, with what they made of this page's (merged versions
2 and 3, took back version 4; the numbers are those before and after that re-clean),
and then the addresses at which the page was asked for.

Of a page that is no article (a front page, a list of a section, a feed) log lists
the captures, and says how to see one of them.

All changes of a newspaper:

  baoluu list --changed --json dantri | jq -r .page |
    while read -r page; do baoluu log --json "$page"; done

` + pageHelp,
		Example: `  baoluu log dantri/20221224083224103
  baoluu log --at 2026-07-16 vov/post1315698
  baoluu log --json https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			moment, err := parseAt(at)
			if err != nil {
				return err
			}
			return a.log(cmd.Context(), args[0], moment, asJSON)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "the history "+atHelp)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each version, re-clean and address")
	return cmd
}

// history is what log prints of a page.
type history struct {
	site, name string // name: SITE/KEY
	page       archive.PageInfo
	versions   []archive.Version
	addresses  []archive.AddressSeen
	cleanings  []archive.Cleaning
	recleaned  []archive.Recleaned
}

// regrouped is what a re-clean did to the page's versions.
func (h history) regrouped(c archive.Cleaning) []archive.Regroup {
	for _, r := range h.recleaned {
		if r.Generation == c.Generation {
			return r.Changes
		}
	}
	return nil
}

func (a *app) log(ctx context.Context, ref string, at time.Time, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	view, site, page, err := findPage(ctx, arch, ref, at)
	if err != nil {
		return err
	}
	h := history{site: site, name: site + "/" + page.Page, page: page}
	if h.versions, err = view.Versions(ctx, page.Page); err != nil {
		return err
	}
	if h.addresses, err = view.Addresses(ctx, page.Page); err != nil {
		return err
	}
	if h.cleanings, err = view.Cleanings(ctx); err != nil {
		return err
	}
	if h.recleaned, err = view.Recleaned(ctx, page.Page); err != nil {
		return err
	}
	switch {
	case len(h.versions) == 0:
		return a.logCaptures(ctx, view, site, page, asJSON)
	case asJSON:
		return a.logJSON(h)
	}
	return a.logTables(h)
}

func (a *app) logJSON(h history) error {
	var list []any
	for _, v := range h.versions {
		list = append(list, lines.NewVersion(h.site, h.page.Page, v))
		for _, r := range relaid(v) {
			list = append(list, lines.NewReading(h.site, h.page.Page, v, r))
		}
	}
	for _, c := range h.cleanings {
		line := cleaningLine{"cleaning", h.site, local(c.At), c.Cleaner, c.Before, c.After, nil}
		for _, r := range h.regrouped(c) {
			line.Page = append(line.Page, regroupLine{append([]int{}, r.Old...), append([]int{}, r.New...)})
		}
		list = append(list, line)
	}
	for _, s := range h.addresses {
		list = append(list, addressLine{"address", h.site, h.name, s.URL, local(s.First), local(s.Last), s.Captures})
	}
	for _, line := range list {
		if err := printJSON(a.out, line); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) logTables(h history) error {
	printf(a.out, "%s  %s\n%s\n%s, %s; now %s\n\n", h.name, cell(h.page.Title), h.page.URL,
		plural(h.page.Captures, "capture", "captures"), plural(len(h.versions), "version", "versions"), h.page.State)
	err := table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "VERSION\tSTATE\tFROM\tLAST SEEN\tWHY\tCHANGED\tCLEANER")
		for _, v := range h.versions {
			changed := strings.Join(v.Changed, ", ")
			if v.Number == 1 {
				changed = "(first)"
			}
			printf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", v.Number, v.State, local(v.Captured), local(v.LastSeen), cmp.Or(string(v.Cause), "-"), changed, cmp.Or(v.Cleaner, "-"))
			for _, r := range relaid(v) {
				printf(w, "\t\t%s\t\t%s\tno edit: another layout (%s)\t\n", local(r.Captured), compare.Relaid, cell(r.Layout))
			}
		}
	})
	if err != nil {
		return err
	}
	for _, c := range h.cleanings {
		printf(a.out, "%s was cleaned again at %s by %s: %s before, %d after\n", h.site, local(c.At), c.Cleaner, plural(c.Before, "version", "versions"), c.After)
		for _, r := range h.regrouped(c) {
			printf(a.out, "  %s: no edit of the newspaper's\n", regroupWords(r))
		}
	}
	fmt.Fprintln(a.out)
	return table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "FIRST ASKED\tLAST ASKED\tCAPTURES\tADDRESS")
		for _, s := range h.addresses {
			printf(w, "%s\t%s\t%d\t%s\n", local(s.First), local(s.Last), s.Captures, s.URL)
		}
	})
}

// regroupWords says what became of some of a page's versions.
func regroupWords(r archive.Regroup) string {
	versions := func(numbers []int) string {
		if len(numbers) == 1 {
			return "version " + numbered(numbers)
		}
		return "versions " + numbered(numbers)
	}
	switch {
	case len(r.New) == 0:
		return "took back " + versions(r.Old)
	case len(r.Old) == 0:
		return "found " + versions(r.New)
	case len(r.New) == 1:
		return "merged " + versions(r.Old) + ", now " + numbered(r.New)
	case len(r.Old) == 1:
		return "split " + versions(r.Old) + ", now " + numbered(r.New)
	}
	return "divided " + versions(r.Old) + " otherwise, now " + numbered(r.New)
}

// numbered is "1, 2 and 3".
func numbered(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}

// logCaptures lists the captures of a page of which no article came, and says how one of
// them is seen.
func (a *app) logCaptures(ctx context.Context, view *archive.View, site string, page archive.PageInfo, asJSON bool) error {
	var list []lines.Capture
	err := view.Captures(ctx, page.Page, func(c capture.Capture) error {
		list = append(list, lines.NewCapture(site, page.Page, c))
		return nil
	})
	if err != nil {
		return err
	}
	if asJSON {
		for _, line := range list {
			if err := printJSON(a.out, line); err != nil {
				return err
			}
		}
		return nil
	}
	what := "no article came of it"
	if page.Article() {
		what = "no article came out of any of them"
	}
	printf(a.out, "%s  %s\n%s; %s\n\n", site, page.URL, plural(len(list), "capture", "captures"), what)
	err = table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "CAPTURED\tSTATE\tSTATUS\tSIZE")
		for _, l := range list {
			status := "-"
			if l.Status != nil {
				status = fmt.Sprint(*l.Status)
			}
			printf(w, "%s\t%s\t%s\t%s\n", l.Captured, l.State, status, size(l.Size))
		}
	})
	if err != nil || len(list) == 0 {
		return err
	}
	command := []string{"baoluu", "show"}
	if a.archiveFlag != "" {
		command = append(command, "--archive", a.archiveFlag)
	}
	command = append(command, "--view", "html", "--at", list[len(list)-1].Captured, page.URL)
	_, err = printf(a.out, "\nto see one: %s\n(or --view page: all that a reader saw of it, as text)\n", shellLine(command))
	return err
}

// relaid is how a version was read after its first layout.
func relaid(v archive.Version) []archive.Reading {
	if len(v.Readings) == 0 {
		return nil
	}
	return v.Readings[1:]
}
