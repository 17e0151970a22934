package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"baoluu/archive/capture"
)

// What verify holds each record against.

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
	if b == bucketBodies {
		if second, e := loadPayload(t, bucketCopies, key); e == nil && second != nil {
			kind, means = LossIndex, "its second copy is read instead"
		}
	}
	if errors.Is(err, errStillThere) {
		means = "what was taken out by law can be found"
	}
	p := v.problem(kind, recordName(b, key), err, means)
	p.Name = recordWords(v.site, b, key)
	if n, err := parseNumberKey(key); err == nil && kind == LossCapture && b != bucketRequests {
		v.affected(t, n, &p)
	}
	v.found = append(v.found, p)
}

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
	case bucketRequests:
		return LossCapture, "what was asked for some captures cannot be read"
	case bucketBodies:
		return LossCapture, "this body cannot be read"
	case bucketCopies:
		return LossIndex, "a body that others lean on is stored only once"
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
	case bucketRequests:
		return v.form(key, payload)
	case bucketBodies:
		return v.body(t, key, payload)
	case bucketCopies:
		return v.second(t, key, payload)
	case bucketDigests:
		return v.digest(t, key, payload)
	case bucketReferences:
		return v.reference(t, key, payload)
	case bucketPages:
		return errors.Join(v.gone(t, key), v.page(t, key, payload))
	case bucketTimes:
		return v.moment(t, key)
	case bucketAddresses:
		return errors.Join(v.gone(t, key), v.address(t, payload))
	case bucketAliases:
		return errors.Join(v.gone(t, key), v.alias(t, key))
	case bucketArticles:
		return v.article(t, key, payload)
	case bucketVersions:
		return v.version(t, key, payload)
	case bucketHeads:
		return v.head(t, key, payload)
	case bucketDays:
		return v.day(t, key)
	case bucketFrontier:
		return errors.Join(v.gone(t, key), v.entry(t, key, payload))
	case bucketDue:
		return v.due(t, key)
	case bucketRuns:
		_, err := runsTable.decode(payload)
		return err
	case bucketForgotten:
		return v.forgotten(t, key, payload)
	}
	return nil // meta was read first, and hosts are the crawler's own
}

// errStillThere says that what was forgotten is there.
var errStillThere = errors.New("it was taken out by \"forget\", and is there")

// gone looks whether a name was forgotten: nothing stands under it then.
func (v *verifier) gone(t *tree, name []byte) error {
	_, forgotten, err := v.before.forgotten(t, string(name))
	if err == nil && forgotten {
		err = say(ErrCorrupt, "%w", errStillThere)
	}
	return err
}

// mustLoad reads a record that has to be there.
func mustLoad[K, V any](r reader, t table[K, V], k K) (V, error) {
	v, ok, err := t.load(r, k)
	if err == nil && !ok {
		err = t.mustHave(r, k)
	}
	return v, err
}

func (v *verifier) capture(t *tree, key, payload []byte) error {
	v.report.Captures++
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	s, ok := fastCapture(payload)
	if !ok {
		if s, err = decodeStored(payload); err != nil {
			return err
		}
	}
	c := s.Capture
	page, err := loadAlias(t, c.Page)
	if err != nil {
		return err
	}
	errs := []error{
		timesTable(page).mustHave(t, momentOf(c)),
		pagesTable.mustHave(t, page),
		addressesTable.mustHave(t, c.URL),
	}
	if c.Number != n {
		errs = append(errs, amiss("it says that it is capture %d", c.Number))
	}
	if c.Digest != "" {
		body, err := bodyNumber(t, c.Digest)
		if err == nil && body == 0 && (c.Kind != capture.Revisit || c.RevisitOf != 0) {
			err = amiss("its body is missing")
		}
		errs = append(errs, err)
	}
	if s.Request != nil && s.Request.Form != "" {
		form, err := parseForm(s.Request.Form)
		if err == nil {
			err = requestsTable.mustHave(t, form)
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
	if err = errors.Join(errs...); err == nil {
		v.facts.addCapture(c, page)
	}
	return err
}

// form looks at what requests have alike.
func (v *verifier) form(key, payload []byte) error {
	if id := formOf(payload); !bytes.Equal(key, id[:]) {
		return amiss("its key is of another form")
	}
	var form formRecord
	if err := json.Unmarshal(payload, &form); err != nil {
		return err
	}
	for i, part := range form.Parts {
		if i%2 == 1 && !slices.Contains([]string{placeTarget, placeETag, placeModified, placeOwn}, part) {
			return amiss("an unknown place %.40q", part)
		}
	}
	return nil
}

func (v *verifier) body(t *tree, key, payload []byte) error {
	v.report.Bodies++
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	var head bodyHead
	if _, err := splitBlob(payload, &head); err != nil {
		return err
	}
	v.links = append(v.links, link{head.Base, n})
	if head.Depth == 1 { // how many lean on a page's base is not counted
		v.mustHaveSecond(t, head.Base)
	}
	back, err := bodyNumber(t, head.Digest)
	if err == nil && back != n {
		err = amiss("its digest leads to body %d", back)
	}
	depth := 0
	if head.Base != 0 {
		base, err := v.depthOf(t, head.Base)
		if err != nil {
			return err
		}
		depth = base + 1
	}
	if head.Depth != depth {
		err = errors.Join(err, amiss("it says that it is %d steps from a body that stands alone, and is %d", head.Depth, depth))
	}
	if err = errors.Join(err, v.mustHaveCapture(t, n)); err == nil {
		v.facts.addBody(n, head)
	}
	return err
}

// mustHaveSecond looks whether a body that others lean on is stored twice. 0 is none.
func (v *verifier) mustHaveSecond(t *tree, n uint64) {
	if n == 0 || v.carriers[n] || !v.twice {
		return
	}
	v.carriers[n] = true
	payload, err := copiesTable.payload(t, n)
	if err == nil && payload == nil {
		err = amiss("it is missing")
	}
	if err != nil {
		kind, means := meaning(bucketCopies)
		p := v.problem(kind, recordName(bucketCopies, numberKey(n)), err, means)
		p.Name = recordWords(v.site, bucketCopies, numberKey(n))
		v.found = append(v.found, p)
	}
}

// second holds a second copy against the body. One that cannot be read is told of where
// the bodies are looked at.
func (v *verifier) second(t *tree, key, payload []byte) error {
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	var head bodyHead
	if _, err := splitBlob(payload, &head); err != nil {
		return err
	}
	body, err := loadPayload(t, bucketBodies, key)
	switch {
	case errors.Is(err, ErrCorrupt):
		return nil
	case err != nil:
		return err
	case body == nil:
		return amiss("there is no body %d", n)
	case !bytes.Equal(body, payload):
		return amiss("it is not the same as body %d", n)
	}
	return nil
}

// depthOf is how many steps a body is from one that stands alone, by what it says.
func (v *verifier) depthOf(t *tree, n uint64) (int, error) {
	if depth, known := v.facts.depth(n); known {
		return depth, nil
	}
	body, err := loadBody(t, n)
	return body.Depth, err
}

func (v *verifier) mustHaveCapture(t *tree, n uint64) error {
	if v.facts.of(n).capture {
		return nil
	}
	return capturesTable.mustHave(t, n)
}

func (v *verifier) mustHaveBody(t *tree, n uint64) error {
	if v.facts.of(n).hasBody {
		return nil
	}
	ok, err := hasBody(t, n)
	if err == nil && !ok {
		err = missingBody(n)
	}
	return err
}

func (v *verifier) mustHaveMoment(t *tree, page string, m moment) error {
	if v.facts.isCapture(page, m) {
		return nil
	}
	return timesTable(page).mustHave(t, m)
}

func (v *verifier) digest(t *tree, key, payload []byte) error {
	digest, err := parseDigestKey(key)
	if err != nil {
		return err
	}
	n, err := parseNumberKey(payload)
	if err != nil || v.facts.isBody(n, digest) {
		return err
	}
	body, err := loadBody(t, n)
	if err != nil {
		return err
	}
	if body.Digest != digest {
		return amiss("body %d has the digest %s", n, body.Digest)
	}
	return nil
}

func (v *verifier) reference(t *tree, key, payload []byte) error {
	ref, err := referencesTable.decode(payload)
	if err != nil {
		return err
	}
	n, err := parseNumberKey(key)
	if err != nil {
		return err
	}
	body, err := loadBody(t, n)
	if err != nil {
		return err
	}
	if body.Base != 0 || int(body.Size) != ref.Size {
		return amiss("body %d is packed against another one, or of another size", n)
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
	rec, ok := fastPage(payload)
	if !ok {
		if err := json.Unmarshal(payload, &rec); err != nil {
			return amiss(unreadable)
		}
	}
	if err := v.pageCounts(t, page, rec); err != nil {
		return err
	}
	if rec.Base != 0 {
		depth, err := v.depthOf(t, rec.Base)
		if err != nil {
			return err
		}
		if depth >= maxSteps {
			return amiss("its base is body %d, which is %d steps from one that stands alone", rec.Base, depth)
		}
	}
	return nil
}

func (v *verifier) pageCounts(t *tree, page string, rec pageRecord) error {
	moments, err := momentsOf(t, page, unbounded())
	if err != nil || v.facts.isPage(rec, moments) {
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
		return amiss("it counts %d captures, the newest of %s; there are %d, the newest of %s",
			rec.Captures, said(rec.Newest), counted.Captures, said(counted.Newest))
	}
	return nil
}

func (v *verifier) moment(t *tree, key []byte) error {
	page, m, err := parseMomentKey(key)
	if err != nil || v.facts.isCapture(page, m) {
		return err
	}
	c, err := loadCapture(t, m.Number)
	if err != nil {
		return err
	}
	of, err := loadAlias(t, c.Page)
	if err == nil && (of != page || c.Time.UnixMilli() != m.At) {
		err = amiss("capture %d is of page %s at %s", m.Number, of, c.Time.Format(time.RFC3339))
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
	return pagesTable.mustHave(t, page)
}

func (v *verifier) alias(t *tree, key []byte) error {
	page, err := parsePageKey(key)
	if err != nil {
		return err
	}
	of, err := loadAlias(t, page)
	if err != nil {
		return err
	}
	if err := v.gone(t, pageKey(of)); err != nil {
		return err
	}
	known, err := pagesTable.has(t, page)
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
	if u.articleRecord, err = articlesLayout.decode(payload); err != nil {
		return err
	}
	// One that leans on the body of its own number is unpacked with that.
	if u.Refused == "" && u.Dict != n {
		if u.Dict != 0 {
			if u.chain, err = v.archive.bodies(v.site).chain(t, u.Dict); err != nil {
				return err
			}
		}
		u.frame = bytes.Clone(u.frame)
		v.articles = append(v.articles, u)
	}
	if u.Dict == n {
		err = v.mustHaveBody(t, n)
	}
	if err = errors.Join(err, v.mustHaveCapture(t, n)); err == nil {
		v.facts.addArticle(n, u.articleHead)
	}
	return err
}

func (v *verifier) version(t *tree, key, payload []byte) error {
	g, page, n, err := parseVersionKey(key)
	if err != nil || g != v.generation {
		return err
	}
	v.report.Versions++
	w, err := versionsLayout.decode(payload)
	if err != nil {
		return err
	}
	head, err := mustLoad(t, headsTable(g), page)
	if err != nil {
		return err
	}
	if n < 1 || n > head.Versions {
		return amiss("the page has %d versions", head.Versions)
	}
	if n > 1 {
		before, err := mustLoad(t, versionsTable(g, page), n-1)
		if err != nil {
			return err
		}
		if w.Captured.Before(before.Seen) {
			return amiss("it begins before the version before it ends")
		}
	}
	err = v.versionState(t, g, n, w)
	return errors.Join(err,
		v.mustHaveMoment(t, page, moment{w.Captured.UnixMilli(), w.First}),
		v.mustHaveMoment(t, page, moment{w.Seen.UnixMilli(), w.Last}))
}

// versionState holds a version against its article, or against its having none.
func (v *verifier) versionState(t *tree, g uint32, n int, w versionRecord) error {
	if w.gone() {
		if n == 1 || w.Article != 0 {
			return amiss("of a page that is gone it names an article, or it is the first of all")
		}
		return nil
	}
	if v.facts.isArticle(w.Article, w.Digest) {
		return nil
	}
	article, ok, err := articlesTable(g).load(t, w.Article)
	if err == nil && (!ok || article.Digest != w.Digest) {
		err = amiss("article %d is not its article", w.Article)
	}
	for _, r := range w.Readings {
		err = errors.Join(err, articlesTable(g).mustHave(t, r.Article))
	}
	return err
}

func (v *verifier) head(t *tree, key, payload []byte) error {
	g, page, err := parseHeadKey(key)
	if err != nil || g != v.generation {
		return err
	}
	head, err := headsLayout.decode(payload)
	if err != nil {
		return err
	}
	err = errors.Join(pagesTable.mustHave(t, page), versionsTable(g, page).mustHave(t, head.Versions))
	if day := head.day(); day != "" {
		err = errors.Join(err, daysTable(g, day).mustHave(t, page))
	}
	return err
}

func (v *verifier) day(t *tree, key []byte) error {
	g, day, page, err := parseDayKey(key)
	if err != nil || g != v.generation {
		return err
	}
	head, err := mustLoad(t, headsTable(g), page)
	if err != nil {
		return err
	}
	if head.day() != day {
		return amiss("the page was published on the day %q", head.day())
	}
	return nil
}

func (v *verifier) entry(t *tree, key, payload []byte) error {
	e, err := frontierTable.decode(payload)
	if err != nil {
		return err
	}
	if e.Page != string(key) {
		return amiss("it says that it is of page %s", e.Page)
	}
	if e.Due.IsZero() {
		return nil
	}
	return dueTable(e.Class).mustHave(t, dueOf(e))
}

func (v *verifier) due(t *tree, key []byte) error {
	class, due, page, err := parseDueKey(key)
	if err != nil {
		return err
	}
	e, err := mustLoad(t, frontierTable, page)
	if err != nil {
		return err
	}
	if e.Class != class || e.Due.IsZero() || dueMilli(e.Due) != uint64(due.UnixMilli()) {
		return amiss("the address is to be fetched at %s, in class %d", e.Due.Format(time.RFC3339), e.Class)
	}
	return nil
}

// forgotten looks whether what was taken out is out.
func (v *verifier) forgotten(t *tree, key, payload []byte) error {
	if _, err := parseDigestKey(key); err != nil {
		return err
	}
	rec, err := forgottenTable.decode(payload)
	if err != nil {
		return err
	}
	if rec.Of != "" {
		of, err := parseDigest(rec.Of)
		if err != nil {
			return err
		}
		return forgottenTable.mustHave(t, of)
	}
	var errs []error
	for _, n := range rec.Captures {
		if n <= v.before.Last {
			v.gaps++
		}
		there, err := capturesTable.has(t, n)
		if err == nil && there {
			err = say(ErrCorrupt, "capture %d: %w", n, errStillThere)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
