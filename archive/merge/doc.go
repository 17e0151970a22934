// Package merge brings the captures of one archive into another, as if all had been captured
// there. Start at [Run].
//
//   - merge.go goes through the other archive: aliases, captures, what is to be fetched, runs.
//   - parcel.go is a capture on its way, with its body and its article.
//
// It promises: the other archive is only read; what is here already is not stored again, and a
// second merge changes nothing; one that was stopped goes on; what cannot be read is reported,
// and the rest comes along.
package merge
