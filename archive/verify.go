package archive

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"baoluu/cleaner/capture"
)

// Problem is one thing that [Archive.Verify] found hurt.
type Problem struct {
	Loss  Loss
	Where string // "bodies 12", "page 7"
	What  string // what does not hold
	Means string // what it costs

	// Of a capture or a body that cannot be read, as far as it is known.
	Page     string
	Captured time.Time
	Versions []int // of the page, that cannot be read
}

// Loss is what a problem costs, and so what is to be done.
type Loss string

// The losses, the worst last.
const (
	LossDerived Loss = "derived" // what a re-clean makes anew
	LossIndex   Loss = "index"   // what a rescue makes anew
	LossFile    Loss = "file"    // part of the file cannot be reached: a rescue finds what is there
	LossCapture Loss = "capture" // a capture or a body is gone
)

// VerifyReport is what Verify looked at.
type VerifyReport struct {
	Pages, Captures, Bodies, Articles, Versions int
	Problems                                    int
	// Resumed: an earlier Verify was stopped, and this one went on from there.
	Resumed bool
}

// Verify looks at everything that a newspaper's file holds, and tells fn each
// thing that is hurt: every page of the file, every record's checksum, every body
// unpacked and held against its digest, every article unpacked, every index against
// what it leads to and back. Crawls and readers may go on meanwhile: it has the file for no
// longer than they do. It changes nothing. An error is for what kept it from
// looking, such as a file of unknown format.
//
// Where ctx ends it the next Verify goes on, if the file is the very same by then;
// what was found before is told again.
func (a *Archive) Verify(ctx context.Context, site string, fn func(Problem)) (VerifyReport, error) {
	v := newVerifier(a, site, fn)
	err := v.resume(ctx)
	if err == nil {
		err = v.run(ctx)
	}
	if err == nil {
		err = v.forget()
	} else if ctx.Err() != nil {
		err = errors.Join(err, v.save())
	}
	if err != nil {
		return v.report, fmt.Errorf("verify %s: %w", site, err)
	}
	return v.report, nil
}

// verifySince looks at the pages of the file, and at the captures and bodies from a
// number on.
func (a *Archive) verifySince(ctx context.Context, site string, number uint64, fn func(Problem)) (problems int, err error) {
	v := newVerifier(a, site, fn)
	v.phases = []phase{
		{"pages", v.structure},
		{string(bucketCaptures), v.bucketFrom(bucketCaptures, numberKey(number))},
		{string(bucketBodies), v.bucketFrom(bucketBodies, numberKey(number))},
		{"contents", v.contents},
	}
	err = v.run(ctx)
	return v.report.Problems, err
}

const (
	// verifyBatch is how many bodies are read before the file is let go: they are
	// kept until they are unpacked. verifyBytes bounds them, too.
	verifyBatch = 64
	verifyBytes = 16 << 20
	// verifyRestarts is how often the walk over the file's pages begins again
	// because of a commit. After that pages are looked at where records are, each
	// against the free list of its time.
	verifyRestarts = 3
)

type verifier struct {
	archive *Archive
	site    string
	fn      func(Problem)
	phases  []phase
	now     int    // the phase under way
	from    []byte // and how far it is; nil: not begun

	report VerifyReport
	gaps   int // numbers of captures that were forgotten
	told   map[string]bool
	kept   []Problem // all that were told
	found  []Problem // since the file was last let go

	generation uint32
	before     stateRecord // counters when it began
	stamp      string      // of the file when it was read last

	walker   *reacher
	restarts int
	free     *reacher // the pages that are free, where the walk gave up

	links    []link // bodies, and what they are packed against
	articles []unread
}

// phase is one part of the work. It may end early by an error of the context, and
// goes on from v.from.
type phase struct {
	name string
	run  func(context.Context) error
}

func newVerifier(a *Archive, site string, fn func(Problem)) *verifier {
	v := &verifier{archive: a, site: site, fn: fn, told: map[string]bool{}}
	v.phases = []phase{{"pages", v.structure}}
	for _, b := range buckets() {
		v.phases = append(v.phases, phase{string(b), v.bucketFrom(b, nil)})
	}
	v.phases = append(v.phases, phase{"contents", v.contents}, phase{"counters", v.counters})
	return v
}

func (v *verifier) run(ctx context.Context) error {
	err := v.look(ctx, v.begin)
	for err == nil && v.now < len(v.phases) {
		p := v.phases[v.now]
		// What bodies lean on is not kept for the next Verify, but read again.
		if p.name == "contents" && v.report.Resumed {
			if err = v.readLinks(ctx); err != nil {
				break
			}
		}
		if err = p.run(ctx); err == nil {
			v.now, v.from = v.now+1, nil
		}
	}
	if errors.Is(err, ErrCorrupt) {
		v.hurt(LossFile, "the file", err, "nothing can be read by the usual way")
		err = nil
		v.tell()
	}
	return err
}

// look reads the file for a turn, and notes which file it was.
func (v *verifier) look(ctx context.Context, fn func(*tree) error) error {
	return v.archive.readTree(ctx, v.site, func(t *tree) error {
		v.stamp = v.stampOf(t)
		return fn(t)
	})
}

// stampOf tells one state of the file from all others.
func (v *verifier) stampOf(t *tree) string {
	info, err := os.Stat(v.archive.path(v.site, "db"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d %d %d %d %d", t.tx, t.root, t.free, t.end, info.Size(), info.ModTime().UnixNano())
}

func (v *verifier) begin(t *tree) error {
	if _, err := checkSchema(t, v.site); err != nil {
		return err
	}
	state, err := loadState(t)
	v.generation = state.Generation
	if v.now == 0 {
		v.before = state
	}
	return err
}

// progress is a Verify that was stopped, as it is kept in SITE.verify.
type progress struct {
	Stamp    string       `json:"stamp"`
	Phase    string       `json:"phase"`
	From     []byte       `json:"from"`
	Report   VerifyReport `json:"report"`
	Problems []Problem    `json:"problems"`
	Before   stateRecord  `json:"before"`
	Gaps     int          `json:"gaps"`
}

func (v *verifier) path() string { return v.archive.path(v.site, "verify") }

// save keeps how far it came. Where that cannot be written the next Verify begins
// from the beginning.
func (v *verifier) save() error {
	text, err := encode(progress{v.stamp, v.phases[v.now].name, v.from, v.report, v.kept, v.before, v.gaps})
	if err != nil {
		return err
	}
	if err := os.WriteFile(v.path(), text, 0o666); err != nil && !readOnly(err) {
		return fmt.Errorf("keep how far it came: %w", err)
	}
	return nil
}

// resume goes on where the last Verify stopped, if the file is as it was then: what
// was found sound is still so.
func (v *verifier) resume(ctx context.Context) error {
	text, err := os.ReadFile(v.path())
	var p progress
	if err != nil || json.Unmarshal(text, &p) != nil {
		return nil //nolint:nilerr // from the beginning, then
	}
	now := slices.IndexFunc(v.phases, func(o phase) bool { return o.name == p.Phase })
	err = v.archive.readTree(ctx, v.site, func(t *tree) error {
		if now >= 0 && p.Stamp == v.stampOf(t) {
			v.now, v.from, v.report, v.found, v.before, v.gaps = now, p.From, p.Report, p.Problems, p.Before, p.Gaps
			v.report.Resumed, v.report.Problems = true, 0
		}
		return nil
	})
	if errors.Is(err, ErrCorrupt) {
		return nil // it will be told
	}
	v.tell()
	return err
}

func (v *verifier) forget() error {
	if err := os.Remove(v.path()); err != nil && !errors.Is(err, os.ErrNotExist) && !readOnly(err) {
		return err
	}
	return nil
}

// hurt notes a problem; the caller is told when the file is let go.
func (v *verifier) hurt(kind Loss, where string, err error, means string) {
	v.found = append(v.found, Problem{Loss: kind, Where: where, What: whatOf(err), Means: means})
}

func (v *verifier) tell() {
	for _, p := range v.found {
		key := p.Where
		if p.Loss == LossFile {
			key += "\n" + p.What // a page or a bucket may be hurt in several ways
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

// structure looks at the pages of the file, in turns. A commit in between changes
// which pages are in use: then it begins again, and after some times leaves it.
func (v *verifier) structure(ctx context.Context) error {
	defer v.tell()
	for done := false; !done; {
		err := v.look(ctx, func(t *tree) error {
			if v.walker == nil || v.walker.tree.tx != t.tx {
				if v.walker != nil {
					v.restarts++
				}
				v.found = v.found[:0]
				v.walker = newReacher(t, func(err error) {
					v.hurt(LossFile, "the file", err, "what lies on that page is lost, or may be overwritten: write no more to this file")
				})
			}
			if done = v.restarts > verifyRestarts; done {
				v.found = v.found[:0]
				return nil
			}
			if t.metas < 2 {
				v.hurt(LossFile, "the file", fmt.Errorf("%w: one of its two meta pages", ErrCorrupt), "nothing yet, but a crash in a commit could not be undone")
			}
			v.walker.tree = t
			started := time.Now()
			if done = v.walker.walk(func() bool { return time.Since(started) > readTurn }); done {
				v.walker.freeList()
				v.walker.lost()
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

// isFree tells whether the page is free, where the walk over all pages was given
// up; it reads the free list once for each state of the file.
func (v *verifier) isFree(t *tree) func(uint64) bool {
	if v.restarts <= verifyRestarts {
		return nil
	}
	if v.free == nil || v.free.tree.tx != t.tx {
		v.free = newReacher(t, func(err error) {
			v.hurt(LossFile, "the file", err, "what is in use may be overwritten: write no more to this file")
		})
		v.free.freeList()
	}
	return func(id uint64) bool { return v.free.has(id) }
}

// bucketFrom looks at every record of one bucket, from a key on.
func (v *verifier) bucketFrom(b bucket, first []byte) func(context.Context) error {
	return func(ctx context.Context) error {
		if v.from == nil {
			v.from = append([]byte{}, first...)
		}
		for more := true; more; {
			more = false
			err := v.look(ctx, func(t *tree) error {
				started, n := time.Now(), 0
				return t.scanPast(b, v.from, func(key, value []byte) error {
					if n++; n > gatherMany || len(v.articles) >= verifyBatch || n > 1 && time.Since(started) > readTurn {
						more = true
						return errStop
					}
					v.from = after(key)
					v.record(t, b, key, value)
					return nil
				}, func(err error) {
					v.hurt(LossFile, "bucket "+string(b), err, "the records on that page cannot be reached")
				}, v.isFree(t))
			})
			if errors.Is(err, ErrCorrupt) {
				v.hurt(LossFile, "bucket "+string(b), err, "the rest of the bucket cannot be reached")
				more = false
			} else if err != nil {
				return err
			}
			v.unpackArticles()
			v.tell()
		}
		return nil
	}
}

// record looks at one record and at what it must agree with.
func (v *verifier) record(t *tree, b bucket, key, value []byte) {
	payload, err := unseal(b, key, value)
	if err == nil {
		err = v.check(t, b, key, payload)
	}
	if err == nil {
		return
	}
	kind, means := meaning(b)
	p := Problem{Loss: kind, Where: string(b) + " " + keyText(key), What: whatOf(err), Means: means}
	if n, err := parseNumberKey(key); err == nil && kind == LossCapture {
		p.Where = fmt.Sprintf("%s %d", b, n)
		v.affected(t, n, &p)
	}
	v.found = append(v.found, p)
}

// whatOf is an error without the words that all of them begin with.
func whatOf(err error) string { return strings.ReplaceAll(err.Error(), ErrCorrupt.Error()+": ", "") }

// affected says of which page and versions a capture is, as far as that can be
// read.
func (v *verifier) affected(t *tree, n uint64, p *Problem) {
	c, err := loadCapture(t, n)
	if err != nil {
		return
	}
	page, err := loadAlias(t, c.Page)
	if err != nil {
		return
	}
	p.Page, p.Captured = page, c.Time
	list, err := storedVersions(t, v.generation, page)
	if err != nil {
		return
	}
	for i, w := range list {
		if w.Article == n {
			p.Versions = append(p.Versions, i+1)
		}
	}
}

func meaning(b bucket) (Loss, string) {
	switch b {
	case bucketCaptures:
		return LossCapture, "the capture cannot be read"
	case bucketBodies:
		return LossCapture, "this body cannot be read"
	case bucketDigests, bucketPages, bucketTimes, bucketAddresses, bucketAliases:
		return LossIndex, "something that is stored may not be found"
	case bucketArticles, bucketVersions, bucketHeads, bucketDays:
		return LossDerived, "a re-clean makes it anew"
	case bucketFrontier, bucketDue:
		return LossIndex, "an address may not be fetched"
	case bucketReferences:
		return LossIndex, "new bodies take more room"
	case bucketForgotten:
		return LossIndex, "what was forgotten may be captured again"
	}
	return LossIndex, "the record cannot be read"
}

func (v *verifier) check(t *tree, b bucket, key, payload []byte) error {
	switch b {
	case bucketCaptures:
		return v.capture(t, key, payload)
	case bucketBodies:
		return v.body(t, key)
	case bucketDigests:
		return v.digest(t, key, payload)
	case bucketReferences:
		return v.reference(t, key, payload)
	case bucketPages:
		return v.page(t, key, payload)
	case bucketTimes:
		return v.moment(t, key)
	case bucketAddresses:
		return v.address(t, payload)
	case bucketAliases:
		return v.alias(t, key)
	case bucketArticles:
		return v.article(t, key, payload)
	case bucketVersions:
		return v.version(t, key, payload)
	case bucketHeads:
		return v.head(t, key, payload)
	case bucketDays:
		return v.day(t, key)
	case bucketFrontier:
		return v.entry(t, key, payload)
	case bucketDue:
		return v.due(t, key)
	case bucketRuns:
		_, err := decodeRun(key, payload)
		return err
	case bucketForgotten:
		return v.forgotten(t, key, payload)
	}
	return nil // meta was read first, and hosts are the crawler's own
}

// amiss is something that does not agree.
func amiss(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// mustHave tells what is missing.
func mustHave(r reader, b bucket, key []byte) error {
	ok, err := has(r, b, key)
	if err == nil && !ok {
		err = amiss("%s %s is missing", b, keyText(key))
	}
	return err
}

// mustLoad reads a record that has to be there.
func mustLoad(r reader, b bucket, key []byte, to any) error {
	ok, err := load(r, b, key, to)
	if err == nil && !ok {
		err = amiss("%s %s is missing", b, keyText(key))
	}
	return err
}

func (v *verifier) capture(t *tree, key, payload []byte) error {
	v.report.Captures++
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	c, err := decodeCapture(payload)
	if err != nil {
		return err
	}
	page, err := loadAlias(t, c.Page)
	if err != nil {
		return err
	}
	errs := []error{
		mustHave(t, bucketTimes, momentKey(page, moment{c.Time.UnixMilli(), c.Number})),
		mustHave(t, bucketPages, pageKey(page)),
		mustHave(t, bucketAddresses, []byte(c.URL)),
	}
	if c.Number != n {
		errs = append(errs, amiss("it calls itself %d", c.Number))
	}
	if c.Digest != "" {
		body, err := bodyNumber(t, c.Digest)
		if err == nil && body == 0 && (c.Kind != capture.Revisit || c.RevisitOf != 0) {
			err = amiss("its body is missing")
		}
		errs = append(errs, err)
	}
	if c.RevisitOf != 0 {
		of, err := loadCapture(t, c.RevisitOf)
		if err == nil && of.Digest != c.Digest {
			err = amiss("capture %d, which it repeats, has other bytes", c.RevisitOf)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (v *verifier) body(t *tree, key []byte) error {
	v.report.Bodies++
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	var head bodyHead
	if _, err := loadBody(t, n, &head); err != nil {
		return err
	}
	v.links = append(v.links, link{head.Base, n})
	back, err := bodyNumber(t, head.Digest)
	if err == nil && back != n {
		err = amiss("its digest leads to body %d", back)
	}
	depth := 0
	if head.Base != 0 {
		var base bodyHead
		if _, err := loadBody(t, head.Base, &base); err != nil {
			return err
		}
		depth = base.Depth + 1
	}
	if head.Depth != depth {
		err = errors.Join(err, amiss("it says that it is %d steps from a body that stands alone, and is %d", head.Depth, depth))
	}
	return errors.Join(err, mustHave(t, bucketCaptures, key))
}

func (v *verifier) digest(t *tree, key, payload []byte) error {
	digest, err := parseDigestKey(key)
	if err != nil {
		return err
	}
	n, err := parseNumberKey(payload)
	if err != nil {
		return err
	}
	var head bodyHead
	if _, err := loadBody(t, n, &head); err != nil {
		return err
	}
	if head.Digest != digest {
		return amiss("body %d has the digest %s", n, head.Digest)
	}
	return nil
}

func (v *verifier) reference(t *tree, key, payload []byte) error {
	var ref referenceRecord
	if err := json.Unmarshal(payload, &ref); err != nil {
		return amiss("%v", err)
	}
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	var head bodyHead
	if _, err := loadBody(t, n, &head); err != nil {
		return err
	}
	if head.Base != 0 || int(head.Size) != ref.Size {
		return amiss("body %d is none", n)
	}
	return nil
}

// page counts a page's captures again.
func (v *verifier) page(t *tree, key, payload []byte) error {
	v.report.Pages++
	page, err := parsePageKey(key)
	if err != nil {
		return err
	}
	var rec pageRecord
	if err := json.Unmarshal(payload, &rec); err != nil {
		return amiss("%v", err)
	}
	moments, err := momentsOf(t, page, unbounded())
	if err != nil {
		return err
	}
	counted := pageRecord{ID: rec.ID, Base: rec.Base}
	for _, m := range moments {
		c, err := loadCapture(t, m.Number)
		if err != nil {
			return err
		}
		counted.count(c, m)
	}
	if counted != rec {
		return amiss("its captures make it %+v, it says %+v", counted, rec)
	}
	if rec.Base != 0 {
		var head bodyHead
		if _, err := loadBody(t, rec.Base, &head); err != nil {
			return err
		}
		if head.Depth >= maxSteps {
			return amiss("its base is body %d, which is %d steps from one that stands alone", rec.Base, head.Depth)
		}
	}
	return nil
}

func (v *verifier) moment(t *tree, key []byte) error {
	page, m, err := parseMomentKey(key)
	if err != nil {
		return err
	}
	c, err := loadCapture(t, m.Number)
	if err != nil {
		return err
	}
	of, err := loadAlias(t, c.Page)
	if err == nil && (of != page || c.Time.UnixMilli() != m.At) {
		err = amiss("capture %d is of %s at %s", m.Number, of, c.Time)
	}
	return err
}

func (v *verifier) address(t *tree, payload []byte) error {
	page, err := parsePageKey(payload)
	if err != nil {
		return err
	}
	if page, err = loadAlias(t, page); err != nil {
		return err
	}
	return mustHave(t, bucketPages, pageKey(page))
}

func (v *verifier) alias(t *tree, key []byte) error {
	page, err := parsePageKey(key)
	if err != nil {
		return err
	}
	if _, err := loadAlias(t, page); err != nil {
		return err
	}
	known, err := has(t, bucketPages, key)
	if err == nil && known {
		err = amiss("the page has captures of its own")
	}
	return err
}

func (v *verifier) article(t *tree, key, payload []byte) error {
	g, n, err := parseArticleKey(key)
	if err != nil || g != v.generation {
		return err
	}
	v.report.Articles++
	u := unread{number: n}
	if u.frame, err = splitBlob(payload, &u.head); err != nil {
		return err
	}
	u.frame = append([]byte{}, u.frame...)
	// One that leans on the body of its own number is unpacked with that.
	if u.head.Refused == "" && u.head.Dict != n {
		if u.head.Dict != 0 {
			if u.chain, err = v.archive.chain(t, v.site, u.head.Dict); err != nil {
				return err
			}
		}
		v.articles = append(v.articles, u)
	}
	if u.head.Dict == n {
		err = mustHave(t, bucketBodies, numberKey(n))
	}
	return errors.Join(err, mustHave(t, bucketCaptures, numberKey(n)))
}

func (v *verifier) version(t *tree, key, payload []byte) error {
	g, page, n, err := parseVersionKey(key)
	if err != nil || g != v.generation {
		return err
	}
	v.report.Versions++
	var w versionRecord
	if err := json.Unmarshal(payload, &w); err != nil {
		return amiss("%v", err)
	}
	var head headRecord
	if err := mustLoad(t, bucketHeads, headKey(g, page), &head); err != nil {
		return err
	}
	if n < 1 || n > head.Versions {
		return amiss("the page has %d versions", head.Versions)
	}
	if n > 1 {
		var before versionRecord
		if err := mustLoad(t, bucketVersions, versionKey(g, page, n-1), &before); err != nil {
			return err
		}
		if w.Captured.Before(before.Seen) {
			return amiss("it begins before the version before it ends")
		}
	}
	err = v.versionState(t, g, n, w)
	return errors.Join(err,
		mustHave(t, bucketTimes, momentKey(page, moment{w.Captured.UnixMilli(), w.First})),
		mustHave(t, bucketTimes, momentKey(page, moment{w.Seen.UnixMilli(), w.Last})))
}

// versionState holds a version against its article, or against its having none.
func (v *verifier) versionState(t *tree, g uint32, n int, w versionRecord) error {
	if w.gone() {
		if n == 1 || w.Article != 0 {
			return amiss("a page that is gone reads as something, or never did")
		}
		return nil
	}
	article, _, ok, err := v.archive.historian(t, v.site, g).head(w.Article)
	if err == nil && (!ok || article.Digest != w.Digest) {
		err = amiss("article %d is not its article", w.Article)
	}
	return err
}

func (v *verifier) head(t *tree, key, payload []byte) error {
	g, page, err := parseHeadKey(key)
	if err != nil || g != v.generation {
		return err
	}
	var head headRecord
	if err := json.Unmarshal(payload, &head); err != nil {
		return amiss("%v", err)
	}
	err = errors.Join(mustHave(t, bucketPages, pageKey(page)), mustHave(t, bucketVersions, versionKey(g, page, head.Versions)))
	if day := head.day(); day != "" {
		err = errors.Join(err, mustHave(t, bucketDays, dayKey(g, day, page)))
	}
	return err
}

func (v *verifier) day(t *tree, key []byte) error {
	g, day, page, err := parseDayKey(key)
	if err != nil || g != v.generation {
		return err
	}
	var head headRecord
	if err := mustLoad(t, bucketHeads, headKey(g, page), &head); err != nil {
		return err
	}
	if head.day() != day {
		return amiss("the page was published on the day %q", head.day())
	}
	return nil
}

func (v *verifier) entry(t *tree, key, payload []byte) error {
	var e capture.Entry
	if err := json.Unmarshal(payload, &e); err != nil {
		return amiss("%v", err)
	}
	if e.Page != string(key) {
		return amiss("it calls itself %s", e.Page)
	}
	if e.Due.IsZero() {
		return nil
	}
	return mustHave(t, bucketDue, dueKey(e.Class, e.Due, e.Page))
}

func (v *verifier) due(t *tree, key []byte) error {
	class, due, page, err := parseDueKey(key)
	if err != nil {
		return err
	}
	var e capture.Entry
	if err := mustLoad(t, bucketFrontier, pageKey(page), &e); err != nil {
		return err
	}
	if e.Class != class || e.Due.IsZero() || dueMilli(e.Due) != uint64(due.UnixMilli()) {
		return amiss("the entry is due at %s in class %d", e.Due, e.Class)
	}
	return nil
}

// forgotten looks whether what was taken out is out.
func (v *verifier) forgotten(t *tree, key, payload []byte) error {
	if _, err := parseDigestKey(key); err != nil {
		return err
	}
	var rec forgottenRecord
	if err := json.Unmarshal(payload, &rec); err != nil {
		return amiss("%v", err)
	}
	if rec.Of != "" {
		of, err := digestKey(rec.Of)
		if err != nil {
			return err
		}
		return mustHave(t, bucketForgotten, of)
	}
	var errs []error
	for _, n := range rec.Captures {
		if n <= v.before.Last {
			v.gaps++
		}
		there, err := has(t, bucketCaptures, numberKey(n))
		if err == nil && there {
			err = amiss("capture %d was forgotten, and is there", n)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// link is a body and what it is packed against, 0 for nothing.
type link struct{ base, body uint64 }

// readLinks reads what bodies lean on, where the records were looked at before.
func (v *verifier) readLinks(ctx context.Context) error {
	v.links = []link{}
	for from := []byte{}; from != nil; {
		next := []byte(nil)
		err := v.look(ctx, func(t *tree) error {
			started := time.Now()
			return t.scanPast(bucketBodies, from, func(key, value []byte) error {
				if time.Since(started) > readTurn {
					next = append([]byte{}, key...)
					return errStop
				}
				n, err := parseNumberKey(key)
				var head bodyHead
				if err == nil {
					_, err = loadBody(t, n, &head)
				}
				if err == nil { // what is not was told before
					v.links = append(v.links, link{head.Base, n})
				}
				return nil
			}, func(error) {}, nil)
		})
		if err != nil {
			return err
		}
		from = next
	}
	return nil
}

// order puts each body right behind the one that it is packed against, or behind
// others that are, so that none has to be unpacked twice.
func (v *verifier) order() []link {
	slices.SortFunc(v.links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.body, b.body))
	})
	bodies := make([]uint64, 0, len(v.links))
	for _, l := range v.links {
		bodies = append(bodies, l.body)
	}
	slices.Sort(bodies)
	list := make([]link, 0, len(v.links))
	var under func(base uint64, depth int)
	under = func(base uint64, depth int) {
		i, _ := slices.BinarySearchFunc(v.links, base, func(l link, base uint64) int { return cmp.Compare(l.base, base) })
		for ; i < len(v.links) && v.links[i].base == base; i++ {
			list = append(list, v.links[i])
			if depth < maxSteps {
				under(v.links[i].body, depth+1)
			}
		}
	}
	for i, l := range v.links {
		if i > 0 && v.links[i-1].base == l.base {
			continue
		}
		if _, known := slices.BinarySearch(bodies, l.base); l.base == 0 || !known {
			under(l.base, 0) // those that stand alone, and those whose base is not looked at
		}
	}
	return list
}

// content is a body, and the article that was made of it.
type content struct {
	link
	frame   []byte
	head    bodyHead
	article *unread
}

// contents unpacks every body, and with it the article that was packed against it.
func (v *verifier) contents(ctx context.Context) error {
	list := v.order()
	at := 0
	if len(v.from) == 8 {
		at = int(min(binary.BigEndian.Uint64(v.from), uint64(len(list))))
	}
	u := unpacker{verifier: v}
	for at < len(list) {
		var batch []content
		err := v.look(ctx, func(t *tree) error {
			size, started := 0, time.Now()
			for at+len(batch) < len(list) && len(batch) < verifyBatch && size < verifyBytes && (len(batch) == 0 || time.Since(started) < readTurn) {
				c, err := v.content(t, list[at+len(batch)])
				if err != nil {
					c.frame = nil // it was told when its record was looked at
				}
				size += len(c.frame)
				batch = append(batch, c)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, c := range batch {
			if c.frame != nil {
				if err := u.unpack(ctx, c); err != nil {
					return err
				}
			}
		}
		at += len(batch)
		v.from = numberKey(uint64(at))
		v.tell()
	}
	return nil
}

func (v *verifier) content(t *tree, l link) (content, error) {
	c := content{link: l}
	frame, err := loadBody(t, l.body, &c.head)
	if err != nil {
		return c, err
	}
	c.frame = append([]byte{}, frame...)
	head, frame, ok, err := v.archive.historian(t, v.site, v.generation).head(l.body)
	if err == nil && ok && head.Refused == "" && head.Dict == l.body {
		c.article = &unread{number: l.body, head: head, frame: append([]byte{}, frame...)}
	}
	return c, err
}

// unpacker has the bodies at hand that the next ones are packed against.
type unpacker struct {
	verifier *verifier
	stack    []opened
}

type opened struct {
	body  uint64
	bytes []byte // nil: it could not be unpacked
}

func (u *unpacker) unpack(ctx context.Context, c content) error {
	v := u.verifier
	for len(u.stack) > 0 && u.stack[len(u.stack)-1].body != c.base {
		u.stack = u.stack[:len(u.stack)-1]
	}
	var base []byte
	if c.base != 0 {
		if len(u.stack) == 0 { // the first after a stop, or what it leans on is not looked at
			var ch chain
			err := v.look(ctx, func(t *tree) (err error) {
				ch, err = v.archive.chain(t, v.site, c.base)
				return err
			})
			if err == nil {
				base, err = v.archive.unchain(v.site, ch)
			}
			if err != nil && !errors.Is(err, ErrCorrupt) {
				return err
			}
			u.stack = append(u.stack, opened{c.base, base})
		}
		base = u.stack[len(u.stack)-1].bytes
	}
	body, err := v.open(c, base)
	if err != nil {
		p := Problem{Loss: LossCapture, Where: fmt.Sprintf("bodies %d", c.body), What: whatOf(err), Means: "this body cannot be read"}
		if err := v.look(ctx, func(t *tree) error { v.affected(t, c.body, &p); return nil }); err != nil && !errors.Is(err, ErrCorrupt) {
			return err
		}
		v.found = append(v.found, p)
	} else if c.article != nil {
		v.openArticle(*c.article, body)
	}
	u.stack = append(u.stack, opened{c.body, body})
	return nil
}

// open unpacks a body and holds it against its digest.
func (v *verifier) open(c content, base []byte) ([]byte, error) {
	if c.base != 0 && base == nil {
		return nil, amiss("body %d, which it is packed against, cannot be read", c.base)
	}
	body, err := v.archive.packer.unpack(c.frame, base, c.head.Size)
	if err != nil {
		return nil, err
	}
	if got := digestOf(body); got != c.head.Digest {
		return nil, amiss("its digest is %s, not %s", got, c.head.Digest)
	}
	return body, nil
}

// unread is an article to be unpacked when the file is let go.
type unread struct {
	number uint64
	head   articleHead
	frame  []byte
	chain  chain // of the body that it was packed against; none where it stands alone
}

// unpackArticles reads the articles that do not lean on the body of their own
// number.
func (v *verifier) unpackArticles() {
	for _, u := range v.articles {
		var body []byte
		var err error
		if len(u.chain.parts) > 0 {
			body, err = v.archive.unchain(v.site, u.chain)
		}
		if err != nil {
			v.hurt(LossDerived, fmt.Sprintf("articles %d", u.number), err, "a re-clean makes it anew")
			continue
		}
		v.openArticle(u, body)
	}
	v.articles = v.articles[:0]
}

// openArticle unpacks an article. That it is the one that was stored its record's
// checksum says, which stands for digest and frame together.
func (v *verifier) openArticle(u unread, body []byte) {
	if _, err := v.archive.articleText(u.number, u.head, u.frame, dictionaryOf(u.head, body)); err != nil {
		v.hurt(LossDerived, fmt.Sprintf("articles %d", u.number), err, "a re-clean makes it anew")
	}
}

// counters holds the counters against what was counted, where no commit came in
// between.
func (v *verifier) counters(ctx context.Context) error {
	now, err := v.archive.state(ctx, v.site)
	if err != nil || now != v.before || v.report.Problems > 0 {
		return err
	}
	if now.Pages != v.report.Pages || now.captures() != v.report.Captures || now.Forgotten != v.gaps || now.Versions != v.report.Versions {
		v.hurt(LossIndex, "meta state", amiss("%d pages, %d captures, %d versions are counted, it says %+v", v.report.Pages, v.report.Captures, v.report.Versions, now), "stats are wrong")
	}
	v.tell()
	return nil
}
