package crawler

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/politeness"
	"baoluu/crawler/recrawl"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

// Store is what a crawl needs of an archive. Its methods are called by several
// goroutines.
type Store interface {
	Locker
	Frontier
	// Runs lists the runs that began at since or later, the oldest first.
	Runs(ctx context.Context, site string, since time.Time) ([]capture.Run, error)
	// Commit stores a batch, durably, and all of it or nothing. Put i is what
	// became of b.Kept[i].
	Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error)
	// Hosts are the host records that batches stored, by their keys.
	Hosts(ctx context.Context, site string) (map[string][]byte, error)
}

// Locker keeps two crawls of one newspaper apart.
type Locker interface {
	// Lock takes a newspaper for a run; what says what for ("crawl"). Where another
	// process has it, the error says so at once, and which. release may be called more
	// than once.
	Lock(site, what string) (release func() error, err error)
}

// Frontier is the known addresses with their due times.
type Frontier interface {
	// Discover adds the entries whose page is unknown and leaves the others
	// as they are; it says how many it added.
	Discover(ctx context.Context, site string, es []capture.Entry) (added int, err error)
	// Entry is the entry of a page; false where it is unknown.
	Entry(ctx context.Context, site, page string) (capture.Entry, bool, error)
	// Due lists entries of one class that are due at now, by due time.
	Due(ctx context.Context, site string, now time.Time, class capture.Class, limit int) ([]capture.Entry, error)
	// Waiting is how many entries Due would list without a limit.
	Waiting(ctx context.Context, site string, now time.Time, class capture.Class) (int, error)
	// After lists entries of e's class that come behind it in the order of due
	// times and pages. Of e, nothing but these three counts.
	After(ctx context.Context, site string, e capture.Entry, limit int) ([]capture.Entry, error)
}

// The defaults of [Options].
const (
	DefaultTimeout = 30 * time.Second
	DefaultMaxBody = 10_000_000
	// DefaultRecrawls is a newspaper's budget of looks at known articles a day.
	DefaultRecrawls = recrawl.DefaultBudget

	DefaultAssetSize   = 5_000_000
	DefaultAssetBudget = 250_000_000
)

// Options of a crawl. The zero value crawls with the defaults and without any
// pace: cmd sets one second a host unless the configuration says otherwise.
type Options struct {
	Version string // of the program, for the User-Agent
	Contact string // mail or web address that a site's owner can answer to

	Timeout time.Duration // of one request, body included; 0 is [DefaultTimeout]
	MaxBody int64         // bytes, as sent and decoded; 0 is [DefaultMaxBody]
	// Pace is the least time from one request's end to the next one's start on
	// a host. A longer Crawl-delay in its robots.txt wins. With 0 a host is
	// asked by several workers at once: for a server of one's own only, see
	// [CheckPace].
	Pace time.Duration

	// Recrawls is how many looks a day known articles may have, in all; what a
	// day does not use is saved up for a second one. 0 is [DefaultRecrawls].
	Recrawls int

	// Assets says which of the files that pages need are fetched; a file of more than
	// AssetSize bytes, as sent or decoded, is left out (0 is [DefaultAssetSize]), and once
	// AssetBudget bytes were sent in a day of [sites.Zone] the rest waits for the next
	// (0 is [DefaultAssetBudget]).
	Assets      Assets
	AssetSize   int64
	AssetBudget int64

	Limit   int           // article addresses to ask for, at most; 0 is no limit
	MaxTime time.Duration // of the whole run; 0 is no limit
	// Since and Until are days in [sites.Zone], Until included, of a backfill: the
	// newspaper's sitemaps and lists are gone through for them, behind all that
	// is new. A zero Since is no backfill, a zero Until has no end.
	Since, Until time.Time
	// Seeds, where given, are the only addresses asked for (and robots.txt).
	Seeds []string

	// Proxy is the address of a proxy for all requests. Where it is empty,
	// HTTP_PROXY, HTTPS_PROXY and NO_PROXY decide.
	Proxy string
	// Dial and RootCAs replace dialing and trust: for a listener of our own,
	// exempt from the address guard. No flag sets them.
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	RootCAs *x509.CertPool
	// Transport, where set, answers the requests instead of the network.
	Transport http.RoundTripper

	Log *slog.Logger // nil discards
	// Progress is called after every request, from one goroutine; it must not
	// block. nil is allowed.
	Progress func(Event)
}

// Event tells of one finished request.
type Event struct {
	Site   string
	URL    string
	Kind   sites.Kind
	Status int           // 0: no answer
	State  capture.State // "" where there was no answer
	Gap    string        // why there is nothing to keep of it: "timeout"
	Run    capture.Run   // the run so far; its Gaps are nil
	// Waiting is how many addresses of articles are still to be asked for, as far as
	// they are known; Limit may end the run before.
	Waiting int
}

// Crawl makes one run over one newspaper. A run that ctx or an error ended
// early still stores what it has, and its report; the error says why it did not go to
// its end. A run that MaxTime or Limit ended is no error. A [*DriftError]
// says that the pages of a run that kept all it should came out otherwise than
// those before.
func Crawl(ctx context.Context, store Store, site *sites.Site, o Options) (capture.Run, error) {
	seeds, err := seedEntries(site, o.Seeds)
	if err != nil {
		return capture.Run{}, err
	}
	c, end, err := begin(ctx, store, site, "crawl", o)
	if err != nil {
		return capture.Run{}, err
	}
	defer end()
	plan, err := recrawl.New(c.o.Recrawls, c.stored[recrawl.Key], c.started)
	if err != nil {
		return capture.Run{}, fmt.Errorf("%s: %w", site.Name, err)
	}
	spent, err := newBudget(c.o.AssetBudget, c.stored[budgetKey])
	if err != nil {
		return capture.Run{}, fmt.Errorf("%s: %w", site.Name, err)
	}
	r := newRun(context.WithoutCancel(ctx), c, store, plan, spent, seeds)
	defer r.commits.timer.Stop()
	defer close(r.over)
	return r.run(seeds)
}

// begin takes a newspaper for a run, what says for which; end lets it go.
func begin(ctx context.Context, store Store, site *sites.Site, what string, o Options) (c *crawl, end func(), err error) {
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.MaxBody = cmp.Or(o.MaxBody, DefaultMaxBody)
	o.Recrawls = cmp.Or(o.Recrawls, DefaultRecrawls)
	o.AssetSize, o.AssetBudget = cmp.Or(o.AssetSize, DefaultAssetSize), cmp.Or(o.AssetBudget, DefaultAssetBudget)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := CheckPace(site, o); err != nil {
		return nil, nil, err
	}
	asks, err := transport.New(transport.Options{
		UserAgent: userAgent(o), Timeout: o.Timeout, MaxBody: o.MaxBody, Conns: politeness.UnpacedWorkers,
		Proxy: o.Proxy, Dial: o.Dial, RootCAs: o.RootCAs, Transport: o.Transport,
	})
	if err != nil {
		return nil, nil, err
	}
	release, err := store.Lock(site.Name, what)
	if err != nil {
		asks.Close()
		return nil, nil, err
	}
	c = &crawl{
		site: site, o: o, log: o.Log, started: time.Now(), home: hostOf(site.Home),
		collector:   newCollector(site, &recorder{asks}, userAgent(o)),
		assetClient: asks.Within(o.AssetSize),
		header:      requestHeader(o),
		sections:    make(map[string]bool),
		prompt:      make(map[string]bool),
		hosts:       make(map[string]*politeness.Host),
		rests:       make(chan struct{}, 1),
	}
	// What is under way when the run is to end may take a little longer; what is
	// finished is stored all the same.
	storing := context.WithoutCancel(ctx)
	var abort context.CancelFunc
	halted := context.CancelFunc(func() {})
	c.fetching, abort = context.WithCancel(storing)
	c.stop, c.halt = context.WithCancelCause(ctx)
	if o.MaxTime > 0 {
		c.stop, halted = context.WithTimeoutCause(c.stop, o.MaxTime, errTime)
	}
	grace := context.AfterFunc(c.stop, func() {
		t := time.AfterFunc(lastRequest, abort)
		context.AfterFunc(c.fetching, func() { t.Stop() })
	})
	end = func() {
		grace()
		halted()
		c.halt(nil)
		abort()
		_ = release() // the lock ends with the process at the latest
		asks.Close()
	}
	if c.stored, err = store.Hosts(storing, site.Name); err != nil {
		end()
		return nil, nil, fmt.Errorf("hosts of %s: %w", site.Name, err)
	}
	return c, end, nil
}

// run goes through the whole run and its report.
func (r *run) run(seeds []capture.Entry) (capture.Run, error) {
	r.log.Info("crawl begins", "site", r.site.Name)
	err := r.open(seeds)
	if err == nil {
		err = r.loop()
	}
	if err != nil {
		r.halt(err)
		r.drain()
	}
	end := r.end(err)
	r.report.Ended, r.report.End = time.Now(), end.name
	r.harvested(&r.report)
	if err == nil {
		err = r.checkDrift()
	}
	if err == nil {
		err = r.assetsLeft()
	}
	if err == nil {
		err = r.last()
	}
	if err == nil {
		err = end.err
	}
	if err == nil && len(r.report.Drift) > 0 {
		err = &DriftError{r.site.Name, r.report.Drift}
	}
	r.log.Info("crawl ended", "site", r.site.Name, "status", r.report.End, "dur", r.report.Ended.Sub(r.report.Started), "err", err)
	return r.report, err
}

// open makes the newspaper's sources due, or the seeds instead of them.
func (r *run) open(seeds []capture.Entry) error {
	if resting, err := r.restsAtHome(); err != nil || resting {
		return err
	}
	if r.plan.Rewound {
		if err := r.replan(); err != nil {
			return err
		}
	}
	entries := seeds
	if len(seeds) == 0 {
		entries = r.sources()
	}
	return r.poll(entries)
}

// last stores the report, and what the loop left when it ended.
func (r *run) last() error {
	for _, a := range r.same.last() {
		r.join(a)
	}
	if err := r.commits.commit(); err != nil {
		return err
	}
	done := <-r.commits.done
	r.commits.over()
	return r.book(done)
}
