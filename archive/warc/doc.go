// Package warc brings WARC, CDXJ and WACZ files into the archive and out of it.
// docs/format.md says which field holds what.
//
// Start at [Import] and [Export]; [ImportWACZ] and [ExportWACZ] do the same for a
// WACZ. The records of a file are read and written by archive/warcfile.
//
// Import:
//
//   - import.go takes the records one by one, wacz.go and unzip.go those of the WARC
//     files in a WACZ. items.go makes captures of them, answers.go tells which of them
//     answer no GET, beside.go reads what belongs to them (metadata), requests.go what
//     was asked. revisits.go finds what a revisit repeats. assets.go tells which pictures, style
//     sheets and fonts are needed, wherever in this file or another these stand; papers.go has of
//     whom.
//   - message.go reads the HTTP head in a block and decodes the payload, digest.go
//     checks what the record says of it, cut.go tells whether the body is complete.
//     memento.go finds the newspaper's page in a web archive's copy of it.
//   - mapping.go makes a capture of a record, in the fields of ownfields.go, too.
//   - commit.go cleans the pages and commits them. prices.go says what all that costs,
//     of what the file's size allows.
//   - pages.go reads pages without an archive, of whatever newspaper.
//
// Export: export.go goes through the captures, mapping.go makes a record of each, cdx.go
// sorts the index, wacz.go packs it all.
//
// It promises: what is exported and imported again is the same capture, bytes, status,
// headers and time; the same selection gives the same files; a hostile or damaged file
// costs bounded memory, and time in proportion to its size, and what is sound in it
// comes in.
package warc
