package inert

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/assets"
)

// sheetToken is one of a sheet as it is written here: strings in double quotes, names whole, so that neither
// "xurl()" nor a string that says "url(" is taken for an address.
var sheetToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|@?(?:[-\w]|[^\x00-\x7f]|\\[0-9a-f]+ )+\(?|(?s:.)`)

// holdsSheet checks that a sheet asks for nothing but what the archive has.
func holdsSheet(t interface {
	Helper()
	Errorf(format string, args ...any)
}, css string,
) {
	t.Helper()
	if strings.Contains(css, "</") || strings.Contains(css, "<!") {
		t.Errorf("a sheet that ends its element: %q", css)
	}
	var last [2]string
	for _, token := range sheetToken.FindAllString(strings.ReplaceAll(css, "/**/", " "), -1) {
		token = strings.ToLower(strings.TrimSpace(token))
		if token == "" {
			continue
		}
		address, isString := strings.CutPrefix(token, `"`)
		switch {
		case last[1] == "url(" && !(isString && (strings.HasPrefix(address, "/at/") || strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "#")) || token == "#"),
			last[1] == "@import" && token != "url(",
			strings.HasSuffix(last[1], "image-set(") && isString,
			token == "src(", token == "expression(",
			token == ":" && (last[1] == "behavior" || last[1] == "-moz-binding") && strings.Contains("{};", last[0]):
			t.Errorf("a sheet runs or asks for %s %s %s: %s", last[0], last[1], token, css)
		}
		last = [2]string{last[1], token}
	}
}

// Neither a name that ends in "url" nor a string that says it asks for anything; and what does
// is seen.
func TestHoldsSheet(t *testing.T) {
	for css, want := range map[string]bool{
		`a{b:xurl();}`: true, `a{b:"url()";}`: true, `a{b:--url(x);}`: true, `a{b:\e9 url(x);}`: true, `.behavior:hover{}`: true, `a{b:"\22 behavior:";}`: true, `a{b:url("/at/x");}`: true,
		`a{b:URL(x);}`: false, `a{b:url("https://x/");}`: false, `a{b:url( );}`: false, `@import "/at/x";`: false, `a{b:-webkit-image-set("x" 1x);}`: false, `a{behavior:x}`: false, `a{b:c;-moz-binding:x}`: false, `behavior:x`: false, `a{b:expression(1)}`: false, `a{b:"x";c:url(y)}`: false,
	} {
		var seen faults
		if holdsSheet(&seen, css); (seen == 0) != want {
			t.Errorf("%s: %d faults", css, seen)
		}
	}
}

type faults int

func (*faults) Helper()                 {}
func (f *faults) Errorf(string, ...any) { *f++ }

// holdsDrawing checks that a drawing is XML by a strict reader, runs nothing and asks for nothing.
func holdsDrawing(t interface {
	Helper()
	Errorf(format string, args ...any)
}, svg []byte,
) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%v in %q", err, svg)
			return
		}
		switch token := token.(type) {
		case xml.Directive, xml.ProcInst, xml.Comment:
			t.Errorf("%T in %q", token, svg)
		case xml.StartElement:
			if strings.Contains(" script foreignObject animate set animateTransform animateMotion handler iframe a ", " "+token.Name.Local+" ") || token.Name.Space != svgSpace {
				t.Errorf("element %v in %q", token.Name, svg)
			}
			for _, a := range token.Attr {
				low := strings.ToLower(a.Value)
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") && !strings.HasPrefix(a.Value, "data:image/") {
					t.Errorf("attribute %s=%q", a.Name.Local, a.Value)
				}
				if strings.Contains(low, "url") && a.Name.Local != "id" && a.Name.Local != "class" && a.Name.Local != "href" {
					holdsSheet(t, a.Value)
				}
			}
		}
	}
}

// TestLook: what is kept of a page's look is shown, and what is missing is told.
func TestLook(t *testing.T) {
	for name, tt := range map[string]struct{ markup, want, lost string }{
		"picture":               {`<img src="https://anh.vov.vn/a.jpg" alt="Chợ" width=300 height="200" onload="x()" class="to" style="border:1px solid red" srcset="https://else.example/b.jpg 2x">`, `<img src="/at/2016-04-08T08:00:00.000+07:00im_/https://anh.vov.vn/a.jpg" width="300" height="200" class="bl-0" alt="Chợ"/>`, "script"},
		"lazy":                  {`<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" data-src="https://anh.vov.vn/a.jpg"><noscript><img src="https://anh.vov.vn/a.jpg"></noscript>`, `<img src="/at/2016-04-08T08:00:00.000+07:00im_/https://anh.vov.vn/a.jpg" alt="" class="bl-shown"/>`, "hidden"},
		"missing, and its size": {`<img src="/a.jpg" alt="Chợ" width="300" height="200">`, `<span class="bl-missing bl-0" title="https://vov.vn/a.jpg"><span class="bl-word" lang="vi">Ảnh không được lưu</span> Chợ</span>`, "picture"},
		"the kept one of many":  {`<picture><source srcset="/x.webp 800w"><img src="https://anh.vov.vn/a.jpg" alt=""></picture>`, `<picture><img src="/at/2016-04-08T08:00:00.000+07:00im_/https://anh.vov.vn/a.jpg" alt=""/></picture>`, ""},
		"sheets": {
			`<link rel="stylesheet" href="https://anh.vov.vn/a.css" media="screen and (min-width: 1px)"><link rel=stylesheet href=/b.css><style>@import "https://anh.vov.vn/c.css"; @font-face{font-family:F;src:url(https://anh.vov.vn/f.woff2)} .a{color:red;background:url(/no.png)}</style><p class="a bl-word" id="b" style="color:blue!important;background:url(https://anh.vov.vn/d.png)">x`,
			`<p class="bl-0 a" id="b">x</p>`, "style",
		},
		"no sheet of it is kept": {`<link rel=stylesheet href=/b.css><style>.a{color:red}</style><p class="a" style="position:fixed;color:red">x`, `<p class="bl-0">x</p>`, "style"},
		"background":             {`<table background="https://anh.vov.vn/g.gif"><tr><td>x</table>`, `<table class="bl-0">`, ""},
		"poster":                 {`<video poster="https://anh.vov.vn/p.jpg" src=/v.mp4></video>`, `<img src="/at/2016-04-08T08:00:00.000+07:00im_/https://anh.vov.vn/p.jpg"`, "recording"},
		"drawing":                {`<svg width="20" height="10" class="i" onload="x()"><script>x()</script><path d="M0 0h9" fill="red"/><image href="https://anh.vov.vn/a.png"/></svg>`, `<img src="data:image/svg+xml;base64,PHN2ZyB4bWxucz0i`, "script"},
		"picture in the page":    {`<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' onload='x()'%3E%3Cpath d='M0 0'/%3E%3C/svg%3E" alt="">`, `<img src="data:image/svg+xml;base64,`, ""},
		"no picture in the page": {`<img src="data:text/html,<script>x()</script>" alt="">`, `bl-missing`, "picture"},
	} {
		t.Run(name, func(t *testing.T) {
			p := read(t, "<!doctype html>"+tt.markup)
			if p.Text || !strings.Contains(string(p.HTML), tt.want) {
				t.Errorf("not %s in\n%s", tt.want, p.HTML)
			}
			var lost []string
			for _, l := range p.Lost {
				lost = append(lost, string(l.Kind))
			}
			if got := strings.Join(lost, " "); got != tt.lost {
				t.Errorf("lost %q, want %q", got, tt.lost)
			}
		})
	}
}

// TestQuirks: a page without a doctype, and with style sheets, is set as browsers set it then.
func TestQuirks(t *testing.T) {
	for markup, want := range map[string]bool{
		"<!doctype html><style>p{color:red}</style><p>x": true,
		"<style>p{color:red}</style><p>x<table>":         false,
		"<p>x":                                           true,
	} {
		if p := read(t, markup); strings.HasPrefix(string(p.HTML), doctype) != want {
			t.Errorf("%s", p.HTML)
		}
	}
}

const plainDrawing = `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">`

var drawings = map[string]struct {
	svg  string
	ok   bool
	want string // it says so
	not  string
}{
	"plain":                {plainDrawing + `<style>.a{fill:url(#g)}</style><defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs><path class="a" d="M0 0h9v9" style="stroke:#fff"/></svg>`, true, `d="M0 0h9v9"`, "DOCTYPE"},
	"script":               {plainDrawing + `<script>x()</script><g onclick="x()"><a xlink:href="javascript:x()" xmlns:xlink="http://www.w3.org/1999/xlink"><text>Bấm</text></a></g></svg>`, true, `<text>Bấm</text>`, "x()"},
	"foreign":              {plainDrawing + `<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/></foreignObject><rect width="1"/></svg>`, true, "<rect", "evil"},
	"animated":             {plainDrawing + `<use href="#a"><animate attributeName="href" values="https://evil.example/x#y"/><set attributeName="onclick" to="x()"/></use></svg>`, true, `href="#a"`, "evil"},
	"outside":              {plainDrawing + `<use href="https://evil.example/x.svg#a"/><image href="https://evil.example/a.png"/><rect fill="url(https://evil.example/#a)" style="fill:url('//evil.example/b')" filter="\75rl(//evil.example)"/><style>@import "https://evil.example";rect{fill:url(https://evil.example/f)}</style><feImage href="https://evil.example/b"/></svg>`, true, "<rect", "evil"},
	"entity":               {`<!DOCTYPE svg [<!ENTITY a "<script>x()</script>"><!ENTITY b SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;&b;</text></svg>`, true, "<text>", "x()"},
	"laughs":               {plainDrawing + laughs() + `</svg>`, false, "", ""},
	"itself":               {plainDrawing + `<g id="a"><use href="#a"/></g></svg>`, false, "", ""},
	"patterns":             {plainDrawing + `<pattern id="p"><rect fill="url(#p)"/></pattern></svg>`, false, "", ""},
	"names with escapes":   {plainDrawing + strings.ReplaceAll(laughs(), "#a", "#%61") + `</svg>`, false, "", ""},
	"names in Latin 1":     {plainDrawing + strings.NewReplacer("#a", "#%E9", `"a`, `"é`).Replace(laughs()) + `</svg>`, false, "", ""},
	"Vietnamese names":     {plainDrawing + `<g id="Lớp_1"><rect/></g><use href="#Lớp_1"/></svg>`, true, `href="#Lớp_1"`, ""},
	"names of what is out": {plainDrawing + `<x id="a1"/><x id="a2"/><x id="a3"/><x id="a4"/><x id="a5"/><x id="a6"/><x id="a7"/><x id="a8"/><x id="a9"/>` + laughs() + `</svg>`, false, "", ""},
	"escapes of CSS":       {plainDrawing + chain(`<rect style="mask:u\72l(\23 a%d)"/>`) + `</svg>`, false, "", ""},
	"classes":              {plainDrawing + `<style>` + rules(`.c%d{mask:url(#a%d)}`) + `</style>` + chain(`<rect class="c%d"/>`) + `</svg>`, false, "", ""},
	"classes in media":     {plainDrawing + `<style>@media all{` + rules(`.c%d{mask:url(#a%d)}`) + `}</style>` + chain(`<rect class="c%d"/>`) + `</svg>`, false, "", ""},
	"braces in a string":   {plainDrawing + `<style>` + rules(`.c%d{content:"}.x{";mask:url(#a%d)}`) + `</style>` + chain(`<rect class="c%d"/>`) + `</svg>`, false, "", ""},
	"any element":          {plainDrawing + `<style>rect{mask:url(#m)}</style><mask id="m"><rect/></mask><rect/></svg>`, false, "", ""},
	"marks at each point":  {plainDrawing + `<marker id="m">` + strings.Repeat("<rect/>", 100) + `</marker><path marker-mid="url(#m)" d="M0 0` + strings.Repeat("h1", 10000) + `"/></svg>`, false, "", ""},
	"handed down":          {plainDrawing + `<pattern id="m">` + strings.Repeat("<rect/>", 1000) + `</pattern><g fill="url(#m)">` + strings.Repeat("<rect/>", 1000) + `</g></svg>`, false, "", ""},
	"cut to a shape":       {plainDrawing + `<style>.c,.d{clip-path:url(#c)}.d{fill:url(#g)}text{font-family:"Roboto",sans-serif}</style><clipPath id="c"><rect/></clipPath><linearGradient id="g"/><g class="c"><g clip-path="url(#c)"><g class="d">` + strings.Repeat("<rect/>", 9000) + `</g></g></g></svg>`, true, "<clipPath", ""},
	"page":                 {`<html><body>x</body></html>`, false, "", ""},
	"two":                  {`<svg xmlns="http://www.w3.org/2000/svg"/><svg xmlns="http://www.w3.org/2000/svg"/>`, false, "", ""},
	"sheet":                {`<?xml-stylesheet href="https://evil.example/a.css"?><svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>`, true, "<svg", "evil"},
	"deep":                 {plainDrawing + strings.Repeat("<g>", 300), false, "", ""},
}

// laughs is a drawing of a few lines that draws a billion times.
func laughs() string {
	var b strings.Builder
	b.WriteString(`<rect id="a0"/>`)
	for i := range 10 {
		b.WriteString(`<g id="a` + string(rune('1'+i)) + `">` + strings.Repeat(`<use href="#a`+string(rune('0'+i))+`"/>`, 10) + `</g>`)
	}
	return b.String()
}

// chain is of ten masks, each of ten of the shapes that name the next.
func chain(shape string) string {
	var b strings.Builder
	for i := range 10 {
		b.WriteString(`<mask id="a` + strconv.Itoa(i) + `">` + strings.Repeat(strings.ReplaceAll(shape, "%d", strconv.Itoa(i+1)), 10) + `</mask>`)
	}
	return b.String() + strings.ReplaceAll(shape, "%d", "0")
}

func rules(rule string) string {
	var b strings.Builder
	for i := range 10 {
		b.WriteString(strings.ReplaceAll(rule, "%d", strconv.Itoa(i)))
	}
	return b.String()
}

func TestDrawing(t *testing.T) {
	for name, tt := range drawings {
		svg, ok := Drawing([]byte(tt.svg))
		if ok != tt.ok || ok && (!strings.Contains(string(svg), tt.want) || tt.not != "" && strings.Contains(string(svg), tt.not)) {
			t.Errorf("%s: %v %s", name, ok, svg)
		}
		if ok {
			holdsDrawing(t, svg)
		}
	}
}

func FuzzDrawing(f *testing.F) {
	for _, tt := range drawings {
		f.Add([]byte(tt.svg))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		svg, ok := Drawing(body)
		if !ok {
			return
		}
		holdsDrawing(t, svg)
		if again, ok := Drawing(svg); !ok || !bytes.Equal(again, svg) {
			t.Errorf("%q becomes %q", svg, again)
		}
		p, err := Read(cleaner.Page{Body: append([]byte("<!doctype html><p>x"), body...), ContentType: "text/html", URL: "https://vov.vn/"}, testOptions)
		if err == nil {
			holds(t, p.HTML)
		}
	})
}

func FuzzStyleSheet(f *testing.F) {
	for _, css := range []string{`@import "https://anh.vov.vn/a.css"; a{background:url(b.png)}`, `a{b:\75rl(//evil.example)}`, `@font-face{src:url(x) format("woff")}`, `</style><script>`, `a{b:xurl()}`, `a{b:"url()";--c:url(d)}`} {
		f.Add([]byte(css), "text/css")
	}
	f.Fuzz(func(t *testing.T, css []byte, kind string) {
		holdsSheet(t, string(StyleSheet(css, kind, "https://anh.vov.vn/", testOptions.Asset)))
		p, err := Read(cleaner.Page{Body: append([]byte("<!doctype html><style>"), css...), ContentType: "text/html", URL: "https://vov.vn/"}, testOptions)
		if err == nil {
			holds(t, p.HTML)
		}
	})
}

// A picture that stands in a sheet is as inert as one that stands in a page.
func TestPictureInSheet(t *testing.T) {
	for svg, want := range map[string]bool{plainDrawing + `<script>x()</script><rect/></svg>`: true, plainDrawing + laughs() + `</svg>`: false, `<html>`: false} {
		css := `a{background:url("data:image/svg+xml,` + url.PathEscape(svg) + `")}`
		got := string(StyleSheet([]byte(css), "text/css", "https://anh.vov.vn/", testOptions.Asset))
		if strings.Contains(got, `url("data:image/svg+xml;base64,`) != want || strings.Contains(got, "script") {
			t.Errorf("%s: %s", svg, got)
		}
		p := read(t, "<!doctype html><style>b{}</style><p style='"+css[2:len(css)-1]+"'>x")
		if strings.Contains(string(p.HTML), `url("data:image/svg+xml;base64,`) != want {
			t.Errorf("%s: %s", svg, p.HTML)
		}
	}
}

// A picture that a browser would need gigabytes for is none, wherever it stands.
func TestHugePicture(t *testing.T) {
	for size, want := range map[string]bool{"\x10\x27\x10\x27": true, "\x10\x27\x11\x27": false, "\xff\xff\xff\xff": false} { // 10,000 × 10,000, a row more, all that GIF can
		data := "data:image/gif;base64," + base64.StdEncoding.EncodeToString([]byte("GIF89a"+size+"\x00\x00\x00;"))
		p := read(t, `<!doctype html><style>b{background:url(`+data+`)}</style><img src="`+data+`"><p style="background:url(`+data+`)">x`)
		n, all := bytes.Count(p.HTML, []byte("R0lGOD")), 0
		if want {
			all = 3
		}
		if n != all {
			t.Errorf("%q stands in the page %d times, want %d:\n%s", size, n, all, p.HTML)
		}
	}
}

// What stands in a sheet as it came is asked for as the archive has it.
func TestStyleSheet(t *testing.T) {
	got := string(StyleSheet([]byte(`@charset "utf-8"; a{background:url(b.png) no-repeat} b{background:url(//evil.example/c.png)}`), "text/css", "https://anh.vov.vn/css/a.css", testOptions.Asset))
	if !strings.Contains(got, `/at/2016-04-08T08:00:00.000+07:00im_/https://anh.vov.vn/css/b.png`) || strings.Contains(got, "evil") {
		t.Error(got)
	}
	if got := StyleSheet([]byte(`a{background:url(b.png)}`), "text/css", "https://anh.vov.vn/", func(string, assets.Kind) string { return "https://evil.example/" }); bytes.Contains(got, []byte("evil")) {
		t.Errorf("%s", got)
	}
}
