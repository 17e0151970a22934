package archivetest

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// AssetURL is the address of an asset that the newspaper's other host serves.
func AssetURL(name string) string { return "https://cdnphoto.dantri.com.vn/" + name }

// AssetPage is the page of an asset of that name.
func AssetPage(name string) string { return sites.AssetPage(AssetURL(name)) }

// Needing is a capture that needs assets of these names.
func Needing(k capture.Kept, names ...string) capture.Kept {
	k.Needs = nil
	for _, name := range names {
		k.Needs = append(k.Needs, AssetPage(name))
	}
	return k
}

// Asset is a capture of an asset: of a style sheet, where its name ends in ".css", else of a
// picture.
func Asset(name string, body []byte, minute int) capture.Kept {
	k := Page("0", "", minute)
	k.URL = AssetURL(name)
	k.Page, k.Body, k.Article, k.Refused = sites.AssetPage(k.URL), body, nil, ""
	k.ContentType = "image/png"
	if strings.HasSuffix(name, ".css") {
		k.ContentType = "text/css"
	}
	k.Header = []capture.Field{{Name: "Content-Type", Value: k.ContentType}}
	k.Request = "GET /" + name + " HTTP/1.1\r\nHost: cdnphoto.dantri.com.vn\r\nUser-Agent: baoluu/test\r\n\r\n"
	return k
}

// Picture is a PNG of some kilobytes, of noise that nothing makes smaller, the same for each seed.
func Picture(t testing.TB, seed uint64) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	r := rand.New(rand.NewPCG(seed, 11))
	for i := range img.Pix {
		img.Pix[i] = byte(r.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
