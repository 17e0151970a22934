package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"baoluu/archive/internal/body"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// Problem is one thing that [Run] found damaged.
type Problem struct {
	Loss  Loss
	Where string // what is damaged, as the file calls it: "bodies 12", "page 7" of the file
	Name  string // the same in words: "the body of capture 12"
	What  string // what does not hold
	Means string // what it costs
	// Cause is what is damaged itself, where this problem follows from it or is about it: "page 7"
	// of the file, "bodies 12"; "" where it is not known. CauseName is the same in words.
	Cause, CauseName string

	// Of a capture or a body that cannot be read, as far as it is known.
	Page     string    // the newspaper's, aliases followed
	Captured time.Time // UTC
	Versions []int     // of the page, from 1, that cannot be read
}

// Loss is what a problem costs, and so what is to be done.
type Loss string

// The losses, the worst last.
const (
	LossDerived Loss = "derived" // what a re-clean rebuilds
	LossIndex   Loss = "index"   // what a rescue rebuilds
	LossFile    Loss = "file"    // part of the file cannot be reached: a rescue finds what is there
	LossCapture Loss = "capture" // a capture or a body is gone
)

// Report counts what [Run] looked at; pages are the newspaper's. Assets and their captures are
// counted apart.
type Report struct {
	Pages, Captures, Bodies, Articles, Versions int
	Assets, AssetCaptures                       int
	Problems                                    int
	// Resumed: an earlier run was stopped, and this one went on from there.
	Resumed bool
}

// Newspaper is what is verified.
type Newspaper struct {
	File   *store.File // [Run] keeps it from being replaced meanwhile
	Bodies body.Store  // of the same newspaper
}

// Run looks at everything that a newspaper's file holds, and calls fn with each thing that
// is damaged: every page of the file, every record's checksum, every body unpacked and held
// against its digest, every article unpacked, every index against what it leads to and
// back. Crawls and readers may go on meanwhile: it holds the file for no longer than they do.
// It changes nothing but SITE.verify, where it notes how far it came. An error is for what
// kept it from looking, such as a file of unknown format; damage is a [Problem].
//
// Where ctx ends it the next Run goes on, if the file is the very same by then; what was
// found before is reported again. tell is called now and then with how far it is; it may be
// nil.
// Both functions are called while the file is not held, one call at a time.
func Run(ctx context.Context, of Newspaper, fn func(Problem), tell func(Report)) (Report, error) {
	v := newVerifier(of, fn)
	v.far = tell
	release, err := v.file.Freeze()
	if err != nil {
		return v.report, err
	}
	defer release()
	err = v.resume(ctx)
	if err == nil {
		err = v.run(ctx)
	}
	if err == nil {
		err = v.dropProgress()
	} else if ctx.Err() != nil {
		err = errors.Join(err, v.save())
	}
	return v.report, err
}

// Since looks at the pages of the file, and at the captures and bodies from a number on,
// as [Run] does; it notes nothing. The caller keeps the file from being replaced.
func Since(ctx context.Context, of Newspaper, number uint64, fn func(Problem)) (problems int, err error) {
	v := newVerifier(of, fn)
	v.direct = true
	v.phases = []phase{
		{"file", v.structure},
		v.bucket(schema.BucketCaptures, schema.NumberKey(number)),
		v.bucket(schema.BucketRequests, nil),
		v.bucket(schema.BucketBodies, schema.NumberKey(number)),
		v.bucket(schema.BucketCopies, schema.NumberKey(number)),
		v.bucket(schema.BucketNeeds, schema.NumberKey(number)),
		v.bucket(schema.BucketDescriptions, nil),
		{"contents", v.contents},
	}
	err = v.run(ctx)
	return v.report.Problems, err
}

const (
	// verifyBatch is how many bodies are read before the file is released: they are
	// kept until they are unpacked. verifyBytes bounds them, too.
	verifyBatch = 64
	verifyBytes = 16 << 20
	// verifyRecords is how many records are looked at before the file is released.
	verifyRecords = 2000
	// verifyRestarts is how often the walk over the file's pages begins again because of
	// a commit. After that only those pages are looked at that records lie on, each held
	// against the free list of its moment.
	verifyRestarts = 3
)

type verifier struct {
	file   *store.File
	bodies body.Store
	fn     func(Problem)
	far    func(Report) // is called with how far it is; may be nil
	phases []phase
	now    int    // the phase under way
	from   []byte // where it goes on: a key, in "contents" a place in the list; nil: it has not begun

	report Report
	gaps   int             // numbers of captures that were forgotten
	told   map[string]bool // what was reported: each problem is once
	kept   []Problem       // all that were reported
	found  []Problem       // since the file was last released

	generation uint32
	before     schema.State // counters when it began
	stamp      string       // of the file when it was read last

	walker   *boltfile.Walker
	restarts int
	free     *boltfile.Walker // the pages that are free, where the walk gave up

	facts    facts
	direct   bool   // what captures need is looked up in its index, not summed up
	links    []link // bodies, and what they are packed against
	articles []unread
	twice    bool            // base bodies have to be stored twice: the file's format says so, and it is not being brought up to that
	carriers map[uint64]bool // base bodies whose second copies were looked at
}

// phase is one part of the work. It may end early by an error of the context, and
// goes on from v.from.
type phase struct {
	name string
	run  func(context.Context) error
}

func newVerifier(of Newspaper, fn func(Problem)) *verifier {
	v := &verifier{file: of.File, bodies: of.Bodies, fn: fn, told: map[string]bool{}, carriers: map[uint64]bool{}}
	v.phases = []phase{{"file", v.structure}}
	for _, b := range schema.Buckets() {
		v.phases = append(v.phases, v.bucket(b, nil))
		if b == schema.BucketNeeded {
			v.phases = append(v.phases, phase{"sums", v.sums})
		}
	}
	v.phases = append(v.phases, phase{"contents", v.contents}, phase{"counters", v.counters})
	return v
}

func (v *verifier) run(ctx context.Context) error {
	err := v.look(ctx, v.begin)
	for err == nil && v.now < len(v.phases) {
		p := v.phases[v.now]
		if p.name == "contents" && v.report.Resumed {
			if err = v.readLinks(ctx); err != nil {
				break
			}
		}
		if err = p.run(ctx); err == nil {
			v.now, v.from = v.now+1, nil
		}
	}
	if errors.Is(err, schema.ErrCorrupt) {
		v.damaged(LossFile, store.TheFile, err, "nothing can be read by the usual way")
		err = nil
		v.tell()
	}
	return err
}

// look reads the file for one time slice, and notes which state it was in.
func (v *verifier) look(ctx context.Context, fn func(*store.Tree) error) error {
	if v.far != nil {
		v.far(v.report)
	}
	return v.file.ReadUnchecked(ctx, func(t *store.Tree) error {
		v.stamp = v.stampOf(t)
		return fn(t)
	})
}

// stampOf tells one state of the file from all others.
func (v *verifier) stampOf(t *store.Tree) string {
	info, err := os.Stat(v.file.Path("db"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", t.Stamp(), info.Size(), info.ModTime().UnixNano())
}

func (v *verifier) begin(t *store.Tree) error {
	format, err := schema.CheckSchema(t, v.file.Site)
	if err != nil {
		return err
	}
	v.twice = format.Version >= schema.BucketCopies.Since() && format.Step == nil
	state, err := schema.MetaState.Must(t)
	v.generation = state.Generation
	v.facts = newFacts(state.Last, t.Size())
	if v.now == 0 {
		v.before = state
	}
	return err
}

// progress is a run that was stopped, as it is kept in SITE.verify.
type progress struct {
	Stamp    string       `json:"stamp"`
	Phase    string       `json:"phase"`
	From     []byte       `json:"from"`
	Report   Report       `json:"report"`
	Problems []Problem    `json:"problems"`
	Before   schema.State `json:"before"`
	Gaps     int          `json:"gaps"`
}

func (v *verifier) path() string { return v.file.Path("verify") }

// save keeps how far it came. Where that cannot be written the next run begins
// from the beginning.
func (v *verifier) save() error {
	text, err := schema.Encode(progress{v.stamp, v.phases[v.now].name, v.from, v.report, v.kept, v.before, v.gaps})
	if err != nil {
		return err
	}
	if err := store.WriteSmall(v.path(), text); err != nil && !store.ReadOnly(err) {
		return fmt.Errorf("note how far verify came: %w", err)
	}
	return nil
}

// resume goes on where the last run stopped, if the file is as it was then: what was found
// intact then is so now.
func (v *verifier) resume(ctx context.Context) error {
	text, err := store.ReadSmall(v.path())
	var p progress
	if err != nil || json.Unmarshal(text, &p) != nil {
		return nil //nolint:nilerr // from the beginning, then
	}
	now := slices.IndexFunc(v.phases, func(o phase) bool { return o.name == p.Phase })
	err = v.file.ReadUnchecked(ctx, func(t *store.Tree) error {
		if now >= 0 && p.Stamp == v.stampOf(t) {
			v.now, v.from, v.report, v.found, v.before = now, p.From, p.Report, p.Problems, p.Before
			v.gaps = p.Gaps
			v.report.Resumed, v.report.Problems = true, 0
		}
		return nil
	})
	if errors.Is(err, schema.ErrCorrupt) {
		return nil // it will be reported
	}
	v.tell()
	return err
}

// dropProgress removes what an earlier run noted of how far it came.
func (v *verifier) dropProgress() error {
	if err := os.Remove(v.path()); err != nil && !errors.Is(err, os.ErrNotExist) && !store.ReadOnly(err) {
		return err
	}
	return nil
}

// damaged notes a problem; the caller hears of it once the file is released.
func (v *verifier) damaged(kind Loss, where string, err error, means string) {
	v.found = append(v.found, v.problem(kind, where, err, means))
}

func (v *verifier) damagedBucket(b schema.Bucket, err error, means string) {
	p := v.problem(LossFile, store.BucketName(b), err, means)
	p.Name = schema.BucketWords(b)
	v.found = append(v.found, p)
}

func (v *verifier) problem(kind Loss, where string, err error, means string) Problem {
	p := Problem{Loss: kind, Where: where, Name: where, What: store.WhatOf(v.file.Site, where, err), Means: means}
	p.Cause, p.CauseName = store.CauseOf(v.file.Site, err)
	return p
}

func (v *verifier) tell() {
	for _, p := range v.found {
		key := p.Where
		if p.Loss == LossFile {
			key += "\n" + p.What // a page or a bucket may be damaged in several ways
		}
		if !v.told[key] {
			v.told[key] = true
			v.kept = append(v.kept, p)
			v.report.Problems++
			v.fn(p)
		}
	}
	v.found = v.found[:0]
}

// structure looks at the pages of the file, a time slice after the other. A commit in
// between changes which pages are in use: then the walk begins again, and after
// verifyRestarts times it is given up.
func (v *verifier) structure(ctx context.Context) error {
	defer v.tell()
	for done := false; !done; {
		err := v.look(ctx, func(t *store.Tree) error {
			if v.walker == nil || !v.walker.Continue(t.Tree) {
				if v.walker != nil {
					v.restarts++
				}
				v.found = v.found[:0]
				v.walker = boltfile.NewWalker(t.Tree, func(err error) {
					v.damaged(LossFile, store.TheFile, err, "what lies on that page is lost, or may be overwritten: write no more to this file")
				})
			}
			if done = v.restarts > verifyRestarts; done {
				v.found = v.found[:0]
				return nil
			}
			if t.Metas() < 2 {
				v.damaged(LossFile, store.TheFile, schema.Corrupt("one of the two pages at its beginning does not hold"), "nothing yet, but a crash in a commit could not be undone")
			}
			started := time.Now()
			if done = v.walker.Walk(func() bool { return time.Since(started) > store.TimeSlice }); done {
				v.walker.FreeList()
				v.walker.Lost()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	v.walker = nil
	return nil
}

// isFree reports whether the page is free, where the walk over all pages was given
// up; it reads the free list once for each state of the file.
func (v *verifier) isFree(t *store.Tree) func(uint64) bool {
	if v.restarts <= verifyRestarts {
		return nil
	}
	if v.free == nil || !v.free.Continue(t.Tree) {
		v.free = boltfile.NewWalker(t.Tree, func(err error) {
			v.damaged(LossFile, store.TheFile, err, "what is in use may be overwritten: write no more to this file")
		})
		v.free.FreeList()
	}
	return v.free.Has
}

// bucket is the phase that looks at every record of one bucket, from a key on.
func (v *verifier) bucket(b schema.Bucket, first []byte) phase {
	return phase{string(b), func(ctx context.Context) error {
		if v.from == nil {
			v.from = append([]byte{}, first...)
		}
		for more := true; more; {
			more = false
			err := v.look(ctx, func(t *store.Tree) error {
				started, n := time.Now(), 0
				return t.Sweep(b, v.from, func(key, value []byte) error {
					if n++; n > verifyRecords || len(v.articles) >= verifyBatch || n > 1 && time.Since(started) > store.TimeSlice {
						more = true
						return schema.ErrStop
					}
					v.from = schema.After(key)
					v.record(t, b, key, value)
					return nil
				}, func(err error) {
					v.damagedBucket(b, err, "the records on that page cannot be reached")
				}, v.isFree(t))
			})
			if errors.Is(err, schema.ErrCorrupt) {
				v.damagedBucket(b, err, "the rest of it cannot be reached")
				more = false
			} else if err != nil {
				return err
			}
			v.unpackArticles()
			v.tell()
		}
		return nil
	}}
}

// counters holds the counters against what was counted, where no commit came in
// between.
func (v *verifier) counters(ctx context.Context) error {
	var now schema.State
	err := v.file.Read(ctx, func(r schema.Reader) (err error) {
		now, err = schema.MetaState.Must(r)
		return err
	})
	if err != nil || now != v.before || v.report.Problems > 0 {
		return err
	}
	if r := v.report; now.Pages != r.Pages+r.Assets || now.Captures() != r.Captures+r.AssetCaptures || now.Forgotten != v.gaps || now.Versions != r.Versions {
		v.damaged(LossIndex, "meta state", schema.Corrupt("there are %d pages, %d captures and %d versions, and it says %d, %d and %d",
			r.Pages+r.Assets, r.Captures+r.AssetCaptures, r.Versions, now.Pages, now.Captures(), now.Versions), "stats are wrong")
	} else if now.Assets != r.Assets || now.AssetCaptures != r.AssetCaptures {
		v.damaged(LossIndex, "meta state", schema.Corrupt("there are %d assets with %d captures, and it says %d with %d", r.Assets, r.AssetCaptures, now.Assets, now.AssetCaptures), "stats are wrong")
	}
	v.tell()
	return nil
}
