package learn

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/sites"
)

// Whatever one page or all pages say, there is a draft, and its file reads back.
func TestWhateverPagesSay(t *testing.T) {
	long := strings.Repeat("x", 1<<16)
	head := func(s string) func(string) string {
		return func(b string) string { return strings.Replace(b, "<title>", s+"<title>", 1) }
	}
	body := func(s string) func(string) string {
		return func(b string) string { return strings.Replace(b, "<article", s+"<article", 1) }
	}
	in := func(s string) func(string) string {
		return func(b string) string { return strings.Replace(b, "<p class=bai__ky", s+"<p class=bai__ky", 1) }
	}
	sub := func(from, to string) func(string) string {
		return func(b string) string { return strings.ReplaceAll(b, from, to) }
	}
	attacks := map[string]func(string) string{"nothing": func(s string) string { return s }}
	for _, name := range []string{"\x1b[31mX", "X\u202eY", "X\u200bY", "a: b", "# c", "@x", "- x", "? x", "'x", "123", "~", "x\u0085y", "x\u2028y", "x\xffy", "\U000e0041x", "<<", "2026-01-01", "\U0010ffff", "\ufffd", "..."} {
		quoted := strings.ReplaceAll(name, "'", "&#39;")
		attacks[fmt.Sprintf("%q", name)] = func(b string) string {
			b = head("<meta property=og:site_name content='" + quoted + "'><meta property=article:section content='" + quoted + "'>")(b)
			return body("<a href='/" + quoted + "'>Mục</a><a href='/x?" + quoted + "=1'>Mục</a>")(sub("bai__than", "'"+quoted+"'")(sub("Lời dẫn", name+" - Lời dẫn")(b)))
		}
		attacks[fmt.Sprintf("suffix %q", name)] = sub("Báo Bến Sông", name)
	}
	for name, f := range map[string]func(string) string{
		"long site_name": head(`<meta property=og:site_name content="` + long + `">`),
		"long section":   head(`<meta property=article:section content="` + long + `">`),
		"long suffix":    sub("Báo Bến Sông", "Báo "+long),
		"label host":     head(`<link rel=alternate hreflang=en href="https://` + strings.Repeat("a", 80) + `.baobensong.example/x">`),
		"hreflang":       head(`<link rel=alternate hreflang=en href="https://vov.vn/x"><link rel=alternate hreflang=en href="https://localhost/x"><link rel=alternate hreflang=en href="https://169.254.169.254/x"><link rel=alternate hreflang=en href="https://-a.baobensong.example/"><link rel=alternate hreflang=en href="https://a_b.baobensong.example/"><link rel=alternate hreflang=en href="https://é.baobensong.example/"><link rel=alternate hreflang=en href="https://m.baobensong.example:8080/"><link rel=alternate hreflang=en href="https://u:p@n.baobensong.example/">`),
		"local pictures": in(`<figure><img src="https://img.internal/a.jpg" width=600 height=400></figure>`),
		"label pictures": in(`<figure><img src="https://` + strings.Repeat("a", 80) + `.anh.vn/a.jpg" width=600 height=400></figure>`),
		"vov pictures":   in(`<figure><img src="https://vov.vn/a.jpg" width=600 height=400></figure>`),
		"lan styles":     head(`<link rel=stylesheet href="https://a.lan/x.css"><link rel=stylesheet href="https://css.vov.vn/x.css">`),
		"canonical vov":  head(`<link rel=canonical href="https://vov.vn/thoi-su/x-1.html">`),
		"canonical ip":   head(`<link rel=canonical href="https://127.0.0.1/thoi-su/x-1.html">`),
		"lang":           sub("<!doctype html>", "<!doctype html><html lang='xx\u202e-\x1b'>"),
		"long lang":      sub("<!doctype html>", "<!doctype html><html lang="+strings.Repeat("q", 300)+">"),
		"long path":      body(`<a href="/` + strings.Repeat("muc/", 400) + `">Mục</a>`),
		"long link":      body(`<a href="/` + strings.Repeat("a", 1900) + `">Mục</a>`),
		"long query":     body(`<a href="/muc?` + strings.Repeat("a", 1900) + `=1">Mục</a>`),
		"folder classes": sub("bai__than", strings.Repeat("a", 600)),
		"many editions": func(b string) string {
			var s strings.Builder
			for i := range 40 {
				fmt.Fprintf(&s, `<link rel=alternate hreflang=en href="//h%d.baobensong.example/x">`, i)
			}
			return head(s.String())(b)
		},
	} {
		attacks[name] = f
	}
	for name, attack := range attacks {
		for _, of := range []int{1, 8} {
			t.Run(fmt.Sprintf("%s/%d", name, of), func(t *testing.T) {
				m := Material{Home: "https://baobensong.example/"}
				for i := range 8 {
					p := storyPage(i, "")
					p.Body = []byte(strings.Replace(string(p.Body), "<title>", "<meta property=og:type content=article><meta property=article:published_time content='2026-03-0"+fmt.Sprint(i+1)+"T08:00:00+07:00'><title>", 1))
					if i < of {
						p.Body = []byte(attack(string(p.Body)))
					}
					m.Pages = append(m.Pages, p)
				}
				draft, err := Draft(m)
				if err != nil {
					t.Fatalf("%.400v", err)
				}
				draft.Comments["title"] = append(draft.Comments["title"], "in doubt: "+name)
				text, err := draft.Description.YAML(draft.Comments)
				if err != nil {
					t.Fatalf("%.400v", err)
				}
				if _, err := sites.Read("x.yaml", text); err != nil {
					t.Fatalf("%.400v\n%.3000s", err, text)
				}
				if i := strings.IndexFunc(string(text), func(r rune) bool {
					return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028 || r == 0x200b || r == 0xfeff || r == 0xad)
				}); i >= 0 {
					t.Errorf("unseen: %q", text[max(0, i-60):min(len(text), i+20)])
				}
			})
		}
	}
}
