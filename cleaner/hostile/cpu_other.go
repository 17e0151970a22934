//go:build !unix

package hostile

import "time"

// Not every system tells processorTime: there, only what is allocated counts.
func processorTime() time.Duration { return 0 }
