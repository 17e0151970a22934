// Package archivetest makes, fills, reads and damages archives for the tests of package archive
// and of the tools above it.
//
//   - archive.go makes archives, with a cleaner of plain texts.
//   - assets.go makes captures of pictures and style sheets, and of what needs them.
//   - captures.go makes captures, and archives full of all kinds of them.
//   - newspapers.go makes newspapers, be they a hundred, and makes them known.
//   - reading.go reads all that an archive says, to compare two.
//   - tools.go calls the tools that the tests of several rooms need.
//   - files.go reads and damages the files themselves.
package archivetest
