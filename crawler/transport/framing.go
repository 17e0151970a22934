package transport

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// framing rewrites what tells where an answer ends (RFC 9112, 6 and 7) as net/http reads it. That
// is stricter than browsers are: a server may repeat a length or a coding, send a length that is no
// number, blanks around a chunk's size, a newline alone at the end of a line, a trailer that is
// no header, or nothing behind the last chunk's line. What are no chunks it wraps into some, and
// lets the last one be missing: then the bytes are there, and net/http says that they are not all.
// The bytes of the head that are kept are those that came.
//
// It goes through one answer, from its status line on.
type framing struct {
	part    framePart
	line    []byte // what came of the present one and was not written
	long    bool   // that was too long to say something
	status  int
	newer   bool   // than HTTP/1.0, which has no chunks
	chunked bool   // so the head says
	length  string // as it says
	digit   bool   // came of a chunk's size
	blank   bool   // behind the digits
	dropped int    // bytes of extensions, of the trailer, and of what fills sizes and line ends
	left    uint64
}

type framePart int

const (
	inHead framePart = iota
	inSize           // of a chunk
	inExtension
	inData
	inDataEnd // the newline behind
	inTrailer // where left counts the bytes of the line
	inNone    // what are no chunks
	untouched // nothing more is to be looked at
)

const (
	// maxHeadLine is more than a line of a head takes that says where the answer ends.
	maxHeadLine = 256
	// notRead hides a field from net/http. A line that goes on with the next may not be left out.
	notRead = "X-Not-Read-"
)

// passes reports whether the next n bytes need not be looked at, and counts them.
func (f *framing) passes(n int) bool {
	if f.part == inData && uint64(n) < f.left {
		f.left -= uint64(n)
		return true
	}
	return f.part == untouched
}

// rewrite appends what came to out.
func (f *framing) rewrite(out, came []byte) []byte {
	for i := 0; i < len(came); {
		if f.part == untouched {
			return append(out, came[i:]...)
		}
		if f.part == inNone {
			return wrap(out, came[i:])
		}
		if f.part == inData {
			n := int(min(f.left, uint64(len(came)-i)))
			out = append(out, came[i:i+n]...)
			if f.left -= uint64(n); f.left == 0 {
				f.part = inDataEnd
			}
			i += n
			continue
		}
		out = f.next(out, came[i])
		i++
	}
	return out
}

// next takes a byte of the head, or of a line between data.
func (f *framing) next(out []byte, b byte) []byte {
	switch f.part {
	case inHead:
		if f.line = append(f.line, b); b != '\n' && !f.long && len(f.line) < maxHeadLine {
			return out
		}
		if !f.long && b == '\n' {
			out = f.headLine(out)
		} else {
			out = append(out, f.line...)
		}
		f.line, f.long = f.line[:0], b != '\n'
		return out
	case inSize:
		return f.size(out, b)
	case inExtension:
		if b == '\n' {
			return f.sized(out)
		}
		return f.drop(out, b)
	case inDataEnd:
		switch b {
		case '\r':
			if f.blank {
				return f.drop(out, b)
			}
			f.blank = true
			return out
		case '\n':
			f.part, f.left, f.digit, f.blank, f.line = inSize, 0, false, false, f.line[:0]
			return append(out, "\r\n"...)
		}
		f.part = inNone
		return wrap(append(out, "\r\n"...), []byte{b})
	case inTrailer:
		switch {
		case b == '\n' && f.left == 0:
			f.part = untouched
			return append(out, "\r\n"...)
		case b == '\n':
			f.left = 0
		case b != '\r':
			f.left++
		}
		return f.drop(out, b)
	}
	return append(out, b)
}

func (f *framing) size(out []byte, b byte) []byte {
	f.line = append(f.line, b)
	digit, isDigit := hexDigit(b)
	switch {
	case len(f.line) > maxHeadLine:
	case isDigit && !f.blank && f.left>>60 == 0:
		f.left, f.digit = f.left<<4|digit, true
		return f.fill(out, b)
	case b == ' ', b == '\t': // before the digits, too
		f.blank = f.digit
		return f.fill(out, b)
	case !f.digit:
	case b == '\r':
		f.blank = true
		return f.fill(out, b)
	case b == ';':
		f.part = inExtension
		return out
	case b == '\n':
		return f.sized(out)
	}
	f.part = inNone
	return wrap(out, f.line)
}

func hexDigit(b byte) (digit uint64, ok bool) {
	switch {
	case b >= '0' && b <= '9':
		return uint64(b - '0'), true
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return uint64(b|0x20-'a') + 10, true
	}
	return 0, false
}

// fill takes a byte of a chunk's size. What is more than a size needs is left out, and counted.
func (f *framing) fill(out []byte, b byte) []byte {
	if len(f.line) <= len("ffffffffffffffff") {
		return out
	}
	return f.drop(out, b)
}

// sized ends the line of a chunk's size.
func (f *framing) sized(out []byte) []byte {
	if f.part, f.blank = inData, false; f.left == 0 {
		f.part = inTrailer
	}
	return append(strconv.AppendUint(out, f.left, 16), "\r\n"...)
}

// wrap makes a chunk of bytes.
func wrap(out, b []byte) []byte { return fmt.Appendf(out, "%x\r\n%s\r\n", len(b), b) }

// drop leaves a byte out, but not without end: then net/http sees what it refuses.
func (f *framing) drop(out []byte, b byte) []byte {
	if f.dropped++; f.dropped > maxHeader {
		f.part = untouched
		return append(out, ' ', b)
	}
	return out
}

// end appends what was not written yet where the connection ends, and what a body lacks behind
// whose last chunk it does.
func (f *framing) end(out []byte) []byte {
	switch f.part {
	case inHead:
		out = append(out, f.line...)
	case inTrailer:
		out = append(out, "\r\n"...)
	}
	f.part = untouched
	return out
}

// headLine takes a line of the head.
func (f *framing) headLine(out []byte) []byte {
	line := strings.TrimRight(string(f.line), "\r\n")
	name, value, _ := strings.Cut(line, ":")
	switch {
	case f.status == 0:
		proto, rest, _ := strings.Cut(line, " ")
		code, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		f.newer = proto >= "HTTP/1.1"
		if f.status, _ = strconv.Atoi(code); f.status == 0 {
			f.part = untouched
		}
	case strings.EqualFold(name, "Transfer-Encoding"):
		return f.transferCoding(out, value)
	case strings.EqualFold(name, "Content-Length"):
		return f.contentLength(out, value)
	case line != "":
	case f.status < 200 && f.status != http.StatusSwitchingProtocols:
		f.status, f.chunked, f.length = 0, false, ""
	case f.chunked && f.newer && f.status != http.StatusNoContent && f.status != http.StatusNotModified:
		f.part = inSize // and the caller empties f.line
	default:
		f.part = untouched
	}
	return append(out, f.line...)
}

// transferCoding writes a Transfer-Encoding: net/http takes nothing but "chunked", and that once. Of
// other codings [Client.Do] reads.
func (f *framing) transferCoding(out []byte, value string) []byte {
	value = strings.ToLower(strings.Trim(value, " \t"))
	last := strings.Trim(value[strings.LastIndexByte(value, ',')+1:], " \t")
	switch {
	case value == "": // it may go on
		return append(out, f.line...)
	case last != "chunked", f.chunked:
		return append(append(out, notRead...), f.line...)
	}
	f.chunked = true
	return append(out, "Transfer-Encoding: chunked\r\n"...)
}

// contentLength writes a Content-Length: one that is repeated once, and none that is no number.
// With two that differ nobody knows where the answer ends.
func (f *framing) contentLength(out []byte, value string) []byte {
	for v := range strings.SplitSeq(value, ",") {
		v = strings.Trim(v, " \t")
		if n, err := strconv.ParseUint(v, 10, 63); err != nil {
			return append(append(out, notRead...), f.line...)
		} else if v = strconv.FormatUint(n, 10); f.length != "" && f.length != v {
			return append(out, f.line...) // net/http refuses it, now that one was written
		} else if f.length == "" {
			f.length = v
			out = append(out, "Content-Length: "+v+"\r\n"...)
		}
	}
	return out
}
