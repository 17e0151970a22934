package main

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// The YAML library reports errors in its own words and Go's. Here a file is checked before
// it is read, so that errors are in the words of its author.

// plainSource is a settings file as UTF-8 without what editors add to it.
func plainSource(source []byte) ([]byte, error) {
	const save = "save the file as UTF-8"
	switch {
	case bytes.HasPrefix(source, []byte{0xff, 0xfe}), bytes.HasPrefix(source, []byte{0xfe, 0xff}), bytes.IndexByte(source[:min(len(source), 4)], 0) >= 0:
		return nil, errors.New("this is UTF-16: " + save)
	}
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	source = bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n")) // a copy
	line := 0
	for text := range bytes.Lines(source) {
		line++
		here := func(column int) *token.Position { return &token.Position{Line: line, Column: column} }
		if !utf8.Valid(text) {
			return nil, showAt(source, here(1), errors.New("line "+fmt.Sprint(line)+" is no UTF-8: "+save))
		}
		if i := bytes.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' || r == 0x7f }); i >= 0 {
			return nil, showAt(source, here(1+utf8.RuneCount(text[:i])), errors.New("a control character, which no setting holds"))
		}
		rest := bytes.TrimLeft(text, " \t")
		indent := text[:len(text)-len(rest)]
		tab := bytes.IndexByte(indent, '\t')
		switch {
		case tab >= 0 && (len(bytes.TrimSpace(rest)) == 0 || rest[0] == '#'): // it indents nothing
			copy(indent, bytes.Repeat([]byte(" "), len(indent)))
		case tab >= 0:
			return nil, showAt(source, here(1+tab), errors.New("tabs cannot indent: use blanks"))
		}
	}
	return source, nil
}

// show is an error of the YAML library's, or of [wrong], in our words and with the line
// that it is about.
func show(source []byte, err error) error {
	var found yaml.Error
	if !errors.As(err, &found) || found.GetToken() == nil || found.GetToken().Position == nil {
		return err
	}
	at := found.GetToken().Position
	return showAt(source, at, errors.New(inOurWords(found.GetMessage(), lineOf(source, at.Line))))
}

// showAt is an error with the line that it is about, the two before it, and a caret.
func showAt(source []byte, at *token.Position, err error) error {
	return &settingsError{fmt.Errorf("line %d: %w%s", at.Line, err, linesAt(source, at))}
}

// linesAt are the line of a place and the two before it, and a caret below.
func linesAt(source []byte, at *token.Position) string {
	var lines string
	for n := max(1, at.Line-2); n <= at.Line; n++ {
		mark := " "
		if n == at.Line {
			mark = ">"
		}
		lines += fmt.Sprintf("\n%s%3d | %s", mark, n, strings.ToValidUTF8(strings.ReplaceAll(lineOf(source, n), "\t", " "), "�"))
	}
	return fmt.Sprintf("%s\n%s^", lines, strings.Repeat(" ", len(">  1 | ")+max(0, at.Column-1)))
}

// lineOf is one line of a file, cut to a readable length.
func lineOf(source []byte, n int) string {
	const most = 200
	for line := range strings.Lines(string(source)) {
		if n--; n == 0 {
			line = strings.TrimRight(line, "\n")
			if runes := []rune(line); len(runes) > most {
				line = string(runes[:most]) + "…"
			}
			return line
		}
	}
	return ""
}

// inOurWords says what the YAML library found wrong.
func inOurWords(message, line string) string {
	quote := `text that begins with such a sign must stand in quotes`
	if bareStar.MatchString(line) {
		return `what begins with a star must stand in quotes: "*/15 * * * *"`
	}
	for _, w := range []struct{ theirs, ours string }{
		{"sequence end token ']' not found", `the list has no end: a "]" is missing`},
		{"could not find flow mapping end token '}'", `the braces have no end: a "}" is missing`},
		{"could not find end character of double-quoted text", `the quotes have no end: a " is missing`},
		{"could not find end character of single-quoted text", `the quotes have no end: a ' is missing`},
		{"mapping value is not allowed", `a colon too many, or a line indented unlike those beside it; text with ": " in it must stand in quotes`},
		{"',' or '}' must be specified", `the braces have no end: a comma or a "}" is missing`},
		{"value is not allowed", "this does not belong here: is the line indented unlike those beside it?"},
		{"is a reserved character", quote},
		{"unexpected directive value", quote},
		{"undefined anchor value", quote},
		{"could not find alias", quote},
		{"sequence was used where mapping is expected", notSettings},
		{"string was used where mapping is expected", notSettings},
	} {
		if strings.Contains(message, w.theirs) {
			return w.ours
		}
	}
	if key, rest, ok := strings.Cut(strings.TrimPrefix(message, "mapping key "), " already defined at ["); ok {
		first, _, _ := strings.Cut(rest, ":")
		return fmt.Sprintf("%s is given twice: on line %s as well", key, first)
	}
	return message
}

// bareStar is a schedule without its quotes, which YAML takes for an alias.
var bareStar = regexp.MustCompile(`: +\*`)

const notSettings = `settings are lines such as "contact: you@example.org", with a blank behind the colon`

// shape looks at a file's nodes with the settings' Go types in hand.
type shape struct{ anchors map[string]ast.Node }

// checkShape refuses unknown keys, and values of the wrong kind.
func checkShape(body ast.Node) error {
	s := shape{make(map[string]ast.Node)}
	if _, ok := s.value(body).(ast.MapNode); !ok {
		return wrong(body, notSettings)
	}
	return s.check(body, reflect.ValueOf(defaultConfig()), "the file")
}

// value is what a node stands for: anchors, aliases and tags apart.
func (s shape) value(node ast.Node) ast.Node {
	for range maxAliases {
		switch n := node.(type) {
		case *ast.AnchorNode:
			s.anchors[n.Name.String()] = n.Value
			node = n.Value
		case *ast.AliasNode:
			node = s.anchors[n.Value.String()]
		case *ast.TagNode:
			node = n.Value
		default:
			return node
		}
	}
	return nil
}

// check looks at the value of one setting, which has a default.
func (s shape) check(node ast.Node, def reflect.Value, name string) error {
	def = reflect.Indirect(def)
	t := def.Type()
	value := s.value(node)
	_, none := value.(*ast.NullNode)
	none = none || value == nil
	_, isMap := value.(ast.MapNode)
	list, isList := value.(*ast.SequenceNode)
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		if none {
			return nil // all that it has is commented out
		}
		if !isMap {
			return wrong(node, "%s: has settings of its own, indented below it, and is no %s", name, what(value))
		}
		return s.block(value.(ast.MapNode), def)
	case reflect.Slice:
		if none {
			return nil
		}
		if !isList {
			return wrong(node, "%s: is a list, written in brackets: [%s]", name, scalar(node))
		}
		for _, item := range list.Values {
			if _, err := single(s.value(item), name, item); err != nil {
				return err
			}
		}
		return nil
	}
	text, err := single(value, name, node)
	switch {
	case err != nil:
		return err
	case none && def.Kind() == reflect.String && def.Len() == 0:
		return nil
	case none:
		return wrong(node, "%s: has no value: write one, or take the line out", name)
	case t.Kind() == reflect.String:
		return nil
	case t.Kind() == reflect.Bool:
		if _, ok := boolWords[strings.ToLower(text)]; !ok {
			return wrong(node, "%s: is yes or no, and not %q", name, text)
		}
	case t == reflect.TypeFor[Duration]():
		return new(Duration).UnmarshalYAML(value)
	case t == reflect.TypeFor[Size]():
		return new(Size).UnmarshalYAML(value)
	default:
		if _, ok := value.(*ast.IntegerNode); !ok {
			return wrong(node, "%s: is a whole number, and not %q", name, text)
		}
	}
	return nil
}

// block looks at the keys of a block of settings, and at what they have.
func (s shape) block(m ast.MapNode, def reflect.Value) error {
	for i := m.MapRange(); i.Next(); {
		if _, ok := i.Key().(*ast.MergeKeyNode); ok {
			if _, ok := s.value(i.Value()).(ast.MapNode); !ok {
				return wrong(i.Key(), "<<: takes another block of settings")
			}
			if err := s.block(s.value(i.Value()).(ast.MapNode), def); err != nil {
				return err
			}
			continue
		}
		key := scalar(i.Key())
		if _, ok := i.Key().(*ast.MappingKeyNode); ok {
			return wrong(i.Key(), notSettings)
		}
		of, ok := settingOf(def, key)
		if !ok {
			return wrong(i.Key(), "%s", unknownSetting(def.Type(), key))
		}
		if err := s.check(i.Value(), of, key); err != nil {
			return err
		}
	}
	return nil
}

// single is a value that is neither a list nor a block.
func single(value ast.Node, name string, at ast.Node) (string, error) {
	switch value.(type) {
	case ast.MapNode, *ast.SequenceNode:
		return "", wrong(at, "%s: is one value, and no %s", name, what(value))
	case nil, *ast.NullNode:
		return "", nil
	}
	return scalar(value), nil
}

// what a value is, behind "no".
func what(value ast.Node) string {
	switch value.(type) {
	case ast.MapNode:
		return "block of settings"
	case *ast.SequenceNode:
		return "list"
	}
	return "single value"
}

// settingOf is the default of a key of a block.
func settingOf(def reflect.Value, key string) (reflect.Value, bool) {
	if def.Kind() == reflect.Map {
		own := def.MapIndex(reflect.ValueOf(key))
		return own, own.IsValid()
	}
	for i := range def.NumField() {
		name, renamed := settingName(def.Type().Field(i))
		switch {
		case name != key:
		case renamed != "":
			return settingOf(def, renamed)
		default:
			return def.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// settingName is the key of a field, "" where it has none; renamed is what the setting
// is called now, where that is an earlier name.
func settingName(f reflect.StructField) (name, renamed string) {
	name, _, _ = strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "-" {
		return "", ""
	}
	return name, f.Tag.Get("renamed")
}

// settingNames are the keys of a block, without earlier names.
func settingNames(t reflect.Type) []string {
	if t.Kind() == reflect.Map {
		return siteNames()
	}
	var names []string
	for i := range t.NumField() {
		if name, renamed := settingName(t.Field(i)); name != "" && renamed == "" {
			names = append(names, name)
		}
	}
	return names
}

// unknownSetting says which key is meant.
func unknownSetting(t reflect.Type, key string) string {
	names := settingNames(t)
	said := fmt.Sprintf("unknown setting %q", key)
	if t.Kind() == reflect.Map {
		said = fmt.Sprintf("unknown newspaper %q", key)
		if slices.Contains(settingNames(reflect.TypeFor[SiteConfig]()), key) {
			return fmt.Sprintf("%s: is a setting of each newspaper: write it as vov: {%[1]s: …}", key)
		}
	}
	config := reflect.TypeFor[Config]()
	if t == config && slices.Contains(siteNames(), key) {
		return said + ": newspapers belong under sites:"
	}
	if meant := alike(key, names); len(meant) > 0 {
		return fmt.Sprintf("%s: is it %s?", said, strings.Join(meant, ", "))
	}
	for i := range config.NumField() {
		f := config.Field(i)
		if k := f.Type.Kind(); f.Type != t && (k == reflect.Struct || k == reflect.Map) && slices.Contains(settingNames(f.Type), key) {
			return fmt.Sprintf("%s: it belongs under %s:", said, f.Tag.Get("yaml"))
		}
	}
	said = fmt.Sprintf("%s: there are %s", said, strings.Join(names, ", "))
	if t.Kind() == reflect.Map {
		said += ", and those that a file describes: see \"baoluu help sites add\""
	}
	return said
}

// boolWords are how people write yes and no.
var boolWords = map[string]bool{
	"true": true, "yes": true, "on": true, "y": true,
	"false": false, "no": false, "off": false, "n": false,
}

// readBool reads what [checkShape] let through.
func readBool(b *bool, text []byte) error {
	*b = boolWords[strings.ToLower(strings.Trim(string(text), " \n\"'"))]
	return nil
}
