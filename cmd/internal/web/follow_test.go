package web

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baoluu/archive/capture"
)

// What a crawl brings is shown without anybody asking the archive for it, and an end waits
// for nothing.
func TestShowsWhatComes(t *testing.T) {
	arch := smallArchive(t)
	fresh := article{
		url: "https://dantri.com.vn/xa-hoi/tin-vua-den-20261122130000333.htm", title: "Tin vừa đến", lead: "Bài này đến khi trang đang mở.",
		body: []string{"Đoạn thứ nhất của bài vừa đến.", "Đoạn thứ hai của bài vừa đến."}, published: now.Add(-time.Hour),
	}
	batch := capture.Batch{Kept: []capture.Kept{fresh.kept(t, now.Add(-time.Minute))}}
	synctest.Test(t, func(t *testing.T) {
		s, err := New(testOptions(t, arch))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		synctest.Wait()
		if _, err := arch.Commit(t.Context(), "dantri", batch); err != nil {
			t.Fatal(err)
		}
		if page := ask(s, "/n/dantri").Body.String(); strings.Contains(page, fresh.title) {
			t.Error("read within the request")
		}
		time.Sleep(followEvery)
		synctest.Wait()
		if page := ask(s, "/n/dantri").Body.String(); !strings.Contains(page, fresh.title) {
			t.Error(textOf(page))
		}
	})
}

// A list that is not complete yet says so; an archive without a newspaper is complete.
func TestSaysThatItReads(t *testing.T) {
	arch := smallArchive(t)
	s := &Server{Options: testOptions(t, arch)}
	if _, ready := s.asOf(); ready {
		t.Error("ready before the first look")
	}
	s.looked.Store(true)
	if _, ready := s.asOf(); !ready {
		t.Error("not ready where there is nothing to read")
	}
	if err := s.Catalog.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	if at, ready := s.asOf("dantri"); !ready || at.IsZero() {
		t.Error("not ready after all was read", at)
	}
}
