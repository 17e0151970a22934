package assets

import (
	"strconv"
	"strings"
)

// candidate is one address of a picture.
type candidate struct {
	url     string
	width   float64 // in pixels; 0 where it is not said
	density float64 // pixels of the picture for one of the page; 0 likewise
	narrow  bool    // for small screens
}

// maxCandidates bounds those of one srcset.
const maxCandidates = 64

// fromSrcset reads a srcset, by the algorithm of the HTML standard.
func fromSrcset(s string) []candidate {
	var found []candidate
	for len(found) < maxCandidates {
		s = strings.TrimLeft(s, " \t\r\n\f,")
		if s == "" {
			return found
		}
		end := strings.IndexAny(s, " \t\r\n\f")
		if end < 0 {
			end = len(s)
		}
		c := candidate{url: s[:end]}
		s = s[end:]
		descriptors, ok := "", true
		if trimmed := strings.TrimRight(c.url, ","); trimmed != c.url {
			c.url = trimmed
		} else {
			descriptors, s = cutDescriptors(s)
			ok = c.describe(descriptors)
		}
		if ok && c.url != "" && !isDataAddress(c.url) {
			found = append(found, c)
		}
	}
	return found
}

// cutDescriptors takes what stands up to the next comma that is in no brackets.
func cutDescriptors(s string) (descriptors, rest string) {
	inside := false
	for i := range len(s) {
		switch {
		case s[i] == '(':
			inside = true
		case s[i] == ')':
			inside = false
		case s[i] == ',' && !inside:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// describe reads descriptors; false is that the candidate is none.
func (c *candidate) describe(descriptors string) bool {
	c.density = 1
	for d := range strings.FieldsSeq(descriptors) {
		n, err := strconv.ParseFloat(d[:len(d)-1], 64)
		switch unit := d[len(d)-1]; {
		case unit == 'w' && err == nil && n > 0 && c.width == 0:
			c.width, c.density = n, 0
		case unit == 'x' && err == nil && n >= 0 && c.width == 0:
			c.density = n
		case unit == 'h' && err == nil && n > 0: // for the future, the standard says
		default:
			return false
		}
	}
	return true
}
