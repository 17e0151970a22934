// Package dom reads the tree of a page: one element at a time, without any
// idea of what the page is. No function changes the tree, and none recurses
// into its depth, which may be any.
//
//	tree.go      walking, finding, attributes, the text of an element
//	inline.go    what within a line does not read as it stands: raised figures, notes, tooltips
//	tables.go    tables that hold data, and those that only put things in their places
//	pagetext.go  the page text, by the same rules for all pages
//	pictures.go  the picture that an element names, what frames it
//	plain.go     markup in a value of metadata
//	links.go     the host of an address
//	number.go    the newspaper's number of an article, as its element carries it
//
// Text and Spelled give texts as they stand, blanks included: prose.Clean makes
// them fit for an article.
package dom
