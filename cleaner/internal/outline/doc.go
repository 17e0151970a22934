// Package outline lays a page flat: the blocks of its text in order, one for each line
// that the page prints, and the elements over them, each with the blocks that it holds.
// [Of] walks the tree once, without recursion; what is asked of an outline afterwards is
// asked of numbers. It says what stands where and how it looks, not what it means.
//
// Blocks and elements are named by their places in the lists, -1 is none. Sizes are in
// bytes. The text of a block is [Outline.Bytes], its nodes are those of the tree.
package outline
