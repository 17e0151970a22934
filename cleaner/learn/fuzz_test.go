package learn

import (
	"slices"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/hostile"
	"baoluu/sites"
)

// Whatever pages and addresses say, the draft compiles, is written and read back, tells the articles that it
// was learnt from as articles, and does not depend on the order.
func FuzzDraft(f *testing.F) {
	for _, p := range madePapers {
		m := p.material(3)
		f.Add(m.Pages[0].Body, m.Pages[3].Body, m.Pages[4].Body, m.Pages[0].URL, m.Pages[3].URL, m.Pages[4].URL, strings.Join(namedBy(m), "\n"))
	}
	text := madePapers[0].page(madePapers[0].at(1)).Body
	for _, address := range []string{
		"https://mau.vn/((((((((-1234567.html", `https://mau.vn/\Q[a-z]+\E-1234567.html`, "https://mau.vn/%00-1234567.html", "https://mau.vn/a|b-(?P<id>x)-1234567.html", "http://localhost/bai-viet-so-mot-1234567.html",
		"http://169.254.169.254/bai-viet-so-mot-1234567.html", "https://mau.vn/?id=1234567", "https://[::1]/bai-viet-1234567.html", "https://mau.vn/" + strings.Repeat("a/", 100) + "b-1234567.html", "https://mau.vn/2024/05/",
	} {
		f.Add(text, text, text, address, address+"x", address, strings.Repeat(address+"\n", 3))
	}
	f.Fuzz(func(t *testing.T, a, b, c []byte, atA, atB, atC, listed string) {
		m := Material{Listed: strings.Split(listed, "\n")}
		for _, p := range []cleaner.Page{{Body: a, URL: atA}, {Body: b, URL: atB}, {Body: c, URL: atC}} {
			p.ContentType = "text/html; charset=utf-8"
			m.Pages = append(m.Pages, p)
		}
		m.Pages = append(m.Pages, cleaner.Page{Body: b, ContentType: "text/html", URL: atC}) // enough to hold some out
		d, err := Draft(m)
		slices.Reverse(m.Pages)
		slices.Reverse(m.Listed)
		again, errAgain := Draft(m)
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("%v, in another order %v", err, errAgain)
		}
		if err != nil {
			return
		}
		text, err := d.Description.YAML(d.Comments)
		if err != nil {
			t.Fatal(err)
		}
		other, err := again.Description.YAML(again.Comments)
		if err != nil || string(text) != string(other) {
			t.Fatalf("another order gives\n%s\nnot\n%s", other, text)
		}
		site, err := sites.Read(d.Description.Name+".yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, address := range d.Description.Checked.Pages {
			if a, err := site.Address(address); err != nil || a.Kind != sites.Article || a.ID == "" {
				t.Fatalf("%s was learnt from, and is %s %q\n%s", address, a.Kind, a.ID, text)
			}
		}
	})
}

// Whatever addresses are named, the forms learnt of them compile, and match those that they were learnt from with the
// number that these have.
func FuzzForms(f *testing.F) {
	for _, p := range madePapers {
		var listed []string
		for n := range 8 {
			listed = append(listed, p.address(p.at(n)))
		}
		f.Add(strings.Join(listed, "\n"))
	}
	f.Add("https://mau.vn/((-1234567.html\nhttps://mau.vn/[^-1234568.html\nhttps://mau.vn/\\Q-1234569.html")
	f.Add("https://mau.vn/tin/a/20261120/cau-ben-moi-thong-xe/720345.html\nhttps://mau.vn/tin/b/20260306/cho-phien-dong-khach/718126.\nhttps://mau.vn/a/-.voc-vung-cao-them\nhttps://mau.vn/a-1234z%22%84,O%FC8901234567890.%FFt")
	f.Add("https://mau.vn/a-12345678901234567890.html\nhttps://mau.vn/b-0.html\nhttps://mau.vn/2024/13/c\nhttps://mau.vn/1/2/3/4/5/6/7/8/9/10")
	f.Fuzz(func(t *testing.T, listed string) {
		var samples []sample
		for line := range strings.SplitSeq(listed, "\n") {
			if p, ok := placeOf(line); ok {
				if n := p.number(); n.looksNamed() {
					samples = append(samples, sample{numbered: n, read: true})
				}
			}
		}
		for _, one := range articleForms(slices.Clone(samples)) {
			for _, s := range one.samples {
				if got, id := fitting([]form{one}, &s.place); s.looksNamed() && (got == nil || id == "") {
					t.Fatalf("%s was learnt from, and %s does not match it", s.url, one.path)
				}
			}
		}
		Forms(strings.Split(listed, "\n"))
	})
}

// What a page costs the learner grows with its size, whatever stands in it.
func TestHostilePages(t *testing.T) {
	p := madePapers[0]
	page := string(p.page(p.at(0)).Body)
	head, rest, _ := strings.Cut(page, `<ul class="more">`)
	hostile.Check(t, hostile.Grammar{
		Tokens: []string{`<a href="/bai-viet-moi-dang-so-1234567.html">`, `</a>`, `<a href="/`, `thoi-su`, `-1234567`, `.html`, `">`, `2`, `<link rel="alternate" href="/a-p2">`, `<li>`, `?page=3`, `<h1>`, `<meta property="og:site_name" content="`, ` | `, `<title>`},
	}, func(doc []byte) {
		m := Material{Pages: []cleaner.Page{p.page(p.at(1)), {Body: []byte(head + string(doc) + rest), ContentType: "text/html; charset=utf-8", URL: p.address(p.at(0))}}}
		if _, err := Draft(m); err != nil {
			t.Error(err)
		}
	})
}
