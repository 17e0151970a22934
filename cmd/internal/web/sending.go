package web

import (
	"net/http"
	"sync/atomic"
)

const (
	// smallAnswer is an answer that is sent whatever else is: every page is, but for one
	// with a long text of an article's own.
	smallAnswer = 200 << 10 // bytes
	// mostSending bounds the larger answers that are on their way at once.
	mostSending = 32 << 20 // bytes, all together
)

// answer is what a handler writes, kept until its turn is over: a reader who takes a
// page slowly, or never, holds a connection and its bytes, but keeps nobody from reading.
type answer struct {
	http.ResponseWriter
	code int
	body []byte
}

func (a *answer) WriteHeader(code int) {
	if a.code == 0 {
		a.code = code
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, b...)
	return len(b), nil
}

// send sends the answer. It is not ok, and nothing was sent, where too much is on its way.
func (a *answer) send(sending *atomic.Int64) (ok bool) {
	if n := int64(len(a.body)); n > smallAnswer {
		defer sending.Add(-n)
		if sending.Add(n) > mostSending {
			return false
		}
	}
	if a.code != 0 {
		a.ResponseWriter.WriteHeader(a.code)
	}
	if len(a.body) > 0 {
		_, _ = a.ResponseWriter.Write(a.body) // nobody is left to hear of it
	}
	return true
}
