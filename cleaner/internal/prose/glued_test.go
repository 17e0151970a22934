package prose

import (
	"slices"
	"strings"
	"testing"
)

func TestGluedWords(t *testing.T) {
	for text, want := range map[string][]string{
		"Hội đồng đã họp.Ông nói đượckhông.":        {"họp.Ông", "đượckhông"},
		"Xã đã cấp nước.Người dân rất vui mừng":     {"nước.Người"},
		"(nhữngngười) đi về":                        {"nhữngngười"},
		"ôtô, xăngđan, càphê, Stoltenberg, nghiêng": nil,
		"xem baonghean.vn và vov.vn, Đắk Lắk":       nil,
		"": nil,
	} {
		if got := GluedWords(text, 3); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := GluedWords(strings.Repeat("nhữngngười đượckhông đườngbiển hộiđồng quốchội ", 2), 3); len(got) > 3 {
		t.Errorf("%q", got)
	}
}
