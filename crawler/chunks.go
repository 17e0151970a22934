package crawler

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// chunkLines writes the lines of a chunked body (RFC 9112, 7.1) as net/http reads them. That
// is stricter than browsers are: a server may send a blank before a chunk's extension, a
// newline alone at the end of a line, a trailer that is no header, or nothing behind the last
// chunk's line. What it does not understand it leaves as it came, and net/http refuses it.
//
// It goes through one answer, from its status line on.
type chunkLines struct {
	part    chunkPart
	line    []byte // of the head: the beginning of the present one
	status  int
	newer   bool // than HTTP/1.0, which has no chunks
	chunked bool
	digits  int
	blank   bool // behind the digits
	dropped int  // bytes of extensions and of the trailer
	left    uint64
}

type chunkPart int

const (
	inHead chunkPart = iota
	inSize           // of a chunk
	inExtension
	inData
	inDataEnd // the newline behind
	inTrailer // where left counts the bytes of the line
	notMended // no chunks, no more, or none that are understood
)

// maxHeadLine is more than a line of a head has that says something of chunks.
const maxHeadLine = 256

// passes tells whether the next n bytes need not be looked at, and counts them.
func (c *chunkLines) passes(n int) bool {
	if c.part == inData && uint64(n) < c.left {
		c.left -= uint64(n)
		return true
	}
	return c.part == notMended
}

// mend appends what came to out.
func (c *chunkLines) mend(out, came []byte) []byte {
	for i := 0; i < len(came); {
		if c.part == notMended {
			return append(out, came[i:]...)
		}
		if c.part == inData {
			n := int(min(c.left, uint64(len(came)-i)))
			out = append(out, came[i:i+n]...)
			if c.left -= uint64(n); c.left == 0 {
				c.part = inDataEnd
			}
			i += n
			continue
		}
		out = c.next(out, came[i])
		i++
	}
	return out
}

// next takes a byte of the head, or of a line between data.
func (c *chunkLines) next(out []byte, b byte) []byte {
	switch c.part {
	case inHead:
		c.head(b)
		return append(out, b)
	case inSize:
		return c.size(out, b)
	case inExtension:
		if b == '\n' {
			return c.sized(out)
		}
		return c.drop(out, b)
	case inDataEnd:
		switch b {
		case '\r':
			return out
		case '\n':
			c.part, c.digits, c.blank = inSize, 0, false
			return append(out, "\r\n"...)
		}
	case inTrailer:
		switch {
		case b == '\n' && c.left == 0:
			c.part = notMended
			return append(out, "\r\n"...)
		case b == '\n':
			c.left = 0
		case b != '\r':
			c.left++
		}
		return c.drop(out, b)
	}
	return c.refuse(out, b)
}

func (c *chunkLines) size(out []byte, b byte) []byte {
	digit, err := strconv.ParseUint(string(b), 16, 8)
	switch {
	case err == nil && !c.blank && c.digits < 16:
		c.left = c.left<<4 | digit
		c.digits++
		return append(out, b)
	case c.digits == 0:
	case b == ' ', b == '\t', b == '\r':
		c.blank = true
		return c.drop(out, b)
	case b == ';':
		c.part = inExtension
		return c.drop(out, b)
	case b == '\n':
		return c.sized(out)
	}
	return c.refuse(out, b)
}

// sized ends the line of a chunk's size.
func (c *chunkLines) sized(out []byte) []byte {
	if c.part = inData; c.left == 0 {
		c.part = inTrailer
	}
	return append(out, "\r\n"...)
}

// drop leaves a byte out, but not without end.
func (c *chunkLines) drop(out []byte, b byte) []byte {
	if c.dropped++; c.dropped > maxHeader {
		return c.refuse(out, b)
	}
	return out
}

// refuse has net/http see what it does not take: a blank and a byte behind it are no size, no end
// of data and no trailer.
func (c *chunkLines) refuse(out []byte, b byte) []byte {
	c.part = notMended
	return append(out, ' ', b)
}

// end appends what a body lacks behind whose last chunk the connection ended.
func (c *chunkLines) end(out []byte) []byte {
	if c.part == inTrailer {
		c.part = notMended
		out = append(out, "\r\n"...)
	}
	return out
}

// head looks for what makes a body chunked, as strictly as net/http does.
func (c *chunkLines) head(b byte) {
	if b != '\n' {
		if len(c.line) < maxHeadLine {
			c.line = append(c.line, b)
		}
		return
	}
	line := string(bytes.TrimSuffix(c.line, []byte("\r")))
	c.line = c.line[:0]
	name, value, _ := strings.Cut(line, ":")
	switch {
	case c.status == 0:
		proto, rest, _ := strings.Cut(line, " ")
		code, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		c.newer = proto >= "HTTP/1.1"
		if c.status, _ = strconv.Atoi(code); c.status == 0 {
			c.part = notMended
		}
	case strings.EqualFold(name, "Transfer-Encoding"):
		c.chunked = strings.EqualFold(strings.Trim(value, " \t"), "chunked")
	case line != "":
	case c.status < 200 && c.status != http.StatusSwitchingProtocols:
		c.status, c.chunked = 0, false
	case c.chunked && c.newer && c.status != http.StatusNoContent && c.status != http.StatusNotModified:
		c.part = inSize
	default:
		c.part = notMended
	}
}
