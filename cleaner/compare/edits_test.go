package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/cleaner"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func articleOf(title string, body ...string) cleaner.Article {
	a := cleaner.Article{Title: cleaner.Text(title)}
	for _, b := range body {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: b})
	}
	return a
}

func TestEditsShowTheChangedSentenceOnly(t *testing.T) {
	old := articleOf("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay.", "Bà con vui mừng.")
	for _, tt := range []struct {
		name string
		now  cleaner.Article
		want []Edit
	}{
		{"nothing", old, nil},
		{"one sentence of a paragraph", articleOf("Cầu mới", "Cầu dài 120 mét. Kinh phí 15 tỷ đồng. Cầu thông xe sáng nay.", "Bà con vui mừng."),
			[]Edit{{Field: "body", Block: 1, Old: []string{"Kinh phí 14 tỷ đồng."}, New: []string{"Kinh phí 15 tỷ đồng."}}}},
		{"a sentence more", articleOf("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay. Xe tải bị cấm.", "Bà con vui mừng."),
			[]Edit{{Field: "body", Block: 1, Old: []string{}, New: []string{"Xe tải bị cấm."}}}},
		{"a paragraph more in between", articleOf("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay.", "Xe tải bị cấm.", "Bà con vui mừng."),
			[]Edit{{Field: "body", Block: 2, Old: []string{}, New: []string{"Xe tải bị cấm."}}}},
		{"a paragraph gone", articleOf("Cầu mới", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay."),
			[]Edit{{Field: "body", Block: 2, Old: []string{"Bà con vui mừng."}, New: []string{}}}},
		{"the title", articleOf("Cầu mới thông xe", "Cầu dài 120 mét. Kinh phí 14 tỷ đồng. Cầu thông xe sáng nay.", "Bà con vui mừng."),
			[]Edit{{Field: "title", Block: 0, Old: []string{"Cầu mới"}, New: []string{"Cầu mới thông xe"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, editsOf(old, tt.now), cmp.Transformer("nil", func(s []string) string { return strings.Join(s, "|") })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Of very long lists it says what came and went as of short ones; what repeats in them too often
// was replaced, and costs no more for that.
func TestMatchOfLongLists(t *testing.T) {
	lines := func(from, to int) (list []string) {
		for i := from; i < to; i++ {
			list = append(list, fmt.Sprintf("Câu thứ %d.", i))
		}
		return list
	}
	const n = 5000
	tests := map[string]struct {
		old, now []string
		want     string
	}{
		"one edited":          {lines(0, n), slices.Concat(lines(0, 70), []string{"Mới."}, lines(71, n)), "r70:71,70:71"},
		"one came, one went":  {lines(0, n), slices.Concat(lines(0, 10), []string{"Mới."}, lines(10, 4000), lines(4001, n)), "i10:10,10:11 d4000:4001,4001:4001"},
		"all replaced":        {lines(0, n), lines(n, 2*n), fmt.Sprintf("r0:%d,0:%d", n, n)},
		"one moved":           {lines(0, n), slices.Concat(lines(1, n), lines(0, 1)), fmt.Sprintf("d0:1,0:0 i%d:%d,%d:%d", n, n, n-1, n)},
		"the same line":       {slices.Repeat([]string{"Câu."}, n), slices.Repeat([]string{"Câu."}, n+1), fmt.Sprintf("i%d:%d,%d:%d", n, n, n, n+1)},
		"the same, and one":   {slices.Concat(slices.Repeat([]string{"Câu."}, n), []string{"Hết."}), slices.Concat(slices.Repeat([]string{"Câu."}, n-1), []string{"Hết."}), fmt.Sprintf("d%d:%d,%d:%d", n-1, n, n-1, n-1)},
		"two lines by turns":  {slices.Repeat([]string{"A.", "B."}, n), slices.Repeat([]string{"B.", "A."}, n), fmt.Sprintf("r0:%d,0:%d", 2*n, 2*n)},
		"nothing before":      {nil, lines(0, n), fmt.Sprintf("i0:0,0:%d", n)},
		"behind the same end": {slices.Concat(lines(0, n), lines(0, n)), slices.Concat(lines(0, n), lines(1, n)), fmt.Sprintf("d%d:%d,%d:%d", n, n+1, n, n)},
	}
	for name, tt := range tests {
		var got []string
		for _, op := range match(tt.old, tt.now) {
			if op.Tag != 'e' {
				got = append(got, fmt.Sprintf("%c%d:%d,%d:%d", op.Tag, op.I1, op.I2, op.J1, op.J2))
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %.200s, want %s", name, s, tt.want)
		}
	}
}

// What is said to be the same is the same, and nothing is left out, whatever the lists.
func TestMatchCoversBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := func(label string) []string {
			letters := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}), 0, 40).Draw(t, label)
			for i := range rapid.IntRange(0, 700).Draw(t, "more "+label) {
				letters = append(letters, fmt.Sprint(i*i%977))
			}
			return letters
		}
		old, now := list("old"), list("now")
		i, j := 0, 0
		for _, op := range match(old, now) {
			if op.I1 != i || op.J1 != j || op.Tag == 'e' && !slices.Equal(old[op.I1:op.I2], now[op.J1:op.J2]) {
				t.Fatalf("%+v behind %d, %d", op, i, j)
			}
			i, j = op.I2, op.J2
		}
		if i != len(old) || j != len(now) {
			t.Fatalf("ends at %d of %d, %d of %d", i, len(old), j, len(now))
		}
	})
}
