package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// hundred are names of newspapers, some of them words that addresses here have.
func hundred() []string {
	names := []string{"b", "a-1", "bao-24h", "search", "changes", "health", "api", "at", "day", "new", "p", "x" + strings.Repeat("-9", 19)}
	for i := len(names); i < 100; i++ {
		names = append(names, fmt.Sprintf("bao-%d", i))
	}
	return names
}

// TestAHundredNewspapers: each has its page, its articles, lists, feeds and health, whatever its name,
// and the front page has all.
func TestAHundredNewspapers(t *testing.T) {
	names := hundred()
	list := sites.BuiltIn()
	for _, name := range names {
		s, err := sites.Read(name+".yaml", fmt.Appendf(nil, `name: %s
title: Báo %[1]s
home: https://%[1]s.example.vn/
hosts: [%[1]s.example.vn]
languages: vi
sources: [{kind: front, url: "https://%[1]s.example.vn/"}]
articles: [{path: '/[^/]+-(?P<id>\d+)\.html'}]
layouts: [{name: bai, article: article, title: h1, time: time, body: .noi-dung}]
`, name))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	known, err := sites.NewRegistry(list...)
	if err != nil {
		t.Fatal(err)
	}
	sites.Use(known)
	defer sites.Use(nil)
	arch, err := archive.Create(archiveDir(t))
	if err != nil {
		t.Fatal(err)
	}
	shown := make([]Newspaper, len(names))
	for i, name := range names {
		site, _ := sites.ByName(name)
		at := now.Add(-time.Duration(i+1) * time.Minute)
		k := capture.Kept{Capture: capture.Capture{
			Page: "100", URL: "https://" + name + ".example.vn/tin-100.html", Time: at, Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html",
		}, Body: fmt.Appendf(nil, `<html><article><h1>Tin của %s</h1><time datetime=%q>x</time><div class="noi-dung"><p>Dòng nước dâng lên ở nơi thứ %d.</p></div></article></html>`, name, at.Format(time.RFC3339), i)}
		made, err := cleaner.Clean(cleaner.Page{URL: k.URL, Captured: at, ContentType: k.ContentType, Body: k.Body}, site)
		if err != nil {
			t.Fatal(err)
		}
		k.Article = &made
		run := capture.Run{Started: at, Ended: at, End: "done", Listed: 1, Fetched: 1, New: 1, Sources: 1, Read: 1}
		if _, err := arch.Commit(t.Context(), name, capture.Batch{Run: &run, Kept: []capture.Kept{k}}); err != nil {
			t.Fatal(err)
		}
		shown[i] = Newspaper{Site: name, Enabled: true, Schedule: "*/15 * * * *"}
	}
	s := newTestServer(t, arch, func(o *Options) { o.Newspapers = func() ([]Newspaper, error) { return shown, nil } })
	for _, name := range names {
		if err := s.Search.Update(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
	}
	front := textOf(ask(s, "/").Body.String())
	for i, name := range names {
		if !strings.Contains(front, "Báo "+name) {
			t.Errorf("the front page lacks %s", name)
		}
		if i > 12 { // the names from there on are alike
			continue
		}
		for target, has := range map[string]string{
			"/n/" + name: "Tin của " + name, "/p/" + name + "/100": "Tin của " + name, "/health/" + name: name,
			"/p/" + name + "/100/text": "Dòng nước", "/p/" + name + "/100/changes.atom": "<feed", "/raw/" + name + "/1": "Dòng nước",
			"/search?q=nước&site=" + name: "Tin của " + name, "/changes?site=" + name: "Báo " + name, "/changes.atom?site=" + name: "<feed",
			"/at/2027/https://" + name + ".example.vn/tin-100.html": "Tin của " + name,
		} {
			if w := ask(s, strings.ReplaceAll(target, "ư", "%C6%B0")); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), has) {
				t.Errorf("%s: %d\n%.300s", target, w.Code, textOf(w.Body.String()))
			}
		}
	}
	var answered struct{ Newspapers []struct{ Site string } }
	if w := ask(s, apiPrefix+"/newspapers"); w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), &answered) != nil || len(answered.Newspapers) != len(names) {
		t.Errorf("%d, %d newspapers: %.300s", w.Code, len(answered.Newspapers), w.Body)
	}
}
