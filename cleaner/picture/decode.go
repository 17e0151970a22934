package picture

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// The bounds of what is decoded. A photo of a newspaper has a million points, one as it came from
// a camera twelve; a progressive JPEG goes over all of them in ten scans.
const (
	maxPoints = 12 << 20
	maxScans  = 64
	minSide   = 16 // what is smaller is a spacer or a counter, and shows nothing
)

// decode decodes JPEG, PNG, GIF (its first picture) and WebP; nil where the bytes are none of these,
// are damaged, or would take more than the bounds.
func decode(body []byte) image.Image {
	for _, f := range []struct {
		begins string
		config func(*bytes.Reader) (image.Config, error)
		decode func(*bytes.Reader) (image.Image, error)
	}{
		{"\xff\xd8", func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }},
		{"\x89PNG", func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }},
		{"GIF8", func(r *bytes.Reader) (image.Config, error) { return gif.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return gif.Decode(r) }},
		{"RIFF", func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }},
	} {
		if !bytes.HasPrefix(body, []byte(f.begins)) {
			continue
		}
		c, err := f.config(bytes.NewReader(body))
		if err != nil || min(c.Width, c.Height) < minSide || c.Width > maxPoints/c.Height {
			return nil
		}
		if f.begins == "\xff\xd8" && bytes.Count(body, []byte("\xff\xda")) > maxScans {
			return nil
		}
		m, err := f.decode(bytes.NewReader(body))
		if err != nil || m.Bounds().Dx() < minSide || m.Bounds().Dy() < minSide {
			return nil
		}
		return m
	}
	return nil
}

// Size is how wide and high a picture is, in points; ok is false where it cannot be decoded.
func Size(body []byte) (width, height int, ok bool) {
	c, _, err := image.DecodeConfig(bytes.NewReader(body))
	return c.Width, c.Height, err == nil
}
