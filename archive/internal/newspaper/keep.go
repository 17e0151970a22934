package newspaper

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// How a commit stores one capture: what it repeats, its body, address and article.

// keep stores one capture.
func (t *Tx) keep(k capture.Kept, done work) (capture.Put, error) {
	page, err := schema.LoadAlias(t.Store, k.Page)
	if err != nil {
		return capture.Put{}, err
	}
	c := k.Capture
	c.Page = page
	m := schema.Position{At: c.Time.UnixMilli()}
	rec, known, err := schema.Pages.Load(t.Store, page)
	if err != nil {
		return capture.Put{}, err
	}
	earlier, err := t.earlier(page, m, rec)
	if err != nil {
		return capture.Put{}, err
	}
	if c, err = t.repeats(c, earlier, len(k.Body) > 0); err != nil {
		return capture.Put{}, err
	}
	if here, known, err := schema.Twin(t.Store, page, m, c); err != nil {
		return capture.Put{}, err
	} else if known {
		return t.again(page, here, k, done)
	}

	t.State.Last++
	c.Number = t.State.Last
	if len(k.Body) > 0 {
		if rec.Base, err = t.putBody(c, rec, done.body); err != nil {
			return capture.Put{}, err
		}
	}
	if err := t.putCapture(c); err != nil {
		return capture.Put{}, err
	}
	noted, err := t.putNeeds(c, k.Needs)
	if err != nil {
		return capture.Put{}, err
	}
	if noted && schema.Source(c) != c.Number {
		t.RewriteLater(page) // an earlier capture has them now
	}
	newest, err := t.Enter(page, c, rec, known)
	if err != nil {
		return capture.Put{}, err
	}
	if err := t.putArticle(k, c, done.article); err != nil {
		return capture.Put{}, err
	}
	if p := done.pages; p != nil {
		t.History.Known.Put(c.Number, p)
	}
	if !newest && done.body != nil { // else its bytes were there before
		t.cameBack(page, c)
	}
	put, err := t.Extend(page, c, newest)
	put.Number, put.Revisit, put.NewPage = c.Number, c.Kind == capture.Revisit, !known && !sites.IsAsset(page)
	return put, err
}

// Enter puts a stored capture into the list of its page, whose record so far is rec, and tells
// whether it is the newest there.
func (t *Tx) Enter(page string, c capture.Capture, rec schema.Page, known bool) (newest bool, err error) {
	m := schema.PositionOf(c)
	if err := errors.Join(schema.Times(page).Add(t.Store, m), t.putAddress(c.URL, page)); err != nil {
		return false, err
	}
	if !known {
		t.State.CountPage(page, 1)
	}
	if sites.IsAsset(page) {
		t.State.AssetCaptures++
	}
	newest = !known || rec.Newest.Before(m)
	rec.Identify(t.Newspaper.Name, page, c.URL)
	rec.Count(c, m)
	return newest, schema.Pages.Save(t.Store, page, rec)
}

// earlier gives the captures that one at m may repeat: the last before it and,
// where that was none, the newest live one with a body.
func (t *Tx) earlier(page string, m schema.Position, rec schema.Page) ([]capture.Capture, error) {
	var numbers []uint64
	switch {
	case rec.Captures == 0:
		return nil, nil
	case rec.Newest.At <= m.At:
		numbers = []uint64{rec.Newest.Number}
	default:
		for o, err := range schema.Times(page).Keys(t.Store) {
			if err != nil {
				return nil, err
			}
			if o.At > m.At {
				break
			}
			numbers = []uint64{o.Number}
		}
	}
	if rec.Live != 0 && rec.LiveAt.At <= m.At && !slices.Contains(numbers, rec.Live) {
		numbers = append(numbers, rec.Live)
	}
	var list []capture.Capture
	for _, n := range numbers {
		c, err := schema.LoadCapture(t.Store, n)
		if err != nil {
			return nil, err
		}
		if c.Digest != "" {
			list = append(list, c)
		}
	}
	return list, nil
}

// repeats gives a revisit with what it repeats filled in, and makes one of a capture that
// brought the bytes of an earlier one again.
func (t *Tx) repeats(c capture.Capture, earlier []capture.Capture, brought bool) (capture.Capture, error) {
	of := func(e capture.Capture) { c.RevisitOf, c.Digest, c.Size = schema.Source(e), e.Digest, e.Size }
	if c.Kind != capture.Revisit {
		c.RevisitOf, c.Profile = 0, ""
		for _, e := range earlier {
			if brought && e.Digest == c.Digest && e.State == c.State && schema.Source(e) != 0 {
				c.Kind, c.Profile = capture.Revisit, capture.SamePayload
				of(e)
				break
			}
		}
		return c, nil
	}
	// What a crawler or a file says of the earlier capture is believed only where
	// it is there.
	claimed := c.RevisitOf
	c.RevisitOf = 0
	if claimed != 0 {
		e, err := schema.LoadCapture(t.Store, claimed)
		if err != nil && !errors.Is(err, schema.ErrNoPage) {
			return c, err
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
		n, err := schema.BodyNumber(t.Store, c.Digest)
		if err != nil {
			return c, err
		}
		if n != 0 {
			e, err := schema.LoadCapture(t.Store, n)
			if err != nil {
				return c, err
			}
			of(e)
		}
	}
	c.Profile = cmp.Or(c.Profile, capture.SamePayload)
	return c, nil
}

func (t *Tx) putCapture(c capture.Capture) error {
	before, err := schema.LoadStored(t.Store, c.Number)
	if err != nil && !errors.Is(err, schema.ErrNoPage) {
		return err
	}
	request := before.Request // a capture that has one keeps it
	if request == nil {
		if request, err = t.requested(c); err != nil {
			return err
		}
	}
	return schema.Captures.Save(t.Store, c.Number, schema.NewCapture(c, request))
}

// again stores what a capture that is here already brings that it lacks here.
func (t *Tx) again(page string, here capture.Capture, k capture.Kept, done work) (capture.Put, error) {
	lacking, err := Repairable(t.Store, t.State.Generation, here, k)
	if err != nil {
		return capture.Put{}, err
	}
	if lacking {
		return t.repair(page, here, k, done)
	}
	asked, err := schema.LacksRequest(t.Store, here.Number, k.Capture)
	if err != nil {
		return capture.Put{}, err
	}
	if asked {
		if err := t.addRequest(here, k.Request); err != nil {
			return capture.Put{}, err
		}
	}
	noted, err := t.putNeeds(here, k.Needs)
	if err != nil {
		return capture.Put{}, err
	}
	if noted {
		t.State.Repairs++ // a backup may have it without
		t.RewriteLater(page)
	}
	head, _, err := schema.Heads(t.State.Generation).Load(t.Store, page)
	return capture.Put{Number: here.Number, Duplicate: true, Repaired: asked || noted, Revisit: here.Kind == capture.Revisit, Version: head.Versions}, err
}

// putBody stores a capture's body, once for all who bring it. base is what the next body of its
// page is packed against, whose record so far is rec.
func (t *Tx) putBody(c capture.Capture, rec schema.Page, p *body.Packed) (base uint64, err error) {
	n, err := schema.BodyNumber(t.Store, c.Digest)
	switch {
	case err != nil:
		return 0, err
	case n != 0 && rec.Base != 0:
		return rec.Base, nil
	case n != 0:
		here, err := schema.LoadBody(t.Store, n)
		if err != nil || !body.Serves(here.BodyHead, len(here.Frame)) {
			return 0, err
		}
		return n, nil
	case p == nil:
		return 0, store.ErrChanged
	}
	head := p.Head
	if p.Base != "" {
		if head.Base, err = schema.BodyNumber(t.Store, p.Base); err != nil {
			return 0, err
		}
		if head.Base == 0 {
			return 0, store.ErrChanged
		}
		base, err := schema.LoadBody(t.Store, head.Base)
		if err != nil {
			return 0, err
		}
		if head.Depth = base.Depth + 1; head.Depth > schema.MaxSteps {
			return 0, store.ErrChanged
		}
	}
	digest, err := schema.ParseDigest(c.Digest)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(schema.Bodies.Save(t.Store, c.Number, schema.Body{BodyHead: head, Frame: p.Frame}), schema.Digests.Save(t.Store, digest, c.Number)); err != nil {
		return 0, err
	}
	if head.Base != 0 {
		if err := t.copyBase(c.Page, head, rec.Captures+1); err != nil {
			return 0, err
		}
	}
	t.State.CountBody(c.Page, head.Size, int64(len(p.Frame)))
	if err := t.useReference(c.Number, head, rec.Base, p); err != nil {
		return 0, err
	}
	if (head.Base == 0 || head.Base != rec.Base) && body.Serves(head, len(p.Frame)) {
		return c.Number, nil
	}
	return rec.Base, nil
}

// useReference notes what a stored body came to that is packed against a reference, rather than
// its page's base, and stores what it says as a reference itself, where it is one.
func (t *Tx) useReference(n uint64, head schema.BodyHead, pageBase uint64, p *body.Packed) error {
	if head.Depth == 1 && head.Base != pageBase {
		u := t.uses[head.Base]
		u.frames = append(u.frames, [2]int{int(head.Size), len(p.Frame)})
		t.uses[head.Base] = u
	}
	if p.Sketch == nil {
		return nil
	}
	if p.Stale != 0 {
		u := t.uses[p.Stale]
		u.replaced = true
		t.uses[p.Stale] = u
	}
	return schema.References.Save(t.Store, n, schema.Reference{Size: int(head.Size), Stored: len(p.Frame), Sketch: p.Sketch})
}

// putNeeds notes what the body of a stored capture needs, where nobody noted it before, and tells
// whether there was anything to be noted.
func (t *Tx) putNeeds(c capture.Capture, assets []string) (noted bool, err error) {
	n, left, err := t.State.Unnoted(t.Store, c, assets)
	if err != nil || len(left) == 0 {
		return false, err
	}
	return true, schema.SaveNeeds(t.Store, n, left)
}

// putAddress remembers the page of an address. The first page stays: what joins
// two pages is an alias. That of an asset follows from the address: an article that is named as a
// picture stays the page of its address.
func (t *Tx) putAddress(url, page string) error {
	if sites.IsAsset(page) {
		return nil
	}
	if known, err := schema.Addresses.Has(t.Store, url); err != nil || known {
		return err
	}
	return schema.Addresses.Save(t.Store, url, page)
}

// putArticle stores what a capture's article is, or why it has none.
func (t *Tx) putArticle(k capture.Kept, c capture.Capture, p *body.PackedArticle) error {
	if p == nil {
		return nil
	}
	if c.RevisitOf != 0 {
		// The capture that it repeats has an article of the same bytes.
		if _, ok, err := schema.Articles(t.State.Generation).Load(t.Store, c.RevisitOf); err != nil || ok {
			return err
		}
	}
	if k.Article != nil {
		t.History.Known.Articles[c.Number] = *k.Article
	}
	return t.SaveArticle(c, *p)
}

// SaveArticle stores the packed article of a capture, over what is there.
func (t *Tx) SaveArticle(c capture.Capture, p body.PackedArticle) error {
	if p.Dict {
		n, err := schema.BodyNumber(t.Store, c.Digest)
		if err != nil {
			return err
		}
		p.Head.Dict = n
	}
	return schema.Articles(t.State.Generation).Save(t.Store, c.Number, schema.Article{ArticleHead: p.Head, Frame: p.Frame})
}

// requested makes of a capture's request what its record has, and stores its form where that is
// new.
func (t *Tx) requested(c capture.Capture) (*schema.Request, error) {
	if c.Request == "" || !utf8.ValidString(c.Request) {
		return schema.OwnRequest(c.Request), nil
	}
	parts, own := schema.SplitRequest(c)
	payload, err := schema.Encode(schema.Form{Parts: parts})
	if err != nil {
		return nil, err
	}
	form := schema.FormOf(payload)
	there, err := schema.Requests.Payload(t.Store, form)
	switch {
	case err != nil:
		return nil, err
	case there == nil:
		err = schema.Requests.SavePayload(t.Store, form, payload)
	case !bytes.Equal(there, payload): // another's that has the same key
		return schema.OwnRequest(c.Request), nil
	}
	return &schema.Request{Form: form.String(), Own: own}, err
}
