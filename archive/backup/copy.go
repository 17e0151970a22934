package backup

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// What a backup copies as it is: captures with what belongs to them, under the numbers
// that they have; and, behind them, what a crawl keeps beside captures.

// copied is a capture with the records that belong to it, as they are.
type copied struct {
	capture.Capture
	payload   []byte
	form      []byte // of its request
	formID    schema.FormID
	bodies    []copiedBody // its own and, rarely, one of a higher number that this one is packed against
	reference []byte
	article   []byte
	needs     []noted // what it needs and, of a revisit, what it may have left to the capture that it repeats
	base      uint64  // of its page
}

// noted is the list of what a capture needs, under that one's number.
type noted struct {
	number uint64
	assets []string
}

type copiedBody struct {
	number  uint64
	head    schema.BodyHead
	size    int // of the frame
	payload []byte
	twice   bool // what it is packed against is stored twice
}

// captures copies what is new, up to the newest capture there is.
func (b *backup) captures(ctx context.Context) error {
	for more := true; more; {
		var batch []copied
		var err error
		size := 0
		_, more, err = store.ReadSlice(ctx, b.from.File, schema.Captures.From(b.done+1).Payloads(), func(r schema.Reader, n uint64, payload []byte) error {
			if len(batch) == 0 {
				state, err := b.unchanged(r)
				if err != nil {
					return err
				}
				b.report.Of = state.Last
			}
			if size > newspaper.IntakeBytes || len(batch) == 4*newspaper.IntakeCaptures {
				return store.ErrLater
			}
			c, err := b.load(r, n, payload)
			batch = append(batch, c)
			size += c.size()
			return err
		})
		if err != nil {
			return err
		}
		for part := range slices.Chunk(batch, newspaper.IntakeCaptures) {
			if err := b.replicate(ctx, part); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *copied) size() int {
	n := len(c.payload) + len(c.form) + len(c.article)
	for _, noted := range c.needs {
		for _, page := range noted.assets {
			n += len(page)
		}
	}
	for _, body := range c.bodies {
		n += len(body.payload)
	}
	return n
}

// load reads a capture with what belongs to it.
func (b *backup) load(r schema.Reader, n uint64, payload []byte) (c copied, err error) {
	s, err := schema.Captures.Decode(payload)
	if err != nil {
		return c, schema.Captures.Name(n, err)
	}
	c.Capture, c.payload = s.Plain(), bytes.Clone(payload)
	if s.Request != nil && s.Request.Form != "" {
		if c.formID, err = schema.ParseForm(s.Request.Form); err != nil {
			return c, err
		}
		form, err := schema.Requests.Payload(r, c.formID)
		if err != nil {
			return c, err
		}
		c.form = bytes.Clone(form)
	}
	for n := c.Number; n >= c.Number && len(c.bodies) <= schema.MaxSteps; {
		own, err := schema.HasBody(r, n)
		if err != nil || !own {
			return c, cmp.Or(err, b.rest(r, &c))
		}
		stored, err := schema.LoadBody(r, n)
		if err != nil {
			return c, err
		}
		payload, err := schema.LoadBodyPayload(r, n)
		if err != nil {
			return c, err
		}
		body := copiedBody{number: n, head: stored.BodyHead, size: len(stored.Frame), payload: bytes.Clone(payload)}
		if body.head.Depth > 1 {
			if body.twice, err = schema.Copies.Has(r, body.head.Base); err != nil {
				return c, err
			}
		} else {
			body.twice = body.head.Depth == 1
		}
		c.bodies = append(c.bodies, body)
		n = body.head.Base
	}
	return c, b.rest(r, &c)
}

func (b *backup) rest(r schema.Reader, c *copied) error {
	reference, err := schema.References.Payload(r, c.Number)
	if err != nil {
		return err
	}
	article, err := schema.Articles(b.generation).Payload(r, c.Number)
	if err != nil {
		return err
	}
	c.reference, c.article = bytes.Clone(reference), bytes.Clone(article)
	for _, n := range []uint64{c.Number, c.RevisitOf} {
		list, ok, err := schema.Needs.Load(r, n)
		if err != nil {
			return err
		}
		if ok {
			c.needs = append(c.needs, noted{n, list.Assets})
		}
	}
	page, err := schema.LoadAlias(r, c.Page)
	if err != nil {
		return err
	}
	rec, _, err := schema.Pages.Load(r, page)
	c.base = rec.Base
	return err
}

// replicate stores copied captures under the numbers that they have.
func (b *backup) replicate(ctx context.Context, list []copied) error {
	err := b.write(ctx, func(t *newspaper.Tx) error {
		for _, c := range list {
			if err := replicate(t, c); err != nil {
				return schema.Captures.Name(c.Number, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range list {
		b.report.Captures++
		for _, body := range c.bodies {
			b.report.Bytes += int64(body.size)
		}
		b.done = c.Number
	}
	b.report.Last = b.done
	if b.progress != nil {
		b.progress(b.report)
	}
	return nil
}

// replicate stores a capture of another archive as it is, and what follows from it.
func replicate(t *newspaper.Tx, c copied) error {
	t.State.Forgotten += int(c.Number - t.State.Last - 1)
	t.State.Last = c.Number
	for _, body := range slices.Backward(c.bodies) {
		if err := replicateBody(t, c.Page, body); err != nil {
			return err
		}
	}
	err := schema.Captures.SavePayload(t.Store, c.Number, c.payload)
	if c.form != nil {
		err = errors.Join(err, schema.Requests.SavePayload(t.Store, c.formID, c.form))
	}
	if c.reference != nil {
		err = errors.Join(err, schema.References.SavePayload(t.Store, c.Number, c.reference))
	}
	if c.article != nil {
		err = errors.Join(err, schema.Articles(t.State.Generation).SavePayload(t.Store, c.Number, c.article))
	}
	left := false // with an earlier capture
	for _, n := range c.needs {
		noted, e := replicateNeeds(t.Store, n)
		err, left = errors.Join(err, e), left || noted && n.number != c.Number
	}
	if err != nil {
		return err
	}
	page, err := schema.LoadAlias(t.Store, c.Page)
	if err != nil {
		return err
	}
	rec, known, err := schema.Pages.Load(t.Store, page)
	if err != nil {
		return err
	}
	if c.base <= c.Number {
		rec.Base = c.base
	}
	newest, err := t.Enter(page, c.Capture, rec, known)
	if left {
		t.RewriteLater(page)
	}
	if err == nil {
		_, err = t.Extend(page, c.Capture, newest)
	}
	return err
}

func replicateBody(t *newspaper.Tx, page string, body copiedBody) error {
	known, err := schema.Bodies.Has(t.Store, body.number)
	if err != nil || known {
		return err
	}
	digest, err := schema.ParseDigest(body.head.Digest)
	if err != nil {
		return err
	}
	t.State.CountBody(page, body.head.Size, int64(body.size))
	err = errors.Join(
		schema.Bodies.SavePayload(t.Store, body.number, body.payload),
		schema.Digests.Save(t.Store, digest, body.number))
	if err == nil && body.twice {
		err = newspaper.StoreTwice(t.Store, &t.State, body.head.Base)
	}
	return err
}

func replicateNeeds(s schema.Writer, n noted) (bool, error) {
	known, err := schema.Needs.Has(s, n.number)
	if err != nil || known {
		return false, err
	}
	return true, schema.SaveNeeds(s, n.number, n.assets)
}

// follow makes a bucket of the backup hold what the archive's holds. apply gets
// each key that differs, and nil for one that is to go. The captures of the same
// moment are brought before.
func (b *backup) follow(ctx context.Context, name schema.Bucket, apply func(t *newspaper.Tx, key, payload []byte) error) error {
	for from, more := schema.Raw(name), true; more; {
		here := map[string][]byte{}
		var last uint64
		rest, again, err := store.ReadSlice(ctx, b.from.File, from, func(r schema.Reader, key, payload []byte) error {
			if len(here) == newspaper.SmallRecords {
				return store.ErrLater
			}
			if len(here) == 0 {
				state, err := b.unchanged(r)
				if err != nil {
					return err
				}
				last = state.Last
			}
			here[string(key)] = append([]byte{}, payload...)
			return nil
		})
		if err != nil {
			return err
		}
		if last > b.done {
			if err := b.captures(ctx); err != nil {
				return err
			}
		}
		if err := b.followPart(ctx, from, rest.First, here, apply); err != nil {
			return err
		}
		from, more = rest, again
	}
	return nil
}

// followPart does so for the records from some on up to a key, nil for the end.
func (b *backup) followPart(ctx context.Context, from schema.Table[[]byte, []byte], to []byte, here map[string][]byte, apply func(t *newspaper.Tx, key, payload []byte) error) error {
	err := b.to.File.Read(ctx, func(r schema.Reader) error {
		return from.Walk(r.Scan, func(key, payload []byte) error {
			if to != nil && bytes.Compare(key, to) >= 0 {
				return schema.ErrStop
			}
			switch want, ok := here[string(key)]; {
			case !ok:
				here[string(key)] = nil
			case bytes.Equal(want, payload):
				delete(here, string(key))
			}
			return nil
		})
	})
	if err != nil || len(here) == 0 {
		return err
	}
	return b.write(ctx, func(t *newspaper.Tx) error {
		for _, key := range slices.Sorted(maps.Keys(here)) {
			if err := apply(t, []byte(key), here[key]); err != nil {
				return err
			}
		}
		return nil
	})
}

// plainly copies records that nothing else depends on.
func plainly(b schema.Bucket) func(t *newspaper.Tx, key, payload []byte) error {
	return func(t *newspaper.Tx, key, payload []byte) error {
		if payload == nil {
			return t.Store.Drop(b, key)
		}
		return schema.Raw(b).SavePayload(t.Store, key, payload)
	}
}

// forgotten comes first: what is forgotten is not to be in the backup for a
// moment.
func (b *backup) forgotten(ctx context.Context) error {
	return b.follow(ctx, schema.BucketForgotten, plainly(schema.BucketForgotten))
}

func (b *backup) aliases(ctx context.Context) error {
	return b.follow(ctx, schema.BucketAliases, func(t *newspaper.Tx, key, payload []byte) error {
		if payload == nil {
			// Of a page without captures, found to be a forgotten one: where pages with
			// captures are parted the file is new.
			t.State.Joins--
			return t.Store.Drop(schema.BucketAliases, key)
		}
		page, al, err := schema.Aliases.Read(key, payload)
		if err != nil {
			return err
		}
		return t.Join(capture.Alias{Page: page, Of: al.Of, Why: al.Why})
	})
}

func (b *backup) frontier(ctx context.Context) error {
	return b.follow(ctx, schema.BucketFrontier, func(t *newspaper.Tx, key, payload []byte) error {
		b.report.Entries++
		if payload == nil {
			return t.DropEntry(string(key))
		}
		_, e, err := schema.Frontier.Read(key, payload)
		if err != nil {
			return err
		}
		return newspaper.PutEntry(t.Store, e)
	})
}

func (b *backup) others(ctx context.Context) error {
	for _, name := range []schema.Bucket{schema.BucketHosts, schema.BucketRuns, schema.BucketDescriptions} {
		if err := b.follow(ctx, name, plainly(name)); err != nil {
			return err
		}
	}
	return nil
}
