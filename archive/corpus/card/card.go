package card

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Corpus is what its card says of it.
type Corpus struct {
	Program  string // "baoluu/1.0"
	Command  string // that makes it; one line
	Format   string // txt, jsonl or parquet
	Compress string // gz or zst
	Shards   bool   // a newspaper has several files
	Since    bool   // only what earlier corpora have not
	Cleaners []string

	Considered int // articles that there were to choose from
	LeftOut    []LeftOut
	Newspapers []Newspaper
	Kept       []string // newspapers that could not be read: their files are of an earlier corpus
	Line       any      // a line of it, of any values: its fields are listed
}

// LeftOut says how many articles a filter took.
type LeftOut struct {
	Filter string
	Count  int
}

// Newspaper is what is there of a newspaper.
type Newspaper struct {
	Name, Title string
	*Counts
}

// File is a file of the card, and its path in the corpus's folder.
type File struct {
	Path string
	Data []byte
}

// Files are README.md and its pictures.
func (c Corpus) Files() []File {
	var all Counts
	for _, n := range c.Newspapers {
		all.add(n.Counts)
	}
	files := []File{
		{"README.md", []byte(c.front(&all) + c.text(&all))},
		{"README/length.svg", histogram("Words of an article, all newspapers", all.Lengths)},
	}
	for _, n := range c.Newspapers {
		files = append(files, File{"README/length-" + n.Name + ".svg", histogram("Words of an article, "+n.Title, n.Lengths)})
	}
	return files
}

// title names the corpus after its newspapers.
func (c Corpus) title() string {
	var names []string
	for _, n := range c.Newspapers {
		names = append(names, n.Title)
	}
	return "Vietnamese newspapers: " + strings.Join(names, ", ")
}

// text is the card itself.
func (c Corpus) text(all *Counts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n# %s\n\n%s, %s words, %s to %s.", c.title(), articles(all.Articles), grouped(all.Words), day(all.First), day(all.Last))
	if c.Since {
		b.WriteString(" Only what is new or changed since earlier corpora.")
	}
	b.WriteString("\n\n```python\nfrom datasets import load_dataset\n\ncorpus = load_dataset(\"FOLDER\")\n```\n")
	c.contents(&b, all)
	c.fields(&b)
	c.making(&b, all)
	b.WriteString(rights)
	return b.String()
}

func articles(n int) string {
	if n == 1 {
		return "1 article"
	}
	return grouped(n) + " articles"
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// contents are the tables of what is there.
func (c Corpus) contents(b *strings.Builder, all *Counts) {
	b.WriteString("\n## What is in it\n\n| newspaper | articles | words | from | to |\n| --- | ---: | ---: | --- | --- |\n")
	for _, n := range c.Newspapers {
		fmt.Fprintf(b, "| %s (`%s`) | %s | %s | %s | %s |\n", n.Title, n.Name, grouped(n.Articles), grouped(n.Words), day(n.First), day(n.Last))
	}
	if len(c.Kept) > 0 {
		fmt.Fprintf(b, "\nNot counted here: the files of %s, which could not be read this time. They are of an earlier export.\n", strings.Join(c.Kept, ", "))
	}
	c.byNewspaper(b, "year", all, func(n *Counts) map[string]int {
		years := map[string]int{}
		for year, count := range n.Years {
			years[fmt.Sprintf("%04d", year)] = count
		}
		return years
	})
	b.WriteString("\nAn article without a date counts by the day on which it was first seen.\n")
	c.byNewspaper(b, "language", all, func(n *Counts) map[string]int { return n.Languages })
	c.byNewspaper(b, "topic", all, func(n *Counts) map[string]int { return n.Topics })
	c.byNewspaper(b, "label", all, func(n *Counts) map[string]int { return n.Labels })
	b.WriteString("\nLabels say what is doubtful about an article, or what its page lacks; one may have several.\n")
	if all.Parts[""] < all.Articles {
		c.byNewspaper(b, "part", all, func(n *Counts) map[string]int { return n.Parts })
		b.WriteString("\nArticles that are the same stand in one part, and each stays in its part as the corpus grows.\n")
	}
	b.WriteString("\n![How many articles have how many words](README/length.svg)\n")
	for _, n := range c.Newspapers {
		fmt.Fprintf(b, "\n![%s](README/length-%s.svg)\n", n.Title, n.Name)
	}
}

// byNewspaper writes a table with a column for each newspaper.
func (c Corpus) byNewspaper(b *strings.Builder, what string, all *Counts, of func(*Counts) map[string]int) {
	total := of(all)
	if len(total) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| %s | all |", what)
	for _, n := range c.Newspapers {
		fmt.Fprintf(b, " %s |", n.Name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" ---: |", 1+len(c.Newspapers)) + "\n")
	names := slices.SortedFunc(maps.Keys(total), func(a, b string) int { // what has no name comes last
		return cmp.Or(-cmp.Compare(min(len(a), 1), min(len(b), 1)), cmp.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(b, "| %s | %s |", cmp.Or(cell(name), "none"), grouped(total[name]))
		for _, n := range c.Newspapers {
			fmt.Fprintf(b, " %s |", grouped(of(n.Counts)[name]))
		}
		b.WriteString("\n")
	}
}

// cell is a text that stays in its cell of a table, and in its quotes.
func cell(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '|':
			return '¦'
		case r == '`':
			return '\''
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, text)
}

// fields says what a file holds.
func (c Corpus) fields(b *strings.Builder) {
	if c.Format == "txt" {
		b.WriteString("\n## Files\n\n`SITE/YYYY/MM/KEY.txt`, in a split corpus `SITE/PART/YYYY/MM/KEY.txt`, is one article, UTF-8: title, lead and paragraphs, an empty line between. The month is that of publication.\n")
		return
	}
	b.WriteString("\n## Fields\n\n| field | | what it is |\n| --- | --- | --- |\n")
	for _, f := range fieldsOf(reflect.TypeOf(c.Line)) {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", f.name, f.kind(), meanings[f.name])
	}
	if c.Format == "parquet" {
		b.WriteString("\nTimes are moments in UTC.\n")
	}
}

// making says how the corpus was made, and what is not in it.
func (c Corpus) making(b *strings.Builder, all *Counts) {
	fmt.Fprintf(b, "\n## How it was made\n\nBy `%s`, a crawler and archive of newspapers, from the HTML that it keeps:\n\n    %s\n\n", c.Program, c.Command)
	b.WriteString("`manifest.json` names for each article the capture that it is made of, by address, time and SHA-256, and the cleaner; from an archive with these captures `baoluu export --manifest manifest.json --out FOLDER` makes the same corpus again, to the byte. `SHA256SUMS` has the sums of all files.\n")
	fmt.Fprintf(b, "\nCleaners: `%s`.\n", cell(strings.Join(c.Cleaners, ", ")))
	if len(c.LeftOut) == 0 {
		fmt.Fprintf(b, "\nNothing was left out of %s.\n", articles(c.Considered))
		return
	}
	fmt.Fprintf(b, "\n| asked in this order | articles |\n| --- | ---: |\n| there were | %s |\n", grouped(c.Considered))
	for _, l := range c.LeftOut {
		fmt.Fprintf(b, "| left out by `%s` | −%s |\n", cell(l.Filter), grouped(l.Count))
	}
	fmt.Fprintf(b, "| are in the corpus | %s |\n", grouped(all.Articles))
}

// rights says only what is sure.
const rights = `
## Rights

The texts belong to the newspapers, their authors and the agencies that they name; this corpus gives nobody a licence to them, hence ` + "`license: other`" + `.
Vietnam's Law on Intellectual Property (50/2005/QH11, with its amendments) protects press works (Article 14), and does not protect news of the day that is mere information (Article 15); Article 25 names uses that need no permission, each with its conditions.
Whether a use is allowed is for the user to find out. What a newspaper has taken down since is marked ` + "`\"state\": \"gone\"`" + ` where the format has fields.
`
