// Package turn lets one large page after the other be read in a process: the tree of one may
// take a hundred times its bytes, and two of them at once more than a small machine has. All
// that is not large is read meanwhile.
//
// Each worker has a [Turn]. It calls [Turn.Take] with the [Weight] of a body before it reads
// that, and [Turn.Leave] afterwards.
package turn
