package search

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// termKey is a term of a field.
type termKey struct{ field, term string }

// evaluator finds the pages of one segment that have terms. It is for one goroutine.
type evaluator struct {
	*opened
	dicts map[string]segment.TermDictionary
	known map[termKey]*roaring.Bitmap
}

func (o *opened) evaluator() *evaluator {
	return &evaluator{o, map[string]segment.TermDictionary{}, map[termKey]*roaring.Bitmap{}}
}

// dictionary has the terms of a field.
func (e *evaluator) dictionary(field string) (segment.TermDictionary, error) {
	d, ok := e.dicts[field]
	if !ok {
		var err error
		if d, err = e.seg.Dictionary(field); err != nil {
			return nil, fmt.Errorf("%w: %w", errBroken, err)
		}
		e.dicts[field] = d
	}
	return d, nil
}

// term gives the pages that have a term; they are not to be changed.
func (e *evaluator) term(field, term string) (*roaring.Bitmap, error) {
	key := termKey{field, term}
	if b, ok := e.known[key]; ok {
		return b, nil
	}
	d, err := e.dictionary(field)
	if err != nil {
		return nil, err
	}
	list, err := d.PostingsList([]byte(term), e.dropped, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	b, err := bitmap(list)
	if err == nil {
		e.known[key] = b
	}
	return b, err
}

// bitmap is the pages of a list.
func bitmap(list segment.PostingsList) (*roaring.Bitmap, error) {
	it := list.Iterator(false, false, false, nil)
	if o, ok := it.(segment.OptimizablePostingsIterator); ok {
		if n, single := o.DocNum1Hit(); single {
			return roaring.BitmapOf(uint32(n)), nil
		}
		if b := o.ActualBitmap(); b != nil {
			return b, nil
		}
	}
	b := roaring.New()
	for {
		p, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errBroken, err)
		}
		if p == nil {
			return b, nil
		}
		b.Add(uint32(p.Number()))
	}
}

// word gives the pages that have a word, whatever its marks.
func (e *evaluator) word(w word, ever bool) (*roaring.Bitmap, error) {
	b, err := e.term(fieldWord, w.fold)
	if err != nil || !ever {
		return b, err
	}
	more, err := e.term(fieldEver, w.fold)
	if err != nil {
		return nil, err
	}
	return roaring.Or(b, more), nil
}

// everything is all pages of the segment.
func (e *evaluator) everything() *roaring.Bitmap {
	all := roaring.New()
	all.AddRange(0, e.Pages)
	if e.dropped != nil {
		all.AndNot(e.dropped)
	}
	return all
}

// any gives the pages that have one of the values of a kind of key.
func (e *evaluator) any(kind string, values []string) (*roaring.Bitmap, error) {
	all := roaring.New()
	for _, v := range values {
		b, err := e.term(fieldKey, kind+v)
		if err != nil {
			return nil, err
		}
		all.Or(b)
	}
	return all, nil
}

// candidates are the pages that have all words, whatever their marks, and what the filters want; and
// none of the words that must not be there, where those are asked for whatever their marks.
func (e *evaluator) candidates(q *asked) (*roaring.Bitmap, error) {
	var must, not []*roaring.Bitmap
	for _, c := range q.clauses {
		for _, w := range c.words {
			if c.not && (c.exact(w, q.exact) || !c.simple()) {
				continue
			}
			b, err := e.word(w, q.Ever)
			switch {
			case err != nil:
				return nil, err
			case c.not:
				not = append(not, b)
			default:
				must = append(must, b)
			}
		}
	}
	for _, f := range []struct {
		kind   string
		values []string
	}{{keyLang, q.Langs}, {keyState, q.States}, {keySection, q.Sections}} {
		if len(f.values) > 0 {
			b, err := e.any(f.kind, f.values)
			if err != nil {
				return nil, err
			}
			must = append(must, b)
		}
	}
	var all *roaring.Bitmap
	if len(must) == 0 {
		all = e.everything()
	} else {
		all = roaring.FastAnd(must...)
	}
	for _, b := range not {
		all.AndNot(b)
	}
	return all, nil
}

// sections gives each section with how many of some pages are in it.
func (e *evaluator) sections(of *roaring.Bitmap, add func(name string, n int)) error {
	d, err := e.dictionary(fieldKey)
	if err != nil {
		return err
	}
	end := []byte(keySection)
	end[len(end)-1]++
	it := d.AutomatonIterator(nil, []byte(keySection), end)
	for {
		entry, err := it.Next()
		if err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
		if entry == nil {
			return nil
		}
		b, err := e.term(fieldKey, entry.Term)
		if err != nil {
			return err
		}
		if n := b.AndCardinality(of); n > 0 {
			add(entry.Term[len(keySection):], int(n))
		}
	}
}
