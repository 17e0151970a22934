package corpus

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"baoluu/archive/corpus/textform"
	"baoluu/cleaner"
)

// Form says how records are written.
type Form struct {
	Format   string        // "txt", "jsonl" or "parquet"
	Compress string        // of JSON lines: "gz", "zst"; "" is not
	Shard    int           // a new file after so many records; 0 is one file
	With     []string      // what stands in the text besides, of [Withs]
	Text     textform.Form // how all texts are written; "" is [textform.Raw]
	Split    Split         // into folders of their own; the zero value is not
	Versions bool          // a page may have several: names of text files tell them apart, as KEY.v2.txt
}

// Withs are what an article's text can hold besides: each stands behind it, in this order.
var Withs = []string{"captions", "byline", "source"}

// Files takes the files of a corpus.
type Files interface {
	// Create begins a file. Those before are complete.
	Create(path string) (io.Writer, error)
	// Open begins a file beside others.
	Open(path string) (io.WriteCloser, error)
}

// Writer writes records.
type Writer interface {
	// Put takes the next record.
	Put(Record) error
	// Close completes what was written.
	Close() error
}

// Writer writes a newspaper's records to files: SITE.jsonl, or SITE-00001.jsonl and so on; of
// plain text one for each record, SITE/YYYY/MM/KEY.txt, the month being that of [Record.Day]. An
// empty newspaper has no file. Where the corpus is split the parts are folders: SITE/train.jsonl,
// SITE/train/YYYY/MM/KEY.txt.
func (f Form) Writer(site string, to Files) Writer {
	switch {
	case f.Format == "txt":
		return texts{f, to}
	case f.Split != Split{}:
		parts := splitting{f.Split, map[string]Writer{}}
		for _, part := range Parts {
			parts.to[part] = &shards{form: f, name: site + "/" + part, to: to}
		}
		return parts
	}
	return &shards{form: f, name: site, to: to}
}

// Stream writes records of any newspapers to one stream, as one file has them.
func (f Form) Stream(w io.Writer) Writer { return &stream{form: f, to: f.encoder(w)} }

// ending is that of a file's name.
func (f Form) ending() string {
	if f.Compress != "" {
		return "." + f.Format + "." + f.Compress
	}
	return "." + f.Format
}

// line is a record as this form has it.
func (f Form) line(r Record) Line {
	line := NewLine(r)
	line.Text = f.text(r)
	if f.Text != "" && f.Text != textform.Raw && f.Text != textform.NFC { // as cleaners give them
		line.Article = written(line.Article, f.Text)
	}
	return line
}

// written is an article with its texts in a form.
func written(a cleaner.Article, form textform.Form) cleaner.Article {
	a.Section, a.Tags, a.Captions = slices.Clone(a.Section), slices.Clone(a.Tags), slices.Clone(a.Captions)
	a.Body, a.Images, a.Related = slices.Clone(a.Body), slices.Clone(a.Images), slices.Clone(a.Related)
	for _, text := range append(a.Texts(), &a.Text) {
		*text = form.Apply(*text)
	}
	return a
}

// text is the text of a record: the article text, and behind it what it was asked for.
func (f Form) text(r Record) string {
	parts := []string{r.Article.Text}
	for _, with := range Withs {
		if !slices.Contains(f.With, with) {
			continue
		}
		switch with {
		case "captions":
			parts = append(parts, r.Article.Captions...)
		case "byline":
			parts = append(parts, string(r.Article.Byline))
		case "source":
			parts = append(parts, string(r.Article.Source))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n")
}

// encoder writes lines to one file.
type encoder interface {
	put(Line) error
	close() error
}

func (f Form) encoder(w io.Writer) encoder {
	if f.Format == "parquet" {
		return newTable(w)
	}
	switch f.Compress {
	case "gz":
		z := gzip.NewWriter(w)
		return packed{newLines(z), z}
	case "zst":
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(fmt.Sprintf("corpus: zstd: %v", err)) // no option that it refuses
		}
		return packed{newLines(z), z}
	}
	return newLines(w)
}

// packed are lines that are compressed.
type packed struct {
	lines
	z io.Closer
}

func (p packed) close() error { return p.z.Close() }

// stream is a [Writer] to one file.
type stream struct {
	form Form
	to   encoder
}

func (s *stream) Put(r Record) error { return s.to.put(s.form.line(r)) }

func (s *stream) Close() error { return s.to.close() }

// shards is a [Writer] to one file, or to several of so many records each.
type shards struct {
	form  Form
	name  string // of the files, without an ending
	to    Files
	files int
	in    int     // records in the open one
	open  encoder // nil: none is
	file  io.Closer
}

func (s *shards) Put(r Record) error {
	if s.form.Shard > 0 && s.in == s.form.Shard {
		if err := s.Close(); err != nil {
			return err
		}
	}
	if s.open == nil {
		s.files++
		name := s.name
		if s.form.Shard > 0 {
			name = fmt.Sprintf("%s-%05d", name, s.files)
		}
		w, err := s.to.Open(name + s.form.ending())
		if err != nil {
			return err
		}
		s.open, s.file, s.in = s.form.encoder(w), w, 0
	}
	s.in++
	return s.open.put(s.form.line(r))
}

func (s *shards) Close() error {
	if s.open == nil {
		return nil
	}
	open := s.open
	s.open = nil
	return errors.Join(open.close(), s.file.Close())
}

// ErrForm is returned for a form that there is not.
var ErrForm = errors.New("no such form")

// Check refuses a form that cannot be written.
func (f Form) Check() error {
	switch {
	case !slices.Contains([]string{"txt", "jsonl", "parquet"}, f.Format):
		return fmt.Errorf("%w: format %q", ErrForm, f.Format)
	case f.Compress != "" && f.Format != "jsonl":
		return fmt.Errorf("%w: %s is not compressed as a whole", ErrForm, f.Format)
	case !slices.Contains([]string{"", "gz", "zst"}, f.Compress):
		return fmt.Errorf("%w: compressed as %q", ErrForm, f.Compress)
	case f.Text != "" && !slices.Contains(textform.Forms, f.Text):
		return fmt.Errorf("%w: texts as %q", ErrForm, f.Text)
	case f.Shard < 0 || f.Shard > 0 && f.Format == "txt":
		return fmt.Errorf("%w: %s with %d in a file", ErrForm, f.Format, f.Shard)
	}
	for _, with := range f.With {
		if !slices.Contains(Withs, with) {
			return fmt.Errorf("%w: text with %q", ErrForm, with)
		}
	}
	return nil
}
