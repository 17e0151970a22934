package rescue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Report is what a rescue of one newspaper brought back, or has so far.
type Report struct {
	Captures int // brought back
	Resumed  int // of them, by an earlier rescue that was stopped
	Of       int // that are known to have been there
	Bodies   int // of the captures brought back
	Pages    int
	Versions int
	Lost     int  // captures that are gone
	Bodiless int  // captures whose body is gone
	Already  bool // an earlier rescue had brought all of it; nothing was done
	// Doubts are why more may be lost than could be counted, a line each: the file is
	// cut, or what says how much it held is damaged. "" where all is accounted for.
	Doubts string `json:",omitempty"`
}

// Lost is something that a rescue could not bring back.
type Lost struct {
	Capture uint64    // its number in the damaged file
	Page    string    // "" where it is not known
	URL     string    // "" where it is not known
	Time    time.Time // UTC; zero where it is not known
	Body    bool      // the capture is there, its body is not
	What    string
}

// Options are the functions that a rescue calls.
type Options struct {
	Progress func(Report) // after each batch; may be nil
	Lost     func(Lost)   // what is lost; may be nil
}

// maxLost is how many lost captures are reported one by one.
const maxLost = 10_000

// Run brings all that can still be read of a newspaper's damaged file into the
// archive in the folder dir, which it makes where there is none, and which must not
// have that newspaper yet. It looks at every page of the
// file and at every record by itself, so that no record is lost with another one,
// nor with the page that leads to it. The damaged file is only read.
//
// Captures and bodies come back as they were; bodies are held against their
// digests. All else is rebuilt from them: indexes, articles by the present cleaner,
// versions. A capture whose body is lost comes back as one that repeats a body that
// is not there, with a note; a merge with a backup gives the body back.
// Captures get new numbers, in their order.
//
// The newspaper appears in dir when it is complete. Stopped before, the next Run into dir
// goes on; or begins again, if the damaged file is another one by then.
// Meanwhile the newspaper is locked against crawls ([archive.Archive.Lock]).
//
// The error is [archive.ErrInvalid] where dir has another file of the newspaper, or lies
// within the archive; [archive.ErrCorrupt] where nothing of an archive is found in the file;
// [archive.ErrInUse] where another holds the newspaper or writes to it meanwhile.
func Run(ctx context.Context, a *archive.Archive, site, dir string, o Options) (Report, error) {
	r := &rescuer{from: a.Newspaper(site), options: o, numbers: map[uint64]uint64{}, forms: schema.Forms{}}
	err := r.open(a, dir)
	if err == nil {
		err = r.run(ctx)
	}
	return r.report, err
}

// open finds or makes the folder, once it is known that there is something to
// rescue.
func (r *rescuer) open(a *archive.Archive, dir string) error {
	if err := store.CheckSite(r.from.Name); err != nil {
		return err
	}
	switch _, err := os.Stat(r.from.File.Path("db")); {
	case errors.Is(err, fs.ErrNotExist):
		return store.NoNewspaper(r.from.Name)
	case err != nil:
		return err
	}
	if err := a.Elsewhere(dir); err != nil {
		return err
	}
	out, err := archive.Create(dir)
	if err != nil {
		return err
	}
	r.out = out.Newspaper(r.from.Name)
	return nil
}

type rescuer struct {
	from    *newspaper.Newspaper
	out, to *newspaper.Newspaper // where it goes in the end, and a folder in it where it is made
	options Options
	report  Report
	found   *salvage
	in      newspaper.Intake
	numbers map[uint64]uint64 // of captures: there → here
	before  int               // captures that an earlier rescue brought
	forms   schema.Forms
}

func (r *rescuer) run(ctx context.Context) (err error) {
	release, err := r.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	let, err := r.out.Lock("rescue")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, let()) }()
	f, err := os.Open(r.from.File.Path("db"))
	if err != nil {
		return err
	}
	defer f.Close()
	before, err := stampOf(f)
	if err != nil {
		return err
	}
	switch _, err := os.Stat(r.out.File.Path("db")); {
	case err == nil:
		return r.already(before)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if r.found, err = openSalvage(ctx, f); err != nil {
		return err
	}
	r.report.Doubts = strings.Join(r.found.doubts, "\n")
	if err := r.checkFormat(); err != nil {
		return err
	}
	if err := r.begin(ctx, before); err != nil {
		return err
	}
	if err := r.bring(ctx); err != nil {
		return err
	}
	after, err := stampOf(f)
	if err == nil && after != before {
		err = schema.Say(archive.ErrInUse, "something was written to %s meanwhile: rescue it again", archive.Path(r.from.File.Path("db")))
	}
	if err == nil {
		err = r.note(r.out.File.Path("rescued"), rescueMark{Of: before, Report: &r.report})
	}
	if err != nil {
		return err
	}
	return r.to.File.MoveTo(ctx, r.out.File)
}

// stampOf tells one state of a damaged file from others, whatever can be read of it.
func stampOf(f *os.File) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	pages, err := boltfile.MetaPages(f)
	return fmt.Sprintf("%d %d %s", info.Size(), info.ModTime().UnixNano(), schema.DigestOf(pages)), err
}

// rescueMark says of which state of the damaged file a rescue is, or was.
type rescueMark struct {
	Of      string  `json:"of"`
	Cleaner string  `json:"cleaner,omitempty"` // that reads it again, of one under way
	Report  *Report `json:"report,omitempty"`  // of one that came to its end
}

func (r *rescuer) note(path string, m rescueMark) error {
	text, err := schema.Encode(m)
	if err != nil {
		return err
	}
	return store.WriteSmall(path, append(text, '\n'))
}

// noted reads what note wrote; what does not read says nothing.
func noted(path string) (m rescueMark) {
	if text, err := store.ReadSmall(path); err != nil || json.Unmarshal(text, &m) != nil {
		return rescueMark{}
	}
	return m
}

// already leaves alone what is in the folder: an earlier rescue has brought it, of
// the same file, or it is something else.
func (r *rescuer) already(stamp string) error {
	m := noted(r.out.File.Path("rescued"))
	if m.Of != stamp || m.Report == nil {
		return schema.Say(archive.ErrInvalid, "%s is there already, and is not what this rescue would bring: name another folder", archive.Path(r.out.File.Path("db")))
	}
	r.report = *m.Report
	r.report.Already = true
	return os.RemoveAll(r.out.File.Path("rescue"))
}

// begin opens the folder in which the newspaper is made: what an earlier rescue of
// the same file left there, or an empty one.
func (r *rescuer) begin(ctx context.Context, stamp string) error {
	dir := r.out.File.Path("rescue")
	path := filepath.Join(dir, "rescue.json")
	mark := rescueMark{Of: stamp, Cleaner: r.from.CleanerName()}
	if noted(path) == mark {
		if made, err := archive.Open(dir); err == nil {
			to := made.Newspaper(r.from.Name)
			to.Like(r.from)
			if state, err := to.State(ctx); err == nil {
				r.to, r.before = to, state.Captures()
				return nil
			}
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	made, err := archive.Create(dir)
	if err != nil {
		return err
	}
	r.to = made.Newspaper(r.from.Name)
	r.to.Like(r.from)
	return r.note(path, mark) // before the first capture
}

// lock keeps crawls away; on a medium that cannot be written there are none. It is the file's own
// lock: the newspaper's moves second copies when it is released, and nothing is written to a damaged file.
func (r *rescuer) lock() (release func() error, err error) {
	release, err = r.from.File.Lock("rescue")
	if store.ReadOnly(err) {
		return func() error { return nil }, nil
	}
	return release, err
}

// checkFormat refuses a file of a format that is not known. A file that does not
// say its format any more is read by what it holds: a record's checksum names its bucket.
func (r *rescuer) checkFormat() error {
	s, ok, err := schema.MetaFormat.Load(r.found)
	if err != nil || !ok {
		return nil //nolint:nilerr // damaged, as is to be expected here
	}
	return s.Check(r.from.Name)
}

func (r *rescuer) bring(ctx context.Context) error {
	numbers := r.found.captures()
	state, _, err := schema.MetaState.Load(r.found)
	if err != nil {
		state = schema.State{}
	}
	tombs, forgotten, err := r.tombstones()
	if err != nil {
		return err
	}
	r.missing(numbers, state.Last, forgotten)
	r.report.Of = len(numbers) + r.report.Lost
	if len(numbers) == 0 && r.report.Lost == 0 && state.Generation == 0 {
		return schema.Say(archive.ErrCorrupt, "nothing of an archive is found in %s", archive.Path(r.from.File.Path("db")))
	}
	if err := r.know(); err != nil {
		return err
	}
	r.in = newspaper.Intake{To: r.to, Took: r.took}
	// A commit of nothing makes the file of a newspaper without captures.
	if _, err := r.to.Commit(ctx, capture.Batch{}); err != nil {
		return err
	}
	if err := r.forget(ctx, tombs, state.Forgets); err != nil {
		return err
	}
	for _, n := range numbers {
		if forgotten[n] { // an old copy of an asset, whose name may be needed again
			r.report.Of--
			continue
		}
		if err := r.capture(ctx, n); err != nil {
			return err
		}
	}
	if err := r.in.Flush(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{r.aliases, r.entries, r.runs, r.hosts, r.descriptions} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := r.to.Settle(ctx); err != nil {
		return err
	}
	final, err := r.to.State(ctx)
	r.report.Pages, r.report.Versions = final.Pages-final.Assets, final.Versions
	return err
}

// tombstones are what was forgotten; forgotten are the numbers of the captures that
// went with it.
func (r *rescuer) tombstones() (tombs map[schema.Sum]schema.Tombstone, forgotten map[uint64]bool, err error) {
	tombs, forgotten = map[schema.Sum]schema.Tombstone{}, map[uint64]bool{}
	err = r.eachIn(schema.BucketForgotten, newspaper.SmallRecords, func(key, payload []byte) error {
		name, rec, err := schema.Tombstones.Read(key, payload)
		if err != nil {
			return err
		}
		for _, n := range rec.Captures {
			forgotten[n] = true
		}
		rec.Captures = nil // they are other captures' numbers in the new archive
		tombs[name] = rec
		return nil
	}, func() error { return nil })
	return tombs, forgotten, err
}

// forget comes before all captures: what was forgotten may still lie about in the
// damaged file, and stays forgotten.
func (r *rescuer) forget(ctx context.Context, tombs map[schema.Sum]schema.Tombstone, forgets int) error {
	if len(tombs) == 0 {
		return nil
	}
	return r.to.Update(ctx, func(s schema.Writer) error {
		state, err := schema.MetaState.Must(s)
		if err != nil {
			return err
		}
		state.Forgets = max(forgets, 1)
		for name, rec := range tombs {
			if err := schema.Tombstones.Save(s, name, rec); err != nil {
				return err
			}
		}
		return schema.MetaState.Save(s, state)
	})
}

// missing reports the captures that should be there and are not.
func (r *rescuer) missing(numbers []uint64, last uint64, forgotten map[uint64]bool) {
	next := uint64(1)
	gap := func(to uint64) { // up to, but without
		for ; next < to && r.report.Lost < maxLost; next++ {
			if forgotten[next] {
				continue
			}
			l := Lost{Capture: next, What: "the capture's record is damaged or missing"}
			if page, m, ok := r.found.moment(next); ok {
				l.Page, l.Time = page, m.Time()
			}
			r.report.Lost++
			r.lost(l)
		}
		r.report.Lost += int(min(max(to, next)-next, 1<<40))
		next = max(to, next)
	}
	for _, n := range numbers {
		gap(n)
		next = n + 1
	}
	if last != ^uint64(0) {
		gap(last + 1)
	}
}

func (r *rescuer) lost(l Lost) {
	if r.options.Lost != nil {
		r.options.Lost(l)
	}
}

// capture brings one capture back.
func (r *rescuer) capture(ctx context.Context, n uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := schema.LoadStored(r.found, n)
	if err != nil {
		r.report.Lost++
		r.lost(Lost{Capture: n, What: store.WhatOf(r.from.Name, schema.RecordName(schema.BucketCaptures, schema.NumberKey(n)), err)})
		return nil
	}
	c, err := r.forms.Request(r.found, s)
	if err != nil {
		c.Notes = append(c.Notes, schema.LostRequest)
	}
	k := capture.Kept{Capture: c, Needs: r.found.needs(n)}
	k.Number = n
	if r.report.Resumed < r.before {
		if there, err := r.there(ctx, k); err != nil || there {
			return err
		}
	}
	if c.Kind == capture.Revisit {
		if r.in.Waits(c.RevisitOf) {
			if err := r.in.Flush(ctx); err != nil {
				return err
			}
		}
		k.RevisitOf = r.numbers[c.RevisitOf]
		if k.RevisitOf == 0 && c.Digest != "" {
			// What it repeats is lost: it keeps the body, if that is there.
			if body, err := r.found.body(r.from, c.Digest); err == nil {
				k.Body, k.Needs = body, r.found.needs(c.RevisitOf)
			}
		}
	} else if c.Digest != "" {
		if k.Body, err = r.found.body(r.from, c.Digest); err != nil {
			r.report.Bodiless++
			r.lost(Lost{n, c.Page, c.URL, c.Time, true, store.WhatOf(r.from.Name, schema.RecordName(schema.BucketBodies, schema.NumberKey(n)), err)})
			k.Kind, k.Profile = capture.Revisit, capture.SamePayload
			k.Notes = append(k.Notes, newspaper.LostBody)
			return r.in.Add(ctx, k)
		}
	}
	if len(k.Body) > 0 {
		r.report.Bodies++
	}
	if len(k.Body) > 0 && c.State == capture.Live && (r.found.cleaned[n] || r.found.cleaned[c.RevisitOf] || schema.IdOf(r.from.Name, c.URL) != "") {
		k.Article, k.Refused = r.to.Cleaner.Read(r.from.Name, c, k.Body)
	}
	return r.in.Add(ctx, k)
}

// there reports whether an earlier rescue brought a capture with all that belongs to it.
func (r *rescuer) there(ctx context.Context, k capture.Kept) (known bool, err error) {
	var here capture.Capture
	err = r.to.File.Read(ctx, func(rd schema.Reader) error {
		here, known, err = schema.TwinHere(rd, k.Capture)
		return err
	})
	if err != nil || !known {
		return false, err
	}
	r.report.Resumed++
	if schema.RepeatsNothing(here) {
		return false, nil // what it lacks is looked for again, and reported
	}
	if len(k.Digest) > 0 && k.Kind != capture.Revisit {
		r.report.Bodies++
	}
	r.took(k, capture.Put{Number: here.Number})
	return true, nil
}

func (r *rescuer) took(k capture.Kept, p capture.Put) {
	if p.Forgotten != "" {
		r.report.Of--
		return
	}
	r.numbers[k.Number] = p.Number
	r.report.Captures++
	if r.options.Progress != nil && r.report.Captures%(16*newspaper.IntakeCaptures) == 0 {
		r.options.Progress(r.report)
	}
}

// aliases come after the captures, which were kept under the pages of their time.
func (r *rescuer) aliases(ctx context.Context) error {
	var b capture.Batch
	return r.each(schema.BucketAliases, func(key, payload []byte) error {
		page, al, err := schema.Aliases.Read(key, payload)
		if err != nil {
			return err
		}
		b.Aliases = append(b.Aliases, capture.Alias{Page: page, Of: al.Of, Why: al.Why})
		return nil
	}, func() error {
		_, err := r.to.Commit(ctx, b)
		b.Aliases = b.Aliases[:0]
		return err
	})
}

func (r *rescuer) entries(ctx context.Context) error {
	var b capture.Batch
	return r.each(schema.BucketFrontier, func(key, payload []byte) error {
		_, e, err := schema.Frontier.Read(key, payload)
		if err != nil {
			return err
		}
		e.Capture = r.numbers[e.Capture]
		if e.Capture == 0 {
			e.ETag, e.LastModified = "", ""
		}
		b.Entries = append(b.Entries, e)
		return nil
	}, func() error {
		_, err := r.to.Commit(ctx, b)
		b.Entries = b.Entries[:0]
		return err
	})
}

func (r *rescuer) runs(ctx context.Context) error {
	var run capture.Run
	return r.eachIn(schema.BucketRuns, 1, func(key, payload []byte) (err error) {
		_, run, err = schema.Runs.Read(key, payload)
		return err
	}, func() error {
		_, err := r.to.Commit(ctx, capture.Batch{Run: &run})
		return err
	})
}

// know makes the newspaper known by the newest description found, where no other is: else its
// pages would be read as those of nobody.
func (r *rescuer) know() error {
	if _, known := sites.ByName(r.from.Name); known {
		return nil
	}
	list, err := schema.AllDescriptions(r.found, nil)
	for _, d := range slices.Backward(list) {
		if s, e := sites.Read(r.from.Name, []byte(d.Value.Text)); e == nil && s.Name == r.from.Name {
			sites.Use(sites.Known().Beside(s))
			break
		}
	}
	return err
}

func (r *rescuer) descriptions(ctx context.Context) error {
	list, err := schema.AllDescriptions(r.found, nil)
	if err != nil {
		return err
	}
	return r.to.Adopt(ctx, list)
}

func (r *rescuer) hosts(ctx context.Context) error {
	hosts := map[string][]byte{}
	return r.each(schema.BucketHosts, func(key, payload []byte) error {
		hosts[string(key)] = payload
		return nil
	}, func() error {
		_, err := r.to.Commit(ctx, capture.Batch{Hosts: hosts})
		clear(hosts)
		return err
	})
}

func (r *rescuer) each(b schema.Bucket, collect func(key, payload []byte) error, hand func() error) error {
	return r.eachIn(b, newspaper.SmallRecords, collect, hand)
}

// eachIn goes through the records found of a bucket, some at a time. What does not
// read is passed over: it is nothing but a convenience to the crawler, or a join
// that the next crawl finds again.
func (r *rescuer) eachIn(b schema.Bucket, many int, collect func(key, payload []byte) error, hand func() error) error {
	n := 0
	err := r.found.Scan(b, nil, func(key, value []byte) error {
		payload, err := schema.Unseal(b, key, value)
		if err != nil || collect(key, payload) != nil {
			return nil //nolint:nilerr // passed over
		}
		if n++; n%many == 0 {
			return hand()
		}
		return nil
	})
	if err != nil || n%many == 0 {
		return err
	}
	return hand()
}
