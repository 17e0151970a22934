// Package compare tells what changed between two articles of one page: an edit
// of the newsroom's, another layout, or something else in the article's place.
// It stands above the cleaner, which knows nothing of it: one page is read the
// same whatever came before.
//
//	changed.go  fields that differ
//	edits.go    what changed, sentence by sentence
//	passages.go word by word
//	words.go    [Words]: all that a page says, for finding texts in it whatever its markup
//	compare.go  [Readings]: two articles, each with the words of its page; start here
//	standin.go  whether one of the two is not the page's article at all
//	common.go   what two texts have in common
//	pictures.go which pictures are others
//	loss.go     what is left of a text
//
// The answers are the same for ever, and bounded: what would take too long is
// said to be in doubt.
package compare
