// Package boltfile reads a bbolt file as it lies on disk, by plain reads and with
// every bound checked.
//
// bbolt itself maps the file into memory and trusts its pages, which have no
// checksums: one flipped bit in a page header can end the process. So bbolt is left to
// write, and all that is read goes through here: damage is an error that names the page.
//
// Start at [Open]. A [Tree] is the file in one state: [Tree.Get], [Tree.Scan],
// [Tree.Sweep] and [Tree.Lookup] read records, [Tree.Find], [Tree.Root] and [Tree.Page]
// the pages that they lie on. A [Walker] goes over all pages and tells those that are
// used twice, or by none.
//
// A tree reads the file without a lock: who opened the file holds one for as long as the
// tree is used, or the pages may be written anew in between. It is for one goroutine.
//
// Any file is read in bounded time and memory, whatever its pages say. What is wrong
// with a file is an [ErrDamaged]; a failure to read is the operating system's error.
//
// bbolt writes numbers in the byte order of the machine. All machines that this
// program is built for are little-endian. The package imports the standard library
// alone.
package boltfile
