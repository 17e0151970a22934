package cleaner

import (
	"slices"
	"strings"
	"testing"
)

func TestLookAlikes(t *testing.T) {
	for in, want := range map[string]string{
		"Ðồng bào xã Ðông Hiếu":          "Đồng bào xã Đông Hiếu",
		"QÐ-TTg, HÐND":                   "QĐ-TTg, HĐND",
		"ðồng bằng; tiền ðạo Sigurðsson": "đồng bằng; tiền đạo Sigurðsson",
		"Ɖà Nẵng ɖi d\u0336i D\u0335i":   "Đà Nẵng đi đi Đi",
		"d\u0336a\u0323o":                "đạo",
		"Đồng bào không đổi":             "Đồng bào không đổi",
		"":                               "",
	} {
		if got := withoutLookAlikes(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestGluedWords(t *testing.T) {
	for text, want := range map[string][]string{
		"Hội đồng đã họp.Ông nói đượckhông.":        {"họp.Ông", "đượckhông"},
		"Xã đã cấp nước.Người dân rất vui mừng":     {"nước.Người"},
		"(nhữngngười) đi về":                        {"nhữngngười"},
		"ôtô, xăngđan, càphê, Stoltenberg, nghiêng": nil,
		"xem baonghean.vn và vov.vn, Đắk Lắk":       nil,
		"": nil,
	} {
		if got := gluedWords(text, 3); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := gluedWords(strings.Repeat("nhữngngười đượckhông đườngbiển hộiđồng quốchội ", 2), 3); len(got) > 3 {
		t.Errorf("%q", got)
	}
}

// What shows nothing goes, what shows a blank is one.
func TestOddBlanks(t *testing.T) {
	for in, want := range map[string]string{
		"thô\u00adng ti\u00adn":                "thông tin",
		"Ti\u200bếng\u200d Vi\u2060ệt\ufeff":   "Tiếng Việt",
		"a\u3000b\u2009c\u202fd\u205fe\u1680f": "a b c d e f",
		"\u200e“Có”\u200f\u202a x\u202c":       "“Có” x",
		"a \u200b b":                           "a b",
		"\u200b a\u00a0\u00ad\u00a0b \u2028":   "a b",
		"e\u0302\u0341 o\u031b\u0340 u\u0031b": "ế ờ u1b",
		"á\u0323":                              "ạ\u0301",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if again := clean(clean(in)); again != clean(in) {
			t.Errorf("%q: %q, again %q", in, clean(in), again)
		}
	}
}
