package cleaner

import (
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/pages"
)

// ErrMarkup is returned by [Read] for a page that would take a parser far more time or
// memory than any page does, by the tags and attributes it has or by formatting left open
// (see [Markup]), and for one whose elements are nested deeper than the parser's limit of 512; by
// [Document.Article] for a tree of another maker's that is deeper than 4096, for a page on which
// a layout would have to look at the same elements again and again, and for a text of more
// lines than any has.
var ErrMarkup = markup.ErrHostile

// ErrTooLarge is returned by [Read] for a body over [MaxBody].
var ErrTooLarge = pages.ErrTooLarge
