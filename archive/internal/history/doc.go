// Package history derives the versions of a page from its captures.
//
// The captures are taken in order of time, each with its article. A capture's article is its
// own or, where it is a revisit without one, that of the capture it repeats. Captures without
// an article (a list, an answer that says nothing) make no version. That a page is gone is a
// version of its own, and that it is back again another one, even where it reads as before:
// but only an answer at the address where the page was to be read last says so, for old
// addresses of a page die while it lives on under a new one.
//
// Only articles made by one cleaner are compared, for a cleaner's fix must not look like a
// newspaper's edit: where two captures were read by different cleaners, both are read again,
// by the present one. And what only another layout reads otherwise, as after a redesign, is
// no edit either: it is another reading of the same version. See [compare.Readings] and
// docs/decisions/0022-redesigns.md.
//
// An article's pictures are part of what it says: one that was exchanged begins a version, also
// where no word was changed, see docs/decisions/0064-pictures-in-histories.md.
//
// Start at [Reader]: [Reader.Versions] derives all versions of a page, [Reader.Extend] what
// its newest capture does to them, [Reader.Head] what a list shows of them, and
// [Reader.Compare] tells two articles apart. It reads a newspaper's file in one state, and
// writes nothing: what comes of it is stored by the caller.
//
//   - reader.go: [Reader], and the articles that it reads.
//   - versions.go: which captures are one version.
//   - comparison.go: what became of an article, with the words of both pages.
//   - pictures.go: what was kept of an article's pictures at a moment.
//   - cache.go: [Cache] keeps what comparing gave from one commit to the next.
//   - cleaner.go: [Cleaner] makes articles of captures.
//
// It promises: the same captures, in whatever order they were stored, have the same versions;
// to extend versions capture by capture gives what deriving them at once does; a record that
// is damaged is an error that names it.
package history
