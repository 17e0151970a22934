// Package hostile makes documents that attack parsers, and holds what parsing them costs
// against a budget. It is for tests.
//
// A [Grammar] lists the tokens of a format. [Check] draws documents from it: tokens
// repeated, nested, mixed and cut short, so that it comes upon tricks that nobody has
// thought of.
//
//	hostile.go  [Check] and [Holds], what they measure and what they allow
//	html.go     grammars that several rooms use
//	cpu_*.go    processor time, on systems that tell it
//	race_*.go   how much more the race detector may take
//
// What it measures is processor time and bytes allocated, never time on the clock. A seed
// always draws the same document.
package hostile
