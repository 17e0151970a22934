package textform

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Form is how texts are written.
type Form string

// The forms.
const (
	Raw  Form = "raw"  // as the cleaner gave it
	NFC  Form = "nfc"  // Unicode NFC, each letter with its marks one character
	Old  Form = "old"  // NFC, marks of tones the old way: hòa, khỏe, thủy
	New  Form = "new"  // NFC, marks of tones the new way: hoà, khoẻ, thuỷ
	Fold Form = "fold" // lower case without marks, đ as d: hoa, khoe, thuy
)

// Forms are all of them.
var Forms = []Form{NFC, Old, New, Fold, Raw}

// Apply writes a text in the form. Of an unknown form it changes nothing.
func (f Form) Apply(text string) string {
	switch f {
	case NFC:
		return norm.NFC.String(text)
	case Old:
		return place(norm.NFC.String(text), first)
	case New:
		return place(norm.NFC.String(text), second)
	case Fold:
		return fold(text)
	}
	return text
}

func fold(text string) string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
	return norm.NFC.String(bare)
}
