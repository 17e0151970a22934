package main

import (
	"os"
	"runtime/debug"
)

// collectLessOften is for crawls: a page's tree is garbage soon, and little else lives.
// Collecting somewhat less often than usual saves 7 % of the processor's time; even less
// often saves no more, and costs 30 MB (docs/performance.md). GOGC in the environment wins.
func collectLessOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(140)
	}
}

// collectMoreOften is for serve: the catalog lives as long as it does, and what a page costs
// is garbage soon. GOGC in the environment wins.
func collectMoreOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// softMemory is enough for parsing pages: ordinary ones take half of it.
const softMemory = 320 << 20

// boundMemory is for commands that parse pages of strangers. Garbage is collected more
// often as memory grows towards [softMemory]: a page whose tree takes 150 MB
// then costs little more than its tree, not 2.4 times as much. It is no limit to what
// lives. GOMEMLIMIT in the environment wins.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}
