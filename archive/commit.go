package archive

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/capture"
)

// Commit stores a batch: all of it, durably, or nothing. Aliases are joined
// first, then the captures are numbered in their order, then the rest is
// written. The work of packing is done before the file is opened, so that nobody
// waits for it; keep a batch to some dozens of captures.
//
// A capture that is there already (page, address, time and digest are equal) is
// not stored again, but gets its body where it was there without (mend.go). One
// that brings the bytes of the capture before it becomes a revisit. Captures may
// come in any order of time: one that is older than what the page has makes its
// whole history anew, so that it reads as if all had come in order.
func (a *Archive) Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error) {
	if err := checkSite(site); err != nil {
		return nil, err
	}
	kept, err := checkBatch(b)
	if err != nil {
		return nil, err
	}
	w := a.writer(site)
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Another process may commit in between, and change what was prepared for:
	// prepare again, then.
	for range 3 {
		var works []work
		if works, err = a.prepare(ctx, site, w, b, kept); err != nil {
			return nil, fmt.Errorf("commit to %s: %w", site, err)
		}
		var puts []capture.Put
		var used map[uint64]usage
		err = a.update(ctx, site, func(s store) error {
			puts, used, err = a.apply(s, site, b, kept, works)
			return err
		})
		switch {
		case errors.Is(err, errChanged):
		case err != nil:
			return nil, fmt.Errorf("commit to %s: %w", site, err)
		default:
			w.references.use(used)
			return puts, nil
		}
	}
	return nil, fmt.Errorf("commit to %s: %w", site, err)
}

// errChanged says that a commit was prepared for another state of the file.
var errChanged = errors.New("another process changed the archive meanwhile")

// checkBatch refuses what cannot be stored, and gives the captures as they will
// be.
func checkBatch(b capture.Batch) ([]capture.Kept, error) {
	kept := slices.Clone(b.Kept)
	for i := range kept {
		k := &kept[i]
		if _, err := captureMilli(k.Time); err != nil {
			return nil, err
		}
		if err := errors.Join(checkPage(k.Page), checkAddress(k.URL)); err != nil {
			return nil, err
		}
		if len(k.Body) > maxBody {
			return nil, fmt.Errorf("%w: a body of %d bytes", ErrInvalid, len(k.Body))
		}
		k.Time = k.Time.UTC().Truncate(time.Millisecond)
		k.Number = 0
		k.Location = strings.ToValidUTF8(k.Location, "�")
		k.ContentType = strings.ToValidUTF8(k.ContentType, "�")
		if len(k.Body) > 0 {
			k.Digest, k.Size = digestOf(k.Body), int64(len(k.Body))
		} else if k.Kind != capture.Revisit {
			k.Digest, k.Size = "", 0
		} else if k.Digest != "" {
			if _, err := digestKey(k.Digest); err != nil {
				return nil, err
			}
		}
	}
	for _, e := range b.Entries {
		if err := checkEntry(e); err != nil {
			return nil, err
		}
	}
	for _, al := range b.Aliases {
		if err := errors.Join(checkPage(al.Page), checkPage(al.Of)); err != nil {
			return nil, err
		}
	}
	for host := range b.Hosts {
		if host == "" || len(host) > maxHost {
			return nil, fmt.Errorf("%w: the host %.80q", ErrInvalid, host)
		}
	}
	return kept, nil
}

func checkEntry(e capture.Entry) error { return errors.Join(checkPage(e.Page), checkAddress(e.URL)) }

// work is what was prepared for one capture.
type work struct {
	body    *packed // nil where the bytes are there already
	article *packedArticle
	pages   *twoPages // where the article will be compared with another
}

type packedArticle struct {
	head  articleHead // but for Dict, known in the transaction
	dict  bool        // packed against the capture's own body
	frame []byte
}

// prepare packs what the batch brings. It reads the file, but holds it only to
// read, never to pack.
func (a *Archive) prepare(ctx context.Context, site string, w *writer, b capture.Batch, kept []capture.Kept) ([]work, error) {
	p := preparer{
		archive: a, site: site, writer: w,
		known: map[string]bool{}, pages: map[string]string{}, bases: map[string]*basis{}, chains: map[string]chain{}, retired: map[uint64]bool{},
		sketches: map[int]sketch{},
	}
	works := make([]work, len(kept))
	err := a.read(ctx, site, func(r reader) error { return p.survey(r, b, kept, works) })
	if err != nil && !errors.Is(err, ErrNoNewspaper) {
		return nil, err
	}
	if err := p.bodies(ctx, kept, works); err != nil {
		return nil, err
	}
	if err := p.words(ctx, kept, works); err != nil {
		return nil, err
	}
	return works, p.articles(ctx, kept, works)
}

// preparer knows what the file holds of what a batch brings.
type preparer struct {
	archive  *Archive
	site     string
	writer   *writer
	known    map[string]bool   // digests of bodies that need not be packed
	pages    map[string]string // page → the page that it is
	bases    map[string]*basis // by page
	chains   map[string]chain  // of bases that are not unpacked yet
	sketches map[int]sketch    // of bodies that a reference was looked for, by their place in the batch
	fresh    []reference       // that this batch brings
	retired  map[uint64]bool   // references that one of them takes the place of
	refused  map[string]bool   // pages that were forgotten: nothing is packed for them
}

func (p *preparer) survey(r reader, b capture.Batch, kept []capture.Kept, works []work) error {
	var state stateRecord
	if _, err := load(r, bucketMeta, keyState, &state); err != nil {
		return err
	}
	if p.writer.forgets != state.Forgets { // bodies may be gone, or have moved
		p.writer.forgets, p.writer.references = state.Forgets, references{}
		p.archive.packer.cache.clear()
	}
	if err := p.writer.references.refresh(r); err != nil {
		return err
	}
	h := p.archive.historian(r, p.site, state.Generation)
	p.refused = map[string]bool{}
	joined := map[string]string{}
	for _, al := range b.Aliases {
		joined[al.Page] = al.Of
	}
	for i, k := range kept {
		refused, err := state.refuses(r, k.Page, k.URL, joined[k.Page])
		if err != nil {
			return err
		}
		if refused {
			p.refused[k.Page] = true
			continue
		}
		page := k.Page
		if of, ok := joined[page]; ok {
			page = of
		}
		if page, err = loadAlias(r, page); err != nil {
			return err
		}
		p.pages[k.Page] = page
		if k.Article != nil {
			if works[i].pages, err = p.toCompare(h, page, *k.Article); err != nil {
				return err
			}
		}
		if k.Digest == "" || len(k.Body) == 0 {
			continue
		}
		n, err := bodyNumber(r, k.Digest)
		if err != nil {
			return err
		}
		if n != 0 {
			p.known[k.Digest] = true
			continue
		}
		var rec pageRecord
		if _, err := load(r, bucketPages, pageKey(page), &rec); err != nil {
			return err
		}
		if _, ok := p.chains[page]; rec.Base != 0 && !ok {
			if p.chains[page], err = p.archive.chain(r, p.site, rec.Base); err != nil {
				return err
			}
		}
	}
	return nil
}

// bodies packs the captures' bodies: first what is packed against references, then
// what is packed against its page's base, for encoders that take turns drive each
// other's tables out of the processor's cache.
func (p *preparer) bodies(ctx context.Context, kept []capture.Kept, works []work) error {
	var first, later []int
	seen := map[string]bool{}
	for i, k := range kept {
		if len(k.Body) == 0 || p.known[k.Digest] || p.refused[k.Page] {
			continue
		}
		p.known[k.Digest] = true
		page := p.page(k)
		if _, based := p.chains[page]; based || seen[page] {
			later = append(later, i)
		} else {
			first = append(first, i)
		}
		seen[page] = true
	}
	p.group(first, kept)
	for _, i := range slices.Concat(first, later) {
		if err := ctx.Err(); err != nil {
			return err
		}
		k := kept[i]
		base, err := p.base(p.page(k))
		if err != nil {
			return err
		}
		body, err := p.pack(ctx, i, k.Body, k.Digest, base)
		if err != nil {
			return err
		}
		works[i].body = &body
		if base == nil || body.base != base.digest {
			p.bases[p.page(k)] = &basis{k.Body, k.Digest, body.head.Depth, len(body.frame)}
		}
	}
	return nil
}

// group puts captures together whose bodies resemble the same reference, those that
// resemble none first: to give an encoder another reference takes longer than to
// pack a body, and few are kept.
func (p *preparer) group(captures []int, kept []capture.Kept) {
	likest := make(map[int]uint64, len(captures))
	for _, i := range captures {
		if body := kept[i].Body; fitsReference(body) {
			p.sketches[i] = sketchOf(body)
			if refs := p.fitting(i, p.sketches[i]); len(refs) > 0 {
				likest[i] = refs[0].number
			}
		}
	}
	slices.SortStableFunc(captures, func(a, b int) int { return cmp.Compare(likest[a], likest[b]) })
}

// page is the page that a capture will be kept under.
func (p *preparer) page(k capture.Kept) string { return cmp.Or(p.pages[k.Page], k.Page) }

// articles packs the captures' articles.
func (p *preparer) articles(ctx context.Context, kept []capture.Kept, works []work) error {
	for i, k := range kept {
		if k.Article == nil && k.Refused == "" || p.refused[k.Page] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		article, err := p.archive.packArticle(cleaned{k.Article, k.Refused}, k.Body)
		if err != nil {
			return err
		}
		works[i].article = &article
	}
	return nil
}

// base is what a page's next body is packed against, nil for nothing.
func (p *preparer) base(page string) (*basis, error) {
	if b, ok := p.bases[page]; ok {
		return b, nil
	}
	c, ok := p.chains[page]
	if !ok {
		return nil, nil
	}
	delete(p.chains, page)
	b, err := p.basis(c)
	if err != nil {
		return nil, err
	}
	p.bases[page] = b
	return b, nil
}

// basis unpacks a body that others are to be packed against.
func (p *preparer) basis(c chain) (*basis, error) {
	body, err := p.archive.unchainUnchecked(p.site, c)
	if err != nil {
		return nil, err
	}
	return c.parts[0].basis(body), nil
}

// packArticle packs an article against the body that it was made of: all of its
// text stands there, so hardly more than the JSON is left.
func (a *Archive) packArticle(art cleaned, body []byte) (packedArticle, error) {
	if art.article == nil {
		return packedArticle{head: articleHead{Cleaner: a.cleanerName, Refused: art.refused}}, nil
	}
	b, err := encode(art.article)
	if err != nil {
		return packedArticle{}, err
	}
	p := packedArticle{head: articleHead{Cleaner: art.article.Cleaner, Digest: art.article.Digest(), Size: int64(len(b))}}
	if p.dict = len(body) > 0 && len(b)+len(body) <= window; !p.dict {
		p.frame, err = a.packer.packAlone(b)
		return p, err
	}
	p.head.Part = storyPart(*art.article, body)
	dictionary, err := p.head.dictionary(body)
	if err != nil {
		return packedArticle{}, err
	}
	p.frame, err = a.packer.packArticle(dictionary, b)
	return p, err
}

// storyPart is where on its page an article stands, or zero where that is not to
// be seen or is most of the page. A dictionary costs by its length, and the rest
// of a page (styles, scripts, menus) says nothing of the article.
func storyPart(art cleaner.Article, body []byte) [2]int {
	const (
		begin  = 32      // bytes of a paragraph that are looked for: markup breaks longer ones
		before = 4 << 10 // title, lead, byline
		behind = 6 << 10 // the last paragraph, tags, related articles
	)
	find := func(blocks iter.Seq2[int, cleaner.Block], from int) int {
		for _, b := range blocks {
			if len(b.Text) < begin {
				continue
			}
			if at := bytes.Index(body[from:], []byte(b.Text[:begin])); at >= 0 {
				return from + at
			}
		}
		return -1
	}
	first := find(slices.All(art.Body), 0)
	if first < 0 {
		return [2]int{}
	}
	last := find(slices.Backward(art.Body), first)
	part := [2]int{max(0, first-before), min(len(body), max(first, last)+behind)}
	if part[1]-part[0] > len(body)/2 {
		return [2]int{}
	}
	return part
}

// apply stores a prepared batch within a transaction, and tells how the references
// stand that it used.
func (a *Archive) apply(s store, site string, b capture.Batch, kept []capture.Kept, works []work) ([]capture.Put, map[uint64]usage, error) {
	var state stateRecord
	if ok, err := load(s, bucketMeta, keyState, &state); err != nil || !ok {
		return nil, nil, cmp.Or(err, recordError(bucketMeta, keyState, "missing"))
	}
	t := &transaction{archive: a, store: s, site: site, state: state, historian: a.historian(s, site, state.Generation), leant: map[uint64]leaning{}}
	for _, al := range b.Aliases {
		refused, err := t.refuseAlias(al)
		if err == nil && !refused {
			err = t.join(al)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("join %s to %s: %w", al.Page, al.Of, err)
		}
	}
	puts := make([]capture.Put, len(kept))
	for i, k := range kept {
		f, forgotten, err := state.forgotten(s, k.Page, k.URL)
		if err != nil {
			return nil, nil, err
		}
		if forgotten {
			puts[i].Forgotten = f.Said()
			continue
		}
		if puts[i], err = t.keep(k, works[i]); err != nil {
			return nil, nil, fmt.Errorf("keep %s: %w", k.URL, err)
		}
	}
	captured := map[string]bool{}
	for _, k := range kept {
		captured[k.Page] = true
	}
	for _, e := range b.Entries {
		if err := t.entry(e, captured[e.Page]); err != nil {
			return nil, nil, fmt.Errorf("entry %s: %w", e.Page, err)
		}
	}
	for host, v := range b.Hosts {
		key := []byte(host)
		if err := s.put(bucketHosts, key, seal(bucketHosts, key, v)); err != nil {
			return nil, nil, err
		}
	}
	if b.Run != nil {
		if err := save(s, bucketRuns, runKey(b.Run.Started), b.Run); err != nil {
			return nil, nil, err
		}
	}
	used, err := t.usages()
	if err != nil {
		return nil, nil, err
	}
	return puts, used, save(s, bucketMeta, keyState, t.state)
}

// transaction is one commit under way.
type transaction struct {
	archive   *Archive
	store     store
	site      string
	state     stateRecord
	historian *historian
	leant     map[uint64]leaning // by number of the body that is leant on
}

// leaning is what a commit packs against one body.
type leaning struct {
	frames  [][2]int // bytes of body and frame
	retired bool     // a new reference takes its place
}

// keep stores one capture.
func (t *transaction) keep(k capture.Kept, done work) (capture.Put, error) {
	page, err := loadAlias(t.store, k.Page)
	if err != nil {
		return capture.Put{}, err
	}
	c := k.Capture
	c.Page = page
	m := moment{At: c.Time.UnixMilli()}
	var rec pageRecord
	known, err := load(t.store, bucketPages, pageKey(page), &rec)
	if err != nil {
		return capture.Put{}, err
	}
	earlier, err := t.earlier(page, m, rec)
	if err != nil {
		return capture.Put{}, err
	}
	if err := t.repeats(&c, earlier, len(k.Body) > 0); err != nil {
		return capture.Put{}, err
	}
	if here, known, err := twin(t.store, page, m, c); err != nil {
		return capture.Put{}, err
	} else if known {
		return t.again(page, here, k, done)
	}

	t.state.Last++
	c.Number = t.state.Last
	m.Number = c.Number
	if len(k.Body) > 0 {
		if err := t.putBody(&c, &rec, done.body); err != nil {
			return capture.Put{}, err
		}
	}
	if err := t.putCapture(c); err != nil {
		return capture.Put{}, err
	}
	if err := note(t.store, bucketTimes, momentKey(page, m)); err != nil {
		return capture.Put{}, err
	}
	if err := t.putAddress(c.URL, page); err != nil {
		return capture.Put{}, err
	}
	if !known {
		t.state.Pages++
	}
	rec.identify(t.site, page, c.URL)
	newest := !known || rec.Newest.before(m)
	rec.count(c, m)
	if err := save(t.store, bucketPages, pageKey(page), rec); err != nil {
		return capture.Put{}, err
	}
	if err := t.putArticle(k, c, done.article); err != nil {
		return capture.Put{}, err
	}
	if p := done.pages; p != nil {
		t.historian.ready[p.of], t.historian.ready[c.Number] = p.old, p.now
	}
	put := capture.Put{Number: c.Number, Revisit: c.Kind == capture.Revisit, NewPage: !known}
	if newest {
		err = t.extend(page, c, &put)
	} else {
		err = t.rewrite(page, c.Number, &put)
	}
	return put, err
}

// earlier gives the captures that one at m may repeat: the last before it and,
// where that was none, the newest live one with a body.
func (t *transaction) earlier(page string, m moment, rec pageRecord) ([]capture.Capture, error) {
	var numbers []uint64
	switch {
	case rec.Captures == 0:
		return nil, nil
	case rec.Newest.At <= m.At:
		numbers = []uint64{rec.Newest.Number}
	default:
		moments, err := momentsOf(t.store, page, unbounded())
		if err != nil {
			return nil, err
		}
		for _, o := range moments {
			if o.At <= m.At {
				numbers = []uint64{o.Number}
			}
		}
	}
	if rec.Live != 0 && rec.LiveAt.At <= m.At && !slices.Contains(numbers, rec.Live) {
		numbers = append(numbers, rec.Live)
	}
	var list []capture.Capture
	for _, n := range numbers {
		c, err := loadCapture(t.store, n)
		if err != nil {
			return nil, err
		}
		if c.Digest != "" {
			list = append(list, c)
		}
	}
	return list, nil
}

// repeats fills in what a revisit repeats, and makes one of a capture that
// brought the bytes of an earlier one again.
func (t *transaction) repeats(c *capture.Capture, earlier []capture.Capture, brought bool) error {
	of := func(e capture.Capture) { c.RevisitOf, c.Digest, c.Size = source(e), e.Digest, e.Size }
	if c.Kind != capture.Revisit {
		c.RevisitOf, c.Profile = 0, ""
		for _, e := range earlier {
			if brought && e.Digest == c.Digest && e.State == c.State && source(e) != 0 {
				c.Kind, c.Profile = capture.Revisit, capture.SamePayload
				of(e)
				return nil
			}
		}
		return nil
	}
	// What a crawler or a file says of the earlier capture is believed only where
	// it is there.
	claimed := c.RevisitOf
	c.RevisitOf = 0
	if claimed != 0 {
		e, err := loadCapture(t.store, claimed)
		if err != nil && !errors.Is(err, ErrNoPage) {
			return err
		}
		if err == nil && e.Digest != "" && (c.Digest == "" || c.Digest == e.Digest) {
			of(e)
		}
	}
	// A 304 speaks of what we asked with. What only claims to have had the bytes of
	// a capture that nobody found speaks of none of ours.
	if c.RevisitOf == 0 && c.Digest == "" && len(earlier) > 0 && c.Profile != capture.SamePayload {
		of(earlier[len(earlier)-1])
	}
	if c.RevisitOf == 0 && c.Digest != "" {
		n, err := bodyNumber(t.store, c.Digest)
		if err != nil {
			return err
		}
		if n != 0 {
			e, err := loadCapture(t.store, n)
			if err != nil {
				return err
			}
			of(e)
		}
	}
	c.Profile = cmp.Or(c.Profile, capture.SamePayload)
	return nil
}

// source is the capture whose body c has.
func source(c capture.Capture) uint64 {
	if c.Kind == capture.Revisit {
		return c.RevisitOf
	}
	if c.Digest == "" {
		return 0
	}
	return c.Number
}

func (t *transaction) putCapture(c capture.Capture) error {
	payload, err := encodeCapture(c)
	if err != nil {
		return err
	}
	key := numberKey(c.Number)
	return t.store.put(bucketCaptures, key, seal(bucketCaptures, key, payload))
}

// twin finds the capture that c is, stored before.
func twin(r reader, page string, m moment, c capture.Capture) (twin capture.Capture, known bool, err error) {
	prefix := momentKey(page, m)
	prefix = prefix[:len(prefix)-8]
	err = each(r, bucketTimes, prefix, func(key, _ []byte) error {
		_, o, err := parseMomentKey(key)
		if err != nil {
			return err
		}
		other, err := loadCapture(r, o.Number)
		if err != nil {
			return err
		}
		if other.URL == c.URL && other.Digest == c.Digest {
			twin, known = other, true
			return errStop
		}
		return nil
	})
	return twin, known, err
}

// again stores what a capture that is here already brings that it lacks here.
func (t *transaction) again(page string, here capture.Capture, k capture.Kept, done work) (capture.Put, error) {
	lacking, err := mendable(t.historian, here, k)
	if err != nil {
		return capture.Put{}, err
	}
	if lacking {
		return t.mend(page, here, k, done)
	}
	var head headRecord
	_, err = load(t.store, bucketHeads, headKey(t.state.Generation, page), &head)
	return capture.Put{Number: here.Number, Duplicate: true, Revisit: here.Kind == capture.Revisit, Version: head.Versions}, err
}

// putBody stores a capture's body, once for all who bring it.
func (t *transaction) putBody(c *capture.Capture, rec *pageRecord, p *packed) error {
	n, err := bodyNumber(t.store, c.Digest)
	if err != nil || n != 0 {
		if rec.Base == 0 {
			rec.Base, err = t.lendable(n, err)
		}
		return err
	}
	if p == nil {
		return errChanged
	}
	head := p.head
	if p.base != "" {
		if head.Base, err = bodyNumber(t.store, p.base); err != nil {
			return err
		}
		if head.Base == 0 {
			return errChanged
		}
		var base bodyHead
		if _, err := loadBody(t.store, head.Base, &base); err != nil {
			return err
		}
		if head.Depth = base.Depth + 1; head.Depth > maxSteps {
			return errChanged
		}
	}
	payload, err := blob(head, p.frame)
	if err != nil {
		return err
	}
	key := numberKey(c.Number)
	if err := t.store.put(bucketBodies, key, seal(bucketBodies, key, payload)); err != nil {
		return err
	}
	digest, err := digestKey(c.Digest)
	if err != nil {
		return err
	}
	if err := t.store.put(bucketDigests, digest, seal(bucketDigests, digest, key)); err != nil {
		return err
	}
	t.state.RawBytes += head.Size
	t.state.StoredBytes += int64(len(p.frame))
	if head.Depth == 1 && head.Base != rec.Base {
		l := t.leant[head.Base]
		l.frames = append(l.frames, [2]int{int(head.Size), len(p.frame)})
		t.leant[head.Base] = l
	}
	if head.Base == 0 || head.Base != rec.Base && head.Depth < maxSteps {
		rec.Base = c.Number
	}
	if p.sketch == nil {
		return nil
	}
	if p.tired != 0 {
		l := t.leant[p.tired]
		l.retired = true
		t.leant[p.tired] = l
	}
	return save(t.store, bucketReferences, key, referenceRecord{Size: int(head.Size), Stored: len(p.frame), Sketch: p.sketch})
}

// usages notes what bodies came to that were packed against references.
func (t *transaction) usages() (map[uint64]usage, error) {
	used := map[uint64]usage{}
	for n, l := range t.leant {
		var ref referenceRecord
		ok, err := load(t.store, bucketReferences, numberKey(n), &ref)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		for _, f := range l.frames {
			ref.note(f[0], f[1])
		}
		if l.retired {
			ref.Debt = 0
		}
		if err := save(t.store, bucketReferences, numberKey(n), ref); err != nil {
			return nil, err
		}
		used[n] = ref.usage
	}
	return used, nil
}

// lendable is body n where others may be packed against it, else 0.
func (t *transaction) lendable(n uint64, err error) (uint64, error) {
	if err != nil {
		return 0, err
	}
	var head bodyHead
	if _, err := loadBody(t.store, n, &head); err != nil || head.Depth >= maxSteps {
		return 0, err
	}
	return n, nil
}

// putAddress remembers the page of an address. The first page stays: what joins
// two pages is an alias.
func (t *transaction) putAddress(url, page string) error {
	key := []byte(url)
	if known, err := has(t.store, bucketAddresses, key); err != nil || known {
		return err
	}
	return t.store.put(bucketAddresses, key, seal(bucketAddresses, key, []byte(page)))
}

// putArticle stores what a capture's article is, or why it has none.
func (t *transaction) putArticle(k capture.Kept, c capture.Capture, p *packedArticle) error {
	if p == nil {
		return nil
	}
	if c.RevisitOf != 0 {
		// The capture that it repeats has an article of the same bytes.
		if _, _, ok, err := t.historian.head(c.RevisitOf); err != nil || ok {
			return err
		}
	}
	if k.Article != nil {
		t.historian.made[c.Number] = *k.Article
	}
	return t.saveArticle(t.state.Generation, c, *p)
}

func (t *transaction) saveArticle(generation uint32, c capture.Capture, p packedArticle) error {
	if p.dict {
		n, err := bodyNumber(t.store, c.Digest)
		if err != nil {
			return err
		}
		p.head.Dict = n
	}
	payload, err := blob(p.head, p.frame)
	if err != nil {
		return err
	}
	key := articleKey(generation, c.Number)
	return t.store.put(bucketArticles, key, seal(bucketArticles, key, payload))
}

// extend carries a page's history on with its newest capture.
func (t *transaction) extend(page string, c capture.Capture, put *capture.Put) error {
	key := headKey(t.state.Generation, page)
	var head headRecord
	if _, err := load(t.store, bucketHeads, key, &head); err != nil {
		return err
	}
	put.Version = head.Versions
	var last versionRecord
	if head.Versions > 0 {
		key := versionKey(t.state.Generation, page, head.Versions)
		ok, err := load(t.store, bucketVersions, key, &last)
		if err != nil {
			return err
		}
		if !ok {
			return recordError(bucketVersions, key, "missing")
		}
	}
	v, d, began, any, err := t.historian.extend(page, last, head.Versions > 0, c)
	if err != nil || !any {
		return err
	}
	versions := head.Versions
	if began {
		versions++
		t.state.Versions++
		put.NewVersion, put.Changed, put.Cause = true, v.Changed, v.cause()
		if err := t.extendHead(page, head, v); err != nil {
			return err
		}
	} else {
		put.Cause = d.Cause
	}
	put.Version = versions
	return save(t.store, bucketVersions, versionKey(t.state.Generation, page, versions), v)
}

// rewrite makes a page's history anew, for a capture that is not its newest.
func (t *transaction) rewrite(page string, number uint64, put *capture.Put) error {
	list, err := t.historian.versions(page)
	if err != nil {
		return err
	}
	old, err := storedVersions(t.store, t.state.Generation, page)
	if err != nil {
		return err
	}
	for i := len(list); i < len(old); i++ {
		if err := t.store.drop(bucketVersions, versionKey(t.state.Generation, page, i+1)); err != nil {
			return err
		}
	}
	t.state.Versions += len(list) - len(old)
	put.Version = len(list)
	for i, v := range list {
		if v.First == number {
			put.NewVersion, put.Changed, put.Cause = true, v.Changed, v.cause()
		}
		if err := save(t.store, bucketVersions, versionKey(t.state.Generation, page, i+1), v); err != nil {
			return err
		}
	}
	var head headRecord
	if _, err := load(t.store, bucketHeads, headKey(t.state.Generation, page), &head); err != nil {
		return err
	}
	now, err := t.historian.headOf(list)
	if err != nil {
		return err
	}
	return t.putHead(page, head, now)
}

// extendHead writes what a list shows of a page whose history a version carries
// on: one that is gone is shown as it was to be read last.
func (t *transaction) extendHead(page string, old headRecord, v versionRecord) error {
	now := old
	if !v.gone() {
		var err error
		if now, err = t.historian.headOf([]versionRecord{v}); err != nil {
			return err
		}
	}
	now.Versions, now.Unsure, now.States, now.State = old.Versions, old.Unsure, old.States, cmp.Or(v.State, capture.Live)
	now.count(v)
	return t.putHead(page, old, now)
}

// putHead writes what a list shows of a page, and under which day it stands.
func (t *transaction) putHead(page string, old, now headRecord) error {
	if day := old.day(); day != "" && day != now.day() {
		if err := t.store.drop(bucketDays, dayKey(t.state.Generation, day, page)); err != nil {
			return err
		}
	}
	key := headKey(t.state.Generation, page)
	if now.Versions == 0 {
		return t.store.drop(bucketHeads, key)
	}
	if day := now.day(); day != "" {
		if err := note(t.store, bucketDays, dayKey(t.state.Generation, day, page)); err != nil {
			return err
		}
	}
	return save(t.store, bucketHeads, key, now)
}

// join makes one page of two: all that page has goes to of. Nothing is
// renumbered, and no capture is changed: what it says of its page is what was
// known when it came.
func (t *transaction) join(al capture.Alias) error {
	of, err := loadAlias(t.store, al.Of)
	if err != nil {
		return err
	}
	page, err := loadAlias(t.store, al.Page)
	if err != nil || page == of || page != al.Page {
		return err // one page already, or joined to another before
	}
	if err := save(t.store, bucketAliases, pageKey(page), aliasRecord{Of: of, Why: al.Why}); err != nil {
		return err
	}
	t.state.Joins++
	if err := t.moveEntry(page, of); err != nil {
		return err
	}
	var from, to pageRecord
	moves, err := load(t.store, bucketPages, pageKey(page), &from)
	if err != nil || !moves {
		return err
	}
	moments, err := momentsOf(t.store, page, unbounded())
	if err != nil {
		return err
	}
	for _, m := range moments {
		if err := errors.Join(t.store.drop(bucketTimes, momentKey(page, m)), note(t.store, bucketTimes, momentKey(of, m))); err != nil {
			return err
		}
	}
	known, err := load(t.store, bucketPages, pageKey(of), &to)
	if err != nil {
		return err
	}
	if known {
		to.join(from)
		t.state.Pages--
	} else {
		to = from
	}
	if err := errors.Join(t.store.drop(bucketPages, pageKey(page)), save(t.store, bucketPages, pageKey(of), to)); err != nil {
		return err
	}
	if err := t.dropHistory(page); err != nil {
		return err
	}
	var put capture.Put
	return t.rewrite(of, 0, &put)
}

// dropHistory takes away a page's versions and its place in lists.
func (t *transaction) dropHistory(page string) error {
	g := t.state.Generation
	old, err := storedVersions(t.store, g, page)
	if err != nil {
		return err
	}
	for i := range old {
		if err := t.store.drop(bucketVersions, versionKey(g, page, i+1)); err != nil {
			return err
		}
	}
	t.state.Versions -= len(old)
	var head headRecord
	if _, err := load(t.store, bucketHeads, headKey(g, page), &head); err != nil {
		return err
	}
	if day := head.day(); day != "" {
		if err := t.store.drop(bucketDays, dayKey(g, day, page)); err != nil {
			return err
		}
	}
	return t.store.drop(bucketHeads, headKey(g, page))
}

// cleaned is what a cleaner made of a capture: an article, or why there is none.
type cleaned struct {
	article *cleaner.Article
	refused string
}
