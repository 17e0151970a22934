// Package markup reads the bytes of a page before there is a tree: in UTF-8,
// as a stranger sent them.
//
//	stripcode.go  leaves out what no rule reads: scripts, style sheets, drawings, comments
//	markup.go     counts what a parser would have to do, refuses what is too much, parses
//	tags.go       where tags begin and end, what they are called
//	htmlkind.go   whether a body of no known type is HTML
//	breaksoff.go  whether a page ends in the middle
//
// Counting takes a twentieth of the parser's time, whatever the page is made
// of. The tree is that of the page as it stands, but for what is inside scripts
// and the like.
package markup
