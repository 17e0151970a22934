package quality

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baoluu/cleaner"
)

// Subject is what filters are held against.
type Subject struct {
	Article *cleaner.Article
	Topic   string // "" is none
	Quality Quality
}

// Filter is one condition, as it was written:
//
//	generic, !generic          a label is set, or is not
//	chars>=500, repeated<2   a figure; = != < <= > >=
//	language=vi, topic!=sport  a field is or is not so; "" is null
type Filter struct {
	text  string
	holds func(Subject) bool
}

// String is the condition as it was written.
func (f Filter) String() string { return f.text }

// Holds reports whether an article meets the condition.
func (f Filter) Holds(s Subject) bool { return f.holds(s) }

// figures and fields are what conditions can name besides labels.
var (
	figures = map[string]func(Subject) float64{
		"chars":       func(s Subject) float64 { return float64(s.Quality.Chars) },
		"words":       func(s Subject) float64 { return float64(s.Quality.Words) },
		"boilerplate": func(s Subject) float64 { return float64(s.Quality.Boilerplate) },
		"repeated":    func(s Subject) float64 { return float64(s.Quality.Repeated) },
		"notes":       func(s Subject) float64 { return float64(len(s.Article.Notes)) },
	}
	fields = map[string]func(Subject) string{
		"language":      func(s Subject) string { return string(s.Article.Language) },
		"text_language": func(s Subject) string { return string(s.Quality.TextLanguage) },
		"layout":        func(s Subject) string { return s.Article.Layout },
		"topic":         func(s Subject) string { return s.Topic },
	}
	figureNames = []string{"chars", "words", "boilerplate", "repeated", "notes"}
	fieldNames  = []string{"language", "text_language", "layout", "topic"}
)

// Names are what conditions can name: labels, then figures, then fields.
func Names() (labels, numbers, texts []string) {
	for _, l := range AllLabels {
		labels = append(labels, string(l))
	}
	return labels, slices.Clone(figureNames), slices.Clone(fieldNames)
}

// UnknownNameError says that a condition names what there is not.
type UnknownNameError struct{ Name string }

// Error names it.
func (e *UnknownNameError) Error() string { return fmt.Sprintf("there is nothing called %q", e.Name) }

// comparisons are the signs of conditions; of two that begin alike the longer one first.
var comparisons = []string{">=", "<=", "!=", "=", ">", "<"}

// ParseFilter reads a condition. Its error is an [*UnknownNameError] where it names what
// there is not.
func ParseFilter(text string) (Filter, error) {
	name, sign, value := cut(strings.TrimSpace(text))
	if sign == "" {
		label, without := strings.CutPrefix(name, "!")
		label = strings.TrimSpace(label)
		if !slices.Contains(AllLabels, Label(label)) {
			if figures[label] != nil || fields[label] != nil {
				return Filter{}, fmt.Errorf("%s wants a value, as in %s", label, example(label))
			}
			return Filter{}, &UnknownNameError{label}
		}
		return Filter{text, func(s Subject) bool { return s.Quality.Has(Label(label)) != without }}, nil
	}
	if figure := figures[name]; figure != nil {
		wanted, err := strconv.ParseFloat(value, 64)
		if err != nil || wanted != wanted {
			return Filter{}, fmt.Errorf("%s is compared with a number, and %q is none", name, value)
		}
		return Filter{text, func(s Subject) bool { return compare(figure(s), sign, wanted) }}, nil
	}
	if field := fields[name]; field != nil {
		if sign != "=" && sign != "!=" {
			return Filter{}, fmt.Errorf("%s is no number: write %s=%s or %s!=%s", name, name, value, name, value)
		}
		return Filter{text, func(s Subject) bool { return (field(s) == value) == (sign == "=") }}, nil
	}
	if slices.Contains(AllLabels, Label(name)) {
		return Filter{}, fmt.Errorf("%s is a label: write %s or !%s", name, name, name)
	}
	return Filter{}, &UnknownNameError{name}
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

// example is a condition on a figure or a field.
func example(name string) string {
	if figures[name] != nil {
		return name + ">=100"
	}
	return name + "=vi"
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
