// Package inmemory has the files that tests make lie in memory. An archive forces all that it
// writes to the disk, and a test of it otherwise waits for that most of its time. It is for
// tests, which import it for nothing but that:
//
//	import _ "baoluu/archive/inmemory"
//
// The files are as real as others: they are opened, locked, mapped and synced as on a disk. Where
// there is no such memory, or too little, and where TMPDIR names a folder, nothing changes.
//
//	folder_linux.go  the folder for temporary files
package inmemory
