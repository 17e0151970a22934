// Package patch is our zstd encoder: it packs bytes against others that they resemble, into
// plain zstd frames. Whoever has both, and a zstd of any make, can unpack them (RFC 8878; the
// others are a raw content dictionary, "zstd -d --patch-from=OTHERS").
//
// It is here for speed alone. A newspaper's pages have long runs in common with a
// reference page, and an encoder that was made for anything spends its time elsewhere: at
// the level that finds them klauspost/compress copies a table of 4 MB for each frame and
// enters every byte of such a run into it. Here what is packed against is indexed once and
// only read then, and a run costs the comparison of its bytes. What that brings is in
// docs/performance.md, why it is ours in docs/decisions/0023.
//
// Start at [Dictionary.Index] and [Encoder.Append].
//
//   - patch.go: dictionaries, and how matches are found.
//   - frame.go: frames and blocks.
//   - sequences.go: sequences and their codes.
//   - fse.go: the entropy coder of sequences. Literals are packed by klauspost/compress/huff0.
//
// It promises: every body can be packed against every dictionary, as long as both together
// are no more than 128 MB; the frame is never larger than the body by more than its headers;
// any decoder of zstd gives the body back.
package patch
