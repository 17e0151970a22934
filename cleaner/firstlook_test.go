package cleaner_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/challenge"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/cleaner/internal/markup"
	"baoluu/sites"
)

// readTale reads a page as an answer at the address of a tale.
func readTale(body string) error {
	site, _ := sites.ByName("vov")
	_, err := cleaner.Clean(cleaner.Page{Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: fmt.Sprintf("https://vov.vn/xa-hoi/bai-post%d.vov", cleanertest.TaleNumber), Answer: true}, site)
	return err
}

// TestUnfilled: a template that nobody filled is no article on a first look either; one
// that has little to say is.
func TestUnfilled(t *testing.T) {
	for name, tt := range map[string]struct {
		tale cleanertest.Tale
		want bool
	}{
		"undefined":     {cleanertest.Tale{Title: "undefined", Text: "undefined|undefined"}, true},
		"names":         {cleanertest.Tale{Title: "{{title}}", Text: "{{lead}}|{{{body}}}"}, true},
		"lorem ipsum":   {cleanertest.Tale{Title: "Bến đò", Text: "|Lorem ipsum dolor sit amet, consectetur adipiscing elit. Duis aute irure dolor."}, true},
		"still to come": {cleanertest.Tale{Title: "Bến đò", Text: "Đò ngừng chạy từ sáng nay.|Đang cập nhật"}, false},
		"about it":      {cleanertest.Tale{Title: "Undefined", Text: "Bộ phim Undefined ra rạp.|Phim kể chuyện một lập trình viên."}, false},
	} {
		if err := readTale(tt.tale.Page()); (err != nil) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestChallengeOrArticle: a short article speaks of what notices speak of, and is one
// where the newspaper's own markup has it.
func TestChallengeOrArticle(t *testing.T) {
	site, _ := sites.ByName("vov")
	day := time.Date(2026, 11, 27, 10, 15, 0, 0, sites.Zone)
	for title, text := range map[string]string{
		"Hệ thống đang bảo trì":                "Cổng nộp thuế báo bảo trì từ sáng nay.|Mời quay lại sau ít phút.",
		"Tên miền này đang được rao bán":       "Giá tên miền lên tới một triệu đô.|Tên miền đã hết hạn năm ngoái.",
		"Mạng xã hội bắt người dùng đăng nhập": "Thông báo ghi: vui lòng đăng nhập để đọc.|Nhiều người mất tài khoản.",
		"Bạn có phải là robot":                 "Phép thử không phải là robot bị máy vượt qua.|Các hãng tìm cách khác.",
		"Error establishing a database":        "Báo nước ngoài gặp lỗi: error establishing a database connection.|Trang trở lại sau một giờ.",
	} {
		for _, marked := range []bool{true, false} {
			body := cleanertest.Tale{Title: title, Text: text, Day: day}.Page()
			if !marked {
				lead, text, _ := strings.Cut(text, "|")
				body = fmt.Sprintf("<html><head><title>%s</title></head><body><h1>%[1]s</h1><p>%s</p><p>%s</p></body></html>", title, lead, text)
			}
			p := cleaner.Page{Body: []byte(body), ContentType: "text/html", URL: fmt.Sprintf("https://vov.vn/xa-hoi/bai-post%d.vov", cleanertest.TaleNumber)}
			header := http.Header{"Content-Type": {"text/html"}}
			if kind := cleaner.Challenge(header.Get, p, site); (kind == "") != marked {
				t.Errorf("%q, marked %v: %q", title, marked, kind)
			}
			if header.Set("Cf-Mitigated", "challenge"); cleaner.Challenge(header.Get, p, site) != challenge.Page {
				t.Errorf("%q: what the header says does not count", title)
			}
		}
	}
}

// TestWholePages: no complete page of the web is said to be cut, and none is taken for a notice.
func TestWholePages(t *testing.T) {
	header := http.Header{"Content-Type": {"text/html"}}
	for _, p := range cleanertest.SavedPages(t) {
		if markup.BreaksOff(p.Body) {
			t.Errorf("%s: told to be cut: …%q", p.Name, p.Body[max(0, len(p.Body)-100):])
		}
		if kind := challenge.Of(header.Get, p.Body); kind != "" {
			t.Errorf("%s: taken for %s", p.Name, kind)
		}
	}
}
