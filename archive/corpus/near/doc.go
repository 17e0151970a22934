// Package near finds articles that are the same story printed again: exact copies, copies
// with another title, dateline and byline, with small edits, and shortened ones. Different
// stories of one event stay apart, and so do tables that are printed daily with other
// numbers.
//
// Start at [Finder]. It holds a small sketch of each article, whatever its length, and
// groups them when asked: sketch.go makes sketches, same.go compares two, index.go finds
// the few that are worth comparing, near.go has the [Finder] and its [Cluster].
//
// Clusters do not depend on the order in which articles are added, and articles that come
// out later never move those before them. docs/decisions/0049-near-duplicates.md says why
// it is done so, and how well.
package near
