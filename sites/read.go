package sites

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/unicode/norm"
)

// maxFile bounds a newspaper's file in bytes; the longest built in has 12,000.
const maxFile = 256 << 10

// FileError is what is wrong with a newspaper's file, and where.
type FileError struct {
	File         string
	Line, Column int // from 1; 0 where the file as a whole is meant
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
	places, err := decode(file, source, &d)
	if err != nil {
		return nil, err
	}
	s, err := d.Site()
	if err != nil {
		var f *fault
		if !errors.As(err, &f) {
			return nil, &FileError{File: file, Err: err}
		}
		return nil, places.at(file, f)
	}
	s.Source = source
	return s, nil
}

// places are where the values of a file stand, by their paths.
type places map[string]ast.Node

// at is a fault with its place: that of the value, or of the nearest one around it.
func (p places) at(file string, f *fault) error {
	path := f.path
	for p[path] == nil && path != "" {
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	if node := p[path]; node != nil {
		at := node.GetToken().Position
		return &FileError{file, at.Line, at.Column, f}
	}
	return &FileError{File: file, Line: 1, Column: 1, Err: f}
}

// decode reads a file into a struct of texts, and says where each value stands.
func decode(file string, source []byte, into any) (places, error) {
	switch {
	case len(source) > maxFile:
		return nil, &FileError{File: file, Err: fmt.Errorf("%d bytes: a newspaper's file has at most %d", len(source), maxFile)}
	case !utf8.Valid(source):
		return nil, &FileError{File: file, Err: errors.New("no UTF-8: save the file as UTF-8")}
	}
	if i := bytes.IndexFunc(source, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }); i >= 0 {
		return nil, &FileError{file, 1 + bytes.Count(source[:i], []byte("\n")), 1, errors.New("a control character")}
	}
	parsed, err := parser.ParseBytes(bytes.TrimPrefix(source, []byte("\ufeff")), 0)
	if err != nil {
		var found yaml.Error
		if errors.As(err, &found) && found.GetToken() != nil && found.GetToken().Position != nil {
			at := found.GetToken().Position
			return nil, &FileError{file, at.Line, at.Column, errors.New(found.GetMessage())}
		}
		return nil, &FileError{File: file, Err: err}
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		return nil, &FileError{File: file, Err: fmt.Errorf("%d YAML documents: a newspaper's file is one", len(parsed.Docs))}
	}
	r := fileReader{places: places{}}
	if !r.value("", parsed.Docs[0].Body, reflect.ValueOf(into).Elem()) {
		return nil, r.places.at(file, r.err)
	}
	return r.places, nil
}

// fileReader fills structs from nodes. It stops at the first fault.
type fileReader struct {
	places places
	err    *fault
}

func (r *fileReader) wrong(path, format string, args ...any) bool {
	r.err = &fault{path, fmt.Errorf(format, args...)}
	return false
}

// value sets v to what a node says.
func (r *fileReader) value(path string, node ast.Node, v reflect.Value) bool {
	r.places[path] = node
	switch n := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		return r.wrong(path, "anchors, aliases and tags have no place here")
	case *ast.MappingNode:
		switch v.Kind() {
		case reflect.Struct:
			return r.fields(path, n.Values, v)
		case reflect.Map:
			return r.entries(path, n.Values, v)
		}
		return r.wrong(path, "keys and values stand where %s has to", kindOf(v))
	case *ast.SequenceNode:
		if v.Kind() != reflect.Slice {
			return r.wrong(path, "a list stands where %s has to", kindOf(v))
		}
		if len(n.Values) > maxList {
			return r.wrong(path, "a list of %d: at most %d", len(n.Values), maxList)
		}
		list := reflect.MakeSlice(v.Type(), len(n.Values), len(n.Values))
		for i, value := range n.Values {
			if !r.value(path+"["+strconv.Itoa(i)+"]", value, list.Index(i)) {
				return false
			}
		}
		v.Set(list)
		return true
	}
	return r.scalar(path, node, v)
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
		return "a number"
	}
	return "a text"
}

// scalar sets v to a single value. A list may be written as its only entry, and paging as its address.
func (r *fileReader) scalar(path string, node ast.Node, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			return r.scalar(path+"[0]", node, v.Index(0))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[PagingDescription]() {
			return r.scalar(path+".address", node, v.FieldByName("Address"))
		}
	case reflect.Bool:
		if b, ok := node.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
			return true
		}
	case reflect.Int:
		n, err := strconv.Atoi(node.GetToken().Value)
		if _, ok := node.(*ast.IntegerNode); ok && err == nil && n > 0 {
			v.SetInt(int64(n))
			return true
		}
	case reflect.String:
		r.places[path] = node
		switch n := node.(type) {
		case *ast.StringNode:
			return r.text(path, n.Value, v)
		case *ast.LiteralNode:
			return r.text(path, n.Value.Value, v)
		case *ast.IntegerNode, *ast.FloatNode:
			return r.text(path, node.GetToken().Value, v) // a year, as it is written
		case *ast.NullNode, *ast.BoolNode:
			return r.wrong(path, "%q stands where a text has to: put a text in quotes", node.GetToken().Value)
		}
	}
	return r.wrong(path, "%q stands where %s has to", node.GetToken().Value, kindOf(v))
}

// text sets v to a text in NFC: as it will stand on pages.
func (r *fileReader) text(path, text string, v reflect.Value) bool {
	v.SetString(norm.NFC.String(text))
	return true
}

func (r *fileReader) fields(path string, values []*ast.MappingValueNode, v reflect.Value) bool {
	known := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		known[name] = i
		names = append(names, name)
	}
	return r.each(path, values, func(key, at string, value ast.Node) bool {
		i, ok := known[key]
		if !ok {
			return r.wrong(at, "unknown key %q; here stand %s", key, strings.Join(names, ", "))
		}
		return r.value(at, value, v.Field(i))
	})
}

func (r *fileReader) entries(path string, values []*ast.MappingValueNode, v reflect.Value) bool {
	if len(values) > maxList {
		return r.wrong(path, "%d entries: at most %d", len(values), maxList)
	}
	m := reflect.MakeMap(v.Type())
	ok := r.each(path, values, func(key, at string, value ast.Node) bool {
		entry := reflect.New(v.Type().Elem()).Elem()
		if !r.value(at, value, entry) {
			return false
		}
		m.SetMapIndex(reflect.ValueOf(key), entry)
		return true
	})
	v.Set(m)
	return ok
}

// each calls do for all keys of a mapping, of which none stands twice.
func (r *fileReader) each(path string, values []*ast.MappingValueNode, do func(key, at string, value ast.Node) bool) bool {
	var seen []string
	for _, value := range values {
		key := value.Key.GetToken().Value
		at := strings.TrimPrefix(path+"."+key, ".")
		r.places[at] = value.Key
		if slices.Contains(seen, key) {
			return r.wrong(at, "%q is given twice", key)
		}
		seen = append(seen, key)
		if _, merge := value.Key.(*ast.MergeKeyNode); merge {
			return r.wrong(at, "anchors, aliases and tags have no place here")
		}
		if !do(key, at, value.Value) {
			return false
		}
	}
	return true
}
