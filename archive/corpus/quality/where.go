package quality

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baoluu/cleaner"
	"baoluu/sites"
)

// Subject is what conditions are held against.
type Subject struct {
	Article *cleaner.Article
	Topic   string // "" is none
	Quality Quality
}

// Condition is what an article has to meet, as it was written:
//
//	generic, !generic          a label is set, or is not
//	chars>=500, repeated<2     a figure; = != < <= > >=
//	language=vi, topic!=sport  a field is or is not so; "" is null
type Condition struct {
	text  string
	holds func(Subject) bool
}

// String is the condition as it was written.
func (c Condition) String() string { return c.text }

// Holds reports whether an article meets the condition.
func (c Condition) Holds(s Subject) bool { return c.holds(s) }

// figure and field are what conditions can name besides labels.
type (
	figure struct {
		name string
		of   func(Subject) float64
	}
	field struct {
		name    string
		example string
		values  []string // all that it can be; nil where that is not known
		of      func(Subject) string
	}
)

var (
	figures = []figure{
		{"chars", func(s Subject) float64 { return float64(s.Quality.Chars) }},
		{"words", func(s Subject) float64 { return float64(s.Quality.Words) }},
		{"boilerplate", func(s Subject) float64 { return float64(s.Quality.Boilerplate) }},
		{"repeated", func(s Subject) float64 { return float64(s.Quality.Repeated) }},
		{"notes", func(s Subject) float64 { return float64(len(s.Article.Notes)) }},
	}
	fields = []field{
		{"language", "vi", nil, func(s Subject) string { return string(s.Article.Language) }},
		{"text_language", "vi", append(slices.Clone(languages), mixed), func(s Subject) string { return string(s.Quality.TextLanguage) }},
		{"layout", cleaner.GenericLayout, nil, func(s Subject) string { return s.Article.Layout }},
		{"topic", string(sites.Sport), texts(sites.Topics), func(s Subject) string { return s.Topic }},
	}
)

func texts[T ~string](list []T) (texts []string) {
	for _, t := range list {
		texts = append(texts, string(t))
	}
	return texts
}

// Names are what conditions can name: labels, then figures, then fields.
func Names() (labels, numbers, names []string) {
	for _, f := range figures {
		numbers = append(numbers, f.name)
	}
	for _, f := range fields {
		names = append(names, f.name)
	}
	return texts(AllLabels), numbers, names
}

// UnknownNameError says that a condition names what there is not.
type UnknownNameError struct{ Name string }

// Error names it.
func (e *UnknownNameError) Error() string { return fmt.Sprintf("there is nothing called %q", e.Name) }

// comparisons are the signs of conditions; of two that begin alike the longer one first.
var comparisons = []string{">=", "<=", "!=", "=", ">", "<"}

// ParseCondition reads a condition. Its error is an [*UnknownNameError] where it names what
// there is not.
func ParseCondition(written string) (Condition, error) {
	name, sign, value := cut(strings.TrimSpace(written))
	label, without := strings.CutPrefix(name, "!")
	if sign != "" {
		label = name
	}
	label = strings.TrimSpace(label)
	isLabel := slices.Contains(AllLabels, Label(label))
	number := slices.IndexFunc(figures, func(f figure) bool { return f.name == label })
	text := slices.IndexFunc(fields, func(f field) bool { return f.name == label })
	var holds func(Subject) bool
	var err error
	switch {
	case sign == "" && isLabel:
		holds = func(s Subject) bool { return s.Quality.Has(Label(label)) != without }
	case sign == "" && number >= 0:
		err = fmt.Errorf("%s wants a value, as in %s>=100", label, label)
	case sign == "" && text >= 0:
		err = fmt.Errorf("%s wants a value, as in %s=%s", label, label, fields[text].example)
	case number >= 0:
		holds, err = figures[number].condition(sign, value)
	case text >= 0:
		holds, err = fields[text].condition(sign, value)
	case isLabel:
		err = fmt.Errorf("%s is a label: write %s or !%s", label, label, label)
	default:
		err = &UnknownNameError{label}
	}
	return Condition{written, holds}, err
}

func (f figure) condition(sign, value string) (func(Subject) bool, error) {
	wanted, err := strconv.ParseFloat(value, 64)
	if err != nil || wanted != wanted {
		return nil, fmt.Errorf("%s is compared with a number, and %q is none", f.name, value)
	}
	return func(s Subject) bool { return compare(f.of(s), sign, wanted) }, nil
}

func (f field) condition(sign, value string) (func(Subject) bool, error) {
	if sign != "=" && sign != "!=" {
		return nil, fmt.Errorf("%s is no number: write %s=%s or %s!=%s", f.name, f.name, value, f.name, value)
	}
	if f.values != nil && value != "" && !slices.Contains(f.values, value) {
		return nil, fmt.Errorf("%s is never %q: there are %s", f.name, value, strings.Join(f.values, ", "))
	}
	return func(s Subject) bool { return (f.of(s) == value) == (sign == "=") }, nil
}

// cut parts a condition at its first comparison; a ! before a name is part of it.
func cut(text string) (name, sign, value string) {
	at := len(text)
	for _, c := range comparisons {
		if i := strings.Index(text, c); i >= 0 && i < at {
			at, sign = i, c
		}
	}
	return strings.TrimSpace(text[:at]), sign, strings.TrimSpace(text[min(len(text), at+len(sign)):])
}

func compare(a float64, sign string, b float64) bool {
	switch sign {
	case "=":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}
