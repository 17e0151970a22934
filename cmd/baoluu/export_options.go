package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/corpus/quality"
	"baoluu/archive/corpus/textform"
	"baoluu/archive/export"
	"baoluu/sites"
)

// What the flags of an export say, as the archive's rooms and as its manifest have it.

// stdoutName is the --out that is no folder.
const stdoutName = "-"

// ofCaptures reports whether the format holds captures, not articles.
func (o exportOptions) ofCaptures() bool { return o.format == "warc" || o.format == "wacz" }

// form is how articles are written.
func (o exportOptions) form() corpus.Form {
	split, _ := corpus.ParseSplit(o.split) // it was checked
	return corpus.Form{
		Format: o.format, Compress: o.compress, Shard: o.shard, With: o.with, Text: textform.Form(o.textForm), Split: split, Versions: o.version == "all",
	}
}

func topicNames() (names []string) {
	for _, t := range sites.Topics {
		names = append(names, string(t))
	}
	return names
}

func textForms() (names []string) {
	for _, f := range textform.Forms {
		names = append(names, string(f))
	}
	return names
}

// read checks the flags, and gives the manifest's head and the selection that they make.
func (o *exportOptions) read(names []string) (what export.Manifest, want corpus.Selection, err error) {
	if err := o.check(); err != nil {
		return what, want, err
	}
	published, err := readPeriod("--from", o.from, "--to", o.to, readMoments)
	if err != nil {
		return what, want, err
	}
	captured, err := readPeriod("--captured-from", o.capturedFrom, "--captured-to", o.capturedTo, readMoments)
	if err != nil {
		return what, want, err
	}
	at, err := parseAt(o.at)
	if err != nil {
		return what, want, err
	}
	if at.Nanosecond() == int(time.Second-time.Millisecond) {
		at = at.Truncate(time.Second) // --at means all of a second
	}
	want = corpus.Selection{
		Published: corpus.Period{From: published.from, Before: published.after}, Captured: corpus.Period{From: captured.from, Before: captured.after},
		Languages: o.languages, Sections: o.sections, MinChars: o.minChars, MaxChars: o.maxChars, State: capture.State(o.state),
	}
	if err := o.addConditions(&want); err != nil {
		return what, want, err
	}
	if o.version != "latest" {
		want.Versions = corpus.Versions(o.version)
	}
	what = export.Manifest{Program: "baoluu/" + version(), Export: export.Export{
		Format: o.format, Options: export.Options{Compress: o.compress, Shard: o.shard, With: o.with, Split: o.split},
		Selection: export.Selection{
			Sites: names, From: momentText(published.from), Before: momentText(published.after),
			CapturedFrom: momentText(captured.from), CapturedBefore: momentText(captured.after), At: momentText(at),
			Languages: o.languages, Sections: o.sections, MinChars: o.minChars, MaxChars: o.maxChars, State: o.state, Version: string(want.Versions),
			Topics: o.topics, Where: o.where, Dedup: strings.TrimPrefix(o.dedup, keepPrefix),
		},
	}}
	if o.textForm != string(textform.NFC) {
		what.Options.TextForm = o.textForm
	}
	return what, want, nil
}

const keepPrefix = "keep="

// filterNames are the names of all filters, in the order in which they are asked.
func filterNames(where []string) []string {
	names := []string{"state", "captured", "published", "lang", "section", "chars", "topic"}
	for _, text := range where {
		names = append(names, "where "+text)
	}
	return append(names, "dedup", "since")
}

// addConditions adds what --topic and --where say.
func (o *exportOptions) addConditions(want *corpus.Selection) error {
	if len(o.topics) > 0 {
		want.Filters = append(want.Filters, corpus.Filter{Name: "topic", Wants: func(r *corpus.Record) bool { return slices.Contains(o.topics, string(r.Topic())) }})
	}
	for _, text := range o.where {
		condition, err := quality.ParseCondition(text)
		if unknown := (*quality.UnknownNameError)(nil); errors.As(err, &unknown) {
			labels, numbers, texts := quality.Names()
			list := func(names []string) string { return strings.Join(names, ", ") }
			return withHint(offer(alike(unknown.Name, slices.Concat(labels, numbers, texts)), ""),
				"--where %q: %w: there are the labels %s; the numbers %s; and %s", text, err, list(labels), list(numbers), list(texts))
		}
		if err != nil {
			return fmt.Errorf("--where %q: %w", text, err)
		}
		want.Filters = append(want.Filters, corpus.Filter{Name: "where " + condition.String(), Wants: func(r *corpus.Record) bool {
			return condition.Holds(quality.Subject{Article: &r.Article, Topic: string(r.Topic()), Quality: r.Quality()})
		}})
	}
	return nil
}

// momentText is a moment in a manifest, to the millisecond, "" for none.
func momentText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(sites.Zone).Format("2006-01-02T15:04:05.999-07:00")
}

// check refuses flags that say nothing, or that do not go together.
func (o *exportOptions) check() error {
	o.version = cmp.Or(o.version, "latest")
	for _, f := range []struct {
		flag, value string
		allowed     []string
	}{{"format", o.format, exportFormats}, {"version", o.version, exportVersions}} {
		if err := oneOf(f.flag, f.value, f.allowed...); err != nil {
			return err
		}
	}
	if o.compress != "" {
		if err := oneOf("compress", o.compress, exportPackings...); err != nil {
			return err
		}
	}
	for _, with := range o.with {
		if err := oneOf("with", with, corpus.Withs...); err != nil {
			return err
		}
	}
	if o.dedup != "" {
		if err := oneOf("dedup", o.dedup, exportDedups...); err != nil {
			return err
		}
	}
	for _, topic := range o.topics {
		if err := oneOf("topic", topic, topicNames()...); err != nil {
			return err
		}
	}
	if err := o.checkText(); err != nil {
		return err
	}
	where := o.where
	o.where = nil
	for _, text := range where {
		if !slices.Contains(o.where, text) { // the second one takes nothing
			o.where = append(o.where, text)
		}
	}
	slices.Sort(o.with) // in whatever order they were named
	o.with = slices.Compact(o.with)
	if err := errors.Join(checkState(o.state), checkLanguages(o.languages)); err != nil {
		return err
	}
	switch {
	case o.shard < 0 || o.minChars < 0 || o.maxChars < 0:
		return errors.New("--shard, --min-chars and --max-chars are numbers from 0 on")
	case o.maxChars > 0 && o.minChars > o.maxChars:
		return fmt.Errorf("--min-chars %d is more than --max-chars %d", o.minChars, o.maxChars)
	case o.ofCaptures():
		return o.checkCaptures()
	case o.compress != "" && o.format != "jsonl":
		return fmt.Errorf("--compress packs JSON lines: --format jsonl, not %s", o.format)
	case o.shard > 0 && o.format == "txt":
		return errors.New("--shard: of txt each article is a file of its own")
	case o.out == stdoutName:
		return o.checkStream()
	}
	return nil
}

// checkText refuses a form of texts and a split that there are not.
func (o *exportOptions) checkText() error {
	o.textForm = cmp.Or(o.textForm, string(textform.NFC))
	if err := oneOf("text-form", o.textForm, textForms()...); err != nil {
		return err
	}
	split, err := corpus.ParseSplit(o.split)
	if err != nil {
		return fmt.Errorf("--split: %w", err)
	}
	o.split = split.String()
	if o.split != "" && o.dedup == "" {
		o.dedup = keepPrefix + string(corpus.KeepAll) // the same articles stand in one part
	}
	return nil
}

// checkCaptures refuses, for WARC and WACZ, the flags that choose among articles.
func (o *exportOptions) checkCaptures() error {
	if o.out == stdoutName {
		return errors.New("--out -: WARC and WACZ are written to a folder")
	}
	for _, f := range []struct {
		flag string
		used bool
	}{
		{"--section", len(o.sections) > 0}, {"--lang", len(o.languages) > 0}, {"--min-chars", o.minChars > 0}, {"--max-chars", o.maxChars > 0},
		{"--version", o.version != "latest"}, {"--with", len(o.with) > 0}, {"--topic", len(o.topics) > 0}, {"--where", len(o.where) > 0}, {"--split", o.split != ""},
		{"--dedup", o.dedup != ""}, {"--text-form", o.textForm != string(textform.NFC)}, {"--since-manifest", len(o.since) > 0},
	} {
		if f.used {
			return fmt.Errorf("%s chooses among articles: a WARC holds captures", f.flag)
		}
	}
	switch {
	case o.state != "":
		return errors.New("--state chooses among articles: a WARC holds captures, also those that say that a page is gone")
	case o.capturedFrom != "" || o.capturedTo != "":
		return errors.New("--captured-from and --captured-to: of WARC and WACZ --from and --to select by day of capture")
	case o.compress != "" || o.shard > 0:
		return errors.New("--compress and --shard are for articles: a WARC is packed, and has its own files of a GB each")
	}
	return nil
}

// checkStream refuses what cannot be written to standard output.
func (o *exportOptions) checkStream() error {
	switch {
	case o.format == "txt":
		return withHint("--format jsonl or parquet are one file each", "--out -: txt is a file for each article, and is written to a folder")
	case o.split != "":
		return errors.New("--split makes several files, and --out - is one")
	case o.shard > 0:
		return errors.New("--shard makes several files, and --out - is one")
	case o.asJSON:
		return errors.New("--json and --out - both write to standard output")
	case len(o.since) > 0:
		return errors.New("--since-manifest writes a manifest, too: it wants a folder")
	}
	return nil
}

// nothingBeside refuses flags beside --manifest that would make another corpus than it says.
func nothingBeside(cmd *cobra.Command, names []string) error {
	if len(names) > 0 {
		return errors.New("--manifest says which newspapers: name none")
	}
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains([]string{"manifest", "out", "json", "archive", "config"}, f.Name) && err == nil {
			err = fmt.Errorf("--manifest says what is exported, and how: --%s does not go with it", f.Name)
		}
	})
	return err
}
