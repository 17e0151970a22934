package main

import (
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"baoluu/archive"
	"baoluu/archive/corpus"
)

// sortKeys are what a list can be sorted by.
var sortKeys = []string{"page", "published", "newest", "captured", "title", "versions"}

// sorter makes the key of a page by which a list is sorted: keys compare as bytes.
func sorter(by string) func(site string, p archive.PageInfo, versions []archive.Version) string {
	switch number := func(n int64) string { return string(binary.BigEndian.AppendUint64(nil, uint64(n)^1<<63)) }; by {
	case "captured":
		return func(_ string, p archive.PageInfo, _ []archive.Version) string { return number(p.Captured.UnixMilli()) }
	case "versions":
		return func(_ string, p archive.PageInfo, _ []archive.Version) string { return number(int64(p.Versions)) }
	case "title":
		vietnamese := collate.New(language.Vietnamese)
		var buffer collate.Buffer
		return func(_ string, p archive.PageInfo, _ []archive.Version) string {
			defer buffer.Reset()
			return string(vietnamese.KeyFromString(&buffer, p.Title))
		}
	case "published", "newest":
		return func(_ string, p archive.PageInfo, versions []archive.Version) string {
			return number(corpus.Day(p, versions).UnixMilli())
		}
	}
	return func(site string, p archive.PageInfo, _ []archive.Version) string { return site + "/" + p.Page }
}

// ranking puts lines into the order of their keys: all of them, or the first few. In
// memory it holds their keys, so that a list may be of a million pages; the lines wait
// in a spool.
type ranking struct {
	reverse bool
	limit   int // 0: all
	rows    []ranked
	lines   spool
}

type ranked struct {
	key    string
	number int // as it came: the order of those with the same key
	at     int64
	length int
}

func (r *ranking) add(key string, number int, line []byte) error {
	at, err := r.lines.put(line)
	if err != nil {
		return err
	}
	r.rows = append(r.rows, ranked{key, number, at, len(line)})
	if r.limit > 0 && len(r.rows) >= 2*r.limit+1000 {
		return r.trim()
	}
	return nil
}

// trim drops what is beyond the limit.
func (r *ranking) trim() error {
	r.sort()
	old := r.lines
	r.lines = spool{}
	for i, row := range r.rows {
		line, err := old.get(row.at, row.length)
		if err == nil {
			r.rows[i].at, err = r.lines.put(line)
		}
		if err != nil {
			return errors.Join(err, old.close())
		}
	}
	return old.close()
}

func (r *ranking) sort() {
	slices.SortFunc(r.rows, func(a, b ranked) int {
		order := cmp.Compare(a.key, b.key)
		if r.reverse {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.number, b.number))
	})
	if r.limit > 0 && len(r.rows) > r.limit {
		clear(r.rows[r.limit:])
		r.rows = r.rows[:r.limit]
	}
}

// each hands the lines out in order.
func (r *ranking) each(do func(line []byte) error) error {
	r.sort()
	for _, row := range r.rows {
		line, err := r.lines.get(row.at, row.length)
		if err != nil {
			return err
		}
		if err := do(line); err != nil {
			return err
		}
	}
	return nil
}

func (r *ranking) close() error { return r.lines.close() }

// spoolMemory is how much of a spool is held in memory, before it goes to a file.
const spoolMemory = 16 << 20

// spool holds bytes to be read again: what is much of it in a temporary file.
type spool struct {
	file *os.File // of what came before tail; nil where that is nothing
	size int64    // of the file
	tail []byte
}

func (s *spool) put(b []byte) (at int64, err error) {
	if len(s.tail)+len(b) > spoolMemory && len(s.tail) > 0 {
		if s.file == nil {
			if s.file, err = os.CreateTemp("", "baoluu-list-"); err != nil {
				return 0, err
			}
		}
		if _, err = s.file.Write(s.tail); err != nil {
			return 0, err
		}
		s.size += int64(len(s.tail))
		s.tail = s.tail[:0]
	}
	at = s.size + int64(len(s.tail))
	s.tail = append(s.tail, b...)
	return at, nil
}

func (s *spool) get(at int64, length int) ([]byte, error) {
	if at >= s.size {
		return s.tail[at-s.size:][:length], nil
	}
	b := make([]byte, length)
	_, err := s.file.ReadAt(b, at)
	return b, err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
