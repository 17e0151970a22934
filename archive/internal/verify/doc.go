// Package verify looks at every page, record and body of a newspaper's file, and says what
// is damaged and what that costs.
//
// It reads by internal/schema, internal/boltfile, internal/store and internal/body, and uses
// nothing that writes histories, indexes or counters: what a commit got wrong is not taken
// for right because the same code looks at it.
//
//   - verify.go: [Run] and [Since], the phases of the work and their order, the pages of the
//     file, the counters; where a run that was stopped goes on.
//   - records.go holds each record against its checksum and against what it must agree with.
//   - needs.go holds what captures need against the index of what needs an asset.
//   - bodies.go unpacks each body and each article once, on as many processors as there are.
//   - verifycache.go remembers what was intact, so that it need not be read again.
//   - fastjson.go reads captures without package json, which takes too long for so many.
//
// It promises: each [Problem] is reported once, in an order that does not depend on where a
// run was stopped; what a damaged file says is never trusted, and no damage makes it panic;
// the file is held for a time slice at a time; nothing is changed but SITE.verify, which notes
// how far a run came.
package verify
