// Package newspaper writes one newspaper's file: batches of captures, what follows from them,
// and what is to be fetched.
//
// Start at [Newspaper]. [Newspaper.Commit] stores a batch: what it brings is packed before the
// file is opened, so that nobody waits for it, and then stored in one transaction.
// [Newspaper.Discover] adds to the frontier, [Newspaper.Lock] holds the newspaper for a run.
// [Newspaper.Change] and [Newspaper.Update] let others write: the first as a [Tx], with
// counters and histories kept right, the second record by record.
//
//   - newspaper.go: [Newspaper], the file and what its readers and commits share.
//   - prepare.go packs what a batch brings, commit.go stores it, keep.go each capture of it.
//   - versions.go carries histories on, rebuilds them, and joins two pages.
//   - repair.go gives captures back what they had lost.
//   - copies.go stores a second time the bodies that many others need.
//   - intake.go commits another file's captures in batches, for the tools that copy.
//   - generation.go puts a new generation of articles in the place of the present one.
//   - frontier.go writes what is to be fetched.
//   - migrate.go brings a file of an older format up to date.
//
// It promises: a batch is stored whole and durably, or nothing of it; captures may come in any
// order of time, and the histories read as if they had come in order; what was forgotten is not
// stored again; a body that many others need is not lost with a few damaged bytes.
// Errors are those of internal/store and internal/schema.
package newspaper
