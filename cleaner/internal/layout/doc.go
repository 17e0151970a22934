// Package layout reads a page by the layouts of its newspaper: data of package sites, the
// selectors that fit its pages from a given day on.
//
//	layout.go     which layout reads the page; the fields of an article, one after the other
//	selectors.go  one walk that gathers the elements which the selectors can mean
//	body.go       blocks of the body, with what their markup says beyond their kind
//	tried.go      which selectors find anything, for whoever asks which died
//	figure.go     pictures and their captions, in figures, boxes and tables
//
// [Read] fills a draft or leaves it as it was. A page whose layouts would look at the same
// elements again and again, or whose tree is deeper than any page's, is markup.ErrHostile.
package layout
