package web

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/search"
)

const (
	ledgerDays  = 28                  // days of the ledger
	growthShown = 36                  // months of growth
	growthLeast = 12                  // for which there is room at least
	runsShown   = 48                  // runs in the chart
	runsLeast   = 24                  // for which there is room at least
	runsListed  = 20                  // and in the list
	runsAge     = 14 * 24 * time.Hour // how far back runs are looked at
	walkAge     = 30 * time.Second    // how long a walk over an archive is shown again
)

func (s *Server) healthRoutes() {
	s.handle("GET /health", s.health)
	s.handle("GET /health/{site}", s.healthOf)
	// Whoever looks after the process is answered without a turn, also while readers wait.
	s.mux.HandleFunc("GET /healthz", s.healthz)
}

// Rest is a host that asked to be left alone.
type Rest struct {
	Host  string
	Until time.Time
	Runs  int // in a row in which it refused us
}

// healthPage is how all newspapers do.
type healthPage struct {
	Status
	Checked time.Time
	Total   int64 // bytes of all files
	Backups []backupRow
	AsOf    time.Time // up to when the catalog is the archive
	Ready   bool
}

type backupRow struct {
	Name  string // of its folder
	Time  time.Time
	Sites []string
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	status, checked, err := s.status.get(r.Context())
	if err != nil {
		return err
	}
	page := healthPage{Status: status, Checked: checked}
	page.AsOf, page.Ready = s.asOf()
	for _, n := range status.Newspapers {
		page.Total += n.Held.FileBytes
	}
	backups, err := s.Archive.Backups()
	if err != nil {
		return err
	}
	for _, b := range backups {
		row := backupRow{Name: filepath.Base(b.Path), Time: b.Time}
		for site := range b.Sites {
			row.Sites = append(row.Sites, siteTitle(site))
		}
		slices.Sort(row.Sites)
		page.Backups = append(page.Backups, row)
	}
	slices.SortFunc(page.Backups, func(a, b backupRow) int { return b.Time.Compare(a.Time) })
	return s.render(w, r, "health", page)
}

// siteHealthPage is how one newspaper does.
type siteHealthPage struct {
	SiteStatus
	Checked   time.Time
	Rests     []Rest
	Newest    []capture.Run // the last runs, the newest first
	Runs      Chart
	Walked    bool // the archive was gone through
	WalkedAt  time.Time
	Ledger    Chart
	Gaps      []archive.LedgerGap
	Sum       archive.LedgerDay
	Growth    Chart
	Staged    archive.Staged
	IsStaged  bool
	Cleanings []archive.Cleaning
	Index     search.Status
}

func (s *Server) healthOf(w http.ResponseWriter, r *http.Request) error {
	ctx, site, t := r.Context(), r.PathValue("site"), s.texts[chosen(r)]
	status, checked, err := s.statusOf(r, site)
	if err != nil {
		return err
	}
	page := siteHealthPage{SiteStatus: status, Checked: checked}
	if page.Rests, err = s.Rests(ctx, site, s.Now()); err != nil {
		return err
	}
	runs, err := s.Archive.Runs(ctx, site, s.Now().Add(-runsAge))
	if err != nil {
		return err
	}
	page.Runs = t.runsChart(runs)
	for _, run := range slices.Backward(runs) {
		if len(page.Newest) < runsListed {
			page.Newest = append(page.Newest, run)
		}
	}
	if err := s.readGenerations(ctx, site, &page); err != nil {
		return err
	}
	if page.Index, err = s.Search.Status(ctx, site); err != nil && !errors.Is(err, archive.ErrNoNewspaper) {
		return err
	}
	walk, made, err := s.walkOf(site).soon(ctx)
	if err != nil {
		return err
	}
	if page.Walked, page.WalkedAt = !made.IsZero(), made; page.Walked {
		page.Ledger, page.Growth, page.Sum = t.ledgerChart(walk.days), t.growthChart(walk.months), walk.sum
		page.Gaps = walk.sum.Gaps
	}
	return s.render(w, r, "healthof", page)
}

// readGenerations reads which re-cleans there were, and which waits. Of a newspaper that
// nothing is kept of yet there is nothing to say.
func (s *Server) readGenerations(ctx context.Context, site string, page *siteHealthPage) error {
	view, err := s.Archive.View(ctx, site)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return nil
	}
	if err != nil {
		return err
	}
	if page.Staged, page.IsStaged, err = view.Staged(ctx); err != nil {
		return err
	}
	page.Cleanings, err = view.Cleanings(ctx)
	slices.Reverse(page.Cleanings)
	return err
}

// walk is what costs a walk over a newspaper's archive.
type walk struct {
	days   []archive.LedgerDay
	sum    archive.LedgerDay
	months []archive.Month
}

// walks are those of all newspapers that were asked for.
type walks struct {
	mu sync.Mutex
	of map[string]*kept[walk]
}

// walkOf is a newspaper's, which the caller knows to be one.
func (s *Server) walkOf(site string) *kept[walk] {
	s.walks.mu.Lock()
	defer s.walks.mu.Unlock()
	if s.walks.of == nil {
		s.walks.of = map[string]*kept[walk]{}
	}
	k := s.walks.of[site]
	if k == nil {
		k = newKept(s, walkAge, func(ctx context.Context) (walk, error) { return s.walkThrough(ctx, site) })
		s.walks.of[site] = k
	}
	return k
}

func (s *Server) walkThrough(ctx context.Context, site string) (w walk, err error) {
	view, err := s.Archive.View(ctx, site)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	from, to := lastDays(s.Now(), ledgerDays)
	if w.days, err = view.Ledger(ctx, from, to); err != nil {
		return w, err
	}
	for _, day := range w.days {
		w.sum.Add(day)
	}
	w.months, err = view.Growth(ctx)
	return w, err
}

func (t *texts) ledgerChart(days []archive.LedgerDay) Chart {
	var columns []ChartColumn
	for _, d := range days {
		columns = append(columns, ChartColumn{t.date(d.Day), []int64{int64(d.Cleaned), int64(d.Missed), int64(d.Listed - d.Cleaned - d.Missed)}})
	}
	return t.chartOf("ledger", "health.ledger", []string{"health.cleaned", "health.missed", "health.lacking"}, columns, ledgerDays, false)
}

func (t *texts) runsChart(runs []capture.Run) Chart {
	var columns []ChartColumn
	for _, run := range runs[max(0, len(runs)-runsShown):] {
		columns = append(columns, ChartColumn{t.moment(run.Started), []int64{int64(run.New), int64(run.Changed), int64(run.Failed)}})
	}
	return t.chartOf("runs", "health.runs", []string{"health.new", "health.changed", "health.failed"}, columns, runsLeast, false)
}

func (t *texts) growthChart(months []archive.Month) Chart {
	var columns []ChartColumn
	for _, m := range months[max(0, len(months)-growthShown):] {
		columns = append(columns, ChartColumn{m.Month, []int64{m.StoredBytes}})
	}
	return t.chartOf("growth", "health.growth", []string{"health.stored"}, columns, growthLeast, true)
}

// endedWell reports whether a run came to its end, or is at work.
func endedWell(run capture.Run) bool {
	return slices.Contains([]string{"", "done", "limit", "time"}, run.End)
}

// healthz says whether the server lives and its archive is there.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := s.Archive.Newspapers(); err != nil {
		s.Log.Printf("healthz: %v", err)
		http.Error(w, "the archive cannot be read", http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write([]byte("ok\n")) // nobody is left to hear of it
}
