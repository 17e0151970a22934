package corpus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
)

// Count reads a file of a corpus to its end, and tells how many articles it holds: -1 where it
// is of a kind that holds none. The error says why it cannot be read. Anybody may have written the
// file.
func Count(path string, file *os.File) (int, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	switch {
	case strings.HasSuffix(path, ".txt"):
		return 1, nil
	case strings.HasSuffix(path, ".jsonl"):
		return countLines(file)
	case strings.HasSuffix(path, ".jsonl.gz"):
		z, err := gzip.NewReader(bufio.NewReader(file))
		if err != nil {
			return 0, err
		}
		return countLines(z)
	case strings.HasSuffix(path, ".jsonl.zst"):
		z, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
		if err != nil {
			return 0, err
		}
		defer z.Close()
		return countLines(z)
	case strings.HasSuffix(path, ".parquet"):
		return countRows(file)
	}
	return -1, nil
}

const (
	maxWindow = 128 << 20 // of zstd
	maxLine   = 512 << 20 // a page of the largest size, its text twice, each letter as an escape
)

// countLines counts lines that are JSON objects.
func countLines(r io.Reader) (n int, err error) {
	lines := bufio.NewReaderSize(r, 1<<20)
	var line []byte
	for {
		part, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && len(part)+len(line) == 0:
			return n, nil
		case errors.Is(err, io.EOF):
			return n, fmt.Errorf("line %d has no end", n+1)
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return n, err
		case len(line)+len(part) > maxLine:
			return n, fmt.Errorf("line %d has more than %d bytes", n+1, maxLine)
		case err != nil:
			line = append(line, part...)
			continue
		case len(line) > 0:
			line = append(line, part...)
			part = line
		}
		n++
		if !bytes.HasPrefix(part, []byte("{")) || !json.Valid(part) {
			return n, fmt.Errorf("line %d is no JSON object", n)
		}
		line = line[:0]
	}
}

// countRows counts the rows of a Parquet file, all of its pages read.
func countRows(file *os.File) (n int, err error) {
	defer func() {
		if broken := recover(); broken != nil { // its reader panics on much that is no Parquet
			n, err = 0, fmt.Errorf("no Parquet: %v", broken)
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	p, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		return 0, err
	}
	for _, group := range p.RowGroups() {
		for _, column := range group.ColumnChunks() {
			if err := readPages(column.Pages()); err != nil {
				return 0, err
			}
		}
	}
	return int(p.NumRows()), nil
}

func readPages(pages parquet.Pages) error {
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		parquet.Release(page)
	}
}
