// Package backup keeps a copy of a newspaper in another archive, which follows the first. Start
// at [Run].
//
//   - backup.go is the order of it, and what begins again or is refused.
//   - copy.go copies records as they are: captures with what belongs to them, then the rest.
//
// It promises: the archive is only read, but for the note of where its backups are; stopped at
// any moment the backup is a complete archive, as of an earlier capture, and the next run goes
// on; what was forgotten is taken out; what was written is read back before Run returns; a
// folder with captures of its own is refused.
package backup
