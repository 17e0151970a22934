package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/lines"
)

// versionLine is the JSON line of one version.
type versionLine struct {
	lines.Version
	// Against is the version before that could be read last, Size how much changed since then; null of the
	// first, of one that is gone, and where the two cannot be compared.
	Against *int      `json:"against"`
	Size    *sizeLine `json:"size"`
}

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

// logOptions are what the flags of log say.
type logOptions struct {
	at           string
	asJSON       bool
	passages     bool
	since, until string
	causes       []string
	reverse      bool
	limit        int
}

// ofMany are the flags of log that choose among changes of many pages.
var ofMany = []string{"site", "since", "until", "cause", "reverse", "limit"}

const logHelp = `Log lists the versions of a page, oldest first: from when to when the article
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

On a terminal the history is a timeline, with how long each version stood and how
much changed: the words that went (-) and came (+), the numbers and names among
them, the paragraphs that were moved. --patch shows the passages, too.

FROM is when the newspaper changed, CLEANER which cleaner read it: the two are never
mixed up. What a better cleaner reads differently is no version. An accepted
"reclean" rebuilds the history, and where the old cleaner had taken an ad for text,
or text for an ad, the number of versions changes. Such re-cleans of the newspaper
are listed with what they made of this page's versions (merged versions 2 and 3, took
back version 4; the numbers are those before and after that re-clean), and so are the
addresses at which the page was asked for.

Of a page that is no article (a front page, a list of a section, a feed) log lists
the captures, and says how to see one of them.

Without a page it lists what changed in all newspapers, or in those that --site
names, the newest first: edits, what may be one, pages that were taken down (gone)
and that came back. --since, --until and --cause select among that. For that all
pages are gone through first, some seconds for a hundred thousand.

With --json a version's line has "against", the version that it is compared with, and
"size": "words_gone", "words_came", "moved" (paragraphs), "numbers" and "names" that
changed. The line of a change of many has "size", "kind", "from" and "to"; --patch adds
the lines of "baoluu diff --json".

` + pageHelp + "\n\n" + daysHelp

func (a *app) logCommand() *cobra.Command {
	var o logOptions
	cmd := &cobra.Command{
		Use:   "log [PAGE]",
		Short: "Show how often a page changed, when, and in what; or all that changed",
		Long:  logHelp,
		Example: `  baoluu log dantri/20221224083224103
  baoluu log --at 2026-07-16 vov/post1315698
  baoluu log --json https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov
  baoluu log --site dantri --since 2026-11-01 --cause edit --patch
  baoluu log --since 2026-11-22 --cause gone --json`,
		Args: cobra.MaximumNArgs(1),
	}
	only := a.siteFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&o.at, "at", "", "the history "+atHelp)
	f.BoolVarP(&o.passages, "patch", "p", false, "print the passages of each change as well, as \"baoluu diff\" does")
	f.StringVar(&o.since, "since", "", "without a page: only changes of these `days` or later: 2026, 2026-11, 2026-11-22")
	f.StringVar(&o.until, "until", "", "without a page: only changes of these `days` or before")
	f.StringSliceVar(&o.causes, "cause", nil, "without a page: only changes of these `kinds`: "+strings.Join(changeKinds, ", "))
	f.BoolVar(&o.reverse, "reverse", false, "without a page: the oldest first")
	f.IntVar(&o.limit, "limit", 0, "without a page: at most this `many` changes (default all)")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each version, re-clean and address, or for each change")
	completeFlag(cmd, "cause", changeKinds)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			if others := slices.DeleteFunc(slices.Clone(ofMany), func(name string) bool { return !cmd.Flags().Changed(name) }); len(others) > 0 {
				return withHint(`without a page, log lists what changed in newspapers`, "--%s cannot choose among the versions of one page", strings.Join(others, ", --"))
			}
			moment, err := parseAt(o.at)
			if err != nil {
				return err
			}
			return a.log(cmd.Context(), args[0], moment, o)
		}
		names, err := namedSites(nil, *only)
		switch {
		case err != nil:
			return err
		case o.at != "":
			return withHint("--until 2026-07-16 lists what changed up to that day", "--at is for the history of one page")
		case o.limit < 0:
			return errors.New("--limit cannot be negative")
		}
		return a.logChanges(cmd.Context(), names, o)
	}
	return cmd
}

// history is what log prints of a page.
type history struct {
	site, name string // name: SITE/KEY
	page       archive.PageInfo
	versions   []archive.Version
	changes    []*change // of each version, nil where nothing was compared
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

func (a *app) log(ctx context.Context, ref string, at time.Time, o logOptions) error {
	boundMemory()
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
	if len(h.versions) == 0 {
		return a.logCaptures(ctx, view, site, page, o.asJSON)
	}
	h.changes = make([]*change, len(h.versions))
	if o.asJSON || o.passages || a.tty != nil {
		for i := range h.versions {
			if h.changes[i], err = changeOf(ctx, view, h.versions, i+1); err != nil {
				return err
			}
		}
	}
	switch {
	case o.asJSON:
		return a.logJSON(h, o.passages)
	case a.tty != nil:
		return a.timeline(h, o.passages)
	}
	if err := a.logTables(h); err != nil || !o.passages {
		return err
	}
	for _, c := range h.changes {
		if c != nil {
			fmt.Fprintln(a.out)
			a.unified(c.earlier, c.later, c.edits)
		}
	}
	return nil
}

func (a *app) logJSON(h history, passages bool) error {
	var list []any
	for i, v := range h.versions {
		line := versionLine{Version: lines.NewVersion(h.site, h.page.Page, v)}
		c := h.changes[i]
		if c != nil {
			line.Against, line.Size = &c.earlier.Number, newSizeLine(c.redline.Size)
		}
		list = append(list, line)
		if passages && c != nil {
			list = append(list, c.lines(h.site, h.page.Page)...)
		}
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
	return a.printLines(list)
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
