// Package lines is what is said of an archive in JSON, by the commands' --json and by the
// API of serve alike: one name for one thing. An article itself is corpus.Line.
//
//	lines.go   pages, versions, readings, captures, edits, changes, runs
//	search.go  what a search found
//
// Moments are RFC 3339 with the offset of Vietnam, to the second; what is not known is null.
package lines
