package reclean

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestBeginAndEnd(t *testing.T) {
	for _, c := range []struct {
		s          string
		most       int
		begin, end string
	}{
		{"", 5, "", ""},
		{"mưa lũ", 6, "mưa lũ", "mưa lũ"},
		{"mưa lũ kéo dài", 9, "mưa lũ …", "… kéo dài"},
		{"mưalũkéodài", 4, "mưal…", "…odài"},
		{"mu\u031ba", 2, "m…", "…a"},
	} {
		if b, e := begin(c.s, c.most), end(c.s, c.most); b != c.begin || e != c.end {
			t.Errorf("%q, %d: %q, %q", c.s, c.most, b, e)
		}
	}
}

// TestExcerptsAreBounded: whatever two texts are, what is shown of them is short.
func TestExcerptsAreBounded(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aâ \u0301\u0323\nđ…")), 0, 3000, -1)
	rapid.Check(t, func(t *rapid.T) {
		old, now := text.Draw(t, "old"), text.Draw(t, "now")
		whole := func(s string) {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 2*maxDiffer {
				t.Fatalf("%q", s)
			}
		}
		whole(shorten(old, now))
		passages := differing([]string{old}, []string{now})
		if len(passages) > maxPassages+1 {
			t.Fatalf("%d passages", len(passages))
		}
		for _, p := range passages {
			for _, s := range []string{p.Same, p.Old, p.New} {
				whole(s)
			}
		}
	})
}
