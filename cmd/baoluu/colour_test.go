package main

import (
	"strings"
	"testing"

	"baoluu/cleaner/compare"
)

func TestChangedWordsAreMarked(t *testing.T) {
	show := strings.NewReplacer(red, "<r>", green, "<g>", marked, "[", unmark, "]", normal, "<>")
	for _, test := range []struct {
		name     string
		old, now []string
		want     string
	}{
		{"a word", []string{"Kinh phí là 14 tỷ đồng."}, []string{"Kinh phí là 15 tỷ đồng."}, "<r>-Kinh phí là [14] tỷ đồng.<>\n<g>+Kinh phí là [15] tỷ đồng.<>\n"},
		{"words side by side", []string{"a b c d"}, []string{"a x y d"}, "<r>-a [b c] d<>\n<g>+a [x y] d<>\n"},
		{"a tone, composed or not, is no part of its own", []string{"họ ho\u0323 tên"}, []string{"họ họ tên"}, "<r>-họ [ho\u0323] tên<>\n<g>+họ [họ] tên<>\n"},
		{"over sentences", []string{"Một hai.", "Ba bốn."}, []string{"Một hai.", "Ba năm."}, "<r>-Một hai.<>\n<r>-Ba [bốn.]<>\n<g>+Một hai.<>\n<g>+Ba [năm.]<>\n"},
		{"new text is not marked word by word", nil, []string{"Mới."}, "<g>+Mới.<>\n"},
		{"what would act on the terminal", []string{"a \x1b[2Jb\nc"}, []string{"a d"}, "<r>-a [\uFFFD[2Jb c]<>\n<g>+a [d]<>\n"},
		{"blanks alone", []string{" a  b "}, []string{""}, "<r>- [a  b] <>\n<g>+<>\n"},
	} {
		if got := show.Replace(coloured(compare.Edit{Old: test.old, New: test.now})); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	long := strings.Repeat("a ", mostMarked)
	if got := coloured(compare.Edit{Old: []string{long}, New: []string{long + "b"}}); strings.Contains(got, marked) {
		t.Error("what is too long is marked word by word")
	}
}

func TestNoColoursWhereNobodyLooks(t *testing.T) {
	if wantsColour(&strings.Builder{}) {
		t.Error("a pipe is coloured")
	}
}
