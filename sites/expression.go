package sites

import (
	"regexp"
	"sync"
)

// Expression is an expression of RE2 that a file says. It has been checked when the file was read, and
// is compiled when it is first asked: a program that knows a hundred newspapers asks few of them. Many goroutines may ask at once. A nil one
// matches nothing.
type Expression struct {
	text string
	once sync.Once
	re   *regexp.Regexp
}

// String is the expression as it is compiled.
func (e *Expression) String() string {
	if e == nil {
		return ""
	}
	return e.text
}

// Regexp is the expression, compiled; nil for nil.
func (e *Expression) Regexp() *regexp.Regexp {
	if e == nil {
		return nil
	}
	e.once.Do(func() { e.re = regexp.MustCompile(e.text) })
	return e.re
}

// MatchString reports whether the text has a match.
func (e *Expression) MatchString(text string) bool { return e != nil && e.Regexp().MatchString(text) }
