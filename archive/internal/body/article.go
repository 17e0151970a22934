package body

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"

	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
)

// PackedArticle is an article ready to be stored.
type PackedArticle struct {
	Head  schema.ArticleHead // but for Dict, known in the transaction
	Dict  bool               // packed against the capture's own body
	Frame []byte
}

// PackArticle packs an article against the body that it was made of: all of its text stands
// there, so hardly more than the JSON is left. It is packed by itself where there is no body, or
// the two do not fit into one [Window].
func (p *Pool) PackArticle(art cleaner.Article, body []byte) (PackedArticle, error) {
	b, err := schema.Encode(art)
	if err != nil {
		return PackedArticle{}, err
	}
	return p.PackEncoded(art, b, body)
}

// PackEncoded is [Pool.PackArticle] of an article whose JSON is at hand.
func (p *Pool) PackEncoded(art cleaner.Article, b, body []byte) (packed PackedArticle, err error) {
	packed.Head = schema.ArticleHead{Cleaner: art.Cleaner, Digest: art.Digest(), Size: int64(len(b)), Layout: art.Layout, Richness: art.Richness()}
	if packed.Dict = len(body) > 0 && len(b)+len(body) <= Window; !packed.Dict {
		packed.Frame, err = p.PackAlone(b)
		return packed, err
	}
	packed.Head.Part = storyPart(art, body)
	dictionary, err := packed.Head.Dictionary(body)
	if err != nil {
		return PackedArticle{}, err
	}
	packed.Frame, err = p.packOnce(dictionary, b, dense)
	return packed, err
}

// Renamed is the record of an article that another cleaner made just as it is, of the same body:
// all but its cleaner's name is as it was, and so the frame need not be packed again.
func (p *Pool) Renamed(was schema.Article, art cleaner.Article) PackedArticle {
	head := was.ArticleHead
	head.Cleaner, head.Digest, head.Layout, head.Richness = art.Cleaner, art.Digest(), art.Layout, art.Richness()
	return PackedArticle{Head: head, Dict: was.Dict != 0, Frame: was.Frame}
}

// storyPart is from which byte of its page to which an article stands, zero where it is not
// found or takes most of the page. To index a dictionary costs time by its length, and the rest
// of a page (styles, scripts, menus) has nothing of the article.
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

// Article unpacks article n. body is that of number rec.Dict; where that is 0 it is not looked
// at. A [schema.RecordError] says that the article's record is damaged.
func (p *Pool) Article(n uint64, rec schema.Article, body []byte) (cleaner.Article, error) {
	b, err := p.ArticleText(n, rec, body)
	if err != nil {
		return cleaner.Article{}, err
	}
	var art cleaner.Article
	if err := json.Unmarshal(b, &art); err != nil {
		return cleaner.Article{}, schema.Articles(0).Damaged(n, schema.Unreadable)
	}
	art.Cleaner = rec.Cleaner // the JSON is older where [Pool.Renamed] made the record
	return art, nil
}

// AsStored is an article as [Pool.Article] gives it after it was packed: times to the second.
func (p *Pool) AsStored(art cleaner.Article) (stored cleaner.Article, err error) {
	b, err := json.Marshal(art)
	if err == nil {
		err = json.Unmarshal(b, &stored)
	}
	return stored, err
}

// ArticleText is [Pool.Article] as JSON.
func (p *Pool) ArticleText(n uint64, rec schema.Article, body []byte) ([]byte, error) {
	var dictionary []byte
	if rec.Dict != 0 {
		var err error
		if dictionary, err = rec.Dictionary(body); err != nil {
			return nil, schema.Articles(0).Name(n, err)
		}
	}
	b, err := p.Unpack(rec.Frame, dictionary, rec.Size)
	return b, schema.Articles(0).Name(n, err)
}
