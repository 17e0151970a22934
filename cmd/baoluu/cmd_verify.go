package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

func (a *app) verifyCommand() *cobra.Command {
	var asJSON bool
	var maxTime time.Duration
	cmd := &cobra.Command{
		Use:   "verify [SITE…]",
		Short: "Read everything that is kept and check that it is intact",
		Long: `Verify reads every page, record and body of the archive: checksums, the SHA-256
of each body, every index against what it points to. It changes nothing, and
crawls may go on meanwhile. For each damaged thing a line says what cannot be read
because of it. What follows from a damaged thing that was printed is only counted;
--json prints each.

Stopped by --max-time or Ctrl-C, the next verify goes on where it was, if nothing
was written to the newspaper since.

Exit codes: 0 all is intact, 1 something is damaged, 3 the time ran out (what was
read is intact), 130 interrupted.

` + selectHelp,
		Example: `  baoluu verify
  baoluu verify dantri --json
  baoluu verify --max-time 2h`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error {
		if maxTime < 0 {
			return errors.New("--max-time cannot be negative")
		}
		if maxTime > 0 {
			var stop context.CancelFunc
			ctx, stop = context.WithTimeout(ctx, maxTime)
			defer stop()
		}
		return a.verify(ctx, names, asJSON)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON lines")
	cmd.Flags().DurationVar(&maxTime, "max-time", 0, "stop after this `time`; the next verify goes on")
	return cmd
}

type problemLine struct {
	Type     string  `json:"type"`
	Site     string  `json:"site"`
	Where    string  `json:"where"`
	What     string  `json:"what"`
	Means    string  `json:"means"`
	Loss     string  `json:"loss"`     // derived, index, file, capture
	Cause    string  `json:"cause"`    // what is damaged, where this follows from it: "page 7" of the file, "bodies 12"; else ""
	Page     *string `json:"page"`     // that a capture or body is of, null where it is not known
	Captured *string `json:"captured"` // when; null where it is not known
	Versions []int   `json:"versions"` // of the page, that cannot be read
}

type verifyLine struct {
	Type          string `json:"type"`
	Site          string `json:"site"`
	Pages         int    `json:"pages"`
	Captures      int    `json:"captures"`
	Bodies        int    `json:"bodies"`
	Articles      int    `json:"articles"`
	Versions      int    `json:"versions"`
	Assets        int    `json:"assets"`         // which are not in pages
	AssetCaptures int    `json:"asset_captures"` // nor these in captures
	Problems      int    `json:"problems"`
	Resumed       bool   `json:"resumed"`
}

func (a *app) verify(ctx context.Context, args []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	talk := a.talker(asJSON)
	var losses []archive.Loss
	err = eachSite(ctx, arch, args, func(name string) error {
		folded := newFollowers()
		report, err := arch.Verify(ctx, name, func(p archive.Problem) {
			losses = append(losses, p.Loss)
			if asJSON || !folded.follows(p) {
				a.printProblem(name, p, asJSON)
			}
		}, func(r archive.VerifyReport) {
			talk("%s: read so far: %s, %s, %s", name, plural(r.Pages, "page", "pages"), plural(r.Captures, "capture", "captures"), plural(r.Bodies, "body", "bodies"))
		})
		for _, line := range folded.lines() {
			printf(a.out, "%s: %s\n", name, line)
		}
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(a.out, verifyLine{"verify", name, report.Pages, report.Captures, report.Bodies, report.Articles, report.Versions, report.Assets, report.AssetCaptures, report.Problems, report.Resumed})
		}
		word := "intact"
		if report.Problems > 0 {
			word = plural(report.Problems, "problem", "problems")
		}
		counts := []string{plural(report.Pages, "page", "pages"), plural(report.Captures, "capture", "captures"), plural(report.Versions, "version", "versions")}
		if report.Assets > 0 {
			counts = append(counts, plural(report.Assets, "asset", "assets"))
		}
		_, err = printf(a.out, "%s: %s: %s\n", name, word, strings.Join(counts, ", "))
		return err
	})
	switch {
	case len(losses) > 0 && !errors.Is(err, context.Canceled):
		if partly := (*partlyError)(nil); errors.As(err, &partly) {
			err = partly.err // that something is damaged counts for more
		}
		return errors.Join(withHint(remedy(losses), "the archive is damaged: %s", plural(len(losses), "problem", "problems")), err)
	case errors.Is(err, context.DeadlineExceeded):
		return &partlyError{errors.New("the time ran out; the next verify goes on from here")}
	}
	return err
}

// followers counts the problems of a newspaper that follow from one that was printed.
type followers struct {
	roots   map[string]string // by what is damaged: what it follows from in the end
	printed map[string]bool   // causes of which a problem was printed
	counts  map[string]int    // by cause
	names   map[string]string // of causes, in words
	causes  []string          // those with followers, as they came
}

func newFollowers() *followers {
	return &followers{roots: map[string]string{}, printed: map[string]bool{}, counts: map[string]int{}, names: map[string]string{}}
}

// follows reports whether a problem of the same cause was printed, and counts it then.
func (f *followers) follows(p archive.Problem) bool {
	cause := cmp.Or(f.roots[p.Cause], p.Cause, p.Where)
	f.roots[p.Where] = cause
	f.names[p.Cause], f.names[p.Where] = p.CauseName, p.Name
	if !f.printed[cause] {
		f.printed[cause] = true
		return false
	}
	if f.counts[cause] == 0 {
		f.causes = append(f.causes, cause)
	}
	f.counts[cause]++
	return true
}

// lines says what was counted.
func (f *followers) lines() (lines []string) {
	for _, cause := range f.causes {
		lines = append(lines, fmt.Sprintf("%s: … and %s because of it; --json prints each", cmp.Or(f.names[cause], cause), plural(f.counts[cause], "more problem", "more problems")))
	}
	return lines
}

func (a *app) printProblem(site string, p archive.Problem, asJSON bool) {
	page := ""
	if p.Page != "" {
		page = site + "/" + p.Page
	}
	if asJSON {
		line := problemLine{"problem", site, p.Where, p.What, p.Means, string(p.Loss), p.Cause, optional(page), optionalTime(p.Captured), append([]int{}, p.Versions...)}
		_ = printJSON(a.out, line) // a.out remembers
		return
	}
	printf(a.out, "%s: %s: %s: %s", site, p.Name, strings.ReplaceAll(p.What, "\n", "; "), p.Means)
	if page != "" {
		printf(a.out, " (of %s, captured %s", page, local(p.Captured))
		if len(p.Versions) > 0 {
			printf(a.out, ", version %s", strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Versions), " ", ", "), "[]"))
		}
		fmt.Fprint(a.out, ")")
	}
	fmt.Fprintln(a.out)
}

// remedy says what to do about what is damaged.
func remedy(losses []archive.Loss) string {
	if !slices.ContainsFunc(losses, func(l archive.Loss) bool { return l != archive.LossDerived }) {
		return `"baoluu reclean --force --accept" rebuilds what is damaged; no capture is damaged`
	}
	return `do not crawl into it any more: "baoluu rescue OUT" brings all that can still be read into a new archive`
}
