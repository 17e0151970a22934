// Package cleaner turns one captured page into page text or an [Article].
//
// Start at [Read] (or [FromTree]) and the methods of [Document] (reading.go), or at
// [Clean], which does all of it. article.go has the words for what comes out, errors.go
// what cannot be read, name.go names the cleaner. A page goes through these rooms, in this order:
//
//  1. charset: its bytes become UTF-8, whatever they call themselves.
//  2. internal/markup: scripts and style sheets are left out, and what would cost a
//     parser too much is refused ([Markup]).
//  3. internal/pages: what kind of page it is, and what it says of itself, by
//     internal/jsonld and internal/naming. internal/dom reads its tree: the page text
//     ([Document.PageText]) follows the same rules for all.
//  4. A reader makes the article ([Document.Article], cleaning.go): of the newspaper's layouts the one
//     that fits, that of the capture day first; internal/dump reads a page that exists only
//     as text; the generic reader reads a page that no layout fits, by internal/outline and
//     internal/phrases. All of them fill an internal/draft, which signs, dates and finishes
//     the article. internal/dates, internal/credits and internal/prose read single lines.
//  5. What came out is looked at once more: package challenge and firstlook.go recognize
//     by one page alone that it is not the article, or not all of it.
//
// [Document.Explain] says which rule gave which field, [Document.Tried] which selectors of
// a layout find anything. Package compare stands above: it
// tells what changed between two articles of one page, and whether one of them is the
// page's at all.
//
// Nothing here reads the clock, the network or a file: the same page and the
// same site give the same Article for ever, so the whole archive can be
// cleaned again at any time. A doubtful but usable page yields notes, a
// hopeless one a [*NotArticleError]. Hostile pages end in bounded time with an
// answer, [ErrMarkup] or [ErrTooLarge].
package cleaner
