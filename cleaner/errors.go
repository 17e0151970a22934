package cleaner

import "errors"

// ErrNesting is returned by [Read] for a page whose elements are nested deeper
// than the parser's limit of 512, or whose unclosed formatting would make it
// build far more elements than the page has, and by [Document.Article] for a
// tree of another maker's that is deeper than 4096: markup gone wrong or
// hostile.
var ErrNesting = errors.New("elements nested too deep")

// ErrTooLarge is returned by [Read] for a body over [MaxBody].
var ErrTooLarge = errors.New("page too large")
