package sites

import (
	"fmt"
	"testing"
)

// Every selector names what its element must have; what is in brackets does not
// count, nor what only stands around it.
func TestParts(t *testing.T) {
	for text, want := range map[string]string{
		`h1`:                                  "[[h1]]",
		`h1.title-page`:                       "[[.title-page]]",
		`.dt-news__sapo h2, #abody`:           "[[.dt-news__sapo h2] [#abody]]",
		`.article__content > .content`:        "[[.article__content .content]]",
		`a[href*="/tac-gia/"]:not(:has(img))`: "[[a]]",
		`body:has(.post-content > p, #x)`:     "[[body]]",
		`h1[data-slot=title]`:                 "[[[data-slot]]",
		`[class*=ads_detail]`:                 "[[[class]]",
		`.x:not(.y, .z) + ul`:                 "[[.x ul]]",
	} {
		s, err := NewSelector(text)
		var got [][]Hook
		for _, p := range s.Parts {
			got = append(got, p.Hooks)
		}
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"*", ":has(p)", "p *", ""} {
		if s, err := NewSelector(text); err == nil {
			t.Errorf("%q: %v", text, s.Parts)
		}
	}
}
