package cleaner

import "testing"

// What looks at a text of any page ends well on each.
func FuzzProse(f *testing.F) {
	f.Add("Thứ Năm, 16/07/2026 17:17 ngày")
	f.Add("Đọc thêm tại đây. (A/B)")
	f.Fuzz(func(t *testing.T, s string) {
		isSyllable(s)
		asksReader(s)
		isLabel(s, s, 0)
		tells(s)
		gluedWords(s, 3)
		languageOf(s)
	})
}
