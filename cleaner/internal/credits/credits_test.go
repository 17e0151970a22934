package credits

import (
	"strings"
	"testing"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/prose"
)

func TestSignature(t *testing.T) {
	for _, tt := range []struct{ line, byline, source string }{
		{"Thành Đạt", "Thành Đạt", ""},
		{"By Minh Chau", "Minh Chau", ""},
		{"(Thành Đạt)", "Thành Đạt", ""},
		{"Theo Reuters", "", "Theo Reuters"},
		{"(According to Reuters)", "", "(According to Reuters)"},
		{"Nguồn: TTXVN", "", "Nguồn: TTXVN"},
		{"Theo AFP, Reuters", "", "Theo AFP, Reuters"},
		{"Tâm Hằng (TTXVN)", "Tâm Hằng", "TTXVN"},
		{"Tâm HằngTTXVN", "Tâm Hằng", "TTXVN"},
		{"Tâm Hằng/TTXVN", "Tâm Hằng", "TTXVN"},
		{"TTXVN/Tin Tức", "", "TTXVN/Tin Tức"},
		{"AFP", "", "AFP"},
		{"PV/VOV.VN", "PV/VOV.VN", ""},
		{"Đức Anh/VOV-Tây Bắc", "Đức Anh/VOV-Tây Bắc", ""},
		{"Hồng Vân (theo AFP)", "Hồng Vân", "theo AFP"},
		{"Hồng Vân/Báo Tin tức (Theo CNN)", "Hồng Vân", "Báo Tin tức (Theo CNN)"},
		{"Ha Linh, Reuters", "Ha Linh", "Reuters"},
		{"Hồng Vân - TTXVN", "Hồng Vân", "TTXVN"},
		{"Hồng Vân - Minh Anh", "Hồng Vân - Minh Anh", ""},
		{"Theo báo Tuổi trẻ", "", "Theo báo Tuổi trẻ"},
		{"Theo trang tin Daily Mail", "", "Theo trang tin Daily Mail"},
		{"Selon l'AFP", "", "Selon l'AFP"},
		{"Theo vnexpress.net", "", "Theo vnexpress.net"},
		{"(Tổng hợp)", "", "(Tổng hợp)"},
		{"Theo chân đoàn cứu hộ", "Theo chân đoàn cứu hộ", ""},
		{"Nguồn gốc vụ cháy", "Nguồn gốc vụ cháy", ""},
		{"Minh Anh (tổng hợp)", "Minh Anh (tổng hợp)", ""},
		{"(Tổng hợp)", "", "(Tổng hợp)"},
		{"Minh Anh/Báo Tin tức (Theo CNN)", "Minh Anh", "Báo Tin tức (Theo CNN)"},
		{"Thu Cúc/Báo Tin tức và Dân tộc", "Thu Cúc", "Báo Tin tức và Dân tộc"},
		{"Tin, ảnh: Quang Minh (TTXVN)", "Tin, ảnh: Quang Minh", "TTXVN"},
		{"Nhóm P.V thực hiện", "Nhóm P.V thực hiện", ""},
		{"Theo quy định của FIFA, việc này không được khuyến khích", "Theo quy định của FIFA, việc này không được khuyến khích", ""},
		{"", "", ""}, {"()", "()", ""}, {"By ", "", ""},
	} {
		byline, source := Signature(tt.line)
		if byline != tt.byline || source != tt.source {
			t.Errorf("%q: got %q, %q, want %q, %q", tt.line, byline, source, tt.byline, tt.source)
		}
	}
}

func TestRoles(t *testing.T) {
	for _, tt := range []struct {
		line       string
		role, text bool
	}{
		{"Nội dung: Hà Linh", true, true},
		{"Bài, ảnh: PV", true, true},
		{"Ảnh - Video: Hà Linh", true, false},
		{"Thiết kế: Hà Linh, Thu Giang", true, false},
		{"Ảnh: người dân cung cấp", false, false},
		{"Thiết kế: một việc khó", false, false},
		{"Nội dung chính: Hà Linh", false, false},
		{"Hà Linh", false, false},
	} {
		if role, text := RoleOf(tt.line); role != tt.role || text != tt.text {
			t.Errorf("%q: got %v, %v", tt.line, role, text)
		}
	}
}

func FuzzByline(f *testing.F) {
	for _, s := range []string{"Tâm Hằng (TTXVN)", "A (B (C))", "TTXVN/Tin Tức", "By (x)/y", "((((", "Theo "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		byline, source := Signature(line)
		if !strings.Contains(prose.Clean(line), byline) || !strings.Contains(prose.Clean(line), source) {
			t.Errorf("%q: %q, %q are not in it", line, byline, source)
		}
		if byline != prose.Clean(byline) || source != prose.Clean(source) {
			t.Errorf("%q: %q, %q", line, byline, source)
		}
	})
}

func TestCredit(t *testing.T) {
	for caption, want := range map[string]string{
		"Cây cầu mới (Ảnh: Hà Linh).":                     "Hà Linh",
		"Cây cầu mới. Ảnh: AFP/TTXVN":                     "AFP/TTXVN",
		"Phiên họp hồi tháng 10/2013. Ảnh AP":             "AP",
		"Một phiên họp ở Kiev. Ảnh tư liệu: AFP/TTXVN":    "AFP/TTXVN",
		"Hội đồng sẽ họp (Ảnh minh họa: Reuters)":         "Reuters",
		"Stoltenberg leaves. Photo: Reuters.":             "Reuters",
		"Trung tâm TPHCM (Video: Cao Bách).":              "Cao Bách",
		"Ông chụp ảnh cùng các em nhỏ trong bản.":         "",
		"Anh đã xem bức ảnh đó nhiều lần rồi mới trả lời": "",
		"": "",
	} {
		if got := Credit(caption); got != want {
			t.Errorf("%q: got %q, want %q", caption, got, want)
		}
	}
}

func TestSpoken(t *testing.T) {
	body := func(texts ...string) []article.Block {
		var list []article.Block
		for _, s := range texts {
			list = append(list, article.Block{Kind: article.Paragraph, Text: s})
		}
		return MarkSpoken(list)
	}
	kinds := func(list []article.Block) string {
		s := ""
		for _, b := range list {
			s += string(b.Kind[0]) + b.Speaker + b.Time + " "
		}
		return strings.TrimSpace(s)
	}
	for _, tt := range []struct {
		texts []string
		want  string
	}{
		{[]string{"PV: Ông nghĩ gì về cây cầu?", "Ông Lô Văn Thái: Bà con rất vui.", "Cầu dài 120 mét."}, "sPV sÔng Lô Văn Thái p"},
		{[]string{"TP Hà Nội: Có mây, đêm có mưa.", "Phía Nam: Nắng nóng."}, "p p"},
		{[]string{"19h05: Hai đội ra sân.", "19h40: Bàn thắng!", "20h50 – Hết giờ."}, "l19h05 l19h40 l20h50"},
		{[]string{"19h05: Hai đội ra sân.", "Bàn thắng!"}, "p p"},
		{[]string{"19h05", "Hai đội ra sân.", "19:40", "Bàn thắng!", "Ông trời thương.", "20h50’", "Hết giờ."}, "l19h05 l19:40 p l20h50"},
		{[]string{"19h05", "Hai đội ra sân.", "19:40", "Bàn thắng!"}, "p p p p"},
		{[]string{"19h05", "19h06", "19h07", "Hết."}, "p p l19h07"},
	} {
		if got := kinds(body(tt.texts...)); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.texts, got, tt.want)
		}
	}
}
