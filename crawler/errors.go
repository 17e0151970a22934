package crawler

import "errors"

var (
	// ErrBlocked is returned by [Crawl] when a newspaper refuses us: three
	// refusals or challenge pages in a row, or a rest after them that is not
	// over. What was fetched before is kept.
	ErrBlocked = errors.New("blocked by the site")

	// ErrUnreachable is returned by [Crawl] when a newspaper's main host is down,
	// asked to be left alone for longer than a run waits, or does not say by its
	// robots.txt what may be asked for. The next run tries again.
	ErrUnreachable = errors.New("newspaper unreachable")

	// ErrUnknownAddress is returned for a seed that is no address of the
	// newspaper.
	ErrUnknownAddress = errors.New("no address of this newspaper")

	// ErrLocalAddress is returned for an address in the local network: private,
	// loopback, link-local, metadata, or a number dressed up as a name. It is
	// never asked for.
	ErrLocalAddress = errors.New("address in the local network")
)
