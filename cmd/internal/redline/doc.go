// Package redline sets two articles of one page side by side for a reader: which paragraphs
// are the same, which were edited, came, went or were moved, and within them which words.
// Package compare decides what is an edit at all; this room only shows it. It is pure.
//
//	redline.go  start here: [Of] gives a [Redline], its [Row]s made of [Span]s, and its [Size]
//	blocks.go   which paragraph of one article is which of the other
//	words.go    a text as words; numbers and names among them
//	diff.go     which words went and came
//	layout.go   leaves out what only the layouts make differ
//	excerpt.go  the part of a row that changed, with some words around it
//
// What one side's spans say, put together ([Row.Text]), is that article's text. The work is
// bounded: of texts with very little in common, or very long ones, it tells less finely what
// changed, never wrongly. No letter is cut from its tone.
package redline
