package cleaner_test

import (
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
)

// Who a page's head names as its author is nobody where it is the newspaper, by whichever of its names.
func TestPaperIsNoAuthor(t *testing.T) {
	for _, tt := range []struct {
		site, url string
		names     []string
	}{
		{"plo", "https://plo.vn/a-post874715.html", []string{"Báo Pháp Luật TP. Hồ Chí Minh", "PLO", "plo.vn", "PHÁP LUẬT TP.HCM"}},
		{"nhandan", "https://nhandan.vn/a-post874715.html", []string{"Báo Nhân Dân điện tử", "nhandan.vn", "NDO"}},
		{"tienphong", "https://tienphong.vn/a-post874715.tpo", []string{"Báo điện tử Tiền Phong", "tienphong.vn", "TPO"}},
		{"tuoitre", "https://tuoitre.vn/a-20260307075519174.htm", []string{"TUOI TRE ONLINE", "TUỔI TRẺ", "baotuoitre", "TTO"}},
		{"cafef", "https://cafef.vn/a-18826030622484142.chn", []string{"CafeF", "cafef.vn", "VCCorp.vn"}},
		{"nld", "https://nld.com.vn/a-196250821135822527.htm", []string{"NLD.COM.VN", "Báo Người Lao Động", "NLĐO"}},
		{"baochinhphu", "https://baochinhphu.vn/a-102260228093004191.htm", []string{"baochinhphu.vn", "Báo Điện tử Chính phủ", "VGP"}},
	} {
		for _, name := range append(tt.names, "Lê Thị Rớt") {
			page := `<html><head><title>Chợ gà</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"Chợ gà","datePublished":"2026-03-07T08:01:00+07:00","author":{"@type":"Person","name":"` + name + `"}}</script></head>
<body><div class="article"><h1 class="cms-title" data-role="title">Chợ gà</h1><div data-role="sapo" class="cms-desc">Chợ họp từ nửa đêm.</div><div class="cms-body afcbc-body"><p>Bến nằm sát hai trường học.</p></div></div></body></html>`
			a, err := cleaner.Clean(cleaner.Page{Body: []byte(page), URL: tt.url}, cleanertest.Site(t, tt.site))
			if want := map[bool]string{name == "Lê Thị Rớt": name}[true]; err != nil || string(a.Byline) != want || a.Source != "" {
				t.Errorf("%s: %q signs as %q, %q, %v", tt.site, name, a.Byline, a.Source, err)
			}
		}
	}
}
