//go:build !unix

package hostile

import "time"

// processorTime is not told by every system: there, only what is allocated counts.
func processorTime() time.Duration { return 0 }
