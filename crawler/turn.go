package crawler

import "context"

// largeBody is longer than pages and listings are; their trees take many times as much. Two of
// them at once take more than one process should have.
const largeBody = 256 << 10

// parsing is held by the one worker of the process that reads a large body.
var parsing = make(chan struct{}, 1)

// turn is a worker's to read large bodies. Whoever has it waits for nothing else; all others,
// of other newspapers too, read what is not large meanwhile.
type turn struct {
	ctx  context.Context // of the run: to wait for others is no fault of the server
	held bool
}

// take waits for the turn where a body of this size needs it.
func (t *turn) take(size int) error {
	if t == nil || t.held || size <= largeBody {
		return nil
	}
	select {
	case parsing <- struct{}{}:
		t.held = true
		return nil
	case <-t.ctx.Done():
		return t.ctx.Err()
	}
}

func (t *turn) leave() {
	if t.held {
		<-parsing
		t.held = false
	}
}
