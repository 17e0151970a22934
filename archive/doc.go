// Package archive keeps newspapers' pages for good: one folder, one bbolt file for
// each newspaper. docs/format.md describes the file for whoever has to read it
// without this program.
//
// Start at [Create] or [Open]. [Archive.Commit] stores captures with what was made
// of them, [Archive.Discover], [Archive.Due] and [Archive.Entry] are the crawler's
// frontier, [Archive.Lock] keeps two crawls of a newspaper apart. [Archive.View]
// reads: pages, versions, captures, bodies, articles, all in one state of the file.
// [Archive.Reclean] cleans what is stored again, [Archive.Verify] looks whether all
// of it is sound, [Archive.Rescue] brings back what can be read of a hurt file,
// [Archive.Backup] follows the archive in another folder, [Archive.Merge] brings two
// archives together. [Archive.Forget] is the one deletion.
//
// From the file upwards:
//
//   - file.go opens it, shortly and in turn with other processes (flock_*.go,
//     lock.go for whole runs).
//   - internal/boltfile reads it page by page, trusting nothing; tree.go names our
//     buckets there. bbolt only writes.
//   - internal/schema says what stands in the file: buckets, keys, records; scan.go
//     goes through a table of it a time slice after the other.
//   - internal/body packs bodies against those that they resemble, and articles against
//     their pages; internal/patch is one of its encoders.
//   - internal/history compares articles, and derives a page's versions from its captures.
//   - commit.go stores a batch, carryon.go what histories come of it, frontier.go keeps
//     what is to be fetched.
//   - view.go reads, growth.go counts, reclean.go goes over everything, forget.go
//     writes the file anew without a page, migrate.go brings older files up to date.
//   - internal/verify looks at every record and unpacks every body; verify.go hands it a
//     newspaper.
//   - salvage.go finds records wherever they lie, rescue.go makes an archive of them;
//     backup.go and merge.go copy, mend.go gives captures back what they had lost;
//     transfer.go is what the three share.
//
// It promises: what Commit returned for is durable and never changed, but for what
// is forgotten; a commit is stored whole or not at all; a View is one state; a hurt
// file gives a named error, not a panic and not wrong bytes; nobody holds the file
// for longer than one commit or one turn of reading.
package archive
