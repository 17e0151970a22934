package main

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive/corpus"
	"baoluu/archive/corpus/card"
	"baoluu/archive/export"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// The card of a corpus: what README.md says of it. It follows from the manifest and the
// articles, so that a corpus that is made again has the same.

// cards counts articles for the card, by newspaper.
type cards struct {
	split  corpus.Split
	counts map[string]*card.Counts
}

func newCards(form corpus.Form) *cards {
	return &cards{form.Split, map[string]*card.Counts{}}
}

// add counts an article.
func (c *cards) add(r corpus.Record) {
	quality, site := r.Quality(), r.Site()
	a := card.Article{Day: r.Day(), Language: string(r.Article.Language), Topic: string(r.Topic()), Words: quality.Words}
	for _, l := range quality.Labels {
		a.Labels = append(a.Labels, string(l))
	}
	if c.split != (corpus.Split{}) {
		a.Part = c.split.Of(r.Chosen)
	}
	if c.counts[site] == nil {
		c.counts[site] = &card.Counts{}
	}
	c.counts[site].Add(a)
}

// drop forgets what was counted of a newspaper that could not be read to its end.
func (c *cards) drop(site string) {
	if c != nil {
		delete(c.counts, site)
	}
}

// write writes the card into the folder, if there is an article. newspapers are what the
// manifest says of them.
func (c *cards) write(folder *export.Folder, m export.Manifest, newspapers []export.Newspaper) error {
	if len(c.counts) == 0 {
		return nil
	}
	of := card.Corpus{
		Program: m.Program, Command: commandOf(m), Format: m.Format, Compress: m.Options.Compress, Shards: m.Options.Shard > 0, Since: m.Since != nil, Kept: folder.Kept(),
		Line: corpus.Line{},
	}
	left := map[string]int{}
	for _, n := range newspapers {
		of.Considered += n.Considered
		for filter, count := range n.LeftOut {
			left[filter] += count
		}
		of.Cleaners = append(of.Cleaners, n.Cleaners...)
		if counts := c.counts[n.Site]; counts != nil {
			title := n.Site
			if s, ok := sites.ByName(n.Site); ok {
				title = s.Title
			}
			of.Newspapers = append(of.Newspapers, card.Newspaper{Name: n.Site, Title: title, Counts: counts})
		}
	}
	slices.Sort(of.Cleaners)
	for _, filter := range filterNames(m.Selection.Where) {
		if left[filter] > 0 {
			of.LeftOut = append(of.LeftOut, card.LeftOut{Filter: plain.Line(filter), Count: left[filter]})
		}
	}
	for _, file := range of.Files() {
		err := folder.Add(file.Path, func(w io.Writer) error {
			_, err := w.Write(file.Data)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bare are the words that a shell takes as they stand.
var bare = regexp.MustCompile(`^[\p{L}\p{N}_./:,=+-]+$`)

// commandOf is the command that makes the corpus of a manifest, on one line.
func commandOf(m export.Manifest) string {
	words := []string{"baoluu", "export", "--format", m.Format, "--out", "FOLDER"}
	add := func(flag string, values ...string) {
		for _, v := range values {
			if v == "" {
				continue
			}
			if !bare.MatchString(v) {
				v = "'" + strings.ReplaceAll(v, "'", `'\''`) + "'"
			}
			words = append(words, flag, v)
		}
	}
	list := func(of []string) string { return strings.Join(slices.Compact(slices.Sorted(slices.Values(of))), ",") }
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	s, o := m.Selection, m.Options
	add("--site", list(s.Sites))
	add("--from", s.From)
	add("--to", lastMoment(s.Before))
	add("--captured-from", s.CapturedFrom)
	add("--captured-to", lastMoment(s.CapturedBefore))
	add("--at", s.At)
	add("--version", s.Version)
	add("--state", s.State)
	add("--lang", list(s.Languages))
	add("--section", slices.Compact(slices.Sorted(slices.Values(s.Sections)))...)
	add("--min-chars", number(s.MinChars))
	add("--max-chars", number(s.MaxChars))
	add("--topic", list(s.Topics))
	add("--where", s.Where...)
	if s.Dedup != "" {
		add("--dedup", keepPrefix+s.Dedup)
	}
	add("--split", o.Split)
	add("--text-form", o.TextForm)
	add("--with", list(o.With))
	add("--compress", o.Compress)
	add("--shard", number(o.Shard))
	if m.Since != nil {
		add("--since-manifest", slices.Repeat([]string{"manifest.json"}, len(m.Since.Manifests))...)
	}
	return plain.Line(strings.Join(words, " "))
}

// lastMoment is the last second before a moment of a manifest, "" for none; of a moment within a
// second the last millisecond.
func lastMoment(before string) string {
	t, err := time.Parse(time.RFC3339, before)
	if err != nil {
		return ""
	}
	if t.Nanosecond() != 0 {
		return momentText(t.Add(-time.Millisecond))
	}
	return momentText(t.Add(-time.Second))
}

// writeCard writes the card of an export, once all newspapers are written.
func (e *exporting) writeCard(done map[string]exported) error {
	var newspapers []export.Newspaper
	for site, out := range done {
		newspapers = append(newspapers, export.Newspaper{Site: site, Tally: out.tally()})
	}
	slices.SortFunc(newspapers, func(a, b export.Newspaper) int { return strings.Compare(a.Site, b.Site) })
	return e.card.write(e.folder, e.what, newspapers)
}
