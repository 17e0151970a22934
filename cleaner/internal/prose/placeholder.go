package prose

import "regexp"

// placeholder is what programs write for what they do not have.
var placeholder = regexp.MustCompile(`(?i)^[\s\pP]*(undefined|null|none|nil|n/a|untitled( document)?|object object|(lorem ipsum|duis aute irure|ut enim ad minim|excepteur sint)\b.*)[\s\pP]*$` +
	`|^\s*(\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}|\[\[.*\]\])\s*$`)

// IsPlaceholder recognizes a text that a program wrote where it had none: "undefined", "{{title}}".
func IsPlaceholder(text string) bool { return placeholder.MatchString(text) }
