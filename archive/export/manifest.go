package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Export says what was exported: all that the bytes of its files follow from, but for the archive
// and the program.
type Export struct {
	Format    string    `json:"format"`
	Options   Options   `json:"options,omitzero"`
	Selection Selection `json:"selection"`
}

// Options say how it was written. What was left as it is by default is left out.
type Options struct {
	Compress string   `json:"compress,omitempty"`  // gz or zst
	Shard    int      `json:"shard,omitempty"`     // articles in a file
	With     []string `json:"with,omitempty"`      // what stands in the text besides: captions, byline, source
	TextForm string   `json:"text_form,omitempty"` // raw, old, new or fold
	Split    string   `json:"split,omitempty"`     // parts in a hundred: "90/5/5"
}

// Selection says what was chosen. What was not chosen by is left out. Moments are RFC 3339.
type Selection struct {
	Sites          []string `json:"sites,omitempty"`
	From           string   `json:"from,omitempty"`   // published at this moment, or later
	Before         string   `json:"before,omitempty"` // published before it
	CapturedFrom   string   `json:"captured_from,omitempty"`
	CapturedBefore string   `json:"captured_before,omitempty"`
	At             string   `json:"at,omitempty"` // the archive as it stood then
	Languages      []string `json:"languages,omitempty"`
	Sections       []string `json:"sections,omitempty"`
	MinChars       int      `json:"min_chars,omitempty"`
	MaxChars       int      `json:"max_chars,omitempty"`
	Topics         []string `json:"topics,omitempty"`
	Where          []string `json:"where,omitempty"` // conditions, as they were typed
	Dedup          string   `json:"dedup,omitempty"` // which of the same articles: all, earliest, longest
	State          string   `json:"state,omitempty"`
	Version        string   `json:"version,omitempty"` // first or all
}

// Newspaper says what is there of a newspaper.
type Newspaper struct {
	Site string `json:"site"`
	Tally
	// Earlier is set where this export could not read the newspaper: its files are those of
	// an earlier one.
	Earlier *Export `json:"earlier,omitempty"`
}

// Tally counts what was written of a newspaper: articles, or captures.
type Tally struct {
	Count      int            `json:"count"`
	Considered int            `json:"considered,omitempty"` // versions that there were to choose from
	LeftOut    map[string]int `json:"left_out,omitempty"`   // how many of them each filter took
	Cleaners   []string       `json:"cleaners,omitempty"`   // that made the articles, sorted
}

// File is one file of an export. Its path has slashes on every system.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Digest Digest `json:"sha256"`
	staged int    // the number that it has until it gets its name; 0: it stands there so
}

// Digest is a SHA-256, in JSON in hexadecimal digits.
type Digest [32]byte

// MarshalText writes the digits.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads them.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(d)) {
		return fmt.Errorf("a SHA-256 of %d digits", len(text))
	}
	_, err := hex.Decode(d[:], text)
	return err
}

// Manifest is manifest.json but for its lists of files and articles, which are too long to be
// held.
type Manifest struct {
	Type    string `json:"type"`
	Program string `json:"program,omitempty"` // that chose the articles: "baoluu/1.2"
	Export
	Since *Since `json:"since,omitempty"`
	// Complete is false while files are being switched, and after a switch that was cut off:
	// each file is complete, but they may be of two exports.
	Complete   bool        `json:"complete"`
	Newspapers []Newspaper `json:"newspapers"`
}

// Since says that an export holds only what earlier ones have not.
type Since struct {
	Manifests []Digest `json:"manifests"` // of the earlier ones
}

const manifestType = "export"

// The lists of a manifest that an export writes as it goes.
const (
	articlesList  = "articles"  // an article each: what its line says beside the article itself
	withdrawnList = "withdrawn" // an article of the export before that does not hold any more
)

// write writes a manifest, a file and an article a line, so that two can be compared line by
// line.
func (m Manifest) write(to io.Writer, files iter.Seq[File], lists ...*list) error {
	w := bufio.NewWriter(to)
	newspapers := m.Newspapers
	m.Newspapers = nil // they stand last
	head, err := json.Marshal(m)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s[", bytes.TrimSuffix(head, []byte("null}")))
	err = writeLines(w, slices.Values(newspapers))
	fmt.Fprint(w, "],\"files\":[")
	err = errors.Join(err, writeLines(w, files))
	for _, l := range lists {
		fmt.Fprintf(w, "],%q:[", l.name)
		err = errors.Join(err, l.copyTo(w))
	}
	fmt.Fprint(w, "]}\n")
	return errors.Join(err, w.Flush())
}

// writeLines writes the elements of a list, a line each.
func writeLines[T any](w io.Writer, list iter.Seq[T]) error {
	sep, end := "\n", ""
	for v := range list {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s%s", sep, b)
		sep, end = ",\n", "\n"
	}
	fmt.Fprint(w, end)
	return nil
}

// Bounds on what is read of a manifest.
const (
	maxManifest = 4 << 30 // some twenty million files
	maxValue    = 1 << 20 // an element of a list, or all newspapers
)

// Each takes the elements of a manifest's lists as they are read. What is nil is passed over.
type Each struct {
	File      func(File) error
	Article   func(json.RawMessage) error
	Withdrawn func(json.RawMessage) error
}

// ReadWhole is [Read], and gives the digest of the bytes.
func ReadWhole(r io.Reader, each Each) (m Manifest, digest Digest, err error) {
	hash := sha256.New()
	r = io.TeeReader(r, hash)
	if m, err = Read(r, each); err == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(r, maxManifest))
	}
	hash.Sum(digest[:0])
	return m, digest, err
}

// Read reads a manifest from disk, where anybody may have written it, and hands over its
// lists.
func Read(r io.Reader, each Each) (m Manifest, err error) {
	b := &bounded{r: io.LimitReader(r, maxManifest)}
	d := manifestReader{bounded: b, Decoder: json.NewDecoder(b)}
	if err := d.delim('{'); err != nil {
		return m, err
	}
	for d.More() {
		b.left = maxValue
		key, err := d.Token()
		if err == nil {
			err = d.value(fmt.Sprint(key), &m, each)
		}
		if err != nil {
			return m, err
		}
	}
	if err := d.delim('}'); err != nil {
		return m, err
	}
	if m.Type != manifestType {
		return m, fmt.Errorf("its type is %.40q, not %q", m.Type, manifestType)
	}
	return m, nil
}

type manifestReader struct {
	*bounded
	*json.Decoder
}

func (d manifestReader) next(v any) error {
	d.left = maxValue
	return d.Decode(v)
}

func (d manifestReader) delim(want json.Delim) error {
	d.left = maxValue
	t, err := d.Token()
	if err == nil && t != want {
		err = fmt.Errorf("%v stands where %v is to be", t, want)
	}
	return err
}

// value reads one value of a manifest.
func (d manifestReader) value(key string, m *Manifest, each Each) error {
	switch key {
	case "type":
		return d.next(&m.Type)
	case "program":
		return d.next(&m.Program)
	case "format":
		return d.next(&m.Format)
	case "options":
		return d.next(&m.Options)
	case "selection":
		return d.next(&m.Selection)
	case "since":
		return d.next(&m.Since)
	case "complete":
		return d.next(&m.Complete)
	case "newspapers":
		return d.next(&m.Newspapers)
	case "files":
		return readList(d, each.File)
	case articlesList:
		return readList(d, each.Article)
	case withdrawnList:
		return readList(d, each.Withdrawn)
	}
	var rest json.RawMessage // of a later program
	return d.next(&rest)
}

func readList[T any](d manifestReader, each func(T) error) error {
	if err := d.delim('['); err != nil {
		return err
	}
	for d.More() {
		var v T
		if err := d.next(&v); err != nil {
			return err
		}
		if each == nil {
			continue
		}
		if err := each(v); err != nil {
			return err
		}
	}
	return d.delim(']')
}

// bounded gives no more than what is left for one value.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("a value of more than %d bytes", maxValue)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
