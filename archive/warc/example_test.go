package warc_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warc"
	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
)

// A WARC file is imported, and the archive lists what came of it.
func Example() {
	const page = `<!doctype html><html lang="vi"><head><title>Cầu mới qua sông Giăng</title></head><body>
		<article class="singular-container">
		<h1 class="title-page">Cầu mới qua sông Giăng</h1>
		<h2 class="singular-sapo">(Dân trí) - Hơn một nghìn người dân các xã ven sông dự lễ thông xe cây cầu mới.</h2>
		<div class="singular-content">
		<p>Cầu dài 120 mét, nối hai bờ sông sau gần ba năm xây dựng.</p>
		<p>Từ nay trẻ em không phải đi đò qua sông nữa.</p>
		</div></article></body></html>`
	const answer = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
	file := warctest.Response("https://dantri.com.vn/xa-hoi/cau-moi-20160410080000123.htm", answer) +
		warctest.Response("https://elsewhere.example/", answer)

	ctx := context.Background()
	folder, err := os.MkdirTemp("", "archive")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	a, err := archive.Create(filepath.Join(folder, "archive"))
	if err != nil {
		log.Fatal(err)
	}

	n, err := warc.Import(ctx, func() (*archive.Archive, error) { return a, nil }, strings.NewReader(file), warc.ImportOptions{
		File:    "example.warc",
		Problem: func(p warcfile.Problem) { fmt.Println("problem:", p.What) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(n.Records, "records,", n.Captures, "capture,", n.Articles, "article,", n.Foreign, "of no known newspaper")

	view, err := a.View(ctx, "dantri")
	if err != nil {
		log.Fatal(err)
	}
	err = view.All(ctx, func(c capture.Capture) error {
		article, err := view.Article(ctx, c.Number)
		fmt.Println(c.Time.Format("2006-01-02 15:04"), c.State, c.Page, article.Title)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 2 records, 1 capture, 1 article, 1 of no known newspaper
	// 2016-04-10 01:12 live 20160410080000123 Cầu mới qua sông Giăng
}
