// Package store opens a newspaper's file, for reading and for writing, in turn with
// other processes, and knows nothing of what is kept there but its buckets.
//
// Start at [File].
//
//   - folder.go: the folder of an archive, and the newspapers' files in it.
//   - file.go: [File], one newspaper's file: opened in turn, and read for a [TimeSlice].
//   - newfile.go: a file is made, and takes the place of another.
//   - scan.go: [Scan] goes through a table a time slice after the other.
//   - tree.go: [Tree] reads the file by internal/boltfile, which trusts none of its pages.
//   - transaction.go: [File.Transact] and [Tx] read and write the file by bbolt.
//   - lock.go: who may do what meanwhile, and who holds a newspaper.
//   - lockfile.go: lock files that are removed by the last who needs them.
//   - flock_unix.go, flock_other.go: what flock(2) makes quicker, where it is there.
//   - small.go: the small files beside a newspaper's.
//   - storeerrors.go: the errors. damage.go: what is damaged in a file, in words.
//
// It promises: nobody holds a file for longer than one commit or one time slice of
// reading; who waits longest comes first; a file that is replaced is complete, or as it was.
package store
