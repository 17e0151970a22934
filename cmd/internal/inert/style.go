package inert

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	maxStyle   = 1000 // bytes of one attribute
	maxClasses = 2000 // of a page
)

// styles turns the style attributes of a page into classes of a style sheet of ours, of
// declarations on a list: no attribute of style is in what we write, and the policy can
// allow that one sheet by its hash.
type styles struct {
	known map[string]string // declarations → class
	order []string
}

// class is the class for some declarations, "" for none.
func (s *styles) class(declarations string) string {
	if declarations == "" {
		return ""
	}
	class, ok := s.known[declarations]
	if !ok {
		if len(s.order) == maxClasses {
			return ""
		}
		if s.known == nil {
			s.known = map[string]string{}
		}
		class = fmt.Sprintf("bl-%d", len(s.order))
		s.known[declarations] = class
		s.order = append(s.order, declarations)
	}
	return class
}

func (s *styles) sheet() string {
	var b strings.Builder
	for i, declarations := range s.order {
		// A style attribute counts for more than any rule of the page's.
		fmt.Fprintf(&b, ".bl-%d:not(#bl#bl#bl#bl){%s}\n", i, declarations)
	}
	return b.String()
}

// kept are the declarations of a style attribute that are on the list, written anew. Nothing
// that CSS could read in two ways is: a value is of plain words and numbers, so there are
// no escapes, comments, strings or functions but those of colours.
func kept(style string) string {
	if len(style) > maxStyle {
		return ""
	}
	var b strings.Builder
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, ok := strings.Cut(strings.ToLower(declaration), ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		value = strings.TrimSpace(strings.TrimSuffix(value, "!important"))
		is := properties[name]
		if !ok || is == nil || !is(value) {
			continue
		}
		fmt.Fprintf(&b, "%s:%s;", name, strings.Join(strings.Fields(value), " "))
	}
	return b.String()
}

const (
	colourValue = `(?:#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([0-9 .,%]{5,40}\)|hsla?\([0-9 .,%]{5,40}\))`
	lengthValue = `(?:[0-9]{0,4}(?:\.[0-9]{1,4})?(?:px|pt|em|rem|ex|%|cm|mm|in)?|auto)`
	borderValue = `(?:none|solid|dotted|dashed|double|` + colourValue + `|` + lengthValue + `)`
)

func matches(pattern string) func(string) bool {
	return regexp.MustCompile(`^` + pattern + `$`).MatchString
}

// properties are those that a reader recognises a page by, and what they may say.
var properties = map[string]func(string) bool{
	"color": matches(colourValue), "background-color": matches(colourValue), "background": matches(colourValue),
	"text-align": oneOf("left", "right", "center", "justify", "start", "end"), "vertical-align": oneOf("top", "middle", "bottom", "baseline", "sub", "super"),
	"font-weight": matches(`(?:normal|bold|bolder|lighter|[1-9]00)`), "font-style": oneOf("normal", "italic", "oblique"),
	"font-size":       matches(`(?:` + lengthValue + `|xx-small|x-small|small|medium|large|x-large|xx-large|smaller|larger)`),
	"text-decoration": oneOf("none", "underline", "line-through"), "text-transform": oneOf("none", "uppercase", "lowercase", "capitalize"),
	"float": oneOf("left", "right", "none"), "clear": oneOf("left", "right", "both", "none"),
	"display": oneOf("none", "block", "inline", "inline-block"), "visibility": oneOf("hidden", "visible"),
	"width": matches(lengthValue), "max-width": matches(lengthValue), "text-indent": matches(lengthValue), "line-height": matches(`(?:normal|` + lengthValue + `)`),
	"margin": lengths, "margin-left": matches(lengthValue), "margin-right": matches(lengthValue), "margin-top": matches(lengthValue), "margin-bottom": matches(lengthValue),
	"padding": lengths, "padding-left": matches(lengthValue), "padding-right": matches(lengthValue), "padding-top": matches(lengthValue), "padding-bottom": matches(lengthValue),
	"border": borders, "border-left": borders, "border-right": borders, "border-top": borders, "border-bottom": borders,
	"white-space": oneOf("normal", "nowrap", "pre", "pre-wrap"), "direction": oneOf("ltr", "rtl"),
}

var (
	lengths = matches(lengthValue + `(?: +` + lengthValue + `){0,3}`)
	borders = matches(borderValue + `(?: +` + borderValue + `){0,2}`)
)
