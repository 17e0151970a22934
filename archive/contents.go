package archive

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

// How verify unpacks every body, each of them once.

// link is a body and what it is packed against, 0 for nothing.
type link struct{ base, body uint64 }

// readLinks reads what bodies lean on, where the records were looked at before.
func (v *verifier) readLinks(ctx context.Context) error {
	v.links = []link{}
	for from := []byte{}; from != nil; {
		next := []byte(nil)
		err := v.look(ctx, func(t *tree) error {
			started := time.Now()
			return t.scanPast(bucketBodies, from, func(key, value []byte) error {
				if time.Since(started) > readTurn {
					next = append([]byte{}, key...)
					return errStop
				}
				n, err := parseNumberKey(key)
				var head bodyHead
				if err == nil {
					_, err = loadBody(t, n, &head)
				}
				if err == nil { // what is not was told before
					v.links = append(v.links, link{head.Base, n})
				}
				return nil
			}, func(error) {}, nil)
		})
		if err != nil {
			return err
		}
		from = next
	}
	return nil
}

// order puts each body right behind the one that it is packed against, or behind
// others that are, so that none has to be unpacked twice.
func (v *verifier) order() []link {
	slices.SortFunc(v.links, func(a, b link) int {
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.body, b.body))
	})
	bodies := make([]uint64, 0, len(v.links))
	for _, l := range v.links {
		bodies = append(bodies, l.body)
	}
	slices.Sort(bodies)
	list := make([]link, 0, len(v.links))
	var under func(base uint64, depth int)
	under = func(base uint64, depth int) {
		i, _ := slices.BinarySearchFunc(v.links, base, func(l link, base uint64) int { return cmp.Compare(l.base, base) })
		for ; i < len(v.links) && v.links[i].base == base; i++ {
			list = append(list, v.links[i])
			if depth < maxSteps {
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
	frame   []byte
	head    bodyHead
	article *unread
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
		var batch []content
		err := v.look(ctx, func(t *tree) error {
			size, started := 0, time.Now()
			for at+len(batch) < len(list) && len(batch) < verifyBatch && size < verifyBytes && (len(batch) == 0 || time.Since(started) < readTurn) {
				c, err := v.content(t, list[at+len(batch)])
				if err != nil {
					c.frame = nil // it was told when its record was looked at
				}
				size += len(c.frame)
				batch = append(batch, c)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, c := range batch {
			if c.frame != nil {
				if err := u.unpack(ctx, c); err != nil {
					return err
				}
			}
		}
		at += len(batch)
		v.from = numberKey(uint64(at))
		v.tell()
	}
	return nil
}

func (v *verifier) content(t *tree, l link) (content, error) {
	c := content{link: l}
	frame, err := loadBody(t, l.body, &c.head)
	if err != nil {
		return c, err
	}
	c.frame = append([]byte{}, frame...)
	head, frame, ok, err := v.archive.historian(t, v.site, v.generation).head(l.body)
	if err == nil && ok && head.Refused == "" && head.Dict == l.body {
		c.article = &unread{number: l.body, head: head, frame: append([]byte{}, frame...)}
	}
	return c, err
}

// unpacker has the bodies at hand that the next ones are packed against.
type unpacker struct {
	verifier *verifier
	stack    []opened
}

type opened struct {
	body  uint64
	bytes []byte // nil: it could not be unpacked
}

func (u *unpacker) unpack(ctx context.Context, c content) error {
	v := u.verifier
	for len(u.stack) > 0 && u.stack[len(u.stack)-1].body != c.base {
		u.stack = u.stack[:len(u.stack)-1]
	}
	var base []byte
	if c.base != 0 {
		if len(u.stack) == 0 { // the first after a stop, or what it leans on is not looked at
			var ch chain
			err := v.look(ctx, func(t *tree) (err error) {
				ch, err = v.archive.chain(t, v.site, c.base)
				return err
			})
			if err == nil {
				base, err = v.archive.unchain(v.site, ch)
			}
			if err != nil && !errors.Is(err, ErrCorrupt) {
				return err
			}
			u.stack = append(u.stack, opened{c.base, base})
		}
		base = u.stack[len(u.stack)-1].bytes
	}
	body, err := v.open(c, base)
	if err != nil {
		p := Problem{Loss: LossCapture, Where: fmt.Sprintf("bodies %d", c.body), What: whatOf(err), Means: "this body cannot be read"}
		if err := v.look(ctx, func(t *tree) error { v.affected(t, c.body, &p); return nil }); err != nil && !errors.Is(err, ErrCorrupt) {
			return err
		}
		v.found = append(v.found, p)
	} else if c.article != nil {
		v.openArticle(*c.article, body)
	}
	u.stack = append(u.stack, opened{c.body, body})
	return nil
}

// open unpacks a body and holds it against its digest.
func (v *verifier) open(c content, base []byte) ([]byte, error) {
	if c.base != 0 && base == nil {
		return nil, amiss("body %d, which it is packed against, cannot be read", c.base)
	}
	body, err := v.archive.packer.unpack(c.frame, base, c.head.Size)
	if err != nil {
		return nil, err
	}
	if got := digestOf(body); got != c.head.Digest {
		return nil, amiss("its digest is %s, not %s", got, c.head.Digest)
	}
	return body, nil
}

// unread is an article to be unpacked when the file is let go.
type unread struct {
	number uint64
	head   articleHead
	frame  []byte
	chain  chain // of the body that it was packed against; none where it stands alone
}

// unpackArticles reads the articles that do not lean on the body of their own
// number.
func (v *verifier) unpackArticles() {
	for _, u := range v.articles {
		var body []byte
		var err error
		if len(u.chain.parts) > 0 {
			body, err = v.archive.unchain(v.site, u.chain)
		}
		if err != nil {
			v.hurt(LossDerived, fmt.Sprintf("articles %d", u.number), err, "a re-clean makes it anew")
			continue
		}
		v.openArticle(u, body)
	}
	v.articles = v.articles[:0]
}

// openArticle unpacks an article. That it is the one that was stored its record's
// checksum says, which stands for digest and frame together.
func (v *verifier) openArticle(u unread, body []byte) {
	if _, err := v.archive.articleText(u.number, u.head, u.frame, body); err != nil {
		v.hurt(LossDerived, fmt.Sprintf("articles %d", u.number), err, "a re-clean makes it anew")
	}
}
