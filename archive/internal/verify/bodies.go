package verify

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// How verify unpacks every body, each of them once.

// link is a body and what it is packed against, 0 for nothing.
type link struct{ base, body uint64 }

// readLinks looks at the records of bodies again, where that was done before a stop: what
// they are packed against is not kept for the next run.
func (v *verifier) readLinks(ctx context.Context) error {
	from, far, report := v.from, v.far, v.report
	v.from, v.far, v.links = nil, nil, nil
	err := v.bucket(schema.BucketBodies, nil).run(ctx)
	report.Problems = v.report.Problems
	v.from, v.far, v.report = from, far, report
	return err
}

// order puts each body right behind the one that it is packed against, or behind
// others that are, so that none has to be unpacked twice.
func (v *verifier) order() []link {
	bodies := make([]uint64, 0, len(v.links)) // sorted, as their records are
	for _, l := range v.links {
		bodies = append(bodies, l.body)
	}
	slices.SortFunc(v.links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.body, b.body))
	})
	list := make([]link, 0, len(v.links))
	var under func(base uint64, depth int)
	under = func(base uint64, depth int) {
		i, _ := slices.BinarySearchFunc(v.links, base, func(l link, base uint64) int { return cmp.Compare(l.base, base) })
		for ; i < len(v.links) && v.links[i].base == base; i++ {
			list = append(list, v.links[i])
			if depth < schema.MaxSteps {
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
	schema.Body // without a frame: its record is damaged, which was reported when that was looked at
	article     *schema.Article

	under *content // its base body; nil for none
	kept  bool     // its bytes are needed after it was looked at: others are packed against it

	unpacked   []byte // nil: it could not be
	err        error  // why not
	articleErr error  // of the article, where the body is intact
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
		var batch []*content
		err := v.look(ctx, func(t *store.Tree) error {
			frames, bodies, started := 0, int64(0), time.Now()
			for at+len(batch) < len(list) && len(batch) < verifyBatch && frames < verifyBytes && bodies < verifyBytes &&
				(len(batch) == 0 || time.Since(started) < store.TimeSlice) {
				c := v.content(t, list[at+len(batch)])
				frames, bodies = frames+len(c.Frame), bodies+c.Size
				batch = append(batch, c)
			}
			return nil
		})
		if err == nil {
			err = u.unpack(ctx, batch)
		}
		if err != nil {
			return err
		}
		at += len(batch)
		v.from = schema.NumberKey(uint64(at))
		v.tell()
	}
	return nil
}

func (v *verifier) content(t *store.Tree, l link) *content {
	c := &content{link: l}
	var err error
	if c.Body, err = schema.LoadBody(t, l.body); err != nil {
		return c
	}
	article, ok, err := schema.Articles(v.generation).Load(t, l.body)
	if err == nil && ok && article.Refused == "" && article.Dict == l.body {
		c.article = &article
	}
	return c
}

// unpacker unpacks batches of bodies, by as many goroutines as there are processors.
//
// A batch goes in steps: first the bodies whose base bodies are of an earlier batch, or
// that have none, then those that are packed against these, and so on; there are as many
// steps as a body may be from one that stands alone. What one step unpacks, the next only
// reads: no body waits for another one.
type unpacker struct {
	verifier *verifier
	buffers  body.Buffers
	path     []*content // the last body, its base body, and so on; the last one last
}

// unpack looks at the bodies of a batch, and notes what is damaged in their order.
func (u *unpacker) unpack(ctx context.Context, batch []*content) error {
	before := slices.Clone(u.path)
	steps, err := u.link(ctx, batch)
	if err != nil {
		return err
	}
	for _, step := range steps {
		inParallel(step, u.open)
	}
	u.release(before)
	u.release(batch)
	for _, c := range batch {
		if err := u.judge(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// inParallel calls fn with each of a list, and returns when all calls have.
func inParallel[T any](list []T, fn func(T)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				fn(list[i])
			}
		})
	}
	workers.Wait()
}

// link finds the base body of each body of a batch, and cuts the batch into steps.
func (u *unpacker) link(ctx context.Context, batch []*content) (steps [][]*content, err error) {
	step := map[*content]int{} // of the bodies of this batch, from 1
	for _, c := range batch {
		for len(u.path) > 0 && u.path[len(u.path)-1].body != c.base {
			u.path = u.path[:len(u.path)-1]
		}
		if c.base != 0 && len(u.path) == 0 { // the first after a stop, or its base body is not looked at
			base, err := u.elsewhere(ctx, c.base)
			if err != nil {
				return nil, err
			}
			u.path = append(u.path, base)
		}
		if c.base != 0 {
			c.under = u.path[len(u.path)-1]
			c.under.kept = true
		}
		u.path = append(u.path, c)
		at := step[c.under]
		step[c] = at + 1
		if at == len(steps) {
			steps = append(steps, nil)
		}
		steps[at] = append(steps[at], c)
	}
	for _, c := range u.path { // the next batch may go on with them
		c.kept = true
	}
	return steps, nil
}

// release gives back the buffers of those bodies of a list that are needed no more.
func (u *unpacker) release(list []*content) {
	for _, c := range list {
		if c.kept && !slices.Contains(u.path, c) {
			u.buffers.Put(c.unpacked)
			c.unpacked = nil
		}
	}
}

// elsewhere unpacks a base body that is not in the list, or was looked at before a stop.
func (u *unpacker) elsewhere(ctx context.Context, number uint64) (*content, error) {
	v := u.verifier
	c := &content{link: link{body: number}}
	var ch body.Chain
	err := v.look(ctx, func(t *store.Tree) (err error) {
		ch, err = v.bodies.Chain(t, number)
		return err
	})
	if err == nil {
		c.unpacked, err = v.bodies.Unpack(ch)
	}
	if err != nil && !errors.Is(err, schema.ErrCorrupt) {
		return nil, err
	}
	return c, nil
}

// open unpacks a body, holds it against its digest, and unpacks its article.
func (u *unpacker) open(c *content) {
	if c.Frame == nil {
		return
	}
	if c.unpacked, c.err = u.unpacked(c); c.err != nil {
		return
	}
	if c.article != nil {
		_, c.articleErr = u.verifier.bodies.Pool.ArticleText(c.body, *c.article, c.unpacked)
	}
	if !c.kept {
		u.buffers.Put(c.unpacked)
		c.unpacked = nil
	}
}

func (u *unpacker) unpacked(c *content) ([]byte, error) {
	var base []byte
	if c.under != nil {
		if base = c.under.unpacked; base == nil {
			return nil, schema.Bodies.Damaged(c.base, "this one is packed against it, and it cannot be read")
		}
	}
	body, err := u.verifier.bodies.Pool.UnpackInto(u.buffers.Get, c.Frame, base, c.Size)
	if err != nil {
		return nil, err
	}
	if digest := schema.DigestOf(body); digest != c.Digest {
		return nil, schema.Corrupt("its digest is %s, not %s", digest, c.Digest)
	}
	return body, nil
}

// judge notes what is wrong with a body, and with its article.
func (u *unpacker) judge(ctx context.Context, c *content) error {
	v := u.verifier
	if c.articleErr != nil {
		v.damagedArticle(c.body, c.articleErr)
	}
	if c.err == nil {
		return nil
	}
	p := v.recordProblem(LossCapture, schema.BucketBodies, schema.NumberKey(c.body), c.err, meansBody)
	if err := v.look(ctx, func(t *store.Tree) error { v.affected(t, c.body, &p); return nil }); err != nil && !errors.Is(err, schema.ErrCorrupt) {
		return err
	}
	v.found = append(v.found, p)
	return nil
}

// unread is an article to be unpacked once the file is released.
type unread struct {
	number uint64
	schema.Article
	chain body.Chain // of the body that it was packed against; none where it stands alone
}

// unpackArticles unpacks the articles that are not packed against the body of their own
// number.
func (v *verifier) unpackArticles() {
	for _, u := range v.articles {
		var body []byte
		var err error
		if len(u.chain.Parts) > 0 {
			body, err = v.bodies.Unpack(u.chain)
		}
		if err == nil {
			// Its digest is not needed: the record's checksum holds digest and frame together.
			_, err = v.bodies.Pool.ArticleText(u.number, u.Article, body)
		}
		if err != nil {
			v.damagedArticle(u.number, err)
		}
	}
	v.articles = v.articles[:0]
}

func (v *verifier) damagedArticle(n uint64, err error) {
	p := v.problem(LossDerived, fmt.Sprintf("articles %d", n), err, meansDerived)
	p.Name = schema.RecordWords(v.file.Site, schema.BucketArticles, schema.BucketArticles.Key(schema.Key{Number: n}))
	v.found = append(v.found, p)
}
