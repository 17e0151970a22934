// Package rescue brings back all that can still be read of a newspaper's damaged file, into an
// archive of its own. Start at [Run].
//
//   - rescue.go makes the archive: captures with their bodies first, then what belongs to them.
//   - salvage.go finds records in the file, wherever they lie; salvageleaf.go those of one leaf.
//   - doubt.go says why more may be lost than could be counted.
//
// It promises: the damaged file is only read; no record is lost with another one, nor with the
// page of the file that leads to it; what comes back is held against its checksum and digest;
// all that is known to be lost is reported; a rescue that was stopped goes on. A file that is
// made to deceive costs time and memory in proportion to its size.
package rescue
