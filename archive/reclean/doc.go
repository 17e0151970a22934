// Package reclean cleans what a newspaper's file holds again, when a cleaner got better. Start at
// [Run].
//
//   - reclean.go cleans the captures, and keeps what comes out if asked to.
//   - report.go is the [Report].
//   - tally.go counts what comes out differently, by the rules of fields.go; excerpt.go shows it.
//   - gate.go says whether too much is taken away.
//   - recount.go compares the versions that come of it with those that there are.
//
// It promises: captures and bodies stay as they are; without [Options.Accept] nothing is
// changed; accepted, all articles and versions change in one transaction, and the earlier ones
// can be read until then; what a crawl stores meanwhile is not lost.
package reclean
