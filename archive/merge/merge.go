package merge

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Report is what a merge of one newspaper did, or has done so far.
type Report struct {
	Captures   int // of the other archive that were looked at
	Of         int // how many it has
	Added      int
	Known      int // that were here already
	Repaired   int // that were here without their body, what they repeat, their request or what they need, and have it now
	Revisits   int // of those added
	Pages      int // that were not here before
	Versions   int // that came to pages
	Forgotten  int // of pages that are forgotten here: not taken
	Unreadable int // damaged in the other archive
	Joined     int // pages joined to others
	Entries    int // addresses that the crawler did not know, or knew less of
	Runs       int
}

// Options are the functions that a merge calls.
type Options struct {
	// Progress is called after each batch with how far it is. It may be nil.
	Progress func(Report)
	// Damaged is called with what cannot be read in the other archive. It may be nil.
	Damaged func(capture uint64, err error)
}

// Run brings the captures of a newspaper in the archive from into the archive into, as if all
// had been captured there. Of the two, into is here: what is here already (page, address, time and
// digest are equal) is passed over, or gets its body where it is here without, as
// after a rescue; histories are rebuilt where a capture is older than what the
// page has, a revisit points to the capture here that is the one it pointed to
// there. The other archive is only read.
//
// It may be stopped at any time and called again, and goes on; a second merge
// changes nothing. Of what a crawl keeps beside captures, aliases and addresses to
// be fetched come along, and of two that know an address the one that asked last
// is believed; what is known of hosts only where nothing is.
//
// An archive that is the same or lies within into is an [archive.ErrInvalid]. Where a page is
// being forgotten there the error is an [archive.ErrInUse] at once.
func Run(ctx context.Context, into *archive.Archive, site string, from *archive.Archive, o Options) (Report, error) {
	if err := into.Elsewhere(from.Dir()); err != nil {
		return Report{}, err
	}
	m := &merger{into: into.Newspaper(site), from: from.Newspaper(site), intoArchive: into, fromArchive: from, options: o}
	err := m.run(ctx)
	return m.report, err
}

type merger struct {
	into, from               *newspaper.Newspaper
	intoArchive, fromArchive *archive.Archive // that they are of
	there                    schema.State     // of from, when the merge began
	options                  Options
	report                   Report
	in                       newspaper.Intake
	lacking                  map[uint64]bool // captures, by number there, that are here without what they repeat
	needing                  map[uint64]bool // captures, likewise, of which is noted there what they need
	refused                  map[uint64]bool // captures of assets, likewise, that are forgotten here
}

func (m *merger) run(ctx context.Context) error {
	release, err := m.from.File.Freeze()
	if err != nil {
		return err
	}
	defer release()
	if m.there, err = m.from.State(ctx); err != nil {
		return err
	}
	m.report.Of = int(m.there.Last) // or fewer, where some were forgotten
	if _, err := m.into.State(ctx); errors.Is(err, archive.ErrNoNewspaper) {
		if _, err := m.into.Commit(ctx, capture.Batch{}); err != nil { // makes its file
			return err
		}
	} else if err != nil {
		return err
	}
	m.in = newspaper.Intake{To: m.into, Took: m.took}
	m.refused = map[uint64]bool{}
	for _, step := range []func(context.Context) error{m.descriptions, m.aliases, m.captures, m.neededAfterAll, m.entries, m.others} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if m.report.Added+m.report.Repaired == 0 {
		return nil
	}
	return m.into.Settle(ctx)
}

func (m *merger) took(k capture.Kept, p capture.Put) {
	r := &m.report
	switch {
	case p.Forgotten != "":
		m.refuse(k.Capture)
		return
	case p.Repaired:
		r.Repaired++
	case p.Duplicate:
		r.Known++
		return
	default:
		r.Added++
		if p.Revisit {
			r.Revisits++
		}
	}
	if p.NewPage {
		r.Pages++
	}
	if p.NewVersion {
		r.Versions++
	}
}

// refuse counts a capture of what is forgotten here.
func (m *merger) refuse(c capture.Capture) {
	m.report.Forgotten++
	if sites.IsAsset(c.Page) {
		m.refused[c.Number] = true
	}
}

func (m *merger) progress() {
	if m.options.Progress != nil {
		m.options.Progress(m.report)
	}
}

// descriptions come first: what is stored behind them adds the present one, where that is another.
func (m *merger) descriptions(ctx context.Context) error {
	list, err := m.from.Descriptions(ctx, nil)
	if err != nil {
		return err
	}
	return m.into.Adopt(ctx, list)
}

// aliases come before captures, so that captures of a joined page find their twins.
func (m *merger) aliases(ctx context.Context) error {
	for list, err := range store.Batches(ctx, m.from.File, schema.Aliases, newspaper.SmallRecords, func(_ schema.Reader, page string, al schema.Alias) (capture.Alias, bool, error) {
		return capture.Alias{Page: page, Of: al.Of, Why: al.Why}, true, nil
	}) {
		if err != nil {
			return err
		}
		var fresh []capture.Alias
		err = m.into.File.Read(ctx, func(r schema.Reader) error {
			for _, al := range list {
				known, err := schema.Aliases.Has(r, al.Page)
				if err != nil {
					return err
				}
				if !known {
					fresh = append(fresh, al)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(fresh) == 0 {
			continue
		}
		m.report.Joined += len(fresh)
		if _, err = m.into.Commit(ctx, capture.Batch{Aliases: fresh}); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) captures(ctx context.Context) error {
	forms := schema.Forms{}
	m.needing = map[uint64]bool{}
	for list, err := range store.Batches(ctx, m.from.File, schema.Captures, newspaper.SmallRecords, func(r schema.Reader, n uint64, s schema.Capture) (capture.Capture, bool, error) {
		if n > m.there.Last {
			return capture.Capture{}, false, schema.ErrStop
		}
		c, err := forms.Request(r, s)
		if errors.Is(err, archive.ErrCorrupt) { // it comes without
			m.damaged(n, err)
			err = nil
		}
		if err == nil {
			m.needing[n], err = schema.Needs.Has(r, n)
		}
		return c, true, err
	}) {
		if err != nil {
			return err
		}
		fresh, err := m.unknown(ctx, list)
		if err != nil {
			return err
		}
		m.report.Captures += len(list)
		m.report.Known += len(list) - len(fresh)
		if err := m.bring(ctx, fresh); err != nil {
			return err
		}
		clear(m.needing)
		m.progress()
	}
	return m.in.Flush(ctx)
}

// neededAfterAll brings assets that had gone with a page that is forgotten here, and that
// something needs which came after them. Each may need others.
func (m *merger) neededAfterAll(ctx context.Context) error {
	for again := true; again; {
		again = false
		for part := range slices.Chunk(slices.Sorted(maps.Keys(m.refused)), store.ScanBatch) {
			list, err := m.neededNow(ctx, part)
			if err == nil && len(list) > 0 {
				again = true
				m.report.Forgotten -= len(list)
				err = m.bring(ctx, list)
			}
			if err == nil {
				err = m.in.Flush(ctx)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// neededNow gives those of some refused captures that may be stored by now; they are refused no more.
func (m *merger) neededNow(ctx context.Context, numbers []uint64) (list []capture.Capture, err error) {
	err = m.from.File.Read(ctx, func(r schema.Reader) error {
		for _, n := range numbers {
			s, err := schema.LoadStored(r, n)
			if err != nil {
				return err
			}
			c, err := schema.Forms{}.Request(r, s)
			if err != nil && !errors.Is(err, archive.ErrCorrupt) { // that was told
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = m.into.File.Read(ctx, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		list = slices.DeleteFunc(list, func(c capture.Capture) bool {
			var forgotten bool
			if err == nil {
				_, forgotten, err = state.IsForgotten(r, c.Page, c.URL)
			}
			return forgotten
		})
		return err
	})
	for _, c := range list {
		delete(m.refused, c.Number)
	}
	return list, err
}

// unknown gives those captures that are not here yet, or not with all that belongs to them.
func (m *merger) unknown(ctx context.Context, list []capture.Capture) ([]capture.Capture, error) {
	var fresh []capture.Capture
	m.lacking = map[uint64]bool{}
	err := m.into.File.Read(ctx, func(r schema.Reader) error {
		for _, c := range list {
			here, known, err := schema.TwinHere(r, c)
			if err != nil {
				return err
			}
			lacks := false
			if known {
				if lacks, err = schema.LacksRequest(r, here.Number, c); err != nil {
					return err
				}
				if m.needing[c.Number] && !lacks {
					has, err := schema.HasNeeds(r, here)
					if err != nil {
						return err
					}
					lacks = !has
				}
			}
			if known && (lacks || schema.RepeatsNothing(here)) {
				m.lacking[c.Number] = true
			}
			if !known || m.lacking[c.Number] {
				fresh = append(fresh, c)
			}
		}
		return nil
	})
	return fresh, err
}

// repairs reports whether a capture brings what it lacks here. It is asked before it is
// committed, so that a merge that changes nothing writes nothing.
func (m *merger) repairs(ctx context.Context, k capture.Kept) (yes bool, err error) {
	err = m.into.File.Read(ctx, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		if err != nil {
			return err
		}
		here, _, err := schema.TwinHere(r, k.Capture)
		if err == nil {
			yes, err = schema.LacksRequest(r, here.Number, k.Capture)
		}
		if err == nil && !yes {
			yes, err = newspaper.Repairable(r, state.Generation, here, k)
		}
		if err == nil && !yes {
			_, left, e := state.Unnoted(r, here, k.Needs)
			yes, err = len(left) > 0, e
		}
		return err
	})
	return yes, err
}

// bring reads captures with all that belongs to them, and commits them.
func (m *merger) bring(ctx context.Context, list []capture.Capture) error {
	for len(list) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var ready []parcel
		origins := map[uint64]capture.Capture{} // of revisits, by number there
		err := m.from.File.Read(ctx, func(r schema.Reader) error {
			bytes, started := 0, time.Now()
			for len(list) > 0 && bytes < newspaper.IntakeBytes && (len(ready) == 0 || time.Since(started) < store.TimeSlice) {
				s, err := loadParcel(m.from, r, m.there.Generation, list[0])
				if err == nil && s.RevisitOf == 0 {
					if s.needs, err = schema.LoadNeeds(r, s.Capture); errors.Is(err, archive.ErrCorrupt) { // it comes without
						m.damaged(s.Number, err)
						err = nil
					}
				}
				if err == nil && s.RevisitOf != 0 {
					origins[s.RevisitOf], err = schema.LoadCapture(r, s.RevisitOf)
				}
				if err != nil {
					m.damaged(list[0].Number, err)
				} else {
					ready = append(ready, s)
					bytes += s.size()
				}
				list = list[1:]
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, s := range ready {
			k, err := unpackParcel(m.from, s)
			if err != nil {
				m.damaged(s.Number, err)
				continue
			}
			if m.refused[s.RevisitOf] && sites.IsAsset(s.Page) { // it comes behind what it repeats
				m.refuse(s.Capture)
				continue
			}
			if s.RevisitOf != 0 {
				if k.RevisitOf, err = m.origin(ctx, origins[s.RevisitOf]); err != nil {
					return err
				}
			}
			if m.lacking[k.Number] {
				repairs, err := m.repairs(ctx, k)
				if err != nil {
					return err
				}
				if !repairs {
					m.report.Known++
					continue
				}
			}
			if err := m.in.Add(ctx, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// damaged counts a capture that cannot be read; the others go on.
func (m *merger) damaged(n uint64, err error) {
	m.report.Unreadable++
	if m.options.Damaged != nil {
		m.options.Damaged(n, err)
	}
}

// origin is the number here of what a revisit repeats, 0 where it is not here.
func (m *merger) origin(ctx context.Context, c capture.Capture) (n uint64, err error) {
	if m.in.Waits(c.Number) {
		if err := m.in.Flush(ctx); err != nil {
			return 0, err
		}
	}
	err = m.into.File.Read(ctx, func(r schema.Reader) error {
		here, _, err := schema.TwinHere(r, c)
		n = here.Number
		return err
	})
	return n, err
}

// entries brings what is to be fetched.
func (m *merger) entries(ctx context.Context) error {
	for list, err := range store.Batches(ctx, m.from.File, schema.Frontier, newspaper.SmallRecords, func(_ schema.Reader, _ string, e capture.Entry) (capture.Entry, bool, error) {
		return e, true, nil
	}) {
		if err != nil {
			return err
		}
		var fresh []capture.Entry
		err = m.into.File.Read(ctx, func(r schema.Reader) error {
			for _, e := range list {
				better, err := betterEntry(r, &e)
				if err != nil {
					return err
				}
				if better {
					fresh = append(fresh, e)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(fresh) == 0 {
			continue
		}
		m.report.Entries += len(fresh)
		if _, err := m.into.Commit(ctx, capture.Batch{Entries: fresh}); err != nil {
			return err
		}
	}
	return nil
}

// betterEntry reports whether another archive's entry says more than the one here,
// and makes it one of here.
func betterEntry(r schema.Reader, e *capture.Entry) (bool, error) {
	page, err := schema.LoadAlias(r, e.Page)
	if err != nil {
		return false, err
	}
	e.Page = page
	old, known, err := schema.Frontier.Load(r, page)
	if err != nil || known && !e.Fetched.After(old.Fetched) {
		return false, err
	}
	if known && !old.Listed.IsZero() && old.Listed.Before(e.Listed) {
		e.Listed, e.ListedBy = old.Listed, old.ListedBy
	}
	rec, _, err := schema.Pages.Load(r, page)
	if err != nil {
		return false, err
	}
	e.Capture = rec.Live
	if rec.Live == 0 || rec.LiveAt.At > e.Fetched.UnixMilli() {
		e.ETag, e.LastModified = "", "" // they are of a capture that is not the newest here
	}
	return true, nil
}

// others brings runs and, where nothing is known of a host, what is known there.
func (m *merger) others(ctx context.Context) error {
	there, err := m.fromArchive.Hosts(ctx, m.from.Name)
	if err != nil {
		return err
	}
	here, err := m.intoArchive.Hosts(ctx, m.into.Name)
	if err != nil {
		return err
	}
	maps.DeleteFunc(there, func(host string, _ []byte) bool { return here[host] != nil })
	if len(there) > 0 {
		if _, err := m.into.Commit(ctx, capture.Batch{Hosts: there}); err != nil {
			return err
		}
	}
	runs, err := m.fromArchive.Runs(ctx, m.from.Name, time.Time{})
	if err != nil {
		return err
	}
	for _, run := range runs {
		known := false
		err := m.into.File.Read(ctx, func(r schema.Reader) error {
			known, err = schema.Runs.Has(r, run.Started)
			return err
		})
		if err == nil && !known {
			m.report.Runs++
			_, err = m.into.Commit(ctx, capture.Batch{Run: &run})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
