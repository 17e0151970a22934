// Package corpus makes corpora of the articles of an archive: it chooses them, and writes them as
// plain text, JSON lines or Parquet.
//
// Start at [Choose]: it reads one newspaper in the order of its pages and hands over each
// [Record] that a [Selection] wants. [Form.Writer] writes records to files, [Form.Stream] all of
// them to one. What a corpus says of an article beside the article itself is [Chosen], a line of
// the corpus's manifest; [Rebuild] finds the same records by these lines, in this archive or in
// another one. [Count] looks whether a written file is sound.
//
// The same archive and selection give the same files, byte for byte; so do the same lines of a
// manifest, in whatever order captures were stored and whatever was stored since.
//
//   - record.go: [Record] and [Chosen].
//   - choose.go: which records a selection wants, and what each of its filters left out.
//   - ordered.go: work on all processors, its results in order.
//   - rebuild.go: the records of a manifest.
//   - earlier.go: what a corpus has, and earlier ones had not.
//   - duplicates.go: articles that are the same, and which of them are kept.
//   - split.go: parts for training, validation and test.
//   - form.go: [Form], and the files that it makes.
//   - line.go: [Line], a record as JSON.
//   - text.go: plain text, and names of its files.
//   - table.go: Parquet.
//   - count.go: what a file of a corpus holds.
package corpus
