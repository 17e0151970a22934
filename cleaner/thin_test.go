package cleaner_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/sites"
)

// Where a layout fits and finds next to nothing, the generic reader is asked, and believed if it
// finds much more.
func TestThin(t *testing.T) {
	story := strings.Repeat("<p>Sáng nay bà con thôn Hạ ra đồng gặt lúa, nước rút chậm nên máy gặt chưa xuống được ruộng, nhiều nhà phải gặt tay.</p>\n", 8)
	const short = "<p>Đang cập nhật tin.</p>"
	for _, tt := range []struct {
		name, inside, beside string
		layout               string
	}{
		{"the text stands elsewhere", short, story, "generic"},
		{"a flash", short, "", "singular-2021"},
		{"a flash with a picture", short + `<figure class="image"><img src="https://cdn.example/a.jpg"><figcaption>Cánh đồng thôn Hạ.</figcaption></figure>`, story, "singular-2021"},
		{"the text stands where it should", story, "", "singular-2021"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			site, _ := sites.ByName("dantri")
			body := fmt.Sprintf(`<!doctype html><html><head><title>Gặt lúa chạy lũ | Báo Dân trí</title><meta charset="utf-8"></head><body>
<article class="singular-container"><h1 class="title-page">Gặt lúa chạy lũ</h1><div class="singular-content">%s</div></article>
<div class="story">%s</div></body></html>`, tt.inside, tt.beside)
			a, err := cleaner.Clean(cleaner.Page{
				Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: "https://dantri.com.vn/xa-hoi/gat-lua-chay-lu-20221224083224103.htm",
				Captured: time.Date(2022, 12, 24, 9, 0, 0, 0, sites.Zone),
			}, site)
			if err != nil {
				t.Fatal(err)
			}
			noted := slices.Contains(a.Notes, "layout singular-2021 found little, read by the generic extractor")
			if a.Layout != tt.layout || noted != (tt.layout == "generic") || a.Title != "Gặt lúa chạy lũ" || a.Site != "dantri" {
				t.Errorf("layout %q, title %q, notes %q", a.Layout, a.Title, a.Notes)
			}
		})
	}
}
