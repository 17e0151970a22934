package crawler

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baoluu/archive/capture"
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
			e, ok := w.next(func(host string) bool { return slices.Contains(open, host) }, isBusy)
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

// countedFrontier is one of fresh articles.
type countedFrontier struct {
	Frontier
	due    int
	counts int
}

func (s *countedFrontier) Due(_ context.Context, _ string, _ time.Time, class capture.Class, limit int) ([]capture.Entry, error) {
	if class != capture.Fresh {
		return nil, nil
	}
	es := make([]capture.Entry, min(s.due, limit))
	for i := range es {
		es[i].Page = fmt.Sprint(s.due - i)
	}
	return es, nil
}

func (s *countedFrontier) Waiting(context.Context, string, time.Time, capture.Class) (int, error) {
	s.counts++
	return s.due, nil
}

// All that waits is reported, however much more it is than a window holds, and counted once.
func TestWaitingIsAllThatIsDue(t *testing.T) {
	store := &countedFrontier{due: 4*windowSize + 10}
	q := newQueue(store, "dantri", time.Now(), false)
	pick := func() {
		e, ok, err := q.pick(t.Context(), func(string) bool { return true })
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if q.waiting() != store.due-1 {
			t.Fatalf("%d waiting, want %d", q.waiting(), store.due-1)
		}
		q.done(e.Page)
		store.due--
	}
	for range 2 * windowSize {
		pick()
	}
	store.due += 50
	q.listed(capture.Fresh, 50)
	q.refill()
	for store.due > 0 {
		pick()
	}
	if store.counts != 1 {
		t.Errorf("counted %d times", store.counts)
	}
	q.windows[capture.Again].queue = make([]queued, 3)
	if q.waiting() != 3 {
		t.Errorf("%d waiting", q.waiting())
	}
	if q.close(capture.Again); q.waiting() != 0 {
		t.Errorf("%d waiting of what is left to a later run", q.waiting())
	}
}
