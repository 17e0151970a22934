package sampleweb

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Bytes answers 200 with these bytes as this type, whatever was asked for: a page that claims to
// be a picture, a picture that claims to be a page.
func Bytes(contentType, body string) Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Type", contentType)
		rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
		rw.WriteHeader(http.StatusOK)
		io.WriteString(rw, body)
	}
}

// ScriptedDrawing is an SVG with all that runs or loads in one, sent as a PNG.
func ScriptedDrawing() Fault {
	return Bytes("image/png", `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)"><script>alert(2)</script>`+
		`<style>@import "https://ngoai.example/a.css";rect{fill:url(https://ngoai.example/b.svg#c)}</style><image href="https://ngoai.example/d.png"/><foreignObject><iframe src="https://ngoai.example/"/></foreignObject>`+
		`<a xlink:href="javascript:alert(3)"><rect width="50" height="50"/></a><use href="https://ngoai.example/e.svg#f"/><set attributeName="onmouseover" to="alert(4)"/></svg>`)
}

// Huge is a picture of n bytes; for n < 0 it does not end before the client leaves. Where declared,
// its header says how long it is.
func Huge(n int64, declared bool) Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Type", "image/jpeg")
		if declared && n >= 0 {
			rw.Header().Set("Content-Length", strconv.FormatInt(n, 10))
		}
		rw.WriteHeader(http.StatusOK)
		chunk := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), bytes.Repeat([]byte{0x55}, 64<<10)...)
		for left := n; left != 0 && r.Context().Err() == nil; {
			piece := chunk
			if left > 0 && left < int64(len(piece)) {
				piece = piece[:left]
			}
			if _, err := rw.Write(piece); err != nil {
				return
			}
			if left > 0 {
				left -= int64(len(piece))
			}
		}
	}
}

// PixelBomb is a PNG of a few bytes that says to be of side times side pixels.
func PixelBomb(side uint32) Fault {
	body := drawing{seed: "bomb"}.png(16)
	for _, at := range []int{16, 20} { // of its first chunk
		copy(body[at:], []byte{byte(side >> 24), byte(side >> 16), byte(side >> 8), byte(side)})
	}
	return Bytes("image/png", string(body))
}

// Imports is a style sheet that imports another, and that one another, n deep; for n < 0 each
// imports itself and the first one.
func Imports(n int) Fault {
	return func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
		ext := path.Ext(r.URL.Path)
		base, number, _ := strings.Cut(strings.TrimSuffix(path.Base(r.URL.Path), ext), "-sau-")
		depth, _ := strconv.Atoi(number)
		var b strings.Builder
		switch {
		case n < 0:
			fmt.Fprintf(&b, "@import \"%s\";@import url(%s%s);", path.Base(r.URL.Path), base, ext)
		case depth < n:
			fmt.Fprintf(&b, "@import url(%s-sau-%d%s);", base, depth+1, ext)
		}
		fmt.Fprintf(&b, "\n.sau-%d{background:url(sau-%d.png)}\n", depth, depth)
		Bytes("text/css", b.String())(rw, r, nil)
	}
}

// ManyPictures adds n images to a page, each at an address of its own on host.
func ManyPictures(host string, n int) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding")
		page := record(r, next)
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<img src="//%s/nhieu/%d.jpg" alt="">`, host, i)
		}
		body := strings.Replace(page.body.String(), "</body>", b.String()+"</body>", 1)
		page.header.Set("Content-Length", strconv.Itoa(len(body)))
		page.head(rw)
		io.WriteString(rw, body)
	}
}
