// Package reclean cleans what a newspaper's file holds again, when a cleaner got better. Start at
// [Run].
//
//   - reclean.go cleans the captures, counts what comes out differently and keeps it if asked to.
//   - recount.go compares the versions that come of it with those that there are.
//
// It promises: captures and bodies stay as they are; without [Options.Accept] nothing is
// changed; accepted, all articles and versions change in one transaction, and the earlier ones
// can be read until then; what a crawl stores meanwhile is not lost.
package reclean
