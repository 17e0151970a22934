package cleaner

import "testing"

// What looks at a line of any page ends well on each.
func FuzzLine(f *testing.F) {
	f.Add("Thứ Năm, 16/07/2026 17:17 ngày")
	f.Add("Tin, ảnh: A B - Theo C 12/3/2020 (D)")
	f.Fuzz(func(t *testing.T, s string) {
		cutTheo(s)
		isNotice([]byte(s))
		isBio([]byte(s))
		isEnding([]byte(s))
		isSubject([]byte(s))
		isLeadIn([]byte(s), 0)
		isCredited([]byte(s))
		endsWithLength([]byte(s))
		isDateOrBy([]byte(s))
		isHeadOf([]byte(s), relatedHeads)
		isAnswerLine([]byte(s))
		containsWord([]byte(s), "ista")
	})
}
