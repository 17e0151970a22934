package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const maxRecord = 1 << 20 // bytes of one row: a cell may hold the text of an article

var (
	errOpenQuote  = errors.New("a quote that is not closed")
	errStrayQuote = errors.New("text behind a closing quote")
	errLongLine   = fmt.Errorf("longer than %s", size(maxRecord))
)

// splitter splits lines into cells, by the rules of RFC 4180.
type splitter struct {
	comma  byte
	cells  []string
	cell   []byte
	quoted bool // within quotes
}

// line adds a line. open: a quoted cell goes on in the next one.
func (s *splitter) line(text string) (open bool, err error) {
	closed := false // the cell was quoted
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case s.quoted && c == '"' && i+1 < len(text) && text[i+1] == '"':
			s.cell = append(s.cell, c)
			i++
		case s.quoted && c == '"':
			s.quoted, closed = false, true
		case s.quoted:
			s.cell = append(s.cell, c)
		case c == s.comma:
			s.end()
			closed = false
		case closed && c != ' ':
			return false, errStrayQuote
		case c == '"' && len(s.cell) == 0:
			s.quoted = true
		default:
			s.cell = append(s.cell, c)
		}
	}
	if s.quoted {
		s.cell = append(s.cell, '\n')
		return true, nil
	}
	s.end()
	return false, nil
}

func (s *splitter) end() {
	s.cells = append(s.cells, strings.TrimSpace(string(s.cell)))
	s.cell = s.cell[:0]
}

// splitTabs splits a line at tabs. Quotes are what they are, unless they are around a
// whole cell, as Excel sets them.
func splitTabs(text string) []string {
	cells := strings.Split(text, "\t")
	for i, cell := range cells {
		s := splitter{comma: '\t'}
		if open, err := s.line(cell); !open && err == nil && len(s.cells) == 1 {
			cells[i] = s.cells[0]
		} else {
			cells[i] = strings.TrimSpace(cell)
		}
	}
	return cells
}

// recordLines reads lines, and can go back over some.
type recordLines struct {
	r    *bufio.Reader
	line int         // of the one that was read last, from 1
	held []tableLine // to be read again, the next one last
}

// tableLine is a line without what ends it, or why there is none: errLongLine is of that
// line alone.
type tableLine struct {
	text string
	err  error
}

func (l *recordLines) next() (string, error) {
	line := l.read()
	return line.text, line.err
}

func (l *recordLines) read() (line tableLine) {
	l.line++
	if n := len(l.held); n > 0 {
		line, l.held = l.held[n-1], l.held[:n-1]
		return line
	}
	b, err := l.r.ReadSlice('\n')
	long := errors.Is(err, bufio.ErrBufferFull)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = l.r.ReadSlice('\n')
	}
	switch {
	case long && (err == nil || errors.Is(err, io.EOF)):
		return tableLine{err: errLongLine}
	case err != nil && (len(b) == 0 || !errors.Is(err, io.EOF)):
		return tableLine{err: err}
	}
	line.text = strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if l.line == 1 {
		line.text = strings.TrimPrefix(line.text, "\ufeff")
	}
	return line
}

// back puts lines back, to be read again.
func (l *recordLines) back(lines ...tableLine) {
	l.line -= len(lines)
	for _, line := range slices.Backward(lines) {
		l.held = append(l.held, line)
	}
}
