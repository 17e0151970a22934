package cleaner_test

import (
	"fmt"
	"time"

	"baoluu/cleaner"
	"baoluu/sites"
)

// One page of a newspaper is cleaned: bytes in, an article out.
func Example() {
	page := cleaner.Page{
		URL:         "https://dantri.com.vn/xa-hoi/cau-moi-qua-song-giang-20260512093000123.htm",
		ContentType: "text/html; charset=utf-8",
		Body: []byte(`<!doctype html><html lang="vi"><head><title>Cầu mới qua sông Giăng | Báo Dân trí</title></head><body>
			<nav><a href="/">Trang chủ</a></nav>
			<article class="singular-container">
			<h1 class="title-page">Cầu mới qua sông Giăng</h1>
			<div class="author-name"><a href="/tac-gia/ha-linh.htm">Hà Linh</a></div>
			<time class="author-time" datetime="2026-05-12T09:30:00">Thứ ba, 12/05/2026 - 09:30</time>
			<h2 class="singular-sapo">(Dân trí) - Hơn một nghìn người dân các xã ven sông dự lễ thông xe cây cầu mới.</h2>
			<div class="singular-content">
			<p>Cầu dài 120 mét, nối hai bờ sông sau gần ba năm xây dựng.</p>
			<p>Từ nay trẻ em không phải đi đò qua sông nữa.</p>
			</div></article></body></html>`),
	}
	dantri, _ := sites.ByName("dantri")
	a, err := cleaner.Clean(page, dantri)
	if err != nil {
		fmt.Println(err) // a *cleaner.NotArticleError says why
		return
	}
	fmt.Println(a.Title)
	fmt.Println(a.Dateline, a.Byline, a.Published.Format(time.RFC3339), a.Layout)
	fmt.Println(a.Lead)
	for _, b := range a.Body {
		fmt.Println(b.Kind, b.Text)
	}
	// Output:
	// Cầu mới qua sông Giăng
	// (Dân trí) Hà Linh 2026-05-12T09:30:00+07:00 singular-2021
	// Hơn một nghìn người dân các xã ven sông dự lễ thông xe cây cầu mới.
	// paragraph Cầu dài 120 mét, nối hai bờ sông sau gần ba năm xây dựng.
	// paragraph Từ nay trẻ em không phải đi đò qua sông nữa.
}
