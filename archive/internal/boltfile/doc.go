// Package boltfile reads a bbolt file as it lies on disk, by plain reads and with
// every bound checked.
//
// bbolt itself maps the file into memory and trusts its pages, which have no
// checksums: one flipped bit in a page header can end the process. So bbolt is left to
// write, and all that is read goes through here: damage is an error that names the page.
//
// A page is here always one of the file's, and never a newspaper's.
//
// Start at [Open]. A [Tree] is the file in one state.
//
//   - tree.go: [Tree], its meta pages and buckets; [Tree.Get] and [Tree.Find] look for one key.
//   - scan.go: [Tree.Scan] and [Tree.Sweep] go through a bucket, if need be past damaged pages.
//   - lookup.go: [Tree.Lookup] finds many keys in one walk.
//   - walker.go: [Walker] goes over all pages and tells those that are used twice, or by none.
//   - page.go: [Page], and the layout of pages.
//   - errors.go: the errors.
//
// A tree reads the file without a lock: whoever opened the file holds one for as long as the
// tree is used, or pages may be overwritten in between. It is for one goroutine.
//
// It promises: any file is read in bounded time and memory, whatever its pages say. What is
// wrong with a file is an [ErrDamaged]; a failure to read is the operating system's error.
//
// bbolt writes numbers in the byte order of the machine. All machines that this
// program is built for are little-endian. The package imports the standard library
// alone.
package boltfile
