package body

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os/exec"
	"testing"

	"pgregory.net/rapid"

	"baoluu/archive/internal/schema"
)

func TestIsPacked(t *testing.T) {
	for head, want := range map[string]bool{
		"\xff\xd8\xff\xe0\x00\x10JFIF\x00": true, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": true, "GIF89a\x01": true, "RIFF\x24\x00\x00\x00WEBPVP8 ": true,
		"\x00\x00\x00\x20ftypavif\x00": true, "\x00\x00\x00\x18ftypheic": true, "\x00\x00\x00\x18ftypmp42": true, "wOFF\x00\x01": true, "wOF2\x00\x01": true,
		"PK\x03\x04\x14\x00": true, "%PDF-1.4\n": true, "\x1f\x8b\x08\x00": true,

		"": false, "\xff\xd8": false, "GIF": false, "RIFF\x24\x00\x00\x00WAVEfmt ": false, "12345678WEBP": false, "<svg xmlns=": false, "@font-face{": false, "<html>": false,
		"BM\x36\x00": false, "\x00\x00\x01\x00\x01\x00": false, "\x00\x01\x00\x00\x00\x0f": false, "%!PS": false, "abcdftyp": true,
	} {
		if got := isPacked([]byte(head)); got != want {
			t.Errorf("%q: %t", head, got)
		}
	}
}

// TestAsItCame: whatever the size, zstd's decoder gives the bytes back, and they stand in the frame.
func TestAsItCame(t *testing.T) {
	const block = 128 << 10
	var p Pool
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 4096), rapid.SampledFrom([]int{255, 256, 257, 1 << 16, 1<<16 + 255, block - 1, block, block + 1, 2 * block, 2*block + 1}), rapid.IntRange(1, 3*block)).Draw(t, "bytes")
		body := make([]byte, n)
		r := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
		_, _ = r.Read(body)
		copy(body, "\xff\xd8\xff")
		frame := asItCame(body)
		if over := len(frame) - n; over > 10+3*(n/block+1) {
			t.Fatalf("%d bytes take %d more", n, over)
		}
		for rest := body; len(rest) > 0; rest = rest[min(len(rest), block):] {
			if !bytes.Contains(frame, rest[:min(len(rest), block)]) {
				t.Fatalf("%d bytes: they do not stand in the frame", n)
			}
		}
		if got, err := p.Unpack(frame, nil, int64(n)); err != nil || !bytes.Equal(got, body) {
			t.Fatalf("%d bytes: %d came back, %v", n, len(got), err)
		}
		if n > 1 {
			if _, err := p.Unpack(frame, nil, int64(n-1)); err == nil {
				t.Fatal("a frame of more bytes is taken")
			}
		}
	})
}

// TestAsItCameByTheProgram: zstd itself reads the frames.
func TestAsItCameByTheProgram(t *testing.T) {
	program, err := exec.LookPath("zstd")
	if err != nil {
		t.Skip("there is no program zstd")
	}
	for _, n := range []int{1, 300, 128 << 10, 1 << 20, 140 << 20} { // the last is larger than the window that it takes by itself
		if n > 1<<20 && testing.Short() {
			continue
		}
		body := bytes.Repeat([]byte("GIF89a\x00"), n/7+1)[:n]
		cmd := exec.Command(program, "-d", "-c")
		cmd.Stdin = bytes.NewReader(asItCame(body))
		got, err := cmd.Output()
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes: %d came back, %v", n, len(got), err)
		}
	}
}

// TestPackedBodies: what is packed already is neither packed against a page's base, nor a
// reference, nor the base of what comes next.
func TestPackedBodies(t *testing.T) {
	var refs References
	c := NewChooser(Store{Pool: &Pool{}}, &refs, nil)
	page := []byte(newsOf(1, 40))
	packed, err := c.Pack(context.Background(), page, schema.DigestOf(page), nil)
	if err != nil || packed.Sketch == nil || !Serves(packed.Head, len(packed.Frame)) {
		t.Fatalf("a page: %+v, %v", packed.Head, err)
	}
	picture := append([]byte("\x89PNG\r\n\x1a\n"), page...)
	again, err := c.Pack(context.Background(), picture, schema.DigestOf(picture), packed.AsBase(page))
	if err != nil || again.Base != "" || again.Head.Depth != 0 || again.Sketch != nil || again.Stale != 0 {
		t.Errorf("a picture: %+v, %v", again, err)
	}
	if !bytes.Contains(again.Frame, picture) || Serves(again.Head, len(again.Frame)) {
		t.Errorf("a picture of %d bytes: %d are stored", len(picture), len(again.Frame))
	}
}
