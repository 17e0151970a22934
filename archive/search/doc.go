// Package search finds articles by their words. Beside the archive it keeps a full-text index of
// each newspaper, made from the archive alone: it may be deleted at any time. Why it is made so:
// docs/decisions/0052-search.md.
//
// Start at [Open], [Index.Search] and [Index.Update].
//
//   - query.go: [Query], and how its text is read.
//   - words.go: a text's words, their exact and their folded forms.
//   - document.go: what is indexed of a page.
//   - forward.go: a page's words in their order, as the index keeps them.
//   - match.go: whether a page is what is looked for, and how well it fits.
//   - search.go: [Index.Search] asks all newspapers, and ranks.
//   - evaluate.go: which pages of a segment have all words.
//   - snippet.go: the passages that are shown.
//   - index.go: [Index], what it has open.
//   - snapshot.go: the published state of a newspaper's index, and its segments.
//   - update.go: [Index.Update] and [Index.Rebuild] follow the archive.
//   - build.go: pages become segments.
//   - publish.go: a new state takes the place of the one before.
//
// It promises: who searches never waits for who writes; a state is published as a whole or not at
// all; a damaged or foreign index is made again, and never an error of the archive; what was
// forgotten is in no file of the index once [Index.Update] returns; time and memory are bounded
// whatever is asked.
package search
