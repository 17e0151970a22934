package quality_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive/corpus/quality"
	"baoluu/cleaner"
)

// article is one without fault.
func article() *cleaner.Article {
	const body = "Sáng nay, bà con xã Hòa Khê tập trung ở nhà văn hóa để nghe kế hoạch xây thư viện mới, công trình mà cả xã đã chờ suốt ba năm."
	a := &cleaner.Article{
		Site: "dantri", Language: "vi", Title: "Xã Hòa Khê sắp có thư viện", Lead: "Công trình rộng 320 m2 do người dân đóng góp.",
		Byline: "Thu Hà", Source: "TTXVN", Published: cleaner.Time{Time: time.Unix(1, 0)}, Section: []string{"Xã hội"}, Tags: []string{"thư viện"},
		Layout: "singular-2021",
	}
	for _, text := range []string{body, "Ông Phan Đình Quảng cho biết công trình sẽ mở cửa trước năm học mới."} {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: text})
	}
	return rewritten(a)
}

// rewritten has the text that follows from its parts.
func rewritten(a *cleaner.Article) *cleaner.Article {
	parts := []string{string(a.Title), string(a.Lead)}
	for _, b := range a.Body {
		parts = append(parts, b.Text)
	}
	a.Text = strings.TrimSpace(strings.Join(parts, "\n\n"))
	return a
}

func TestOf(t *testing.T) {
	const english = "The library was paid for by the people of the commune, and it is to open in September with books for the schools in the valley."
	paragraph := func(a *cleaner.Article, texts ...string) {
		for _, text := range texts {
			a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: text})
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*cleaner.Article)
		labels string
		lang   string
	}{
		{"nothing", func(*cleaner.Article) {}, "", "vi"},
		{"generic", func(a *cleaner.Article) { a.Layout = "generic"; a.Notes = []string{"no layout fits"} }, "generic noted", "vi"},
		{"dump", func(a *cleaner.Article) { a.Layout = "text" }, "dump", "vi"},
		{"boilerplate", func(a *cleaner.Article) { paragraph(a, "Tin liên quan:", "Chia sẻ") }, "boilerplate", "vi"},
		{"its own boilerplate", func(a *cleaner.Article) { paragraph(a, "Dòng sự kiện:") }, "boilerplate", "vi"},
		{"another's boilerplate", func(a *cleaner.Article) { a.Site = "vov"; paragraph(a, "Dòng sự kiện:") }, "", "vi"},
		{"words of boilerplate in a sentence", func(a *cleaner.Article) { paragraph(a, "Xem thêm tin này, bà con bình luận sôi nổi.") }, "", "vi"},
		{"repeated", func(a *cleaner.Article) { paragraph(a, a.Body[0].Text) }, "repeated", "vi"},
		{"two languages", func(a *cleaner.Article) { paragraph(a, english) }, "mixed", "mixed"},
		{"English", func(a *cleaner.Article) {
			a.Title, a.Lead, a.Body = "Library for the commune", "It is to open with the new school year, and the books are free.", nil
			paragraph(a, english, "And for the youngest of them there is a room of their own.")
		}, "other-language", "en"},
		{"English, and said so", func(a *cleaner.Article) {
			a.Language, a.Title, a.Lead, a.Body = "en", "Library for the commune", "It is to open with the new school year, and the books are free.", nil
			paragraph(a, english, "And for the youngest of them there is a room of their own.")
		}, "", "en"},
		{"empty", func(a *cleaner.Article) { *a = cleaner.Article{Site: "dantri"} },
			"short missing-title missing-lead missing-body missing-byline missing-source missing-published missing-section missing-tags", ""},
	} {
		a := article()
		tt.change(a)
		q := quality.Of(rewritten(a))
		if got := strings.Trim(fmt.Sprint(q.Labels), "[]"); got != tt.labels || string(q.TextLanguage) != tt.lang {
			t.Errorf("%s: %s, %s; want %s, %s", tt.name, got, q.TextLanguage, tt.labels, tt.lang)
		}
	}
	want := quality.Quality{TextLanguage: "vi", Chars: 271, Words: 63, Labels: []quality.Label{}}
	if diff := cmp.Diff(want, quality.Of(article())); diff != "" {
		t.Error(diff)
	}
}

func TestConditions(t *testing.T) {
	a := article()
	a.Notes = []string{"one"}
	subject := quality.Subject{Article: a, Topic: "society", Quality: quality.Of(a)}
	for where, want := range map[string]bool{
		"generic": false, "!generic": true, " ! generic ": true, "noted": true, "!noted": false,
		"chars>=271": true, "chars>271": false, "chars=271": true, "chars!=271": false, "chars < 272": true, "words<=62": false, "repeated<0.1": true, "notes=1": true, "boilerplate>0": false,
		"language=vi": true, "language!=vi": false, "text_language=en": false, "layout=singular-2021": true, "topic=society": true, "topic!=sport": true, "topic=": false,
	} {
		f, err := quality.ParseCondition(where)
		if err != nil || f.Holds(subject) != want {
			t.Errorf("%s: want %t, %v", where, want, err)
		}
	}
	for where, want := range map[string]string{
		"generc":       `there is nothing called "generc"`,
		"!":            `there is nothing called ""`,
		"":             `there is nothing called ""`,
		"size>3":       `there is nothing called "size"`,
		"chars":        "chars wants a value, as in chars>=100",
		"!language":    "language wants a value, as in language=vi",
		"chars>many":   `chars is compared with a number, and "many" is none`,
		"chars>NaN":    `chars is compared with a number, and "NaN" is none`,
		"language>vi":  "language is no number: write language=vi or language!=vi",
		"layout":       "layout wants a value, as in layout=generic",
		"topic!=sprot": `topic is never "sprot": there are politics, world, society, economy, law, education, health, science, environment, culture, entertainment, sport, travel, lifestyle, cars, opinion`,
		"generic=true": "generic is a label: write generic or !generic",
	} {
		_, err := quality.ParseCondition(where)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", where, err, want)
		}
		if unknown := new(quality.UnknownNameError); strings.HasPrefix(want, "there is") != errors.As(err, &unknown) {
			t.Errorf("%s: %T", where, err)
		}
	}
}

func FuzzParseCondition(f *testing.F) {
	for _, where := range []string{"generic", "!mixed", "chars>=500", "language!=vi", "a=b=c", "!=", "repeated<1e-3", "topic=a>b"} {
		f.Add(where)
	}
	a := article()
	subject := quality.Subject{Article: a, Quality: quality.Of(a)}
	f.Fuzz(func(t *testing.T, where string) {
		filter, err := quality.ParseCondition(where)
		if err != nil {
			return
		}
		if filter.String() != where {
			t.Errorf("%q is shown as %q", where, filter)
		}
		again, err := quality.ParseCondition(strings.TrimSpace(where))
		if err != nil || again.Holds(subject) != filter.Holds(subject) {
			t.Errorf("%q: %v", where, err)
		}
	})
}
