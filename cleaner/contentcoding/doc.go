// Package contentcoding decodes HTTP content codings within bounds: for answers as they
// come from the network, and as they lie in WARC files.
//
// Start at [Decode]. What a header names is a hint, and what was sent is the fact: servers
// name codings that they did not apply, and apply others than they name.
//
//	decode.go    which codings lie over a body, and takes them off one after the other
//	streams.go   reads the codings: gzip, deflate, br, zstd
//	chunked.go   reads the chunked coding, which some WARC files leave in a body
//	sensible.go  tells bytes that say something from those that have to be decoded first
//	inflate.go   the fast way for the usual gzip
//
// Nothing is lost: what cannot be decoded is given as it was sent, to the last byte, with
// an error and a note. What is decoded does not grow beyond the limit that is given.
package contentcoding
