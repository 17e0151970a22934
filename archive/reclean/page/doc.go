// Package page shows what a re-clean found as one HTML page that needs nothing else: no script,
// no file, no network. Start at [Write].
//
//   - page.go: what the page says, from reports; page.html and page.css are its form.
//   - chart.go: how often a field is there and how long it is, month by month, as pictures.
//
// It promises: the same reports give the same bytes; nothing that a newspaper's page holds acts
// in a browser or leads anywhere but to a web address; it is read in the dark and in print as
// well.
package page
