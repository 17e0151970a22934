package phrases

import "testing"

// What looks at a line of any page ends well on each.
func FuzzLine(f *testing.F) {
	f.Add("Thứ Năm, 16/07/2026 17:17 ngày")
	f.Add("Tin, ảnh: A B - Theo C 12/3/2020 (D)")
	f.Fuzz(func(t *testing.T, s string) {
		CutTheo(s)
		IsNotice([]byte(s))
		IsBio([]byte(s))
		IsEnding([]byte(s))
		IsSubject([]byte(s))
		IsLeadIn([]byte(s), 0)
		IsCredited([]byte(s))
		EndsWithLength([]byte(s))
		IsDateOrBy([]byte(s))
		IsHeadOf([]byte(s), relatedHeads)
		IsAnswerLine([]byte(s))
		ContainsWord([]byte(s), "ista")
	})
}
