// Package naming holds names against each other: the titles and addresses of
// pages, the names of newspapers and sections. What a page says of itself
// comes in as strings; no tree is looked at.
//
//	names.go      what a page calls itself, and which of the articles that it describes is its own
//	titles.go     titles that were cut, or go on with a name
//	addresses.go  two addresses of one page
//	papers.go     what makes a name a newspaper's
//	sections.go   breadcrumbs
//	claims.go     which page of a newspaper a page says it is
package naming
