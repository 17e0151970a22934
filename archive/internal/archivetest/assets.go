package archivetest

import (
	"bytes"
	"fmt"
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

// pictureOf is the name of the picture of a drawn article.
func pictureOf(page int) string { return fmt.Sprintf("%d.png", page) }

// variedAssets are captures of what the drawn pages need, but for some that nobody captured: a style
// sheet and what it needs, pictures of one page and of all, one under two addresses, and one that is gone.
func variedAssets(t testing.TB) []capture.Kept {
	t.Helper()
	font := append([]byte("wOF2"), Noise("font", 2000).Body...)
	return []capture.Kept{
		Needing(Asset("all.css", []byte(strings.Repeat("p{margin:0}\n", 99)), 1), "font.woff2", "line.svg", "logo.png"),
		Asset("font.woff2", font, 1), Asset("line.svg", []byte("<svg>"+strings.Repeat("<g/>", 99)+"</svg>"), 1),
		Asset("logo.png", Picture(t, 1), 1), Asset(pictureOf(1), Picture(t, 1), 1), Asset(pictureOf(4), Picture(t, 4), 4),
		Asset(pictureOf(7), Picture(t, 7), 7), Asset(pictureOf(10), Picture(t, 10), 10), goneAsset(pictureOf(13), 13),
	}
}

// variedAssetsAgain are later captures of the same: page 1010 has another version by its picture alone.
func variedAssetsAgain(t testing.TB) []capture.Kept {
	t.Helper()
	unchanged := Asset("all.css", nil, 150)
	unchanged.Kind, unchanged.Profile, unchanged.Status = capture.Revisit, capture.NotModified, 304
	return []capture.Kept{
		unchanged, Asset("logo.png", Picture(t, 1), 150), goneAsset(pictureOf(4), 150),
		Asset(pictureOf(13), Picture(t, 13), 150), Asset(pictureOf(10), Picture(t, 11), 204),
	}
}

// goneAsset is a capture of an asset that is not there any more.
func goneAsset(name string, minute int) capture.Kept {
	k := Asset(name, nil, minute)
	k.State, k.Status = capture.Gone, 404
	return k
}
