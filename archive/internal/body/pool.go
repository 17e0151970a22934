package body

import (
	"bytes"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"baoluu/archive/internal/patch"
	"baoluu/archive/internal/schema"
)

const (
	// Window bounds what an encoder looks back on, and with it its memory. A body
	// and the body that it is packed against fit in together, or it is packed
	// alone.
	Window = 2 << 20
	// MaxBody is the largest body that is kept. Crawls stop far below.
	MaxBody = 256 << 20
	// bothMax is how many of zstd's own encoders of each kind are kept, of 7 MB each at
	// this window: as many as the newspapers that one machine of two cores packs at once.
	bothMax = 2
	// maxIndexes is how many references are kept indexed, at four to six bytes of memory for
	// each of theirs, and the reference.
	maxIndexes = 8
	// Of so many bytes one is indexed: of a reference as many as bring the smallest frames,
	// of a page's base few, for nearly all of the next body is the same, and each base is
	// indexed for one body.
	dense, sparse = 2, 8
)

// Pool turns bodies into zstd frames and back, with encoders and decoders that are kept
// warm, and keeps a few base bodies unpacked. The zero value is ready, and safe for many
// goroutines.
type Pool struct {
	patchers sync.Pool // of *patcher
	indexes  indexes
	alone    encoders
	others   encoders // in place of a patcher, see checked
	decoders sync.Pool
	buffers  Buffers

	cache cache
}

// patcher packs against references, pages' bases and the pages that articles were
// made of.
type patcher struct {
	encoder patch.Encoder
	once    patch.Dictionary // serves again
	frame   []byte
}

// PackReference packs a body against a reference. key is the reference's digest.
func (p *Pool) PackReference(key string, reference, body []byte) ([]byte, error) {
	w := p.patcher()
	defer p.patchers.Put(w)
	return p.checked(w.pack(p.indexes.of(key, reference), body), reference, body)
}

// PackAgainst packs a body against one that it hardly differs from.
func (p *Pool) PackAgainst(base, body []byte) ([]byte, error) {
	return p.packOnce(base, body, sparse)
}

// packOnce packs against what nothing else is packed against.
func (p *Pool) packOnce(base, b []byte, every int) ([]byte, error) {
	w := p.patcher()
	defer p.patchers.Put(w)
	w.once.Index(base, every)
	return p.checked(w.pack(&w.once, b), base, b)
}

// checked reads a frame back before it is stored, by another's decoder: the page may
// never be had again. Where other bytes came back, another's encoder packs them.
func (p *Pool) checked(frame, base, b []byte) ([]byte, error) {
	buffer := p.buffers.Get(len(b))
	defer p.buffers.Put(buffer)
	got, err := p.UnpackInto(func(int) []byte { return buffer }, frame, base, int64(len(b)))
	if err == nil && bytes.Equal(got, b) {
		return bytes.Clone(frame), nil
	}
	return p.others.pack(zstd.SpeedDefault, base, b)
}

func (p *Pool) PackAlone(body []byte) ([]byte, error) {
	return p.alone.pack(zstd.SpeedBetterCompression, nil, body)
}

// Forget drops what is kept of bodies.
func (p *Pool) Forget() {
	p.indexes.clear()
	p.cache.clear()
}

func (p *Pool) patcher() *patcher {
	if w, ok := p.patchers.Get().(*patcher); ok {
		return w
	}
	return &patcher{}
}

// pack gives a frame that lives until the next.
func (w *patcher) pack(d *patch.Dictionary, b []byte) []byte {
	w.frame = w.encoder.Append(w.frame[:0], d, b)
	return w.frame
}

// indexes are references that were packed against of late, indexed.
type indexes struct {
	mu   sync.Mutex
	list []index // the last used first
}

type index struct {
	key        string
	dictionary *patch.Dictionary
}

// of gives the index of a reference.
func (x *indexes) of(key string, reference []byte) *patch.Dictionary {
	x.mu.Lock()
	defer x.mu.Unlock()
	i := slices.IndexFunc(x.list, func(i index) bool { return i.key == key })
	if i < 0 {
		d := &patch.Dictionary{}
		d.Index(reference, dense)
		i = min(len(x.list), maxIndexes-1)
		x.list = append(x.list[:i], index{key, d})
	}
	found := x.list[i]
	copy(x.list[1:i+1], x.list[:i])
	x.list[0] = found
	return found.dictionary
}

func (x *indexes) clear() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.list = nil
}

// Unpack gives a frame's bytes. size is what the frame must come to.
func (p *Pool) Unpack(frame, dictionary []byte, size int64) ([]byte, error) {
	return p.UnpackInto(func(n int) []byte { return make([]byte, 0, n) }, frame, dictionary, size)
}

// UnpackInto is unpack into the buffer that get gives for so many bytes.
func (p *Pool) UnpackInto(get func(n int) []byte, frame, dictionary []byte, size int64) ([]byte, error) {
	if size < 0 || size > MaxBody {
		return nil, schema.Corrupt("it says that it has %d bytes", size)
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
	body, err := d.DecodeAll(frame, get(int(size))[:0:size])
	switch {
	case err != nil:
		return nil, schema.Corrupt("it cannot be unpacked")
	case int64(len(body)) != size:
		return nil, schema.Corrupt("it has %d bytes, not %d", len(body), size)
	}
	return body, nil
}

// Buffers are what bodies are unpacked into that nobody keeps. The zero value is ready,
// and safe for many goroutines.
type Buffers struct {
	mu   sync.Mutex
	free [][]byte
}

const (
	// maxBuffer is the largest that is kept: larger bodies are rare, and nothing is
	// packed against them.
	maxBuffer = Window
	maxFree   = 8
)

// Get gives a buffer for n bytes.
func (r *Buffers) Get(n int) []byte {
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

// Put takes it back. Where there are too many the oldest goes.
func (r *Buffers) Put(b []byte) {
	if cap(b) == 0 || cap(b) > maxBuffer {
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
}

type encoder struct {
	zstd   *zstd.Encoder
	buffer []byte
	busy   bool
}

func (e *encoders) pack(level zstd.EncoderLevel, dictionary, b []byte) ([]byte, error) {
	s := e.take()
	defer e.give(s)
	switch {
	case s.zstd == nil:
		options := []zstd.EOption{
			zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(Window), zstd.WithLowerEncoderMem(true),
			zstd.WithEncoderCRC(false), // SHA-256 and the record's checksum watch over the bytes
		}
		if dictionary != nil {
			options = append(options, zstd.WithEncoderDictRaw(0, dictionary))
		}
		var err error
		if s.zstd, err = zstd.NewWriter(nil, options...); err != nil {
			return nil, err
		}
	case dictionary != nil:
		if err := s.zstd.ResetWithOptions(nil, zstd.WithEncoderDictRaw(0, dictionary)); err != nil {
			return nil, err
		}
	}
	s.buffer = s.zstd.EncodeAll(b, s.buffer[:0])
	return bytes.Clone(s.buffer), nil
}

// take gives one that is free, or a new one, and waits where there are enough.
func (e *encoders) take() *encoder {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.free == nil {
		e.free = sync.NewCond(&e.mu)
	}
	for {
		for _, s := range e.slots {
			if !s.busy {
				s.busy = true
				return s
			}
		}
		if len(e.slots) < bothMax {
			s := &encoder{busy: true}
			e.slots = append(e.slots, s)
			return s
		}
		e.free.Wait()
	}
}

func (e *encoders) give(s *encoder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s.busy = false
	e.free.Signal()
}

// cache keeps a few bodies that others are packed against, unpacked.
type cache struct {
	mu     sync.Mutex
	size   int
	order  []bodyName // the oldest first
	bodies map[bodyName]*Base
}

const maxCache = 4 << 20

// get gives nil for what is not there.
func (c *cache) get(name bodyName) *Base {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bodies[name]
}

func (c *cache) put(name bodyName, b *Base) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.bodies[name]; ok || len(b.Body) > maxCache/4 {
		return
	}
	if c.bodies == nil {
		c.bodies = map[bodyName]*Base{}
	}
	for c.size+len(b.Body) > maxCache {
		c.size -= len(c.bodies[c.order[0]].Body)
		delete(c.bodies, c.order[0])
		c.order = c.order[1:]
	}
	c.bodies[name], c.size, c.order = b, c.size+len(b.Body), append(c.order, name)
}

// clear forgets them all.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size, c.order, c.bodies = 0, nil, nil
}
