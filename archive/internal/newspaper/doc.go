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
//   - prepare.go: what a batch brings is packed, and read where it will be compared.
//   - commit.go: batches are checked and stored; [Tx], a change under way.
//   - keep.go: one capture of a batch is stored, with its body, page, article and request.
//   - versions.go: histories are extended, rebuilt, and two pages joined.
//   - repair.go: captures get back what they had lost.
//   - copies.go: base bodies of many deltas are stored twice, the copy far from the body.
//   - intake.go: [Intake] commits another file's captures in batches, for the tools that copy.
//   - generation.go: [Generation] stands beside the present articles and versions, and takes their place.
//   - regroup.go: what became of the versions then.
//   - describe.go: how the newspaper is described is kept with it.
//   - frontier.go: what is to be fetched.
//   - migrate.go: a file of an older format is brought up to date.
//
// It promises: a batch is stored durably, all of it or nothing; captures may come in any
// order of time, and the histories read as if they had come in order; what was forgotten is not
// stored again; a base body of many deltas is not lost with a few damaged bytes.
// Errors are those of internal/store and internal/schema.
package newspaper
