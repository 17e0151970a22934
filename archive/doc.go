// Package archive keeps newspapers' pages for good: one folder, one bbolt file for
// each newspaper. docs/format.md describes the file for whoever has to read it
// without this program.
//
// Start at [Create] or [Open]. [Archive.Commit] stores captures with what was made
// of them, [Archive.Discover], [Archive.Due] and [Archive.Entry] are the crawler's
// frontier, [Archive.Lock] keeps two crawls of a newspaper apart. [Archive.View]
// reads: pages, versions, captures, bodies, articles, all in one state of the file.
// [Archive.Verify] looks whether all of it is sound.
//
// From the file upwards:
//
//   - internal/boltfile reads it page by page and trusts nothing. bbolt only writes.
//   - internal/schema says what stands in it: buckets, keys, records, tables.
//   - internal/store opens it, briefly and in turn with other processes, locks it for whole
//     runs, and goes through a table a time slice after the other.
//   - internal/body packs bodies against those that they resemble, and articles against
//     their pages; internal/patch is one of its encoders.
//   - internal/history compares articles, and derives a page's versions from its captures.
//   - internal/newspaper writes one newspaper's file: batches, second copies of bodies,
//     histories, what is to be fetched; it brings older files up to date.
//   - archive.go opens it all, errors.go names what can go wrong.
//   - frontier.go reads what is to be fetched.
//   - descriptions.go reads how the newspaper was described.
//   - assets.go reads which pictures, style sheets and fonts a capture needs, and which is nearest.
//   - view.go reads, known.go finds what is there already; growth.go, ledger.go and
//     forgotten.go count.
//   - internal/verify looks at every record and unpacks every body; verify.go hands it a
//     newspaper.
//   - backups.go remembers the backups, paths.go tells where folders lie.
//
// Above it stand the tools. archive/reclean cleans what is stored again, archive/merge brings
// two archives together, archive/rescue brings back what can be read of a damaged file,
// archive/forget takes a page out, archive/backup follows the archive in another folder.
//
// It promises: what Commit returned for is durable and never changed, but for what
// is forgotten; of a commit all is stored or nothing; a View is one state; a damaged
// file gives a named error, not a panic and not wrong bytes; nobody holds the file
// for longer than one commit or one time slice of reading.
package archive
