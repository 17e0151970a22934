// Package jsonld reads what a page's JSON-LD says of the page's own article.
// A page may describe others, and its scripts may be broken: [Read] never
// fails, it says what it left out.
//
//	jsonld.go      gathers the objects of all scripts, and chooses the page's own
//	repairjson.go  makes JSON of what templates and editors break
//
// Texts are those of the page, markup and all but for its authors, sections,
// keywords and publishers, which are as a reader would see them; times are as
// they are written. Depth, values and articles that are looked at are bounded.
package jsonld
