package web

import (
	"context"
	"log"
	"maps"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"

	"baoluu/archive"
	"baoluu/archive/catalog"
	"baoluu/archive/search"
)

// Options are what a [Server] is made of. All are needed but for Hosts.
type Options struct {
	Archive *archive.Archive
	Catalog *catalog.Catalog // of the archive; the server keeps it up to date
	Search  *search.Index    // of the archive; the server keeps it up to date, too
	Version string           // of the program
	Hosts   []string         // names that it answers to, beside localhost and IP addresses
	Now     func() time.Time // the clock
	Log     *log.Logger

	// What only the program around it knows. Newspapers are those that the archive has and
	// those that are to be crawled, by name. Due is when the schedule has one crawled next,
	// and whether that moment has come. Disk is the archive's.
	Newspapers func() ([]Newspaper, error)
	Due        func(ctx context.Context, site string, now time.Time) (at time.Time, due bool, err error)
	Disk       func() (Disk, error)
	Rests      func(ctx context.Context, site string, now time.Time) ([]Rest, error) // hosts that asked for one
	Metrics    func(ctx context.Context, now time.Time) (prometheus.Gatherer, error) // may give some and an error
}

// Newspaper is one that the server shows.
type Newspaper struct {
	Site    string // its name
	Enabled bool   // it is crawled by schedule
	// Schedule is when it is crawled, as cron has it, by the hours of Vietnam.
	Schedule string
}

// Disk is the room on the archive's disk, in bytes: what is free, and below which no crawl
// begins.
type Disk struct{ Free, Want int64 }

// Server answers the requests. It is safe for use by many goroutines.
type Server struct {
	Options
	mux      *http.ServeMux
	handler  http.Handler // mux behind the guards
	paths    map[string]bool
	texts    map[string]*texts // by language
	style    asset
	script   asset
	icon     asset
	quick    chan struct{} // held while an answer is made
	slow     chan struct{} // held beside it by those that read much
	waiting  chan struct{} // held by all that were let in
	sending  atomic.Int64  // bytes of large answers that are on their way
	status   *kept[Status]
	links    heldLinks
	indexing indexing
	made     madeKept
	kinds    assetKinds
	walks    walks
	compared changesKept
	ctx      context.Context // ends with Close
	close    context.CancelFunc
	inFlight sync.WaitGroup // work in the background
	looked   atomic.Bool    // the catalog was brought up to date once
}

// New makes a server, which follows the archive until it is closed.
func New(o Options) (*Server, error) {
	s := &Server{
		Options: o, mux: http.NewServeMux(), paths: map[string]bool{},
		quick: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), slow: make(chan struct{}, 1), waiting: make(chan struct{}, maxWaiting),
	}
	s.ctx, s.close = context.WithCancel(context.Background())
	s.status = newKept(s, statusAge, s.readStatus)
	s.links.server = s
	if err := s.loadAssets(); err != nil {
		return nil, err
	}
	s.routes()
	var err error
	if s.texts, err = s.loadTexts(); err != nil {
		return nil, err
	}
	compressed, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false))
	if err != nil {
		return nil, err
	}
	s.handler = s.guard(compressed(withAddress(s.mux)))
	s.inFlight.Go(s.follow)
	s.inFlight.Go(s.index)
	return s, nil
}

// Close ends what goes on in the background, and waits for it.
func (s *Server) Close() {
	s.close()
	s.inFlight.Wait()
}

// routes names the addresses of all pages.
func (s *Server) routes() {
	s.assetRoutes()
	s.languageRoutes()
	s.todayRoutes()
	s.searchRoutes()
	s.newspaperRoutes()
	s.dayRoutes()
	s.aboutRoutes()
	s.articleRoutes()
	s.compareRoutes()
	s.textRoutes()
	s.changesRoutes()
	s.metricsRoutes()
	s.aswasRoutes()
	s.mementoRoutes()
	s.cdxRoutes()
	s.apiRoutes()
	s.healthRoutes()
	s.handle("GET /", func(http.ResponseWriter, *http.Request) error { return notFound("error.404") })
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// handle has a handler answer to a pattern of [http.ServeMux]. What the handler returns is
// shown as a page.
func (s *Server) handle(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	s.route(pattern, h, s.quick)
}

// handleSlow is handle for what reads much: one at a time.
func (s *Server) handleSlow(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	s.route(pattern, h, s.slow)
}

func (s *Server) route(pattern string, h func(http.ResponseWriter, *http.Request) error, turn chan struct{}) {
	s.paths[pattern] = true
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), answerTime)
		defer cancel()
		r = r.WithContext(ctx)
		a, guarded := &answer{ResponseWriter: w}, w.Header().Clone()
		if err := s.inTurn(ctx, turn, func() error { return h(a, r) }); err != nil {
			anew(w.Header(), guarded)
			s.fail(a, r, err)
		}
		if !a.send(&s.sending) {
			anew(w.Header(), guarded)
			s.fail(w, r, errBusy)
		}
	})
}

// anew has a header say what it said before an answer was begun that does not come: nothing of that is
// true of the error that comes instead. What the answer depended on, the error does, too.
func anew(h, before http.Header) {
	vary := h["Vary"]
	clear(h)
	maps.Copy(h, before)
	if vary != nil {
		h["Vary"] = vary
	}
}

// inTurn calls fn when it is its turn. Many who ask wait for one another, and no crawl waits
// for them all.
func (s *Server) inTurn(ctx context.Context, turn chan struct{}, fn func() error) error {
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return errBusy
	}
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
		return fn()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// has reports whether a pattern is answered: what is not there is not linked to.
func (s *Server) has(pattern string) bool { return s.paths[pattern] }
