package prose

import "testing"

// What looks at a text of any page ends well on each.
func FuzzLine(f *testing.F) {
	f.Add("Thứ Năm, 16/07/2026 17:17 ngày")
	f.Add("Đọc thêm tại đây. (A/B)")
	f.Fuzz(func(t *testing.T, s string) {
		IsSyllable(s)
		AsksReader(s)
		IsLabel(s, s, 0)
		IsSentence(s)
		GluedWords(s, 3)
		Language(s)
	})
}
