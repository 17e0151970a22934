package sampleweb

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// PictureChange is a way in which a newspaper changes a picture of an article.
type PictureChange int

// The ways of [Web.ChangePicture].
const (
	Exchanged    PictureChange = iota // another picture, at an address of its own
	Overwritten                       // another picture at the same address: the page does not change
	Moved                             // the same bytes at another address
	Compressed                        // the same picture at another address, in a lower quality
	Recompressed                      // the same picture at the same address, in a lower quality
)

// pictureVersion is one state of a picture, after some changes.
type pictureVersion struct {
	figure   int    // of which it is the picture, from 1
	suffix   string // of its file's name
	silent   bool   // the page is as it was
	drawing  drawing
	modified time.Time
}

// ChangePicture changes the picture of an article's figure n, from 1, and gives its address. What
// stood at an address that is no longer named stays there.
func (w *Web) ChangePicture(site, key string, n int, how PictureChange) (address string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, a, err := w.find(site, key)
	if err != nil {
		return "", err
	}
	a.flesh()
	if n < 1 || n > a.figures() {
		return "", fmt.Errorf("picture %d of %s %s: %w", n, site, key, ErrUnknown)
	}
	v := pictureVersion{figure: n, drawing: s.drawingAt(a.image(n))}
	for _, earlier := range s.pictures[key] {
		if earlier.figure == n {
			v.suffix = earlier.suffix
		}
	}
	mark := fmt.Sprintf("-s%d", len(s.pictures[key])+2)
	switch how {
	case Exchanged:
		v.suffix, v.drawing.seed = mark, v.drawing.seed+mark
	case Overwritten:
		v.silent, v.drawing.seed = true, v.drawing.seed+mark
	case Moved:
		v.suffix = mark
	case Compressed:
		v.suffix, v.drawing.quality = mark, v.drawing.quality-15
	case Recompressed:
		v.silent, v.drawing.quality = true, v.drawing.quality-15
	}
	v.modified = s.tick()
	s.pictures[key] = append(s.pictures[key], v)
	if !v.silent {
		s.modified[key] = v.modified
	}
	address = s.article(key).image(n)
	s.drawn[pictureName(address)] = v
	return address, nil
}

// figures is how many pictures the article has.
func (a *article) figures() int {
	n := 0
	for _, it := range a.Items {
		if it.Figure != "" {
			n++
		}
	}
	return n
}

// image is the address of the picture of figure n as it stands now.
func (a *article) image(n int) string {
	address := a.paper.image(a, n)
	if suffix := a.suffixes[n]; suffix != "" {
		ext := path.Ext(address)
		address = strings.TrimSuffix(address, ext) + suffix + ext
	}
	return address
}

// drawingAt is what stands at a picture's address, in whatever size.
func (s *state) drawingAt(address string) drawing {
	name := pictureName(address)
	if v, ok := s.drawn[name]; ok {
		return v.drawing
	}
	return drawing{seed: name, quality: 82}
}

var size = regexp.MustCompile(`/(?:thumb_w|zoom|styles)/([0-9a-z]+)(?:_\d+)?(?:/public)?/`)

// pictureName is an address without what says how large the picture is to be.
func pictureName(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if ok {
		_, address, _ = strings.Cut(rest, "/")
	}
	return size.ReplaceAllString("/"+strings.TrimPrefix(address, "/"), "/")
}

// widths are those that some newspapers name.
var widths = map[string]int{"large": 870, "medium": 600, "": 960}

// widthOf is how wide the picture at a path is, in pixels: two thirds of what its address says, so
// that a picture takes 10 ms to draw and some 50 kB.
func widthOf(p, query string) int {
	name := ""
	if m := size.FindStringSubmatch(p); m != nil {
		name = m[1]
	}
	if w, ok := strings.CutPrefix(query, "width="); ok {
		name = w
	}
	n, err := strconv.Atoi(name)
	if err != nil {
		n = cmp.Or(widths[name], widths[""])
	}
	return max(24, min(n, 1360)) * 2 / 3
}

// asset is what stands at a path of a host that serves pictures, style sheets and fonts; false is
// that its name is none of these.
func (w *Web) asset(s *state, host, p, query string) (resource, bool) {
	res := resource{status: http.StatusOK, modified: at("2026-01-01 00:00")}
	made := func(contentType, seed string, make func() []byte) (resource, bool) {
		res.contentType, res.etag = contentType, tag(host, p, query, seed)
		res.write = func(out io.Writer) error {
			_, err := out.Write(w.made(res.etag, make))
			return err
		}
		return res, true
	}
	d := s.drawingAt(p)
	if v, ok := s.drawn[pictureName(p)]; ok {
		res.modified = v.modified
	}
	seed := fmt.Sprint(d.seed, " ", d.quality)
	switch path.Ext(p) {
	case ".jpg", ".jpeg":
		return made("image/jpeg", seed, func() []byte { return d.jpeg(widthOf(p, query)) })
	case ".png":
		return made("image/png", seed, func() []byte { return d.png(min(widthOf(p, query), 240)) })
	case ".gif":
		return made("image/gif", "", func() []byte { return dot })
	case ".ico":
		return made("image/x-icon", "", func() []byte { return icon(drawing{seed: s.name}.png(32)) })
	case ".svg":
		return made("image/svg+xml", "", func() []byte { return []byte(s.logo()) })
	case ".woff":
		return made("font/woff", "", icons)
	case ".css":
		return made("text/css; charset=utf-8", "", func() []byte { return []byte(s.sheet(p)) })
	case ".js":
		return made("text/javascript; charset=utf-8", "", func() []byte { return []byte(lazyScript) })
	}
	return resource{}, false
}

// lazyScript shows the pictures that pages keep for later, as the newspapers' scripts do.
const lazyScript = `document.querySelectorAll("[data-srcset]").forEach(function(e){e.srcset=e.dataset.srcset});document.querySelectorAll("img[data-src]").forEach(function(e){e.src=e.dataset.src});
`

// maxMade bounds the assets that are kept made: some 20 MB.
const maxMade = 400

// made makes an asset, or finds it made lately.
func (w *Web) made(tag string, make func() []byte) []byte {
	if body, ok := w.assets.get(tag); ok {
		return body
	}
	body := make()
	w.assets.put(tag, body)
	return body
}

// shelf keeps what was made lately.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (s *shelf) get(tag string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.kept[tag]
	return body, ok
}

func (s *shelf) put(tag string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept) >= maxMade {
		s.kept = map[string][]byte{}
	}
	s.kept[tag] = body
}

// assetHost is what stands at a host that serves nothing but assets.
func (w *Web) assetHost(s *state, host, p, query string) resource {
	if p == "/robots.txt" {
		return resource{status: http.StatusOK, contentType: "text/plain; charset=utf-8", etag: tag(host, p), modified: s.oldest, write: text("User-agent: *\nDisallow: /rieng/\n")}
	}
	if res, ok := w.asset(s, host, p, query); ok {
		return res
	}
	return resource{status: http.StatusNotFound, contentType: htmlType, write: text("<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>\n")}
}

// dot is a GIF of one dot.
var dot = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// icon puts a PNG of 32 pixels into an icon file.
func icon(png []byte) []byte {
	var b bytes.Buffer
	b.Write([]byte{0, 0, 1, 0, 1, 0, 32, 21, 0, 0, 1, 0, 32, 0})
	n := len(png)
	b.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), 0, 22, 0, 0, 0})
	b.Write(png)
	return b.Bytes()
}

// logo is the newspaper's sign: its colours and its first letter, drawn.
func (p *paper) logo() string {
	c := tint(float64(hash(p.name)%100)/100, 0.7, 0.6)
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="160" height="40" viewBox="0 0 160 40">
<title>%s</title>
<defs><linearGradient id="nen"><stop offset="0" stop-color="#%02x%02x%02x"/><stop offset="1" stop-color="#222"/></linearGradient></defs>
<rect width="160" height="40" rx="6" fill="url(#nen)"/>
<circle cx="20" cy="20" r="12" fill="#fff"/>
<text x="42" y="27" font-family="Arial, sans-serif" font-size="19" font-weight="bold" fill="#fff">%[1]s</text>
</svg>
`, p.title, c.R, c.G, c.B)
}

// sheet is the style sheet at a path: a newspaper's main one imports that of its font.
func (p *paper) sheet(at string) string {
	if strings.HasPrefix(path.Base(at), "font") {
		return "@font-face{font-family:\"Sample Icons\";src:url(\"../fonts/icons.eot\");src:url(\"../fonts/icons.eot?#iefix\") format(\"embedded-opentype\"),url(../fonts/icons.woff) format(\"woff\");font-weight:normal}\n"
	}
	c := tint(float64(hash(p.name)%100)/100, 0.7, 0.6)
	logo := map[string]string{"dantri": ".header-logo a", "vov": ".vovvn-header .logo", "baotintuc": "a.logo", "baonghean": ".c-header__top a,.site-header__topbar", "thanhniennews": "#header .logo a", "baobensong": ".dau-trang__ten,#mast a"}[p.name]
	return fmt.Sprintf(`@charset "utf-8";
@import "font.css";
/* %s */
body{font:16px/1.5 Arial,sans-serif;margin:0 auto;max-width:1000px;color:#222;background:#fff}
footer{background:url(../images/nen.png) 0 0/480px;padding:12px;color:#fff}
a{color:#%02x%02x%02x;text-decoration:none}
h1{font-size:30px;line-height:1.25}
img{max-width:100%%;height:auto}
figure{margin:16px 0}
figcaption,.fig,.highslide-caption{font-size:14px;color:#666;background:#f3f3f3;padding:6px 10px}
nav ul,#menu ul{list-style:none;padding:0}
nav li,#menu li{display:inline-block;margin-right:14px}
nav li:before,#menu li:before{font-family:"Sample Icons";content:"\e001";font-size:10px;margin-right:4px}
%s{display:inline-block;min-width:160px;height:40px;background-image:url('../images/logo.svg');background-repeat:no-repeat;text-indent:-999px;overflow:hidden}
@media print{nav,form{display:none}}
@media (max-width:600px){body{padding:0 12px}}
`, p.title, c.R, c.G, c.B, logo)
}
