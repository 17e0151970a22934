package naming

import "testing"

// What looks at a name of any page ends well on each.
func FuzzNames(f *testing.F) {
	f.Add("Đò ngang nghỉ chạy - Báo Bến Lội")
	f.Add("« Quay lại trang chủ…")
	f.Fuzz(func(t *testing.T, s string) {
		SaysPaper(s)
		PaperKey(s)
		CutLast(s)
		GoesOn(s, s+"x")
		SectionName(s)
		p := NewTitle(s)
		o := NewTitle("Tin " + s)
		p.fits(&o)
		p.rewords(&o)
	})
}
