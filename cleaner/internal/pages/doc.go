// Package pages reads one page, up to where it becomes an article: bytes in, a
// [Document] out, which says what the page says of itself. What is no page (a
// picture, nothing at all) is refused with a reason.
//
//	document.go  reading; addresses and references
//	kind.go      what kind of bytes it is
//	head.go      metas, links and JSON-LD, in one walk
//	title.go     the titles of the head, without the newspaper's name, whole where one was cut
//	owner.go     who publishes the page, by all names that it gives
//	authors.go   the people whom the head names
//
// A document may be asked from several goroutines. Its tree is not changed.
package pages
