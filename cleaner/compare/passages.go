package compare

import "strings"

// Passage is a run of words in which two texts are the same, or differ.
type Passage struct {
	Same string `json:"same,omitempty"` // words that both have; then the others are empty
	Old  string `json:"old,omitempty"`  // words that are gone
	New  string `json:"new,omitempty"`  // words that came in their place
}

// Passages tells two texts apart word by word: read one after the other, all that is Same or Old is
// the old text, all that is Same or New the new one, blanks apart. Words are parted by blanks
// alone, so that no letter is cut from its tone.
func Passages(old, now string) []Passage {
	a, b := strings.Fields(old), strings.Fields(now)
	var list []Passage
	for _, op := range match(a, b) {
		if op.Tag == 'e' {
			list = append(list, Passage{Same: strings.Join(a[op.I1:op.I2], " ")})
			continue
		}
		list = append(list, Passage{Old: strings.Join(a[op.I1:op.I2], " "), New: strings.Join(b[op.J1:op.J2], " ")})
	}
	return list
}
