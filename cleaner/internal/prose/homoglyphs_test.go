package prose

import (
	"testing"
)

func TestLookAlikes(t *testing.T) {
	for in, want := range map[string]string{
		"Ðồng bào xã Ðông Hiếu":          "Đồng bào xã Đông Hiếu",
		"QÐ-TTg, HÐND":                   "QĐ-TTg, HĐND",
		"ðồng bằng; tiền ðạo Sigurðsson": "đồng bằng; tiền đạo Sigurðsson",
		"Ɖà Nẵng ɖi d\u0336i D\u0335i":   "Đà Nẵng đi đi Đi",
		"d\u0336a\u0323o":                "đạo",
		"Đồng bào không đổi":             "Đồng bào không đổi",
		"":                               "",
	} {
		if got := WithoutHomoglyphs(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
