package sites

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxFile bounds a newspaper's file in bytes; the longest built in has 8,000.
const maxFile = 256 << 10

// FileError is what is wrong with a newspaper's file, and where.
type FileError struct {
	File         string
	Line, Column int // from 1, columns in characters; 0 where the file as a whole is meant
	Err          error
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err)
}

// Unwrap gives what is wrong, and [ErrDescription].
func (e *FileError) Unwrap() []error { return []error{e.Err, ErrDescription} }

// Read reads a newspaper's file. It is strict: an unknown key, a value of another kind, an
// expression or selector that does not compile is a [*FileError].
func Read(file string, source []byte) (*Site, error) {
	var d Description
	parsed, err := decode(file, source, &d)
	if err != nil {
		return nil, err
	}
	s, err := d.Site()
	if err != nil {
		var f *fault
		if !errors.As(err, &f) {
			return nil, &FileError{File: file, Err: err}
		}
		return nil, parsed.wrong(f.at(&parsed.root), f)
	}
	s.Source = source
	return s, nil
}

// Wrong is an error as a [*FileError] where a value stands in the file that the site was read from:
// "name", "hosts[1]".
func (s *Site) Wrong(file, path string, err error) error {
	parsed, bad := decode(file, s.Source, new(Description))
	if bad != nil { // it was read from another
		return &FileError{File: file, Err: err}
	}
	f := fault{path: path}
	return parsed.wrong(f.at(&parsed.root), err)
}

// parsedFile is a file that was read.
type parsedFile struct {
	name, source string
	root         node
}

// wrong is an error at a byte of the file.
func (p *parsedFile) wrong(at int32, err error) error {
	above := p.source[:at]
	line := above[strings.LastIndexByte(above, '\n')+1:]
	return &FileError{p.name, 1 + strings.Count(above, "\n"), 1 + utf8.RuneCountInString(line), err}
}

// at is where the value at the fault's path stands, or the nearest one around it.
func (f *fault) at(root *node) int32 {
	n, path := root, f.path
	for path != "" {
		inner, rest := n.child(path)
		if inner == nil {
			break
		}
		n, path = inner, rest
	}
	return n.at
}

// child is the value that a path begins with, and the rest of the path; nil where there is none.
func (n *node) child(path string) (inner *node, rest string) {
	path = strings.TrimPrefix(path, ".")
	if number, ok := strings.CutPrefix(path, "["); ok && n.kind == sequence {
		number, rest, _ = strings.Cut(number, "]")
		if i, err := strconv.Atoi(number); err == nil && i < len(n.inner) {
			return &n.inner[i], rest
		}
		return nil, ""
	}
	for i := range n.keys() {
		if after, ok := strings.CutPrefix(path, n.key(i).text); ok && (after == "" || after[0] == '.' || after[0] == '[') {
			return n.value(i), after
		}
	}
	return nil, ""
}

// plainText is a file's text, its lines ended by \n alone.
func plainText(source []byte) (string, *syntaxError) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(source), "\ufeff"), "\r\n", "\n")
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			return text, &syntaxError{int32(i), errors.New("no UTF-8: save the file as UTF-8")}
		case r == '\t':
			return text, &syntaxError{int32(i), errors.New("a tab: write blanks")}
		case r < ' ' && r != '\n' || r == 0x7f:
			return text, &syntaxError{int32(i), errors.New("a control character")}
		}
	}
	return text, nil
}

// decode reads a file into a struct of texts.
func decode(file string, source []byte, into any) (*parsedFile, error) {
	p := &parsedFile{name: file}
	if len(source) > maxFile {
		return nil, &FileError{File: file, Err: fmt.Errorf("%d bytes: a newspaper's file has at most %d", len(source), maxFile)}
	}
	var bad *syntaxError
	if p.source, bad = plainText(source); bad == nil {
		p.root, bad = readYAML(p.source)
	}
	if bad != nil {
		return nil, p.wrong(bad.at, bad.err)
	}
	if p.root.kind == scalar && !p.root.quoted && p.root.text == "" {
		return nil, &FileError{File: file, Err: errors.New("the file is empty")}
	}
	if f := fill(&p.root, reflect.ValueOf(into).Elem()); f != nil {
		return nil, p.wrong(f.byte, f)
	}
	return p, nil
}

// wrong is a fault of what stands here.
func (n *node) wrong(format string, args ...any) *fault {
	return &fault{err: fmt.Errorf(format, args...), byte: n.at}
}

// fill sets v to what a node says. It stops at the first fault.
func fill(n *node, v reflect.Value) *fault {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch {
	case n.kind == scalar:
		return n.fillScalar(v)
	case n.kind == mapping && v.Kind() == reflect.Struct:
		return n.fillStruct(v)
	case n.kind == mapping && v.Kind() == reflect.Map:
		return n.fillMap(v)
	case n.kind == mapping:
		return n.wrong("keys and values stand where %s has to", kindOf(v))
	case v.Kind() != reflect.Slice:
		return n.wrong("a list stands where %s has to", kindOf(v))
	case len(n.inner) > maxList:
		return n.wrong("a list of %d: at most %d", len(n.inner), maxList)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.inner), len(n.inner)))
	for i := range n.inner {
		if f := fill(&n.inner[i], v.Index(i)); f != nil {
			return f.within("[" + strconv.Itoa(i) + "]")
		}
	}
	return nil
}

func kindOf(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Struct, reflect.Map:
		return "keys and values"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a number from 1 on"
	}
	return "a text"
}

// fillScalar sets v to a single value. A list may be written as its only entry, and paging as its address.
func (n *node) fillScalar(v reflect.Value) *fault {
	nothing := n.isNothing()
	switch v.Kind() {
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String && !nothing {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			return n.fillScalar(v.Index(0)).within("[0]")
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[PagingDescription]() && !nothing {
			return n.fillScalar(v.FieldByName("Address")).within("address")
		}
	case reflect.Bool:
		if b, ok := n.bool(); ok {
			v.SetBool(b)
			return nil
		}
	case reflect.Int:
		if i, err := strconv.Atoi(n.text); err == nil && i > 0 && !n.quoted {
			v.SetInt(int64(i))
			return nil
		}
	case reflect.String:
		if _, is := n.bool(); !nothing && !is {
			v.SetString(norm.NFC.String(n.text)) // as it will stand on pages
			return nil
		}
		if !nothing {
			return n.wrong("%q stands where a text has to: put a text in quotes", n.text)
		}
	}
	if nothing {
		return n.wrong("nothing stands where %s has to", kindOf(v))
	}
	return n.wrong("%q stands where %s has to", clip(n.text), kindOf(v))
}

// isNothing reports whether a value is none.
func (n *node) isNothing() bool {
	return !n.quoted && slices.Contains([]string{"", "~", "null", "Null", "NULL"}, n.text)
}

// bool is what a value says as true or false.
func (n *node) bool() (says, ok bool) {
	if n.quoted {
		return false, false
	}
	switch n.text {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

var fileKeys sync.Map // the names of a struct's fields in a file, in their order, by its type

func keysOf(t reflect.Type) []string {
	if known, ok := fileKeys.Load(t); ok {
		return known.([]string)
	}
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
	}
	fileKeys.Store(t, names)
	return names
}

func (n *node) fillStruct(v reflect.Value) *fault {
	names := keysOf(v.Type())
	for i := range n.keys() {
		key := n.key(i)
		field := slices.Index(names, key.text)
		switch {
		case field < 0:
			return key.wrong("unknown key %q; here stand %s", clip(key.text), strings.Join(names, ", ")).within(clip(key.text))
		case n.isTwice(i):
			return key.wrong("%q is given twice", key.text).within(key.text)
		}
		if f := fill(n.value(i), v.Field(field)); f != nil {
			return f.within(key.text)
		}
	}
	return nil
}

func (n *node) fillMap(v reflect.Value) *fault {
	if n.keys() > maxList {
		return n.wrong("%d entries: at most %d", n.keys(), maxList)
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := range n.keys() {
		key := n.key(i)
		if n.isTwice(i) {
			return key.wrong("%q is given twice", key.text).within(key.text)
		}
		entry := reflect.New(v.Type().Elem()).Elem()
		if f := fill(n.value(i), entry); f != nil {
			return f.within(key.text)
		}
		v.SetMapIndex(reflect.ValueOf(norm.NFC.String(key.text)), entry)
	}
	return nil
}

// isTwice reports whether key i stands before it, too. There are few: the others are unknown.
func (n *node) isTwice(i int) bool {
	for j := range i {
		if n.key(j).text == n.key(i).text {
			return true
		}
	}
	return false
}
