package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"baoluu/archive"
	"baoluu/cleaner/capture"
	"baoluu/cleaner/plain"
)

// metrics are what --metrics-file and /metrics show: gauges of every newspaper that the
// archive has: what it holds, how complete its last days are, and what its last run did.
// They are read from the archive, so that whichever process writes them, all of them are
// there. The ledger goes through all known addresses, about a second for a million.
func metrics(ctx context.Context, arch *archive.Archive, now time.Time) (*prometheus.Registry, error) {
	names, err := arch.Newspapers()
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
	for _, site := range names {
		of := prometheus.Labels{"site": site}
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
				set("recent_complete_ratio", "Share with a clean article, but for those that were gone before the first look, of the articles first listed"+days, share, of)
			}
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
		set("last_run_drifted_fields", "Fields whose drift the last run found.", float64(len(run.Drift)), of)
		set("last_run_end", "How the last run ended.", 1, prometheus.Labels{"site": site, "end": runEnd(run)})
		for reason, n := range run.Gaps {
			set("last_run_gaps", "Addresses of which the last run has nothing, by reason.", float64(n), prometheus.Labels{"site": site, "reason": reason})
		}
	}
	return registry, errors.Join(errs...)
}

// runEnd says how a run ended.
func runEnd(run capture.Run) string {
	return cmp.Or(run.End, "running") // or killed
}

// writeMetrics writes the metrics for node_exporter's textfile collector, whole or
// not at all.
func writeMetrics(ctx context.Context, arch *archive.Archive, file string, now time.Time) error {
	registry, err := metrics(ctx, arch, now)
	if registry == nil {
		return err
	}
	return errors.Join(err, prometheus.WriteToTextfile(file, registry))
}
