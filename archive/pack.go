package archive

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	// window bounds what an encoder looks back on, and with it its memory. A body
	// and the body that it is packed against fit in together, or it is packed
	// alone.
	window = 2 << 20
	// maxBody is the largest body that is kept. Crawls stop far below.
	maxBody = 256 << 20
	// bothMax is how many encoders of each kind are kept: as many as the
	// newspapers that one machine of two cores packs at once. Memory at this
	// window: 11 MB for a reference's, 5 MB for a base's, 3 MB for an article's, 7 MB for
	// one without a dictionary.
	bothMax = 2
)

// packer turns bodies into zstd frames and back, with encoders and decoders
// that are kept warm. The zero value is ready, and safe for many goroutines.
type packer struct {
	references encoders // against reference bodies: the dictionary stays
	others     encoders // against a page's base: the dictionary changes with every frame
	articles   encoders // against the page that the article was made of
	alone      encoders
	decoders   sync.Pool

	cache cache
}

// packReference packs a body against a reference.
func (p *packer) packReference(key string, reference, body []byte) ([]byte, error) {
	return p.references.pack(zstd.SpeedBetterCompression, key, reference, body)
}

// packAgainst packs a body against one that it hardly differs from: at this level
// changing the dictionary takes a third of the time, and the frame 3 bytes more.
func (p *packer) packAgainst(dictionary, body []byte) ([]byte, error) {
	return p.others.pack(zstd.SpeedDefault, "", dictionary, body)
}

// packArticle packs an article against its page. What can be found there is found
// at any level.
func (p *packer) packArticle(page, article []byte) ([]byte, error) {
	return p.articles.pack(zstd.SpeedFastest, "", page, article)
}

func (p *packer) packAlone(body []byte) ([]byte, error) {
	return p.alone.pack(zstd.SpeedBetterCompression, "", nil, body)
}

// unpack undoes them. size is what the frame must come to.
func (p *packer) unpack(frame, dictionary []byte, size int64) ([]byte, error) {
	return p.unpackBy(func(n int) []byte { return make([]byte, 0, n) }, frame, dictionary, size)
}

// unpackBy is unpack into what room gives for so many bytes.
func (p *packer) unpackBy(room func(n int) []byte, frame, dictionary []byte, size int64) ([]byte, error) {
	if size < 0 || size > maxBody {
		return nil, fmt.Errorf("%w: a frame of %d bytes", ErrCorrupt, size)
	}
	d, ok := p.decoders.Get().(*zstd.Decoder)
	if !ok {
		var err error
		if d, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecodeAllCapLimit(true)); err != nil {
			return nil, err
		}
	}
	defer p.decoders.Put(d)
	option := zstd.WithDecoderDictRaw(0, dictionary)
	if dictionary == nil {
		option = zstd.WithDecoderDictDelete()
	}
	if err := d.ResetWithOptions(nil, option); err != nil {
		return nil, err
	}
	body, err := d.DecodeAll(frame, room(int(size))[:0:size])
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	case int64(len(body)) != size:
		return nil, fmt.Errorf("%w: a frame of %d bytes came to %d", ErrCorrupt, size, len(body))
	}
	return body, nil
}

// rooms are where bodies are unpacked to that nobody keeps. The zero value is ready,
// and safe for many goroutines.
type rooms struct {
	mu   sync.Mutex
	free [][]byte
}

const (
	// maxRoom is the largest that is kept: larger bodies are rare, and nothing is
	// packed against them.
	maxRoom = window
	maxFree = 8
)

// take gives room for n bytes.
func (r *rooms) take(n int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, b := range slices.Backward(r.free) {
		if cap(b) >= n {
			r.free = slices.Delete(r.free, i, i+1)
			return b
		}
	}
	const step = 64 << 10 // bodies of about the same size shall fit into one another's
	return make([]byte, 0, (n+step-1)/step*step)
}

// give takes it back. Where there are too many the oldest goes.
func (r *rooms) give(b []byte) {
	if cap(b) == 0 || cap(b) > maxRoom {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.free) == maxFree {
		r.free = slices.Delete(r.free, 0, 1)
	}
	r.free = append(r.free, b)
}

// encoders are a few encoders of one kind, made when first needed.
type encoders struct {
	mu    sync.Mutex
	free  *sync.Cond
	slots []*encoder
	clock int
}

type encoder struct {
	zstd   *zstd.Encoder
	buffer []byte
	key    string // of the dictionary that it has; "" is any
	busy   bool
	used   int
}

func (e *encoders) pack(level zstd.EncoderLevel, key string, dictionary, b []byte) ([]byte, error) {
	s := e.take(key)
	defer e.give(s)
	switch {
	case s.zstd == nil:
		options := []zstd.EOption{
			zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithLowerEncoderMem(true),
			zstd.WithEncoderCRC(false), // SHA-256 and the record's checksum watch over the bytes
		}
		if dictionary != nil {
			options = append(options, zstd.WithEncoderDictRaw(0, dictionary))
		}
		var err error
		if s.zstd, err = zstd.NewWriter(nil, options...); err != nil {
			return nil, err
		}
	case dictionary != nil && (key == "" || s.key != key):
		if err := s.zstd.ResetWithOptions(nil, zstd.WithEncoderDictRaw(0, dictionary)); err != nil {
			return nil, err
		}
	}
	s.key = key
	s.buffer = s.zstd.EncodeAll(b, s.buffer[:0])
	return bytes.Clone(s.buffer), nil
}

// take gives the encoder that has the dictionary already, or a new one, or that
// which rested longest.
func (e *encoders) take(key string) *encoder {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.free == nil {
		e.free = sync.NewCond(&e.mu)
	}
	for {
		var best *encoder
		for _, s := range e.slots {
			switch {
			case s.busy:
			case key != "" && s.key == key:
				s.busy = true
				return s
			case best == nil || s.used < best.used:
				best = s
			}
		}
		if (best == nil || key != "") && len(e.slots) < bothMax {
			best = &encoder{}
			e.slots = append(e.slots, best)
		}
		if best != nil {
			best.busy = true
			return best
		}
		e.free.Wait()
	}
}

func (e *encoders) give(s *encoder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clock++
	s.busy, s.used = false, e.clock
	e.free.Signal()
}

// cache keeps a few bodies that others are packed against, unpacked.
type cache struct {
	mu     sync.Mutex
	size   int
	order  []bodyName // the oldest first
	bodies map[bodyName]*basis
}

const maxCache = 4 << 20

// get gives nil for what is not there.
func (c *cache) get(name bodyName) *basis {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bodies[name]
}

func (c *cache) put(name bodyName, b *basis) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.bodies[name]; ok || len(b.body) > maxCache/4 {
		return
	}
	if c.bodies == nil {
		c.bodies = map[bodyName]*basis{}
	}
	for c.size+len(b.body) > maxCache {
		c.size -= len(c.bodies[c.order[0]].body)
		delete(c.bodies, c.order[0])
		c.order = c.order[1:]
	}
	c.bodies[name], c.size, c.order = b, c.size+len(b.body), append(c.order, name)
}

// clear forgets them all.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size, c.order, c.bodies = 0, nil, nil
}
