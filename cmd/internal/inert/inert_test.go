package inert

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/assets"
	"baoluu/cleaner/hostile"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

var testOptions = Options{
	Link: func(address string) string {
		if strings.HasPrefix(address, "https://vov.vn/") {
			return "/at/2016-04-08/" + address
		}
		return ""
	},
	Asset: func(address string, k assets.Kind) string {
		if strings.HasPrefix(address, "https://anh.vov.vn/") {
			return "/at/2016-04-08T08:00:00.000+07:00" + map[assets.Kind]string{assets.Image: "im_/", assets.Style: "cs_/", assets.Font: "fo_/"}[k] + address
		}
		return ""
	},
	Words: Words{Language: "vi", Picture: "Ảnh không được lưu", Recording: "Video hoặc âm thanh không được lưu", Frame: "Khung không được lưu", Link: "Không được lưu:"},
}

func read(t *testing.T, markup string) Page {
	t.Helper()
	p, err := Read(cleaner.Page{Body: []byte(markup), ContentType: "text/html", URL: "https://vov.vn/bai/1.vov"}, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, p.HTML)
	return p
}

// holds checks the promise on what is written, by a parser and a list of its own: nothing in
// it runs, asks, sends or leads out, and it is read as it was written.
func holds(t interface {
	Helper()
	Errorf(format string, args ...any)
}, document []byte,
) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(document))
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.CommentNode, html.ErrorNode, html.RawNode:
			t.Errorf("a node of type %d: %q", n.Type, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "style" {
			holdsSheet(t, n.FirstChild.Data)
		}
		if n.Namespace != "" || strings.Contains(" script iframe frame frameset object embed applet form input button textarea select svg math template noscript base video audio source ", " "+n.Data+" ") {
			t.Errorf("element %s", n.Data)
		}
		for _, a := range n.Attr {
			switch name, value := a.Key, strings.ToLower(strings.TrimSpace(a.Val)); {
			case name == "src" && n.Data == "img" && (strings.HasPrefix(value, "/at/") || strings.HasPrefix(value, "data:image/") && !strings.Contains(value, "svg")):
			case name == "src" && n.Data == "img" && strings.HasPrefix(value, "data:image/svg+xml;base64,"):
				body, err := base64.StdEncoding.DecodeString(a.Val[len("data:image/svg+xml;base64,"):])
				if err != nil {
					t.Errorf("%v", err)
				}
				holdsDrawing(t, body)
			case name == "href" && n.Data == "link" && strings.HasPrefix(value, "/at/"):
			case strings.HasPrefix(name, "on"), name == "style", name == "src", name == "srcset", name == "action", name == "formaction", name == "background", name == "ping", name == "autofocus", name == "name" && n.Data != "meta":
				t.Errorf("attribute %s=%q of %s", name, a.Val, n.Data)
			case name == "href" && !strings.HasPrefix(value, "/at/") && !strings.HasPrefix(value, "#"):
				t.Errorf("a link to %q", a.Val)
			case name == "http-equiv" && value != "content-security-policy":
				t.Errorf("http-equiv %q", a.Val)
			}
		}
	}
	body := bodyOf(root)
	var again bytes.Buffer
	if err := html.Render(&again, body); err != nil {
		t.Errorf("%v", err)
	}
	if i := bytes.Index(document, []byte("<body")); i < 0 || string(document[i:]) != again.String()+"</html>" {
		t.Errorf("parsed again, it is another document:\n%s", cmp.Diff(string(document[max(i, 0):]), again.String()+"</html>"))
	}
}

// TestTricks: what is left of the page with every trick, read by a person.
func TestTricks(t *testing.T) {
	body, err := os.ReadFile("testdata/tricks.html")
	if err != nil {
		t.Fatal(err)
	}
	p := read(t, string(body))
	if p.Text {
		t.Error("only its text is shown")
	}
	golden := filepath.Join("testdata", "tricks.golden.html")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, p.HTML, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(p.HTML)); diff != "" {
		t.Errorf("(UPDATE_GOLDEN=1 writes it)\n%s", diff)
	}
	for _, l := range p.Lost {
		t.Logf("%s: %d", l.Kind, l.Count)
	}
	for _, kind := range []LossKind{Script, Sheet, Picture, Recording, Frame, Field, Link, Refresh, Hidden} {
		if !strings.Contains(lossNames(p), string(kind)) {
			t.Errorf("%s: not told to be lost", kind)
		}
	}
}

func lossNames(p Page) string {
	var names []string
	for _, l := range p.Lost {
		names = append(names, string(l.Kind))
	}
	return strings.Join(names, " ")
}

// TestBody: what becomes of single pieces of markup.
func TestBody(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"text", `<p>Chợ &lt;quê&gt;`, `<p>Chợ &lt;quê&gt;</p>`},
		{"structure", `<article><h1 class=x>A</h1><ul><li>b</ul></article>`, `<article><h1>A</h1><ul><li>b</li></ul></article>`},
		{"table", `<table border=1 onclick=x><tr><td colspan=2 rowspan=99999 bgcolor="#fff" width="50%">c</table>`, `<table border="1"><tbody><tr><td colspan="2" bgcolor="#fff" width="50%">c</td></tr></tbody></table>`},
		{"kept link", `<a href="/a b.vov?x=1#y" target=_blank>l</a>`, `<a href="/at/2016-04-08/https://vov.vn/a%20b.vov?x=1" rel="noopener noreferrer nofollow" target="_top">l</a>`},
		{"lost link", `<a href="https://other.example/" style="color:red">l</a>`, `<a class="bl-0 bl-lost" title="Không được lưu: https://other.example/">l</a>`},
		{"place of the page", `<a href="#Đầu">l</a><h2 id="Đầu">h</h2>`, `<a href="#%C4%90%E1%BA%A7u">l</a><h2 id="Đầu">h</h2>`},
		{"no place", `<a href="#x">l</a>`, `<a>l</a>`},
		{"picture", `<img src=/a.jpg alt="Gánh rau">`, `<span class="bl-missing" title="https://vov.vn/a.jpg"><span class="bl-word" lang="vi">Ảnh không được lưu</span> Gánh rau</span>`},
		{"counter", `<img src=//c.example/1.gif width=1 height=1>x`, `x`},
		{"drawing", `a<svg><title>x</title><path d=""/></svg>b`, `a<img src="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjx0aXRsZT54PC90aXRsZT48cGF0aCBkPSIiPjwvcGF0aD48L3N2Zz4=" alt=""/>b`},
		{"formula", `<math><mi>x</mi><mo>=</mo><mn>1</mn></math>`, `x=1`},
		{"own element", `<amp-img src=x></amp-img><o:p>n</o:p>`, `n`},
		{"old markup", `<font color=red face=VNI size=2>d</font><center>e</center>`, `<font color="red" size="2">d</font><center>e</center>`},
		{"style", `<p style="text-align:center;position:fixed;top:0;margin:0 auto">x`, `<p class="bl-0">x</p>`},
		{"languages", `<p lang=EN dir=LTR>x<q lang="a b">y</q>`, `<p lang="en" dir="ltr">x<q>y</q></p>`},
		{"direction overrides", "<p title='a\u202eb'>\u202ex", `<p title="a` + "\ufffd" + `b">` + "\ufffd" + `x</p>`},
		{"preformatted", "<pre>\n\n x</pre>", "<pre>\n\n x</pre>"},
		{"carriage return", "<p title='a&#13;b'>a&#13;b", "<p title=\"a b\">a\nb</p>"},
		{"paragraph in paragraph", `<p><object><p>a</object>b`, `<p><span class="bl-missing"><span class="bl-word" lang="vi">Khung không được lưu</span></span>b</p>`},
		{"table in paragraph of an old page", `<html><p>a<table><tr><td>b</table>`, `<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := read(t, "<!doctype html><title>t</title>"+tt.in)
			_, got, _ := strings.Cut(string(p.HTML), "<body>")
			got = strings.TrimSuffix(got, "</body></html>")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s:\n%s", tt.in, diff)
			}
		})
	}
}

func TestStyles(t *testing.T) {
	for in, want := range map[string]string{
		"color:red": "color:red;",
		"COLOR : #FFF ; Text-Align:CENTER!important":     "color:#fff;text-align:center;",
		"margin:0 auto;padding:1px 2px 3px":              "margin:0 auto;padding:1px 2px 3px;",
		"border:1px solid rgb(1, 2, 3)":                  "border:1px solid rgb(1, 2, 3);",
		"display:none":                                   "display:none;",
		"background:url(x)":                              "",
		"background:u\\rl(x)":                            "",
		"background:\\75rl(x)":                           "",
		"color:expression(alert(1))":                     "",
		"color:red;/*;*/background-image:url(x)":         "color:red;",
		"color:r/**/ed":                                  "",
		"color:var(--x)":                                 "",
		"width:calc(1px)":                                "",
		"position:fixed;z-index:9":                       "",
		"margin:-99px":                                   "",
		"color:red}body{background:url(x)":               "",
		"color:red</style><script>":                      "",
		`font-family:"a;color:blue"`:                     "",
		"behavior:url(x);-moz-binding:url(x);filter:x()": "",
		"--x:url(y);color:red\x00":                       "",
	} {
		if got := kept(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestKinds: what is no page, and what is text.
func TestKinds(t *testing.T) {
	for name, tt := range map[string]struct {
		kind, body string
		text       bool
		refused    string
	}{
		"dump":    {"text/plain", "Chợ <b>quê</b>\r\n\r\nGánh rau.", true, ""},
		"JSON":    {"application/json", `{"a":"<script>"}`, false, "a JSON document"},
		"picture": {"text/html", "\x89PNG\r\n\x1a\nxxxx", false, "a picture (image/png)"},
		"PDF":     {"application/pdf", "%PDF-1.4 x", false, "a file (application/pdf)"},
		"empty":   {"text/html", "  ", false, "empty page"},
		"1258":    {"text/html; charset=windows-1258", "<!doctype html><p>Vi\xeat Nam", false, ""},
	} {
		p, err := Read(cleaner.Page{Body: []byte(tt.body), ContentType: tt.kind}, testOptions)
		var not *cleaner.NotArticleError
		switch {
		case tt.refused != "":
			if !errors.As(err, &not) || not.Reason != tt.refused {
				t.Errorf("%s: %v", name, err)
			}
			continue
		case err != nil || p.Text != tt.text:
			t.Errorf("%s: %v, text %v", name, err, p.Text)
			continue
		}
		holds(t, p.HTML)
	}
	if _, err := Read(cleaner.Page{Body: make([]byte, MaxBody+1)}, Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large one: %v", err)
	}
	if _, err := Read(cleaner.Page{Body: []byte("<!doctype html>" + strings.Repeat("<div>", 600))}, Options{}); !errors.Is(err, cleaner.ErrMarkup) {
		t.Errorf("a deep one: %v", err)
	}
}

// TestFixtures: of every page there is, the markup is shown, inert.
func TestFixtures(t *testing.T) {
	pages := 0
	err := filepath.WalkDir("../../../cleaner/testdata", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p, err := Read(cleaner.Page{Body: body, URL: "https://vov.vn/x"}, testOptions)
		if not := (*cleaner.NotArticleError)(nil); errors.As(err, &not) || errors.Is(err, cleaner.ErrMarkup) {
			return nil
		}
		if err != nil || p.Text {
			t.Errorf("%s: %v, only text %v", path, err, p.Text)
			return nil
		}
		pages++
		holds(t, p.HTML)
		return nil
	})
	if err != nil || pages < 100 {
		t.Errorf("%d pages, %v", pages, err)
	}
}

// drawn draws markup of the tokens that attack parsers.
func drawn(t *rapid.T) []byte {
	g := hostile.HTML
	var b strings.Builder
	for range rapid.IntRange(0, 60).Draw(t, "tokens") {
		token := rapid.SampledFrom(g.Tokens).Draw(t, "token")
		if rapid.Bool().Draw(t, "paired") {
			token = rapid.SampledFrom(g.Pairs).Draw(t, "pair")[rapid.IntRange(0, 1).Draw(t, "end")]
		}
		b.WriteString(strings.ReplaceAll(token, "%d", "1"))
	}
	return []byte(b.String())
}

// TestAnyMarkup: the promise holds for any document.
func TestAnyMarkup(t *testing.T) {
	texts, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		body := drawn(t)
		p, err := Read(cleaner.Page{Body: body, ContentType: "text/html", URL: "https://vov.vn/"}, testOptions)
		if err != nil {
			return
		}
		all++
		if p.Text {
			texts++
		}
		holds(t, p.HTML)
	})
	t.Logf("%d of %d only as text", texts, all)
}

func FuzzRead(f *testing.F) {
	tricks, err := os.ReadFile("testdata/tricks.html")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(tricks)) {
		f.Add([]byte(line), "text/html")
	}
	f.Add([]byte("a\x00b\xff"), "text/plain")
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		p, err := Read(cleaner.Page{Body: body, ContentType: kind, URL: "https://vov.vn/"}, testOptions)
		if err == nil {
			holds(t, p.HTML)
		}
	})
}

func FuzzStyle(f *testing.F) {
	for _, s := range []string{"color:red", "background:\\75rl(x)", "a:b;border:1px solid red"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, style string) {
		// Of no bytes but these can any trick of CSS be made.
		got := kept(style)
		if strings.ContainsAny(got, "\\\"'@{}<>*/!+=\n\t\x00") || kept(got) != got {
			t.Errorf("%q: %q, then %q", style, got, kept(got))
		}
		for call := range strings.SplitSeq(got, "(") {
			if call != got && strings.Contains(got, "(") && strings.HasSuffix(call, "url") {
				t.Errorf("%q: %q", style, got)
			}
		}
	})
}

func TestHostile(t *testing.T) {
	hostile.Check(t, hostile.HTML, func(doc []byte) {
		_, _ = Read(cleaner.Page{Body: doc, ContentType: "text/html", URL: "https://vov.vn/"}, testOptions) // what it says is another test's
	})
}
