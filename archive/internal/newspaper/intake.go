package newspaper

import (
	"context"

	"baoluu/archive/capture"
)

// What the tools that copy from file to file have in common.
const (
	// IntakeCaptures and IntakeBytes bound what is committed at once, and with it
	// memory: whichever is reached first.
	IntakeCaptures = 64
	IntakeBytes    = 16 << 20
	// SmallRecords is how many small records are read in one turn.
	SmallRecords = 2000
)

// Intake commits the captures of another file in batches. Took is called with each that was
// committed; its Number is the one that it had.
type Intake struct {
	To   *Newspaper
	Took func(k capture.Kept, p capture.Put)

	batch   []capture.Kept
	bytes   int
	waiting map[uint64]bool // the numbers of those in the batch
}

// Add puts a capture into the batch; its Number is the one that it had where it comes from.
func (in *Intake) Add(ctx context.Context, k capture.Kept) error {
	if in.waiting == nil {
		in.waiting = map[uint64]bool{}
	}
	in.waiting[k.Number] = true
	in.batch = append(in.batch, k)
	in.bytes += len(k.Body)
	if len(in.batch) < IntakeCaptures && in.bytes < IntakeBytes {
		return nil
	}
	return in.Flush(ctx)
}

// Waits reports whether the capture that had a number is in the batch.
func (in *Intake) Waits(number uint64) bool { return in.waiting[number] }

// Flush commits what is in the batch.
func (in *Intake) Flush(ctx context.Context) error {
	if len(in.batch) == 0 {
		return nil
	}
	puts, err := in.To.Commit(ctx, capture.Batch{Kept: in.batch})
	if err != nil {
		return err
	}
	for i, p := range puts {
		in.Took(in.batch[i], p)
	}
	clear(in.batch)
	clear(in.waiting)
	in.batch, in.bytes = in.batch[:0], 0
	return nil
}
