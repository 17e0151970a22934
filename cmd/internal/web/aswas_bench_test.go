package web

import (
	"os"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// BenchmarkAsWas is what a page as it was takes of a real one's size: the bare read of it, the page
// around the frame, and what stands in the frame, made and kept.
func BenchmarkAsWas(b *testing.B) {
	body, err := os.ReadFile("../../../cleaner/testdata/dantri/singular-2021.20210603090000.html")
	if err != nil {
		b.Skip(err)
	}
	k := answerOf(b, edited.url, 200, time.Date(2026, 11, 10, 8, 0, 0, 0, sites.Zone))
	k.State, k.ContentType, k.Body = capture.Live, "text/html", body
	arch := answers(b, k)
	s := newTestServer(b, arch)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			view, err := arch.View(b.Context(), "dantri")
			if err != nil {
				b.Fatal(err)
			}
			info, err := view.Page(b.Context(), edited.url)
			if err == nil {
				err = view.Captures(b.Context(), info.Page, func(capture.Capture) error { return nil })
			}
			if err == nil {
				_, err = view.Body(b.Context(), 1)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("around", func(b *testing.B) {
		for b.Loop() {
			ask(s, "/at/2030/"+edited.url)
		}
	})
	b.Run("frame made", func(b *testing.B) {
		for b.Loop() {
			s.made = madeKept{}
			ask(s, "/raw/dantri/1")
		}
	})
	b.Run("frame kept", func(b *testing.B) {
		for b.Loop() {
			ask(s, "/raw/dantri/1")
		}
	})
}
