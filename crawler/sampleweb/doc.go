// Package sampleweb is a small web of five sample newspapers that lives inside
// the program: the demo crawls it, the tests and the benchmarks run against it.
//
// Start at [New]. A [Web] is an http.Handler that answers for the newspapers'
// real host names with front pages, section lists, feeds, sitemaps, robots.txt
// and articles, each in that newspaper's own markup and addresses; the texts are
// our own, about people and events that do not exist. A sixth, of a host that is none, is
// there for those who ask for it ([Web.Strangers]). Two ways lead to it:
// [Web.RoundTripper] in memory, fit for testing/synctest, and [Web.Listen] over
// loopback, with TLS and as a proxy.
//
//   - paper.go: the newspapers: hosts, sections, forms of address
//   - stranger.go: the sixth, which package sites does not know: for what has to learn a
//     newspaper from its pages alone
//   - article.go: an article as it was written ([Truth] is what a cleaner should
//     find), loaded from articles/*.yaml
//   - stock.go: articles made up from a stock of sentences, for [Web.Grow]
//   - web.go: the state, and the changes made on command
//   - serve.go, listing.go, render.go: the pages, from templates/*.html
//   - asset.go: pictures, style sheets, fonts, and how pictures are changed; drawing.go, font.go:
//     these are made in code
//   - fill.go: what makes pages as long as real ones, for [Web.Fill]
//   - log.go: every request, for [Web.Log]
//   - fault.go: everything that can go wrong between a crawler and a server
//   - assetfault.go: what can go wrong with pictures and style sheets
//   - standin.go: what servers send in an article's place
//   - roundtrip.go, server.go: the two ways in
//   - slug.go: slugs and hashes for addresses; errors.go: the errors
//
// The same calls in the same order give the same bytes, on every machine and in
// every year: no clock and no chance takes part in a page.
package sampleweb
