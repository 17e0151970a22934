package crawler

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"baoluu/cleaner/capture"
)

// A window gives the first address that is not busy and whose host has room, drops
// the busy ones before it, and keeps all others in their order.
func TestWindowTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hosts := []string{"a", "b", "c"}
		var w window
		var model []queued
		for i := range rapid.IntRange(0, 30).Draw(t, "addresses") {
			c := queued{capture.Entry{Page: fmt.Sprint(i)}, rapid.SampledFrom(hosts).Draw(t, "host")}
			w.queue, model = append(w.queue, c), append(model, c)
		}
		for range rapid.IntRange(0, 40).Draw(t, "takes") {
			open := rapid.SliceOfDistinct(rapid.SampledFrom(hosts), rapid.ID[string]).Draw(t, "hosts with room")
			busy := rapid.SliceOf(rapid.IntRange(0, 30)).Draw(t, "busy")
			isBusy := func(page string) bool {
				return slices.ContainsFunc(busy, func(n int) bool { return fmt.Sprint(n) == page })
			}
			want := slices.IndexFunc(model, func(c queued) bool { return !isBusy(c.Page) && slices.Contains(open, c.host) })
			e, ok := w.take(func(host string) bool { return slices.Contains(open, host) }, isBusy)
			if ok != (want >= 0) || ok && e.Page != model[want].Page {
				t.Fatalf("took %q, %v of %v; %v have room, %v are busy", e.Page, ok, model, open, busy)
			}
			behind := []queued{}
			if ok {
				behind = model[want+1:]
				model = model[:want]
			}
			model = append(slices.DeleteFunc(slices.Clone(model), func(c queued) bool { return isBusy(c.Page) }), behind...)
			if !slices.EqualFunc(w.queue, model, func(a, b queued) bool { return a.Page == b.Page && a.host == b.host }) {
				t.Fatalf("left %v, want %v", w.queue, model)
			}
		}
	})
}
