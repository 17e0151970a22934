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
	// Window is how far back a frame may refer, in bytes, and so bounds an encoder's memory.
	// A body that does not fit into it together with its base body is packed by itself.
	Window = 2 << 20
	// MaxBody is the largest body that is kept, in bytes. Crawls stop far below.
	MaxBody = 256 << 20
	// maxEncoders is how many of zstd's encoders there are at most, which take 7 MB each at
	// this window. More newspapers than that are hardly packed at once on two processors.
	maxEncoders = 2
	// maxIndexes is how many references are kept indexed. An index takes four to six times the
	// memory of its reference, which is kept with it.
	maxIndexes = 8
	// dense and sparse: one of so many bytes of a dictionary is indexed. The dense index of a
	// reference serves many bodies, and brings the smallest frames. A page's base is indexed for
	// one body, which is nearly the same: a sparse index finds that, and is made sooner.
	dense, sparse = 2, 8
)

// Pool turns bodies into zstd frames and back. It keeps encoders, decoders, indexes of
// references and a few base bodies from one call to the next. The zero value is ready, and safe
// for many goroutines.
type Pool struct {
	patchers sync.Pool // of *patcher
	decoders sync.Pool // of *zstd.Decoder
	alone    encoders
	indexes  indexes
	buffers  Buffers
	cache    cache
}

// patcher packs against references, pages' bases and the pages that articles were
// made of.
type patcher struct {
	encoder patch.Encoder
	once    patch.Dictionary // its memory is used again for the next
	frame   []byte           // likewise
}

// PackReference packs a body against a reference, whose index is kept for the next body. key is
// the reference's digest.
func (p *Pool) PackReference(key string, reference, body []byte) ([]byte, error) {
	w := p.patcher()
	defer p.patchers.Put(w)
	return p.checked(w.pack(p.indexes.of(key, reference), body), reference, body)
}

// PackAgainst packs a body against one that it hardly differs from, and that nothing else is
// packed against now.
func (p *Pool) PackAgainst(base, body []byte) ([]byte, error) {
	return p.packOnce(base, body, sparse)
}

// packOnce packs against what is indexed for this alone, one of so many bytes.
func (p *Pool) packOnce(base, b []byte, every int) ([]byte, error) {
	w := p.patcher()
	defer p.patchers.Put(w)
	w.once.Index(base, every)
	return p.checked(w.pack(&w.once, b), base, b)
}

// checked unpacks a frame with zstd's decoder before it is stored: the page may never be had
// again. Where other bytes come back, zstd's encoder packs them: that would be a bug in package
// patch, so no encoder is kept for it.
func (p *Pool) checked(frame, base, b []byte) ([]byte, error) {
	buffer := p.buffers.Get(len(b))
	defer p.buffers.Put(buffer)
	got, err := p.UnpackInto(func(int) []byte { return buffer }, frame, base, int64(len(b)))
	if err == nil && bytes.Equal(got, b) {
		return bytes.Clone(frame), nil
	}
	e, err := newEncoder(zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderDictRaw(0, base))
	if err != nil {
		return nil, err
	}
	return e.EncodeAll(b, nil), nil
}

// PackAlone packs a body by itself, with no dictionary. One that is packed already is in the frame
// as it came.
func (p *Pool) PackAlone(body []byte) ([]byte, error) {
	if isPacked(body) {
		return asItCame(body), nil
	}
	e, err := p.alone.take()
	if err != nil {
		return nil, err
	}
	defer func() { p.alone.free <- e }()
	frame := e.EncodeAll(body, p.buffers.Get(len(body))[:0])
	defer p.buffers.Put(frame)
	return bytes.Clone(frame), nil
}

// encoders are zstd's encoders, made when first needed.
type encoders struct {
	begin sync.Once
	free  chan *zstd.Encoder
	made  chan struct{} // one for each that there is
}

// take gives an encoder that is free, else a new one, and waits where there are enough.
func (e *encoders) take() (*zstd.Encoder, error) {
	e.begin.Do(func() { e.free, e.made = make(chan *zstd.Encoder, maxEncoders), make(chan struct{}, maxEncoders) })
	select {
	case free := <-e.free:
		return free, nil
	default:
	}
	select {
	case free := <-e.free:
		return free, nil
	case e.made <- struct{}{}:
		return newEncoder(zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	}
}

func newEncoder(options ...zstd.EOption) (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, append(options,
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(Window), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false))...) // SHA-256 and the record's checksum watch over the bytes
}

// Forget drops what is kept of bodies: some may have been removed, or have other numbers.
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

// indexes are the references that were packed against last, indexed.
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

// Unpack gives a frame's bytes. dictionary is what it was packed against, nil for nothing; size
// is how many bytes it must come to. A frame that does not is an [schema.ErrCorrupt].
func (p *Pool) Unpack(frame, dictionary []byte, size int64) ([]byte, error) {
	return p.UnpackInto(func(n int) []byte { return make([]byte, 0, n) }, frame, dictionary, size)
}

// UnpackInto is [Pool.Unpack] into the buffer that get gives for n bytes.
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

// Buffers are memory for bodies that are needed for a moment only. The zero value is ready,
// and safe for many goroutines.
type Buffers struct {
	mu   sync.Mutex
	free [][]byte
}

const (
	// maxBuffer is the largest that is kept, in bytes: larger bodies are rare, and nothing is
	// packed against them. maxFree is how many are.
	maxBuffer = Window
	maxFree   = 8
)

// Get gives a buffer with a capacity of n bytes at least, of whatever length.
func (r *Buffers) Get(n int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, b := range slices.Backward(r.free) {
		if cap(b) >= n {
			r.free = slices.Delete(r.free, i, i+1)
			return b
		}
	}
	const step = 64 << 10 // a buffer shall serve bodies that are somewhat larger, too
	return make([]byte, 0, (n+step-1)/step*step)
}

// Put has a buffer serve again; nobody may use it any more. Where there are too many the oldest
// is dropped.
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

// cache keeps a few base bodies unpacked, maxCache bytes of them.
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
