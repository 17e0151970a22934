package backup_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
)

// A newspaper is backed up twice: the second time only what is new is copied.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "backup")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	a, err := archive.Create(filepath.Join(folder, "archive"))
	if err != nil {
		log.Fatal(err)
	}
	for day := 1; day <= 2; day++ {
		feed := capture.Capture{
			Page: "vn,vov)/rss", URL: "https://vov.vn/rss", Time: time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC),
			Kind: capture.Response, Status: 200, State: capture.Live,
		}
		_, err := a.Commit(ctx, "vov", capture.Batch{Kept: []capture.Kept{{Capture: feed, Body: fmt.Append(nil, "<rss>", day)}}})
		if err != nil {
			log.Fatal(err)
		}
		report, err := backup.Run(ctx, a, "vov", filepath.Join(folder, "backup"), nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("copied", report.Captures, "of", report.Of)
	}
	// Output:
	// copied 1 of 1
	// copied 1 of 2
}
