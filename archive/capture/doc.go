// Package capture holds the words for what is kept: [Capture], one answer to one request;
// [Entry], one address that is known; [Batch], what one commit stores; [Run], what one
// crawl did. They are types, and what these say by themselves: nothing is read or written
// here.
//
// It is the one room of the archive that the crawler imports, so that neither has to know
// the other. Why that is so is docs/decisions/0001-shared-words.md.
//
//   - capture.go: a capture, its kind and state, and what of its exchange is kept.
//   - entry.go: an address of the frontier.
//   - batch.go: captures, entries and a run on their way into the archive, and what became
//     of them.
//   - run.go: the report of a run.
package capture
