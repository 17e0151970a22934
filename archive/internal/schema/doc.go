// Package schema says what stands in a newspaper's file: its buckets, what their keys are
// made of, and every record. docs/format.md says the same for whoever has to read the file
// without this program.
//
// Start at the tables: [Pages], [Captures], [Versions] and the others. A [Table] loads,
// saves and goes through records of one type under keys of one type, in whatever reads or
// writes the file ([Reader], [Writer]); where keys begin alike, as those of one page's
// versions do, it is that part of the bucket. [LoadCapture], [LoadBody], [LoadAlias],
// [Positions] and their like read what takes more than one look. [Raw] and the functions
// that take keys apart are for what copies, verifies or rescues records as they are.
//
// It promises: a record is what was written, under that very key, or an [ErrCorrupt] that
// names it; keys sort as what they say does; a record that is written and read again is
// the same. Times are UTC and kept to the millisecond; days are those of +07:00.
//
//   - buckets.go names the buckets and the formats, keys.go makes every key, record.go
//     wraps every value in a checksum, tables.go puts the two together.
//   - captures.go, requests.go, pages.go, bodies.go, articles.go, versions.go and
//     tombstones.go are the records, each with the plain readers beside it.
//   - names.go says in words which record an error is of, errors.go what can be wrong.
package schema
