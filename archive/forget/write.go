package forget

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// How the file is written again without a page.

// stored is one record of the new file.
type stored struct {
	bucket       schema.Bucket
	key, payload []byte
}

// write makes the new file, complete and durable.
func (f *forgetter) write(ctx context.Context, path string) (err error) {
	f.fresh, err = f.paper.File.Make(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.fresh.Close()) }()
	for _, b := range schema.Buckets() {
		if err := f.copy(ctx, b); err != nil {
			return err
		}
	}
	if err := f.copies(ctx); err != nil {
		return err
	}
	if err := f.fresh.Update(f.writeState); err != nil {
		return err
	}
	return f.fresh.Sync()
}

// copy brings over what stays of one bucket.
func (f *forgetter) copy(ctx context.Context, b schema.Bucket) error {
	for batch, err := range store.Batches(ctx, f.paper.File, schema.Raw(b), store.ScanBatch, func(r schema.Reader, key, payload []byte) (stored, bool, error) {
		if err := f.sameFile(r); err != nil {
			return stored{}, false, err
		}
		key, payload, err := f.record(b, bytes.Clone(key), bytes.Clone(payload))
		return stored{b, key, payload}, key != nil, err
	}) {
		if err == nil && b == schema.BucketBodies {
			batch, err = f.repack(ctx, batch)
		}
		if err != nil {
			return err
		}
		err = f.fresh.Update(func(s schema.Writer) error {
			for _, r := range batch {
				if err := schema.Raw(r.bucket).SavePayload(s, r.key, r.payload); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// copies stores those bodies of the new file a second time that many others need.
func (f *forgetter) copies(ctx context.Context) error {
	deltas := map[uint64]int{}
	for _, b := range f.bodies {
		base := f.base(b)
		switch {
		case base == 0 || f.lost[b.number]:
		case f.depth(f.packed(base)) == 0:
			deltas[f.number(base)] = newspaper.ManyDeltas
		default:
			deltas[f.number(base)]++
		}
	}
	maps.DeleteFunc(deltas, func(_ uint64, n int) bool { return n < newspaper.ManyDeltas })
	f.state.CopyBytes = 0
	for part := range slices.Chunk(slices.Sorted(maps.Keys(deltas)), newspaper.IntakeCaptures) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := f.fresh.Update(func(s schema.Writer) error {
			for _, n := range part {
				if err := newspaper.StoreTwice(s, &f.state, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// record is what becomes of a record; its key is nil where it goes.
func (f *forgetter) record(b schema.Bucket, key, payload []byte) ([]byte, []byte, error) {
	goes := false
	var err error
	var k schema.Key
	switch b {
	case schema.BucketCopies:
		goes = true // copies writes them
	case schema.BucketMeta:
		goes = string(key) == schema.KeyState // writeState writes it
	case schema.BucketCaptures:
		return f.capture(key, payload)
	case schema.BucketRequests:
		goes = !f.forms[hex.EncodeToString(key)]
	case schema.BucketBodies:
		return f.body(key, payload)
	case schema.BucketDigests:
		var n uint64
		n, err = schema.ParseNumberKey(payload)
		goes, payload = f.lost[n], schema.NumberKey(f.number(n))
	case schema.BucketReferences:
		var n uint64
		n, err = schema.ParseNumberKey(key)
		goes, key = f.lost[n], schema.NumberKey(f.number(n))
	case schema.BucketPages:
		return f.pageRecord(key, payload)
	case schema.BucketTimes:
		k, err = b.ParseKey(key)
		goes = f.gone[k.Page]
	case schema.BucketNeeds:
		return f.needs(key, payload)
	case schema.BucketNeeded:
		k, err = b.ParseKey(key)
		goes = f.removed[k.Number] != "" || f.goes(k.Page)
	case schema.BucketAddresses:
		goes = f.goes(string(payload))
	case schema.BucketAliases, schema.BucketFrontier:
		goes = f.goes(string(key))
	case schema.BucketArticles:
		return f.article(key, payload)
	case schema.BucketVersions, schema.BucketHeads, schema.BucketDays, schema.BucketDue:
		k, err = b.ParseKey(key)
		goes = f.goes(k.Page)
	}
	if err != nil || goes {
		return nil, nil, err
	}
	return key, payload, nil
}

// capture leaves a capture as it is, unless it repeats one that goes: then it
// repeats another one of those that stay, or none.
func (f *forgetter) capture(key, payload []byte) ([]byte, []byte, error) {
	n, err := schema.ParseNumberKey(key)
	if err != nil || f.removed[n] != "" {
		return nil, nil, err
	}
	if f.orphans[n] == 0 {
		return key, payload, nil
	}
	s, err := schema.Captures.Decode(payload)
	if err != nil {
		return nil, nil, err
	}
	c := s.Plain()
	c.RevisitOf = f.instead(c)
	payload, err = schema.Encode(schema.NewCapture(c, s.Request))
	return key, payload, err
}

// instead is what a capture repeats from now on that repeated a removed one, 0 for nothing.
func (f *forgetter) instead(c capture.Capture) uint64 {
	if h := f.sharers[c.Digest]; !h.revisit {
		return h.number
	}
	return 0
}

// body changes what a body's head says of where it and its base stand.
func (f *forgetter) body(key, payload []byte) ([]byte, []byte, error) {
	n, err := schema.ParseNumberKey(key)
	if err != nil {
		return nil, nil, err
	}
	var head schema.BodyHead
	frame, err := schema.SplitBlob(payload, &head)
	if err != nil {
		return nil, nil, err
	}
	if f.lost[n] {
		f.state.CountBody(f.removed[n], -head.Size, -int64(len(frame)))
		return nil, nil, nil
	}
	if _, ok := f.moved[n]; ok { // what brought it is another page's capture now
		f.state.CountBody(f.removed[n], -head.Size, -int64(len(frame)))
		f.state.CountBody(f.sharers[head.Digest].page, head.Size, int64(len(frame)))
	}
	if _, ok := f.rebased[n]; ok {
		return key, payload, nil // for repack
	}
	base, depth := f.number(head.Base), f.depth(f.packed(n))
	if base != head.Base || depth != head.Depth {
		head.Base, head.Depth = base, depth
		payload, err = schema.Blob(head, frame)
	}
	return schema.NumberKey(f.number(n)), payload, err
}

// repack packs those bodies again that were packed against a lost one.
func (f *forgetter) repack(ctx context.Context, batch []stored) ([]stored, error) {
	var more []stored
	for i, r := range batch {
		n, err := schema.ParseNumberKey(r.key)
		if err != nil {
			return nil, err
		}
		base, ok := f.rebased[n]
		if !ok {
			continue
		}
		var head schema.BodyHead
		before, err := schema.SplitBlob(r.payload, &head)
		if err != nil {
			return nil, err
		}
		now, err := f.load(ctx, n)
		if err != nil {
			return nil, err
		}
		var frame []byte
		if base == 0 {
			frame, err = f.paper.Pool.PackAlone(now.Body)
		} else {
			var against *body.Base
			if against, err = f.load(ctx, base); err == nil {
				frame, err = f.paper.Pool.PackReference(against.Digest, against.Body, now.Body)
			}
		}
		if err != nil {
			return nil, err
		}
		page, err := f.bringer(ctx, n, head.Digest)
		if err != nil {
			return nil, err
		}
		f.state.CountBody(page, 0, int64(len(frame)-len(before)))
		head.Base, head.Depth = f.number(base), f.depth(f.packed(n))
		key := schema.NumberKey(f.number(n))
		payload, err := schema.Blob(head, frame)
		if err != nil {
			return nil, err
		}
		batch[i] = stored{schema.BucketBodies, key, payload}
		if base != 0 || !body.FitsReference(now.Body) {
			continue
		}
		ref, err := schema.Encode(schema.Reference{Size: len(now.Body), Stored: len(frame), Sketch: body.SketchOf(now.Body)})
		if err != nil {
			return nil, err
		}
		more = append(more, stored{schema.BucketReferences, key, ref})
	}
	return append(batch, more...), nil
}

// bringer is the page of the capture that a body stands under in the new file.
func (f *forgetter) bringer(ctx context.Context, n uint64, digest string) (page string, err error) {
	if _, ok := f.moved[n]; ok {
		return f.sharers[digest].page, nil
	}
	err = f.read(ctx, func(r schema.Reader) error {
		c, err := schema.LoadCapture(r, n)
		page = c.Page
		return err
	})
	return page, err
}

// load unpacks a body of the old file.
func (f *forgetter) load(ctx context.Context, n uint64) (*body.Base, error) {
	bodies := f.paper.Bodies
	if b := bodies.Recall(n); b != nil {
		return b, nil
	}
	var c body.Chain
	err := f.read(ctx, func(r schema.Reader) (err error) {
		c, err = bodies.Chain(r, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	body, err := bodies.Unpack(c)
	if err != nil {
		return nil, err
	}
	b := c.Parts[0].AsBase(body)
	bodies.Remember(n, b)
	return b, nil
}

func (f *forgetter) pageRecord(key, payload []byte) ([]byte, []byte, error) {
	if f.gone[string(key)] {
		return nil, nil, nil
	}
	var rec schema.Page
	if err := json.Unmarshal(payload, &rec); err != nil {
		return nil, nil, schema.Raw(schema.BucketPages).Damaged(key, schema.Unreadable)
	}
	base := f.number(rec.Base)
	if f.lost[rec.Base] {
		base = 0
	}
	if base == rec.Base {
		return key, payload, nil
	}
	rec.Base = base
	payload, err := schema.Encode(rec)
	return key, payload, err
}

// article leaves an article as it is but for the number of its dictionary, which
// is the body of its own capture and so stays where the capture does.
func (f *forgetter) article(key, payload []byte) ([]byte, []byte, error) {
	k, err := schema.BucketArticles.ParseKey(key)
	if err != nil || f.removed[k.Number] != "" {
		return nil, nil, err
	}
	var head schema.ArticleHead
	frame, err := schema.SplitBlob(payload, &head)
	if err != nil {
		return nil, nil, schema.Articles(0).Name(k.Number, err)
	}
	switch dict := f.number(head.Dict); {
	case f.lost[head.Dict]:
		return nil, nil, schema.Raw(schema.BucketArticles).Damaged(key, "its dictionary is the body of another capture")
	case dict != head.Dict:
		head.Dict = dict
		payload, err = schema.Blob(head, frame)
	}
	return key, payload, err
}

// writeState writes what the new file has and the old one had not: what was
// forgotten, the counters, and what hung on it of other pages.
func (f *forgetter) writeState(s schema.Writer) error {
	rec := schema.Tombstone{Forgotten: schema.Forgotten{At: f.options.At.UTC().Truncate(time.Second), Reason: f.options.Reason, Forgets: f.state.Forgets + 1}}
	if !strings.Contains(f.page, ")") { // else it is an address, as a SURT
		rec.Page = f.page
	}
	for n := range f.removed {
		rec.Captures = append(rec.Captures, n)
	}
	slices.Sort(rec.Captures)
	for digest := range f.digests {
		if _, stays := f.sharers[digest]; !stays {
			rec.Bodies = append(rec.Bodies, digest)
		}
	}
	slices.Sort(rec.Bodies)
	of := schema.NameOf(f.page)
	if err := schema.Tombstones.Save(s, of, rec); err != nil {
		return err
	}
	names := map[string]bool{schema.SoundName(f.page): true}
	for _, name := range slices.Concat(f.report.Aliases, f.report.Addresses) {
		names[name], names[schema.SoundName(name)] = true, true // an older archive's, and as it would come now
	}
	delete(names, f.page)
	for name := range names {
		if err := schema.Tombstones.Save(s, schema.NameOf(name), schema.Tombstone{Of: of.String()}); err != nil {
			return err
		}
	}
	if err := f.buryAssets(s, of); err != nil {
		return err
	}
	f.state.CountPage(f.page, -1)
	if sites.IsAsset(f.page) {
		f.state.AssetCaptures -= f.report.Page.Captures
	}
	f.state.Versions -= f.report.Page.Versions
	f.state.Joins -= len(f.report.Aliases)
	f.state.Forgotten += len(f.removed)
	f.state.Forgets++
	t := f.paper.Begin(s, f.state)
	for n, needs := range f.left {
		if err := schema.SaveNeeds(s, n, needs.Assets); err != nil {
			return err
		}
	}
	for n := range f.orphans {
		if err := readOrphan(t, n); err != nil {
			return schema.Captures.Name(n, err)
		}
	}
	return schema.MetaState.Save(s, t.State)
}

// buryAssets notes which assets went with the page: under their names alone, for an address may
// be a page's, too. Those of the page's own addresses are not stored again, whoever needs them.
func (f *forgetter) buryAssets(s schema.Writer, of schema.Sum) error {
	for page, a := range f.within {
		if a.stays {
			continue
		}
		f.state.AssetCaptures -= len(a.captures)
		if len(a.captures) > 0 {
			f.state.CountPage(page, -1)
		}
		err := schema.Tombstones.Save(s, schema.NameOf(page), schema.Tombstone{Of: of.String(), Unneeded: !a.own})
		if err != nil {
			return err
		}
	}
	return nil
}

// readOrphan gives a capture an article of its own that had that of one that is
// gone, and rebuilds its page's history.
func readOrphan(t *newspaper.Tx, n uint64) error {
	c, err := schema.LoadCapture(t.Store, n)
	if err != nil {
		return err
	}
	if c.State == capture.Live {
		article, _, err := t.History.ArticleOf(c)
		if err != nil {
			return err
		}
		if article == 0 {
			if err := readAgain(t, c); err != nil {
				return err
			}
		}
	}
	page, err := schema.LoadAlias(t.Store, c.Page)
	if err != nil || sites.IsAsset(page) {
		return err
	}
	return t.Rewrite(page)
}

func readAgain(t *newspaper.Tx, c capture.Capture) error {
	number, err := schema.BodyNumber(t.Store, c.Digest)
	if err != nil || number == 0 {
		return err
	}
	body, err := t.Newspaper.Bodies.Get(t.Store, number)
	if err != nil {
		return err
	}
	art, refused := t.Newspaper.Cleaner.Read(t.Newspaper.Name, c, body)
	packed, err := t.Newspaper.PackArticle(art, refused, body)
	if err != nil {
		return err
	}
	return t.SaveArticle(c, packed)
}
