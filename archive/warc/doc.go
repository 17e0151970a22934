// Package warc takes WARC, CDXJ and WACZ in and gives them out, so that an archive
// is no island. docs/format.md says which field holds what.
//
// Start at [Import] and [Export]; [ImportWACZ] and [ExportWACZ] do the same for a
// WACZ. Whoever wants the records themselves: [NewReader], [NewWriter].
//
// A file comes in this way:
//
//   - input.go and zstd.go undo the compression of the file and find the next sound
//     place after a hurt one; ahead.go does so some way ahead of the reading, and
//     several gzip members at once, each by cleaner/contentcoding.
//   - reader.go parts it into records, whose blocks are streamed; head.go gathers the
//     fields of a header, length.go finds records that a wrong length would swallow.
//   - meter.go bounds what all of this may cost, by the size of the file.
//   - message.go reads a block's HTTP head and undoes the payload's codings,
//     digest.go checks what the record says of it.
//   - mapping.go makes a capture of a record, date.go reads its date, cut.go tells
//     whether its body is whole, memento.go finds the newspaper's page
//     in a web archive's copy of it.
//   - unzip.go finds the WARC files in a WACZ.
//   - import.go takes records one by one: items.go makes captures of them, answers.go
//     tells which of them answer no GET, beside.go reads what stands beside them
//     (metadata), requests.go what was asked, revisits.go finds what a
//     revisit repeats, commit.go cleans the pages and commits them.
//
// And goes out by export.go: mapping.go makes the record, writer.go writes it,
// cdx.go sorts the index, wacz.go packs it all.
//
// It promises: what is exported and imported again is the same capture, bytes,
// status, headers and time; the same selection gives the same files; a hostile or
// hurt file costs bounded memory and time in proportion to its size, and what is
// sound in it comes in.
package warc
