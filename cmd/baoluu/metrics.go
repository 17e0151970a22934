package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/cleaner/capture"
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
	registry := prometheus.NewRegistry()
	gauges := map[string]*prometheus.GaugeVec{}
	set := func(name, help string, value float64, labels prometheus.Labels) {
		for k, v := range labels {
			labels[k] = plain.Line(v)
		}
		g := gauges[name]
		if g == nil {
			keys := make([]string, 0, len(labels))
			for k := range labels {
				keys = append(keys, k)
			}
			g = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "baoluu_" + name, Help: help}, keys)
			gauges[name] = g
			registry.MustRegister(g)
		}
		g.With(labels).Set(value)
	}
	var errs []error
	set("build_info", "The program that wrote this, 1.", 1, prometheus.Labels{
		"version": version(), "commit": thisBuild().commit, "go": runtime.Version(), "cleaner": cleaner.Name,
	})
	set("min_free_bytes", "Free room below which no crawl begins.", float64(c.MinFree), prometheus.Labels{})
	if free, err := freeSpace(c.Archive); err == nil {
		set("free_bytes", "Free room of the archive's disk.", float64(free), prometheus.Labels{})
	}
	stored, err := arch.Newspapers()
	if err != nil {
		return nil, err
	}
	for _, site := range names {
		of := prometheus.Labels{"site": site}
		own, known := c.Sites[site]
		enabled := 0.0
		if known && *own.Enabled {
			enabled = 1
			if at, _, err := dueAt(ctx, arch, site, *own.Schedule, now); err == nil {
				set("next_due_seconds", "When the next run is due by the schedule, seconds since 1970; of the past where it is overdue.", float64(at.Unix()), of)
			}
		}
		set("enabled", "Whether the newspaper is crawled by schedule.", enabled, of)
		if !slices.Contains(stored, site) {
			set("last_success_seconds", lastSuccess, 0, of)
			continue
		}
		s, err := arch.Counters(ctx, site)
		readable := 1.0
		if err != nil {
			readable = 0
			errs = append(errs, fmt.Errorf("metrics of %s: %w", site, err))
		}
		set("readable", "Whether the newspaper's file could be read.", readable, of)
		if err != nil {
			continue
		}
		set("pages", "Pages of which anything was captured, lists and feeds included.", float64(s.Pages), of)
		set("captures", "Captures kept.", float64(s.Captures), of)
		set("versions", "Versions of articles.", float64(s.Versions), of)
		set("raw_bytes", "Bytes of all bodies, as captured.", float64(s.RawBytes), of)
		set("stored_bytes", "Bytes of all bodies, as stored.", float64(s.StoredBytes), of)
		set("file_bytes", "Bytes of the newspaper's file.", float64(s.FileBytes), of)
		sum, err := recent(ctx, arch, site, now)
		if err != nil {
			errs = append(errs, fmt.Errorf("metrics of %s: %w", site, err))
		} else {
			days := fmt.Sprintf(" in the last %d days.", ledgerDays)
			set("recent_listed", "Articles first listed"+days, float64(sum.Listed), of)
			set("recent_cleaned", "Those with a clean article, of the articles first listed"+days, float64(sum.Cleaned), of)
			set("recent_missed", "Those that were gone before the first look, of the articles first listed"+days, float64(sum.Missed), of)
			if share, ok := sum.Complete(); ok {
				set("recent_complete_ratio", "Share with a clean article, but for those that were gone before the first look, of the articles first listed"+days+
					" Below 1 where a run could not read the newspaper's sources, and not there where none could.", share, of)
			}
		}
		good, _, err := arch.LastGoodRun(ctx, site, now)
		if err != nil {
			errs = append(errs, fmt.Errorf("metrics of %s: %w", site, err))
		} else {
			set("last_success_seconds", lastSuccess, float64(max(0, good.Ended.Unix())), of)
		}
		run, ok, err := arch.LastRun(ctx, site, now)
		if err != nil {
			errs = append(errs, fmt.Errorf("metrics of %s: %w", site, err))
		}
		if !ok {
			continue
		}
		set("last_run_start_seconds", "When the last run began, seconds since 1970.", float64(run.Started.Unix()), of)
		if !run.Ended.IsZero() {
			set("last_run_seconds", "How long the last run took.", run.Ended.Sub(run.Started).Seconds(), of)
		}
		set("last_run_listed", "Article addresses that the last run saw on sources.", float64(run.Listed), of)
		set("last_run_fetched", "Article addresses that the last run asked for.", float64(run.Fetched), of)
		set("last_run_kept", "Captures that the last run stored.", float64(run.Kept), of)
		set("last_run_new", "Articles that the last run brought.", float64(run.New), of)
		set("last_run_changed", "Articles that the last run found changed.", float64(run.Changed), of)
		set("last_run_failed", "Addresses that failed in the last run.", float64(run.Failed), of)
		set("last_run_requests", "Requests of the last run.", float64(run.Requests), of)
		set("last_run_bytes", "Bytes that the last run received.", float64(run.Bytes), of)
		set("last_run_recent", "Articles of the last weeks that came for the first time in the last run.", float64(run.Recent), of)
		set("last_run_no_layout", "Of last_run_recent: those that fit no known layout.", float64(run.NoLayout), of)
		set("last_run_drifted_fields", "Fields whose drift the last run found.", float64(len(run.Drift)), of)
		set("last_run_end", "How the last run ended.", 1, prometheus.Labels{"site": site, "end": runEnd(run)})
		for reason, n := range run.Gaps {
			set("last_run_gaps", "Addresses of which the last run has nothing, by reason.", float64(n), prometheus.Labels{"site": site, "reason": reason})
		}
	}
	return registry, errors.Join(errs...)
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

// writeMetrics writes the metrics for node_exporter's textfile collector, whole or
// not at all.
func writeMetrics(ctx context.Context, arch *archive.Archive, c Config, file string, now time.Time) error {
	registry, err := metrics(ctx, arch, c, now)
	if registry == nil {
		return err
	}
	return errors.Join(err, prometheus.WriteToTextfile(file, registry))
}

// keepMetrics keeps the file fresh where no crawl begins, for nothing is due or the disk
// is nearly full: whoever watches it is to see that all the more. Without an archive
// there is nothing to measure.
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
