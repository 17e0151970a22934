package generic

import (
	"bytes"
	"slices"

	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/phrases"

	"golang.org/x/net/html/atom"
)

// notices drops such sentences at the text's edges, and calls to order a
// newsletter amid it. Where they are much of the text they are its subject.
func (j *judge) notices(name verdict) {
	const first, last, share = 3, 6, 2
	var found []int32
	var total, size int64
	edge := true
	for i := j.first; i < j.last; i++ {
		if !j.keeps(i) {
			continue
		}
		b := &j.Blocks[i]
		total += int64(b.Size())
		switch {
		case b.In&outline.InHeading != 0 || i == j.summary:
		case edge && b.Size() >= outline.SentenceSize || bytes.Contains(j.Bytes(b), []byte("ewsletter")):
			if phrases.IsNotice(j.Bytes(b)) {
				found = append(found, i)
				edge = edge && len(found) < first
			} else {
				edge = false
			}
		}
	}
	for i, n := j.last-1, 0; i >= j.first && n < last; i-- {
		if !j.keeps(i) {
			continue
		}
		n++
		if j.Blocks[i].In&outline.InHeading == 0 && !slices.Contains(found, i) && phrases.IsNotice(j.Bytes(&j.Blocks[i])) {
			found = append(found, i)
		}
	}
	for _, i := range found {
		size += int64(j.Blocks[i].Size())
	}
	if size*share > total {
		return
	}
	for _, i := range found {
		j.verdicts[i] = name
	}
}

// offers drops boxes that sell something: small, with a price and a link to buy
// it, and without a sentence, or with one that praises what a picture shows.
func (j *judge) offers(name verdict) {
	const most, longest = 8, 400
	for i := j.first; i < j.last; i++ {
		if b := &j.Blocks[i]; b.Link*2 <= b.Size() || !phrases.IsHeadOf(j.Bytes(b), buyWords) {
			continue
		}
		box := int32(-1)
		for e := j.Blocks[i].Elem; e > j.root; e = j.Elems[e].Parent {
			x := &j.Elems[e]
			if box >= 0 && j.isOffer(box) || x.Last-x.First > most || x.First < j.first || x.Last > j.last || x.Node.DataAtom == atom.Article ||
				j.Blocks[x.Last-1].End-j.Blocks[x.First].Start > longest {
				break
			}
			sentences := 0
			for k := x.First; k < x.Last; k++ {
				if b := &j.Blocks[k]; b.Sentence() || b.Full && b.Plain() >= outline.SentenceSize {
					sentences++
				}
			}
			if sentences > 1 || sentences > 0 && !j.isOffer(e) {
				break
			}
			box = e
		}
		if box < 0 {
			continue
		}
		x := &j.Elems[box]
		if slices.ContainsFunc(j.Blocks[x.First:x.Last], func(b outline.Block) bool { return b.In&outline.InTitle != 0 }) ||
			!slices.ContainsFunc(j.Blocks[x.First:x.Last], func(b outline.Block) bool { return phrases.IsPrice(j.Bytes(&b)) }) {
			continue
		}
		j.drop(x.First, x.Last, name)
	}
}

// isOffer tells a box with a picture and a price.
func (j *judge) isOffer(box int32) bool {
	e := &j.Elems[box]
	return e.Pictured && slices.ContainsFunc(j.Blocks[e.First:e.Last], func(b outline.Block) bool { return phrases.IsPrice(j.Bytes(&b)) })
}

var buyWords = []string{"mua ngay", "đặt mua", "mua hàng", "đặt hàng", "xem giá", "thêm vào giỏ", "buy now", "shop now", "buy at", "buy from", "buy on", "check price", "see price",
	"view deal", "get deal", "add to cart", "jetzt kaufen", "zum angebot", "zum shop", "acheter", "comprar", "ver oferta", "acquista", "koop nu", "køb nu", "kjøp", "köp"}
