package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"baoluu/archive"
	"baoluu/archive/capture"
)

// A title, a lead or a word that no newspaper would print takes no more of a list than a long one.
func TestHugeTextsInLists(t *testing.T) {
	arch, err := archive.Create(archiveDir(t))
	if err != nil {
		t.Fatal(err)
	}
	var batch capture.Batch
	const huge = 300_000
	for i, words := range []string{strings.Repeat("rất ", huge/5), strings.Repeat("ấ", huge/3), strings.Repeat("a\u0309", huge/3)} {
		a := edited
		a.url = strings.Replace(edited.url, "218.htm", "30"+string(rune('1'+i))+".htm", 1)
		a.title, a.lead, a.body = "Chữ "+words, "Lời dẫn "+words, append(a.body[:2:2], "Đoạn "+words)
		b := a
		b.title, b.body = "Chữ khác "+words+"b", append(a.body[:2:2], "Đoạn khác "+words+"b")
		batch.Kept = append(batch.Kept, a.kept(t, now.Add(-2*time.Hour)), b.kept(t, now.Add(-time.Hour)))
	}
	if _, err := arch.Commit(t.Context(), "dantri", batch); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	if err := s.Search.Update(t.Context(), "dantri", nil); err != nil {
		t.Fatal(err)
	}
	page := pagePath("dantri", batch.Kept[0].Page)
	for _, path := range []string{
		"/", "/changes", "/changes.atom", "/changes.json", "/n/dantri", "/day/2026-11-18", "/day/2026-11", "/day/2026-11-22", "/search?q=khac", "/search?q=rat",
		page + "/text", page + "/changes.atom", apiPrefix + "/articles", apiPrefix + "/changes", apiPrefix + "/search?q=khac", "/at/2026/" + batch.Kept[0].URL,
	} {
		w := ask(s, path)
		if path == page+"/text" && w.Body.Len() < mostText {
			t.Errorf("%s: %d bytes", path, w.Body.Len())
		}
		if w.Code != http.StatusOK || w.Body.Len() > mostText+20_000 || !utf8.ValidString(w.Body.String()) {
			t.Errorf("%s: %d, %d bytes", path, w.Code, w.Body.Len())
		}
	}
}

func TestBrief(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""}, {"mươi chữ", "mươi chữ"}, {"mười chữ ạ", "mười…"}, {"Nghệ An mưa", "Nghệ An…"}, {"xxxxxxxxấấ", "xxxxxxxx…"}, {"xxxxxxxa\u0309xxx", "xxxxxxx…"}, {"\u0309\u0309\u0309\u0309\u0309\u0309\u0309", "\u0309\u0309\u0309\u0309…"},
	} {
		if got := brief(tt.text, 12); got != tt.want {
			t.Errorf("%q: %q, not %q", tt.text, got, tt.want)
		}
	}
}
