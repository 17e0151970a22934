package warc

import (
	"strings"
	"testing"
	"time"
)

func TestCopyAt(t *testing.T) {
	tests := []struct{ address, original, at string }{
		{"http://web.archive.org/web/20160410011223/http://www.thanhniennews.com/society/a-60931.html", "http://www.thanhniennews.com/society/a-60931.html", "2016-04-10T01:12:23Z"},
		{"https://web.archive.org/web/20160410011223id_/https://dantri.com.vn/", "https://dantri.com.vn/", "2016-04-10T01:12:23Z"},
		{"https://web.archive.org/web/20160410011223/http:/dantri.com.vn/x?a=b", "http://dantri.com.vn/x?a=b", "2016-04-10T01:12:23Z"},
		{"https://webarchive.library.example/news/vn/20160410011223mp_/http://vov.vn/", "http://vov.vn/", "2016-04-10T01:12:23Z"},
		{"https://web.archive.org/web/2016/http://vov.vn/", "", ""},
		{"https://web.archive.org/web/20169910011223/http://vov.vn/", "", ""},
		{"https://dantri.com.vn/xa-hoi/bai-20160410011223.htm", "", ""},
		{"https://dantri.com.vn/?u=/20160410011223/http://vov.vn/", "", ""},
		{"", "", ""},
	}
	for _, test := range tests {
		c, ok := CopyAt(test.address)
		at := ""
		if ok {
			at = c.Time.Format(time.RFC3339)
		}
		if c.Original != test.original || at != test.at {
			t.Errorf("%s: %q at %q", test.address, c.Original, at)
		}
	}
}

const original = `<html><head><meta charset="utf-8"><link rel="canonical" href="http://www.thanhniennews.com/society/flood-60931.html"/>
<script>var u = "http:\/\/www.thanhniennews.com\/x";</script></head>
<body><h1>Flood</h1><p>See <a href="http://www.thanhniennews.com/">home</a>, <a href='http://other.example/?a=/web/1/'>other</a>, <img src="http://img.example/a.jpg" srcset="http://img.example/b.jpg 2x, http://img.example/c.jpg 3x">
and the <a href="http://web.archive.org/">archive</a>.</p></body></html>
`

// as the Wayback Machine shows it
const asShown = `<html><head><script src="//archive.org/includes/athena.js" type="text/javascript"></script>
<script type="text/javascript">window.addEventListener('DOMContentLoaded',function(){var v=archive_analytics.values;});</script>
<script type="text/javascript" src="https://web-static.archive.org/_static/js/bundle-playback.js?v=1" charset="utf-8"></script>
<script type="text/javascript">__wm.init("https://web.archive.org/web"); __wm.wombat("http://www.thanhniennews.com/society/flood-60931.html","20160410011223","https://web.archive.org/","web","/_static/", "1460250743");</script>
<!-- End Wayback Rewrite JS Include -->
<meta charset="utf-8"><link rel="canonical" href="https://web.archive.org/web/20160410011223/http://www.thanhniennews.com/society/flood-60931.html"/>
<script>var u = "https:\/\/web.archive.org\/web\/20160410011223\/http:\/\/www.thanhniennews.com\/x";</script></head>
<body><!-- BEGIN WAYBACK TOOLBAR INSERT -->
<div id="wm-ipp"><a href="/web/20160301000000*/http://www.thanhniennews.com/society/flood-60931.html">3 captures</a><a href="/web/20150101000000/http://www.thanhniennews.com/society/flood-60931.html">before</a></div>
<!-- END WAYBACK TOOLBAR INSERT --><h1>Flood</h1><p>See <a href="/web/20160410011223/http://www.thanhniennews.com/">home</a>, <a href='https://web.archive.org/web/20160410011223/http://other.example/?a=/web/1/'>other</a>, <img src="//web.archive.org/web/20160410011223im_/http://img.example/a.jpg" srcset="https://web.archive.org/web/20160410011223im_/http://img.example/b.jpg 2x, https://web.archive.org/web/20160410011223im_/http://img.example/c.jpg 3x">
and the <a href="https://web.archive.org/web/20160410011223/http://web.archive.org/">archive</a>.</p></body></html>
<!--
     FILE ARCHIVED ON 01:12:23 Apr 10, 2016 AND RETRIEVED FROM THE
     INTERNET ARCHIVE ON 03:04:05 Nov 01, 2026.
-->
<!--
playback timings (ms):
  captures_list: 0.5
-->
`

func TestCopyPage(t *testing.T) {
	const canonical = "https://web.archive.org/web/20160410011223/http://www.thanhniennews.com/society/flood-60931.html"
	bare := strings.NewReplacer("__wm.wombat", "x").Replace(asShown)
	for name, find := range map[string]func() (Copy, bool){
		"address":   func() (Copy, bool) { return FindCopy([]byte(asShown), canonical, "") },
		"canonical": func() (Copy, bool) { return FindCopy([]byte(bare), "", canonical) },
		"saved from": func() (Copy, bool) {
			return FindCopy([]byte("<!-- saved from url=(0093)"+canonical+" -->\n"+bare), "", "")
		},
		"its script":  func() (Copy, bool) { return FindCopy([]byte(asShown), "", "") },
		"its toolbar": func() (Copy, bool) { return FindCopy([]byte(bare), "", "") },
		"its toolbar, for an address that is given": func() (Copy, bool) {
			return FindCopy([]byte(bare), "http://www.thanhniennews.com/society/flood-60931.html", "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, ok := find()
			if !ok || c.URL != canonical || c.Original != "http://www.thanhniennews.com/society/flood-60931.html" || c.Time.Format(time.RFC3339) != "2016-04-10T01:12:23Z" {
				t.Fatalf("%v %+v", ok, c)
			}
			page, notes := c.Page([]byte(asShown))
			if string(page) != original {
				t.Errorf("%s", page)
			}
			if len(notes) != 3 {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

func TestFindCopyInOthers(t *testing.T) {
	linking := `<p>Xem <a href="https://web.archive.org/web/20160410011223/http://vov.vn/">bản lưu</a>. FILE ARCHIVED ON 01:12:23 Apr 10, 2016</p>`
	if c, ok := FindCopy([]byte(linking), "https://vov.vn/x", "https://vov.vn/x"); ok {
		t.Errorf("a page that links to a web archive is taken for its copy: %+v", c)
	}
	exact, _ := CopyAt("https://web.archive.org/web/20160410011223id_/http://vov.vn/")
	if page, notes := exact.Page([]byte(asShown)); string(page) != asShown || len(notes) != 1 {
		t.Errorf("what was never rewritten is changed: %q", notes)
	}
}

func FuzzCopyPage(f *testing.F) {
	f.Add("https://web.archive.org/web/20160410011223/http://vov.vn/", []byte(asShown))
	f.Add("http://a[/20160410011223/http://vov.vn/", []byte("<!-- WB Insert --><!-- End WB Insert -->"))
	f.Fuzz(func(t *testing.T, address string, body []byte) {
		c, ok := FindCopy(body, address, "")
		if !ok {
			return
		}
		if page, _ := c.Page(body); len(page) > len(body) {
			t.Fatalf("%d bytes of %d", len(page), len(body))
		}
	})
}
