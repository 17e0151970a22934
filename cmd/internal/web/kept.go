package web

import (
	"context"
	"sync"
	"time"
)

// kept is a value that costs too much to be made for each reader. Whoever asks first waits
// for it. Later it is given as it is, at once; where it is older than age it is made anew in
// the background meanwhile, for those who ask next, and where it is much older they wait.
type kept[T any] struct {
	server *Server
	age    time.Duration
	read   func(context.Context) (T, error)

	mu     sync.Mutex
	value  T
	err    error
	made   time.Time
	making chan struct{} // closed when the one that is being made is there
}

func newKept[T any](s *Server, age time.Duration, read func(context.Context) (T, error)) *kept[T] {
	return &kept[T]{server: s, age: age, read: read}
}

// get gives the value, and since when it is so.
func (k *kept[T]) get(ctx context.Context) (value T, made time.Time, err error) {
	for {
		k.mu.Lock()
		age := k.server.Now().Sub(k.made)
		fresh := !k.made.IsZero() && age >= 0 && age < k.age
		if !fresh && k.making == nil {
			k.making = make(chan struct{})
			k.server.inFlight.Go(k.make)
		}
		if usable := !k.made.IsZero() && age >= 0 && age < 10*k.age; usable {
			defer k.mu.Unlock()
			return k.value, k.made, k.err
		}
		making := k.making
		k.mu.Unlock()
		select {
		case <-making:
		case <-ctx.Done():
			return value, made, ctx.Err()
		}
	}
}

func (k *kept[T]) make() {
	made := k.server.Now()
	value, err := k.read(k.server.ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.value, k.err, k.made = value, err, made
	close(k.making)
	k.making = nil
}

// soonTime is how long a reader waits for what a page can do without.
const soonTime = 800 * time.Millisecond

// soon is get for what a page can do without: what is not there soon is given as it was last,
// however old; made is zero where it never was.
func (k *kept[T]) soon(ctx context.Context) (value T, made time.Time, err error) {
	short, cancel := context.WithTimeout(ctx, soonTime)
	defer cancel()
	value, made, err = k.get(short)
	if short.Err() == nil || ctx.Err() != nil {
		return value, made, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value, k.made, k.err
}
