// Package crawler is all that touches the network: it brings a newspaper's pages
// into a [Store].
//
// Start at [Crawl] (crawler.go), one run over one newspaper; several may go on at once.
// [Plan] (plan.go) says what a run would ask for first. What the crawler needs of an
// archive is the interface [Store]; what a run did is a capture.Run. errors.go says how a
// run can fail. [Survey] (survey.go) fetches what is needed to describe a newspaper that nobody
// knows: surveyphases.go says what it asks for, one sort after the other, surveychoice.go by what
// it chooses.
//
// A run goes through these stages:
//
//   - run.go: the run's own goroutine. It picks and starts workers; conclude.go books what
//     they bring and what that leads to, book.go what the store made of it, ending.go how the
//     run ended.
//   - committer.go: what it brings is stored, at most 64 captures or two seconds at a time,
//     which is all that a kill can cost. What is under way is still due in the store.
//   - frontier.go: what is fetched next, from windows over the store's frontier:
//     seeds, fresh articles, sources, recrawls, the backlog. Memory does not grow
//     with it.
//   - fetch.go: a worker, with one address from request to result: robots.txt,
//     tries, redirects. answer.go: what is in its answer, and what the page leads to.
//   - pace.go: no pace below the least one, except on a server of one's own.
//   - robots.go: robots.txt is fetched before anything else of a host.
//   - collector.go: the newspaper's Colly collector, fenced. Colly parses each
//     page once; its tree serves links and cleaner alike.
//   - recorder.go: the RoundTripper below Colly. It records what package transport brought,
//     and hands Colly what is safe to parse. What is large is read one at a
//     time in the whole process (cleaner/turn).
//   - classify.go: what an answer means: live, gone, moved, blocked, broken.
//   - challenge.go, soft404.go: challenges, and pages that hide their end behind a 200.
//   - samepage.go: when two ids are one page.
//   - backfill.go: what of the listings of a backfill is asked for, by what is known
//     of an article's day before it is fetched, and where its lists end.
//   - forecast.go: what is known of each source before a run.
//   - assets.go: which of the files that pages need are wanted; assetqueue.go: the next one,
//     where that keeps no page waiting, within the day's budget; assetfetch.go: what came.
//   - sources.go, rounds.go: the lists that a run begins with, and begins again with.
//
// Below it lie rooms that know nothing of a run:
//
//   - package transport: one request and its answer, as it was sent. Proxies, TLS, and the
//     guard against addresses in the local network.
//   - package politeness: a host's pace, rests and robots.txt, remembered from run to run.
//   - package listing: feeds and sitemaps.
//   - package recrawl: when what is known is asked for again.
//   - package drift: whether pages come out otherwise than they used to.
//
// It promises: nothing is asked of a host but by a robots.txt that is a day old
// at most; no host is asked faster than its pace, from one run to the next too,
// killed ones included; an address is asked for once in a run, retries after an
// error apart (a run that goes on with its backlog begins a new round every
// quarter of an hour); everything received is
// kept as a capture; nothing but the newspaper's own hosts is ever asked, and where assets
// are wanted those that serve them, save for the
// rules of a robots.txt that redirects elsewhere: those are read, and are no capture.
package crawler
