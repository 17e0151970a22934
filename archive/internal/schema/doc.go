// Package schema says what stands in a newspaper's file: its buckets, what their keys are
// made of, and every record. docs/format.md says the same for whoever has to read the file
// without this program.
//
// Start at the tables: [Pages], [Captures], [Versions] and the others. A [Table] loads,
// saves and goes through records of one type under keys of one type, in whatever reads or
// writes the file ([Reader], [Writer]); where keys begin alike, as those of one page's
// versions do, it is that part of the bucket. [LoadCapture], [LoadBody], [LoadAlias],
// [Positions] and their like read what takes more than one look. [Raw], [Bucket.Key] and
// [Bucket.ParseKey] are for what copies, verifies or rescues records as they are.
//
// It promises: a record is what was written, under that very key, or an [ErrCorrupt] that
// names it; keys sort as what they say does; a record that is written and read again is
// the same. Times are UTC and kept to the millisecond; days are those of +07:00.
//
//   - buckets.go: the buckets, of which format each is, what its keys are made of and what people
//     call its records; the formats, and the counters.
//   - keys.go: [Key], which each key is made from and read into; what can be a page, an address, a
//     time or a digest.
//   - record.go: the checksum around each value; [Reader] and [Writer], what records lie in.
//   - tables.go: [Table], and each bucket as one.
//   - captures.go: captures. requests.go: their requests, which share their forms.
//   - pages.go: pages, their other names, the order of their captures.
//   - bodies.go: bodies, and those that others are packed against.
//   - articles.go: articles. versions.go: versions, and what a list shows of a page.
//   - descriptions.go: how the newspaper was described.
//   - needs.go: which assets a capture needs.
//   - tombstones.go: what is left of pages that were forgotten.
//   - errors.go: what can be wrong. names.go: of which record an error is, in words.
package schema
