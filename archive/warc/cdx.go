package warc

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// cdx is what a CDXJ line says of a record, beside key and time. The names and the
// form of the values are those of pywb and warcio.
type cdx struct {
	URL      string `json:"url"`
	Mime     string `json:"mime,omitempty"`
	Status   string `json:"status,omitempty"`
	Digest   string `json:"digest,omitempty"` // without the algorithm's name
	Length   string `json:"length"`           // compressed
	Offset   string `json:"offset"`
	Filename string `json:"filename"`
}

// cdxLine is the line of a capture, its newline included.
func cdxLine(c capture.Capture, h warcfile.Header, file string, s warcfile.Span) []byte {
	x := cdx{
		URL: h.Get(warcfile.FieldURL), Length: strconv.FormatInt(s.Length, 10), Offset: strconv.FormatInt(s.Offset, 10), Filename: file,
	}
	media := h.Get(warcfile.FieldContentType)
	if media == warcfile.MediaResponse {
		x.Status = strconv.Itoa(c.Status)
		media = warcfile.Header(c.Header).Get("Content-Type")
	}
	if media, _, _ = strings.Cut(media, ";"); h.Get(warcfile.FieldType) == warcfile.TypeRevisit {
		media = "warc/revisit"
	}
	x.Mime = strings.TrimSpace(strings.ToValidUTF8(media, "\ufffd"))
	_, x.Digest, _ = strings.Cut(h.Get(warcfile.FieldPayload), ":")
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s ", sites.SURT(x.URL), c.Time.UTC().Format("20060102150405"))
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(x) // strings always encode
	return b.Bytes()
}

// sortMemory is how much a sorter keeps in memory.
const sortMemory = 32 << 20

// sorter sorts lines, as many as there are: what is too much for memory goes to
// files that have no name. The zero value is ready; close lets go of the files.
type sorter struct {
	lines  [][]byte
	bytes  int
	spills []*os.File
	memory int // 0 is sortMemory
}

// add takes a line, its newline included.
func (s *sorter) add(line []byte) error {
	const overhead = 24
	s.lines = append(s.lines, line)
	limit := s.memory
	if limit == 0 {
		limit = sortMemory
	}
	if s.bytes += cap(line) + overhead; s.bytes < limit {
		return nil
	}
	f, err := os.CreateTemp("", "baoluu-sort-")
	if err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	s.spills = append(s.spills, f)
	slices.SortFunc(s.lines, bytes.Compare)
	w := bufio.NewWriter(f)
	for _, line := range s.lines {
		w.Write(line) //nolint:errcheck // Flush tells
	}
	s.lines, s.bytes = nil, 0
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	return nil
}

// writeTo writes the lines in order. It may be called once.
func (s *sorter) writeTo(w io.Writer) error {
	slices.SortFunc(s.lines, bytes.Compare)
	var runs runHeap
	for _, f := range s.spills {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("sort: %w", err)
		}
		r := bufio.NewReader(f)
		runs = append(runs, &run{next: func() ([]byte, error) { return r.ReadBytes('\n') }})
	}
	rest := s.lines
	runs = append(runs, &run{next: func() ([]byte, error) {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		line := rest[0]
		rest = rest[1:]
		return line, nil
	}})
	for i := 0; i < len(runs); {
		switch err := runs[i].step(); {
		case errors.Is(err, io.EOF):
			runs = slices.Delete(runs, i, i+1)
		case err != nil:
			return fmt.Errorf("sort: %w", err)
		default:
			i++
		}
	}
	heap.Init(&runs)
	for len(runs) > 0 {
		if _, err := w.Write(runs[0].line); err != nil {
			return err
		}
		switch err := runs[0].step(); {
		case errors.Is(err, io.EOF):
			heap.Pop(&runs)
		case err != nil:
			return fmt.Errorf("sort: %w", err)
		default:
			heap.Fix(&runs, 0)
		}
	}
	return nil
}

func (s *sorter) close() {
	for _, f := range s.spills {
		f.Close()
		os.Remove(f.Name()) //nolint:errcheck // a temporary file: the system clears it too
	}
}

// run is one sorted part.
type run struct {
	line []byte
	next func() ([]byte, error)
}

func (r *run) step() (err error) {
	r.line, err = r.next()
	return err
}

type runHeap []*run

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].line, h[j].line) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*run)) }
func (h *runHeap) Pop() any {
	last := len(*h) - 1
	r := (*h)[last]
	*h = (*h)[:last]
	return r
}
