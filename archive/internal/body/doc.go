// Package body packs the bodies of captures, and the articles that were made of them, and
// gives them back.
//
// Pages of one newspaper resemble one another, so a body is packed against another one, its
// base body, as zstd's dictionary:
//
//   - a page's first body against the reference body that fits best. Where the delta is not
//     smaller than 0.6 of what the body takes by itself, the body is packed by itself and
//     becomes a reference. It does so, too, where its reference is stale: the pages have
//     drifted so far from that one that the deltas have grown by as much as a new reference
//     takes.
//   - a later one against the page's base body: the first, or a later one that fitted a
//     reference better, because the page's look had changed.
//
// What is packed already, as pictures are, is stored as it came, and nothing is packed against it.
//
// A reference is packed by itself, and a page's base body at most against a reference. So two
// other bodies at most have to be unpacked before one.
//
// Reading starts at [Store]: [Store.Chain] reads a body and its base bodies while the file is
// held, [Store.Unpack] unpacks them when the file was let go. Packing starts at [Chooser], one
// for each commit. Both share a [Pool] of encoders and decoders.
//
//   - store.go: [Store] and [Chain], how bodies are read.
//   - chooser.go: [Chooser], what a body is packed against.
//   - ascame.go: bodies that are packed already.
//   - sketch.go: [Sketch], by which bodies that resemble one another are found.
//   - article.go: articles, which are packed against their pages.
//   - pool.go: [Pool], what makes frames of bytes and bytes of frames.
//
// It promises: each delta is read back by zstd's own decoder before it is stored, and a body that
// is unpacked has the digest that was asked for, or the error says which record is damaged.
// Why bodies are packed so: docs/decisions/0023-packing.md.
package body
