// Package learn drafts the description of a newspaper that nobody has described, from its pages.
//
// The layouts:
//
//   - page.go: a sample, read by the generic cleaner.
//   - sheet.go: a sample laid out for being searched, all its letters in one text.
//   - selector.go: selectors, and which marks of an element are worth one.
//   - layout.go: which pages wear one layout; body and article of each; order, days and names.
//   - body.go: where the body stands, and what in it is not of it.
//   - field.go: the other fields.
//   - judge.go: the draft reads the samples, and is held against the generic cleaner.
//
// A selector is taken where it says on the samples what the generic cleaner says, and then also on
// the pages where that says otherwise. It promises: nothing is said that was found on one page
// alone, unless its own name says what it is; what is in doubt or guessed has a comment; it reads
// no clock, network or file, and takes time in proportion to the pages.
package learn
