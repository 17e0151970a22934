// Package store opens a newspaper's file, for reading and for writing, in turn with
// other processes, and knows nothing of what is kept there but its buckets.
//
// Start at [File].
//
//   - folder.go: the folder of an archive, and the file of each newspaper in it.
//   - file.go: [File], one newspaper's file: opened briefly, read, written, replaced.
//   - scan.go: [Scan] goes through a table a time slice after the other.
//   - tree.go reads the file by internal/boltfile, which trusts none of its pages;
//     transaction.go reads and writes it by bbolt.
//   - lock.go, lockfile.go, flock_*.go, holder_*.go: who may do what meanwhile, and who
//     holds it.
//   - small.go reads and writes the small files beside a newspaper's. storeerrors.go names the errors,
//     damage.go says what is damaged in a file and what only follows from it.
//
// It promises: nobody holds a file for longer than one commit or one time slice of
// reading; who waits longest comes first; a file that is replaced is whole, or as it was.
package store
