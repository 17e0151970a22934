package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
)

// A run in one line, in the words of whoever reads it. The reasons of --json and the metrics
// stay as they are: programs read those.

// summary is a run in one line.
func summary(site string, r capture.Run) string {
	line := fmt.Sprintf("%s: %d new, %d changed, %d unchanged; %s, %s in %s", site, r.New, r.Changed, r.Revisits,
		plural(r.Requests, "request", "requests"), size(r.Bytes), r.Ended.Sub(r.Started).Round(time.Second/10))
	if r.Unsure > 0 {
		line += fmt.Sprintf("; %d may have changed with the layout", r.Unsure)
	}
	if r.Relaid > 0 {
		line += fmt.Sprintf("; %d in a new layout", r.Relaid)
	}
	if r.Resting > 0 {
		line += fmt.Sprintf("; %s not due yet", plural(r.Resting, "list", "lists"))
	}
	for _, part := range []string{layouts(r), endWords[r.End], gaps(r), assets(r.Assets)} {
		if part != "" {
			line += "; " + part
		}
	}
	return line
}

// assets says what a run took of the files that pages need.
func assets(a *capture.Assets) string {
	if a == nil || a.Asked+len(a.Missing)+a.Waiting == 0 {
		return ""
	}
	line := fmt.Sprintf("assets: %d new, %s", a.Kept, size(a.Bytes))
	if a.Same > 0 {
		line += fmt.Sprintf(", %d unchanged", a.Same)
	}
	if a.Exchanged > 0 {
		line += ", pictures exchanged in " + plural(a.Exchanged, "article", "articles")
	}
	missing, whys := 0, map[string]int{}
	for why, n := range a.Missing {
		missing += n
		whys[assetWord(why)] += n
	}
	if missing > 0 {
		line += fmt.Sprintf(", %d missing (%s)", missing, reasons(whys))
	}
	switch {
	case a.Waiting > 0 && a.Spent:
		line += fmt.Sprintf(", %d wait for tomorrow: the day's budget is used up", a.Waiting)
	case a.Waiting > 0:
		line += fmt.Sprintf(", %d wait for the next crawl", a.Waiting)
	}
	return line
}

// assetWord says why an asset is missing.
func assetWord(why string) string {
	switch why {
	case "robots":
		return "forbidden by robots.txt"
	case "too large":
		return "larger than max_asset"
	}
	return because(why)
}

// endWords say how a run ended, where that is worth a word.
var endWords = map[string]string{
	"limit": "stopped at --limit", "time": "stopped by --max-time", "interrupted": "interrupted", "failed": "broken off",
	"blocked": "blocked by the site", "unreachable": "newspaper unreachable",
	"no source": "none of its lists could be read", "no article": "none of its articles could be read",
}

// layouts says how many new articles fit no layout that is known.
func layouts(r capture.Run) string {
	switch s := r.Redesign; {
	case s != nil:
		return fmt.Sprintf("%d of %d new articles fit no known layout: has the newspaper been redesigned?", s.NoLayout, s.Recent)
	case r.NoLayout == 1:
		return fmt.Sprintf("1 of %s fits no known layout", plural(r.Recent, "new article", "new articles"))
	case r.NoLayout > 0:
		return fmt.Sprintf("%d of %d new articles fit no known layout", r.NoLayout, r.Recent)
	}
	return ""
}

// gaps says in words why addresses gave nothing to keep. A list that is not there is news once,
// and where nothing can be read; one that was only guessed to be there is none at all.
func gaps(r capture.Run) string {
	groups := map[string]map[string]int{}
	for reason, n := range r.Gaps {
		group, why := gapWords(reason)
		if reason == listGone && r.Good() {
			n = r.Vanished
		}
		if group == "" || n == 0 {
			continue
		}
		if groups[group] == nil {
			groups[group] = map[string]int{}
		}
		groups[group][why] += n
	}
	var parts []string
	for _, g := range []struct{ name, one, many string }{
		{"list", "1 list could not be read", "%d lists could not be read"},
		{"robots.txt", "a robots.txt could not be read", "%d files robots.txt could not be read"},
		{"sitemap", "1 further sitemap was left out", "%d further sitemaps were left out"},
		{"page", "1 page could not be read", "%d pages could not be read"},
		{"gone", "1 page is gone", "%d pages are gone"},
		{"forbidden", "robots.txt forbids 1 page", "robots.txt forbids %d pages"},
		{"no article", "1 page holds no article", "%d pages hold no article"},
	} {
		whys, sum := groups[g.name], 0
		for _, n := range whys {
			sum += n
		}
		if sum == 0 {
			continue
		}
		part := g.one
		if sum > 1 {
			part = fmt.Sprintf(g.many, sum)
		}
		if said := reasons(whys); said != "" {
			part += ": " + said
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// reasons lists why, the most frequent first, with how many where there are several.
func reasons(whys map[string]int) string {
	order := slices.SortedFunc(maps.Keys(whys), func(a, b string) int { return cmp.Or(whys[b]-whys[a], strings.Compare(a, b)) })
	if len(order) == 1 {
		return order[0]
	}
	for i, why := range order {
		order[i] = fmt.Sprintf("%d %s", whys[why], cmp.Or(why, "otherwise"))
	}
	return strings.Join(order, ", ")
}

// listGone is the gap of a list that is not there.
const listGone = "source gone"

// gapWords says what a gap's reason is about, "" for nothing worth a word, and why it came to
// nothing.
func gapWords(reason string) (group, why string) {
	if what, ok := strings.CutPrefix(reason, "source "); ok {
		what, guessed := strings.CutSuffix(what, " (guessed)")
		switch {
		case what == "too many sitemaps":
			return "sitemap", ""
		case guessed:
			return "", ""
		case what == "gone":
			return "list", "not there"
		case what == "robots":
			return "list", "forbidden by robots.txt"
		}
		return "list", because(what)
	}
	if what, ok := strings.CutPrefix(reason, "robots.txt "); ok {
		return "robots.txt", because(what)
	}
	if what, ok := strings.CutPrefix(reason, "not an article: "); ok {
		return "no article", what
	}
	switch reason {
	case "gone":
		return "gone", ""
	case "robots":
		return "forbidden", ""
	}
	return "page", because(reason)
}

// because is the reason of a gap in words.
func because(reason string) string {
	if status, ok := strings.CutPrefix(reason, "status "); ok {
		switch {
		case slices.Contains([]string{"203", "401", "402", "403", "407", "451"}, status):
			return "refused (" + status + ")"
		case status == "429":
			return "asked to come less often (429)"
		case strings.HasPrefix(status, "5"):
			return "the server failed (" + status + ")"
		}
		return "answered with status " + status
	}
	return cmp.Or(reasonWords[reason], reason)
}

var reasonWords = map[string]string{
	"timeout": "timed out", "dns": "the host's name was not found", "refused": "the connection was refused", "reset": "the connection broke off",
	"short body": "the answer broke off", "tls": "no secure connection", "proxy": "the proxy failed", "network": "the network failed",
	"no HTTP": "the answer is no HTTP", "too large": "larger than max_body", "bad coding": "in a content coding that cannot be decoded",
	"unreadable": "not what it should be", "unreachable": "the host is down", "resting": "the host asked to be left alone",
	"challenge page": "a challenge page came instead", "empty shell": "an empty page came instead", "log-in wall": "a log-in wall came instead",
	"refusal": "a refusal came instead", "outage notice": "an outage notice came instead", "parked domain": "the domain is parked",
	"front page instead": "the front page came instead", "not the article": "something else came instead", "hostile markup": "its markup is built to harm",
	"moved away": "it leads to another site", "local address": "it leads into the local network", "redirect loop": "it leads in a circle",
	"redirect to nowhere": "it leads nowhere", "bad address": "its address is wrong", "internal error": "a fault of this program: see the log",
}

// lookAt are the addresses that a person needs to look at a drift, or at a first sign of one.
func lookAt(site string, r capture.Run) []string {
	var lines []string
	for _, d := range r.Drift {
		lines = append(lines, fmt.Sprintf("%s: %s: %s", site, d.Field, strings.Join(d.Examples, " ")))
	}
	if s := r.Redesign; s != nil && len(lines) == 0 {
		lines = append(lines, fmt.Sprintf("%s: no known layout: %s", site, strings.Join(s.Examples, " ")),
			fmt.Sprintf(`  all is kept: look at one with "baoluu show ADDRESS"; "baoluu sites learn %s --layout" drafts a layout, and "baoluu reclean %[1]s" reads them again then`, site))
	}
	return lines
}
