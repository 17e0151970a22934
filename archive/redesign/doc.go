// Package redesign finds the days on which a newspaper changed its look, in what the archive
// holds: the present cleaner reads the stored captures again, and what comes out is compared
// day by day. How a day is found: docs/decisions/0045-the-day-of-a-redesign.md.
//
// Start at [Run]. It reads, of each article's page and day, the newest capture that brought a
// body, in the order of the pages, and sorts what it saw by the day of capture.
//
//   - redesign.go: [Run], its options and its report.
//   - replay.go: which captures are read, on all cores.
//   - observed.go: what is kept of each: some 60 bytes.
//   - series.go: one measure day by day, in strata; how likely chance makes a difference.
//   - changes.go: the days from which a measure is otherwise.
//   - findings.go: what is measured, in the newspaper and in its sections.
//   - selectors.go: which selectors died, found on pages next to the day.
//   - places.go: in which elements the fields stand now.
//   - days.go: days of Vietnam.
//
// It promises: nothing is written; the same captures give the same report, on any number of
// cores; it takes the memory of a few pages a core, and some 100 bytes for each page and day. Unlike
// crawler/drift, which tells in a run that something is wrong now, it has all the time there is, and
// tells since when.
package redesign
