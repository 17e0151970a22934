package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// What verify holds each record against.

// kind says of a bucket's records what it costs that one is damaged, and what each must
// agree with.
type kind struct {
	loss  Loss
	means string
	// check holds a record against others; nil: only its checksum is looked at.
	check func(v *verifier, t *store.Tree, k schema.Key, payload []byte) error
	// named: the keys are names of pages or addresses, and such a name may be forgotten.
	named bool
}

const (
	meansIndex    = "something that is stored may not be found"
	meansDerived  = "a re-clean rebuilds it"
	meansSchedule = "an address may not be fetched"
	meansOther    = "the record cannot be read"
	meansBody     = "this body cannot be read"
	meansCopy     = "a body that others need is stored only once"
	meansNeeds    = "\"forget\" may leave behind what a page needs, or take what another one does"
)

var kinds = map[schema.Bucket]kind{
	schema.BucketMeta:         {loss: LossIndex, means: meansOther}, // it was read first
	schema.BucketCaptures:     {LossCapture, "the capture cannot be read", (*verifier).capture, false},
	schema.BucketRequests:     {LossCapture, "what was asked for some captures cannot be read", (*verifier).form, false},
	schema.BucketBodies:       {LossCapture, meansBody, (*verifier).body, false},
	schema.BucketCopies:       {LossIndex, meansCopy, (*verifier).second, false},
	schema.BucketDigests:      {LossIndex, meansIndex, (*verifier).digest, false},
	schema.BucketReferences:   {LossIndex, "new bodies take more room", (*verifier).reference, false},
	schema.BucketPages:        {LossIndex, meansIndex, (*verifier).page, true},
	schema.BucketTimes:        {LossIndex, meansIndex, (*verifier).position, false},
	schema.BucketAddresses:    {LossIndex, meansIndex, (*verifier).address, true},
	schema.BucketAliases:      {LossIndex, meansIndex, (*verifier).alias, true},
	schema.BucketNeeds:        {LossIndex, meansNeeds, (*verifier).needs, false},
	schema.BucketNeeded:       {LossIndex, meansNeeds, (*verifier).needed, true},
	schema.BucketRuns:         {LossIndex, meansOther, (*verifier).crawl, false},
	schema.BucketDescriptions: {LossIndex, "without the newspaper's own file its pages may be read otherwise", (*verifier).description, false},
	schema.BucketForgotten:    {LossIndex, "what was forgotten may be captured again", (*verifier).forgotten, false},
	schema.BucketArticles:     {LossDerived, meansDerived, (*verifier).article, false},
	schema.BucketVersions:     {LossDerived, meansDerived, (*verifier).version, false},
	schema.BucketHeads:        {LossDerived, meansDerived, (*verifier).head, false},
	schema.BucketDays:         {LossDerived, meansDerived, (*verifier).day, false},
	schema.BucketFrontier:     {LossIndex, meansSchedule, (*verifier).entry, true},
	schema.BucketDue:          {LossIndex, meansSchedule, (*verifier).due, false},
	schema.BucketHosts:        {loss: LossIndex, means: meansOther}, // the crawler's own JSON
}

// record looks at one record and at what it must agree with.
func (v *verifier) record(t *store.Tree, b schema.Bucket, key, value []byte) {
	payload, err := schema.Unseal(b, key, value)
	if err == nil {
		err = v.check(t, b, key, payload)
	}
	if err == nil {
		return
	}
	loss, means := kinds[b].loss, kinds[b].means
	if b == schema.BucketBodies {
		if second, e := schema.Raw(schema.BucketCopies).Payload(t, key); e == nil && second != nil {
			loss, means = LossIndex, "its second copy is read instead"
		}
	}
	if errors.Is(err, errStillThere) {
		means = "what was taken out by law can be found"
	}
	p := v.recordProblem(loss, b, key, err, means)
	if n, err := schema.ParseNumberKey(key); err == nil && loss == LossCapture && b != schema.BucketRequests {
		v.affected(t, n, &p)
	}
	v.found = append(v.found, p)
}

func (v *verifier) check(t *store.Tree, b schema.Bucket, key, payload []byte) error {
	kind := kinds[b]
	k, err := b.ParseKey(key)
	// Derived records of another generation are those of a re-clean that is not finished yet.
	if err != nil || kind.check == nil || kind.loss == LossDerived && k.Generation != v.generation {
		return err
	}
	if kind.named {
		err = v.gone(t, k.Page)
	}
	return errors.Join(err, kind.check(v, t, k, payload))
}

// recordProblem is a problem of one record.
func (v *verifier) recordProblem(loss Loss, b schema.Bucket, key []byte, err error, means string) Problem {
	p := v.problem(loss, schema.RecordName(b, key), err, means)
	p.Name = schema.RecordWords(v.file.Site, b, key)
	return p
}

// affected notes in p of which page and versions capture n is, as far as that can be read.
func (v *verifier) affected(t *store.Tree, n uint64, p *Problem) {
	c, err := schema.LoadCapture(t, n)
	if err != nil {
		return
	}
	page, err := schema.LoadAlias(t, c.Page)
	if err != nil {
		return
	}
	p.Page, p.Captured = page, c.Time
	list, err := schema.StoredVersions(t, v.generation, page)
	if err != nil {
		return
	}
	for i, w := range list {
		if w.Article == n {
			p.Versions = append(p.Versions, i+1)
		}
	}
}

// errStillThere says that what was forgotten is in the file.
var errStillThere = errors.New("it was taken out by \"forget\", and is there")

// gone is an error where a name was forgotten: no record may have it then.
func (v *verifier) gone(t *store.Tree, name string) error {
	_, forgotten, err := v.before.IsForgotten(t, name)
	if err == nil && forgotten {
		err = schema.Say(schema.ErrCorrupt, "%w", errStillThere)
	}
	return err
}

// mustLoad reads a record that has to be there.
func mustLoad[K, V any](r schema.Reader, t schema.Table[K, V], k K) (V, error) {
	v, ok, err := t.Load(r, k)
	if err == nil && !ok {
		err = t.MustHave(r, k)
	}
	return v, err
}

func (v *verifier) capture(t *store.Tree, k schema.Key, payload []byte) error {
	s, ok := fastCapture(payload)
	if !ok {
		var err error
		if s, err = schema.Captures.Decode(payload); err != nil {
			return err
		}
	}
	c := s.Capture
	if sites.IsAsset(c.Page) {
		v.report.AssetCaptures++
	} else {
		v.report.Captures++
	}
	page, err := schema.LoadAlias(t, c.Page)
	if err != nil {
		return err
	}
	errs := []error{
		schema.Times(page).MustHave(t, schema.PositionOf(c)),
		schema.Pages.MustHave(t, page),
	}
	if !sites.IsAsset(page) {
		errs = append(errs, schema.Addresses.MustHave(t, c.URL))
	}
	if c.Number != k.Number {
		errs = append(errs, schema.Corrupt("it says that it is capture %d", c.Number))
	}
	if c.Digest != "" {
		body, err := schema.BodyNumber(t, c.Digest)
		if err == nil && body == 0 && (c.Kind != capture.Revisit || c.RevisitOf != 0) {
			err = schema.Corrupt("its body is missing")
		}
		errs = append(errs, err)
	}
	if s.Request != nil && s.Request.Form != "" {
		form, err := schema.ParseForm(s.Request.Form)
		if err == nil {
			err = schema.Requests.MustHave(t, form)
		}
		errs = append(errs, err)
	}
	if c.RevisitOf != 0 {
		of, err := schema.LoadCapture(t, c.RevisitOf)
		if err == nil && of.Digest != c.Digest {
			err = schema.Corrupt("capture %d, which it repeats, has other bytes", c.RevisitOf)
		}
		errs = append(errs, err)
	}
	if err = errors.Join(errs...); err == nil {
		v.facts.addCapture(c, page)
	}
	return err
}

// form looks at what several requests have in common.
func (v *verifier) form(_ *store.Tree, k schema.Key, payload []byte) error {
	if schema.FormID(k.Number) != schema.FormOf(payload) {
		return schema.Corrupt("its key is of another form")
	}
	var form schema.Form
	if err := json.Unmarshal(payload, &form); err != nil {
		return err
	}
	for i, part := range form.Parts {
		if i%2 == 1 && !slices.Contains([]string{schema.PlaceTarget, schema.PlaceETag, schema.PlaceModified, schema.PlaceOwn}, part) {
			return schema.Corrupt("an unknown place %.40q", part)
		}
	}
	return nil
}

func (v *verifier) body(t *store.Tree, k schema.Key, payload []byte) error {
	v.report.Bodies++
	n := k.Number
	head, err := schema.Bodies.Decode(payload)
	if err != nil {
		return err
	}
	v.links = append(v.links, link{head.Base, n})
	if head.Depth == 1 { // of a page's base it is not known whether so many are packed against it
		v.mustHaveSecond(t, head.Base)
	}
	back, err := schema.BodyNumber(t, head.Digest)
	if err == nil && back != n {
		err = schema.Corrupt("its digest leads to body %d", back)
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
		err = errors.Join(err, schema.Corrupt("it says that it is %d steps from a body that stands alone, and is %d", head.Depth, depth))
	}
	if err = errors.Join(err, v.mustHaveCapture(t, n)); err == nil {
		v.facts.addBody(n, head.BodyHead)
	}
	return err
}

// mustHaveSecond looks whether a base body is stored twice. 0 is none.
func (v *verifier) mustHaveSecond(t *store.Tree, n uint64) {
	if n == 0 || v.carriers[n] || !v.twice {
		return
	}
	v.carriers[n] = true
	payload, err := schema.Copies.Payload(t, n)
	if err == nil && payload == nil {
		err = schema.Corrupt("it is missing")
	}
	if err != nil {
		v.found = append(v.found, v.recordProblem(LossIndex, schema.BucketCopies, schema.NumberKey(n), err, meansCopy))
	}
}

// second holds a second copy against the body. One that cannot be read is reported where
// the bodies are looked at.
func (v *verifier) second(t *store.Tree, k schema.Key, payload []byte) error {
	if _, err := schema.Copies.Decode(payload); err != nil {
		return err
	}
	body, err := schema.Bodies.Payload(t, k.Number)
	switch {
	case errors.Is(err, schema.ErrCorrupt):
		return nil
	case err != nil:
		return err
	case body == nil:
		return schema.Corrupt("there is no body %d", k.Number)
	case !bytes.Equal(body, payload):
		return schema.Corrupt("it is not the same as body %d", k.Number)
	}
	return nil
}

// depthOf is how many steps a body is from one that stands alone, by what it says.
func (v *verifier) depthOf(t *store.Tree, n uint64) (int, error) {
	if depth, known := v.facts.depth(n); known {
		return depth, nil
	}
	body, err := schema.LoadBody(t, n)
	return body.Depth, err
}

func (v *verifier) mustHaveCapture(t *store.Tree, n uint64) error {
	if v.facts.of(n).capture {
		return nil
	}
	return schema.Captures.MustHave(t, n)
}

func (v *verifier) mustHaveBody(t *store.Tree, n uint64) error {
	if v.facts.of(n).hasBody {
		return nil
	}
	ok, err := schema.HasBody(t, n)
	if err == nil && !ok {
		err = schema.MissingBody(n)
	}
	return err
}

func (v *verifier) mustHavePosition(t *store.Tree, page string, m schema.Position) error {
	if v.facts.isCapture(page, m) {
		return nil
	}
	return schema.Times(page).MustHave(t, m)
}

func (v *verifier) digest(t *store.Tree, k schema.Key, payload []byte) error {
	digest := k.Digest.String()
	n, err := schema.ParseNumberKey(payload)
	if err != nil || v.facts.isBody(n, digest) {
		return err
	}
	body, err := schema.LoadBody(t, n)
	if err != nil {
		return err
	}
	if body.Digest != digest {
		return schema.Corrupt("body %d has the digest %s", n, body.Digest)
	}
	return nil
}

func (v *verifier) reference(t *store.Tree, k schema.Key, payload []byte) error {
	ref, err := schema.References.Decode(payload)
	if err != nil {
		return err
	}
	body, err := schema.LoadBody(t, k.Number)
	if err != nil {
		return err
	}
	if body.Base != 0 || int(body.Size) != ref.Size {
		return schema.Corrupt("body %d is packed against another one, or of another size", k.Number)
	}
	return nil
}

// page counts a page's captures again.
func (v *verifier) page(t *store.Tree, k schema.Key, payload []byte) error {
	if sites.IsAsset(k.Page) {
		v.report.Assets++
	} else {
		v.report.Pages++
	}
	rec, err := schema.Pages.Decode(payload)
	if err == nil {
		err = v.pageCounts(t, k.Page, rec)
	}
	if err != nil {
		return err
	}
	if rec.Base != 0 {
		depth, err := v.depthOf(t, rec.Base)
		if err != nil {
			return err
		}
		if depth >= schema.MaxSteps {
			return schema.Corrupt("its base is body %d, which is %d steps from one that stands alone", rec.Base, depth)
		}
	}
	return nil
}

func (v *verifier) pageCounts(t *store.Tree, page string, rec schema.Page) error {
	positions, err := schema.Positions(t, page, schema.Unbounded())
	if err != nil || v.facts.isPage(rec, positions) {
		return err
	}
	counted := schema.Page{ID: rec.ID, Base: rec.Base}
	for _, m := range positions {
		c, err := schema.LoadCapture(t, m.Number)
		if err != nil {
			return err
		}
		counted.Count(c, m)
	}
	if counted != rec {
		return schema.Corrupt("it counts %d captures, the newest of %s; there are %d, the newest of %s",
			rec.Captures, rec.Newest, counted.Captures, counted.Newest)
	}
	return nil
}

func (v *verifier) position(t *store.Tree, k schema.Key, _ []byte) error {
	m := schema.Position{At: k.At, Number: k.Number}
	if v.facts.isCapture(k.Page, m) {
		return nil
	}
	c, err := schema.LoadCapture(t, m.Number)
	if err != nil {
		return err
	}
	of, err := schema.LoadAlias(t, c.Page)
	if err == nil && (of != k.Page || c.Time.UnixMilli() != m.At) {
		err = schema.Corrupt("capture %d is of page %s at %s", m.Number, of, c.Time.Format(time.RFC3339))
	}
	return err
}

func (v *verifier) address(t *store.Tree, _ schema.Key, payload []byte) error {
	to, err := schema.BucketPages.ParseKey(payload)
	if err != nil {
		return err
	}
	page, err := schema.LoadAlias(t, to.Page)
	if err != nil {
		return err
	}
	return schema.Pages.MustHave(t, page)
}

func (v *verifier) alias(t *store.Tree, k schema.Key, _ []byte) error {
	of, err := schema.LoadAlias(t, k.Page)
	if err != nil {
		return err
	}
	if err := v.gone(t, of); err != nil {
		return err
	}
	known, err := schema.Pages.Has(t, k.Page)
	if err == nil && known {
		err = schema.Corrupt("the page has captures of its own")
	}
	return err
}

func (v *verifier) article(t *store.Tree, k schema.Key, payload []byte) (err error) {
	v.report.Articles++
	n := k.Number
	u := unread{number: n}
	if u.Article, err = schema.Articles(v.generation).Decode(payload); err != nil {
		return err
	}
	// One that is packed against the body of its own number is unpacked with that.
	if u.Refused == "" && u.Dict != n {
		if u.Dict != 0 {
			if u.chain, err = v.bodies.Chain(t, u.Dict); err != nil {
				return err
			}
		}
		u.Frame = bytes.Clone(u.Frame)
		v.articles = append(v.articles, u)
	}
	if u.Dict == n {
		err = v.mustHaveBody(t, n)
	}
	if err = errors.Join(err, v.mustHaveCapture(t, n)); err == nil {
		v.facts.addArticle(n, u.ArticleHead)
	}
	return err
}

func (v *verifier) version(t *store.Tree, k schema.Key, payload []byte) error {
	v.report.Versions++
	g, page, n := k.Generation, k.Page, k.Version
	w, err := schema.Versions(g, page).Decode(payload)
	if err != nil {
		return err
	}
	head, err := mustLoad(t, schema.Heads(g), page)
	if err != nil {
		return err
	}
	if n < 1 || n > head.Versions {
		return schema.Corrupt("the page has %d versions", head.Versions)
	}
	if n > 1 {
		before, err := mustLoad(t, schema.Versions(g, page), n-1)
		if err != nil {
			return err
		}
		if w.Captured.Before(before.Seen) {
			return schema.Corrupt("it begins before the version before it ends")
		}
	}
	err = v.versionState(t, g, n, w)
	return errors.Join(err,
		v.mustHavePosition(t, page, schema.Position{At: w.Captured.UnixMilli(), Number: w.First}),
		v.mustHavePosition(t, page, schema.Position{At: w.Seen.UnixMilli(), Number: w.Last}))
}

// versionState holds a version against its article, or against its having none.
func (v *verifier) versionState(t *store.Tree, g uint32, n int, w schema.Version) error {
	if w.Gone() {
		if n == 1 || w.Article != 0 {
			return schema.Corrupt("of a page that is gone it names an article, or it is the first of all")
		}
		return nil
	}
	var err error
	for _, r := range w.Readings {
		err = errors.Join(err, schema.Articles(g).MustHave(t, r.Article))
	}
	if v.facts.isArticle(w.Article, w.Digest) {
		return err
	}
	article, ok, e := schema.Articles(g).Load(t, w.Article)
	if e == nil && (!ok || article.Digest != w.Digest) {
		e = schema.Corrupt("article %d is not its article", w.Article)
	}
	return errors.Join(e, err)
}

func (v *verifier) head(t *store.Tree, k schema.Key, payload []byte) error {
	g, page := k.Generation, k.Page
	head, err := schema.Heads(g).Decode(payload)
	if err != nil {
		return err
	}
	err = errors.Join(schema.Pages.MustHave(t, page), schema.Versions(g, page).MustHave(t, head.Versions))
	if day := head.Day(); day != "" {
		err = errors.Join(err, schema.Days(g, day).MustHave(t, page))
	}
	return err
}

func (v *verifier) day(t *store.Tree, k schema.Key, _ []byte) error {
	head, err := mustLoad(t, schema.Heads(k.Generation), k.Page)
	if err != nil {
		return err
	}
	if head.Day() != k.Day {
		return schema.Corrupt("the page was published on the day %q", head.Day())
	}
	return nil
}

func (v *verifier) entry(t *store.Tree, k schema.Key, payload []byte) error {
	e, err := schema.Frontier.Decode(payload)
	if err != nil {
		return err
	}
	if e.Page != k.Page {
		return schema.Corrupt("it says that it is of page %s", e.Page)
	}
	if e.Due.IsZero() {
		return nil
	}
	return schema.Due(e.Class).MustHave(t, schema.DueOf(e))
}

func (v *verifier) due(t *store.Tree, k schema.Key, _ []byte) error {
	e, err := mustLoad(t, schema.Frontier, k.Page)
	if err != nil {
		return err
	}
	if e.Class != k.Class || e.Due.IsZero() || schema.DueMilli(e.Due) != k.At {
		return schema.Corrupt("the address is to be fetched at %s, in class %d", e.Due.Format(time.RFC3339), e.Class)
	}
	return nil
}

func (v *verifier) crawl(_ *store.Tree, _ schema.Key, payload []byte) error {
	_, err := schema.Runs.Decode(payload)
	return err
}

func (v *verifier) description(_ *store.Tree, _ schema.Key, payload []byte) error {
	_, err := schema.Descriptions.Decode(payload)
	return err
}

// forgotten looks whether what was taken out is out.
func (v *verifier) forgotten(t *store.Tree, _ schema.Key, payload []byte) error {
	rec, err := schema.Tombstones.Decode(payload)
	if err != nil {
		return err
	}
	if rec.Of != "" {
		of, err := schema.ParseDigest(rec.Of)
		if err != nil {
			return err
		}
		return schema.Tombstones.MustHave(t, of)
	}
	var errs []error
	for _, n := range rec.Captures {
		if n <= v.before.Last {
			v.gaps++
		}
		there, err := schema.Captures.Has(t, n)
		if err == nil && there {
			err = schema.Say(schema.ErrCorrupt, "capture %d: %w", n, errStillThere)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
