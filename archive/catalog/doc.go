// Package catalog answers from memory what is new in an archive, what changed in it, and what
// belongs to a day: the questions for which a reader would otherwise wait until all pages had
// been gone through.
//
// Start at [New] and [Catalog.Update], which reads each newspaper once and, from then on, what
// changed in it. [Catalog.New], [Catalog.Changes] and [Catalog.Day] list, [Catalog.Days] and
// [Catalog.Totals] count.
//
//   - catalog.go: [Catalog], and how a newspaper is brought up to date.
//   - part.go: what is kept of one newspaper, never changed once it is made.
//   - list.go: lists over several newspapers, page by page.
//   - count.go: counts.
//   - kind.go: what kinds of change there are.
//   - cursor.go: where the next page of a list begins, as text.
//
// It promises: nobody who asks waits for an update, and none sees half of one; two newspapers
// never wait for each other, and one that cannot be read hides no other; the order of a list is
// always the same; at most 120 bytes of memory a page, and 40 a change. Titles and texts are
// not in it: they are read from the archive where they are shown. All times are in
// [sites.Zone].
package catalog
