// Package reclean cleans what a newspaper's file holds again, when a cleaner got better. Start at
// [Run].
//
//   - reclean.go says what is cleaned, and what becomes of it.
//   - pass.go goes through the captures, on all processors.
//   - report.go is the [Report].
//   - tally.go counts what comes out differently, by the rules of fields.go; excerpt.go shows it.
//   - gate.go says whether too much is taken away.
//   - recount.go finds out what a dry run would make of the versions.
//
// It promises: captures and bodies stay as they are; until it is accepted all reads as before; accepted,
// all articles and versions change in one transaction; what a crawl stores meanwhile is not lost; a run
// that was stopped goes on where it was; report and records are the same on however many
// processors, and in however many runs; memory does not grow with the archive.
package reclean
