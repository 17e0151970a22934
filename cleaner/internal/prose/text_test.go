package prose

import "testing"

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
		if got := Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if again := Clean(Clean(in)); again != Clean(in) {
			t.Errorf("%q: %q, again %q", in, Clean(in), again)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  a \n\t b\u00a0\u00a0c ": "a b c",
		"Vie\u0302\u0323t":         "Việt",
		"thô\u00adng\u200b tin":    "thông tin",
		"a\x00b\x1b[31m":           "ab[31m",
		"plain text":               "plain text",
		"a\xc2\x17\xadb":           "a\uFFFD\uFFFDb",
		"":                         "",
		" ":                        "",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
