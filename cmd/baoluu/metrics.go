package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
)

// metrics are what --metrics-file and /metrics show: gauges of every newspaper that the
// archive has or that is to be crawled: what it holds, how complete its last days are,
// what its last run did, when the last good one was and when the next one is due.
// They are read from the archive, so that whichever process writes them, all of them are
// there. The ledger goes through all known addresses, about a second for a million.
func metrics(ctx context.Context, arch *archive.Archive, c Config, now time.Time) (*prometheus.Registry, error) {
	names, err := watched(arch, c)
	if err != nil {
		return nil, err
	}
	g := gauges{registry: prometheus.NewRegistry(), of: map[string]*prometheus.GaugeVec{}}
	g.set("build_info", "The program that wrote this, 1.", 1, prometheus.Labels{
		"version": version(), "commit": thisBuild().commit, "go": runtime.Version(), "cleaner": cleaner.Name(nil),
	})
	g.set("min_free_bytes", "Free room below which no crawl begins.", float64(c.MinFree), prometheus.Labels{})
	if free, err := freeSpace(c.Archive); err == nil {
		g.set("free_bytes", "Free room of the archive's disk.", float64(free), prometheus.Labels{})
	}
	stored, err := arch.Newspapers()
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, name := range names {
		site := siteGauges{gauges: g, arch: arch, name: name, now: now}
		site.schedule(ctx, c)
		if !slices.Contains(stored, name) {
			site.set("last_success_seconds", lastSuccess, 0)
			continue
		}
		if err := site.stored(ctx); err != nil {
			errs = append(errs, fmt.Errorf("metrics of %s: %w", name, err))
			continue
		}
		for _, part := range []func(context.Context) error{site.lastDays, site.lastGoodRun, site.lastRun} {
			if err := part(ctx); err != nil {
				errs = append(errs, fmt.Errorf("metrics of %s: %w", name, err))
			}
		}
	}
	return g.registry, errors.Join(errs...)
}

// gauges are registered when they are first set.
type gauges struct {
	registry *prometheus.Registry
	of       map[string]*prometheus.GaugeVec
}

func (g gauges) set(name, help string, value float64, labels prometheus.Labels) {
	for k, v := range labels {
		labels[k] = plain.Line(v)
	}
	vec := g.of[name]
	if vec == nil {
		vec = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "baoluu_" + name, Help: help}, slices.Collect(maps.Keys(labels)))
		g.of[name] = vec
		g.registry.MustRegister(vec)
	}
	vec.With(labels).Set(value)
}

// siteGauges are the gauges of one newspaper.
type siteGauges struct {
	gauges
	arch *archive.Archive
	name string
	now  time.Time
}

func (s siteGauges) set(name, help string, value float64) {
	s.gauges.set(name, help, value, prometheus.Labels{"site": s.name})
}

// schedule: whether it is to be crawled, and when.
func (s siteGauges) schedule(ctx context.Context, c Config) {
	own, known := c.Sites[s.name]
	enabled := 0.0
	if known && *own.Enabled {
		enabled = 1
		if at, _, err := dueAt(ctx, s.arch, s.name, *own.Schedule, s.now); err == nil {
			s.set("next_due_seconds", "When the next run is due by the schedule, seconds since 1970; of the past where it is overdue.", float64(at.Unix()))
		}
	}
	s.set("enabled", "Whether the newspaper is crawled by schedule.", enabled)
}

// stored: what the archive has of it.
func (s siteGauges) stored(ctx context.Context) error {
	n, err := s.arch.Counters(ctx, s.name)
	readable := 1.0
	if err != nil {
		readable = 0
	}
	s.set("readable", "Whether the newspaper's file could be read.", readable)
	if err != nil {
		return err
	}
	s.set("pages", "Pages of which anything was captured, lists and feeds included.", float64(n.Pages))
	s.set("captures", "Captures kept.", float64(n.Captures))
	s.set("versions", "Versions of articles.", float64(n.Versions))
	s.set("raw_bytes", "Bytes of all bodies but those of assets, as captured.", float64(n.RawBytes))
	s.set("stored_bytes", "Bytes of all bodies but those of assets, as stored.", float64(n.StoredBytes))
	s.set("assets", "Pictures, style sheets and fonts of which anything was captured.", float64(n.Assets))
	s.set("asset_stored_bytes", "Bytes of their bodies, as stored.", float64(n.AssetStoredBytes))
	s.set("file_bytes", "Bytes of the newspaper's file.", float64(n.FileBytes))
	return nil
}

// lastDays: how complete they are.
func (s siteGauges) lastDays(ctx context.Context) error {
	sum, err := recent(ctx, s.arch, s.name, s.now)
	if err != nil {
		return err
	}
	days := fmt.Sprintf(" in the last %d days.", ledgerDays)
	s.set("recent_listed", "Articles first listed"+days, float64(sum.Listed))
	s.set("recent_cleaned", "Those with a clean article, of the articles first listed"+days, float64(sum.Cleaned))
	s.set("recent_missed", "Those that were gone before the first look, of the articles first listed"+days, float64(sum.Missed))
	if share, ok := sum.Complete(); ok {
		s.set("recent_complete_ratio", "Share with a clean article, but for those that were gone before the first look, of the articles first listed"+days+
			" Below 1 where a run could not read the newspaper's sources, and not there where none could.", share)
	}
	return nil
}

func (s siteGauges) lastGoodRun(ctx context.Context) error {
	good, _, err := s.arch.LastGoodRun(ctx, s.name, s.now)
	if err == nil {
		s.set("last_success_seconds", lastSuccess, float64(max(0, good.Ended.Unix())))
	}
	return err
}

// lastRun: what it did.
func (s siteGauges) lastRun(ctx context.Context) error {
	run, ok, err := s.arch.LastRun(ctx, s.name, s.now)
	if !ok {
		return err
	}
	s.set("last_run_start_seconds", "When the last run began, seconds since 1970.", float64(run.Started.Unix()))
	if !run.Ended.IsZero() {
		s.set("last_run_seconds", "How long the last run took.", run.Ended.Sub(run.Started).Seconds())
	}
	s.set("last_run_listed", "Article addresses that the last run saw on sources.", float64(run.Listed))
	s.set("last_run_fetched", "Article addresses that the last run asked for.", float64(run.Fetched))
	s.set("last_run_kept", "Captures that the last run stored.", float64(run.Kept))
	s.set("last_run_new", "Articles that the last run brought.", float64(run.New))
	s.set("last_run_changed", "Articles that the last run found changed.", float64(run.Changed))
	s.set("last_run_failed", "Addresses that failed in the last run.", float64(run.Failed))
	s.set("last_run_requests", "Requests of the last run.", float64(run.Requests))
	s.set("last_run_bytes", "Bytes that the last run received.", float64(run.Bytes))
	s.set("last_run_recent", "Articles of the last weeks that came for the first time in the last run.", float64(run.Recent))
	s.set("last_run_no_layout", "Of last_run_recent: those that fit no known layout.", float64(run.NoLayout))
	s.set("last_run_drifted_fields", "Fields whose drift the last run found.", float64(len(run.Drift)))
	if a := run.Assets; a != nil {
		s.set("last_run_assets_kept", "Assets that the last run brought.", float64(a.Kept))
		s.set("last_run_assets_waiting", "Assets that the last run left to a later one.", float64(a.Waiting))
		for reason, n := range a.Missing {
			s.gauges.set("last_run_assets_missing", "Assets that the last run did not get, by reason.", float64(n), prometheus.Labels{"site": s.name, "reason": reason})
		}
	}
	s.gauges.set("last_run_end", "How the last run ended.", 1, prometheus.Labels{"site": s.name, "end": runEnd(run)})
	for reason, n := range run.Gaps {
		s.gauges.set("last_run_gaps", "Addresses of which the last run has nothing, by reason.", float64(n), prometheus.Labels{"site": s.name, "reason": reason})
	}
	return err
}

const lastSuccess = "When the last run ended that read the newspaper's sources and was not refused, seconds since 1970; 0: none ever."

// watched are the newspapers that the archive has, and those that are to be crawled.
func watched(arch *archive.Archive, c Config) ([]string, error) {
	names, err := arch.Newspapers()
	if err != nil {
		return nil, err
	}
	for name, own := range c.Sites {
		if *own.Enabled {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// runEnd says how a run ended.
func runEnd(run capture.Run) string {
	return cmp.Or(run.End, "running") // or killed
}

// writeMetrics writes the metrics for node_exporter's textfile collector, all of
// them or nothing.
func writeMetrics(ctx context.Context, arch *archive.Archive, c Config, file string, now time.Time) error {
	registry, err := metrics(ctx, arch, c, now)
	if registry == nil {
		return err
	}
	return errors.Join(err, prometheus.WriteToTextfile(file, registry))
}

// keepMetrics writes the file where no crawl begins because nothing is due or the disk is
// nearly full: monitoring has to see that, too. Without an archive there is nothing to
// measure.
func keepMetrics(ctx context.Context, c Config, file string) error {
	if file == "" {
		return nil
	}
	arch, err := archive.Open(c.Archive)
	if errors.Is(err, archive.ErrNoArchive) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := writeMetrics(ctx, arch, c, file, time.Now()); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}
