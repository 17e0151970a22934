package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/capture"
)

// Problem is one thing that [Archive.Verify] found hurt.
type Problem struct {
	Where string // "bodies 12", "page 7"
	What  string // what does not hold
	Means string // what it costs
}

// VerifyReport is what Verify looked at.
type VerifyReport struct {
	Pages, Captures, Bodies, Articles, Versions int
	Problems                                    int
}

// Verify looks at everything that a newspaper's file holds, and tells fn each
// thing that is hurt: every page of the file, every record's checksum, every body
// and article unpacked and held against its digest, every index against what it
// leads to and back. Crawls and readers may go on meanwhile. It changes nothing.
// An error is for what kept it from looking, such as a file of unknown format.
func (a *Archive) Verify(ctx context.Context, site string, fn func(Problem)) (VerifyReport, error) {
	v := &verifier{archive: a, site: site, fn: fn, told: map[Problem]bool{}}
	if err := v.run(ctx); err != nil {
		return v.report, fmt.Errorf("verify %s: %w", site, err)
	}
	return v.report, nil
}

// verifyBatch is how many records are read before the file is let go: bodies
// among them are kept until they are unpacked.
const verifyBatch = 64

type verifier struct {
	archive *Archive
	site    string
	fn      func(Problem)
	report  VerifyReport
	gaps    int // numbers of captures that were forgotten
	told    map[Problem]bool
	found   []Problem // since the file was last let go

	generation uint32
	bodies     []unread[bodyHead]
	articles   []unread[articleHead]
}

// unread is something to be unpacked when the file is let go.
type unread[H any] struct {
	number uint64
	head   H
	frame  []byte
	chain  chain
}

func (v *verifier) run(ctx context.Context) error {
	before, err := v.structure(ctx)
	switch {
	case errors.Is(err, ErrCorrupt):
		v.hurt("the file", err, "nothing can be read by the usual way")
		v.tell()
		return nil
	case err != nil:
		return err
	}
	for _, b := range buckets() {
		if err := v.bucket(ctx, b); err != nil {
			return err
		}
	}
	return v.counters(ctx, before)
}

// hurt notes a problem; the caller is told when the file is let go.
func (v *verifier) hurt(where string, err error, means string) {
	v.found = append(v.found, Problem{where, err.Error(), means})
}

func (v *verifier) tell() {
	for _, p := range v.found {
		if !v.told[p] {
			v.told[p] = true
			v.report.Problems++
			v.fn(p)
		}
	}
	v.found = v.found[:0]
}

// structure looks at the pages of the file. It has the file for as long as that
// takes: some tenths of a second for a gigabyte.
func (v *verifier) structure(ctx context.Context) (state stateRecord, err error) {
	defer v.tell()
	err = v.archive.readTree(ctx, v.site, func(t *tree) error {
		if t.metas < 2 {
			v.hurt("the file", fmt.Errorf("%w: one of its two meta pages", ErrCorrupt), "nothing yet, but a crash in a commit could not be undone")
		}
		t.reach(func(err error) {
			v.hurt("the file", err, "what lies on that page is lost, or may be overwritten: write no more to this file")
		})
		if _, err := checkSchema(t, v.site); err != nil {
			return err
		}
		_, err := load(t, bucketMeta, keyState, &state)
		v.generation = state.Generation
		return err
	})
	return state, err
}

// bucket looks at every record of one bucket.
func (v *verifier) bucket(ctx context.Context, b bucket) error {
	var from []byte
	for more := true; more; {
		more = false
		v.bodies, v.articles = nil, nil
		err := v.archive.readTree(ctx, v.site, func(t *tree) error {
			started, n := time.Now(), 0
			return t.scanPast(b, from, func(key, value []byte) error {
				if n++; n > verifyBatch || n > 1 && time.Since(started) > readTurn {
					more = true
					return errStop
				}
				from = after(key)
				v.record(t, b, key, value)
				return nil
			}, func(err error) { v.hurt("bucket "+string(b), err, "the records on that page are lost") })
		})
		if errors.Is(err, ErrCorrupt) {
			v.hurt("bucket "+string(b), err, "the rest of the bucket cannot be read by the usual way")
			more = false
		} else if err != nil {
			return err
		}
		v.unpack()
		v.tell()
	}
	return nil
}

// record looks at one record and at what it must agree with.
func (v *verifier) record(t *tree, b bucket, key, value []byte) {
	payload, err := unseal(b, key, value)
	if err == nil {
		err = v.check(t, b, key, payload)
	}
	if err != nil {
		v.hurt(string(b)+" "+keyText(key), err, meaning(b))
	}
}

func meaning(b bucket) string {
	switch b {
	case bucketCaptures:
		return "the capture cannot be read"
	case bucketBodies:
		return "this body, and those packed against it, cannot be read"
	case bucketDigests, bucketPages, bucketTimes, bucketAddresses, bucketAliases:
		return "something that is stored may not be found"
	case bucketArticles, bucketVersions, bucketHeads, bucketDays:
		return "a re-clean makes it anew"
	case bucketFrontier, bucketDue:
		return "an address may not be fetched"
	case bucketReferences:
		return "new bodies take more room"
	}
	return "the record cannot be read"
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
	c, err := v.archive.chain(t, v.site, n)
	if err != nil {
		return err
	}
	v.bodies = append(v.bodies, unread[bodyHead]{number: n, chain: c})
	head := c.parts[0].head
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
	u := unread[articleHead]{number: n}
	if u.frame, err = splitBlob(payload, &u.head); err != nil {
		return err
	}
	if u.head.Dict != 0 {
		if u.chain, err = v.archive.chain(t, v.site, u.head.Dict); err != nil {
			return err
		}
	}
	if u.head.Refused == "" {
		v.articles = append(v.articles, u)
	}
	return mustHave(t, bucketCaptures, numberKey(n))
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
	v.gaps += len(rec.Captures)
	var errs []error
	for _, n := range rec.Captures {
		there, err := has(t, bucketCaptures, numberKey(n))
		if err == nil && there {
			err = amiss("capture %d was forgotten, and is there", n)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// unpack reads the bodies and articles that were found, the file let go.
func (v *verifier) unpack() {
	for _, u := range v.bodies {
		if _, err := v.archive.unchain(v.site, u.chain); err != nil {
			v.hurt(fmt.Sprintf("bodies %d", u.number), err, meaning(bucketBodies))
		}
	}
	for _, u := range v.articles {
		art, err := v.unpackArticle(u)
		if err == nil && art.Digest() != u.head.Digest {
			err = amiss("its digest is %s, not %s", art.Digest(), u.head.Digest)
		}
		if err != nil {
			v.hurt(fmt.Sprintf("articles %d", u.number), err, meaning(bucketArticles))
		}
	}
}

func (v *verifier) unpackArticle(u unread[articleHead]) (cleaner.Article, error) {
	var dictionary []byte
	if len(u.chain.parts) > 0 {
		var err error
		if dictionary, err = v.archive.unchain(v.site, u.chain); err != nil {
			return cleaner.Article{}, err
		}
	}
	return v.archive.unpackArticle(u.number, u.head, u.frame, dictionary)
}

// counters holds the counters against what was counted, where no commit came in
// between.
func (v *verifier) counters(ctx context.Context, before stateRecord) error {
	var now stateRecord
	err := v.archive.read(ctx, v.site, func(r reader) error {
		_, err := load(r, bucketMeta, keyState, &now)
		return err
	})
	if err != nil || now != before || v.report.Problems > 0 {
		return err
	}
	if now.Pages != v.report.Pages || now.captures() != v.report.Captures || now.Forgotten != v.gaps || now.Versions != v.report.Versions {
		v.hurt("meta state", amiss("%d pages, %d captures, %d versions are counted, it says %+v", v.report.Pages, v.report.Captures, v.report.Versions, now), "stats are wrong")
	}
	v.tell()
	return nil
}
