package warcfile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	// maxWindow is the largest zstd window that is taken; zstd -19 uses 8 MiB.
	maxWindow     = 32 << 20
	maxDictionary = 4 << 20
	// zstdProbe is more than a frame's header and first block take.
	zstdProbe = 128<<10 + 64
)

var (
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	// dictMagic begins the skippable frame that holds a .warc.zst's dictionary.
	dictMagic = []byte{0x5d, 0x2a, 0x4d, 0x18}
)

// openZstd makes the decoder, with the dictionary of the first frame where there
// is one: the skippable frame holds it as it is, or as a zstd frame of its own
// (iipc.github.io/warc-specifications, "WARC Zstandard").
func (in *input) openZstd(dictionary bool) error {
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow)}
	if dictionary {
		d, err := in.readDictionary()
		if err != nil {
			return fmt.Errorf("%w: dictionary: %w", ErrDamaged, err)
		}
		options = append(options, zstd.WithDecoderDicts(d))
	}
	z, err := zstd.NewReader(nil, options...)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	in.frames = &frames{raw: in.raw, zst: z, begins: func() { in.member = in.rawOffset() }}
	return nil
}

func (in *input) readDictionary() ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(in.raw, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[4:])
	if n > maxDictionary {
		return nil, fmt.Errorf("%d bytes, at most %d", n, maxDictionary)
	}
	d := make([]byte, n)
	if _, err := io.ReadFull(in.raw, d); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(d, zstdMagic) {
		return d, nil
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDictionary))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return z.DecodeAll(d, nil)
}

// recoverZstd goes to the next frame whose beginning is sound.
func (in *input) recoverZstd() error {
	in.goBack()
	for {
		if err := in.seek(zstdMagic); err != nil {
			return err
		}
		if err := in.probed(zstdProbe); err != nil {
			return err
		}
		head, _ := in.raw.Peek(zstdProbe)
		if in.frames.soundAt(head) {
			in.began = false
			return nil
		}
		if _, err := in.raw.Discard(len(zstdMagic)); err != nil {
			return err
		}
	}
}

// frames reads the frames of a zstd file one behind the other. A frame is a record
// as a rule, and damage ends with it; but to read they are one stream: a file that
// was compressed by several processors is parted anywhere.
type frames struct {
	raw    *bufio.Reader
	zst    *zstd.Decoder
	begins func() // is called where a frame does
	frame  frame  // the present one
	open   bool
}

func (f *frames) Read(p []byte) (int, error) {
	for {
		if !f.open {
			if err := f.next(); err != nil {
				return 0, err
			}
		}
		n, err := f.zst.Read(p)
		if errors.Is(err, io.EOF) {
			f.open, err = false, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next begins the next frame that is not to be skipped; io.EOF says that there is
// none.
func (f *frames) next() error {
	for {
		f.begins()
		if _, err := f.raw.Peek(1); err != nil {
			return err
		}
		var err error
		if f.frame, err = nextFrame(f.raw); err != nil {
			return err
		}
		if !f.frame.skip {
			f.open = true
			return f.zst.Reset(&f.frame)
		}
		if _, err := io.Copy(io.Discard, &f.frame); err != nil {
			return err
		}
	}
}

// soundAt reports whether a frame begins so, and its first block can be read.
func (f *frames) soundAt(head []byte) bool {
	f.open = false
	if f.zst.Reset(bytes.NewReader(head)) != nil {
		return false
	}
	_, err := f.zst.Read(make([]byte, 1))
	return err == nil
}

// frame is one frame as it stands in the file (RFC 8878, 3.1). It is read no
// further than to its end, so that the file stands where the next should begin.
type frame struct {
	raw  *bufio.Reader
	left int64 // until the next block's header, or the end
	last bool  // no more blocks come
	sum  int64 // bytes of the checksum behind the last
	skip bool  // it holds no data
}

func nextFrame(raw *bufio.Reader) (frame, error) {
	const descriptor = 4 // where it stands
	head, err := raw.Peek(8)
	if err != nil {
		return frame{}, damaged(err)
	}
	if binary.LittleEndian.Uint32(head)&^0xf == 0x184d2a50 {
		return frame{raw: raw, left: 8 + int64(binary.LittleEndian.Uint32(head[4:])), last: true, skip: true}, nil
	}
	if !bytes.HasPrefix(head, zstdMagic) {
		return frame{}, fmt.Errorf("%w: no zstd frame where one should begin", zstd.ErrMagicMismatch)
	}
	d := head[descriptor]
	size := [...]int64{0, 2, 4, 8}[d>>6] // of the content's size
	if single := d>>5&1 == 1; !single {
		size++ // of the window
	} else if size == 0 {
		size = 1
	}
	size += [...]int64{0, 1, 2, 4}[d&3] // of the dictionary's id
	return frame{raw: raw, left: descriptor + 1 + size, sum: int64(d>>2&1) * 4}, nil
}

func (f *frame) Read(p []byte) (int, error) {
	if f.left == 0 {
		if f.last {
			return 0, io.EOF
		}
		head, err := f.raw.Peek(3)
		if err != nil {
			return 0, damaged(err)
		}
		block := int64(head[0]) | int64(head[1])<<8 | int64(head[2])<<16
		f.left = 3 + block>>3
		if block>>1&3 == 1 { // one byte, to be repeated
			f.left = 3 + 1
		}
		if f.last = block&1 == 1; f.last {
			f.left += f.sum
		}
	}
	n, err := f.raw.Read(p[:min(int64(len(p)), f.left)])
	f.left -= int64(n)
	return n, damaged(err)
}
