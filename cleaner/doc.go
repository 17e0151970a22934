// Package cleaner turns one captured page into page text or an [Article].
//
// Start at [Read] (or [FromTree]) and the methods of [Document], or at [Clean],
// which does all of it. A page goes through:
//
//  1. document.go: what kind of bytes it is, and whether it is a trap for
//     parsers ([Markup]); charset.go: its charset, twice.go UTF-8 that
//     was encoded more than once, legacy.go and
//     syllable.go the fonts that no charset tells of; lean.go: scripts and style
//     sheets are emptied before the tree is built.
//  2. head.go and jsonld.go: what it says of itself, in one walk.
//  3. pagetext.go: [Document.PageText], what it shows, the same rules for all.
//  4. fields.go: [Document.Article]. finder.go gathers, in one walk, the
//     elements that the newspaper's selectors can mean. The layouts are tried,
//     that of the capture day first; body.go reads the body's blocks, captions,
//     pictures and related links, spoken.go tells speeches and live entries.
//     byline.go, dates.go, credit.go and language.go read single lines;
//     hygiene.go mends letters.
//  5. dump.go does the same for a page that exists only as text.
//  6. generic*.go reads a page that no layout fits.
//
// cut.go, firstlook.go and package challenge tell by a page alone that it is not the
// article, or not all of it. Two articles of one page are compared by redesign.go and
// words.go; before, standin.go tells whether one of them is not the page's, by what the
// pages say they are (naming.go), what the texts have in common (incommon.go), and what
// is left of a text (remains.go).
//
// text.go holds what makes two texts alike; compare.go and edits.go tell what
// changed between two articles; [Document.Explain] says which rule gave which
// field.
//
// Nothing here reads the clock, the network or a file: the same page and the
// same site give the same Article for ever, so the whole archive can be
// cleaned again at any time. A doubtful but usable page yields notes, a
// hopeless one a [*NotArticleError]. Hostile pages end in bounded time with an
// answer, [ErrMarkup] or [ErrTooLarge].
package cleaner
