package credits

import "testing"

// What looks at a line of any page ends well on each.
func FuzzLine(f *testing.F) {
	f.Add("Tin, ảnh: A B - Theo C 12/3/2020 (D)")
	f.Add("Ảnh: (Hà Linh) và 2 tác giả khác")
	f.Fuzz(func(t *testing.T, s string) {
		Signature(s)
		SourceAtEnd(s)
		RoleOf(s)
		IsTaken(s)
		Credit(s)
		LooksCaption(s)
		IsNobody(s)
		SplitBrackets(s)
	})
}
