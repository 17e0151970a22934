// Package listing reads what newspapers list their pages in: feeds (RSS, RDF, Atom, JSON)
// and sitemaps (urlset, index, plain text), packed by gzip or not, well-formed or not.
//
// Start at [Parse]. It gives the addresses that a listing names, each an [Item], made
// absolute by [Resolve]. Of a sitemap index, [Recent] picks what a run reads, and
// [Item.Months] tells what a child is about.
//
//   - listing.go: which kind it is, its charset, plain text.
//   - markup.go: feeds and sitemaps, from the tags and texts that tokens.go makes of them.
//   - json.go: JSON feeds.
//   - index.go: the children of a sitemap index.
//   - times.go: the times as they are written. One without a zone is meant in [sites.Zone].
//
// It promises: no clock, network or file. What breaks off gives what came before the break,
// beside an error. Time and memory grow with the size of the listing and no faster; no more
// is taken of one than a sound one can have. [Weight] is what reading it may take.
package listing
