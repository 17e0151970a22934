// Package inert makes of a stored page a document that a browser shows and that does
// nothing: it runs no script, asks nothing of any host, sends nothing and leads nowhere
// but into the archive. What is lost by that is counted.
//
//	inert.go   [Read]: bytes in, a [Page] out
//	clean.go   the page's tree becomes a new one, of what is allowed
//	allow.go   the elements and attributes that are allowed, and what becomes of others
//	values.go  what an attribute's value may say
//	code.go    the style sheets and drawings that stand in the page
//	links.go   where a link leads: to what the archive holds, or nowhere
//	look.go    pictures and style sheets that are kept, words for those that are not; [StyleSheet]
//	svg.go     [Drawing]: an SVG of elements and attributes on a list
//	weight.go  how much a browser draws for a drawing
//	style.go   classes for style attributes; the few declarations that are kept of a page without
//	           its style sheets
//	base.css   how such a page is set
//	own.css    how our own words are set, in any page
//
// The promise does not rest on any list of tricks. The page's tree is never written: a new
// one is built, of names and values that are on a list. What is written of it is parsed
// again, and has to give the same tree: else it is only shown as text. The server adds a
// Content-Security-Policy that allows nothing but the archive's own assets and the style sheets
// written here, by their hashes, and a sandbox: docs/decisions/0054-inert-pages.md.
//
// It is pure, and what it costs is bounded by the size of the page.
package inert
