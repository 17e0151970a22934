package warcfile

import (
	"bytes"

	"baoluu/archive/capture"
)

// Head gathers the fields of a header from its lines: of a record or of an HTTP message.
// What it costs grows with the bytes of the lines, however often a field is folded.
type Head struct {
	Fields []capture.Field
	folded []byte // the last field's value, where it is folded: it is put together once
}

// Add takes one line: a field, or the rest of one that was folded. What is neither is
// left out.
func (h *Head) Add(line []byte) {
	if line[0] == ' ' || line[0] == '\t' {
		if n := len(h.Fields); n > 0 {
			if rest := bytes.Trim(line, " \t"); len(rest) > 0 {
				if len(h.folded) == 0 {
					h.folded = append(h.folded, h.Fields[n-1].Value...)
				}
				if len(h.folded) > 0 {
					h.folded = append(h.folded, ' ')
				}
				h.folded = append(h.folded, rest...)
			}
		}
		return
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return
	}
	h.close()
	h.Fields = append(h.Fields, capture.Field{Name: string(bytes.Trim(name, " \t")), Value: string(bytes.Trim(value, " \t"))})
}

func (h *Head) close() {
	if len(h.folded) > 0 {
		h.Fields[len(h.Fields)-1].Value = string(h.folded)
		h.folded = h.folded[:0]
	}
}

// Done gives the fields, the last one with all of its folded lines.
func (h *Head) Done() []capture.Field {
	h.close()
	return h.Fields
}
