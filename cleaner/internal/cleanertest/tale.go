package cleanertest

import (
	"fmt"
	"strings"
	"time"
)

// Tale is an article as the newspaper's markup has it: text is its lead and its
// paragraphs, a bar between.
type Tale struct {
	Title, Text, Canonical string
	Number                 int       // on its element, 0 for the page's own
	Day                    time.Time // zero for none
}

// TaleNumber is the newspaper's number of every tale.
const TaleNumber = 4711

// Page is the page of the tale.
func (s Tale) Page() string {
	lead, text, _ := strings.Cut(s.Text, "|")
	var b strings.Builder
	fmt.Fprintf(&b, `<html><head><title>%s | VOV.VN</title>`, s.Title)
	if s.Canonical != "" {
		fmt.Fprintf(&b, `<link rel="canonical" href="%s">`, s.Canonical)
	}
	number := s.Number
	if number == 0 {
		number = TaleNumber
	}
	fmt.Fprintf(&b, `</head><body><article class="detail" data-history-node-id="%d"><h1 class="article-title">%s</h1>`, number, s.Title)
	if !s.Day.IsZero() {
		fmt.Fprintf(&b, `<div class="article-date"><div class="col-md-4">%s</div></div>`, s.Day.Format("15:04, 02/01/2006"))
	}
	fmt.Fprintf(&b, `<div class="article-summary"><h2>%s</h2></div><div class="article-content"><div class="text-long">`, lead)
	for p := range strings.SplitSeq(text, "|") {
		fmt.Fprintf(&b, "<p>%s</p>", p)
	}
	b.WriteString(`</div></div></article></body></html>`)
	return b.String()
}
