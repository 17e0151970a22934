package card

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// languageCode is what the front matter can name: a page may say anything.
var languageCode = regexp.MustCompile(`^[a-z]{2,3}$`)

// front is the front matter: YAML, of names that are known.
func (c Corpus) front(all *Counts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\npretty_name: %q\n", c.title())
	var languages []string
	for name := range all.Languages {
		if languageCode.MatchString(name) {
			languages = append(languages, name)
		}
	}
	slices.Sort(languages)
	yamlList(&b, "language", languages)
	b.WriteString("license: other\n")
	yamlList(&b, "size_categories", []string{sizeCategory(all.Articles)})
	yamlList(&b, "task_categories", []string{"text-generation", "fill-mask"})
	yamlList(&b, "tags", []string{"news", "newspapers", "vietnam", "vietnamese"})
	c.configs(&b, all)
	if c.Format == "jsonl" {
		b.WriteString("dataset_info:\n  config_name: default\n  features:\n")
		features(&b, fieldsOf(reflect.TypeOf(c.Line)), "  ")
	}
	return b.String() + "---\n"
}

// configs says where the files are: of all newspapers, and of each.
func (c Corpus) configs(b *strings.Builder, all *Counts) {
	b.WriteString("configs:\n")
	c.config(b, "default", "*", all)
	for _, n := range c.Newspapers {
		if c.Format != "jsonl" && n.Articles > 0 { // JSON lines would be read without their types
			c.config(b, strconv.Quote(n.Name), n.Name, n.Counts) // one may be named no
		}
	}
}

func (c Corpus) config(b *strings.Builder, name, site string, counts *Counts) {
	fmt.Fprintf(b, "- config_name: %s\n", name)
	if name == "default" {
		b.WriteString("  default: true\n")
	}
	b.WriteString("  data_files:\n")
	for _, part := range []string{"", "train", "validation", "test"} {
		if counts.Parts[part] == 0 {
			continue
		}
		split, path := part, site
		if part == "" {
			split = "train" // datasets wants one
		} else {
			path += "/" + part
		}
		fmt.Fprintf(b, "  - split: %s\n    path: %q\n", split, path+c.ending())
	}
	if c.Format == "txt" {
		b.WriteString("  sample_by: document\n")
	}
}

// shard is a shard's number: bao-moi-00001 is none of bao's.
const shard = "-[0-9][0-9][0-9][0-9][0-9]"

// ending is how the paths of a newspaper's files go on.
func (c Corpus) ending() string {
	if c.Format == "txt" {
		return "/*/*/*.txt"
	}
	ending := "." + c.Format
	if c.Compress != "" {
		ending += "." + c.Compress
	}
	if c.Shards {
		ending = shard + ending
	}
	return ending
}

func yamlList(b *strings.Builder, key string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "%s:\n", key)
	for _, item := range list {
		if item == "no" { // Norwegian, and false
			item = `"no"`
		}
		fmt.Fprintf(b, "- %s\n", item)
	}
}

// sizeCategory is the hub's word for so many articles.
func sizeCategory(n int) string {
	names := []string{"n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M"}
	at := 0
	for limit := 1000; n >= limit && at < len(names)-1; limit *= 10 {
		at++
	}
	return names[at]
}
