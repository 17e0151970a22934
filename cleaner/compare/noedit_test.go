package compare

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// inTexts changes what a page shows as text, and nothing else.
func inTexts(page string, change func(string) string) string {
	var b bytes.Buffer
	z := html.NewTokenizer(strings.NewReader(page))
	silent := ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := string(z.Raw())
		name, _ := z.TagName()
		switch {
		case kind == html.StartTagToken && (string(name) == "script" || string(name) == "style" || string(name) == "title" || string(name) == "textarea"):
			silent = string(name)
		case kind == html.EndTagToken && string(name) == silent:
			silent = ""
		case kind == html.TextToken && silent == "" && strings.TrimSpace(raw) != "":
			raw = change(raw)
		}
		b.WriteString(raw)
	}
}

var (
	source     = regexp.MustCompile(`(src|data-src|data-original|content|href)="https?://[^"/]+(/[^"]+\.(?:jpe?g|png|webp))[^"]*"`)
	modified   = regexp.MustCompile(`("dateModified"\s*:\s*")[^"]*"`)
	paragraphs = regexp.MustCompile(`</p>`)
	blanks2    = regexp.MustCompile(` `)
)

// noEdits is what happens to a page from one day to the next without a word of the
// article being changed.
var noEdits = []struct {
	name string
	do   func(page string, r *rand.Rand) string
}{
	{"related articles below", func(p string, r *rand.Rand) string {
		return strings.Replace(p, "</body>", fmt.Sprintf(`<div class="box-related"><h3>Tin liên quan</h3><ul><li><a href="/xa-hoi/lu-%d.htm">Nước rút, hai xã ven sông có điện trở lại</a></li></ul></div></body>`, r.IntN(1e6)), 1)
	}},
	{"comments below", func(p string, r *rand.Rand) string {
		return strings.Replace(p, "</body>", fmt.Sprintf(`<div class="comment-box"><span class="count">%d bình luận</span><p>Bài viết hay quá, mong bà con sớm ổn định cuộc sống sau lũ.</p></div></body>`, r.IntN(1000)), 1)
	}},
	{"an advertisement between paragraphs", func(p string, r *rand.Rand) string {
		n := 0
		return paragraphs.ReplaceAllStringFunc(p, func(end string) string {
			if n++; r.IntN(3) > 0 {
				return end
			}
			return end + fmt.Sprintf(`<div class="ads" id="div-gpt-ad-%d-0"><script>googletag.cmd.push(function(){googletag.display("div-gpt-ad-%d-0")})</script><ins class="adsbygoogle" data-ad-slot="%d"></ins></div>`, r.IntN(1e9), n, n)
		})
	}},
	{"a frame between paragraphs", func(p string, r *rand.Rand) string {
		return strings.Replace(p, "</p>", fmt.Sprintf(`</p><iframe src="https://ads.example/%d" width="300"></iframe>`, r.IntN(1e9)), 2)
	}},
	{"how long ago", func(p string, r *rand.Rand) string {
		return strings.Replace(p, "</body>", fmt.Sprintf(`<aside><ul><li><a href="/a.htm">Chợ nổi mở cửa</a> <span class="time">%d phút trước</span></li></ul></aside></body>`, r.IntN(60)), 1)
	}},
	{"pictures from elsewhere", func(p string, r *rand.Rand) string {
		return source.ReplaceAllString(p, fmt.Sprintf(`$1="https://cdn%d.example.vn/zoom/%d_%d$2?w=%d"`, r.IntN(9), r.IntN(900)+100, r.IntN(600)+100, r.IntN(1000)))
	}},
	{"straight quotes", func(p string, _ *rand.Rand) string {
		return inTexts(p, func(s string) string {
			return strings.NewReplacer("“", "&quot;", "”", "&quot;", "‘", "'", "’", "'").Replace(s)
		})
	}},
	{"curly quotes", func(p string, _ *rand.Rand) string {
		return inTexts(p, func(s string) string {
			return strings.NewReplacer(`"`, "”", "&quot;", "”", "'", "’", "&#39;", "’").Replace(s)
		})
	}},
	{"longer dashes", func(p string, _ *rand.Rand) string {
		return inTexts(p, func(s string) string { return strings.ReplaceAll(s, " - ", " – ") })
	}},
	{"letters and tones apart", func(p string, _ *rand.Rand) string { return inTexts(p, norm.NFD.String) }},
	{"other blanks", func(p string, r *rand.Rand) string {
		return inTexts(p, func(s string) string {
			return blanks2.ReplaceAllStringFunc(s, func(string) string { return []string{" ", " ", "  ", "\n", "&nbsp;", " \u200b"}[r.IntN(6)] })
		})
	}},
	{"another save", func(p string, _ *rand.Rand) string {
		return modified.ReplaceAllString(p, `${1}2026-11-20T08:00:00+07:00"`)
	}},
	{"tokens", func(p string, r *rand.Rand) string {
		return strings.Replace(p, "</head>", fmt.Sprintf(`<meta name="csrf-token" content="%x"><script nonce="%x">var user=null</script></head>`, r.Uint64(), r.Uint64()), 1)
	}},
}

// TestNoEdit: what is not the article's own words makes no version of it, on any
// page of any newspaper.
func TestNoEdit(t *testing.T) { onAll(t, noEdit) }

func noEdit(t *testing.T, list []sample) {
	did := make([]int, len(noEdits))
	for n, s := range list {
		for i, e := range noEdits {
			before := decoded(s.page)
			p := s.page
			p.Body = []byte(e.do(before, rand.New(rand.NewPCG(uint64(n), uint64(i)))))
			p.ContentType = "text/html; charset=utf-8"
			if string(p.Body) == before {
				continue
			}
			did[i]++
			now, ok := readingOf(p, s.site)
			if !ok {
				t.Errorf("%s, %s: no article", s.name, e.name)
				continue
			}
			if d := Readings(s.read, now); d.Cause == Edited || d.Cause == Doubtful {
				t.Errorf("%s, %s: %s %q %+v", s.name, e.name, d.Cause, d.Changed, d.Edits(s.read.Article, now.Article))
			}
		}
	}
	for i, e := range noEdits {
		if did[i] == 0 {
			t.Errorf("%s: on none of %d pages", e.name, len(list))
		}
	}
}
