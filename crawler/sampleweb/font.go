package sampleweb

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// icons is a font of ours with two signs, an arrow (U+E001) and a star (U+E002), as WOFF. It
// is the smallest that browsers take.
var icons = sync.OnceValue(func() []byte { return woff(fontTables()) })

// fontTable is a table of a font.
type fontTable struct {
	tag  string
	data []byte
}

// point is one of an outline, in thousandths of an em.
type point struct{ x, y int16 }

// signs are the outlines of the font's glyphs; the first stands for what it does not have.
func signs() [][]point {
	star := make([]point, 10)
	for i := range star {
		r := 480.0 - 280*float64(i%2)
		star[i] = point{500 + int16(r*math.Sin(float64(i)*math.Pi/5)), 400 + int16(r*math.Cos(float64(i)*math.Pi/5))}
	}
	return [][]point{nil, {{100, 0}, {100, 800}, {900, 400}}, star}
}

// be writes values as fonts have them, big end first.
func be(values ...any) []byte {
	var b bytes.Buffer
	for _, v := range values {
		if n, ok := v.(int); ok {
			v = int16(n) //nolint:gosec // all are small
		}
		_ = binary.Write(&b, binary.BigEndian, v) // cannot fail
	}
	return b.Bytes()
}

// fontTables are the tables of the font, in the order of their tags.
func fontTables() []fontTable {
	outlines := signs()
	var glyf, loca, metrics []byte
	for _, outline := range outlines {
		loca = append(loca, be(len(glyf)/2)...)
		metrics = append(metrics, be(1000, 0)...)
		glyf = append(glyf, glyph(outline)...)
	}
	loca = append(loca, be(len(glyf)/2)...)
	const name = "Sample Icons"
	var names, text []byte
	for id := range 7 {
		if id == 3 || id == 5 {
			continue
		}
		names = append(names, be(3, 1, 0x409, id, 2*len(name), len(text))...)
		for _, c := range name {
			text = append(text, 0, byte(c))
		}
	}
	last := 0xE000 + len(outlines) - 1
	return []fontTable{
		{"OS/2", slices.Concat(be(4, 1000, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0), make([]byte, 10), be(uint32(0), uint32(1<<28), uint32(0), uint32(0)), []byte("SMPL"),
			be(0x40, uint16(0xE001), uint16(last), 900, -100, 0, 900, 100, uint32(1), uint32(0), 500, 700, 0, 32, 1))},
		{"cmap", be(0, 1, 3, 1, uint32(12), // one table of format 4, of two segments
			4, 32, 0, 4, 4, 1, 0, uint16(last), uint16(0xFFFF), 0, uint16(0xE001), uint16(0xFFFF), uint16(0x10000-0xE000), 1, 0, 0)},
		{"glyf", glyf},
		{"head", be(uint32(1<<16), uint32(1<<16), uint32(0), uint32(0x5F0F3CF5), 3, 1000, uint64(3_800_000_000), uint64(3_800_000_000), 0, -100, 1000, 900, 0, 8, 2, 0, 0)},
		{"hhea", be(uint32(1<<16), 900, -100, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, len(outlines))},
		{"hmtx", metrics},
		{"loca", loca},
		{"maxp", be(uint32(1<<16), len(outlines), 10, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)},
		{"name", slices.Concat(be(0, len(names)/12, 6+len(names)), names, text)},
		{"post", be(uint32(3<<16), uint32(0), -100, 50, uint32(0), uint32(0), uint32(0), uint32(0), uint32(0))},
	}
}

// glyph is one outline, all points on it.
func glyph(outline []point) []byte {
	if len(outline) == 0 {
		return nil
	}
	low, high := outline[0], outline[0]
	flags := bytes.Repeat([]byte{1}, len(outline))
	var xs, ys []byte
	at := point{}
	for _, p := range outline {
		low = point{min(low.x, p.x), min(low.y, p.y)}
		high = point{max(high.x, p.x), max(high.y, p.y)}
		xs, ys = append(xs, be(p.x-at.x)...), append(ys, be(p.y-at.y)...)
		at = p
	}
	g := slices.Concat(be(1, low.x, low.y, high.x, high.y, len(outline)-1, 0), flags, xs, ys)
	return append(g, make([]byte, -len(g)&3)...)
}

// woff packs tables.
func woff(tables []fontTable) []byte {
	const flavor = 1 << 16 // TrueType
	var directory, data []byte
	offset, whole := 44+20*len(tables), 12+16*len(tables)
	for _, t := range tables {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, _ = z.Write(t.data) // into memory
		_ = z.Close()
		stored := t.data
		if packed.Len() < len(stored) {
			stored = packed.Bytes()
		}
		directory = append(directory, t.tag...)
		directory = append(directory, be(uint32(offset+len(data)), uint32(len(stored)), uint32(len(t.data)), checksum(t.data))...) //nolint:gosec // some hundred bytes
		data = append(data, stored...)
		data = append(data, make([]byte, -len(data)&3)...)
		whole += (len(t.data) + 3) &^ 3
	}
	header := be(uint32(0x774F4646), uint32(flavor), uint32(offset+len(data)), len(tables), 0, uint32(whole), 1, 0, uint32(0), uint32(0), uint32(0), uint32(0), uint32(0)) //nolint:gosec // likewise
	return slices.Concat(header, directory, data)
}

func checksum(data []byte) (sum uint32) {
	data = append(slices.Clone(data), make([]byte, -len(data)&3)...)
	for word := range slices.Chunk(data, 4) {
		sum += binary.BigEndian.Uint32(word)
	}
	return sum
}
