package textform_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"baoluu/archive/corpus/textform"
)

func TestForms(t *testing.T) {
	for _, tt := range []struct{ text, old, new, fold string }{
		{"hòa bình, khỏe mạnh, thủy triều", "hòa bình, khỏe mạnh, thủy triều", "hoà bình, khoẻ mạnh, thuỷ triều", "hoa binh, khoe manh, thuy trieu"},
		{"hoà bình, khoẻ mạnh, thuỷ triều", "hòa bình, khỏe mạnh, thủy triều", "hoà bình, khoẻ mạnh, thuỷ triều", "hoa binh, khoe manh, thuy trieu"},
		{"Ủy ban, UỶ BAN, úy, uý", "Ủy ban, ỦY BAN, úy, úy", "Uỷ ban, UỶ BAN, uý, uý", "uy ban, uy ban, uy, uy"},
		{"HÒA Hoà HOÀ", "HÒA Hòa HÒA", "HOÀ Hoà HOÀ", "hoa hoa hoa"},
		// both ways agree
		{"hoàng hoạt toán ngoèo khuỷu thuyền tuỳ-tùy", "hoàng hoạt toán ngoèo khuỷu thuyền tùy-tùy", "hoàng hoạt toán ngoèo khuỷu thuyền tuỳ-tuỳ", "hoang hoat toan ngoeo khuyu thuyen tuy-tuy"},
		{"quý quỳ quỹ quả quà quẻ Quý", "quý quỳ quỹ quả quà quẻ Quý", "quý quỳ quỹ quả quà quẻ Quý", "quy quy quy qua qua que quy"},
		{"mùa của múa lúa", "mùa của múa lúa", "mùa của múa lúa", "mua cua mua lua"},
		// what stands in no syllable of Vietnamese
		{"Lisboà zoé fòa qòa hòà hòa1 Đòa", "Lisboà zoé fòa qòa hòà hòa1 Đòa", "Lisboà zoé fòa qòa hòà hoà1 Đoà", "lisboa zoe foa qoa hoa hoa1 doa"},
		{"ho\u0300a kho\u0309e Đặng", "hòa khỏe Đặng", "hoà khoẻ Đặng", "hoa khoe dang"}, // NFD
		{"", "", "", ""},
		{"hòa\xff\xfe thúy", "hòa\xff\xfe thúy", "hoà\xff\xfe thuý", "hoa\ufffd\ufffd thuy"},
	} {
		for form, want := range map[textform.Form]string{
			textform.Old: tt.old, textform.New: tt.new, textform.Fold: tt.fold, textform.Raw: tt.text, textform.NFC: norm.NFC.String(tt.text),
		} {
			if got := form.Apply(tt.text); got != want {
				t.Errorf("%s of %q: %q, want %q", form, tt.text, got, want)
			}
		}
	}
}

// texts are of words that look like syllables, in NFC and NFD, and of anything.
func texts() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom(strings.Fields("h q kh th Đ gi ng o oa oà òa OÀ ỌE uy úy uý oe ủ y a n ng i \u0300 \u0301 \u0323 - 1")),
		rapid.SampledFrom([]string{" ", ", ", "hòa ", " quý ", "thuỷ", "ƯỜ", "İ"}),
		rapid.StringN(0, 3, 12),
	)
	return rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "")
		if rapid.Bool().Draw(t, "nfd") {
			return norm.NFD.String(text)
		}
		return text
	})
}

func TestFormProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := texts().Draw(t, "text")
		old, new, fold := textform.Old.Apply, textform.New.Apply, textform.Fold.Apply
		equal := func(law, a, b string) {
			if a != b {
				t.Errorf("%s: %q, %q", law, a, b)
			}
		}
		equal("old(new) = old", old(new(x)), old(x))
		equal("new(old) = new", new(old(x)), new(x))
		equal("fold(old) = fold(new)", fold(old(x)), fold(new(x)))
		equal("fold(old) = fold", fold(old(x)), fold(x))
		for _, form := range textform.Forms {
			once := form.Apply(x)
			equal(string(form)+" again", form.Apply(once), once)
			if form != textform.Raw && !norm.NFC.IsNormalString(once) {
				t.Errorf("%s: not in NFC: %q", form, once)
			}
		}
		if a, b := utf8.RuneCountInString(old(x)), utf8.RuneCountInString(new(x)); a != b {
			t.Errorf("%d and %d letters", a, b)
		}
	})
}
