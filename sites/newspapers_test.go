package sites_test

import (
	"testing"
	"time"

	"baoluu/sites"
)

// moreForms are addresses of newspapers on MasterCMS and on VCCorp's system.
var moreForms = []struct {
	site, raw string
	kind      sites.Kind
	id, page  string // page "" is the id, or is not asked where there is none
}{
	{"plo", "https://plo.vn/vu-vay-ngan-hang-mua-biet-thu-post874715.html", sites.Article, "post874715", ""},
	{"plo", "https://plo.vn/vu-vay-ngan-hang-mua-biet-thu-post874715.amp?utm_source=a", sites.Article, "post874715", ""},
	{"plo", "https://plo.vn/phap-luat/mat-so-do-phai-lam-gi-771234.html", sites.Article, "771234", ""},
	{"plo", "https://plo.vn/share874715.html", sites.Utility, "", ""},
	{"plo", "https://plo.vn/phap-luat/", sites.List, "", ""},
	{"plo", "https://plo.vn/phap-luat/luat-va-doi/", sites.List, "", ""},
	{"plo", "https://plo.vn/tu-khoa/lua-dao-tag15.html", sites.List, "", ""},
	{"plo", "https://plo.vn/bau-cu-topic1024.html", sites.List, "", ""},
	{"plo", "https://plo.vn/rss/phap-luat-12.rss", sites.FeedPage, "", ""},

	{"nhandan", "https://nhandan.vn/danh-bai-argentina-post976641.html", sites.Article, "post976641", ""},
	{"nhandan", "https://nhandan.vn/tin-tuc-giao-duc/bo-giao-duc-va-dao-tao-684254/", sites.Article, "684254", ""},
	{"nhandan", "http://www.nhandan.com.vn/vanhoa/item/28771502-giu-lua.html", sites.Article, "28771502", ""},
	{"nhandan", "https://nhandan.vn/tu-khoa/WorldCup-tag17202.html", sites.List, "", ""},
	{"nhandan", "https://nhandan.vn/world-cup-2026/", sites.List, "", ""},
	{"nhandan", "https://nhandan.vn/megastory/2026/world-cup-2026-2/", sites.Other, "", ""},
	{"nhandan", "https://en.nhandan.vn/a-post976641.html", sites.Foreign, "", ""},

	{"tienphong", "https://tienphong.vn/sieu-mau-noi-y-post1874068.tpo", sites.Article, "post1874068", ""},
	{"tienphong", "https://www.tienphong.vn/giao-duc/lop-hoc-tren-thuyen-1280123.tpo", sites.Article, "1280123", ""},
	{"tienphong", "https://tienphong.vn/tu-khoa/luu-van-tag134400.tpo", sites.List, "", ""},
	{"tienphong", "https://tienphong.vn/giai-tri/", sites.List, "", ""},

	{"tuoitre", "https://tuoitre.vn/chien-su-day-gia-hoa-20260307075519174.htm", sites.Article, "20260307075519174", ""},
	{"tuoitre", "https://tuoitre.vn/giam-doc-tai-chinh-2026030707011493.htm", sites.Article, "2026030707011493", ""},
	{"tuoitre", "https://thethao.tuoitre.vn/vao-chung-ket-20180121183011222.htm", sites.Article, "20180121183011222", ""},
	{"tuoitre", "https://tuoitre.vn/mua-dau-mua-cuu-lua-728123.htm", sites.Article, "728123", ""},
	{"tuoitre", "http://tuoitre.vn/tin/chinh-tri-xa-hoi/20150402/mua-dau-mua-cuu-lua/728123.html", sites.Article, "728123", ""},
	{"tuoitre", "http://m.tuoitre.vn/tin/the-gioi/ho-so/20150402/mua-dau-mua/728123.html", sites.Article, "728123", ""},
	{"tuoitre", "http://tuoitre.vn/Chinh-tri-Xa-hoi/534577/Mua-dau-mua.html", sites.Article, "534577", ""},
	{"tuoitre", "https://tuoitre.vn/kinh-doanh.htm", sites.List, "", ""},
	{"tuoitre", "https://tuoitre.vn/the-thao/sea-games-31.htm", sites.List, "", ""},
	{"tuoitre", "https://tuoitre.vn/gia-vang-e592.htm", sites.List, "", ""},
	{"tuoitre", "https://tuoitre.vn/nhap-khau.html", sites.List, "", ""},
	{"tuoitre", "https://tuoitre.vn/tac-gia/nhat-xuan-20148.htm", sites.List, "", ""},
	{"tuoitre", "https://tuoitre.vn/van-hoa/xem-theo-ngay/01-12-2018.html", sites.List, "", ""},
	{"tuoitre", "https://tuoitre.vn/print/chien-su-day-gia-hoa-20260307075519174.htm", sites.Utility, "", ""},
	{"tuoitre", "https://tuoitre.vn/rss.htm", sites.Utility, "", ""},
	{"tuoitre", "https://tuoitre.vn/rss/kinh-doanh.rss", sites.FeedPage, "", ""},

	{"cafef", "https://cafef.vn/thoi-diem-nang-hang-can-ke-18826030622484142.chn", sites.Article, "18826030622484142", ""},
	{"cafef", "https://cafef.vn/nong-co-phieu-flc-188260307095650731.chn", sites.Article, "188260307095650731", ""},
	{"cafef", "http://cafef.vn/quy-dau-tu-roi-san-20180102101512345.chn", sites.Article, "20180102101512345", ""},
	{"cafef", "http://cafef.vn/bat-dong-san/can-ho-nho-2014040414170407ca35.chn", sites.Article, "2014040414170407", ""},
	{"cafef", "http://cafef.vn/20111227092443421CA33/can-ho-nho.chn", sites.Article, "20111227092443421", ""},
	{"cafef", "https://cafef.vn/thi-truong-chung-khoan.chn", sites.List, "", ""},
	{"cafef", "https://cafef.vn/nhom-chu-de/emagazine.chn", sites.List, "", ""},
	{"cafef", "https://cafef.vn/thi-truong-chung-khoan/trang-3.chn", sites.List, "", ""},
	{"cafef", "https://cafef.vn/du-lieu/hose/ltg.chn", sites.Utility, "", ""},
	{"cafef", "https://cafef.vn/thi-truong-chung-khoan.rss", sites.FeedPage, "", ""},

	{"nld", "https://nld.com.vn/cong-an-tp-hcm-ket-luan-196250821135822527.htm", sites.Article, "196250821135822527", ""},
	{"nld", "https://nld.com.vn/suc-khoe/ban-gap-phai-van-de-20220316073047351.htm", sites.Article, "20220316073047351", ""},
	{"nld", "http://nld.com.vn/2012102911312478p0c1002/bao-so-8.htm", sites.Article, "2012102911312478", ""},
	{"nld", "https://nld.com.vn/thoi-su.htm", sites.List, "", ""},
	{"nld", "https://nld.com.vn/thoi-su/trang-2.htm", sites.List, "", ""},

	{"baochinhphu", "https://baochinhphu.vn/chinh-sach-moi-102260228093004191.htm", sites.Article, "102260228093004191", ""},
	{"baochinhphu", "https://baochinhphu.vn/hoan-thien-quy-dinh-10226030610425741.htm", sites.Article, "10226030610425741", ""},
	{"baochinhphu", "https://baochinhphu.vn/Chi-dao-quyet-dinh/Bo-nhiem-lai/458452.vgp", sites.Article, "458452", ""},
	{"baochinhphu", "https://en.baochinhphu.vn/a-b-111250120152233444.htm", sites.Article, "111250120152233444", ""},
	{"baochinhphu", "https://baochinhphu.vn/chinh-sach-va-cuoc-song/chinh-sach-moi.htm", sites.List, "", ""},
	{"baochinhphu", "https://baochinhphu.vn/chu-de/80-nam-quoc-hoi-viet-nam-271.htm", sites.List, "", ""},
	{"baochinhphu", "https://baochinhphu.vn/timelinelist/102/2.htm", sites.List, "", ""},
	{"baochinhphu", "https://baochinhphu.vn/print/a-102260228093004191.htm", sites.Utility, "", ""},
}

func TestMoreAddressForms(t *testing.T) {
	for _, tt := range moreForms {
		a, err := site(t, tt.site).Address(tt.raw)
		if err != nil || a.Kind != tt.kind || a.ID != tt.id || tt.id != "" && a.Page != tt.id {
			t.Errorf("%s: %s, id %q, page %q, %v; want %s, %q", tt.raw, a.Kind, a.ID, a.Page, err, tt.kind, tt.id)
		}
	}
}

// What newspapers print before a lead, and words that only look like it.
func TestMoreDatelines(t *testing.T) {
	for _, tt := range []struct{ site, lead, want string }{
		{"plo", "(PLO)- VKSND khu vực 7", "(PLO)"},
		{"plo", "(PL) - VKSND khu vực 7", "(PL)"},
		{"plo", "PLO đưa tin", ""},
		{"nhandan", "NDO - Sáng 5-3", "NDO"},
		{"nhandan", "NDĐT – Sáng 5-3", "NDĐT"},
		{"nhandan", "NDO đưa tin", ""},
		{"tienphong", "TPO - Tỉnh Bách Nhiên", "TPO -"},
		{"tienphong", "TP - Bỏ việc ở thành phố", "TP -"},
		{"tienphong", "TP HCM - nơi đất chật", ""},
		{"tuoitre", "TTO - Tỉ lệ nam giới", "TTO -"},
		{"tuoitre", "TT - Trận mưa", "TT -"},
		{"tuoitre", "TT Trump nói", ""},
		{"nld", "(NLĐO)- Ba khu chế xuất", "(NLĐO)"},
		{"nld", "(NLĐ) – Ba khu chế xuất", "(NLĐ)"},
		{"baochinhphu", "(Chinhphu.vn) - Tháng 3/2026", "(Chinhphu.vn)"},
		{"baochinhphu", "(VGP) - The Prime Minister", "(VGP)"},
	} {
		got := ""
		if m := site(t, tt.site).Dateline.Regexp().FindStringSubmatch(tt.lead); m != nil {
			got = m[1]
		}
		if got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.site, tt.lead, got, tt.want)
		}
	}
}

// What a newspaper's owner did not turn on says which pages it was held against, or that there
// were none.
func TestOffIsChecked(t *testing.T) {
	for _, s := range sites.BuiltIn() {
		if !s.Off {
			continue
		}
		if _, err := time.Parse(time.DateOnly, s.Checked.Day); err != nil {
			t.Errorf("%s: checked on %q", s.Name, s.Checked.Day)
		}
		for _, page := range s.Checked.Pages {
			if a, err := s.Address(page); err != nil || a.Kind != sites.Article && a.Kind != sites.List {
				t.Errorf("%s: checked against %s, %s, %v", s.Name, page, a.Kind, err)
			}
		}
	}
}
