package turn

import (
	"bytes"
	"context"
)

// large is what reading takes at most, in bytes, that nobody waits for. The pages of
// newspapers stay below it.
const large = 24 << 20

// Weight is what reading a body may take, in bytes, of one that attacks the parser.
func Weight(body []byte) int { return 32*len(body) + 256*bytes.Count(body, []byte("<")) }

// reading is held by the one who reads a large body.
var reading = make(chan struct{}, 1)

// Turn is a worker's to read large bodies, in the process. Whoever has it waits for nothing
// else before [Turn.Leave]. The zero value is ready.
type Turn struct{ held bool }

// Take waits until a body of such a [Weight] may be read, or for the context, whose error it returns.
func (t *Turn) Take(ctx context.Context, weight int) error {
	if t.held || weight <= large {
		return nil
	}
	select {
	case reading <- struct{}{}:
		t.held = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave lets the next one read.
func (t *Turn) Leave() {
	if t.held {
		<-reading
		t.held = false
	}
}
