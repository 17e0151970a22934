package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
)

//go:embed style/*.css script.js icon.svg
var assetFiles embed.FS

// asset is a file whose address names its content, so that browsers keep it for good.
type asset struct {
	path, mediaType string
	body            []byte
}

func newAsset(name, ext, mediaType string, body []byte) asset {
	sum := sha256.Sum256(body)
	return asset{"/" + name + "-" + hex.EncodeToString(sum[:6]) + ext, mediaType, body}
}

var (
	cssComments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssBlanks   = regexp.MustCompile(`\s*\n\s*`)
	cssTight    = strings.NewReplacer(" { ", "{", "{ ", "{", " {", "{", "; }", "}", " }", "}", "; ", ";")
)

// loadAssets joins the parts of the style sheet: base.css first, the others by their names.
func (s *Server) loadAssets() error {
	files, err := fs.Glob(assetFiles, "style/*.css")
	if err != nil {
		return err
	}
	var css bytes.Buffer
	for _, file := range append([]string{"style/base.css"}, files...) {
		if file == "style/base.css" && css.Len() > 0 {
			continue
		}
		b, err := assetFiles.ReadFile(file)
		if err != nil {
			return err
		}
		_, _ = cssTight.WriteString(&css, cssBlanks.ReplaceAllString(cssComments.ReplaceAllString(string(b), ""), "\n")) // to memory
	}
	s.style = newAsset("style", ".css", "text/css; charset=utf-8", css.Bytes())
	js, err := assetFiles.ReadFile("script.js")
	if err != nil {
		return err
	}
	s.script = newAsset("script", ".js", "text/javascript; charset=utf-8", js)
	icon, err := assetFiles.ReadFile("icon.svg")
	s.icon = newAsset("icon", ".svg", "image/svg+xml", icon)
	return err
}

func (s *Server) assetRoutes() {
	// Copies of newspapers are not for search engines.
	s.mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, r *http.Request) {
		s.send(w, r, "text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /\n"))
	})
	for _, a := range []asset{s.style, s.script, s.icon} {
		s.mux.HandleFunc("GET "+a.path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			s.send(w, r, a.mediaType, a.body)
		})
	}
}
