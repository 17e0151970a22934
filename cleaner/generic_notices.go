package cleaner

import (
	"bytes"
	"slices"

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
		b := &j.blocks[i]
		total += int64(b.size())
		switch {
		case b.in&inHeading != 0 || i == j.summary:
		case edge && b.size() >= sentenceSize || bytes.Contains(j.bytes(b), []byte("ewsletter")):
			if phrases.IsNotice(j.bytes(b)) {
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
		if j.blocks[i].in&inHeading == 0 && !slices.Contains(found, i) && phrases.IsNotice(j.bytes(&j.blocks[i])) {
			found = append(found, i)
		}
	}
	for _, i := range found {
		size += int64(j.blocks[i].size())
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
		if b := &j.blocks[i]; b.link*2 <= b.size() || !phrases.IsHeadOf(j.bytes(b), buyWords) {
			continue
		}
		box := int32(-1)
		for e := j.blocks[i].elem; e > j.root; e = j.elems[e].parent {
			x := &j.elems[e]
			if box >= 0 && j.isOffer(box) || x.last-x.first > most || x.first < j.first || x.last > j.last || x.node.DataAtom == atom.Article ||
				j.blocks[x.last-1].end-j.blocks[x.first].start > longest {
				break
			}
			sentences := 0
			for k := x.first; k < x.last; k++ {
				if b := &j.blocks[k]; b.sentence() || b.full && b.plain() >= sentenceSize {
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
		x := &j.elems[box]
		if slices.ContainsFunc(j.blocks[x.first:x.last], func(b textBlock) bool { return b.in&inTitle != 0 }) ||
			!slices.ContainsFunc(j.blocks[x.first:x.last], func(b textBlock) bool { return phrases.IsPrice(j.bytes(&b)) }) {
			continue
		}
		j.drop(x.first, x.last, name)
	}
}

// isOffer tells a box with a picture and a price.
func (j *judge) isOffer(box int32) bool {
	e := &j.elems[box]
	return e.pictured && slices.ContainsFunc(j.blocks[e.first:e.last], func(b textBlock) bool { return phrases.IsPrice(j.bytes(&b)) })
}

var buyWords = []string{"mua ngay", "đặt mua", "mua hàng", "đặt hàng", "xem giá", "thêm vào giỏ", "buy now", "shop now", "buy at", "buy from", "buy on", "check price", "see price",
	"view deal", "get deal", "add to cart", "jetzt kaufen", "zum angebot", "zum shop", "acheter", "comprar", "ver oferta", "acquista", "koop nu", "køb nu", "kjøp", "köp"}
