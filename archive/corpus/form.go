package corpus

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Form says how records are written.
type Form struct {
	Format   string   // "txt", "jsonl" or "parquet"
	Compress string   // of JSON lines: "gz", "zst"; "" is not
	Shard    int      // a new file after so many records; 0 is one file
	With     []string // what stands in the text besides, of [Withs]
	Versions bool     // a page may have several: names of text files tell them apart, as KEY.v2.txt
}

// Withs are what an article's text can hold besides: each stands behind it, in this order.
var Withs = []string{"captions", "byline", "source"}

// Files takes the files of a corpus.
type Files interface {
	// Create begins a file. Those before are complete.
	Create(path string) (io.Writer, error)
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
// empty newspaper has no file.
func (f Form) Writer(site string, to Files) Writer {
	if f.Format == "txt" {
		return texts{f, to}
	}
	return &shards{form: f, site: site, to: to}
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
	return line
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
	site  string
	to    Files
	files int
	in    int     // records in the open one
	open  encoder // nil: none is
}

func (s *shards) Put(r Record) error {
	if s.form.Shard > 0 && s.in == s.form.Shard {
		if err := s.Close(); err != nil {
			return err
		}
	}
	if s.open == nil {
		s.files++
		name := s.site
		if s.form.Shard > 0 {
			name = fmt.Sprintf("%s-%05d", name, s.files)
		}
		w, err := s.to.Create(name + s.form.ending())
		if err != nil {
			return err
		}
		s.open, s.in = s.form.encoder(w), 0
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
	return open.close()
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
