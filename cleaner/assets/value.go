package assets

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// call is a function or bracket that is open.
type call struct {
	strings bool // strings in it are addresses
	group   int  // of these; 0 of others
}

// value writes tokens with their addresses replaced. It is false where something in
// them runs or loads in a way of its own.
func (r *rewriting) value(tokens []cssToken) (string, bool) {
	v := valueWriter{rewriting: r, kind: Image}
	if n := len(r.blocks); n > 0 && r.blocks[n-1] == "font-face" {
		v.kind = Font
		r.groups++
		v.group = r.groups
	}
	for len(tokens) > 0 {
		n := v.token(tokens)
		if n == 0 {
			return "", false
		}
		tokens = tokens[n:]
	}
	return strings.TrimRight(v.out.String(), " "), true
}

type valueWriter struct {
	*rewriting
	out   strings.Builder
	kind  Kind
	group int
	calls []call
}

// token writes the first of some tokens, and says how many it took; 0 is that none of them may
// stand.
func (v *valueWriter) token(tokens []cssToken) int {
	t := tokens[0]
	if address, n, ok := addressOf(tokens); ok {
		v.address(address, tokens[n:])
		return n
	}
	inside := len(v.calls) > 0 && v.calls[len(v.calls)-1].strings
	switch t.kind {
	case atToken: // in the midst of something
		return 0
	case stringToken:
		if inside {
			v.address(t.text, tokens[1:])
			return 1
		}
	case functionToken:
		name := strings.ToLower(t.text)
		name = strings.TrimPrefix(name, vendor(name))
		if name == "url" || name == "src" || name == "expression" || name == "alphaimageloader" || name == "element" {
			return 0
		}
		if v.inAddresses() && !puts[name] {
			return 0
		}
		c := call{strings: strings.HasSuffix(strings.ToLower(t.text), "image-set") || name == "image"} // of any vendor
		if c.strings {
			v.groups++
			c.group = v.groups
		}
		v.calls = append(v.calls, c)
	case openToken:
		v.calls = append(v.calls, call{})
	case closeToken:
		if len(v.calls) > 0 {
			v.calls = v.calls[:len(v.calls)-1]
		}
	case delimToken:
		switch {
		case t.text == "<!--" || t.text == "-->":
			return 0
		case t.text == "<" && (len(tokens) == 1 || tokens[1].text != "=" || tokens[1].kind != delimToken):
			v.out.WriteByte('<')
			if len(tokens) == 1 || tokens[1].kind != blankToken {
				v.out.WriteByte(' ') // no "</" nor "<!"
			}
			return 1
		}
	}
	writeToken(&v.out, t)
	return 1
}

// inAddresses reports whether a function is open whose strings are addresses.
func (v *valueWriter) inAddresses() bool {
	return slices.ContainsFunc(v.calls, func(c call) bool { return c.strings })
}

// puts are the functions that may stand in one whose strings are addresses: none of them
// can put in a string that stands elsewhere, as var() does.
var puts = set("image-set image type calc min max rgb rgba hsl hsla hwb lab lch oklab oklch color linear-gradient radial-gradient conic-gradient " +
	"repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient cross-fade gradient color-stop from to")

// address writes an address. What follows it may say what it is worth.
func (v *valueWriter) address(address string, rest []cssToken) {
	ref := reference{kind: v.kind, group: v.group}
	if v.kind == Font {
		ref.worth = fontWorth(address, rest)
	}
	for _, c := range v.calls {
		if c.group > 0 {
			ref.group, ref.worth = c.group, density(rest)
		}
	}
	if written := v.out.String(); written != "" && !strings.ContainsRune(" (,:", rune(written[len(written)-1])) {
		v.out.WriteByte(' ') // or a name right before it would be one with it
	}
	writeAddress(&v.out, v.resolved(address, ref))
}

// addressOf reads an address at the beginning of some tokens: url(…), url("…"), src("…"). n is how
// many it takes.
func addressOf(tokens []cssToken) (address string, n int, ok bool) {
	switch t := tokens[0]; {
	case t.kind == urlToken:
		return t.text, 1, true
	case t.kind != functionToken || !strings.EqualFold(t.text, "url") && !strings.EqualFold(t.text, "src"):
		return "", 0, false
	}
	i := skipBlank(tokens, 1)
	if i == len(tokens) || tokens[i].kind != stringToken {
		return "", 0, false
	}
	address = tokens[i].text
	if i = skipBlank(tokens, i+1); i == len(tokens) || tokens[i].kind != closeToken {
		return "", 0, false // modifiers, which no browser of these pages' time knew
	}
	return address, i + 1, true
}

func skipBlank(tokens []cssToken, i int) int {
	for i < len(tokens) && (tokens[i].kind == blankToken || tokens[i].kind == commentToken) {
		i++
	}
	return i
}

// resolved is what an address becomes.
func (r *rewriting) resolved(address string, ref reference) string {
	address = strings.TrimSpace(address)
	switch {
	case strings.HasPrefix(address, "#"), ref.kind == Font && isInline(address, Font):
		return address
	case ref.kind == Image && isInline(address, Image):
		ref.address = address
		return cmp.Or(r.to(ref), dead)
	}
	if r.asked++; r.asked > maxAddresses {
		return dead
	}
	if ref.address = resolve(r.base, address); ref.address == "" {
		return dead
	}
	to := r.to(ref)
	if to == "" {
		return dead
	}
	if _, fragment, ok := strings.Cut(address, "#"); ok && !strings.Contains(to, "#") && fragment != "iefix" {
		to += "#" + fragment
	}
	return to
}

// isInline reports whether an address is a picture or font in itself.
func isInline(address string, k Kind) bool {
	lower := strings.ToLower(address[:min(len(address), 40)])
	if k == Font {
		for _, prefix := range []string{"data:font/", "data:application/font", "data:application/x-font", "data:application/vnd.ms-fontobject", "data:application/octet-stream"} {
			if strings.HasPrefix(lower, prefix) {
				return true
			}
		}
		return false
	}
	return strings.HasPrefix(lower, "data:image/")
}

// writeAddress writes one that needs no escapes of CSS: browsers that look ahead for imports do
// not undo them.
func writeAddress(b *strings.Builder, address string) {
	const hex = "0123456789ABCDEF"
	b.WriteString(`url("`)
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"'\\<>`, c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteString(`")`)
}

// fontWorth tells the forms of a font apart, by its format or else its name.
func fontWorth(address string, rest []cssToken) float64 {
	form := address
	if i := skipBlank(rest, 0); i+1 < len(rest) && rest[i].kind == functionToken && strings.EqualFold(rest[i].text, "format") {
		form = "." + rest[skipBlank(rest, i+1)].text
	}
	form, _, _ = strings.Cut(strings.ToLower(form), "?")
	form, _, _ = strings.Cut(form, "#")
	switch form[strings.LastIndexByte(form, '.')+1:] {
	case "woff2", "woff2-variations":
		return 4
	case "woff", "woff-variations":
		return 3
	case "ttf", "otf", "truetype", "opentype", "ttc", "truetype-variations", "opentype-variations":
		return 2
	case "svg", "eot", "embedded-opentype":
		return 0 // browsers of today read neither
	}
	return 1
}

// density is the resolution that follows a picture in an image-set, 1 where it has none.
func density(rest []cssToken) float64 {
	i := skipBlank(rest, 0)
	if i == len(rest) || rest[i].kind != dimensionToken {
		return 1
	}
	n, err := strconv.ParseFloat(rest[i].number, 64)
	if err != nil {
		return 1
	}
	switch strings.ToLower(rest[i].text) {
	case "dpi":
		return n / 96
	case "dpcm":
		return n * 2.54 / 96
	}
	return n
}

// letters are the ranges that these newspapers write with: Latin with all that Vietnamese puts on
// it, and the private ones, where icons are.
var letters = [][2]uint64{{0x21, 0x24F}, {0x1EA0, 0x1EF9}, {0xE000, 0xF8FF}}

// hasLetters reports whether a unicode-range has some of the letters. What is not understood has.
func hasLetters(tokens []cssToken) bool {
	var b strings.Builder
	for _, t := range tokens {
		writeToken(&b, t)
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(b.String(), ":"), ",") {
		part = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(part)), "u+")
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			low, high = strings.ReplaceAll(part, "?", "0"), strings.ReplaceAll(part, "?", "f")
		}
		from, err1 := strconv.ParseUint(low, 16, 32)
		to, err2 := strconv.ParseUint(high, 16, 32)
		if err1 != nil || err2 != nil || slices.ContainsFunc(letters, func(l [2]uint64) bool { return from <= l[1] && l[0] <= to }) {
			return true
		}
	}
	return false
}
