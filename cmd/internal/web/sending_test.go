package web

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// slowReader takes nothing of an answer until it is let go.
type slowReader struct {
	*httptest.ResponseRecorder
	asked func()
	let   <-chan struct{}
}

func (s slowReader) Write(b []byte) (int, error) {
	s.asked()
	<-s.let
	return s.ResponseRecorder.Write(b)
}

// Readers who take their pages slowly keep nobody from reading.
func TestSlowReaders(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	let := make(chan struct{})
	var reading, sent sync.WaitGroup
	for range 2*cap(s.quick) + 1 {
		reading.Add(1)
		w := slowReader{httptest.NewRecorder(), sync.OnceFunc(reading.Done), let}
		sent.Go(func() {
			r := httptest.NewRequest(http.MethodGet, "/about", nil)
			r.Host = "localhost"
			s.ServeHTTP(w, r)
			if w.Code != http.StatusOK || w.Body.Len() < 1000 {
				t.Errorf("a slow reader gets %d, %d bytes", w.Code, w.Body.Len())
			}
		})
	}
	reading.Wait()
	if w := ask(s, "/"); w.Code != http.StatusOK {
		t.Errorf("another reader gets %d", w.Code)
	}
	close(let)
	sent.Wait()
}

// Large answers are bounded all together; small ones are sent beside them.
func TestLargeAnswers(t *testing.T) {
	var sending atomic.Int64
	sending.Store(mostSending - smallAnswer)
	for size, want := range map[int]bool{1: true, smallAnswer: true, smallAnswer + 1: false} {
		a := answer{ResponseWriter: httptest.NewRecorder(), body: make([]byte, size)}
		if got := a.send(&sending); got != want || sending.Load() != mostSending-smallAnswer {
			t.Errorf("%d bytes: %t, %d on their way", size, got, sending.Load())
		}
	}
}
