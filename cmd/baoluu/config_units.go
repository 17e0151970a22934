package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Duration is a time.Duration, written "30s", "1m30s".
type Duration time.Duration

// UnmarshalYAML reads a duration; a bare number is an error, for nobody could
// tell its unit.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	text := scalar(node)
	if text == "0" {
		*d = 0
		return nil
	}
	v, err := time.ParseDuration(text)
	if err != nil || v < 0 {
		return wrong(node, "%q is no length of time: write it like 1s, 500ms or 2m", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes a duration as it is read: "1m30s".
func (d Duration) MarshalText() ([]byte, error) {
	text := time.Duration(d).String()
	for _, none := range []string{"m0s", "h0m"} { // 1h0m0s is 1h
		if cut, ok := strings.CutSuffix(text, none); ok {
			text = cut + none[:1]
		}
	}
	return []byte(text), nil
}

// Size is a count of bytes, written "10MB" or "1.5 GB", in powers of ten, or "10MiB" in
// powers of two.
type Size int64

// sizeUnits are the units of sizes, the largest first of those that end alike.
var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"TIB", 1 << 40}, {"GIB", 1 << 30}, {"MIB", 1 << 20}, {"KIB", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3},
	{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"K", 1e3}, {"B", 1},
}

// maxSize is more than any disk has.
const maxSize = 1 << 50

// UnmarshalYAML reads a size.
func (s *Size) UnmarshalYAML(node ast.Node) error {
	text := scalar(node)
	number, unit := strings.ToUpper(text), int64(1)
	for _, u := range sizeUnits {
		if cut, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(cut), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !plainNumber.MatchString(number) || n*float64(unit) > maxSize {
		return wrong(node, "%q is no size: write it like 500MB, 1.5GB or 512kB", text)
	}
	*s = Size(math.Round(n * float64(unit)))
	return nil
}

// plainNumber leaves out what else Go reads: 0x1p-2, 1e6, 1_000, Inf.
var plainNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

// MarshalText writes a size as it is read, to the byte.
func (s Size) MarshalText() ([]byte, error) {
	for _, u := range []struct {
		name  string
		bytes Size
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if s != 0 && s%u.bytes == 0 {
			return fmt.Appendf(nil, "%d%s", s/u.bytes, u.name), nil
		}
	}
	return fmt.Appendf(nil, "%d", s), nil
}

// scalar is a single value as it is written, its quotes apart.
func scalar(node ast.Node) string {
	if s, ok := node.(*ast.StringNode); ok {
		return strings.TrimSpace(s.Value)
	}
	return strings.TrimSpace(node.String())
}

// wrong is an error that says where in the file the value stands; [show] shows it.
func wrong(node ast.Node, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: node.GetToken()}
}
