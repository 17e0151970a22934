package archive_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
)

// An archive is made, two captures of a page are committed, and its history is read.
func Example() {
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

	hanoi := time.FixedZone("", 7*60*60)
	for i, title := range []string{"Nước sông Lèn dâng cao", "Nước sông Lèn đang rút"} {
		const url = "https://dantri.com.vn/xa-hoi/nuoc-song-len-20261129080000123.htm"
		_, err := a.Commit(ctx, "dantri", capture.Batch{Kept: []capture.Kept{{
			Capture: capture.Capture{
				Page: "20261129080000123", URL: url, Time: time.Date(2026, 11, 29, 8+i, 0, 0, 0, hanoi),
				Kind: capture.Response, Status: 200, State: capture.Live,
			},
			Body: []byte("<h1>" + title + "</h1>"),
			Article: &cleaner.Article{
				Site: "dantri", URL: url, Cleaner: "dantri/1", Language: "vi",
				Title: cleaner.Text(title), Text: title,
			},
		}}})
		if err != nil {
			log.Fatal(err)
		}
	}

	// What follows needs the archive alone.
	a, err = archive.Open(filepath.Join(folder, "archive"))
	if err != nil {
		log.Fatal(err)
	}
	view, err := a.View(ctx, "dantri")
	if err != nil {
		log.Fatal(err)
	}
	page, err := view.Page(ctx, "https://dantri.com.vn/xa-hoi/nuoc-song-len-20261129080000123.htm")
	if err != nil {
		log.Fatal(err)
	}
	versions, err := view.Versions(ctx, page.Page)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.ID, page.State)
	for _, v := range versions {
		article, err := view.Article(ctx, v.Capture)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(v.Number, v.Captured.In(hanoi).Format("15:04"), article.Title, v.Changed)
	}
	// Output:
	// 20261129080000123 live
	// 1 08:00 Nước sông Lèn dâng cao []
	// 2 09:00 Nước sông Lèn đang rút [title]
}
