// Package warcfile reads and writes the records of WARC files. It knows of no archive
// and no newspaper.
//
// Start at [NewReader] and [NewWriter].
//
//   - reader.go parts a file into records, whose blocks are streamed. head.go gathers
//     the fields of a header, fields.go names them, date.go reads their dates, length.go
//     finds the records that a wrong length would swallow.
//   - input.go and zstd.go decode the file's compression and find the next sound place
//     after a damaged one. ahead.go does so some way ahead of the reading, and several
//     gzip members at once.
//   - meter.go bounds what reading may cost, by the size of the file.
//   - writer.go writes WARC 1.1, each record a gzip member of its own.
//   - names.go tells by its name what a file is, errors.go what can be wrong.
//
// It promises: any version of WARC, plain, gzip or zstd, packed record by record or as a
// whole, is read in memory that does not grow with the file. A damaged, lying or hostile
// file costs time in proportion to its size; each sound record in it is found, and what
// is not sound is reported as a [Problem].
package warcfile
