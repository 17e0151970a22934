package main

import (
	"os"
	"runtime/debug"
)

// collectSeldom is for crawls: a page's tree is garbage soon, and little else lives.
// Collecting somewhat seldomer than usual takes 7 % of the processor's time off;
// more gains nothing, and costs 30 MB (docs/performance.md). GOGC in the environment wins.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(140)
	}
}

// softMemory is what whoever parses pages should get along with. What is sound takes
// half of it.
const softMemory = 320 << 20

// boundMemory is for what parses pages that anybody may have written. Garbage is
// collected harder as memory grows towards [softMemory]: a page whose tree takes 150 MB
// then costs little more than its tree, not 2.4 times as much. It is no limit to what
// lives. GOMEMLIMIT in the environment wins.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}
