package draft

import (
	"strings"
	"testing"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/pages"
	"baoluu/sites"
)

func TestSignLines(t *testing.T) {
	dantri, _ := sites.ByName("dantri")
	for _, tt := range []struct {
		marked         article.Text // a byline that the page marks
		lines          []string
		byline, source article.Text
	}{
		{"", []string{"Theo Reuters"}, "", "Theo Reuters"},
		{"", []string{"Theo Thu Giang", "VnEconomy"}, "Thu Giang", "VnEconomy"}, // taken from that paper
		{"", []string{"Theo Thu Giang", "Zing/Themost10"}, "Thu Giang", "Zing/Themost10"},
		{"", []string{"Theo Lao Động", "Giang"}, "Giang", "Theo Lao Động"},
		{"", []string{"Theo Reuters", "TTXVN"}, "", "Theo Reuters"},
		{"", []string{"Theo Thu Giang", "Dân trí"}, "", "Theo Thu Giang"}, // its own name says nothing
		{"", []string{"Thu Giang", "Theo Reuters"}, "Thu Giang", "Theo Reuters"},
		{"", []string{"Báo Dân trí", "Theo Reuters"}, "", "Theo Reuters"},
		{"", []string{"Thu Giang", "Hà Linh"}, "Thu Giang, Hà Linh", ""},
		{"", []string{"Ảnh: Thu Giang", "Đồ họa: Hà Linh"}, "Ảnh: Thu Giang", ""},
		{"", []string{"Nội dung: Thu Giang", "Đồ họa: Hà Linh"}, "Nội dung: Thu Giang", ""},
		{"Thu Giang", []string{"Nội dung: Thu Giang", "Đồ họa: Hà Linh"}, "Thu Giang", ""},
	} {
		m := &Draft{Doc: &pages.Document{}, Paper: dantri, Article: article.Article{Byline: tt.marked}, explain: true}
		m.SignLines(tt.lines, "a rule")
		if m.Byline != tt.byline || m.Source != tt.source {
			t.Errorf("%q: got %q, %q, want %q, %q", tt.lines, m.Byline, m.Source, tt.byline, tt.source)
		}
		seen := map[string]bool{}
		for _, r := range m.reasons {
			if seen[r.Field] {
				t.Errorf("%q: two reasons for %s", tt.lines, r.Field)
			}
			seen[r.Field] = true
		}
	}
}

func TestEndMark(t *testing.T) {
	for in, want := range map[string]string{
		"tiếp cận với Nga./.": "tiếp cận với Nga.",
		"với Nga ./.":         "với Nga.",
		"với Nga. /.":         "với Nga.",
		"“với Nga./.”":        "“với Nga.”",
		"với Nga!./.":         "với Nga!",
		"năm 2016/2017.":      "năm 2016/2017.",
		"./.":                 "",
		"với Nga.":            "với Nga.",
	} {
		got := WithoutEndMark(in)
		if in == "./." {
			got = strings.Trim(got, ".")
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
