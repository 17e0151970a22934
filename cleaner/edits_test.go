package cleaner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func article(title string, body ...string) Article {
	a := Article{Title: Text(title)}
	for _, b := range body {
		a.Body = append(a.Body, Block{Kind: Paragraph, Text: b})
	}
	return a
}

func TestEditsShowTheChangedSentenceOnly(t *testing.T) {
	old := article("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay.", "Bà con vui mừng.")
	for _, tt := range []struct {
		name string
		now  Article
		want []Edit
	}{
		{"nothing", old, nil},
		{"one sentence of a paragraph", article("Cầu mới", "Cầu dài 120 mét. Kinh phí 15 tỷ đồng. Cầu thông xe sáng nay.", "Bà con vui mừng."),
			[]Edit{{"body", 1, []string{"Kinh phí 14 tỷ đồng."}, []string{"Kinh phí 15 tỷ đồng."}}}},
		{"a sentence more", article("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay. Xe tải bị cấm.", "Bà con vui mừng."),
			[]Edit{{"body", 1, []string{}, []string{"Xe tải bị cấm."}}}},
		{"a paragraph more in between", article("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay.", "Xe tải bị cấm.", "Bà con vui mừng."),
			[]Edit{{"body", 2, []string{}, []string{"Xe tải bị cấm."}}}},
		{"a paragraph gone", article("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay."),
			[]Edit{{"body", 2, []string{"Bà con vui mừng."}, []string{}}}},
		{"the title", article("Cầu mới thông xe", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay.", "Bà con vui mừng."),
			[]Edit{{"title", 0, []string{"Cầu mới"}, []string{"Cầu mới thông xe"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Edits(old, tt.now), cmp.Transformer("nil", func(s []string) string { return strings.Join(s, "|") })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             nil,
		"Một câu":                      {"Một câu"},
		"Giá 3.5 triệu. Còn lại 2.":    {"Giá 3.5 triệu.", "Còn lại 2."},
		`Ông nói: “Được.” Rồi đi.`:     {`Ông nói: “Được.”`, "Rồi đi."},
		"TP. HCM có mưa. Hà Nội nắng?": {"TP.", "HCM có mưa.", "Hà Nội nắng?"},
		"Chờ đã... rồi đi. ":           {"Chờ đã... rồi đi."},
	} {
		if diff := cmp.Diff(want, sentences(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// Whatever the text, its sentences joined by blanks are the text, so no diff
// can hide a change.
func TestSentencesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(strings.Fields(rapid.StringOf(rapid.RuneFrom([]rune("aB ắ.?!…”) "))).Draw(t, "text")), " ")
		if got := strings.Join(sentences(text), " "); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
