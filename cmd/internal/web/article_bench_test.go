package web

import (
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
)

// The server's time for an article beside the bare read of what it shows: its page, versions,
// captures and text.
func BenchmarkArticle(b *testing.B) {
	arch := richArchive(b)
	s := newTestServer(b, arch)
	for name, a := range map[string]article{"two versions": takenDown, "eleven versions": tenVersions, "200 captures": captured, "12,000 words": endless} {
		path := pagePath("dantri", keyOf(b, a))
		page := keyOf(b, a)
		b.Run(name+"/bare", func(b *testing.B) {
			for b.Loop() {
				view, err := arch.View(b.Context(), "dantri")
				if err != nil {
					b.Fatal(err)
				}
				if _, err := view.Page(b.Context(), page); err != nil {
					b.Fatal(err)
				}
				versions, err := view.Versions(b.Context(), page)
				if err != nil {
					b.Fatal(err)
				}
				newest, _ := archive.NewestLive(versions)
				if _, err := view.Article(b.Context(), newest.Capture); err != nil {
					b.Fatal(err)
				}
				if err := view.Captures(b.Context(), page, func(capture.Capture) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/page", func(b *testing.B) {
			for b.Loop() {
				if w := ask(s, path); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
		b.Run(name+"/first", func(b *testing.B) {
			for b.Loop() {
				s.compared = changesKept{}
				if w := ask(s, path); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
