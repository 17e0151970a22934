// Package follow tells what was touched in a newspaper's archive since a mark, for whoever keeps
// something that was made from it: an index, a catalog.
//
//   - follow.go: [Since], what it reads and what it tells.
//   - mark.go: [Mark], how far a follower has come, and which file it followed.
//   - names.go: which pages were found to be others.
//
// Start at [Since]. A follower keeps the [Mark] beside what it made, and gives it back. Whatever
// changes what the archive says of a page is told once at least: a page may be named without need, and
// all be told changed where it cannot be known what did.
//
// It promises: nothing is written; where nothing is new a look costs three records; what is
// committed meanwhile is told by this look or by the next.
package follow
