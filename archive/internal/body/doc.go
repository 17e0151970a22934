// Package body packs the bodies of captures, and the articles that were made of them, and
// gives them back.
//
// Pages of one newspaper resemble one another, so a body is packed against another one, its
// base body, as zstd's dictionary:
//
//   - a page's first body against whichever reference body fits best. When none
//     brings it under 0.6 of what it takes alone, it is packed alone and becomes a
//     reference itself; and so does one whose reference is stale: the pages have drifted
//     so far from it that the deltas have lost as much as a new reference takes.
//   - a later one against the page's base body: its first, or the one that took its
//     place when the page's look had changed so much that a reference fits better.
//
// A reference stands alone, and a page's base body is packed against a reference at most, so
// no body is more than two steps away from one that stands alone.
//
// Reading starts at [Store]: [Store.Chain] reads what it takes to unpack a body while the
// file is held, [Store.Unpack] unpacks it when the file was let go. Packing starts at
// [Chooser], one for each commit. Both share a [Pool] of encoders and decoders, which is one
// for the process.
//
// It promises: a frame is read back by another's decoder before it counts, and a body that
// is unpacked has the digest that was asked for, or the error says which record is damaged.
// Why bodies are packed so: docs/decisions/0023-packing.md.
package body
