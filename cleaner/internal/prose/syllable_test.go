package prose

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestSyllables(t *testing.T) {
	for _, word := range strings.Fields("ở ý à nghiêng khuỷu quýt gìn giữ gì giếng ưỡn yểu uyển quốc quả quyết thuở hoạch ngoẵng Đường ướt") {
		if !IsSyllable(norm.NFC.String(word)) {
			t.Errorf("%q is a syllable", word)
		}
	}
	for _, word := range strings.Fields("TiÕng viÖt Tieáng café été où über niño strauß zù fà báà đ ngh qa ghêếu") {
		if IsSyllable(norm.NFC.String(word)) {
			t.Errorf("%q is none", word)
		}
	}
}
