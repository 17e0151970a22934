package newspaper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
)

// A capture that is here without its body gets it back where the same capture comes
// again and brings it: after a rescue from a backup that is merged, or from a WARC
// file. Until then it repeats something that is not here. It keeps its number and
// all that it says but for what it has come to repeat; its article and its page's
// versions are rebuilt.

// LostBody is the note of a capture whose body could not be rescued.
const LostBody = "the body was lost: the archive's file was damaged"

// Repairable reports whether k, which is the capture here, brings what here lacks: its
// body; or the capture that it repeats, with its article.
func Repairable(r schema.Reader, generation uint32, here capture.Capture, k capture.Kept) (bool, error) {
	switch {
	case !schema.RepeatsNothing(here) || k.Digest != here.Digest:
		return false, nil
	case len(k.Body) > 0 && k.Kind != capture.Revisit:
		return true, nil
	case len(k.Body) > 0:
		n, err := schema.BodyNumber(r, here.Digest)
		return n == 0, err
	}
	of, article, err := repeated(r, generation, here, k.RevisitOf)
	return of != 0 || article != 0, err
}

// repeated tells what a revisit that repeats nothing here gets of capture n, where that has the
// same bytes: of is the capture that it repeats from now on. Where that came back later, and so
// has a higher number, of is 0 and article is the capture whose article it gets: a revisit points
// to a lower number only, so that whoever reads captures by their numbers has met what they repeat.
func repeated(r schema.Reader, generation uint32, here capture.Capture, n uint64) (of, article uint64, err error) {
	if n == 0 {
		return 0, 0, nil
	}
	o, err := schema.LoadCapture(r, n)
	if err != nil || o.Digest != here.Digest {
		return 0, 0, err
	}
	if of = schema.Source(o); of == 0 || of < here.Number {
		return of, 0, nil
	}
	articles := schema.Articles(generation)
	if own, err := articles.Has(r, here.Number); err != nil || own {
		return 0, 0, err
	}
	if has, err := articles.Has(r, of); err != nil || !has {
		return 0, 0, err
	}
	return 0, of, nil
}

// repair gives a capture what k brings.
func (t *Tx) repair(page string, here capture.Capture, k capture.Kept, done work) (capture.Put, error) {
	t.History.Cache.Forget()
	c := without(here, LostBody)
	var err error
	if k.Request != "" {
		c = without(c, schema.LostRequest)
		c.Request = k.Request
	}
	if len(k.Body) > 0 {
		c, err = t.repairBody(page, c, k, done)
	} else {
		err = t.repairRevisit(c, k.RevisitOf)
	}
	if err == nil {
		_, err = t.putNeeds(c, k.Needs)
	}
	if err == nil {
		err = t.assetCame(page, c)
	}
	t.RewriteLater(page, c.Number)
	return capture.Put{Number: c.Number, Repaired: true, Revisit: c.Kind == capture.Revisit}, err
}

// AddRequest has a capture say what was asked, where that came after it; what it says already
// stays.
func (np *Newspaper) AddRequest(ctx context.Context, number uint64, request string) error {
	if len(request) > schema.MaxRequest {
		return schema.Say(schema.ErrInvalid, "a request of %d bytes, more than is kept", len(request))
	}
	err := np.Change(ctx, func(t *Tx) error {
		here, err := schema.LoadCapture(t.Store, number)
		if err != nil {
			return err
		}
		here.Request = request
		lacks, err := schema.LacksRequest(t.Store, number, here)
		if err != nil || !lacks {
			return err
		}
		return t.addRequest(here, request)
	})
	if err != nil {
		return fmt.Errorf("capture %d of %s: %w", number, np.Name, err)
	}
	return nil
}

// addRequest has a capture say what was asked, which it did not say.
func (t *Tx) addRequest(here capture.Capture, request string) error {
	here = without(here, schema.LostRequest)
	here.Request = request
	t.State.Repairs++
	return t.putCapture(here)
}

// without is a capture without a note.
func without(c capture.Capture, lost string) capture.Capture {
	c.Notes = slices.DeleteFunc(slices.Clone(c.Notes), func(note string) bool { return note == lost })
	if len(c.Notes) == 0 {
		c.Notes = nil
	}
	return c
}

// repairBody gives a capture its body, and what follows from that.
func (t *Tx) repairBody(page string, c capture.Capture, k capture.Kept, done work) (capture.Capture, error) {
	c.Size = k.Size
	if k.Kind != capture.Revisit {
		c.Kind, c.Profile = k.Kind, ""
	}
	rec, err := schema.Pages.Must(t.Store, page)
	if err != nil {
		return c, err
	}
	if rec.Base, err = t.putBody(c, rec, done.body); err != nil {
		return c, err
	}
	rec.CountLive(c, schema.PositionOf(c))
	if err := schema.Pages.Save(t.Store, page, rec); err != nil {
		return c, err
	}
	t.State.Repairs++
	t.cameBack(page, c)
	return c, errors.Join(t.putCapture(c), t.putArticle(k, c, done.article))
}

// repairRevisit gives a revisit what [repeated] finds of capture n.
func (t *Tx) repairRevisit(c capture.Capture, n uint64) error {
	of, article, err := repeated(t.Store, t.State.Generation, c, n)
	if err != nil || of == 0 && article == 0 {
		return err
	}
	o, err := schema.LoadCapture(t.Store, cmp.Or(of, article))
	if err != nil {
		return err
	}
	t.State.Repairs++
	c.RevisitOf, c.Size = of, o.Size
	if err := t.putCapture(c); err != nil || article == 0 {
		return err
	}
	articles := schema.Articles(t.State.Generation)
	payload, err := articles.Payload(t.Store, article)
	if err != nil {
		return err
	}
	return articles.SavePayload(t.Store, c.Number, payload)
}

// repairRevisits repairs the revisits of a page that repeat nothing and whose bytes came back: back
// has the captures that brought them, by digest. A capture that only lost its body is no such revisit.
func (t *Tx) repairRevisits(page string, back map[string]uint64) error {
	if len(back) == 0 {
		return nil
	}
	positions, err := schema.Positions(t.Store, page, schema.Unbounded())
	if err != nil {
		return err
	}
	for _, p := range positions {
		o, err := schema.LoadCapture(t.Store, p.Number)
		if n := back[o.Digest]; err == nil && n != 0 && schema.RepeatsNothing(o) && !slices.Contains(o.Notes, LostBody) {
			err = t.repairRevisit(o, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cameBack notes a capture that brought a body: revisits of its page that repeat nothing may
// repeat it.
func (t *Tx) cameBack(page string, c capture.Capture) {
	if schema.Source(c) != c.Number {
		return
	}
	if t.back[page] == nil {
		t.back[page] = map[string]uint64{}
	}
	t.back[page][c.Digest] = c.Number
}
