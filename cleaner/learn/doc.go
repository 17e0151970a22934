// Package learn drafts the description of a newspaper from its pages: what package sites says of a newspaper,
// learnt instead of written.
//
// Start at [Draft]. It reads the pages by the generic cleaner, tells which are articles, holds half of them
// out, learns from the others, tests what it learnt on those that it has not seen, and then learns from all.
//
//   - learn.go: [Draft], the order of things, and what is in doubt.
//   - heldout.go: which pages are held out, and how a draft is tested on them.
//   - page.go: a page, read by the generic cleaner.
//   - view.go: what else a page shows: its address, titles, links.
//
// The addresses, and what the newspaper calls itself:
//
//   - place.go: an address taken apart: where its number stands, what its shape is.
//   - forms.go: the forms of articles' addresses, by shape and by the length of numbers.
//   - lists.go: lists, sections, how they page, pages that are no articles, junk in queries.
//   - hosts.go: domain, hosts, hosts of pictures, languages and editions.
//   - names.go: the newspaper's name, what it adds to titles and prints before leads.
//
// The layouts:
//
//   - sheet.go: a sample laid out for being searched, all its letters in one text.
//   - selector.go: selectors, and which marks of an element are worth one.
//   - layout.go: which pages wear one layout; body and article of each; order, days and names.
//   - body.go: where the body stands, and what in it is not of it.
//   - field.go: the other fields.
//   - family.go: pages that a layout family reads, and what a newspaper has of its own beside it.
//   - judge.go: the draft reads the samples, and is held against the generic cleaner.
//
// A selector is taken where it says on the samples what the generic cleaner says, and then also on
// the pages where that says otherwise. Nothing is said that was found on one page alone, unless its own name
// says what it is.
//
// It promises: no clock, network or file; the same pages in any order give the same bytes. Its cost is bounded by
// the pages (150 at most) and by 100,000 addresses that are named. Whatever pages say, the description compiles, or
// Draft returns an error. It names no host that is not of the newspaper's own domain, but for those that serve
// its pictures. What is doubtful has a comment that begins with "in doubt:"; where the whole is, one above the
// name begins with "unsure:".
package learn
