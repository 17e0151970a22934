package transport

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"baoluu/cleaner/hostile"
)

// Whatever an answer's head is made of, and what tells where its body ends, reading it costs what
// its size allows, in whatever pieces it comes. What net/http makes of it is measured, too.
func TestHeadsWithinBudget(t *testing.T) {
	tokens := []string{
		" x\r\n", "\tx\n", " \n", "A: b\r\n", "A%d: b\n", "a:\n", ":", "x", "\r", "\n", "\r\n", " ", "\x00", "ế",
		"Set-Cookie: a%d=b\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 1,1,\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 x\r\nLink: x\r\n\r\n",
	}
	for name, g := range map[string]hostile.Grammar{
		"fields": {Begin: "HTTP/1.1 200 OK\r\nA: b\r\n", End: "\r\n", Tokens: tokens},
		"hints":  {Begin: "HTTP/1.1 103 Early Hints\r\n", End: "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", Tokens: tokens},
		"chunks": {
			Begin: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", End: "0\r\n\r\n",
			Tokens: []string{"1\r\nx\r\n", "1\nx\n", "1;a=b\r\nx\r\n", "00001\r\nx\r\n", "5\r\n", " ", "0", "\r", "\n", ";", "x", "0\r\nX: y\r\n", "ff\r\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			hostile.Check(t, g, func(doc []byte) {
				_, _, _ = parseHead(doc)
				var f framing
				var rewritten []byte
				for piece := range bytes.SplitAfterSeq(doc, []byte("x")) { // of any length
					rewritten = f.rewrite(rewritten, piece)
				}
				rewritten = f.end(rewritten)
				res, err := http.ReadResponse(bufio.NewReader(iotest.HalfReader(bytes.NewReader(rewritten))), nil)
				if err != nil {
					return
				}
				_, _ = bounded(mappedHead(res))
				_, _ = io.Copy(io.Discard, res.Body)
			})
		})
	}
}

// A head costs what it has of bytes, and keeps no more fields than a server can mean.
func TestHeadsThatAreTooLarge(t *testing.T) {
	const begin = "HTTP/1.1 200 OK\r\nA: b\r\n"
	folded, _, ok := parseHead([]byte(begin + strings.Repeat(" x\r\n", 3) + " \r\n\r\n"))
	if !ok || len(folded.Fields) != 1 || folded.Fields[0].Value != "b x x x " {
		t.Errorf("folded: %+v", folded.Fields)
	}
	for name, tt := range map[string]struct {
		fields string
		kept   int
	}{
		"many fields": {strings.Repeat("a:\n", maxHeadFields+5), maxHeadFields},
		"one folded":  {strings.Repeat(" x\n", maxHeader/2+5), 0},
	} {
		h, _, ok := parseHead([]byte(begin + tt.fields + "\n"))
		h, err := bounded(h)
		if !ok || Gap(err) != "too large" || len(h.Fields) != tt.kept {
			t.Errorf("%s: %d fields, %v", name, len(h.Fields), err)
		}
	}
	res := &http.Response{Status: "200 OK", Proto: "HTTP/1.1", Header: http.Header{"A": strings.Split(strings.Repeat("x,", maxHeader), ",")}}
	if h, err := bounded(mappedHead(res)); Gap(err) != "too large" || len(h.Fields) != maxHeadFields {
		t.Errorf("of a map: %d fields, %v", len(h.Fields), err)
	}
}
