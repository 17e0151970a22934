package crawler

import (
	"errors"
	"fmt"
	"strings"

	"baoluu/archive/capture"
	"baoluu/crawler/transport"
)

var (
	// ErrBlocked is returned by [Crawl] when a newspaper refuses us: three
	// refusals or challenge pages in a row, or a rest after them that is not
	// over; or nothing came of its sources, or of the pages asked for, and mostly
	// so because we were refused. What was fetched before is kept.
	ErrBlocked = errors.New("blocked by the site")

	// ErrUnreachable is returned by [Crawl] when a newspaper's main host is down,
	// asked to be left alone for longer than a run waits, or does not say by its
	// robots.txt what may be asked for. The next run tries again.
	ErrUnreachable = errors.New("newspaper unreachable")

	// ErrNoSource is returned by [Crawl] when none of a newspaper's lists, feeds and
	// sitemaps could be read, or none named an article: what is new is not seen. What
	// was known and looked at again is kept.
	ErrNoSource = errors.New("none of its lists, feeds and sitemaps could be read")

	// ErrNoArticle is returned by [Crawl] when none of the articles that were asked for came,
	// or none of the addresses that a person named. Its lists could be read.
	ErrNoArticle = errors.New("none of the pages asked for could be read")

	// ErrDrift is returned by [Crawl] when a newspaper's pages come out otherwise
	// than they used to, as after a redesign: a field is missing, or its length is
	// another. All captures are kept, so that a better cleaner can read them again.
	// The error is a [*DriftError].
	ErrDrift = errors.New("the layout has drifted")

	// ErrUnknownAddress is returned for a seed that is no address of the
	// newspaper.
	ErrUnknownAddress = errors.New("no address of this newspaper")

	// ErrMoved is returned by [Survey] where the front page redirects to another newspaper's
	// host, which the error names. Nothing more was asked for.
	ErrMoved = errors.New("the front page leads to another host")

	// ErrPace is returned by [Crawl] and [CheckPace] for a pace that is too fast for a
	// newspaper's own servers. Nothing was asked for.
	ErrPace = errors.New("pace too fast")

	// ErrLocalAddress is returned for an address in the local network: private,
	// loopback, link-local, metadata, or a number dressed up as a name. It is
	// never asked for.
	ErrLocalAddress = transport.ErrLocalAddress
)

// maxDrifts is how many findings one message holds.
const maxDrifts = 5

// DriftError says what came out otherwise. It is an [ErrDrift].
type DriftError struct {
	Site  string
	Drift []capture.Drift
}

// Error names the newspaper and the findings, the first five in full.
func (e *DriftError) Error() string {
	var parts []string
	for i, d := range e.Drift {
		if i == maxDrifts {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Drift)-i))
			break
		}
		part := fmt.Sprintf("%s on %.0f %% of %d pages, before on %.0f %%", d.Field, 100*d.Is, d.Pages, 100*d.Was)
		if d.Length {
			part = fmt.Sprintf("%s of %.0f letters (%d pages), before %.0f", d.Field, d.Is, d.Pages, d.Was)
		}
		parts = append(parts, part)
	}
	return fmt.Sprintf("%s: %v: %s", e.Site, ErrDrift, strings.Join(parts, "; "))
}

// Is tells that the error is an [ErrDrift], for [errors.Is].
func (e *DriftError) Is(target error) bool { return target == ErrDrift }
