package corpus

import "context"

// Ordered is [ordered], for tests.
func Ordered[T, R any](ctx context.Context, all func(context.Context, func(T) error) error, work func(context.Context, T) R, take func(R) error) error {
	return ordered(ctx, all, work, take)
}
