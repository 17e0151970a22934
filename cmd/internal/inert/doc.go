// Package inert makes of a stored page a document that a browser shows and that does
// nothing: it runs no script, asks nothing of any host, sends nothing and leads nowhere
// but into the archive. What is lost by that is counted.
//
//	inert.go   [Read]: bytes in, a [Page] out
//	clean.go   the page's tree becomes a new one, of what is allowed
//	allow.go   the elements and attributes that are allowed, and what becomes of others
//	links.go   where a link leads: to what the archive holds, or nowhere
//	style.go   the few declarations of style that are kept
//	base.css   how a page without its own style sheets is set
//
// The promise does not rest on any list of tricks. The page's tree is never written: a new
// one is built, of names and values that are on a list. What is written of it is parsed
// again, and has to give the same tree: else it is only shown as text. The server adds a
// Content-Security-Policy that allows nothing but our own style sheet, by its hash, and a
// sandbox: docs/decisions/0054-inert-pages.md.
//
// It is pure, and what it costs is bounded by the size of the page.
package inert
