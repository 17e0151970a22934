package export

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Export says what was exported.
type Export struct {
	Format    string    `json:"format"`
	Selection Selection `json:"selection"`
}

// Selection says what was chosen. What was not chosen by is left out.
type Selection struct {
	Sites     []string `json:"sites,omitempty"`
	From      string   `json:"from,omitempty"`   // this moment, or later
	Before    string   `json:"before,omitempty"` // RFC 3339, both
	Languages []string `json:"languages,omitempty"`
	Sections  []string `json:"sections,omitempty"`
	State     string   `json:"state,omitempty"`
}

// Newspaper says what is there of a newspaper: articles, or captures.
type Newspaper struct {
	Site  string `json:"site"`
	Count int    `json:"count"`
	// Earlier is set where this export could not read the newspaper: its files are those of
	// an earlier one.
	Earlier *Export `json:"earlier,omitempty"`
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

// manifest is manifest.json but for its files, which are too many to be held twice.
type manifest struct {
	Type string `json:"type"`
	Export
	// Complete is false while files are being switched, and after a switch that was cut off:
	// each file is complete, but they may be of two exports.
	Complete   bool        `json:"complete"`
	Newspapers []Newspaper `json:"newspapers"`
}

const manifestType = "export"

// write writes a manifest, a file a line, so that two can be compared line by line.
func (m manifest) write(to io.Writer, files iter.Seq[File]) error {
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

// readManifest reads a manifest from disk, where anybody may have written it, and hands
// over its files.
func readManifest(r io.Reader, each func(File) error) (m manifest, err error) {
	b := &bounded{r: io.LimitReader(r, maxManifest)}
	d := json.NewDecoder(b)
	next := func(v any) error {
		b.left = maxValue
		return d.Decode(v)
	}
	delim := func(want json.Delim) error {
		b.left = maxValue
		t, err := d.Token()
		if err == nil && t != want {
			err = fmt.Errorf("%v stands where %v is to be", t, want)
		}
		return err
	}
	if err := delim('{'); err != nil {
		return m, err
	}
	for d.More() {
		b.left = maxValue
		key, err := d.Token()
		if err != nil {
			return m, err
		}
		switch key {
		case "type":
			err = next(&m.Type)
		case "format":
			err = next(&m.Format)
		case "selection":
			err = next(&m.Selection)
		case "complete":
			err = next(&m.Complete)
		case "newspapers":
			err = next(&m.Newspapers)
		case "files":
			if err = delim('['); err != nil {
				return m, err
			}
			for d.More() {
				var f File
				if err := next(&f); err != nil {
					return m, err
				}
				if err := each(f); err != nil {
					return m, err
				}
			}
			err = delim(']')
		default: // of a later program
			var rest json.RawMessage
			err = next(&rest)
		}
		if err != nil {
			return m, err
		}
	}
	if err := delim('}'); err != nil {
		return m, err
	}
	if m.Type != manifestType {
		return m, fmt.Errorf("its type is %.40q, not %q", m.Type, manifestType)
	}
	return m, nil
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
