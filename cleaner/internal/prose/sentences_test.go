package prose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSentences(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             nil,
		"Một câu":                      {"Một câu"},
		"Giá 3.5 triệu. Còn lại 2.":    {"Giá 3.5 triệu.", "Còn lại 2."},
		`Ông nói: “Được.” Rồi đi.`:     {`Ông nói: “Được.”`, "Rồi đi."},
		"TP. HCM có mưa. Hà Nội nắng?": {"TP.", "HCM có mưa.", "Hà Nội nắng?"},
		"Chờ đã... rồi đi. ":           {"Chờ đã... rồi đi."},
	} {
		if diff := cmp.Diff(want, Sentences(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// Whatever the text, its sentences joined by blanks are the text, so no diff
// can hide a change.
func TestSentencesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(strings.Fields(rapid.StringOf(rapid.RuneFrom([]rune("aB ắ.?!…”) "))).Draw(t, "text")), " ")
		if got := strings.Join(Sentences(text), " "); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
