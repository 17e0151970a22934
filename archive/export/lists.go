package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// list is a list of a manifest while it is written: as long as an export has articles, it lies
// in a file. Its lines are those of one newspaper after another, in whatever order they come.
type list struct {
	f     *Folder
	name  string
	file  *os.File // nil until there is a line
	w     *bufio.Writer
	bytes int64
	parts []part
}

// part is where the lines of a newspaper stand.
type part struct {
	site       string
	start, end int64
}

// put writes a value as a line.
func (l *list) put(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return l.add(line)
}

// add writes a line.
func (l *list) add(line []byte) error {
	if l.f.err == nil && l.file == nil {
		file, err := l.f.root.Create(workName + "/" + l.name)
		if err != nil {
			l.f.fail(err)
		} else {
			l.file, l.w = file, bufio.NewWriterSize(file, 64<<10)
		}
	}
	if l.f.err != nil {
		return l.f.err
	}
	n, err := l.w.Write(append(line, '\n'))
	l.bytes += int64(n)
	if err != nil {
		l.f.fail(err)
	}
	return l.f.err
}

// mark says that what was written from start on is a newspaper's.
func (l *list) mark(site string, start int64) {
	if n := len(l.parts); n > 0 && l.parts[n-1].site == site && l.parts[n-1].end == start {
		l.parts[n-1].end = l.bytes
	} else if l.bytes > start {
		l.parts = append(l.parts, part{site, start, l.bytes})
	}
}

// copyTo writes the lines as elements of a list, the newspapers in the order of their names.
func (l *list) copyTo(to io.Writer) error {
	if l.file == nil {
		return nil
	}
	if err := l.w.Flush(); err != nil {
		return err
	}
	slices.SortStableFunc(l.parts, func(a, b part) int { return strings.Compare(a.site, b.site) })
	sep, end := "\n", ""
	for _, p := range l.parts {
		lines := bufio.NewReaderSize(io.NewSectionReader(l.file, p.start, p.end-p.start), 64<<10)
		for {
			line, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(to, "%s%s", sep, line[:len(line)-1])
			sep, end = ",\n", "\n"
		}
	}
	_, err := io.WriteString(to, end)
	return err
}

func (l *list) close() {
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
}

// siteOfLine is the newspaper that a line of a list is of: its page is SITE/KEY.
func siteOfLine(line json.RawMessage) string {
	var of struct {
		Page string `json:"page"`
	}
	if json.Unmarshal(line, &of) != nil {
		return ""
	}
	site, _, _ := strings.Cut(of.Page, "/")
	return site
}
