package corpus

import (
	"context"
	"runtime"
	"sync"
)

// Ordered makes a result of each thing that all hands over, on all processors, and gives the
// results to take in the order of the things. It holds few of them at a time, and when it returns
// nothing runs any more. The first error of take ends it, else that of all.
func Ordered[T, R any](ctx context.Context, all func(ctx context.Context, put func(T) error) error, work func(context.Context, T) R, take func(R) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	results, working := make(chan chan R, workers), make(chan struct{}, workers)
	var failed error
	go func() {
		defer close(results)
		var running sync.WaitGroup
		defer running.Wait()
		failed = all(ctx, func(x T) error {
			result := make(chan R, 1)
			select {
			case results <- result:
			case <-ctx.Done():
				return ctx.Err()
			}
			working <- struct{}{}
			running.Go(func() {
				result <- work(ctx, x)
				<-working
			})
			return nil
		})
	}()
	var err error
	for result := range results {
		if r := <-result; err == nil {
			if err = take(r); err != nil {
				stop()
			}
		}
	}
	if err == nil {
		err = failed
	}
	return err
}
